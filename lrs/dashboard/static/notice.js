// What went wrong and what to do, with a way to try again.

import { byId, element } from "./element.js";
import { say } from "./language.js";

const LONGEST = 60;
let waiting = null;

/** What a refusal means to a reader. */
export function meaning(refusal, seconds) {
  const key = `error-${refusal.status}`;
  if (["error-401", "error-403", "error-404", "error-0"].includes(key)) return say(key);
  if (refusal.status === 503) return say(key, { seconds });
  return say("error-other", { code: refusal.code, message: refusal.message });
}

/** Say it; 503 is tried again when the server says, no network when there is one. */
export function tell(refusal, again) {
  quiet();
  const box = byId("notice");
  const words = element("span");
  const act = () => {
    quiet();
    again();
  };
  const seconds = Math.min(LONGEST, Math.max(1, refusal.after ?? 5));
  words.textContent = meaning(refusal, seconds);
  box.replaceChildren(words, element("button", { type: "button", text: say("retry"), on: { click: act } }));
  box.hidden = false;
  if (refusal.status === 503) {
    // not counted down in words: they would be read aloud each second
    waiting = setTimeout(act, seconds * 1000);
  }
  if (refusal.status === 0) window.addEventListener("online", act, { once: true });
}

/** Say nothing any more. */
export function quiet() {
  clearTimeout(waiting);
  waiting = null;
  byId("notice").hidden = true;
  byId("notice").replaceChildren();
}
