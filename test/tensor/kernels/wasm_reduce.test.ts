import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, arrayOf, callOn, matrixOf, tame, wasm, worst } from "./wasm_memory.js";

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
