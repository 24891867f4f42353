// What an edition shows otherwise than the one before it, and how it is verified.

import { card } from "./card.js";
import { element } from "./element.js";
import { difference, number, period, say } from "./language.js";
import { BESIDE } from "./places.js";
import { provenance } from "./provenance.js";
import { indicator } from "./targets.js";
import { Table } from "./table.js";

/** The section, for the place and the group that are looked at; `report` is an edition's, `digest` its own where it is
 * known, `groupName` names a group's code. */
export function changesCard(places, state, report, digest, groupName, download) {
  const rows = report.lines.filter((it) => isShown(places, state, it));
  const table = new Table({
    caption: say("changes-heading"),
    columns: [
      // where all is about the place that is looked at, its heading names it
      ...(rows.every((it) => it.scheme === state.scheme && it.code === state.unit) ? [] : [{ key: "place", label: say("place"), sort: (row) => place(places, row), cell: (row) => place(places, row) }]),
      { key: "figure", label: say("figure"), sort: figureName, cell: figureName },
      { key: "group", label: say("group"), sort: (row) => groupName(row.group), cell: (row) => groupName(row.group) },
      { key: "before", label: say("before"), numeric: true, cell: (row) => number(row.before) },
      { key: "after", label: say("after"), numeric: true, cell: (row) => number(row.after) },
      { key: "by", label: say("by"), numeric: true, sort: (row) => by(row) ?? -Infinity, cell: (row) => difference(by(row)) },
    ],
    rows,
  });
  const { number: of } = report.head.edition;
  const note = report.first ? say("changes-first") : say(rows.length > 0 ? "changes-note" : "changes-none");
  return card({ id: "changes", heading: say("changes-heading"), note, download: report.first ? null : download, foot: provenance(report.head) },
    rows.length > 0 && table.node,
    digest !== null && element("p", { class: "note digest" }, say("digest"), " ", element("a", { href: `editions/${of}` }, `editions/${of}`), ": ", element("code", { text: digest })));
}

/** Of everybody what is said of the place and of its targets; of a group what is said of the group. */
function isShown(places, { scheme, unit, group }, it) {
  if (group === "*" ? it.table === "groups" : it.group !== group) return false;
  if (unit === null) return it.table === "targets" || it.scheme === scheme;
  if (it.table !== "targets") return it.scheme === scheme && it.code === unit;
  return it.code !== null && places.concerns(`${it.scheme}/${it.code}`, scheme, unit);
}

/** A target stands under the unit of its time, which is named with its scheme: a name may be that of two. */
function place(places, { table, scheme, code }) {
  if (code === null) return say("nation");
  const name = BESIDE.includes(code) ? say(code) : places.name(scheme, code);
  return table === "targets" ? `${name} (${scheme}/${code})` : name;
}

/** The measure, or of a target what it says and when it is due. */
function figureName({ table, figure }) {
  if (table !== "targets") return say(figure);
  const [plan, due, what] = figure.split(" ");
  return `${say("target-figure")}: ${indicator(what)}, ${say("target-due", { date: period(due) })} (${plan})`;
}

function by({ before, after }) {
  return before === null || after === null ? null : after - before;
}
