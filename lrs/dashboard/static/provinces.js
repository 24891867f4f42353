// The table of all provinces: what the map shows, as figures.

import { card } from "./card.js";
import { element } from "./element.js";
import { say } from "./language.js";
import { BESIDE, short } from "./places.js";
import { provenance } from "./provenance.js";
import { address } from "./state.js";
import { Table } from "./table.js";

/** `counts`: the measures that its source has. */
export function provincesCard(places, state, report, counts, about, download) {
  const columns = [
    {
      key: "name",
      label: say("place"),
      sort: (row) => short(row.name),
      cell: (row) => row.code === null ? say("nation")
        : element("a", { href: address({ unit: row.code, commune: null }), text: nameOf(row) }),
    },
    ...(state.scheme === "vn-2004" ? [{ key: "now", label: say("new-province"), sort: (row) => now(places, row), cell: (row) => now(places, row) }] : []),
    ...counts.map((key) => ({ key, label: say(key), numeric: true, bar: key === state.measure })),
    ...(report.lines.every((it) => it.statements === null) ? [] : [{ key: "statements", label: say("statements"), numeric: true }]),
  ];
  const table = new Table({
    caption: say("provinces-heading"),
    columns,
    rows: report.lines.filter((it) => !BESIDE.includes(it.code)),
    foot: [
      ...report.lines.filter((it) => BESIDE.includes(it.code)),
      ...(report.nation === null ? [] : [{ ...report.nation, code: null, name: "" }]),
    ],
    sorted: counts.includes(state.measure) ? { key: state.measure, order: "descending" } : null,
  });
  return card({ id: "provinces", heading: say("provinces-heading"), download, foot: provenance(report.head, about) }, table.node);
}

function nameOf(row) {
  return BESIDE.includes(row.code) ? say(row.code) : row.name;
}

function now(places, row) {
  if (row.code === null || BESIDE.includes(row.code)) return "";
  return places.related("vn-2004", row.code).map((code) => short(places.name("vn-2025", code))).join(", ");
}
