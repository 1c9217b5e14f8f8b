import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, arrayOf, callOn, float32, matrixOf, tame, wasm, worst } from "./wasm_memory.js";

const total = (x: Iterable<number>): number => [...x].reduce((s, v) => s + v, 0);

describe("sum", () => {
  const sum = (x: Float32Array) => wasm.sum(new Arena().place(x), x.length);

  it("is exact where double precision is", () => {
    fc.assert(fc.property(arrayOf(tame), (x) => void expect(sum(x)).toBe(total(x))));
  });

  it("is that of double precision for all numbers", () => {
    fc.assert(
      fc.property(arrayOf(), (x) => {
        const [found, truth, size] = [sum(x), total(x), total(x.map(Math.abs))];
        if (Number.isFinite(truth)) expect(Math.abs(found - truth)).toBeLessThanOrEqual(1e-14 * size);
        else expect(found).toBe(truth);
      }),
    );
  });

  it("does not lose the small numbers among many", () => {
    const x = new Float32Array(2 ** 20).fill(0.1);
    expect(sum(x)).toBeCloseTo(2 ** 20 * Math.fround(0.1), 6);
  });
});

it("sumRows and sumColumns sum the rows and the columns of a matrix over a divisor", () => {
  fc.assert(
    fc.property(matrixOf(tame, 6, 40), fc.constantFrom(1, 3), ({ rows, columns, x }, divisor) => {
      const row = (r: number) => x.slice(r * columns, (r + 1) * columns);
      const column = (c: number) => x.filter((_, i) => i % columns === c);
      const byRows = callOn(new Float32Array(rows), [x], (out, a) => wasm.sumRows(out, a, rows, columns, divisor));
      expect(worst(byRows, (r) => total(row(r)) / divisor || 0).ulps).toBeLessThanOrEqual(0.5);
      const byColumns = callOn(new Float32Array(columns), [x], (out, a) =>
        wasm.sumColumns(out, a, rows, columns, divisor),
      );
      expect(worst(byColumns, (c) => total(column(c)) / divisor || 0).ulps).toBeLessThanOrEqual(0.5);
    }),
  );
});

/** Rows of at least one element. */
const filled = matrixOf(float32, 5, 30).filter(({ columns }) => columns > 0);
const rowOf = (x: Float32Array, columns: number, r: number) => x.slice(r * columns, (r + 1) * columns);

it("sums of squares do not overflow, and variances do not cancel", () => {
  fc.assert(
    fc.property(filled, fc.constantFrom(0, 1e6), ({ rows, columns, x }, shift) => {
      const y = x.map((v) => (Number.isFinite(v) ? v : 1) + shift);
      const squares = wasm.sumSquares(new Arena().place(y), y.length);
      expect(squares / total([...y].map((v) => v * v)) || 1).toBeCloseTo(1, 12);
      const variances = callOn(new Float32Array(rows), [y], (out, a) =>
        wasm.varianceRows(out, a, rows, columns, columns),
      );
      const variance = (r: number) => {
        const row = [...rowOf(y, columns, r)];
        const mean = total(row) / columns;
        const truth = total(row.map((v) => (v - mean) ** 2));
        const found = wasm.sumSquaredDifferences(new Arena().place(Float32Array.from(row)), mean, columns);
        expect(Math.abs(found - truth)).toBeLessThanOrEqual(1e-13 * truth);
        return truth / columns;
      };
      expect(worst(variances, variance, 1e-12).ulps).toBeLessThanOrEqual(0.6);
    }),
  );
});

it("allWithin tells whether a number lies outside of an interval", () => {
  const inside = fc.oneof(fc.constantFrom(0, -0, 1), fc.float({ min: 0, max: 1, noNaN: true }));
  const outside = fc.constantFrom(-1e-30, 1.0000001, Number.NaN, -Infinity).map(Math.fround);
  fc.assert(
    fc.property(arrayOf(inside, 30), fc.nat(30), outside, (x, at, wrong) => {
      expect(wasm.allWithin(new Arena().place(x), 0, 1, x.length)).toBe(1);
      if (at >= x.length) return;
      x[at] = wrong;
      expect(wasm.allWithin(new Arena().place(x), 0, 1, x.length)).toBe(0);
    }),
  );
});
