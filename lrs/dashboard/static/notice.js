// What went wrong and what to do, with a way to try again.

import { byId, element } from "./element.js";
import { say } from "./language.js";
import { current } from "./state.js";

const LONGEST = 60;
let waiting = null;
let watching = new AbortController();

/** What a refusal means to a reader. */
export function meaning(refusal, seconds) {
  if (refusal.code === "unknown-edition") return say(current().edition === "latest" ? "edition-none" : "edition-unknown");
  if (["other-province", "no-province"].includes(refusal.code)) return say(`error-${refusal.code}`);
  const key = `error-${refusal.status}`;
  if (["error-401", "error-403", "error-404", "error-0"].includes(key)) return say(key);
  if (refusal.status === 503) return say(key, { seconds });
  return say("error-other", { code: refusal.code, message: refusal.message });
}

/** Say it, with a button for what may be done (`word`); 503 is tried again when the server says, no network when
 * there is one. Figures that are still there are said to be those of before. */
export function tell(refusal, again, word = "retry") {
  quiet();
  const box = byId("notice");
  const words = element("span");
  const act = () => {
    quiet();
    again();
  };
  const seconds = Math.min(LONGEST, Math.max(1, refusal.after ?? 5));
  const stale = !byId("board").hidden && byId("headline").hasChildNodes();
  words.textContent = [meaning(refusal, seconds), stale && say("still-before")].filter(Boolean).join(" ");
  box.replaceChildren(words, element("button", { type: "button", text: say(word), on: { click: act } }));
  box.hidden = false;
  if (refusal.status === 503) {
    // not counted down in words: they would be read aloud each second
    waiting = setTimeout(act, seconds * 1000);
  }
  if (refusal.status === 0) window.addEventListener("online", act, { once: true, signal: watching.signal });
}

/** Say nothing any more. */
export function quiet() {
  clearTimeout(waiting);
  waiting = null;
  watching.abort();
  watching = new AbortController();
  byId("notice").hidden = true;
  byId("notice").replaceChildren();
}
