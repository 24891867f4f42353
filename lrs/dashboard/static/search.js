// Finding a place by its name, with or without its marks: a combobox (ARIA 1.2).

import { list } from "./data.js";
import { byId, element } from "./element.js";
import { say } from "./language.js";
import { folded, short } from "./places.js";
import { go } from "./state.js";

const MOST = 12;

export class Search {
  constructor(places, scheme) {
    this.places = places;
    this.scheme = scheme;
    this.communes = {};
    this.found = [];
    this.at = -1;
    this.input = byId("search");
    this.box = byId("found");
    this.input.addEventListener("focus", () => this.#load());
    this.input.addEventListener("input", () => this.#search());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#close());
    this.box.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("li[data-index]");
      if (option) this.#choose(Number(option.dataset.index));
    });
  }

  async #load() {
    const scheme = this.scheme();
    if (this.communes[scheme]) return;
    this.communes[scheme] = [];
    try {
      const known = await list(`communes-${scheme}`);
      this.communes[scheme] = known.map(([unit, commune, name]) => ({ scheme, unit, commune, name, plain: folded(name) }));
    } catch {
      delete this.communes[scheme]; // provinces are still found; the next focus asks again
    }
    if (document.activeElement === this.input) this.#search();
  }

  #search() {
    const wanted = folded(this.input.value);
    if (wanted === "") return this.#close();
    const scheme = this.scheme();
    const provinces = Object.entries(this.places.provinces).flatMap(([of, all]) =>
      all.map((it) => ({ scheme: of, unit: it.code, commune: null, name: it.name, plain: folded(it.name) })));
    const all = [...provinces, ...(this.communes[scheme] ?? [])];
    const ranked = all.map((it) => ({ it, rank: rank(it, wanted, scheme) })).filter(({ rank: of }) => of < Infinity);
    this.found = ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ it }) => it);
    this.at = this.found.length > 0 ? 0 : -1;
    this.#show();
    return undefined;
  }

  #show() {
    this.box.replaceChildren(...this.found.map((it, index) => element("li", {
      id: `found-${index}`,
      role: "option",
      "data-index": index,
      "aria-selected": String(index === this.at),
    }, element("span", { text: it.name }), element("span", { class: "muted", text: this.#where(it) }))));
    if (this.found.length === 0) {
      this.box.append(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "muted", text: say("found-none") }));
    }
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.box.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  #where(it) {
    const province = it.commune === null ? "" : `${short(this.places.name(it.scheme, it.unit))} · `;
    return `${province}${it.scheme}/${it.unit}${it.commune === null ? "" : `/${it.commune}`}`;
  }

  #key(event) {
    if (event.key === "Escape") {
      if (this.box.hidden) this.input.value = "";
      this.#close();
    } else if (this.box.hidden || this.found.length === 0) return;
    else if (event.key === "ArrowDown") this.#step(event, 1);
    else if (event.key === "ArrowUp") this.#step(event, -1);
    else if (event.key === "Enter") this.#choose(this.at);
  }

  #step(event, by) {
    event.preventDefault();
    this.at = (this.at + by + this.found.length) % this.found.length;
    this.#show();
  }

  #choose(index) {
    const { scheme, unit, commune } = this.found[index];
    this.input.value = "";
    this.#close();
    go({ scheme, unit, commune });
  }

  #close() {
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** Less is better: a province before a commune, this scheme before the other, the beginning of a name before its
 * middle. */
function rank(it, wanted, scheme) {
  const bare = it.plain.replace(/^(tinh|thanh pho|xa|phuong|dac khu|thi tran|huyen) /, "");
  const at = bare === wanted ? 0 : bare.startsWith(wanted) ? 1 : ` ${it.plain}`.includes(` ${wanted}`) ? 2 : it.plain.includes(wanted) ? 3 : Infinity;
  return at * 4 + (it.commune === null ? 0 : 2) + (it.scheme === scheme ? 0 : 1);
}
