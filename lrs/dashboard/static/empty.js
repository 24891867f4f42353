// What to do with a store that has nothing yet.

import { element } from "./element.js";
import { say } from "./language.js";

/** The contents of the section; `again` looks once more. */
export function empty(again) {
  const post = [
    `curl -u KEY:SECRET ${new URL("xapi/statements", document.baseURI)} \\`,
    "  -H 'X-Experience-API-Version: 2.0.0' -H 'Content-Type: application/json' -d '{",
    '    "actor": {"account": {"homePage": "https://platform.example", "name": "learner-1"}},',
    '    "verb": {"id": "http://adlnet.gov/expapi/verbs/registered"},',
    '    "object": {"id": "https://platform.example/programme"},',
    '    "context": {"extensions": {"https://w3id.org/bdhvs/ext/admin-unit": {"scheme": "vn-2025", "province": "48"}}}',
    "  }'",
  ].join("\n");
  return [
    element("h2", { id: "empty-heading", text: say("empty-heading") }),
    element("p", { text: say("empty-note") }),
    element("pre", { tabindex: "0" }, element("code", { text: post })),
    element("p", { text: say("empty-simulate") }),
    element("pre", { tabindex: "0" }, element("code", { text: "lrs simulate nation --learners 2000" })),
    element("button", { type: "button", class: "primary", text: say("empty-again"), on: { click: again } }),
  ];
}
