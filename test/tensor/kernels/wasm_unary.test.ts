import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf, erfc } from "../../../src/tensor/kernels/special.js";
import { arrayOf, callOn, ulps, wasm, worst } from "./wasm_memory.js";

const half = Math.fround(0.5);
const roundToEven = (x: number): number => {
  const down = Math.floor(x);
  const nearest = x - down < half ? down : x - down > half ? down + 1 : down % 2 === 0 ? down : down + 1;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
};
const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** `tanh(ln(1 + e^x))` is `u / (u + 2)` with `u = e^x (e^x + 2)`. */
function tanhOfSoftplus(x: number): number {
  const u = Math.exp(Math.min(x, 100)) * (Math.exp(Math.min(x, 100)) + 2);
  return u / (u + 2);
}

/** What each kernel computes, and within how many ulps or what distance. */
const unary: [name: keyof typeof wasm, f: (x: number) => number, ulps: number, distance?: number][] = [
  ["neg", (x) => -x, 0],
  ["abs", Math.abs, 0],
  ["sign", (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), 0],
  ["relu", (x) => (x > 0 || Number.isNaN(x) ? x : 0), 0],
  ["exp", Math.exp, 1],
  ["expm1", Math.expm1, 2],
  ["log", Math.log, 1],
  ["log1p", Math.log1p, 2],
  ["log2", Math.log2, 1],
  ["log10", Math.log10, 1],
  ["sqrt", Math.sqrt, 0.5],
  ["rsqrt", (x) => 1 / Math.sqrt(x), 1.5],
  ["reciprocal", (x) => 1 / x, 0.5],
  ["square", (x) => x * x, 0.5],
  ["cube", (x) => Math.fround(x * x) * x, 0.5],
  ["tanh", Math.tanh, 2],
  ["sigmoid", sigmoid, 3],
  // below -87, where the sigmoid is denormal, as exact as 2^-149 times x
  ["silu", (x) => x * sigmoid(x), 4, 104 * 2 ** -149],
  ["floor", Math.floor, 0],
  ["ceil", Math.ceil, 0],
  ["round", roundToEven, 0],
  ["trunc", Math.trunc, 0],
  ["sin", Math.sin, 2],
  ["cos", Math.cos, 2],
  ["erf", erf, 2],
  ["erfc", erfc, 10, 2 ** -148],
  ["atan", Math.atan, 3],
  ["exp2", (x) => 2 ** x, 1],
  ["mish", (x) => x * tanhOfSoftplus(x), 5, 104 * 2 ** -149],
  ["logSigmoid", (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), 3],
  ["hardSigmoid", (x) => Math.min(Math.max(Math.fround(x + 3), 0), 6) / 6, 0.5],
  ["hardSwish", (x) => Math.fround(x * Math.min(Math.max(Math.fround(x + 3), 0), 6)) / 6, 0.5],
];

type Unary = (out: number, x: number, n: number) => void;

describe.each(unary)("%s", (name, f, tolerance, distance = 0) => {
  const kernel = wasm[name] as Unary;

  it("is its function for arrays of all lengths, and writes nothing else", () => {
    fc.assert(
      fc.property(arrayOf(), (x) => {
        const y = callOn(new Float32Array(x.length), [x], (out, a) => kernel(out, a, x.length));
        expect(worst(y, (i) => f(x[i]), distance).ulps).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  it("may write over its input", () => {
    fc.assert(
      fc.property(arrayOf(), (x) => {
        const apart = callOn(new Float32Array(x.length), [x], (out, a) => kernel(out, a, x.length));
        expect(callOn(x, [], (out) => kernel(out, out, x.length))).toEqual(apart);
      }),
      { numRuns: 20 },
    );
  });

  it("is its function all over float32", () => {
    const x = new Float32Array(2 ** 16);
    const bits = new Uint32Array(x.buffer).map((_, i) => i * 65521);
    new Uint32Array(x.buffer).set(bits);
    const y = callOn(new Float32Array(x.length), [x], (out, a) => kernel(out, a, x.length));
    const { ulps, at } = worst(y, (i) => f(x[i]), distance);
    expect(ulps, `at ${x[at]}`).toBeLessThanOrEqual(tolerance);
  });
});

it.each([
  ["sin", Math.sin],
  ["cos", Math.cos],
] as const)("%s is its function next to its zeros", (name, f) => {
  const near0 = fc.integer({ min: -6_000_000, max: 6_000_000 }).map((n) => Math.fround((n * Math.PI) / 2));
  // of all floats, 16367173 * 2^72 is the one that is nearest to a multiple of pi / 2
  const angle = fc.oneof(
    fc.float({ min: -2e6, max: 2e6 }),
    fc.float({ min: -10, max: 10 }),
    near0,
    fc.constantFrom(0, -0, Infinity, -Infinity, 16367173 * 2 ** 72, -16367173 * 2 ** 72, 2 ** 20, 1048575.9375),
  );
  fc.assert(
    fc.property(arrayOf(angle), (x) => {
      const y = callOn(new Float32Array(x.length), [x], (out, a) => wasm[name](out, a, x.length));
      expect(worst(y, (i) => f(x[i])).ulps).toBeLessThanOrEqual(2);
    }),
    { numRuns: 500 },
  );
});

it("a result that is 2 ulps away is seen", () => {
  expect(ulps(Math.fround(Math.E), Math.E)).toBeLessThan(0.5);
  expect(ulps(Math.fround(Math.E * (1 + 2 ** -22)), Math.E)).toBeGreaterThan(1.2);
  expect(ulps(0, -0)).toBe(Infinity);
  expect(ulps(0, Number.NaN)).toBe(Infinity);
  expect(ulps(1, Infinity)).toBe(Infinity);
});
