import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSorter, pickFew } from "../../../src/tensor/kernels/sorting.js";

/** Numbers of which many are equal, or differ in a few bits, or are none. */
const number = fc.oneof(
  fc.constantFrom(0, -0, Infinity, -Infinity, Number.NaN, 1, -1, 1e-45, -1e-45, 5e-324, 3e38, 1e300, 2 ** 53 - 1),
  fc.integer({ min: -9, max: 9 }),
  fc.double(),
);
const lengths = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 60, max: 70 }), fc.constant(300));
const numbers = lengths.chain((n) => fc.array(number, { minLength: n, maxLength: n }));
const kinds = fc.constantFrom(Float32Array, Float64Array, Int32Array, Uint8Array);

/** The places in order, by comparing: NaN is the greatest, equal ones keep their order. */
function expected(line: readonly number[], falling: boolean): number[] {
  const compare = (x: number, y: number) => Number(x > y) - Number(x < y) || Number(isNaN(x)) - Number(isNaN(y));
  const { isNaN } = Number;
  const sign = falling ? -1 : 1;
  return line.map((_, i) => i).sort((i, j) => sign * compare(line[i], line[j]) || i - j);
}

describe("lines of numbers", () => {
  it("are sorted as by comparing, whatever their kind and wherever they lie", () => {
    fc.assert(
      fc.property(numbers, kinds, fc.boolean(), fc.integer({ min: 1, max: 3 }), (values, kind, falling, step) => {
        const data = new kind(2 + values.length * step).fill(7);
        values.forEach((v, i) => {
          data[2 + i * step] = v;
        });
        const line = values.map((_, i) => data[2 + i * step]);
        const sorter = new LineSorter(line.length, data);
        // memory of one call does not reach the next
        sorter.places(data, 2, step, !falling);
        expect([...sorter.places(data, 2, step, falling)]).toEqual(expected(line, falling));
      }),
      { numRuns: 300 },
    );
  });

  it("give their few greatest or least, unless there is a NaN", () => {
    fc.assert(
      fc.property(numbers, fc.boolean(), fc.integer({ min: 1, max: 5 }), (values, largest, k) => {
        fc.pre(values.length >= k);
        const places = new Uint32Array(k);
        const found = pickFew(Float64Array.from(values), 0, 1, values.length, largest, places, new Float64Array(k));
        expect(found).toBe(!values.some(Number.isNaN));
        if (found) expect([...places]).toEqual(expected(values, largest).slice(0, k));
      }),
      { numRuns: 300 },
    );
  });
});
