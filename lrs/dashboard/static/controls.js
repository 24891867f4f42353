// What may be chosen: boundaries, measure, group and period.

import { element } from "./element.js";
import { period, say, spoken } from "./language.js";
import { go } from "./state.js";

const SCHEMES = ["vn-2025", "vn-2004"];

/** The contents of the form. `counts`: the measures that there are; `months`: those for which the place has a
 * figure, in order, or null where there are no periods; `editions`: those that there are, or null for living figures. */
export function controls(places, state, counts, months, editions) {
  return [
    element("fieldset", { class: "segments" },
      element("legend", { class: "visually-hidden", text: say("scheme") }),
      SCHEMES.map((scheme) => element("label", {},
        element("input", { type: "radio", name: "scheme", value: scheme, checked: scheme === state.scheme, on: { change: () => go(inScheme(places, state, scheme)) } }),
        element("span", { text: say(scheme) })))),
    choice("measure", [...counts, "targets"].map((key) => [key, say(key)]), state.measure),
    choice("group", [["*", say("everybody")], ...groups(places, state)], state.group),
    ...(months === null ? [] : [choice("period", periods(months, state.period), state.period)]),
    ...(editions === null ? [] : [choice("edition", published(editions, state.edition), state.edition)]),
  ];
}

/** The groups that there are figures of: an edition has them in vn-2025, and none of who states no group. */
function groups(places, state) {
  const named = places.groups.filter((it) => it.counted).map((it) => [it.code, it[spoken()]]);
  if (state.edition === null) return [...named, ["not-stated", say("group-not-stated")]];
  return state.scheme === "vn-2025" ? named : [];
}

/** What the form chooses, once its parts are in the page: only then does a select have a value. */
function choice(name, options, chosen) {
  const id = `choose-${name}`;
  return element("div", { class: "choice" },
    element("label", { for: id, text: say(name) }),
    element("select", { id, name, on: { change: (event) => go({ [name]: event.target.value }) } },
      options.map(([value, text]) => element("option", { value, text, selected: value === chosen }))));
}

function periods(months, chosen) {
  const years = [...new Set(months.map((it) => it.slice(0, 4)))].reverse();
  const options = [["total", say("all-time")]];
  for (const year of years) {
    options.push([year, say("year", { year })]);
    for (const month of months.filter((it) => it.startsWith(year)).reverse()) options.push([month, period(month)]);
  }
  if (!options.some(([value]) => value === chosen)) options.push([chosen, period(chosen)]);
  return options;
}

/** The editions, the latest by that name: a view of it stays the latest. */
function published(editions, chosen) {
  const options = editions.map(({ number, day }) => [String(number), say("edition-of", { number, date: period(day) })]);
  if (options.length > 0) options.unshift(["latest", say("edition-newest", { number: editions[0].number, date: period(editions[0].day) })]);
  if (!options.some(([value]) => value === chosen)) options.push([chosen, chosen]);
  return options;
}

/** The same place in the other scheme, where it is one place; else the nation. */
function inScheme(places, state, scheme) {
  const related = state.unit === null ? [] : places.related(state.scheme, state.unit);
  const unit = state.unit === "not-stated" ? state.unit : related.length === 1 ? related[0] : null;
  return { scheme, unit, commune: null };
}
