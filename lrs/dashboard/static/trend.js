// How a measure went through time: a chart, and the same as a table.

import { card } from "./card.js";
import { Chart } from "./chart.js";
import { element } from "./element.js";
import { brief, number, period, say } from "./language.js";
import { COUNTS } from "./measures.js";
import { provenance } from "./provenance.js";
import { address, go } from "./state.js";
import { Table } from "./table.js";
import { onColours } from "./theme.js";

let chart = null;
onColours(() => chart?.draw());

/** The section, from the report; `about`: what narrows its figures. */
export function trendCard(state, report, { measure, about, download }) {
  chart?.end();
  chart = null;
  const foot = provenance(report.head, about);
  const said = { id: "trend", heading: `${say(`trend-${report.grain}`)}: ${say(measure).toLowerCase()}`, foot, download };
  const wider = up(state.period);
  const back = wider && element("p", {}, element("a", { href: address({ period: wider }), text: `← ${say("up", { period: period(wider) })}` }));
  if (report.steps.length === 0) return card(said, back, element("p", { class: "note", text: say("trend-none") }));
  const steps = filled(report).map((step) => ({
    key: step.period,
    value: step[measure],
    label: report.grain === "day" ? step.period.slice(8) : step.period.slice(5) + "/" + step.period.slice(2, 4),
    current: step.period === state.period,
  }));
  const readout = element("p", { class: "readout" });
  const tell = (step) => {
    readout.classList.toggle("hint", !step);
    readout.textContent = step ? `${period(step.key)}: ${number(step.value)} ${say(measure).toLowerCase()}` : say("trend-hint");
  };
  tell(steps.find((it) => it.current) ?? null);
  const host = element("div", { class: "chart", "aria-hidden": "true" });
  requestAnimationFrame(() => {
    if (!host.isConnected) return;
    chart = new Chart(host, { steps, format: brief, told: (step) => step && tell(step), chosen: (step) => go({ period: step.key }) });
  });
  return card(said, back, host, readout, element("details", {}, element("summary", { text: say("as-table") }), table(state, report).node));
}

function table(state, report) {
  const columns = [
    { key: "period", label: say("period"), sort: (row) => row.period, cell: (row) => element("a", { href: address({ period: row.period }), text: period(row.period) }) },
    ...COUNTS.map((key) => ({ key, label: say(key), numeric: true })),
    ...(report.whole.statements === null ? [] : [{ key: "statements", label: say("statements"), numeric: true }]),
  ];
  const whole = { ...report.whole, period: report.period };
  return new Table({
    caption: say(`trend-${report.grain}`),
    columns,
    rows: [...report.steps],
    foot: [whole],
    current: (row) => row !== whole && row.period === state.period,
    sorted: { key: "period", order: "ascending" },
  });
}

/** The steps with those between them that have no figure. */
function filled(report) {
  const known = new Map(report.steps.map((it) => [it.period, it]));
  const [first, last] = report.grain === "day" ? ends(report.period) : [report.steps[0].period, report.steps.at(-1).period];
  const found = [];
  for (let at = first; at <= last; at = next(at)) found.push(known.get(at) ?? { period: at, registered: 0, active: 0, trained: 0, certified: 0, confirmed: 0 });
  return found;
}

function ends(month) {
  const [year, of] = month.split("-").map(Number);
  return [`${month}-01`, `${month}-${String(new Date(Date.UTC(year, of, 0)).getUTCDate()).padStart(2, "0")}`];
}

function next(at) {
  const [year, month, day] = at.split("-").map(Number);
  const then = day === undefined ? new Date(Date.UTC(year, month, 1)) : new Date(Date.UTC(year, month - 1, day + 1));
  return then.toISOString().slice(0, at.length);
}

/** The next longer period: a day's month, a month's year, all time; null beyond. */
function up(of) {
  if (of === "total") return null;
  return of.length > 4 ? of.slice(0, of.length - 3) : "total";
}
