import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Arena, wasm } from "./wasm_memory.js";

// A step in JavaScript that rounds to float32 where the kernels round gives the same bits.

const f = Math.fround;
const add = (x: number, y: number) => f(x + y);
const mul = (x: number, y: number) => f(x * y);
const div = (x: number, y: number) => f(x / y);
/** Rounded once: the product is exact in double precision. */
const addMultiple = (x: number, y: number, factor: number) => f(x + factor * y);
const sqrt = (x: number) => f(Math.sqrt(x));
const lerp = (x: number, end: number, w: number) =>
  Math.abs(w) < 0.5 ? add(x, mul(w, f(end - x))) : f(end - mul(f(end - x), f(1 - w)));

const parameter = fc.float({ min: -4, max: 4, noNaN: true });
const square = fc.float({ min: 0, max: 4, noNaN: true });
const fraction = fc.oneof(fc.constantFrom(0, f(0.1), f(0.9), f(0.999)), fc.float({ min: 0, max: 1, noNaN: true }));
const maybe = (number: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), number);

/** Arrays of one length, one for each kind of number. */
const states = (kinds: fc.Arbitrary<number>[]) =>
  fc
    .array(fc.tuple(...kinds), { maxLength: 40 })
    .map((rows) => kinds.map((_, k) => Float32Array.from(rows, (row) => row[k])));

/** Runs a kernel on the arrays and answers what has become of them. */
function run(arrays: Float32Array[], kernel: (...addresses: number[]) => void): Float32Array[] {
  const arena = new Arena();
  const addresses = arrays.map((x) => arena.place(x));
  const before = arena.bytes();
  kernel(...addresses);
  expect(arena.bytes().length).toBe(before.length);
  return arrays.map((x, i) => arena.read(addresses[i], x));
}

it("adam: m, v and p, in the order of PyTorch's operations", () => {
  fc.assert(
    fc.property(
      states([parameter, parameter, parameter, square, square]),
      fc.record({ beta1: fraction, beta2: fraction, decay: maybe(square), shrink: fc.constantFrom(1, f(0.99)) }),
      fc.record({ root: fc.constantFrom(1, f(0.3)), eps: fc.constantFrom(f(1e-8), f(0.1)), step: parameter }),
      fc.boolean(),
      fc.boolean(),
      (arrays, { beta1, beta2, decay, shrink }, { root, eps, step }, amsgrad, maximize) => {
        const n = arrays[0].length;
        const [weight1, weight2] = [f(1 - beta1), f(1 - beta2)];
        const found = run(arrays, (p, g, m, v, top) => {
          const largest = amsgrad ? top : 0;
          const rates = [weight1, beta2, weight2, decay, shrink, root, eps, step] as const;
          wasm.adam(p, g, m, v, largest, n, ...rates, maximize ? 1 : 0);
        });
        const expected = arrays.map((x) => x.slice());
        for (let i = 0; i < n; i++) {
          let [p, g, m, v, top] = arrays.map((x) => x[i]);
          if (shrink !== 1) p = mul(p, shrink);
          if (maximize) g = -g;
          if (decay !== 0) g = addMultiple(g, p, decay);
          m = lerp(m, g, weight1);
          v = add(mul(v, beta2), mul(mul(weight2, g), g));
          if (amsgrad) top = Math.max(top, v);
          p = add(p, div(mul(step, m), add(div(sqrt(amsgrad ? top : v), root), eps)));
          [p, arrays[1][i], m, v, top].forEach((value, k) => (expected[k][i] = value));
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});

it("sgd: the momentum and p", () => {
  fc.assert(
    fc.property(
      states([parameter, parameter, parameter]),
      fc.record({ step: parameter, momentum: fraction, dampening: fraction, decay: maybe(square) }),
      fc.constantFrom("none", "first", "later"),
      fc.boolean(),
      fc.boolean(),
      (arrays, { step, momentum, dampening, decay }, phase, nesterov, maximize) => {
        const n = arrays[0].length;
        const share = f(1 - dampening);
        const found = run(arrays, (p, g, b) =>
          wasm.sgd(
            p,
            g,
            phase === "none" ? 0 : b,
            n,
            step,
            momentum,
            share,
            decay,
            +nesterov,
            +(phase === "first"),
            +maximize,
          ),
        );
        const expected = arrays.map((x) => x.slice());
        for (let i = 0; i < n; i++) {
          let [p, g, b] = arrays.map((x) => x[i]);
          if (maximize) g = -g;
          if (decay !== 0) g = addMultiple(g, p, decay);
          let direction = g;
          if (phase !== "none") {
            b = phase === "first" ? g : addMultiple(mul(b, momentum), g, share);
            direction = nesterov ? addMultiple(g, b, momentum) : b;
          }
          p = addMultiple(p, direction, step);
          [p, arrays[1][i], b].forEach((value, k) => (expected[k][i] = value));
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});

it("rmsprop: the means, the momentum and p", () => {
  fc.assert(
    fc.property(
      states([parameter, parameter, square, parameter, parameter]),
      fc.record({ step: parameter, alpha: fraction, momentum: fraction, decay: maybe(square) }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (arrays, { step, alpha, momentum, decay }, centered, moving, maximize) => {
        const n = arrays[0].length;
        const [weight, eps] = [f(1 - alpha), f(1e-8)];
        const found = run(arrays, (p, g, v, a, b) => {
          const rates = [step, alpha, weight, eps, momentum, decay] as const;
          wasm.rmsprop(p, g, v, centered ? a : 0, moving ? b : 0, n, ...rates, +maximize);
        });
        const expected = arrays.map((x) => x.slice());
        for (let i = 0; i < n; i++) {
          let [p, g, v, a, b] = arrays.map((x) => x[i]);
          if (maximize) g = -g;
          if (decay !== 0) g = addMultiple(g, p, decay);
          v = add(mul(v, alpha), mul(mul(weight, g), g));
          if (centered) a = lerp(a, g, weight);
          const denominator = add(sqrt(centered ? f(v - mul(a, a)) : v), eps);
          if (moving) {
            b = add(mul(b, momentum), div(g, denominator));
            p = addMultiple(p, b, step);
          } else p = add(p, div(mul(step, g), denominator));
          [p, arrays[1][i], v, a, b].forEach((value, k) => (expected[k][i] = value));
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});

it("adagrad: the sum and p", () => {
  fc.assert(
    fc.property(
      states([parameter, parameter, square]),
      parameter,
      maybe(square),
      fc.boolean(),
      (arrays, step, decay, maximize) => {
        const n = arrays[0].length;
        const eps = f(1e-10);
        const found = run(arrays, (p, g, s) => wasm.adagrad(p, g, s, n, step, eps, decay, +maximize));
        const expected = arrays.map((x) => x.slice());
        for (let i = 0; i < n; i++) {
          let [p, g, s] = arrays.map((x) => x[i]);
          if (maximize) g = -g;
          if (decay !== 0) g = addMultiple(g, p, decay);
          s = add(s, mul(g, g));
          p = add(p, div(mul(step, g), add(sqrt(s), eps)));
          [p, arrays[1][i], s].forEach((value, k) => (expected[k][i] = value));
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});
