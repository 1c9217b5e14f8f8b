import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arraysOf, callOn, float32, wasm } from "./wasm_memory.js";

const f = Math.fround;

/** Between two ends, as the kernel rounds. */
const lerp = (x: number, end: number, w: number) =>
  Math.abs(w) < 0.5 ? x + w * f(end - x) : end + f(w - 1) * f(end - x);

it("addScaled, lerp", () => {
  fc.assert(
    fc.property(arraysOf(3), float32, ([x, y, w], c) => {
      const n = x.length;
      const scaled = callOn(new Float32Array(n), [x, y], (out, a, b) => wasm.addScaled(out, a, b, c, n));
      expect(scaled).toEqual(x.map((v, i) => v + c * y[i]));
      const between = callOn(new Float32Array(n), [x, y], (out, a, b) => wasm.lerp(out, a, b, c, n));
      expect(between).toEqual(x.map((v, i) => lerp(v, y[i], c)));
      const each = callOn(new Float32Array(n), [x, y, w], (out, a, b, d) => wasm.lerpEach(out, a, b, d, n));
      expect(each).toEqual(x.map((v, i) => lerp(v, y[i], w[i])));
    }),
  );
});

it("addcmul, addcdiv", () => {
  fc.assert(
    fc.property(arraysOf(3), float32, ([x, y, z], c) => {
      const n = x.length;
      const product = callOn(x, [y, z], (out, b, d) => wasm.addcmul(out, out, b, d, c, n));
      expect(product).toEqual(x.map((v, i) => v + f(c * y[i]) * z[i]));
      const quotient = callOn(z, [x, y], (out, a, b) => wasm.addcdiv(out, a, b, out, c, n));
      expect(quotient).toEqual(x.map((v, i) => v + f(f(c * y[i]) / z[i])));
    }),
  );
});

const comparisons = {
  eq: (x: number, y: number) => x === y,
  ne: (x: number, y: number) => x !== y,
  lt: (x: number, y: number) => x < y,
  le: (x: number, y: number) => x <= y,
  gt: (x: number, y: number) => x > y,
  ge: (x: number, y: number) => x >= y,
};

describe.each(Object.entries(comparisons))("%s", (name, holds) => {
  const kernels = wasm as unknown as Record<string, (...args: number[]) => void>;
  // few numbers, so that many pairs are equal
  const number = fc.constantFrom(0, -0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, f(1e-45));

  it("gives bytes of 1 and 0", () => {
    fc.assert(
      fc.property(arraysOf(2, number), number, ([x, y], c) => {
        const n = x.length;
        const bytes = new Uint8Array(n).fill(7);
        const found = callOn(bytes, [x, y], (out, a, b) => kernels[name](out, a, b, n));
        expect([...found]).toEqual([...x].map((v, i) => +holds(v, y[i])));
        const scalar = callOn(bytes, [x], (out, a) => kernels[`${name}Scalar`](out, a, c, n));
        expect([...scalar]).toEqual([...x].map((v) => +holds(v, c)));
      }),
    );
  });
});

it("where and maskedFill choose by bytes, wherever these begin", () => {
  const mask = fc.constantFrom(0, 0, 1, 255);
  fc.assert(
    fc.property(fc.array(fc.tuple(mask, float32, float32), { maxLength: 50 }), fc.nat(3), (rows, skipped) => {
      const bytes = Uint8Array.from([...new Array(skipped).fill(9), ...rows.map((row) => row[0])]);
      const [x, y] = [1, 2].map((k) => Float32Array.from(rows, (row) => row[k]));
      const n = rows.length;
      const chosen = callOn(new Float32Array(n), [bytes, x, y], (out, m, a, b) =>
        wasm.where(out, m + skipped, a, b, n),
      );
      expect(chosen).toEqual(x.map((v, i) => (rows[i][0] ? v : y[i])));
      const filled = callOn(x, [bytes], (out, m) => wasm.maskedFill(out, out, m + skipped, 2.5, n));
      expect(filled).toEqual(x.map((v, i) => (rows[i][0] ? 2.5 : v)));
    }),
  );
});
