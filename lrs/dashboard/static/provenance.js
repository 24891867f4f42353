// What stands under every figure: how far it reaches, its scheme and its rules (G12).

import { element } from "./element.js";
import { moment, period, rule, say } from "./language.js";

/** The line for a report's head; `about`: what else narrows the figures, as text. `full`: with the rules in words. */
export function provenance(head, about = null, full = false) {
  const nothing = head.through.startsWith("1970");
  const rules = head.ruleset;
  const parts = [
    head.edition ? say("edition-named", { number: head.edition.number, date: period(head.edition.day) }) : null,
    nothing ? say("through-nothing") : say("through", { moment: moment(head.through) }),
    head.scheme === null ? say("own-scheme") : say(`scheme-${head.scheme}`),
    full
      ? say("ruleset-since", { number: rules.number, date: moment(rules.since ?? rules.created) })
      : say("ruleset", { number: rules.number }),
    ...(full ? [say("trained-rule", { rule: rule(rules.trained) }), split(rules), say(`counts-${head.counts}`)] : []),
    about,
  ];
  return element("p", { class: "provenance", text: parts.filter(Boolean).join(" · ") });
}

function split(rules) {
  return say(rules.split_communes === "unresolved" ? "split-unresolved" : "split-default");
}
