// The communes of a province, to be filtered by name; those without figures on request.

import { card } from "./card.js";
import { element } from "./element.js";
import { number, percent, say } from "./language.js";
import { COUNTS } from "./measures.js";
import { folded } from "./places.js";
import { provenance } from "./provenance.js";
import { address } from "./state.js";
import { Table } from "./table.js";

const NO_PLACE = ["not-stated", "unresolved"];

export function communeName(line) {
  return NO_PLACE.includes(line.code) ? say(`commune-${line.code}`) : line.name;
}

/** The figures of the commune that was chosen, or null. */
export function communeCard(state, report) {
  const line = report.communes.lines.find((it) => it.code === state.commune);
  if (!line) return null;
  const all = report.totals.registered;
  return card({
    id: "commune",
    heading: communeName(line),
    note: all > 0 ? say("commune-share", { share: percent((100 * line.registered) / all) }) : null,
    foot: provenance(report.head, say("all-of-time")),
  },
  element("dl", { class: "figures small" }, COUNTS.map((key) => element("div", {},
    element("dt", { text: say(key) }), element("dd", { text: number(line[key]) })))),
  element("p", {}, element("a", { href: address({ commune: null }), text: `← ${say("in-province")}` })));
}

export function communesCard(state, report, download) {
  const lines = report.communes.lines;
  const places = lines.filter((it) => !NO_PLACE.includes(it.code));
  const table = new Table({
    caption: say("communes-heading"),
    columns: [
      { key: "name", label: say("commune"), sort: (row) => row.name.replace(/^(Xã|Phường|Đặc khu|Thị trấn|Huyện) /, ""), cell: (row) => row.code === null ? say("total") : element("a", { href: address({ commune: row.code }), text: communeName(row) }) },
      ...COUNTS.map((key) => ({ key, label: say(key), numeric: true, bar: key === state.measure })),
      { key: "statements", label: say("statements"), numeric: true },
    ],
    rows: [],
    foot: [...lines.filter((it) => NO_PLACE.includes(it.code)), { ...report.totals, code: null, name: "" }],
    current: (row) => row.code === state.commune,
    sorted: { key: COUNTS.includes(state.measure) ? state.measure : "registered", order: "descending" },
  });
  const name = element("input", { type: "search", id: "communes-name", autocomplete: "off" });
  const empty = element("input", { type: "checkbox", id: "communes-empty" });
  const told = element("p", { class: "note", role: "status" });
  const silent = places.filter((it) => COUNTS.every((key) => it[key] === 0) && it.statements === 0).length;
  const show = () => {
    const wanted = folded(name.value);
    const rows = places.filter((it) => folded(it.name).includes(wanted)
      && (empty.checked || wanted !== "" || it.code === state.commune || it.registered > 0 || it.active > 0 || it.statements > 0));
    table.show(rows);
    told.textContent = say("communes-shown", { shown: number(rows.length), all: number(places.length) });
  };
  name.addEventListener("input", show);
  empty.addEventListener("change", show);
  show();
  return card({
    id: "communes",
    heading: say("communes-heading"),
    note: say("communes-note"),
    download,
    foot: provenance(report.head, say("all-of-time")),
  },
  places.length > 0 && element("div", { class: "filter" },
    element("label", {}, say("communes-filter"), name),
    silent > 0 && element("label", { class: "check" }, empty, say("communes-zero", { count: number(silent) }))),
  told, table.node);
}
