import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { speedChart } from "../../bench/drawings.js";
import { type Entry, inUnit, type Measured, median, onThreads, type Results, ratio } from "../../bench/measured.js";
import { markdown, show } from "../../bench/report.js";

const seconds = fc.double({ min: 1e-6, max: 10, noNaN: true });
const times = fc.array(seconds, { minLength: 1, maxLength: 9 });
const measured = (contender: string, values: readonly number[], threads = 1): Measured => ({
  contender,
  threads,
  rounds: values.map((value) => [value]),
});

const step: Entry = {
  name: "step",
  title: "a step",
  unit: "steps/s",
  threads: true,
  measured: [
    measured("Rushlight", [0.1, 0.2, 0.1]),
    measured("Rushlight", [0.05, 0.05, 0.06], 2),
    measured("PyTorch 2.13", [0.2, 0.4, 0.3]),
    measured("PyTorch 2.13", [0.2, 0.2, 0.2], 2),
    measured("peer <1>", [0.4, 0.4, 0.4]),
    { contender: "broken", threads: 1, rounds: [], failed: "it has no steps" },
  ],
};
const results: Results = {
  date: "2000-01-01",
  machine: "one",
  node: "v20",
  rounds: 3,
  contenders: [
    { name: "Rushlight", kind: "ours", version: "1" },
    { name: "PyTorch 2.13", kind: "pytorch", version: "2.13" },
    { name: "peer <1>", kind: "peer", version: "1" },
  ],
  entries: [step],
};

describe("the report of measurements", () => {
  it("pairs the rounds: twice the time in each round is half the speed, however the rounds differ", () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, factor) => {
        const [ours, theirs] = [
          measured("a", values),
          measured(
            "b",
            values.map((value) => value * factor),
          ),
        ];
        expect(ratio(ours, theirs)).toBeCloseTo(factor, 9);
      }),
    );
  });

  it("has medians that half of the values do not pass", () => {
    fc.assert(
      fc.property(times, (values) => {
        const m = median(values);
        expect(values.filter((value) => value < m).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > m).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it("writes each unit", () => {
    const as = (unit: "steps/s" | "GFLOP/s" | "us" | "MiB") => ({ name: "", title: "", unit, flops: 4e9 });
    expect(inUnit(0.5, as("steps/s"))).toBe(2);
    expect(inUnit(0.5, as("GFLOP/s"))).toBe(8);
    expect(inUnit(0.5, as("us"))).toBe(5e5);
    expect(inUnit(2 ** 21, as("MiB"))).toBe(2);
  });

  it("holds who knows one thread against who uses two", () => {
    expect(onThreads(step, 2).map(({ contender, threads }) => [contender, threads])).toEqual([
      ["Rushlight", 2],
      ["PyTorch 2.13", 2],
      ["peer <1>", 1],
    ]);
  });

  it("says who could not take part", () => {
    expect(show(step)).toContain("broken: it has no steps");
    expect(show(step)).toMatch(/PyTorch 2\.13 +3\.33 +±\d+% +2\.00x/);
  });

  it("becomes a table and a drawing", () => {
    expect(markdown(results).split("\n").slice(2)).toEqual([
      "| a step | steps/s | 10.0 | 3.33 (2.00) | peer <1> 2.50 (4.00) |",
      "| a step, 2 threads | steps/s | 20.0 | 5.00 (4.00) | peer <1> 2.50 (8.00) |",
    ]);
    const svg = speedChart(results);
    expect(svg).toContain("<title>Rushlight: 2.00</title>");
    expect(svg).toContain("<title>peer &lt;1&gt;: 0.750</title>");
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
  });
});
