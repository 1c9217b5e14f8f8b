import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  arange,
  int64,
  type NestedNumbers,
  type Tensor,
  tensor,
  torchFunctions as torch,
  zeros,
} from "../../src/tensor/index.js";
import { contiguousStrides, numelOf, type Shape, viewStrides } from "../../src/tensor/shape.js";
import { allLayouts, DrawnTensor, distinctLayouts, type Layout, seed } from "./op_table/draw.js";

const assert = (property: fc.IProperty<never> | fc.IProperty<never[]> | unknown, numRuns = 100): void =>
  fc.assert(property as fc.IProperty<unknown>, { seed, numRuns });

/** A tensor that counts its elements row by row: each knows where it comes from. */
const counting = (shape: Shape, layout: Layout): Tensor =>
  new DrawnTensor(
    shape,
    Array.from({ length: numelOf(shape) }, (_, i) => i),
    layout,
  ).build(int64);

const shapes = (minLength = 0, min = 0): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max: 4 }), { minLength, maxLength: 4 });
const tensors = (minLength = 0, min = 0, layouts = distinctLayouts): fc.Arbitrary<Tensor> =>
  fc.tuple(shapes(minLength, min), fc.constantFrom(...layouts)).map(([shape, layout]) => counting(shape, layout));
/** A tensor and dimensions of it, some counted from the end. */
const withDims = (count: number, min = 0): fc.Arbitrary<[Tensor, number[]]> =>
  tensors(1, min).chain((x) =>
    fc.tuple(
      fc.constant(x),
      fc.array(fc.integer({ min: -x.ndim, max: x.ndim - 1 }), { minLength: count, maxLength: count }),
    ),
  );
const wrap = (dim: number, x: Tensor): number => (dim < 0 ? dim + x.ndim : dim);

/** All indices of a shape, in row-major order. */
function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

const address = (x: Tensor, index: readonly number[]): number =>
  index.reduce((at, i, d) => at + i * x.strides[d], x.offset);

/** Element `index` of `view` is element `source(index)` of `x`, at the same place of the same memory. */
function expectView(view: Tensor, x: Tensor, shape: Shape, source: (index: number[]) => number[]): void {
  expect(view.shape).toEqual(shape);
  expect(view.storage).toBe(x.storage);
  expect(view._base).toBe(x);
  for (const index of indices(shape)) expect(address(view, index)).toBe(address(x, source(index)));
}

/** Element `index` of `copy` equals element `source(index)` of `x` (0 for `null`); the memory is another. */
function expectCopy(copy: Tensor, x: Tensor, shape: Shape, source: (index: number[]) => number[] | null): void {
  expect(copy.shape).toEqual(shape);
  expect(copy.storage).not.toBe(x.storage);
  for (const index of indices(shape)) {
    const from = source(index);
    expect(copy.read(index)).toBe(from === null ? 0 : x.read(from));
  }
}

afterEach(() => void vi.restoreAllMocks());

describe("the strides of a view", () => {
  /** Shapes with the same number of elements. */
  const regrouped = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 5 }).chain((factors) =>
    fc.tuple(
      grouping(factors),
      fc.shuffledSubarray(factors, { minLength: factors.length }).chain((others) => grouping(others)),
    ),
  );

  /** The factors multiplied in groups. */
  function grouping(factors: readonly number[]): fc.Arbitrary<number[]> {
    return fc.array(fc.boolean(), { minLength: factors.length, maxLength: factors.length }).map((joins) => {
      const shape: number[] = [];
      factors.forEach((factor, i) => {
        if (joins[i] && shape.length > 0) shape[shape.length - 1] *= factor;
        else shape.push(factor);
      });
      return shape;
    });
  }

  it("exist exactly where the elements in row-major order lie evenly", () => {
    const strided = regrouped.chain(([from, to]) =>
      fc.tuple(
        fc.constant(from),
        fc.constant(to),
        fc.oneof(
          fc.array(fc.integer({ min: 0, max: 6 }), { minLength: from.length, maxLength: from.length }),
          fc.constant(contiguousStrides(from)),
          fc.constant(contiguousStrides([...from, 2]).slice(0, -1)),
          fc.constant(contiguousStrides([...from].reverse()).reverse()),
        ),
      ),
    );
    assert(
      fc.property(strided, ([from, to, strides]) => {
        const at = (index: readonly number[], by: Shape) => index.reduce((sum, i, d) => sum + i * by[d], 0);
        const places = indices(from).map((index) => at(index, strides));
        const rows = contiguousStrides(to);
        const even = to.map((size, d) => (size > 1 ? places[rows[d]] : 0));
        const possible = indices(to).every((index, i) => at(index, even) === places[i]);
        const found = viewStrides(from, strides, to);
        if (possible) expect(indices(to).map((index) => at(index, found!))).toEqual(places);
        else expect(found).toBeNull();
      }),
      2000,
    );
  });

  it("are inferred by reshape, which keeps the order of the elements and copies only where it must", () => {
    const calls = regrouped.chain(([from, to]) =>
      fc.tuple(fc.constantFrom(...allLayouts), fc.constant(from), fc.constant(to), fc.nat(to.length)),
    );
    assert(
      fc.property(calls, ([layout, from, to, hidden]) => {
        const x = counting(from, layout);
        const y = x.reshape(to.map((size, d) => (d === hidden ? -1 : size)));
        expect(y.shape).toEqual(to);
        expect(y.flatten().tolist()).toEqual(x.contiguous().view(-1).tolist());
        const shares = viewStrides(x.shape, x.strides, to) !== null;
        expect(y.storage === x.storage).toBe(shares);
        if (!shares) expect(() => x.view(to)).toThrow("view size is not compatible");
      }),
      300,
    );
  });
});

describe("views", () => {
  it("permute, transpose and movedim reorder dimensions", () => {
    const permuted = tensors().chain((x) =>
      fc.tuple(fc.constant(x), fc.shuffledSubarray([...x.shape.keys()], { minLength: x.ndim })),
    );
    assert(
      fc.property(permuted, fc.boolean(), ([x, order], negative) => {
        const y = x.permute(order.map((d) => (negative ? d - x.ndim : d)));
        const source = (index: number[]) => x.shape.map((_, d) => index[order.indexOf(d)]);
        expectView(
          y,
          x,
          order.map((d) => x.shape[d]),
          source,
        );
        expectView(x.movedim(order, [...order.keys()]), x, y.shape, source);
      }),
    );
    assert(
      fc.property(withDims(2), ([x, [dim0, dim1]]) => {
        const [a, b] = [wrap(dim0, x), wrap(dim1, x)];
        const swap = (list: readonly number[]) => list.with(a, list[b]).with(b, list[a]);
        expectView(x.transpose(dim0, dim1), x, swap(x.shape), swap);
      }),
    );
  });

  it("unsqueeze adds a dimension and squeeze removes those of size 1", () => {
    assert(
      fc.property(tensors(), fc.nat(4), (x, at) => {
        const d = Math.min(at, x.ndim);
        for (const dim of [d, d - x.ndim - 1]) {
          const y = x.unsqueeze(dim);
          expectView(y, x, x.shape.toSpliced(d, 0, 1), (index) => index.toSpliced(d, 1));
          expect(y.squeeze(d).shape).toEqual(x.shape);
        }
        const long = [...x.shape.keys()].filter((k) => x.shape[k] !== 1);
        expectView(
          x.squeeze(),
          x,
          long.map((k) => x.shape[k]),
          (index) => x.shape.map((size, k) => (size === 1 ? 0 : index[long.indexOf(k)])),
        );
      }),
    );
  });

  it("expand repeats sizes of 1 and adds dimensions in front", () => {
    const sizes = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 });
    assert(
      fc.property(tensors(), fc.nat(2), sizes, fc.boolean(), (x, lead, stretched, keep) => {
        const own = x.shape.map((size, d) => (size === 1 ? stretched[d] : size));
        const shape = [...stretched.slice(0, lead), ...own];
        const asked = shape.map((size, d) => (keep && d >= lead && x.shape[d - lead] === size ? -1 : size));
        expectView(x.expand(asked), x, shape, (index) => x.shape.map((size, d) => (size === 1 ? 0 : index[d + lead])));
      }),
    );
  });

  it("select, slices and narrow read parts of a dimension", () => {
    const bound = fc.option(fc.integer({ min: -6, max: 6 }));
    assert(
      fc.property(withDims(1), bound, bound, fc.integer({ min: 1, max: 3 }), ([x, [dim]], start, end, step) => {
        const d = wrap(dim, x);
        const positions = [...Array(x.shape[d]).keys()].slice(start ?? 0, end ?? x.shape[d]);
        const picked = positions.filter((_, i) => i % step === 0);
        const y = x._slice(dim, start, end, step);
        expectView(y, x, x.shape.with(d, picked.length), (index) => index.with(d, picked[index[d]]));
        for (const i of positions) {
          const at = i % 2 === 0 ? i : i - x.shape[d];
          expectView(x.select(dim, at), x, x.shape.toSpliced(d, 1), (index) => index.toSpliced(d, 0, i));
        }
        if (positions.length > 0) {
          const z = x.narrow(dim, positions[0], positions.length);
          expectView(z, x, x.shape.with(d, positions.length), (index) => index.with(d, index[d] + positions[0]));
        }
      }),
    );
  });

  it("unbind, split, chunk and tensor_split cut a dimension into pieces", () => {
    assert(
      fc.property(withDims(1, 1), fc.integer({ min: 1, max: 5 }), ([x, [dim]], n) => {
        const d = wrap(dim, x);
        const size = x.shape[d];
        const expectPieces = (pieces: Tensor[], sizes: number[]) => {
          expect(pieces.length).toBe(sizes.length);
          let start = 0;
          pieces.forEach((piece, k) => {
            const from = start;
            expectView(piece, x, x.shape.with(d, sizes[k]), (index) => index.with(d, index[d] + from));
            start += sizes[k];
          });
        };
        const even = (by: number) =>
          Array.from({ length: Math.ceil(size / by) }, (_, i) => Math.min(by, size - i * by));
        expectPieces(x.split(n, { dim }), even(n));
        expectPieces(x.chunk(n, { dim }), even(Math.ceil(size / n)));
        const spread = Array.from({ length: n }, (_, i) => Math.floor(size / n) + Number(i < size % n));
        expectPieces(x.tensor_split(n, dim), spread);
        expectPieces(x.split(spread, { dim }), spread);
        const rows = x.unbind(dim);
        expect(rows.length).toBe(size);
        rows.forEach((row, i) => {
          expectView(row, x, x.shape.toSpliced(d, 1), (index) => index.toSpliced(d, 0, i));
        });
      }),
    );
  });

  it("diagonal pairs indices along two dimensions; diag_embed undoes it", () => {
    const drawn = tensors(2).chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc.shuffledSubarray([...x.shape.keys()], { minLength: 2, maxLength: 2 }),
        fc.integer({ min: -3, max: 3 }),
      ),
    );
    assert(
      fc.property(drawn, ([x, [a, b], offset]) => {
        const pairs = indices([x.shape[a], x.shape[b]]).filter(([i, j]) => j - i === offset);
        const rest = [...x.shape.keys()].filter((d) => d !== a && d !== b);
        const y = x.diagonal(offset, a - x.ndim, b);
        expectView(y, x, [...rest.map((d) => x.shape[d]), pairs.length], (index) => {
          const [i, j] = pairs[index[rest.length]];
          return x.shape.map((_, d) => (d === a ? i : d === b ? j : index[rest.indexOf(d)]));
        });
        const n = pairs.length + Math.abs(offset);
        const square = rest.length > 0 || pairs.length > 0 ? y.diag_embed(offset, a, b) : null;
        if (square) {
          expect([square.shape[a], square.shape[b]]).toEqual([n, n]);
          expect(square.diagonal(offset, a, b).tolist()).toEqual(y.tolist());
          expect(square.sum().item()).toBe(y.sum().item());
        }
      }),
    );
  });

  it("unfold slides a window", () => {
    assert(
      fc.property(withDims(1), fc.nat(4), fc.integer({ min: 1, max: 3 }), ([x, [dim]], size, step) => {
        const d = wrap(dim, x);
        fc.pre(size <= x.shape[d]);
        const count = Math.floor((x.shape[d] - size) / step) + 1;
        expectView(x.unfold(dim, size, step), x, [...x.shape.with(d, count), size], (index) =>
          index.slice(0, -1).with(d, index[d] * step + index[x.ndim]),
        );
      }),
    );
  });

  it("as_strided reads any layout of the memory, overlapping ones too", () => {
    const geometry = fc.tuple(fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { maxLength: 3 }), fc.option(fc.nat(6)));
    assert(
      fc.property(geometry, ([dims, offset]) => {
        const x = arange(64).index("2:");
        const [shape, strides] = [dims.map(([size]) => size), dims.map(([, stride]) => stride)];
        const y = x.as_strided(shape, strides, offset);
        expect(y.shape).toEqual(shape);
        for (const index of indices(shape)) {
          expect(y.read(index)).toBe(index.reduce((at, i, d) => at + i * strides[d], offset ?? 2));
        }
      }),
    );
  });

  it("flatten and unflatten join and divide dimensions", () => {
    const x = arange(24).view(2, 3, 4);
    expect(x.flatten(0, 1).shape).toEqual([6, 4]);
    expect(x.flatten(-2).unflatten(1, [-1, 4]).shape).toEqual([2, 3, 4]);
    expect(x.flatten(1, 1)).toBe(x);
    expect(x.t === undefined).toBe(false);
    expect(tensor(5).flatten().shape).toEqual([1]);
    expect(x.transpose(0, 1).ravel().tolist()).toEqual(x.transpose(0, 1).flatten().tolist());
  });

  it("show changes of one another", () => {
    const x = zeros(2, 3);
    x.t().select(0, 1).fill_(7);
    x.view(3, 2).select(0, 0).add_(1);
    x.expand(2, 2, 3).select(0, 1).select(0, 1).mul_(2);
    expect(x.tolist()).toEqual([
      [1, 8, 0],
      [0, 14, 0],
    ]);
    expect(x._version).toBe(3);
    expect(x.t()._version).toBe(3);
  });

  it("are transposed by T and mT", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const x = arange(6).view(2, 3);
    expect(x.T.tolist()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(warned).not.toHaveBeenCalled();
    const b = arange(24).view(2, 3, 4);
    expect(b.mT.shape).toEqual([2, 4, 3]);
    expect(b.T.shape).toEqual([4, 3, 2]);
    expect(warned.mock.calls[0][0]).toMatch(/^UserWarning: The use of `x.T` on tensors of dimension other than 2/);
    expect(x.size()).toEqual([2, 3]);
    expect(x.size(-1)).toBe(3);
    expect(x.stride()).toEqual([3, 1]);
    expect(x.t().stride(0)).toBe(1);
  });
});

describe("copies in another order", () => {
  it("flip, roll and rot90 move elements within dimensions", () => {
    assert(
      fc.property(withDims(2), fc.integer({ min: -5, max: 5 }), ([x, [dim, other]], by) => {
        const [d, e] = [wrap(dim, x), wrap(other, x)];
        const size = x.shape[d];
        expectCopy(x.flip(dim), x, x.shape, (index) => index.with(d, size - 1 - index[d]));
        expectCopy(x.roll(by, dim), x, x.shape, (index) => index.with(d, (((index[d] - by) % size) + size) % size));
        if (d === e) return;
        expect(x.rot90(by, [d, e]).tolist()).toEqual(x.rot90(by + 4, [d, e]).tolist());
        expectCopy(x.rot90(1, [d, e]), x, x.shape.with(d, x.shape[e]).with(e, size), (index) =>
          index.with(d, index[e]).with(e, x.shape[e] - 1 - index[d]),
        );
      }),
    );
    expect(arange(6).view(2, 3).roll(2).tolist()).toEqual([
      [4, 5, 0],
      [1, 2, 3],
    ]);
  });

  it("repeat, tile and repeat_interleave repeat elements", () => {
    const repeats = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 });
    assert(
      fc.property(tensors(), fc.nat(1), repeats, (x, lead, times) => {
        const factors = [...times.slice(0, lead), ...times.slice(lead, lead + x.ndim)].slice(0, lead + x.ndim);
        fc.pre(factors.length === lead + x.ndim);
        const sizes = [...Array(lead).fill(1), ...x.shape];
        const shape = factors.map((n, d) => n * sizes[d]);
        const source = (index: number[]) => index.map((i, d) => i % sizes[d]).slice(lead);
        expectCopy(x.repeat(factors), x, shape, source);
        expect(x.tile(factors).tolist()).toEqual(x.repeat(factors).tolist());
      }),
    );
    assert(
      fc.property(withDims(1), fc.nat(3), ([x, [dim]], n) => {
        const d = wrap(dim, x);
        const source = (index: number[]) => index.with(d, Math.floor(index[d] / n));
        expectCopy(x.repeat_interleave(n, dim), x, x.shape.with(d, x.shape[d] * n), source);
        const counts = tensor(Array(x.shape[d]).fill(n) as number[], { dtype: int64 });
        if (x.shape[d] !== 1) {
          expectCopy(x.repeat_interleave(counts, dim), x, x.shape.with(d, x.shape[d] * n), source);
        }
      }),
    );
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .tile(2)
        .tolist(),
    ).toEqual([
      [1, 2, 1, 2],
      [3, 4, 3, 4],
    ]);
    expect(
      tensor([7, 8, 9])
        .repeat_interleave(tensor([2, 0, 1]))
        .tolist(),
    ).toEqual([7, 7, 9]);
  });

  it("cat and stack join what split and unbind cut", () => {
    assert(
      fc.property(withDims(1, 1), fc.integer({ min: 1, max: 3 }), ([x, [dim]], n) => {
        expect(torch.cat(x.split(n, { dim }), dim).tolist()).toEqual(x.tolist());
        expect(torch.stack(x.unbind(dim), dim).tolist()).toEqual(x.tolist());
      }),
    );
  });

  it("cat takes the widest dtype and leaves out empty lists", () => {
    const joined = torch.cat([tensor([1, 2]), tensor([0.5]), tensor([]), tensor([true])]);
    expect([joined.dtype.name, joined.tolist()]).toEqual(["float32", [1, 2, 0.5, 1]]);
    expect(torch.cat([zeros(0), zeros(2, 3)], 1).shape).toEqual([2, 3]);
    expect(torch.hstack([tensor(1), tensor([2, 3])]).tolist()).toEqual([1, 2, 3]);
    expect(torch.vstack([tensor([1, 2]), tensor([[3, 4]])]).shape).toEqual([2, 2]);
    expect(torch.dstack([tensor([1, 2]), tensor([3, 4])]).shape).toEqual([1, 2, 2]);
  });

  it("tril and triu keep a triangle", () => {
    assert(
      fc.property(tensors(2), fc.integer({ min: -4, max: 4 }), (x, diagonal) => {
        const above = (index: number[]) => index[x.ndim - 1] - index[x.ndim - 2];
        expectCopy(x.tril(diagonal), x, x.shape, (index) => (above(index) <= diagonal ? index : null));
        expectCopy(x.triu(diagonal), x, x.shape, (index) => (above(index) >= diagonal ? index : null));
      }),
    );
  });

  it("sum_to_size undoes expand", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 });
    assert(
      fc.property(tensors(0, 1), fc.nat(2), sizes, (x, lead, stretched) => {
        const own = x.shape.map((size, d) => (size === 1 ? stretched[d] : size));
        const whole = x.expand([...stretched.slice(0, lead), ...own]);
        const copies = whole.numel() / x.numel();
        expect(whole.sum_to_size(x.shape).tolist()).toEqual(x.mul(copies).tolist());
      }),
    );
  });
});

describe("grids", () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4, 5])];
  const lists = (grids: Tensor[]): NestedNumbers[] => grids.map((g) => g.tolist());

  it("meshgrid gives the coordinates in either order of the dimensions", () => {
    const ij = torch.meshgrid(a, b, { indexing: "ij" });
    expect(lists(ij)).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [3, 4, 5],
        [3, 4, 5],
      ],
    ]);
    expect(lists(torch.meshgrid([a, b], { indexing: "xy" }))).toEqual(ij.map((g) => g.t().tolist()));
  });

  it("meshgrid warns if nothing is said about the order", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(lists(torch.meshgrid(a, b))).toEqual(lists(torch.meshgrid(a, b, { indexing: "ij" })));
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it("cartesian_prod lists all combinations and broadcast_tensors stretches", () => {
    expect(torch.cartesian_prod(a, b).tolist()).toEqual([1, 2].flatMap((x) => [3, 4, 5].map((y) => [x, y])));
    const [wide, tall] = torch.broadcast_tensors(a, b.unsqueeze(1));
    expect(wide.tolist()).toEqual([3, 4, 5].map(() => [1, 2]));
    expect(tall.tolist()).toEqual([3, 4, 5].map((y) => [y, y]));
  });
});
