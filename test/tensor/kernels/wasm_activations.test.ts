import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf } from "../../../src/tensor/kernels/special.js";
import { arraysOf, callOn, float32, wasm, worst } from "./wasm_memory.js";

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const cubic = (x: number): number => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
/** The probability below x, by a continued fraction where 1 + erf would cancel. */
function normal(x: number): number {
  if (x > -3) return 0.5 * (1 + erf(x * Math.SQRT1_2));
  let tail = 0;
  for (let i = 200; i > 0; i--) tail = i / (-x + tail);
  return density(x) / (-x + tail);
}
const density = (x: number): number => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);

type Kernel = (out: number, ...args: number[]) => void;
const kernels = wasm as unknown as Record<string, Kernel>;

/** A function of one argument with parameters; a backward one also takes a gradient g. */
interface Case {
  readonly name: string;
  readonly f: (x: number, ...parameters: number[]) => number;
  readonly parameters?: number[];
  readonly ulps: number;
  /** What is near enough whatever the ulps. */
  readonly near?: number;
  /** Where the arguments come from, if not from all of float32. */
  readonly from?: fc.Arbitrary<number>;
}

const ordinary = fc.float({ min: -15, max: 15, noNaN: true });
const slope = Math.fround(0.01);
const alpha = Math.fround(1.6);
const scale = Math.fround(1.05);

const activations: Case[] = [
  { name: "leakyRelu", f: (x, a) => (x > 0 ? x : x * a), parameters: [slope], ulps: 0.5 },
  { name: "elu", f: (x, b, a) => (x > 0 ? a * x : b * Math.expm1(x)), parameters: [alpha, scale], ulps: 3 },
  { name: "clamp", f: (x, lo, hi) => Math.min(Math.max(x, lo), hi), parameters: [-1, 2], ulps: 0 },
  { name: "clamp", f: (x, lo, hi) => (x < lo ? lo : x > hi ? hi : x), parameters: [0, 2], ulps: 0 },
  { name: "softplus", f: (x, b, t) => (x * b > t ? x : softplus(x * b) / b), parameters: [2, 3], ulps: 4 },
  { name: "gelu", f: (x) => x * normal(x), ulps: 100, near: 1e-38, from: ordinary },
  { name: "gelu", f: (x) => x * normal(x), ulps: 8, from: fc.float({ min: -3, max: 6, noNaN: true }) },
  { name: "geluTanh", f: (x) => x * sigmoid(2 * cubic(x)), ulps: 14, from: fc.float({ min: -2, max: 9, noNaN: true }) },
];

const derivatives: Case[] = [
  { name: "reluBackward", f: (y) => (y <= 0 ? 0 : 1), ulps: 0 },
  { name: "sigmoidBackward", f: (y) => (1 - y) * y, ulps: 2, from: fc.float({ min: 0, max: 1 }) },
  { name: "tanhBackward", f: (y) => 1 - y * y, ulps: 2, near: 1e-7, from: fc.float({ min: -1, max: 1 }) },
  { name: "sqrtBackward", f: (y) => 1 / (2 * y), ulps: 2, from: fc.float({ min: Math.fround(1e-15), max: 2 ** 60 }) },
  {
    name: "siluBackward",
    f: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    ulps: 6,
    near: 1e-6,
    from: fc.float({ min: -80, max: 100 }),
  },
  { name: "geluBackward", f: (x) => normal(x) + x * density(x), ulps: 6, near: 3e-7, from: ordinary },
  {
    name: "geluTanhBackward",
    f: (x) => {
      const s = sigmoid(2 * cubic(x));
      return s + 2 * x * s * (1 - s) * Math.sqrt(2 / Math.PI) * (1 + 0.134145 * x * x);
    },
    ulps: 6,
    near: 1e-6,
    from: ordinary,
  },
  { name: "leakyReluBackward", f: (x, a) => (x > 0 ? 1 : a), parameters: [slope], ulps: 1 },
  { name: "eluBackward", f: (x, b, a) => (x <= 0 ? b * Math.exp(x) : a), parameters: [alpha, scale], ulps: 3 },
  { name: "softplusBackward", f: (x, b, t) => (x * b > t ? 1 : sigmoid(x * b)), parameters: [2, 3], ulps: 4 },
  { name: "clampBackward", f: (x, lo, hi) => (x >= lo && x <= hi ? 1 : 0), parameters: [-1, 2], ulps: 0 },
  { name: "hardtanhBackward", f: (x, lo, hi) => (x <= lo || x >= hi ? 0 : 1), parameters: [-1, 2], ulps: 0 },
];

describe("activations", () => {
  it.each(activations)("$name", ({ name, f, parameters = [], ulps, near, from = float32 }) => {
    fc.assert(
      fc.property(arraysOf(1, from), ([x]) => {
        const y = callOn(new Float32Array(x.length), [x], (out, a) => kernels[name](out, a, ...parameters, x.length));
        expect(worst(y, (i) => f(x[i], ...parameters), near).ulps).toBeLessThanOrEqual(ulps);
      }),
    );
  });
});

describe("derivatives", () => {
  it.each(derivatives)("$name", ({ name, f, parameters = [], ulps, near = 0, from = float32 }) => {
    const gradient = fc.constantFrom(1, -1, 2, 0.5);
    fc.assert(
      fc.property(fc.array(fc.tuple(gradient, from), { maxLength: 60 }), (rows) => {
        const [g, x] = [0, 1].map((k) => Float32Array.from(rows, (row) => row[k]));
        const n = x.length;
        const out = callOn(new Float32Array(n), [g, x], (o, a, b) => kernels[name](o, a, b, ...parameters, n));
        // gradients are powers of 2: dividing by them leaves the derivative as it is, and 0 without a sign
        const slopes = out.map((v, i) => v / g[i] || Math.abs(v / g[i]));
        expect(worst(slopes, (i) => f(x[i], ...parameters), near).ulps).toBeLessThanOrEqual(ulps);
      }),
    );
  });
});
