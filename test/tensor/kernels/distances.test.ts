import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distances, distancesFromProducts } from "../../../src/tensor/kernels/distances.js";

const number = fc.oneof(fc.float({ min: -4, max: 4, noNaN: true }), fc.constantFrom(0, 1, -1, 3));
const rows = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 }))
  .chain(([n, m, width]) => {
    const array = (size: number) => fc.array(number, { minLength: size, maxLength: size });
    return fc.record({ pairs: fc.constant({ n, m, width }), x: array(n * width), y: array(m * width) });
  });

/** The differences of row i of `x` and row j of `y`, for all i and j. */
const differences = (
  x: readonly number[],
  y: readonly number[],
  { n, m, width }: { n: number; m: number; width: number },
) =>
  Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    return Array.from({ length: width }, (_, k) => Math.abs(x[i * width + k] - y[j * width + k]));
  });

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

describe("distances of rows", () => {
  it.each([
    [0, (d: number[]) => d.filter((v) => v > 0).length],
    [0.5, (d: number[]) => sum(d.map(Math.sqrt)) ** 2],
    [1, sum],
    [2, (d: number[]) => Math.hypot(...d)],
    [3, (d: number[]) => Math.cbrt(sum(d.map((v) => v ** 3)))],
    [Infinity, (d: number[]) => Math.max(0, ...d)],
  ])("are %s-norms of differences", (p, norm) => {
    fc.assert(
      fc.property(rows, ({ pairs, x, y }) => {
        const out = new Float64Array(pairs.n * pairs.m);
        distances(out, Float64Array.from(x), Float64Array.from(y), pairs, p);
        differences(x, y, pairs).forEach((d, at) => {
          expect(Math.abs(out[at] - norm(d))).toBeLessThanOrEqual(1e-12 * (1 + norm(d)));
        });
      }),
    );
  });

  it("come from products, also where these cancel", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 100, 1e4), fc.boolean(), ({ pairs, x, y }, away, isNear) => {
        const { n, m, width } = pairs;
        const a = Float32Array.from(x, (v) => v + away);
        const b = isNear
          ? Float32Array.from(y, (_, k) => (x[k % x.length] ?? 1) + away)
          : Float32Array.from(y, (v) => v + away);
        const out = Float32Array.from({ length: n * m }, (_, at) => {
          const [i, j] = [Math.floor(at / m) * width, (at % m) * width];
          return sum(Array.from({ length: width }, (_, k) => a[i + k] * b[j + k]));
        });
        distancesFromProducts(out, a, b, pairs);
        differences([...a], [...b], pairs).forEach((d, at) => {
          // a product of tiny numbers is 0
          expect(Math.abs(out[at] - Math.hypot(...d))).toBeLessThanOrEqual(1e-5 * Math.hypot(...d) + 1e-19);
        });
      }),
    );
  });

  it("are NaN or infinite where the differences are", () => {
    const x = Float32Array.of(Infinity, 1, Number.NaN, 0);
    const out = Float32Array.of(Number.NaN, Number.NaN);
    distancesFromProducts(out, x, Float32Array.of(2, 3), { n: 2, m: 1, width: 2 });
    expect([...out]).toEqual([Infinity, Number.NaN]);
  });
});
