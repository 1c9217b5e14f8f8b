import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, torch } from "../../../src/index.js";
import { difference } from "./floats.js";
import { disagreement, tensorOf } from "./sets.js";

/* What only moves, compares or chooses numbers gives the same bits with either set of kernels. */

it("zeros of different signs would be noticed", () => {
  expect(difference([0], [-0])).not.toBeNull();
});

describe("copies of tensors whose dimensions changed places", () => {
  const shape = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 });
  const permuted = tensorOf(shape).chain((x) =>
    fc
      .shuffledSubarray(
        x.shape.map((_, d) => d),
        { minLength: x.ndim, maxLength: x.ndim },
      )
      .map((dims) => x.permute(dims)),
  );

  it("contiguous, reshape", () => {
    fc.assert(
      fc.property(permuted, (x) => {
        expect(disagreement(() => [x.contiguous(), x.reshape(-1)])).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("parts, and dimensions that are repeated", () => {
    fc.assert(
      fc.property(permuted, fc.nat(2), (x, skip) => {
        const part = x.narrow(0, Math.min(skip, x.shape[0] - 1), x.shape[0] - Math.min(skip, x.shape[0] - 1));
        const repeated = x.unsqueeze(1).expand(x.shape[0], 3, ...x.shape.slice(1));
        expect(disagreement(() => [part.contiguous(), repeated.contiguous()])).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("written into others, with and without gaps", () => {
    fc.assert(
      fc.property(permuted, fc.nat(2), (x, gap) => {
        const turned = () => torch.zeros([...x.shape].reverse()).permute(x.shape.map((_, d) => x.ndim - 1 - d));
        const wide = () => torch.full([...x.shape.slice(0, -1), x.shape.at(-1)! + gap], 7);
        const copies = () => {
          const [a, b] = [turned().copy_(x), wide()];
          b.narrow(-1, 0, x.shape.at(-1)!).copy_(x);
          return [a, b];
        };
        expect(disagreement(copies)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

describe("extremes and where they are", () => {
  const few = fc.constantFrom(0, -0, 1, 2, -3, Infinity, -Infinity, Number.NaN);
  const shape = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 3 });
  const x = fc.oneof(tensorOf(shape), tensorOf(shape, few));

  it("over each dimension, some and all", () => {
    fc.assert(
      fc.property(x, fc.nat(2), fc.boolean(), (x, at, keepdim) => {
        const dim = at % x.ndim;
        const results = () => {
          const [most, least] = [x.max(dim, keepdim), x.min(dim, keepdim)];
          const dims = at === 1 ? [] : x.ndim > 2 ? [dim, (dim + 1) % 3] : dim;
          return [
            ...[most.values, most.indices, least.values, least.indices],
            ...[x.max(), x.min(), x.argmax(), x.argmin(), x.argmax(dim), x.argmin(dim, keepdim)],
            ...[x.amax(dims, keepdim), x.amin(dims, keepdim)],
          ];
        };
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it("of rows longer than a block", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.nat(39999), fc.nat(39999), fc.boolean(), (rows, a, b, nan) => {
        const x = torch.zeros(rows, 40000);
        x.select(1, a).fill_(-3);
        x.select(1, b).fill_(nan ? Number.NaN : 5);
        x.select(1, Math.floor((a + b) / 2)).fill_(nan ? Number.NaN : -3);
        const results = () => {
          const [most, least] = [x.max(1), x.min(1)];
          return [x.max(), x.argmin(), x.argmax(), most.values, most.indices, least.values, least.indices];
        };
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 20 },
    );
  });
});

describe("rows and elements chosen by index", () => {
  const table = tensorOf(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 3 }));
  const chosen = fc.array(fc.nat(8), { minLength: 1, maxLength: 30 });

  it.each([true, false])("index_select, index and their gradients, of a table that has moved: %s", (moves) => {
    fc.assert(
      fc.property(table, chosen, fc.nat(2), (x, places, at) => {
        const dim = at % x.ndim;
        const index = torch.tensor(
          places.map((i) => i % x.shape[dim]),
          { dtype: torch.int64 },
        );
        const results = () => {
          const leaf = (moves ? x.clone() : x.detach()).requires_grad_();
          const rows = leaf.index_select(dim, index);
          for (let i = 0; moves && i < 10; i++) leaf.index_select(dim, index);
          const same = leaf.index([...new Array<string>(dim).fill(":"), index]);
          const g = torch
            .arange(rows.numel())
            .view([...rows.shape])
            .float()
            .div(8);
          rows.backward(g);
          same.backward(g);
          const sum = x.clone();
          for (let i = 0; i < 10; i++) sum.index_add_(dim, index, rows.detach());
          return [rows.detach(), same.detach(), leaf.grad!, sum, x.clone().index_add_(dim, index, g, { alpha: 2 })];
        };
        expect(disagreement(results)).toBeNull();
        const rows = x.index_select(dim, index);
        places.forEach((_, i) => {
          const [row, expected] = [rows.select(dim, i), x.select(dim, index.index([i]).item())];
          expect(difference([...row.toTypedArray()], [...expected.toTypedArray()])).toBeNull();
        });
      }),
      { numRuns: 60 },
    );
  });

  it("embedding, as a table in the kernels' memory and out of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }), chosen, (count, width, places) => {
        const results = () => {
          const table = torch.randn(count, width).requires_grad_();
          const index = torch.tensor(
            places.map((i) => i % count),
            { dtype: torch.int32 },
          );
          const all: Tensor[] = [];
          for (let i = 0; i < 12; i++) {
            const rows = torch.nn.functional.embedding(index, table, 0);
            rows.backward(torch.randn([...rows.shape]));
            all.push(rows.detach(), table.grad!.clone());
          }
          return all;
        };
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 25 },
    );
  });

  it("gather and scatter_add are those of loops over the elements", () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(
        shape.chain((s) => tensorOf(fc.constant(s))),
        chosen,
        fc.nat(1),
        fc.boolean(),
        (x, places, dim, turn) => {
          const [rows, columns] = x.shape;
          const list = Array.from({ length: rows * columns }, (_, i) => places[i % places.length] % x.shape[dim]);
          const flat = torch.tensor(list, { dtype: torch.int64 });
          const index = turn ? flat.view(columns, rows).t() : flat.view(rows, columns);
          const read = (t: Tensor, i: number, j: number) => t.index([i, j]).item();
          const sums = Array.from({ length: rows * columns }, () => 0);
          const found = x.gather(dim, index);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const at = read(index, i, j);
              expect(found.index([i, j]).item()).toBe(dim === 0 ? read(x, at, j) : read(x, i, at));
              const to = dim === 0 ? at * columns + j : i * columns + at;
              sums[to] = Math.fround(sums[to] + read(x, i, j));
            }
          }
          const added = torch.zeros(rows, columns).scatter_add(dim, index, x);
          expect([...added.toTypedArray()]).toEqual(sums);
        },
      ),
      { numRuns: 60 },
    );
  });
});
