import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { arange, type Tensor, tensor, zeros } from "../../src/tensor/index.js";
import { contiguousStrides, type Shape, viewStrides } from "../../src/tensor/shape.js";
import { assert, counting, expectView, indices, tensors, withDims, wrap } from "./elements.js";
import { allLayouts } from "./op_table/draw.js";

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

  it("flatten joins dimensions and unflatten divides one", () => {
    const x = arange(24).view(2, 3, 4);
    expect(x.flatten(0, 1).shape).toEqual([6, 4]);
    expect(x.flatten(-2).unflatten(1, [-1, 4]).shape).toEqual([2, 3, 4]);
    expect(x.flatten(1, 1)).toBe(x);
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
