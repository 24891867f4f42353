// The place that is looked at, and its figures, large.

import { element } from "./element.js";
import { figure, number, percent, say } from "./language.js";
import { BESIDE, short } from "./places.js";
import { provenance } from "./provenance.js";
import { address } from "./state.js";

/** The name of the place that a state is about. */
export function placeName(places, state, report) {
  if (state.unit === null) return say(report.nation === null ? "own-provinces" : "nation");
  return BESIDE.includes(state.unit) ? say(state.unit) : places.name(state.scheme, state.unit);
}

/** The contents of the section; `line`: the place's measures, `counts`: those that its source has,
 * `about`: what narrows them. */
export function headline(places, state, report, line, counts, about) {
  return [
    state.unit !== null && (report.nation !== null || report.lines.length > 1)
      && element("p", { class: "up" }, element("a", { href: address({ unit: null, commune: null }), text: `← ${say(report.nation === null ? "to-own" : "in-nation")}` })),
    element("h2", { id: "place", tabindex: "-1" }, placeName(places, state, report),
      state.unit !== null && !BESIDE.includes(state.unit) && element("span", { class: "code", text: `${state.scheme}/${state.unit}` })),
    relation(places, state),
    element("p", { class: "note about", text: about }),
    report.nation === null && element("p", { class: "note", text: say("own-note") }),
    // the provinces of an office are no whole: they stand in the table
    (state.unit !== null || report.nation !== null) && element("dl", { class: "figures" }, counts.map((key) => element("div", { class: key === state.measure && "chosen" },
      element("dt", {}, element("a", { href: address({ measure: key }), text: say(key), "aria-current": key === state.measure && "true" })),
      element("dd", { "data-measure": key, text: figure(line, key) }),
      element("dd", { class: "note", text: say(`what-${key}`) })))),
    element("p", { class: "note" }, [
      line.registered_inferred > 0 && `${say("registered")}: ${say("inferred", { count: number(line.registered_inferred) })}`,
      typeof line.statements === "number" && say("statements-line", { count: number(line.statements) }),
    ].filter(Boolean).join(" · ")),
    accounts((state.unit === null ? report : line).linking),
    report.head.edition && element("p", { class: "note", text: say("edition-note", { count: report.head.edition.smallest }) }),
    provenance(report.head, null, true),
    !report.head.edition && element("p", { class: "note to-edition" }, element("a", { href: address({ edition: "latest" }), text: say("edition-latest") })),
  ].filter(Boolean);
}

/** How many accounts the learners have; at any time alone, and never in an edition. */
function accounts(linking) {
  if (!linking?.accounts) return null;
  const values = { accounts: number(linking.accounts), persons: number(linking.persons), share: percent(linking.linked_percent) };
  return element("p", { class: "note", id: "linking", text: say("linking", values) });
}

function relation(places, state) {
  if (state.unit === null || BESIDE.includes(state.unit)) return null;
  const other = state.scheme === "vn-2025" ? "vn-2004" : "vn-2025";
  const codes = places.related(state.scheme, state.unit);
  if (state.scheme === "vn-2025" && codes.length < 2) return null;
  const links = codes.flatMap((code, index) => [
    index > 0 && ", ",
    element("a", { href: address({ scheme: other, unit: code, commune: null }), text: short(places.name(other, code)) }),
  ]).filter(Boolean);
  const [before, after] = say(state.scheme === "vn-2025" ? "made-of" : "now-part", { names: "\n" }).split("\n");
  return element("p", { class: "relation" }, before, links, after);
}
