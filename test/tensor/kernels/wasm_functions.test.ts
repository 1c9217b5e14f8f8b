import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arraysOf, callOn, float32, wasm, worst } from "./wasm_memory.js";

const f = Math.fround;
type Kernel = (out: number, ...args: number[]) => void;
const kernels = wasm as unknown as Record<string, Kernel>;

/** C's power, which is 1 where JavaScript's is NaN. */
const power = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);
const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
function mishSlope(x: number): number {
  const t = Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  return t + x * sigmoid(x) * (1 - t * t);
}

/** A function of two arrays and numbers, and within how many ulps or what distance. */
interface Case {
  readonly name: string;
  readonly of: (x: number, y: number, ...parameters: number[]) => number;
  readonly ulps: number;
  readonly near?: number;
  readonly parameters?: number[];
  readonly from?: fc.Arbitrary<number>;
}

// few numbers, so that many pairs are equal or at an edge
const few = fc.oneof(float32, fc.constantFrom(0, -0, 1, -1, 2, 3, -3, 0.5, Infinity, -Infinity, Number.NaN));
const third = f(0.3);

const binary: Case[] = [
  { name: "atan2", of: Math.atan2, ulps: 3, near: 2 ** -148, from: few },
  { name: "pow", of: power, ulps: 1, from: few },
  {
    name: "logAddExp",
    of: (x, y) => (x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
    ulps: 3,
    near: 1e-6,
    from: few,
  },
  { name: "xLogY", of: (x, y) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y)), ulps: 2, near: 2e-45, from: few },
  { name: "mishBackward", of: (g, x) => g * mishSlope(x), ulps: 8, near: 3e-5, from: fc.float({ min: -60, max: 60 }) },
  { name: "logSigmoidBackward", of: (g, x) => g * sigmoid(-x), ulps: 4, from: fc.float({ min: -60, max: 60 }) },
  { name: "hardSigmoidBackward", of: (g, x) => (x > -3 && x < 3 ? g / 6 : 0), ulps: 0.5, from: few },
  {
    name: "hardSwishBackward",
    of: (g, x) => (x < 3 ? (x <= -3 ? 0 : g * f(f(x / 3) + 0.5)) : g),
    ulps: 0.5,
    from: few,
  },
  { name: "thresholdBackward", of: (g, x, t) => (x <= t ? 0 : g), ulps: 0, parameters: [third], from: few },
  { name: "shrinkBackward", of: (g, x, l) => (Math.abs(x) <= l ? 0 : g), ulps: 0, parameters: [third], from: few },
  {
    name: "smoothL1",
    of: (x, t, beta) => {
      const d = Math.abs(f(x - t));
      return d < beta ? f(f(0.5 * d) * d) / beta : d - 0.5 * beta;
    },
    ulps: 0.5,
    parameters: [third],
    from: few,
  },
  {
    name: "huber",
    of: (x, t, delta) => {
      const d = Math.abs(f(x - t));
      return d <= delta ? f(0.5 * d) * d : delta * f(d - f(0.5 * delta));
    },
    ulps: 0.5,
    parameters: [third],
    from: few,
  },
  {
    name: "boundedDifference",
    of: (x, t, s, bound) => Math.min(Math.max(f(x - t) * s, -bound), bound),
    ulps: 0.5,
    parameters: [f(-0.7), 0.25],
    from: few,
  },
];

describe("functions of two arrays", () => {
  it.each(binary)("$name", ({ name, of, ulps, near = 0, parameters = [], from = float32 }) => {
    fc.assert(
      fc.property(arraysOf(2, from), ([x, y]) => {
        const n = x.length;
        const out = callOn(new Float32Array(n), [x, y], (o, a, b) => kernels[name](o, a, b, ...parameters, n));
        expect(worst(out, (i) => of(x[i], y[i], ...parameters), near).ulps).toBeLessThanOrEqual(ulps);
        const over = callOn(x, [y], (o, b) => kernels[name](o, o, b, ...parameters, n));
        expect(over).toEqual(out);
      }),
      { numRuns: 200 },
    );
  });
});

const withNumber: Case[] = [
  { name: "powNumber", of: power, ulps: 1, from: few },
  { name: "numberPow", of: (x, y) => power(y, x), ulps: 1, from: few },
  { name: "hardShrink", of: (x, l) => (x >= -l && x <= l ? 0 : x), ulps: 0, from: few },
  { name: "softShrink", of: (x, l) => (x > l ? x - l : x < -l ? x + l : x * 0), ulps: 0.5, from: few },
  { name: "threshold", of: (x, t) => (x <= t ? 7 : x), ulps: 0, parameters: [7], from: few },
];

describe("functions of an array and a number", () => {
  it.each(withNumber)("$name", ({ name, of, ulps, parameters = [], from = float32 }) => {
    const isShrink = name.endsWith("Shrink");
    fc.assert(
      fc.property(arraysOf(1, from), from, ([x], drawn) => {
        const y = isShrink ? Math.abs(drawn) || 0 : drawn;
        const n = x.length;
        const out = callOn(new Float32Array(n), [x], (o, a) => kernels[name](o, a, y, ...parameters, n));
        expect(worst(out, (i) => of(x[i], y)).ulps).toBeLessThanOrEqual(ulps);
      }),
      { numRuns: 200 },
    );
  });
});
