// The country as a grid of tiles: in vn-2004 a tile holds the old provinces of which the new one is made.

import { element } from "./element.js";
import { say } from "./language.js";
import { short } from "./places.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Tiles {
  /** `away`: what Escape does. */
  constructor(away) {
    this.node = element("div", { class: "tiles", role: "grid", "aria-readonly": "true" });
    this.readout = element("p", { class: "readout" });
    this.last = null;
    this.node.addEventListener("keydown", (event) => this.#key(event, away));
    this.node.addEventListener("focusin", (event) => this.#reach(event.target.closest("a")));
    this.node.addEventListener("pointerover", (event) => this.#tell(event.target.closest("a")));
  }

  /** `figure(code)`: `{ level, text, words }` of a province; `href(code, commune)`; `selected`: its code or null. */
  draw(places, scheme, { label, figure, href, selected }) {
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    const cells = [
      ...Object.entries(places.tiles).map(([code, tile]) => {
        const codes = scheme === "vn-2025" ? [code] : places.related("vn-2025", code);
        const links = codes.map((it) => this.#province(it, places.name(scheme, it), figure(it), href(it, null)));
        return { tile, links, kind: `cell parts-${links.length}` };
      }),
      ...places.islands.map((it) => ({ tile: it.tile, links: [this.#island(it, places, scheme, href)], kind: "cell island" })),
    ];
    const rows = Math.max(...cells.map((it) => it.tile[0])) + 1;
    const columns = Math.max(...cells.map((it) => it.tile[1])) + 1;
    this.node.setAttribute("aria-label", label);
    this.node.setAttribute("aria-rowcount", rows);
    this.node.setAttribute("aria-colcount", columns);
    this.node.classList.toggle("old", scheme === "vn-2004");
    this.node.replaceChildren(...Array.from({ length: rows }, (_, row) => line(cells, row)).filter(Boolean));
    for (const link of this.links) {
      if (link.dataset.place === selected) link.setAttribute("aria-current", "true");
    }
    const to = this.#find(focused) ?? this.#find(selected) ?? this.#find(this.last) ?? this.links[0];
    this.#reach(to);
    this.#tell(this.#find(selected));
    if (focused !== null) to.focus();
  }

  get links() {
    return [...this.node.querySelectorAll("a")];
  }

  #find(place) {
    return place === null ? undefined : this.links.find((it) => it.dataset.place === place);
  }

  #province(code, name, { level, text, words }, href) {
    // what is seen comes first in what is said, so that speech control finds it
    const said = words.startsWith(text) ? words : `${text} (${words})`;
    return element("a", {
      class: `tile level-${level}`,
      href,
      tabindex: "-1",
      "data-place": code,
      "data-words": `${name}: ${words}`,
      "aria-label": `${short(name)} ${said}`,
    }, element("span", { class: "tile-name", text: short(name) }), " ", element("span", { class: "tile-figure", text }));
  }

  #island(island, places, scheme, href) {
    const code = scheme === "vn-2025" ? island.province : island.old;
    const of = say("part-of", { name: short(places.name(scheme, code)) });
    return element("a", {
      class: "tile",
      href: href(code, scheme === "vn-2025" ? island.commune : null),
      tabindex: "-1",
      "data-place": `island-${island.commune}`,
      "data-words": `${scheme === "vn-2025" ? island.name : short(island.name)}, ${of}`,
    }, element("span", { class: "tile-name", text: short(island.name) }), " ",
    element("span", { class: "tile-figure", text: of }));
  }

  #reach(link) {
    if (!link) return;
    for (const other of this.links) other.tabIndex = other === link ? 0 : -1;
    this.last = link.dataset.place;
    this.#tell(link);
  }

  #tell(link) {
    this.readout.classList.toggle("hint", !link);
    this.readout.textContent = link ? link.dataset.words : say("country-hint");
  }

  #key(event, away) {
    const links = this.links;
    const from = event.target.closest("a");
    if (event.key === "Escape") {
      event.stopPropagation();
      away();
    } else if (event.key in STEPS) this.#move(event, beside(links, from, ...STEPS[event.key]));
    else if (event.key === "Home") this.#move(event, links[0]);
    else if (event.key === "End") this.#move(event, links.at(-1));
  }

  #move(event, to) {
    event.preventDefault();
    to?.focus();
  }
}

function line(cells, row) {
  const here = cells.filter((it) => it.tile[0] === row).sort((a, b) => a.tile[1] - b.tile[1]);
  if (here.length === 0) return null;
  return element("div", { role: "row", "aria-rowindex": row + 1 }, here.map(({ tile, links, kind }) =>
    element("div", {
      role: "gridcell",
      class: kind,
      "aria-colindex": tile[1] + 1,
      style: { "--row": tile[0] + 1, "--column": tile[1] + 1 },
    }, links)));
}

/** The nearest link in a direction; what lies straight ahead goes before what lies aside. */
function beside(links, from, across, down) {
  const here = centre(from);
  let [nearest, least] = [null, Infinity];
  for (const link of links) {
    const there = centre(link);
    const ahead = across * (there.x - here.x) + down * (there.y - here.y);
    const aside = Math.abs(across === 0 ? there.x - here.x : there.y - here.y);
    const far = ahead + 2 * aside;
    if (ahead > 3 && far < least) [nearest, least] = [link, far];
  }
  return nearest;
}

function centre(link) {
  const { left, width, top, height } = link.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
