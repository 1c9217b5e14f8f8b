import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  bool,
  nnFunctions as F,
  float64,
  int64,
  Tensor,
  tensor,
  torchFunctions as torch,
  zeros,
} from "../../src/tensor/index.js";
import { contiguousStrides, numelOf, type Shape } from "../../src/tensor/shape.js";
import { assert, counting, indices, shapes, tensors } from "./elements.js";
import { DrawnTensor, distinctLayouts } from "./op_table/draw.js";

/** The place of an index among the elements in row-major order. */
const flat = (index: readonly number[], shape: Shape): number => {
  const rows = contiguousStrides(shape);
  return index.reduce((at, i, d) => at + i * rows[d], 0);
};

describe("gathering along a dimension", () => {
  /** A tensor, a dimension, and an index tensor that fits inside it elsewhere. */
  const gathers = tensors(1, 1).chain((x) =>
    fc.integer({ min: 0, max: x.ndim - 1 }).chain((dim) =>
      fc
        .tuple(...x.shape.map((size, d) => (d === dim ? fc.nat(5) : fc.integer({ min: 0, max: size }))))
        .chain((shape) => {
          const n = numelOf(shape);
          const at = fc.array(fc.nat(x.shape[dim] - 1), { minLength: n, maxLength: n });
          return fc.tuple(
            fc.constant(x),
            fc.constant(dim),
            at.map((list) => tensorOf(list, shape)),
          );
        }),
    ),
  );
  const tensorOf = (list: number[], shape: Shape) => Tensor.of(Float64Array.from(list), shape, int64);

  it("gather reads, scatter_add adds and scatter writes at the coordinates of the index", () => {
    assert(
      fc.property(gathers, ([x, dim, index]) => {
        const picked = x.gather(dim - x.ndim, index);
        const values = arange(100, 100 + index.numel()).view(index.shape);
        const sums = x.clone();
        for (const i of indices(index.shape)) {
          const place = i.with(dim, index.read(i));
          expect(picked.read(i)).toBe(x.read(place));
          sums.storage.data[flat(place, x.shape)] += values.read(i);
        }
        expect(picked.shape).toEqual(index.shape);
        expect(x.scatter_add(dim, index, values).tolist()).toEqual(sums.tolist());
        expect(x.scatter(dim, index, values, { reduce: "add" }).tolist()).toEqual(sums.tolist());
        const put = x.scatter(dim, index, values);
        for (const i of indices(index.shape)) {
          const rivals = indices(index.shape).filter(
            (j) => String(j.with(dim, index.read(j))) === String(i.with(dim, index.read(i))),
          );
          expect(rivals.map((j) => values.read(j))).toContain(put.read(i.with(dim, index.read(i))));
        }
        const named = new Set(indices(index.shape).map((i) => String(i.with(dim, index.read(i)))));
        const filled = x.scatter(dim, index, { value: -1 });
        for (const i of indices(x.shape)) expect(filled.read(i)).toBe(named.has(String(i)) ? -1 : x.read(i));
      }),
    );
  });

  it("index_select, index_add, index_copy and index_fill treat whole slices", () => {
    const slices = tensors(1, 1).chain((x) =>
      fc
        .integer({ min: 0, max: x.ndim - 1 })
        .chain((dim) =>
          fc.tuple(fc.constant(x), fc.constant(dim), fc.array(fc.nat(x.shape[dim] - 1), { maxLength: 5 })),
        ),
    );
    assert(
      fc.property(slices, ([x, dim, list]) => {
        const index = tensorOf(list, [list.length]);
        const picked = x.index_select(dim, index);
        const parts = list.map((i) => x.select(dim, i).tolist());
        expect(picked.unbind(dim).map((t) => t.tolist())).toEqual(parts);
        const source = arange(100, 100 + picked.numel()).view(picked.shape);
        const [sums, copies, fills] = [x.clone(), x.clone(), x.clone()];
        list.forEach((i, k) => {
          sums.select(dim, i).add_(source.select(dim, k).mul(2));
          copies.select(dim, i).copy_(source.select(dim, k));
          fills.select(dim, i).fill_(-1);
        });
        expect(x.index_add(dim, index, source, { alpha: 2 }).tolist()).toEqual(sums.tolist());
        expect(x.index_copy(dim, index, source).tolist()).toEqual(copies.tolist());
        expect(x.index_fill(dim, index.sub(x.shape[dim]), -1).tolist()).toEqual(fills.tolist());
      }),
    );
  });

  it("take_along_dim puts argsort into effect, and take reads the flattened tensor", () => {
    const x = tensor([
      [3, 1, 2],
      [0, 5, 4],
    ]);
    expect(torch.take_along_dim(x, x.argsort(1), 1).tolist()).toEqual([
      [1, 2, 3],
      [0, 4, 5],
    ]);
    expect(x.take(tensor([[0, -1]])).tolist()).toEqual([[3, 4]]);
  });

  it("embedding looks rows up and gives none to the padding", () => {
    const weight = arange(6, { dtype: float64 }).view(3, 2).mul(1).requires_grad_();
    const rows = F.embedding(tensor([[0, 2, 2]]), weight, { padding_idx: 0, scale_grad_by_freq: true });
    expect(rows.tolist()).toEqual([
      [
        [0, 1],
        [4, 5],
        [4, 5],
      ],
    ]);
    rows
      .mul(tensor([[[1], [1], [3]]]))
      .sum()
      .backward();
    // the two gradients 1 and 3 of row 2 are averaged
    expect(weight.grad!.tolist()).toEqual([
      [0, 0],
      [0, 0],
      [2, 2],
    ]);
  });
});

describe("searching", () => {
  const masks = shapes(0, 1).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.array(fc.nat(1), { minLength: numelOf(shape), maxLength: numelOf(shape) }),
      fc.constantFrom(...distinctLayouts),
    ),
  );

  it("nonzero lists the places of what is not 0; masked_select and masked_scatter read and write there", () => {
    assert(
      fc.property(masks, ([shape, on, layout]) => {
        const mask = new DrawnTensor(shape, on, layout).build(bool);
        const x = counting(shape, layout);
        const places = indices(shape).filter((_, i) => on[i]);
        expect(mask.nonzero().tolist()).toEqual(places);
        expect(torch.argwhere(mask).shape).toEqual([places.length, shape.length]);
        const columns = mask.nonzero({ as_tuple: true });
        if (shape.length > 0)
          expect(columns.map((c) => c.tolist())).toEqual(shape.map((_, d) => places.map((p) => p[d])));
        expect(torch.where(mask).map((c) => c.tolist())).toEqual(columns.map((c) => c.tolist()));
        expect(x.masked_select(mask).tolist()).toEqual(places.map((p) => x.read(p)));
        const source = arange(100, 100 + numelOf(shape));
        const put = x.masked_scatter(mask, source);
        expect(put.masked_select(mask).tolist()).toEqual(places.map((_, i) => 100 + i));
        expect(put.masked_select(mask.logical_not()).tolist()).toEqual(x.masked_select(mask.logical_not()).tolist());
      }),
    );
  });

  it("searchsorted counts what is smaller, or not larger", () => {
    const number = fc.integer({ min: -3, max: 3 });
    assert(
      fc.property(fc.array(number, { maxLength: 6 }), fc.array(number, { minLength: 1 }), (list, values) => {
        const sorted = [...list].sort((a, b) => a - b);
        const data = (numbers: number[]) => Tensor.of(Float64Array.from(numbers), [numbers.length], float64);
        const left = values.map((v) => sorted.filter((s) => s < v).length);
        const right = values.map((v) => sorted.filter((s) => s <= v).length);
        expect(torch.searchsorted(data(sorted), data(values)).tolist()).toEqual(left);
        expect(torch.searchsorted(data(sorted), data(values), { side: "right" }).tolist()).toEqual(right);
        expect(torch.bucketize(data(values), data(sorted), { right: true }).tolist()).toEqual(right);
        const shuffled = data(list);
        const sorter = Tensor.of(
          Float64Array.from(list.map((_, i) => i).sort((i, j) => list[i] - list[j])),
          [list.length],
          int64,
        );
        expect(torch.searchsorted(shuffled, data(values), { sorter }).tolist()).toEqual(left);
      }),
    );
    expect(
      torch
        .searchsorted(
          tensor([
            [1, 3],
            [2, 4],
          ]),
          tensor([[3], [3]]),
        )
        .tolist(),
    ).toEqual([[1], [1]]);
    expect(torch.searchsorted(tensor([1, 3]), Number.NaN).item()).toBe(2);
    expect(torch.searchsorted(tensor([1, 3]), 2, { out_int32: true }).dtype.name).toBe("int32");
  });

  it("one_hot is 1 at the class and 0 elsewhere", () => {
    expect(F.one_hot(tensor([0, 2])).tolist()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(F.one_hot(tensor([[1]]), 3).tolist()).toEqual([[[0, 1, 0]]]);
    expect(F.one_hot(zeros(0).long(), 2).shape).toEqual([0, 2]);
  });
});
