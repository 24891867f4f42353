// A table of figures that can be sorted by each of its columns.

import { element } from "./element.js";
import { figure } from "./language.js";

/** Columns are `{ key, label, numeric?, cell?(row), sort?(row), bar? }`: `cell` makes text or a node, `sort` a number
 * or text, `bar` draws the share of the column's largest figure. The first column names the row. `foot` rows stand
 * last, whatever is sorted. */
export class Table {
  constructor({ caption, columns, rows, foot = [], current = () => false, sorted = null }) {
    this.columns = columns;
    this.rows = rows;
    this.foot = foot;
    this.current = current;
    this.sorted = sorted;
    this.body = element("tbody");
    this.headers = columns.map((column) => this.#header(column));
    const table = element("table", {},
      element("caption", { class: "visually-hidden", text: caption }),
      element("thead", {}, element("tr", {}, this.headers)),
      this.body,
      foot.length > 0 && element("tfoot", {}, foot.map((row) => this.#row(row, {}))),
    );
    this.node = element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table);
    this.show(rows);
  }

  /** Show these rows, in the order that was chosen. */
  show(rows) {
    this.rows = rows;
    const shown = this.sorted === null ? rows : [...rows].sort((a, b) => this.#compare(a, b));
    const most = {};
    for (const { key, bar } of this.columns) if (bar) most[key] = Math.max(1, ...rows.map((row) => row[key] ?? 0));
    this.body.replaceChildren(...shown.map((row) => this.#row(row, most)));
  }

  #header(column) {
    const button = element("button", { type: "button", text: column.label, on: { click: () => this.#sort(column) } });
    return element("th", {
      scope: "col",
      class: column.numeric && "numeric",
      "aria-sort": this.sorted?.key === column.key ? this.sorted.order : null,
    }, button);
  }

  #sort(column) {
    const first = column.numeric ? "descending" : "ascending";
    const second = column.numeric ? "ascending" : "descending";
    const again = this.sorted?.key === column.key && this.sorted.order === first;
    this.sorted = { key: column.key, order: again ? second : first };
    this.columns.forEach((it, index) => {
      if (it.key === column.key) this.headers[index].setAttribute("aria-sort", this.sorted.order);
      else this.headers[index].removeAttribute("aria-sort");
    });
    this.show(this.rows);
  }

  #compare(a, b) {
    const column = this.columns.find((it) => it.key === this.sorted.key);
    const of = column.sort ?? ((row) => row[column.key] ?? -1);
    const [left, right] = [of(a), of(b)];
    const order = typeof left === "string" ? left.localeCompare(right, "vi") : left - right;
    return this.sorted.order === "ascending" ? order : -order;
  }

  #row(row, most) {
    const cells = this.columns.map((column, index) => {
      const shown = column.cell ? column.cell(row) : column.numeric ? figure(row, column.key) : row[column.key];
      if (index === 0) return element("th", { scope: "row" }, shown);
      const share = most[column.key] ? `${(100 * (row[column.key] ?? 0)) / most[column.key]}%` : null;
      return element("td", {
        class: column.numeric && (share === null ? "numeric" : "numeric bar"),
        style: share === null ? {} : { "--share": share },
      }, shown);
    });
    return element("tr", { class: this.current(row) && "current" }, cells);
  }
}
