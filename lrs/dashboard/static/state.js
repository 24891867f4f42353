// What is looked at, in the address's fragment: a view can be linked, and going back works.

import { countsOfEdition } from "./measures.js";

const INITIAL = Object.freeze({
  scheme: "vn-2025",
  unit: null,
  commune: null,
  group: "*",
  period: "total",
  measure: "registered",
  language: null,
  edition: null,
});
const FORMS = {
  scheme: /^vn-20(04|25)$/,
  unit: /^(\d{2}|not-stated|not-attributable)$/,
  commune: /^(\d{3}|\d{5}|not-stated|unresolved)$/,
  group: /^(\*|[a-z-]{1,40})$/,
  period: /^(total|\d{4}(-\d{2}(-\d{2})?)?)$/,
  measure: /^(registered|active|trained|certified|confirmed|targets)$/,
  language: /^(vi|en)$/,
  edition: /^[a-z0-9-]{1,20}$/,
};

/** The state that the address has; what is not of its form is as if it were not there. */
export function current() {
  const said = new URLSearchParams(location.hash.slice(1));
  const found = { ...INITIAL };
  for (const [name, form] of Object.entries(FORMS)) {
    const value = said.get(name);
    if (value !== null && form.test(value)) found[name] = value;
  }
  return settled(found);
}

/** The fragment of the present state with these changes. */
export function address(changes) {
  const next = settled({ ...current(), ...changes });
  const said = new URLSearchParams();
  for (const [name, initial] of Object.entries(INITIAL)) if (next[name] !== initial) said.set(name, next[name]);
  return `#${said}`;
}

/** Go to the present state with these changes; whoever listens to `hashchange` shows it. */
export function go(changes) {
  location.hash = address(changes);
}

function settled(asked) {
  const state = asked.edition === null ? asked : published(asked);
  if (state.unit === null) return { ...state, commune: null };
  if (state.unit === "not-attributable" && state.scheme !== "vn-2004") return { ...state, unit: null, commune: null };
  return state;
}

/** What an edition has of a state: all time, and groups in vn-2025 alone. What it has not is never said beside its
 * figures. */
function published(state) {
  const group = state.scheme === "vn-2025" && state.group !== "not-stated" ? state.group : "*";
  const counts = countsOfEdition(group);
  const measure = [...counts, "targets"].includes(state.measure) ? state.measure : counts[0];
  return { ...state, period: "total", commune: null, group, measure };
}
