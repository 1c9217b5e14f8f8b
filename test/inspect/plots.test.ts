import fc from "fast-check";
import { type Chart, plotSvg, plotText, scheduleChart } from "rushlight/inspect";
import { describe, expect, it } from "vitest";
import { lr_scheduler, optim, torch } from "../../src/index.js";

const sgd = (lr = 0.1, groups = 1) =>
  new optim.SGD(
    Array.from({ length: groups }, (_, g) => ({ params: [torch.zeros(1)], lr: lr * (g + 1) })),
    { lr, momentum: 0.9 },
  );

const chart = (...points: [number, number][]): Chart => ({
  x: { label: "epoch" },
  y: { label: "rate" },
  series: [{ name: "one", points }],
});

/** The coordinates in the path of the first series. */
function pathOf(svg: string): [number, number][] {
  const d = /class="series".*? d="([^"]*)"\/><\/g>/s.exec(svg)![1];
  return [...d.matchAll(/[ML]([-\d.e]+),([-\d.e]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);
}

/** Is this well-formed XML? Every element is closed in order, every attribute quoted. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  const rest = xml.replace(/<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (_, end, name, _attributes, empty) => {
    if (end) return open.pop() === name ? "" : "<";
    if (!empty) open.push(name);
    return "";
  });
  return open.length === 0 && !/<|&(?!amp;|lt;|gt;|quot;)/.test(rest.replace(/@media[^<]*/, ""));
}

const isDrawn = (value: number): boolean => Math.abs(value) < 1e300;
const values = fc.array(fc.tuple(fc.double({ min: -1e6, max: 1e6 }), fc.double()), { minLength: 1, maxLength: 30 });
const texts = fc.string({ unit: "grapheme-ascii" });

describe("plotSvg", () => {
  it("draws each value in its place", () => {
    const path = pathOf(plotSvg(chart([0, 0], [5, 1], [10, 0.5])));
    const [[x0, y0], [x1, y1], [x2, y2]] = path;
    expect(x1 - x0).toBeCloseTo(x2 - x1, 1);
    // upwards is less
    expect(y0 - y2).toBeCloseTo(y2 - y1, 1);
    expect(y0).toBeGreaterThan(y1);
  });

  it("is XML, whatever is drawn and however it is called", () => {
    fc.assert(
      fc.property(values, texts, texts, fc.boolean(), (points, title, name, log) => {
        const drawn = points.filter(([x, y]) => isDrawn(x) && isDrawn(y) && !(log && y < 1e-300));
        fc.pre(drawn.length > 0);
        const svg = plotSvg({
          title,
          x: { label: name },
          y: { label: title, log },
          series: [
            { name, points: points as [number, number][] },
            { name: title, points: drawn as [number, number][] },
          ],
          marks: [{ x: drawn[0][0], label: name }],
        });
        expect(isWellFormed(svg)).toBe(true);
        expect(svg).not.toContain("NaN");
        expect(svg).not.toContain("Infinity");
      }),
    );
    expect(isWellFormed("<svg><g></svg>")).toBe(false);
    expect(isWellFormed('<svg a="<"></svg>')).toBe(false);
  });

  it("has axes with ticks, titles and a legend", () => {
    const two = { ...chart([0, 0], [10, 1]), title: "Rates" };
    const svg = plotSvg({ ...two, series: [...two.series, { name: "a & b", points: [[0, 1]] }] });
    for (const text of ["Rates", "epoch", "rate", "one", "a &amp; b", "0.4", "10"])
      expect(svg).toContain(`>${text}</text>`);
    expect(plotSvg(two)).not.toContain(">one</text>");
    expect(plotSvg(two, { legend: true })).toContain(">one</text>");
  });

  it("draws a band where values are uncertain, and holds values of steps", () => {
    const points = [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const;
    const base = chart();
    expect(plotSvg({ ...base, series: [{ name: "s", points, spread: [0, 1, 0] }] })).toContain("fill-opacity");
    expect(plotSvg({ ...base, series: [{ name: "s", points }] })).not.toContain("fill-opacity");
    const steps = pathOf(plotSvg({ ...base, series: [{ name: "s", points, curve: "step" }] }));
    expect(steps.slice(1).every(([x, y], i) => x === steps[i][0] || y === steps[i][1])).toBe(true);
  });

  it("interrupts the line at what is no number", () => {
    expect(plotSvg(chart([0, 0], [1, 1], [2, Number.NaN], [3, 1], [4, 0])).match(/ d="M[^"]*M/)).not.toBeNull();
  });

  it("refuses to draw nothing", () => {
    expect(() => plotSvg(chart())).toThrow("there is nothing to draw");
    expect(() => plotText(chart([0, Number.NaN]))).toThrow("there is nothing to draw");
    expect(() => plotSvg({ ...chart([0, -1]), y: { label: "", log: true } })).toThrow("there is nothing to draw");
  });
});

describe("plotText", () => {
  it("keeps to its size, whatever is drawn", () => {
    const sizes = fc.record({ width: fc.integer({ min: 40, max: 200 }), height: fc.integer({ min: 12, max: 50 }) });
    fc.assert(
      fc.property(values, sizes, fc.boolean(), fc.boolean(), (points, size, log, two) => {
        const drawn = points.filter(([x, y]) => isDrawn(x) && isDrawn(y) && !(log && y < 1e-300));
        fc.pre(drawn.length > 0);
        const one = { name: "one", points: points as [number, number][] };
        const series = two ? [one, { ...one, name: "two" }] : [one];
        const lines = plotText({ x: { label: "x" }, y: { label: "y", log }, series }, size).split("\n");
        expect(lines.length).toBeLessThanOrEqual(size.height);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.width);
        expect(lines.join("")).toMatch(two ? /[*o]/ : /[\u2801-\u28ff]/);
      }),
    );
  });

  it("draws a line from corner to corner", () => {
    const text = plotText(chart([0, 0], [10, 1]), { width: 30, height: 12 });
    expect(text).toBe(
      [
        "rate",
        "  1 ┤                       ⣀⠤",
        "    │                   ⢀⡠⠔⠉",
        "    │                ⣀⠤⠒⠁",
        "    │             ⡠⠔⠊",
        "0.5 ┤         ⢀⠤⠒⠉",
        "    │      ⣀⠔⠊⠁",
        "    │  ⢀⡠⠒⠉",
        "  0 ┤⠠⠊⠁",
        "    └┬───────────┬───────────┬",
        "     0           5          10",
        "               epoch",
      ].join("\n"),
    );
  });

  it("tells several lines apart by signs, or by colours", () => {
    const two = chart([0, 0], [10, 1]);
    const both = {
      ...two,
      series: [
        ...two.series,
        {
          name: "two",
          points: [
            [0, 1],
            [10, 1],
          ] as const,
        },
      ],
    };
    const plain = plotText(both);
    expect(plain).toContain("* one");
    expect(plain).toContain("o two");
    expect(plain).not.toContain("\u001b");
    const coloured = plotText(both, { color: true });
    expect(coloured).toContain("\u001b[36m━━ one\u001b[39m");
    expect(coloured).toContain("\u001b[33m━━ two\u001b[39m");
  });
});

describe("scheduleChart", () => {
  it("shows what the scheduler will do, and touches nothing", () => {
    const optimizer = sgd();
    const scheduler = new lr_scheduler.CosineAnnealingLR(optimizer, 10);
    const { series } = scheduleChart(scheduler, 11);
    expect(scheduler.last_epoch).toBe(0);
    const expected = Array.from({ length: 11 }, (_, epoch): [number, number] => {
      if (epoch > 0) {
        optimizer.step();
        scheduler.step();
      }
      return [epoch, scheduler.get_last_lr()[0] as number];
    });
    expect(series).toMatchObject([{ name: "CosineAnnealingLR", points: expected }]);
  });

  it("puts several side by side, and groups with rates of their own", () => {
    const named = { a: new lr_scheduler.StepLR(sgd(), 3), b: new lr_scheduler.ExponentialLR(sgd(0.1, 2), 0.9) };
    const { series } = scheduleChart(named, 5);
    expect(series.map(({ name }) => name)).toEqual(["a", "b, group 0", "b, group 1"]);
    expect(series[2].points[0]).toEqual([0, 0.2]);
  });

  it("shows the momentum, where there is one", () => {
    const cycle = new lr_scheduler.OneCycleLR(sgd(), { max_lr: 0.1, total_steps: 10 });
    const { series, y } = scheduleChart(cycle, 10, { what: "momentum" });
    expect(y.label).toBe("momentum");
    expect(series[0].points[0]).toEqual([0, 0.95]);
    const none = new lr_scheduler.StepLR(new optim.Adagrad([torch.zeros(1)]), 3);
    expect(() => scheduleChart(none, 3, { what: "momentum" })).toThrow("the optimizer has no momentum");
    expect(() => scheduleChart(none, 0)).toThrow("a chart wants 1 step or more");
  });

  it("takes the metrics that a plateau scheduler is to see", () => {
    const plateau = new lr_scheduler.ReduceLROnPlateau(sgd(), { patience: 0, factor: 0.5 });
    const better = scheduleChart(plateau, 5, { metric: (step) => -step }).series[0].points;
    const worse = scheduleChart(plateau, 5, { metric: (step) => step }).series[0].points;
    expect(better.at(-1)![1]).toBe(0.1);
    expect(worse.at(-1)![1]).toBeLessThan(0.1);
  });
});
