import { RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { forEachLine } from "../kernels/reduce.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { medianGradient, type Pick, pickAlong, putBack } from "../reduction.js";
import { wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

/** NaN counts as the greatest of all. */
const ascending = (x: number, y: number): number => {
  if (x < y) return -1;
  return x > y ? 1 : Number(Number.isNaN(x)) - Number(Number.isNaN(y));
};
const descending = (x: number, y: number): number => ascending(y, x);

/** The places of the elements of `line` in sorted order; equal ones stay in order. */
function sortedPlaces(line: ArrayLike<number>, compare = ascending): Uint32Array {
  return Uint32Array.from(line, (_, i) => i).sort((i, j) => compare(line[i], line[j]) || i - j);
}

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

function sortedIndices(self: Tensor, dim: number, falling: boolean): Tensor {
  const d = wrapDim(dim, self.ndim);
  const out = Tensor.empty(self.shape, int64);
  if (self.ndim === 0) return out;
  const n = self.shape[d];
  const line = new Float64Array(n);
  const { data } = self.storage;
  forEachLine(self.shape, d, [out.operand(), self.operand()], ([io, ix]) => {
    for (let i = 0; i < n; i++) line[i] = data[ix! + i * self.strides[d]];
    const places = sortedPlaces(line, falling ? descending : ascending);
    for (let i = 0; i < n; i++) out.storage.data[io! + i * out.strides[d]] = places[i];
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
    const order = sortedIndices(self, dim, largest);
    const indices = self.ndim === 0 ? order : order.narrow(d, 0, k).copied();
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
    const pick: Pick = (...line) => sortedPlaces(lineOf(...line))[k - 1];
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

const middle: Pick = (...line) => {
  const elements = lineOf(...line);
  const nan = elements.findIndex(Number.isNaN);
  return nan >= 0 ? nan : sortedPlaces(elements)[(elements.length - 1) >> 1];
};

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

const mostFrequent: Pick = (...line) => {
  const elements = lineOf(...line);
  let best = 0;
  let longest = 0;
  let run = 0;
  let last: number | undefined;
  for (const place of sortedPlaces(elements)) {
    run = elements[place] === last ? run + 1 : 1;
    last = elements[place];
    // the longest run in sorted order; a run that goes on moves the answer to its latest place
    if (run > longest) {
      longest = run;
      best = place;
    }
  }
  return best;
};

/** One line in an array of its own. */
const lineOf: (...line: Parameters<Pick>) => Float64Array = (data, start, step, n) =>
  Float64Array.from({ length: n }, (_, i) => data[start + i * step]);
