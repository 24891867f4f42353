// The credential of an office: kept for this tab until it is closed or left, sent as a header, in no address.

const KEPT = "credential";
let held = null;

/** The value of the header Authorization, or null. */
export function authorization() {
  held ??= stored((storage) => storage.getItem(KEPT));
  return held;
}

/** Keep a key and its secret. */
export function enter(key, secret) {
  const bytes = new TextEncoder().encode(`${key}:${secret}`);
  held = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  stored((storage) => storage.setItem(KEPT, held));
}

/** Forget it. */
export function leave() {
  held = null;
  stored((storage) => storage.removeItem(KEPT));
}

/** What the tab's storage says; where it is closed to this page, the credential lasts until it is left. */
function stored(use) {
  try {
    return use(sessionStorage) ?? null;
  } catch {
    return null;
  }
}
