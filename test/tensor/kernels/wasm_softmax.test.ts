import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, callOn, matrixOf, tame, wasm, worst } from "./wasm_memory.js";

const total = (x: Iterable<number>): number => [...x].reduce((s, v) => s + v, 0);
// numbers whose differences are exact, so that what is seen is the error of the kernels alone
const score = fc.oneof(
  fc.integer({ min: -7680, max: 7680 }).map((i) => i / 64),
  tame,
  fc.constantFrom(0, -Infinity, Number.NaN),
);
const scores = matrixOf(score, 4, 30);

/** The softmax of a row in double precision, or its logarithm. */
function softmax(row: Float32Array, logarithm = false): number[] {
  const max = Math.max(...row);
  const sum = total([...row].map((v) => Math.exp(v - max)));
  return [...row].map((v) => (logarithm ? v - max - Math.log(sum) : Math.exp(v - max) / sum));
}

/** The function of each row, laid out as the matrix is. */
const rowwise = (x: Float32Array, columns: number, f: (row: Float32Array, r: number) => Iterable<number>): number[] =>
  Array.from({ length: columns ? x.length / columns : 0 }, (_, r) => [
    ...f(x.slice(r * columns, (r + 1) * columns), r),
  ]).flat();

describe("softmaxRows and logSoftmaxRows", () => {
  it("normalize each row, also in place", () => {
    fc.assert(
      fc.property(scores, fc.boolean(), ({ rows, columns, x }, inPlace) => {
        const run = (kernel: (out: number, x: number, rows: number, columns: number) => void) =>
          inPlace
            ? callOn(x, [], (out) => kernel(out, out, rows, columns))
            : callOn(new Float32Array(x.length), [x], (out, a) => kernel(out, a, rows, columns));
        const exact = rowwise(x, columns, (row) => softmax(row));
        expect(worst(run(wasm.softmaxRows), (i) => exact[i]).ulps).toBeLessThanOrEqual(4);
        const logs = rowwise(x, columns, (row) => softmax(row, true));
        expect(worst(run(wasm.logSoftmaxRows), (i) => logs[i], 1e-6).ulps).toBeLessThanOrEqual(3);
      }),
    );
  });

  it("backward", () => {
    const finite = fc.float({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(matrixOf(finite, 4, 30), fc.array(finite, { minLength: 120, maxLength: 120 }), (matrix, more) => {
        const { rows, columns, x } = matrix;
        const g = Float32Array.from(more.slice(0, x.length));
        const part = (r: number) => g.slice(r * columns, (r + 1) * columns);
        const y = Float32Array.from(rowwise(x, columns, (row) => softmax(row)));
        const found = callOn(new Float32Array(x.length), [g, y], (out, a, b) =>
          wasm.softmaxRowsBackward(out, a, b, rows, columns),
        );
        const exact = rowwise(y, columns, (row, r) => {
          const sum = total(row.map((v, c) => v * part(r)[c]));
          return row.map((v, c) => v * (part(r)[c] - sum));
        });
        expect(worst(found, (i) => exact[i], 2e-6).ulps).toBeLessThanOrEqual(4);
        const logs = Float32Array.from(rowwise(x, columns, (row) => softmax(row, true)));
        const foundOfLogs = callOn(new Float32Array(x.length), [g, logs], (out, a, b) =>
          wasm.logSoftmaxRowsBackward(out, a, b, rows, columns),
        );
        const exactOfLogs = rowwise(logs, columns, (row, r) =>
          row.map((v, c) => part(r)[c] - Math.exp(v) * total(part(r))),
        );
        expect(worst(foundOfLogs, (i) => exactOfLogs[i], 2e-5).ulps).toBeLessThanOrEqual(4);
      }),
    );
  });
});

it("nllSum and crossEntropyBackward: weights, and classes that are ignored", () => {
  const finite = fc.float({ min: -4, max: 4, noNaN: true });
  const cases = matrixOf(finite, 6, 12).filter(({ columns }) => columns > 0);
  fc.assert(
    fc.property(
      cases,
      fc.array(fc.nat(11), { minLength: 6, maxLength: 6 }),
      fc.boolean(),
      (matrix, chosen, weighted) => {
        const { rows, columns, x, row: weight } = matrix;
        const classes = Int32Array.from({ length: rows }, (_, r) => (chosen[r] === 11 ? -100 : chosen[r] % columns));
        const y = Float32Array.from(rowwise(x, columns, (row) => softmax(row, true)));
        const weightOf = (r: number) => (classes[r] === -100 ? 0 : weighted ? weight[classes[r]] : 1);
        const arena = new Arena();
        const [yAt, tAt, wAt] = [y, classes, weight].map((a) => arena.place(a));
        const sum = wasm.nllSum(yAt, tAt, weighted ? wAt : 0, rows, columns, -100);
        const terms = [...classes].map((t, r) => (t === -100 ? 0 : -y[r * columns + t] * weightOf(r)));
        expect(sum).toBeCloseTo(total(terms), 5);

        const g = Math.fround(0.3);
        const found = callOn(new Float32Array(y.length), [y, classes, weight], (out, a, t, w) =>
          wasm.crossEntropyBackward(out, a, t, weighted ? w : 0, g, rows, columns, -100),
        );
        const exact = rowwise(y, columns, (row, r) =>
          [...row].map((v, c) => g * weightOf(r) * (Math.exp(v) - (c === classes[r] ? 1 : 0))),
        );
        expect(worst(found, (i) => exact[i], 1e-6).ulps).toBeLessThanOrEqual(4);
      },
    ),
  );
});
