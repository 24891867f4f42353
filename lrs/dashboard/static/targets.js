// Plans and how far their targets are: each stands under the unit of its time, and is never merged.

import { card } from "./card.js";
import { element } from "./element.js";
import { figure, number, percent, period, rule, say, spoken } from "./language.js";
import { provenance } from "./provenance.js";

const MARKS = { met: "✓", "not met": "○" };

/** How many targets of a province are met, of how many that are known, those of its former parts too. */
export function metOf(places, targets, scheme, code) {
  const lines = plansOf(places, targets, scheme, code).flatMap((it) => it.targets);
  return { met: lines.filter((it) => it.status === "met").length, known: lines.length };
}

/** The section, for the nation (unit null) or a province. */
export function targetsCard(places, state, report, download) {
  const shown = state.unit === null ? report.plans : plansOf(places, report, state.scheme, state.unit);
  const content = shown.length === 0
    ? [element("p", { class: "note", text: say("targets-none") })]
    : shown.map((plan) => planBlock(places, plan));
  return card({
    id: "targets",
    heading: say("targets-heading"),
    note: shown.length > 0 ? say("targets-old") : null,
    download,
    foot: provenance(report.head),
  }, ...content);
}

function plansOf(places, report, scheme, code) {
  return report.plans.filter((plan) => plan.code !== null && places.concerns(`${plan.scheme}/${plan.code}`, scheme, code));
}

function planBlock(places, plan) {
  const about = [
    plan.code && `${plan.scheme}/${plan.code}`,
    plan.date && say("plan-of", { date: period(plan.date) }),
    plan.date && completeness(plan),
  ];
  return element("div", { class: "plan" },
    element("h3", { text: plan.code === null ? say("nation") : plan.name }),
    element("p", { class: "note", text: about.filter(Boolean).join(" · ") }),
    spoken() === "en" && plan.note && element("p", { class: "note", text: plan.note }),
    ...(plan.targets.length === 0 ? [] : [
      element("ul", { class: "targets" }, plan.targets.map((it) => target(places, it))),
      element("p", { class: "note", text: remarks(plan.targets).join(" ") }),
      plan.targets.some((it) => it.quote) && element("details", {},
        element("summary", { text: say("quotes") }),
        element("ul", { class: "quotes", lang: "vi" }, plan.targets.map((it) => element("li", { text: `“${it.quote}”` })))),
    ]));
}

function target(places, it) {
  const key = it.status.replaceAll(" ", "-");
  return element("li", { class: `target ${key}` },
    element("div", { class: "target-name" }, groupName(places, it.group), element("span", { class: "muted", text: indicator(it.indicator) })),
    element("div", { class: "target-reached" },
      element("p", {}, element("strong", { text: reached(it) }), it.so_far && it.count !== null ? ` ${say("so-far")}` : null),
      bar(it),
      element("p", { class: "note", text: [
        say("target-wanted", { value: wanted(it) }),
        say("target-due", { date: period(it.due) }),
        missing(it),
        pace(it),
        it.over_hundred && say("over-hundred"),
        source(it),
      ].filter(Boolean).join(" · ") })),
    element("span", { class: "chip" }, element("span", { "aria-hidden": "true", text: `${MARKS[it.status] ?? "–"} ` }), say(`status-${key}`)));
}

function completeness(plan) {
  if (plan.targets_known === 0) return say("plan-empty");
  return plan.targets_stated === null
    ? say("plan-unsure", { known: plan.targets_known })
    : say("plan-known", { known: plan.targets_known, stated: plan.targets_stated });
}

/** How many people are missing to the target, where that can be said. */
function missing(it) {
  const people = it.gap?.people ?? null;
  return people > 0 ? say("target-gap", { count: number(people) }) : null;
}

/** Whether going on like this meets the target in time, where that can be said. */
function pace(it) {
  const reaches = it.pace?.reaches ?? null;
  if (reaches === null || it.status === "met") return null;
  return say(reaches ? "pace-enough" : "pace-short", { count: number(Math.ceil(it.pace.needed_per_day)) });
}

/** Who says how large the group is, or what was imported. */
function source(it) {
  const said = it.imported ?? it.denominator_source ?? null;
  return said && say("source", { source: said.source, date: period(said.date) });
}

/** What holds for several targets of a plan, each said once. */
function remarks(targets) {
  const rules = targets.filter((it) => it.rule).map((it) => say("trained-rule", { rule: `${rule(it.rule.words)}.` }));
  const said = [
    targets.some((it) => it.status === "no denominator") && say("no-denominator-note"),
    targets.some((it) => it.indicator.startsWith("external:")) && say("external-note"),
    ...rules,
  ];
  return [...new Set(said.filter(Boolean))];
}

function groupName(places, code) {
  if (code === "*") return say("everybody");
  const group = places.groups.find((it) => it.code === code);
  return group ? group[spoken()] : code;
}

/** What a target is about, in words. */
export function indicator(code) {
  if (!code.startsWith("external:")) return say(code).toLowerCase();
  const name = code.slice("external:".length);
  const known = ["smartphone", "e-payment-account"].includes(name);
  return say("external", { name: known ? say(name) : name });
}

/** The share of the group as a bar, with a mark where the target is; none without a percentage. */
function bar(it) {
  const [share, mark] = it.measure === "percent"
    ? [it.imported ? Number(it.imported.value) : it.percent, Number(it.value)]
    : [it.count === null ? null : (100 * it.count) / Number(it.value), 100];
  if (share === null) return element("div", { class: "bar-line unknown", "aria-hidden": "true" });
  return element("div", { class: "bar-line", "aria-hidden": "true", style: { "--share": `${Math.min(100, share)}%`, "--mark": `${Math.min(100, mark)}%` } },
    element("span", { class: "bar-fill" }), element("span", { class: "bar-mark" }));
}

function reached(it) {
  if (it.imported) return it.imported.measure === "percent" ? percent(it.imported.value, true) : number(Number(it.imported.value));
  if (it.count === null) return say(it.status === "hidden" ? "status-hidden" : "status-no-figure");
  const count = it.denominator === null
    ? say("target-count", { count: figure(it, "count") })
    : say("target-of", { count: figure(it, "count"), denominator: number(it.denominator) });
  return it.percent === null ? count : `${percent(it.percent)} (${count})`;
}

function wanted(it) {
  const sign = { "=": "", ">=": "≥ ", ">": "> " }[it.operator] ?? `${it.operator} `;
  return sign + (it.measure === "percent" ? percent(it.value, true) : number(Number(it.value)));
}
