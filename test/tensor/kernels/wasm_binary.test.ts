import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arraysOf, callOn, float32, matrixOf, wasm, worst } from "./wasm_memory.js";

type Form = "arrays" | "number" | "vector";

/** What each kernel computes, and in which forms there is one. */
const binary: [name: string, f: (x: number, y: number) => number, forms: Form[]][] = [
  ["add", (x, y) => x + y, ["arrays", "number", "vector"]],
  ["sub", (x, y) => x - y, ["arrays", "number", "vector"]],
  ["mul", (x, y) => x * y, ["arrays", "number", "vector"]],
  ["div", (x, y) => x / y, ["arrays", "number", "vector"]],
  ["rsub", (x, y) => y - x, ["number", "vector"]],
  ["rdiv", (x, y) => y / x, ["number", "vector"]],
  ["maximum", (x, y) => (x > y || Number.isNaN(x) ? x : y), ["arrays"]],
  ["minimum", (x, y) => (x < y || Number.isNaN(x) ? x : y), ["arrays"]],
];

const kernels = wasm as unknown as Record<string, (...args: number[]) => void>;

describe.each(binary)("%s", (name, f, forms) => {
  const itTakes = (form: Form, what: string, test: () => void) => forms.includes(form) && it(`takes ${what}`, test);

  itTakes("arrays", "two arrays", () => {
    fc.assert(
      fc.property(arraysOf(2), fc.constantFrom("apart", "over x", "over y"), ([x, y], where) => {
        const n = x.length;
        const out =
          where === "apart"
            ? callOn(new Float32Array(n), [x, y], (out, a, b) => kernels[name](out, a, b, n))
            : where === "over x"
              ? callOn(x, [y], (out, b) => kernels[name](out, out, b, n))
              : callOn(y, [x], (out, a) => kernels[name](out, a, out, n));
        expect(worst(out, (i) => f(x[i], y[i])).ulps).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  itTakes("number", "an array and a number", () => {
    fc.assert(
      fc.property(arraysOf(1), float32, ([x], y) => {
        const out = callOn(new Float32Array(x.length), [x], (out, a) => kernels[`${name}Scalar`](out, a, y, x.length));
        expect(worst(out, (i) => f(x[i], y)).ulps).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  itTakes("vector", "a matrix and a row or a column", () => {
    fc.assert(
      fc.property(matrixOf(), ({ rows, columns, x, row, column }) => {
        const withRow = callOn(new Float32Array(x.length), [x, row], (out, a, b) =>
          kernels[`${name}Row`](out, a, b, rows, columns),
        );
        expect(worst(withRow, (i) => f(x[i], row[i % columns])).ulps).toBeLessThanOrEqual(0.5);
        const withColumn = callOn(new Float32Array(x.length), [x, column], (out, a, b) =>
          kernels[`${name}Column`](out, a, b, rows, columns),
        );
        expect(worst(withColumn, (i) => f(x[i], column[Math.floor(i / columns)])).ulps).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});
