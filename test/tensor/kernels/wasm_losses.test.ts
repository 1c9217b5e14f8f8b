import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, callOn, wasm, worst } from "./wasm_memory.js";

type Elementwise = "binaryCrossEntropy" | "logitCrossEntropy" | "squaredError";

/** A loss of one element, its slope, where its inputs come from, and how far off both may be. */
const losses: {
  name: Elementwise;
  f: (x: number, t: number) => number;
  slope: (x: number, t: number, g: number) => number;
  input: fc.Arbitrary<number>;
  target: fc.Arbitrary<number>;
  ulps: number;
  distance: number;
  slopeDistance: number;
}[] = [
  {
    name: "binaryCrossEntropy",
    f: (x, t) => (t - 1) * Math.max(Math.log1p(-x), -100) - t * Math.max(Math.log(x), -100),
    slope: (x, t, g) => (g * (x - t)) / Math.max((1 - x) * x, Math.fround(1e-12)),
    input: fc.oneof(fc.float({ min: 0, max: 1 }), fc.constantFrom(0, 1, 1e-45, Math.fround(1 - 2 ** -24), Number.NaN)),
    target: fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
    ulps: 4,
    distance: 1e-9,
    slopeDistance: 1e-30, // what denormal numbers lose, over 1e-12
  },
  {
    name: "logitCrossEntropy",
    f: (x, t) => (1 - t) * x + Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x, t, g) => g * (1 / (1 + Math.exp(-x)) - t),
    input: fc.float({ min: -110, max: 110 }),
    target: fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
    ulps: 4,
    distance: 1e-7,
    slopeDistance: 2e-7,
  },
  {
    name: "squaredError",
    f: (x, t) => (x - t) ** 2,
    slope: (x, t, g) => 2 * g * (x - t),
    input: fc.float({ min: -1000, max: 1000 }),
    target: fc.float({ min: -1000, max: 1000 }),
    ulps: 3,
    distance: 0,
    slopeDistance: 0,
  },
];

describe.each(losses)("$name", ({ name, f, slope, input, target, ulps, distance, slopeDistance }) => {
  const pairs = fc.array(fc.tuple(input, target), { maxLength: 60 });
  const columns = (rows: [number, number][]) => [0, 1].map((k) => Float32Array.from(rows, (row) => row[k]));

  it("of each element", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [x, t] = columns(rows);
        const out = callOn(new Float32Array(x.length), [x, t], (o, a, b) => wasm[name](o, a, b, x.length));
        expect(worst(out, (i) => f(x[i], t[i]), distance).ulps).toBeLessThanOrEqual(ulps);
      }),
    );
  });

  it("in sum", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [x, t] = columns(rows);
        const arena = new Arena();
        const sum = wasm[`${name}Sum`](arena.place(x), arena.place(t), x.length);
        const each = callOn(new Float32Array(x.length), [x, t], (o, a, b) => wasm[name](o, a, b, x.length));
        const truth = each.reduce((s, v) => s + v, 0);
        if (Number.isNaN(truth)) expect(sum).toBeNaN();
        else expect(Math.abs(sum - truth)).toBeLessThanOrEqual(1e-13 * truth);
      }),
    );
  });

  it("backward", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, -0.5, Math.fround(1 / 3)), (rows, g) => {
        const [x, t] = columns(rows);
        const out = callOn(new Float32Array(x.length), [x, t], (o, a, b) =>
          wasm[`${name}Backward`](o, a, b, g, x.length),
        );
        expect(worst(out, (i) => slope(x[i], t[i], g), slopeDistance).ulps).toBeLessThanOrEqual(ulps);
      }),
    );
  });
});
