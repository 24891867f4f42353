// Bars over time, drawn by uPlot (a global: its file is a plain script).

/* global uPlot */

const HEIGHT = 220;

export class Chart {
  /** `steps`: `{ label, value, key, current }` in order. `format(value)`; `told(step or null)`; `chosen(step)`. */
  constructor(host, { steps, format, told, chosen }) {
    this.host = host;
    this.told = { steps, format, told, chosen };
    this.watch = new ResizeObserver(() => this.#resize());
    this.watch.observe(host);
    this.draw();
  }

  /** Draw it anew, in the colours of now. */
  draw() {
    this.plot?.destroy();
    const { steps, format, told, chosen } = this.told;
    const style = getComputedStyle(this.host);
    const colour = (name) => style.getPropertyValue(name).trim();
    const places = steps.map((_, index) => index);
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: colour("--muted"), font, ticks: { show: false } };
    const bars = (align) => uPlot.paths.bars({ size: [0.72, 44], radius: 0.12, align });
    const series = (of, name) => ({ fill: colour(name), width: 0, paths: bars(0), points: { show: false }, label: of });
    this.plot = new uPlot({
      width: this.host.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [-0.6, steps.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(most, 1) * 1.06] } },
      axes: [
        { ...axis, size: 30, grid: { show: false }, splits: () => ticks(steps.length, this.host.clientWidth), values: (_, at) => at.map((it) => steps[it]?.label ?? "") },
        { ...axis, size: (_, values) => 14 + 7.2 * Math.max(2, ...(values ?? [""]).map((it) => String(it ?? "").length)), grid: { stroke: colour("--line"), width: 1 }, values: (_, at) => at.map((it) => (Number.isInteger(it) ? format(it) : "")) },
      ],
      series: [{}, series("others", "--accent"), series("current", "--ink")],
      hooks: { setCursor: [(plot) => told(plot.cursor.idx === null ? null : steps[plot.cursor.idx])] },
    }, [
      places,
      steps.map((it) => (it.current ? null : it.value)),
      steps.map((it) => (it.current ? it.value : null)),
    ], this.host);
    this.plot.over.addEventListener("click", () => {
      const step = steps[this.plot.cursor.idx];
      if (step) chosen(step);
    });
    this.width = this.host.clientWidth;
  }

  /** Whoever is drawn no more is not watched. */
  end() {
    this.watch.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  #resize() {
    if (this.plot && this.host.clientWidth > 0 && this.host.clientWidth !== this.width) this.draw();
  }
}

function ticks(count, width) {
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(width / 64))));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
