import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, torch } from "../../../src/index.js";

/* Loops of dtypes that have no kernels in WebAssembly, and reductions with loops of their own. */

const dtype = fc.constantFrom(torch.float64, torch.float32, torch.int64, torch.int32, torch.uint8);
const shape = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 90 }));
const numbers = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 29, maxLength: 29 });

/** A matrix of small whole numbers, or its transpose made from as many. */
const matrix = fc.tuple(shape, numbers, dtype, fc.boolean()).map(([[m, n], values, dtype, turn]) => {
  const list = Array.from({ length: m * n }, (_, i) => values[(i * i + (i >> 4)) % 29]);
  const x = torch.tensor(list, { dtype });
  return turn ? x.view(n, m).t() : x.view(m, n);
});
const listOf = (x: Tensor): number[] => [...x.reshape(-1).toTypedArray()];

it("comparisons in every dtype", () => {
  fc.assert(
    fc.property(matrix, fc.integer({ min: 0, max: 5 }), (x, c) => {
      const [a, y] = [listOf(x), x.flip(1)];
      const b = listOf(y);
      expect(listOf(x.lt(y))).toEqual(a.map((v, i) => +(v < b[i])));
      expect(listOf(x.le(y))).toEqual(a.map((v, i) => +(v <= b[i])));
      expect(listOf(x.eq(y))).toEqual(a.map((v, i) => +(v === b[i])));
      expect(listOf(x.ne(c))).toEqual(a.map((v) => +(v !== c)));
      expect(listOf(x.gt(c))).toEqual(a.map((v) => +(v > c)));
      expect(listOf(x.ge(c))).toEqual(a.map((v) => +(v >= c)));
      // the number decides the dtype
      expect(listOf(x.gt(c + 0.5))).toEqual(a.map((v) => +(v > c + 0.5)));
    }),
    { numRuns: 60 },
  );
});

describe("int64", () => {
  it("sums, differences and products, also with numbers on either side", () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: -5, max: 5 }), (whole, c) => {
        const x = whole.long();
        const y = x.flip(0);
        const [a, b] = [listOf(x), listOf(y)];
        const plain = (f: (v: number, w: number) => number) => a.map((v, i) => f(v, b[i]) + 0);
        expect(listOf(x.add(y))).toEqual(plain((v, w) => v + w));
        expect(listOf(x.sub(y))).toEqual(plain((v, w) => v - w));
        expect(listOf(x.neg().mul(y))).toEqual(plain((v, w) => -v * w));
        expect(listOf(x.add(c))).toEqual(plain((v) => v + c));
        expect(listOf(x.rsub(c))).toEqual(plain((v) => c - v));
        expect(listOf(x.mul(c))).toEqual(plain((v) => v * c));
        const modulo = (v: number, w: number) => v - w * Math.floor(v / w);
        expect(listOf(x.sub(2).remainder(3))).toEqual(plain((v) => modulo(v - 2, 3)));
        expect(listOf(x.sub(2).remainder(y.sub(6)))).toEqual(plain((v, w) => modulo(v - 2, w - 6)));
        expect([x.add(y).dtype, x.mul(c).dtype, x.add(0.5).dtype]).toEqual([torch.int64, torch.int64, torch.float32]);
      }),
      { numRuns: 60 },
    );
  });

  it("says so when a result is beyond 2^53", () => {
    const x = torch.full([64], 2 ** 53 - 1, { dtype: torch.int64 });
    expect(() => x.add(1)).toThrow("value cannot be converted to type int64 without overflow");
    expect(() => x.neg().sub(x)).toThrow("value cannot be converted to type int64 without overflow");
    expect(listOf(x.sub(1))[63]).toBe(2 ** 53 - 2);
  });
});

it("arithmetic of several dtypes is that of the common one", () => {
  fc.assert(
    fc.property(matrix, matrix, (x, y) => {
      const row = y.reshape(-1).narrow(0, 0, 1);
      for (const other of [row, row.double(), 0.1, 255]) {
        const found = [x.mul(other), x.div(other), x.sub(other)];
        for (const result of found) {
          const wide = (v: Tensor | number) => (typeof v === "number" ? v : v.to(result.dtype));
          const same = result === found[0] ? "mul" : result === found[1] ? "div" : "sub";
          const expected = x.to(result.dtype)[same](wide(other));
          expect(listOf(result)).toEqual(listOf(expected));
        }
      }
    }),
    { numRuns: 40 },
  );
});

it("one element is a number, whatever its shape", () => {
  fc.assert(
    fc.property(shape, fc.constantFrom([], [1], [1, 1], [1, 1, 1]), fc.boolean(), ([m, n], one, double) => {
      const x = torch.randn(m, n).to(double ? torch.float64 : torch.float32);
      const c = torch.full(one, 0.3, { dtype: x.dtype });
      const spread = c.expand([...(one.length === 3 ? [1] : []), m, n]);
      const results = [x.mul(c), c.sub(x), x.div(c), c.div(x)];
      const expected = [x.mul(spread), spread.sub(x), x.div(spread), spread.div(x)];
      results.forEach((t, i) => {
        expect([t.shape, listOf(t)]).toEqual([expected[i].shape, listOf(expected[i])]);
      });
    }),
    { numRuns: 40 },
  );
});

it("conversions cut off fractions and count NaN as true", () => {
  const x = torch.tensor([NaN, -0.5, 2.9, -2.9, Infinity, 0, 300.7], { dtype: torch.float32 });
  expect(listOf(x.bool())).toEqual([1, 1, 1, 1, 1, 0, 1]);
  expect(listOf(x.narrow(0, 1, 3).long())).toEqual([0, 2, -2]);
  expect(listOf(x.narrow(0, 1, 3).int())).toEqual([0, 2, -2]);
  expect(listOf(x.narrow(0, 5, 2).to(torch.uint8))).toEqual([0, 44]);
});

it("products, truth, counts and sums of sizes over each dimension and all", () => {
  fc.assert(
    fc.property(matrix, (m) => {
      const x = m.double().sub(2);
      const [rows, columns] = x.shape;
      const a = listOf(x);
      const lines = (dim: number | null): number[][] =>
        dim === null
          ? [a]
          : Array.from({ length: dim === 0 ? columns : rows }, (_, l) =>
              a.filter((_, i) => (dim === 0 ? i % columns : Math.floor(i / columns)) === l),
            );
      for (const dim of [0, 1, null]) {
        const each = (f: (line: number[]) => number) => lines(dim).map(f);
        expect(listOf(x.any(dim))).toEqual(each((l) => +l.some((v) => v !== 0)));
        expect(listOf(x.all(dim))).toEqual(each((l) => +l.every((v) => v !== 0)));
        expect(listOf(x.count_nonzero(dim))).toEqual(each((l) => l.filter((v) => v !== 0).length));
        expect(listOf(x.norm(1, dim))).toEqual(each((l) => l.reduce((s, v) => s + Math.abs(v), 0)));
        const products = each((l) => l.reduce((p, v) => p * v, 1));
        listOf(x.prod(dim)).forEach((p, i) =>
          expect(Math.abs(p - products[i])).toBeLessThanOrEqual(1e-12 * Math.abs(p)),
        );
      }
    }),
    { numRuns: 40 },
  );
});
