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
import { assert, expectCopy, tensors, withDims, wrap } from "./elements.js";

afterEach(() => void vi.restoreAllMocks());

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
