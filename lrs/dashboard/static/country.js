// The section with the tile map: its legend, and the lines that are no province.

import { element } from "./element.js";
import { brief, figure, marks, say } from "./language.js";
import { BESIDE } from "./places.js";
import { provenance } from "./provenance.js";
import { Scale } from "./scale.js";
import { address, go } from "./state.js";
import { metOf } from "./targets.js";
import { Tiles } from "./tiles.js";

const narrow = matchMedia("(max-width: 60rem)");

export class Country {
  constructor(host) {
    this.tiles = new Tiles(() => go({ unit: null, commune: null }));
    this.note = element("p", { class: "note" });
    this.below = element("div", { class: "below" });
    // the tiles stay where they are: what is moved loses the keyboard
    this.folded = element("details", { open: true },
      element("summary", {}, element("h2", { id: "country-heading" })),
      element("div", {}, this.note, this.tiles.node, this.tiles.readout, this.below));
    this.shown = undefined;
    host.classList.add("card");
    host.replaceChildren(this.folded);
  }

  /** From the report of provinces, and that of targets. */
  show(places, state, provinces, targets) {
    const lines = new Map(provinces.lines.map((it) => [it.code, it]));
    const measured = state.measure === "targets"
      ? metFigures(places, state, targets)
      : countFigures(lines, state.measure, say(provinces.head.edition ? "level-hidden" : "level-none"));
    this.folded.querySelector("h2").textContent = say(narrow.matches && state.unit ? "choose-province" : "country-heading");
    this.tiles.draw(places, state.scheme, {
      label: say("country-grid", { measure: say(state.measure) }),
      figure: measured.figure,
      href: (unit, commune) => address({ unit, commune }),
      selected: state.unit,
    });
    this.note.textContent = say(state.measure === "targets" ? "country-targets-note" : `what-${state.measure}`);
    this.below.replaceChildren(...[
      measured.legend,
      state.measure !== "targets" && provinces.nation !== null && beside(lines, state, provinces.head),
      provenance(provinces.head),
    ].filter(Boolean));
    // on a phone the details of a place come before the way to another one
    if (this.shown !== state.unit) this.folded.open = !(narrow.matches && state.unit !== null);
    this.shown = state.unit;
  }
}

function countFigures(lines, measure, none) {
  const provinces = [...lines.values()].filter((it) => !BESIDE.includes(it.code));
  const scale = new Scale(provinces.map((it) => it[measure]));
  return {
    figure: (code) => {
      const line = lines.get(code) ?? {};
      const value = line[measure] ?? null;
      const words = `${figure(line, measure)} ${say(measure).toLowerCase()}`;
      return { level: scale.level(value), text: brief(value) + marks(line, measure), words };
    },
    legend: legend([{ level: 0, text: none },
      ...scale.steps.map(({ from, level }) => ({ level, text: `≥ ${brief(from)}` }))]),
  };
}

function metFigures(places, state, targets) {
  return {
    figure: (code) => {
      const { met, known } = metOf(places, targets, state.scheme, code);
      const level = known === 0 ? 0 : 1 + Math.round((4 * met) / known);
      return { level, text: known === 0 ? "" : `${met}/${known}`, words: `${met}/${known} ${say("targets").toLowerCase()}` };
    },
    legend: legend([{ level: 0, text: say("level-none") }, { level: 1, text: "0" }, { level: 3, text: "½" }, { level: 5, text: "1" }]),
  };
}

function legend(steps) {
  return element("ul", { class: "legend", "aria-hidden": "true" }, steps.map(({ level, text }) =>
    element("li", {}, element("span", { class: `swatch level-${level}` }), text)));
}

function beside(lines, state, head) {
  const codes = BESIDE.filter((code) => lines.has(code));
  return element("div", { class: "beside" },
    element("h3", { text: say("country-beside") }),
    element("ul", {}, codes.map((code) => element("li", {},
      element("a", {
        href: address({ unit: code, commune: null }),
        "aria-current": state.unit === code && "true",
        text: say(code),
      }),
      element("span", { class: "figure", text: figure(lines.get(code), state.measure) })))),
    // what an edition hides is missing from sums
    !head.edition && element("p", { class: "note", text: say("country-sum") }),
  );
}
