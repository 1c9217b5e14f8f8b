import { RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { forEachLine } from "../kernels/reduce.js";
import { FirstOfLines, LineSorter } from "../kernels/sorting.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { medianGradient, type Pick, pickAlong, putBack } from "../reduction.js";
import { wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

/** The elements along `dim` in order, and where each came from. Equal elements keep their order. */
export const sort = op(
  "sort(Tensor self, int dim=-1, bool descending=False, *, bool stable=False) -> (Tensor values, Tensor indices)",
)({
  forward: (self, dim, falling) => {
    const indices = sortedIndices(self, dim, falling);
    return namedResults("sort", { values: self.gather(dim, indices), indices });
  },
  derivatives: {
    self: ["self_shape result", (g, { result, self_shape, dim }) => putBack(g[0], result.indices, self_shape, dim)],
  },
  samples: [{ self: [5] }, { self: [2, 3], dim: 0 }, { self: [2, 3], descending: true }, { self: [] }],
  example: ["torch.tensor([3, 1, 2]).sort().values", "tensor([1, 2, 3])"],
});

/** The indices that would sort along `dim`. Equal elements keep their order. */
export const argsort = op("argsort(Tensor self, int dim=-1, bool descending=False, *, bool stable=False) -> Tensor")({
  forward: (self, dim, falling) => sortedIndices(self, dim, falling),
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([3, 1, 2]).argsort()", "tensor([1, 2, 0])"],
});

/** The rows in order: `sort(0)` without the indices. */
export const msort = op("msort(Tensor self) -> Tensor")({
  composite: (self) => self.sort(0).values,
  samples: [{ self: [3, 2] }],
  example: ["torch.tensor([3, 1, 2]).msort()", "tensor([1, 2, 3])"],
});

/** The indices of the first `k` (by default all) in sorted order along `dim`. */
function sortedIndices(self: Tensor, dim: number, falling: boolean, k?: number): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (self.ndim === 0) return Tensor.empty(self.shape, int64);
  const n = self.shape[d];
  const wanted = k ?? n;
  const out = Tensor.empty(self.shape.with(d, wanted), int64);
  const { data } = self.storage;
  const [step, to] = [self.strides[d], out.strides[d]];
  const first = new FirstOfLines(n, wanted, data);
  forEachLine(self.shape, d, [out.operand(), self.operand()], ([io, ix]) => {
    const places = first.places(data, ix!, step, falling);
    const o = out.storage.data;
    for (let i = 0; i < wanted; i++) o[io! + i * to] = places[i];
  });
  return out;
}

/** The `k` largest (or smallest) elements along `dim` in order, and where they are. */
export const topk = op(
  "topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)",
)({
  forward: (self, k, dim, largest) => {
    const d = wrapDim(dim, self.ndim);
    if (k < 0 || k > (self.shape[d] ?? 1)) throw new RuntimeError("selected index k out of range");
    const indices = sortedIndices(self, dim, largest, k);
    return namedResults("topk", { values: self.gather(dim, indices), indices });
  },
  derivatives: {
    self: ["self_shape result", (g, { result, self_shape, dim }) => putBack(g[0], result.indices, self_shape, dim)],
  },
  samples: [
    { self: [5], k: 2 },
    { self: [3, 2], k: 2, dim: 0, largest: false },
    { self: [2, 3], k: 0 },
  ],
  example: ["torch.tensor([3, 1, 2]).topk(2).values", "tensor([3, 2])"],
});

/** The `k`-th smallest element (from 1) along `dim`, and where it is. */
export const kthvalue = op(
  "kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
)({
  forward: (self, k, dim, keepdim) => {
    const d = wrapDim(dim, self.ndim);
    if (k < 1 || k > (self.shape[d] ?? 1)) {
      throw new RuntimeError(`kthvalue(): selected number k out of range for dimension ${d}`);
    }
    const pick: Pick = (...line) => sortedPlaces(...line)[k - 1];
    return pickAlong("kthvalue", pick, self, dim, keepdim);
  },
  derivatives: {
    self: [
      "self_shape result",
      (g, { result, self_shape, dim, keepdim }) => putBack(g[0], result.indices, self_shape, dim, keepdim),
    ],
  },
  samples: [
    { self: [5], k: 2 },
    { self: [3, 2], k: 3, dim: 0, keepdim: true },
  ],
  example: ["torch.tensor([3, 1, 2]).kthvalue(2).values", "tensor(2)"],
});

/** The middle element in order, the lower of two; NaN if there is any. */
export const median = op("median(Tensor self) -> Tensor")({
  forward: (self) => {
    if (self.numel() > 0) return pickAlong("median", middle, self.reshape(-1), 0, false).values;
    return Tensor.of(new self.dtype.array(1).fill(self.dtype.is_floating_point ? Number.NaN : 0), [], self.dtype);
  },
  derivatives: {
    self: ["self result", (g, { self, result }) => medianGradient(g, self, result)],
  },
  samples: [{ self: [5] }, { self: [2, 3] }],
  example: ["torch.tensor([3, 1, 2, 4]).median()", "tensor(2)"],
});

/** The middle elements along `dim` in order, the lower of two, and where they are; NaN if there is any. */
export const median_dim = op("median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")(
  {
    forward: (self, dim, keepdim) => pickAlong("median", middle, self, dim, keepdim),
    derivatives: {
      self: [
        "self_shape result",
        (g, { result, self_shape, dim, keepdim }) => putBack(g[0], result.indices, self_shape, dim, keepdim),
      ],
    },
    nodeName: "MedianBackward1",
    samples: [
      { self: [2, 3], dim: 1 },
      { self: [2, 3], dim: 0, keepdim: true },
    ],
    example: ["torch.tensor([[3, 1, 2]]).median(1).values", "tensor([2])"],
  },
);

/** The place of the first NaN, or of the middle one in order. */
const middle: Pick = (data, start, step, n) => {
  for (let i = 0, at = start; i < n; i++, at += step) if (Number.isNaN(data[at])) return i;
  return sortedPlaces(data, start, step, n)[(n - 1) >> 1];
};

/** The sorter of the lines of up to this many elements is kept for the next line, which is likely to be as long. */
const KEPT = 65536;
let kept: { readonly n: number; readonly kind: unknown; readonly sorter: LineSorter } | null = null;

/** The places of the elements of a line in ascending order, good until the next call. */
function sortedPlaces(...[data, start, step, n]: Parameters<Pick>): Uint32Array {
  if (n > KEPT) return new LineSorter(n, data).places(data, start, step);
  if (kept === null || kept.n !== n || kept.kind !== data.constructor) {
    kept = { n, kind: data.constructor, sorter: new LineSorter(n, data) };
  }
  return kept.sorter.places(data, start, step);
}

/** The most frequent element along `dim`, the smallest of several, and its last place. */
export const mode = op("mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)")({
  forward: (self, dim, keepdim) => pickAlong("mode", mostFrequent, self, dim, keepdim),
  derivatives: {
    self: [
      "self_shape result",
      (g, { result, self_shape, dim, keepdim }) => putBack(g[0], result.indices, self_shape, dim, keepdim),
    ],
  },
  samples: [{ self: [3] }, { self: [2, 3], dim: 0, keepdim: true }],
  example: ["torch.tensor([3, 1, 2, 1]).mode().values", "tensor(1)"],
});

const mostFrequent: Pick = (data, start, step, n) => {
  let best = 0;
  let longest = 0;
  let run = 0;
  let last: number | undefined;
  for (const place of sortedPlaces(data, start, step, n)) {
    const value = data[start + place * step];
    run = value === last ? run + 1 : 1;
    last = value;
    // the longest run in sorted order; a run that goes on moves the answer to its latest place
    if (run > longest) {
      longest = run;
      best = place;
    }
  }
  return best;
};
