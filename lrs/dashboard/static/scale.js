// Five steps of colour for figures that lie far apart: each step has as many places as the next.

const STEPS = 5;

export class Scale {
  /** Over the figures that are there; nothing and 0 are a step of their own. */
  constructor(values) {
    const known = values.filter((value) => value > 0).sort((a, b) => a - b);
    const distinct = [...new Set(known)];
    this.least = known[0] ?? 0;
    this.bounds = distinct.length <= STEPS
      ? distinct
      : [...new Set(Array.from({ length: STEPS }, (_, step) => known[Math.floor((step * known.length) / STEPS)]))];
  }

  /** 0 for nothing, else 1 to 5; few steps are the darker ones apart. */
  level(value) {
    if (!(value > 0)) return 0;
    const step = this.bounds.findLastIndex((bound) => value >= bound);
    return this.bounds.length === 1 ? 3 : 1 + Math.round((step * (STEPS - 1)) / (this.bounds.length - 1));
  }

  /** The least figure of each step with its level, for the legend. */
  get steps() {
    return this.bounds.map((bound) => ({ from: bound, level: this.level(bound) }));
  }
}
