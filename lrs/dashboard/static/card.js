// A section of the page: a heading, what it shows, and what its figures are.

import { element } from "./element.js";
import { say } from "./language.js";

/** A section. `note`: a sentence under the heading; `download`: what fetches its file; `foot`: the last line. */
export function card({ id, heading, note = null, download = null, foot = null }, ...content) {
  const headingId = `${id}-heading`;
  const button = download && element("button", {
    type: "button",
    class: "quiet",
    text: say("download"),
    "aria-label": say("download-of", { what: heading }),
    on: { click: download },
  });
  return element("section", { id, class: "card", "aria-labelledby": headingId },
    element("div", { class: "card-head" }, element("h2", { id: headingId, text: heading }), button),
    note && element("p", { class: "note", text: note }),
    ...content,
    foot,
  );
}
