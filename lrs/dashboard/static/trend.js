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

/** Months without any figure that are drawn one by one. */
const LONGEST = 12;

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
  const steps = filled(report).map((step) => step === null ? { key: null, value: null, label: "…", current: false } : ({
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
    chart = new Chart(host, { steps, format: brief, told: (step) => step?.key && tell(step), chosen: (step) => step.key && go({ period: step.key }) });
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

/** The steps with those between them that have no figure, null for a long time without any: one device with a wrong
 * clock (1970) would leave no room for the others. */
function filled(report) {
  const steps = report.grain === "day" ? days(report) : report.steps;
  return steps.flatMap((step, index) => (index === 0 ? [step] : [...gap(steps[index - 1].period, step.period), step]));
}

function days(report) {
  const known = new Map(report.steps.map((it) => [it.period, it]));
  const [year, month] = report.period.split("-").map(Number);
  const last = dayOf(year, month, 0).getUTCDate();
  const all = Array.from({ length: last }, (_, index) => `${report.period}-${String(index + 1).padStart(2, "0")}`);
  return all.map((day) => known.get(day) ?? nothing(day));
}

function gap(before, after) {
  const found = [];
  for (let at = next(before); at < after; at = next(at)) {
    if (found.length === LONGEST) return [null];
    found.push(nothing(at));
  }
  return found;
}

function nothing(at) {
  return { period: at, registered: 0, active: 0, trained: 0, certified: 0, confirmed: 0 };
}

function next(at) {
  const [year, month, day] = at.split("-").map(Number);
  const then = day === undefined ? dayOf(year, month, 1) : dayOf(year, month - 1, day + 1);
  return then.toISOString().slice(0, at.length);
}

/** A day, of the first century too. */
function dayOf(year, month, day) {
  const found = new Date(0);
  found.setUTCFullYear(year, month, day);
  return found;
}

/** The next longer period: a day's month, a month's year, all time; null beyond. */
function up(of) {
  if (of === "total") return null;
  return of.length > 4 ? of.slice(0, of.length - 3) : "total";
}
