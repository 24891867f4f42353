// The credential of an office: kept for this tab until it is closed or left, sent as a header, in no address.

const KEPT = "credential";
let held = null;

/** The value of the header Authorization, or null. */
export function authorization() {
  return held ?? sessionStorage.getItem(KEPT);
}

/** Keep a key and its secret. */
export function enter(key, secret) {
  const bytes = new TextEncoder().encode(`${key}:${secret}`);
  held = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  sessionStorage.setItem(KEPT, held);
}

/** Forget it. */
export function leave() {
  held = null;
  sessionStorage.removeItem(KEPT);
}
