import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareAll, conclusions, html } from "../../examples/lib/report.js";
import { compare, deviation, holm, studentTails } from "../../examples/lib/statistics.js";

const close = (actual: number, expected: number) => void expect(Math.abs(actual - expected)).toBeLessThan(1e-12);

describe("the statistics of the examples", () => {
  it("know Student's distribution as SciPy does", () => {
    const recorded = [
      [2.5, 1, 0.24223788318168682],
      [2.5, 2, 0.12961172022151082],
      [2.5, 3, 0.08770664700806555],
      [2.5, 4, 0.06676654481198814],
      [-2.5, 9, 0.033861827682985735],
      [1, 30, 0.32530861542602985],
    ];
    for (const [t, n, p] of recorded) close(studentTails(t, n), p);
    close(studentTails(0, 7), 1);
  });

  it("do the paired t-test as SciPy's ttest_rel does", () => {
    const { difference, error, p } = compare([3.1, 2.9, 3.6, 3.3], [2.8, 2.9, 3.1, 3.0]);
    close(difference, 0.275);
    close(difference / error, 2.667891875399663);
    close(p, 0.07582649117357952);
    expect(compare([1, 2], [1, 2]).p).toBe(1);
    expect(compare([2, 3], [1, 2]).p).toBe(0);
    // a step of the count is no proof
    expect(compare([2, 3], [1, 2], 1).p).toBeGreaterThan(0.05);
  });

  it("correct for many tests as Holm does", () => {
    holm([0.01, 0.04, 0.03]).forEach((p, i) => void close(p, [0.03, 0.06, 0.06][i]));
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (ps) => {
        const corrected = holm(ps);
        corrected.forEach((p, i) => void expect(p >= ps[i] && p <= 1).toBe(true));
        expect(Math.min(...corrected)).toBe(Math.min(1, Math.min(...ps) * ps.length));
      }),
    );
  });

  it("measure spread with n - 1", () => {
    expect(deviation([1, 3])).toBeCloseTo(Math.SQRT2);
    expect(deviation([1])).toBe(0);
  });
});

describe("the report", () => {
  const trial = (name: string, accuracies: number[], losses: number[]) => ({
    name,
    runs: accuracies.map((accuracy, i) => ({ lrs: [0.1, 0.05], losses: [1, 0.5], testLoss: losses[i], accuracy })),
  });
  const accuracies = [0.95, 0.96, 0.94, 0.95];
  const losses = [0.2, 0.21, 0.19, 0.2];
  const rows = compareAll(
    [
      trial("constant", accuracies, losses),
      trial("Same", accuracies, [0.21, 0.2, 0.19, 0.2]),
      trial("Better", accuracies, [0.1, 0.112, 0.09, 0.1]),
      trial("Worse", [0.75, 0.76, 0.73, 0.75], [0.3, 0.312, 0.29, 0.3]),
    ],
    100,
  );

  it("tells differences from noise", () => {
    expect(rows.map(({ testLoss }) => testLoss?.verdict)).toEqual([undefined, "within the noise", "better", "worse"]);
    expect(conclusions(rows)).toEqual([
      "In test accuracy, Worse is worse than constant; the other 2 are within the noise of 4 seeds.",
      "In test loss, Better is better and Worse is worse than constant; the other one is within the noise of 4 seeds.",
    ]);
    expect(conclusions(rows.slice(0, 2))[0]).toBe(
      "In test accuracy, no schedule differs from constant by more than the noise of 4 seeds.",
    );
    expect(conclusions(rows.slice(0, 1))[0]).toContain("nothing to compare");
  });

  it("needs no other file", () => {
    const text = html(rows, { epochs: 2, seeds: [0, 1, 2, 3], patients: 100 });
    expect(text).not.toMatch(/(src|href)=|@import|url\(|<script/);
    for (const { name } of rows) expect(text).toContain(name);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
