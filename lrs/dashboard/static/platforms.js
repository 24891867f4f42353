// The platforms: who sends, who is silent, and how much of it counts.

import { card } from "./card.js";
import { element } from "./element.js";
import { moment, number, say } from "./language.js";
import { short } from "./places.js";
import { provenance } from "./provenance.js";
import { Table } from "./table.js";

/** Days without a statement from which on a platform is silent. */
const SILENT_AFTER = 14;

/** The section: of the nation all platforms, of a province those that may report it by name. */
export function platformsCard(places, state, report, download) {
  const rows = report.platforms.filter((it) => state.unit === null
    || (it.provinces ?? []).some((unit) => places.concerns(unit, state.scheme, state.unit)));
  const table = new Table({
    caption: say("platforms-heading"),
    columns: [
      { key: "platform", label: say("platform"), sort: (row) => row.platform, cell: (row) => element("span", { class: "code", text: row.platform }) },
      { key: "state", label: say("state"), sort: silence, cell: stateChip },
      { key: "last_seen", label: say("last-seen"), sort: (row) => row.last_seen ?? "", cell: (row) => element("span", { class: "nowrap", text: row.last_seen ? moment(row.last_seen) : say("never") }) },
      { key: "provinces", label: say("reports"), sort: (row) => reports(places, row), cell: (row) => reports(places, row) },
      { key: "counted", label: say("counted"), numeric: true },
      { key: "not_counted", label: say("not-counted"), numeric: true },
    ],
    rows,
    sorted: { key: "state", order: "descending" },
  });
  return card({
    id: "platforms",
    heading: say("platforms-heading"),
    note: rows.length > 0 ? say("platforms-note", { days: SILENT_AFTER }) : say("platforms-none"),
    download: rows.length > 0 ? download : null,
    foot: provenance(report.head),
  }, rows.length > 0 && table.node);
}

function silence(row) {
  return row.last_seen === null ? Number.MAX_SAFE_INTEGER : row.silent_days;
}

function stateChip(row) {
  const [kind, words] = row.trial
    ? ["trial", say("on-trial")]
    : row.last_seen === null ? ["silent", say("silent-never")]
      : row.silent_days >= SILENT_AFTER ? ["silent", say("silent", { days: number(row.silent_days) })] : ["sending", say("sending")];
  return element("span", { class: `chip ${kind}`, text: words });
}

function reports(places, row) {
  if (row.provinces === null) return say("reports-any");
  const names = row.provinces.map((unit) => {
    const [scheme, code] = unit.split("/");
    return `${short(places.name(scheme, code))} (${unit})`;
  });
  return names.join(", ") || say("reports-none");
}
