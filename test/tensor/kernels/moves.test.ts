import fc from "fast-check";
import { expect, it } from "vitest";
import { nn, type Tensor, torch } from "../../../src/index.js";
import { tensorOf } from "./sets.js";

/* Elements that only move, in runs long enough for the loops that treat whole runs, against coordinates one by one. */

const shape = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 1, max: 70 }),
);
const size3 = shape.map((s) => [...s]);
const moved = fc.constantFrom(
  (x: Tensor) => x,
  (x: Tensor) => x.transpose(0, 2),
  (x: Tensor) => x.transpose(1, 2),
  (x: Tensor) => x.index([":", "::2", ":"]),
);
const cube = fc.tuple(tensorOf(size3), moved).map(([x, f]) => f(x));

/** Has `y` the sizes `of`, and at each place the element of `x` that `from` names, or else the number it gives? */
function check(y: Tensor, of: readonly number[], x: Tensor, from: (at: number[]) => number[] | number): void {
  expect(y.shape).toEqual(of);
  const values = [...x.reshape(-1).toTypedArray()];
  const expected = Array.from({ length: y.numel() }, (_, i) => {
    const source = from([Math.floor(i / (of[1] * of[2])), Math.floor(i / of[2]) % of[1], i % of[2]]);
    if (typeof source === "number") return source;
    return values[(source[0] * x.shape[1] + source[1]) * x.shape[2] + source[2]];
  });
  expect([...y.toTypedArray()]).toEqual(expected);
}

it("flip reverses the dimensions it is given", () => {
  fc.assert(
    fc.property(cube, fc.subarray([0, 1, 2]), (x, dims) => {
      check(x.flip(dims), x.shape, x, (at) => at.map((i, d) => (dims.includes(d) ? x.shape[d] - 1 - i : i)));
    }),
  );
});

it("copies of repeated elements repeat them, at either end", () => {
  fc.assert(
    fc.property(cube, fc.nat(2), (x, dim) => {
      const one = x.narrow(dim, x.shape[dim] - 1, 1);
      check(one.expand(x.shape).clone(), x.shape, one, (at) => at.with(dim, 0));
    }),
  );
});

it("tril and triu divide a matrix at a diagonal", () => {
  fc.assert(
    fc.property(cube, fc.integer({ min: -80, max: 80 }), (x, diagonal) => {
      check(x.tril(diagonal), x.shape, x, (at) => (at[2] - at[1] <= diagonal ? at : 0));
      check(x.triu(diagonal), x.shape, x, (at) => (at[2] - at[1] >= diagonal ? at : 0));
    }),
  );
});

it("pad puts a frame of a number around, or cuts off", () => {
  const amount = fc.integer({ min: -1, max: 3 });
  const value = fc.constantFrom(0, -0, 1.5, Number.NaN);
  fc.assert(
    fc.property(cube, fc.tuple(amount, amount, amount, amount), value, (x, pad, filling) => {
      const [left, right, above, below] = pad;
      const of = [x.shape[0], x.shape[1] + above + below, x.shape[2] + left + right];
      fc.pre(x.shape[1] > 1 && x.shape[2] > 1);
      check(nn.functional.pad(x, pad, "constant", filling), of, x, ([i, j, k]) => {
        const [row, column] = [j - above, k - left];
        return row >= 0 && row < x.shape[1] && column >= 0 && column < x.shape[2] ? [i, row, column] : filling;
      });
    }),
  );
});

/** A tensor, a dimension, and positions along it for a part of the elements. */
const indexed = fc.tuple(cube, fc.nat(2), fc.nat(), fc.boolean()).map(([x, dim, seed, whole]) => {
  const sizes = x.shape.map((n, d) => (whole && d !== dim ? n : Math.max(1, n - (seed % 3))));
  const index = torch.tensor(
    Array.from({ length: sizes[0] * sizes[1] * sizes[2] }, (_, i) => (i * i + seed) % x.shape[dim]),
  );
  return { x, dim, index: index.view(sizes) };
});

it("gather, scatter and scatter_add find the positions that an index names", () => {
  fc.assert(
    fc.property(indexed, ({ x, dim, index }) => {
      const named = (at: number[]) => at.with(dim, index.index(at).item<number>());
      check(x.gather(dim, index), index.shape, x, named);

      const places = new Map<string, number[]>();
      for (let i = 0; i < index.numel(); i++) {
        const [, b, c] = index.shape;
        const at = [Math.floor(i / (b * c)), Math.floor(i / c) % b, i % c];
        const to = String(named(at));
        places.set(to, [...(places.get(to) ?? []), x.index(at).item<number>()]);
      }
      const ones = torch.ones([...x.shape]);
      check(ones.scatter(dim, index, x), x.shape, x, (at) => places.get(String(at))?.at(-1) ?? 1);
      const sum = (values: number[]) => values.reduce((s, v) => Math.fround(s + v), 1);
      check(ones.scatter_add(dim, index, x), x.shape, x, (at) => sum(places.get(String(at)) ?? []));
    }),
    { numRuns: 15 },
  );
});

it("a position outside is named, wherever it stands", () => {
  fc.assert(
    fc.property(indexed, fc.nat(), fc.boolean(), ({ x, dim, index }, place, below) => {
      const wrong = below ? -1 : x.shape[dim];
      index.view(-1).index_put_([place % index.numel()], wrong);
      const message = `index ${wrong} is out of bounds for dimension ${dim} with size ${x.shape[dim]}`;
      expect(() => x.gather(dim, index)).toThrow(message);
    }),
  );
});

it("index_select along any dimension", () => {
  fc.assert(
    fc.property(cube, fc.nat(2), fc.array(fc.nat(), { maxLength: 60, minLength: 1 }), (x, dim, picks) => {
      const list = picks.map((i) => i % x.shape[dim]);
      check(x.index_select(dim, torch.tensor(list)), x.shape.with(dim, list.length), x, (at) =>
        at.with(dim, list[at[dim]]),
      );
    }),
  );
});

it("repeat_interleave writes every element several times in a row", () => {
  fc.assert(
    fc.property(cube, fc.nat(2), fc.integer({ min: 1, max: 40 }), (x, dim, times) => {
      check(x.repeat_interleave(times, dim), x.shape.with(dim, x.shape[dim] * times), x, (at) =>
        at.with(dim, Math.floor(at[dim] / times)),
      );
    }),
    { numRuns: 15 },
  );
});

it("masks choose elements in order, nonzero their places", () => {
  const kind = fc.constantFrom(torch.float32, torch.float64, torch.int32, torch.bool);
  fc.assert(
    fc.property(cube, cube, kind, fc.constantFrom(0.05, 0.5, 1), (x, other, dtype, share) => {
      const chosen = torch.rand([...x.shape]).lt(share);
      const [, b, c] = x.shape;
      const list = [...chosen.toTypedArray()].flatMap((v, i) => (v === 0 ? [] : [i]));
      const places = list.map((i) => [Math.floor(i / (b * c)), Math.floor(i / c) % b, i % c]);
      const values = x.to(dtype);
      const expected = places.map((at) => Number(values.index(at).item()));
      expect([...values.index([chosen]).toTypedArray()]).toEqual(expected);
      expect([...values.masked_select(chosen).toTypedArray()]).toEqual(expected);
      expect(chosen.nonzero().tolist()).toEqual(places);
      const marked = other.to(dtype).isnan().logical_or(other.to(dtype).ne(0));
      expect(torch.equal(other.to(dtype).nonzero(), marked.nonzero())).toBe(true);
    }),
    { numRuns: 15 },
  );
});

it("rows that an index names are taken and added up", () => {
  const rows = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 70 }));
  const table = tensorOf(rows.map((s) => [...s]));
  fc.assert(
    fc.property(table, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (x, picks) => {
      const index = torch.tensor(picks.map((i) => i % x.shape[0]));
      const taken = x.index_select(0, index);
      expect(taken.tolist()).toEqual(picks.map((i) => x.index([i % x.shape[0]]).tolist()));
      const whole = torch.nan_to_num(taken).clamp(-8, 8).round();
      const sum = torch.zeros([...x.shape]).index_add(0, index, whole);
      const wide = torch.zeros([...x.shape], { dtype: torch.float64 }).index_add(0, index, whole.double());
      expect(torch.equal(sum.double(), wide)).toBe(true);
    }),
  );
});

it("tril_indices and triu_indices name the elements of a triangle", () => {
  const side = fc.nat(9);
  fc.assert(
    fc.property(side, side, fc.integer({ min: -12, max: 12 }), (rows, columns, offset) => {
      const at = Array.from({ length: rows * columns }, (_, k) => [Math.floor(k / columns), k % columns]);
      const below = at.filter(([i, j]) => j - i <= offset);
      const above = at.filter(([i, j]) => j - i >= offset);
      const lists = (found: number[][]) => [0, 1].map((d) => found.map((place) => place[d]));
      expect(torch.tril_indices(rows, columns, offset).tolist()).toEqual(lists(below));
      expect(torch.triu_indices(rows, columns, offset).tolist()).toEqual(lists(above));
    }),
  );
});

it("a function of a tensor that does not lie row by row is that of its elements in order", () => {
  fc.assert(
    fc.property(cube, (x) => {
      const rows = torch.empty([...x.shape]).copy_(x);
      for (const f of [
        (t: Tensor) => t.sqrt(),
        (t: Tensor) => t.add(1.5),
        (t: Tensor) => t.mul(x),
        (t: Tensor) => t.rsub(2),
      ]) {
        const before = x.clone().toTypedArray();
        expect(f(x).toTypedArray()).toEqual(f(rows).toTypedArray());
        expect(x.clone().toTypedArray()).toEqual(before);
      }
    }),
    { numRuns: 15 },
  );
});
