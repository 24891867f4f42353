// A published edition, as reports: what everybody may read. What it does not have is null.

import { countsOfEdition, PUBLISHED_OF_GROUPS } from "./measures.js";

const NOTHING = { registered: null, registered_inferred: 0, active: null, trained: null, certified: null, confirmed: null, statements: null };

export class Edition {
  /** From `/editions/{number}`. */
  constructor(read) {
    this.read = read;
  }

  head(scheme) {
    const { through, ruleset, counts, calendar, number, day, smallest_cell: smallest } = this.read;
    return { through, scheme, ruleset, counts, calendar, edition: { number, day, smallest } };
  }

  provinces({ scheme, group }) {
    const rows = group === "*"
      ? this.read.provinces
      : this.read.groups.filter((it) => it.group === group);
    const lines = rows.filter((it) => it.scheme === scheme).map((it) => line(it, countsOfEdition(group), this.read.number));
    return {
      head: this.head(scheme),
      lines: lines.filter((it) => it.code !== null),
      nation: lines.find((it) => it.code === null) ?? NOTHING,
    };
  }

  /** Of a province the groups alone are published. */
  province({ scheme, unit }) {
    const rows = this.read.groups.filter((it) => it.scheme === scheme && it.code === unit);
    const lines = rows.map((it) => ({ ...line(it, PUBLISHED_OF_GROUPS, this.read.number), code: it.group, name: it.group_name, name_en: it.group_name_en, kind: "learner" }));
    return { head: this.head(scheme), groups: { lines } };
  }

  /** What it shows otherwise than the one before; `first`: there was none. */
  changes(scheme) {
    return { head: this.head(scheme), first: this.read.previous === null, lines: this.read.changes };
  }

  targets() {
    const plans = new Map();
    for (const row of this.read.targets) {
      if (!plans.has(row.plan)) plans.set(row.plan, { plan: row.plan, scheme: row.scheme, code: row.code, name: row.name, date: null, note: "", targets: [] });
      plans.get(row.plan).targets.push(target(row, this.read.number));
    }
    return { head: this.head(null), plans: [...plans.values()] };
  }
}

function line(row, counts, number) {
  const of = (make) => Object.fromEntries(counts.map((key) => [key, make(row[key])]));
  return { ...NOTHING, code: row.code, name: row.name, ...of((it) => it.value), marks: of((it) => mark(it, number)) };
}

function target(row, number) {
  return { ...row, count: row.count.value, marks: { count: mark(row.count, number) } };
}

/** What is to be known of a public figure: `*`, a part of it is hidden; `°`, it was counted for an earlier edition. */
function mark({ value, edition, partial }, number) {
  if (value === null) return "";
  return `${partial ? "*" : ""}${edition < number ? "°" : ""}`;
}
