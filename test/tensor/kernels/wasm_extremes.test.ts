import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callOn, float32, matrixOf, wasm } from "./wasm_memory.js";

const few = fc.constantFrom(0, -0, 1, 2, -3, Infinity, -Infinity, Number.NaN);
const matrix = fc.oneof(matrixOf(float32, 5, 30), matrixOf(few, 5, 30)).filter(({ x }) => x.length > 0);

const kinds = [
  ["max", Math.max, (a: number, b: number) => a > b],
  ["min", Math.min, (a: number, b: number) => a < b],
] as const;

/** Where the best of `line` is first, or NaN. */
function firstBest(line: readonly number[], isBetter: (a: number, b: number) => boolean): number {
  let first = 0;
  line.forEach((v, i) => {
    if (!Number.isNaN(line[first]) && (Number.isNaN(v) || isBetter(v, line[first]))) first = i;
  });
  return first;
}

/** `n` int32 numbers and behind them `n` floats. */
function split(both: Int32Array, n: number): [Int32Array, Float32Array] {
  return [both.subarray(0, n), new Float32Array(both.buffer, 4 * n, n)];
}

describe.each(kinds)("%s", (name, best, isBetter) => {
  it("of rows, NaN among them, and where it is first", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, x }) => {
        const found = callOn(new Float32Array(rows), [x], (out, a) => wasm[`${name}Rows`](out, a, rows, columns));
        const picked = callOn(new Int32Array(2 * rows), [x], (at, a) =>
          wasm[`arg${name}Rows`](at, at + 4 * rows, a, rows, columns),
        );
        const [places, values] = split(picked, rows);
        for (let r = 0; r < rows; r++) {
          const row = [...x.slice(r * columns, (r + 1) * columns)];
          expect(found[r]).toBe(best(...row));
          expect(places[r]).toBe(firstBest(row, isBetter));
          expect(values[r]).toBe(row[places[r]]);
        }
      }),
    );
  });

  it("of columns of several matrices", () => {
    fc.assert(
      fc.property(matrix, fc.constantFrom(1, 2), ({ rows, columns, x }, times) => {
        const two = Float32Array.from({ length: times * x.length }, (_, i) => (i < x.length ? x[i] : -x[i - x.length]));
        const n = times * columns;
        const found = callOn(new Float32Array(n), [two], (out, a) =>
          wasm[`${name}Columns`](out, a, times, rows, columns),
        );
        const picked = callOn(new Int32Array(2 * n), [two], (at, a) =>
          wasm[`arg${name}Columns`](at, at + 4 * n, a, times, rows, columns),
        );
        const [places, values] = split(picked, n);
        for (let i = 0; i < n; i++) {
          const [m, c] = [Math.floor(i / columns), i % columns];
          const column = Array.from({ length: rows }, (_, r) => two[(m * rows + r) * columns + c]);
          expect(found[i]).toBe(best(...column));
          expect(places[i]).toBe(firstBest(column, isBetter));
          expect(values[i]).toBe(column[places[i]]);
        }
      }),
    );
  });
});
