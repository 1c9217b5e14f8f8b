import { IndexError, RuntimeError } from "../../python/errors.js";
import { warnOnce } from "../../python/warnings.js";
import { alongDim, checkBounds, checkIndex, checkRange, fitsInside, tooLarge } from "../along_dim.js";
import { int32, int64 } from "../dtype.js";
import { forEachIndexed } from "../kernels/gather.js";
import { op } from "../op.js";
import { sameShape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

// Scattering where several elements meet at one place and are reduced there

/** How two elements that meet are joined. */
const JOINS: Readonly<Record<string, (x: number, v: number) => number>> = {
  sum: (x, v) => x + v,
  mean: (x, v) => x + v,
  prod: (x, v) => x * v,
  amax: (x, v) => (v > x || Number.isNaN(v) ? v : x),
  amin: (x, v) => (v < x || Number.isNaN(v) ? v : x),
};

/**
 * {@link scatter_reduce} for `src` of the shape of `index`. With N the number of elements that meet, itself included if
 * `include_self` says so: a mean hands each its N-th part, a largest or smallest element shares with those equal to it,
 * a product gives result / element.
 */
export const _scatter_reduce = op(
  "Tensor::_scatter_reduce(Tensor self, int dim, Tensor index, Tensor src, str reduce, bool include_self=True) -> Tensor",
)({
  forward: (self, dim, index, src, reduce, include_self) => {
    const d = wrapDim(dim, self.ndim);
    const out = self.copied();
    const { data } = out.storage;
    const join = JOINS[reduce];
    const counts = new Int32Array(data.length).fill(include_self ? 1 : 0);
    alongDim(forEachIndexed, d, index, out, src, (place, i) => {
      data[place] = counts[place]++ === 0 ? src.storage.data[i] : join(data[place], src.storage.data[i]);
    });
    if (reduce !== "mean") return out;
    const round = self.dtype.is_floating_point ? (x: number) => x : Math.floor;
    for (let i = 0; i < data.length; i++) if (counts[i] > 1) data[i] = round(data[i] / counts[i]);
    return out;
  },
  derivatives: {
    self: [
      "self index src result",
      (g, { self, dim, index, src, reduce, include_self, result }) => {
        const all = () => {
          if (reduce === "sum") return g;
          if (reduce === "mean") return g.div(meeting(self, dim, index, include_self));
          if (reduce === "prod") {
            const nonzero = self.masked_fill(self.eq(0), 1);
            return g.mul(nonzero._scatter_reduce(dim, index, src, reduce, include_self)).div(nonzero);
          }
          return self.eq(result).mul(share(g, self, dim, index, src, result));
        };
        return include_self ? all() : all().scatter(dim, index, 0);
      },
    ],
    src: [
      "self index src result",
      (g, { self, dim, index, src, reduce, include_self, result }) => {
        if (reduce === "sum") return g.gather(dim, index);
        if (reduce === "mean") return g.div(meeting(self, dim, index, include_self)).gather(dim, index);
        if (reduce === "prod") {
          // a lone 0 among the factors has the product of the others as its derivative
          const zero = src.eq(0);
          const zeros = Tensor.empty(self.shape, g.dtype).scatter_add(dim, index, zero.to(g.dtype)).gather(dim, index);
          const lone = zero.logical_and(zeros.eq(1));
          const others = self._scatter_reduce(dim, index, src.masked_fill(lone, 1), reduce, include_self);
          const ofLone = g.mul(others).gather(dim, index);
          const ofRest = g.mul(result).gather(dim, index).div(src.masked_fill(zero, 1));
          return ofLone.where(lone, ofRest);
        }
        const picked = src.eq(result.gather(dim, index));
        return picked.mul(share(g, self, dim, index, src, result).gather(dim, index));
      },
    ],
  },
  samples: ["sum", "mean", "prod", "amax", "amin"].flatMap((reduce) => [
    { self: [3], dim: 0, index: { int: [2, 0, 2, 0] }, src: [4], reduce },
    { self: [2, 3], dim: 0, index: { int: [[0, 1, 1]] }, src: [1, 3], reduce, include_self: false },
  ]),
  example: [
    'torch.tensor([1, 2, 3]).scatter_reduce(0, torch.tensor([0, 0, 2]), torch.tensor([4, 5, 6]), "sum")',
    "tensor([10,  2,  9])",
  ],
});

/** How many elements meet at each place; 1 where nothing comes. */
function meeting(self: Tensor, dim: number, index: Tensor, include_self: boolean): Tensor {
  const own = Tensor.empty(self.shape, self.dtype).fill_(include_self ? 1 : 0);
  const counts = own.scatter_add(dim, index, Tensor.empty(index.shape, self.dtype).fill_(1));
  return counts.masked_fill(counts.eq(0), 1);
}

/** The gradient divided by the number of elements equal to the result. */
function share(g: Tensor, self: Tensor, dim: number, index: Tensor, src: Tensor, result: Tensor): Tensor {
  const equal = src.eq(result.gather(dim, index)).to(g.dtype);
  return g.div(self.eq(result).to(g.dtype).scatter_add(dim, index, equal));
}

/**
 * Reduces the elements of `src` into the places along `dim` that `index` names: their `"sum"`, `"prod"`, `"mean"`,
 * `"amax"` or `"amin"`, together with what was there, or without it if `include_self` is false.
 */
export const scatter_reduce = op(
  "scatter_reduce[_](Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor",
)({
  composite: (self, dim, index, src, reduce, include_self) => {
    if (!(reduce in JOINS)) {
      throw new RuntimeError(`reduce argument must be either sum, prod, mean, amax or amin, got ${reduce}`);
    }
    const d = wrapDim(dim, self.ndim);
    if (index.numel() === 0) return self.clone();
    checkIndex("scatter", self, index, "self");
    if (src.dtype !== self.dtype) throw new RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype");
    if (!fitsInside(index.shape, self.shape, d) || tooLarge(index.shape, src.shape, -1) >= 0) {
      throw new RuntimeError(
        `Expected index ${showShape(index.shape)} to be no larger than self ${showShape(self.shape)} apart from dimension ${d} and to be no larger size than src ${showShape(src.shape)}`,
      );
    }
    checkBounds(self, d, index);
    const used = index.shape.reduce((x, size, k) => (x.ndim > 0 ? x.narrow(k, 0, size) : x), src);
    return self._scatter_reduce(d, index, used.expand(index.shape), reduce, include_self);
  },
  samples: [
    { self: [3], dim: 0, index: { int: [2, 0, 2] }, src: [4], reduce: "sum" },
    {
      self: [2, 3],
      dim: -1,
      index: {
        int: [
          [1, 1],
          [0, 2],
        ],
      },
      src: [2, 2],
      reduce: "amax",
      include_self: false,
    },
  ],
  example: [
    'torch.zeros(2).scatter_reduce(0, torch.tensor([0, 0]), torch.tensor([2.5, 3.5]), "mean", { include_self: false })',
    "tensor([3., 0.])",
  ],
});

/** {@link scatter_reduce} of whole slices of `source` into the positions `index`, a vector, along `dim`. */
export const index_reduce = op(
  "index_reduce[_](Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor",
)({
  composite: (self, dim, index, source, reduce, include_self) => {
    warnOnce("index_reduce() is in beta and the API may change at any time.");
    if (!["prod", "mean", "amax", "amin"].includes(reduce)) {
      throw new RuntimeError(
        `index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got ${reduce}.`,
      );
    }
    const d = wrapDim(dim, self.ndim);
    if (index.ndim > 1)
      throw new IndexError(
        `index_reduce_(): Index is supposed to be a vector, but got dim: ${index.ndim} with type: ${index.dtype.scalarName} and size: ${showShape(index.shape)}`,
      );
    if (index.dtype !== int64 && index.dtype !== int32) {
      throw new RuntimeError(
        `index_reduce_(): Expected dtype int32/int64 for index but got: ${index.dtype.scalarName}`,
      );
    }
    if (source.dtype !== self.dtype) {
      throw new RuntimeError(
        `index_reduce_(): self (${self.dtype.scalarName}) and source (${source.dtype.scalarName}) must have the same scalar type`,
      );
    }
    const length = source.ndim === 0 ? 1 : source.shape[d];
    if (index.numel() !== length) {
      throw new RuntimeError(
        `index_reduce_(): Number of indices (${index.numel()}) should be equal to source.size(dim): (${length}), for dim: ${d}`,
      );
    }
    if (self.ndim > 0 && !sameShape(source.shape, self.shape.with(d, length))) {
      throw new RuntimeError(
        `source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = ${showShape(self.shape)} source.shape = ${showShape(source.shape)}`,
      );
    }
    const size = self.ndim === 0 ? 1 : self.shape[d];
    checkRange(index, 0, size, () => new IndexError("index out of range in self"));
    const places = index.reshape(source.shape.map((_, k) => (k === d ? length : 1))).expand(source.shape);
    return self._scatter_reduce(d, places, source, reduce, include_self);
  },
  samples: ["prod", "mean", "amax", "amin"].map((reduce) => ({
    self: [3, 2],
    dim: 0,
    index: { int: [2, 0, 2] },
    source: [3, 2],
    reduce,
  })),
  example: [
    'torch.ones(3).index_reduce(0, torch.tensor([0, 0, 2]), torch.tensor([2, 3, 4]).float(), "prod")',
    "tensor([6., 1., 4.])",
  ],
});

/** Writes `source` to positions of the flattened tensor, or adds it there; negative positions count from the end. */
export const put = op("put[_](Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor")({
  forward: (self, index, source, accumulate) => {
    if (index.dtype !== int64) {
      throw new RuntimeError(`put_(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    }
    if (source.dtype !== self.dtype) {
      throw new RuntimeError(
        `put_(): self and source expected to have the same dtype, but got self.dtype = ${self.dtype.scalarName} and source.dtype = ${source.dtype.scalarName}`,
      );
    }
    if (index.numel() !== source.numel()) {
      throw new IndexError(
        `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel()}, index.numel() = ${index.numel()}`,
      );
    }
    const n = self.numel();
    const error = (i: number) =>
      new IndexError(`out of range: tried to access index ${i} on a tensor of ${n} elements.`);
    checkRange(index, -n, n, error);
    return self.flatten().index_put([index.flatten()], source.flatten(), accumulate)._unsafe_view(self.shape);
  },
  derivatives: {
    self: ["index", (g, { index, accumulate }) => (accumulate ? g : g.put(index, Tensor.empty(index.shape, g.dtype)))],
    source: ["index source_shape", (g, { index, source_shape }) => g.take(index).reshape([...source_shape])],
  },
  samples: [
    { self: [2, 3], index: { int: [[0, -1]] }, source: [2, 1] },
    { self: [2, 3], index: { int: [1, 1, 4] }, source: [3], accumulate: true },
    { self: [], index: { int: [0] }, source: [] },
  ],
  example: [
    "torch.tensor([[1, 2], [3, 4]]).put(torch.tensor([0, -1]), torch.tensor([7, 8]))",
    "tensor([[7, 2],\n        [3, 8]])",
  ],
});
