import { NotImplementedError, RuntimeError, ValueError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { type DType, int64 } from "../dtype.js";
import { checkIndices, checkRows, noSparse, renormalize, rowGradients } from "../lookup.js";
import { torchSize } from "../losses.js";
import { op } from "../op.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/** Of each element of a maximum over bags: which of the rows it comes from; 0 in an empty bag. */
function largestOfBags(rows: Tensor, bags: Tensor, count: number): Tensor {
  const [n, columns] = rows.shape;
  const x = rows.toTypedArray();
  const bag = bags.toTypedArray();
  const picks = Tensor.empty([count, columns], int64);
  const pick = picks.storage.data.fill(-1);
  for (let i = 0; i < n; i++) {
    for (let c = 0, at = bag[i] * columns; c < columns; c++, at++) {
      if (pick[at] < 0 || x[i * columns + c] > x[pick[at] * columns + c]) pick[at] = i;
    }
  }
  return picks;
}

/** How many rows each bag has, at least 1, as a column. */
function sizesOfBags(bags: Tensor, count: number, dtype: DType): Tensor {
  const ones = Tensor.empty(bags.shape, dtype).fill_(1);
  return Tensor.empty([count], dtype).index_add(0, bags, ones).clamp_min(1).unsqueeze(1);
}

export const _embedding_bag = op(
  "Tensor::_embedding_bag(Tensor self, Tensor indices, Tensor bags, int count, str mode='mean', Tensor? per_sample_weights=None, bool scale_grad_by_freq=False) -> Tensor",
)({
  forward: (self, indices, bags, count, mode, per_sample_weights) => {
    const rows = self.index_select(0, indices);
    if (mode === "max") {
      const picks = largestOfBags(rows, bags, count);
      return rows.numel() === 0
        ? Tensor.empty([count, self.shape[1]], self.dtype)
        : rows.gather(0, picks.clamp_min(0)).masked_fill(picks.lt(0), 0);
    }
    const weighted = per_sample_weights ? rows.mul(per_sample_weights.unsqueeze(1)) : rows;
    const sums = Tensor.empty([count, self.shape[1]], self.dtype).index_add(0, bags, weighted);
    return mode === "sum" ? sums : sums.div(sizesOfBags(bags, count, self.dtype));
  },
  derivatives: {
    self: [
      "self indices bags per_sample_weights",
      (g, { self, indices, bags, count, mode, per_sample_weights, scale_grad_by_freq }) => {
        const [rows, columns] = self.shape;
        if (mode === "max") {
          const picks = largestOfBags(self.detach().index_select(0, indices), bags, count);
          const grads = Tensor.empty([indices.numel(), columns], g.dtype);
          const reached = grads.scatter_add(0, picks.clamp_min(0), g.masked_fill(picks.lt(0), 0));
          return rowGradients(reached, indices, rows, false);
        }
        const shares = mode === "mean" ? g.div(sizesOfBags(bags, count, g.dtype)) : g;
        const each = shares.index_select(0, bags);
        const grads = per_sample_weights ? each.mul(per_sample_weights.unsqueeze(1)) : each;
        return rowGradients(grads, indices, rows, scale_grad_by_freq);
      },
    ],
    per_sample_weights: [
      "self indices bags",
      (g, { self, indices, bags }) => self.index_select(0, indices).mul(g.index_select(0, bags)).sum(1),
    ],
  },
  samples: [
    { self: [3, 2], indices: { int: [1, 0, 1] }, bags: { int: [0, 0, 2] }, count: 3 },
    { self: [3, 2], indices: { int: [1, 0, 1] }, bags: { int: [0, 0, 1] }, count: 2, mode: "max" },
    {
      self: [3, 2],
      indices: { int: [1, 0, 1] },
      bags: { int: [0, 0, 1] },
      count: 2,
      mode: "sum",
      per_sample_weights: [3],
    },
  ],
  example: [
    'torch.tensor([[1, 2], [3, 4]])._embedding_bag(torch.tensor([0, 1]), torch.tensor([0, 0]), 1, "sum")',
    "tensor([[4, 6]])",
  ],
});

/**
 * The sums, means or maxima of bags of rows of `weight`: {@link embedding} and then the reduction, without the rows
 * between. `input` (B, N) makes a bag of each row; a flat one is cut at `offsets`, the places where bags begin (with
 * `include_last_offset` the last one is where the last ends). `per_sample_weights` multiply the rows of sums. Rows
 * `padding_idx` are left out.
 */
export const embedding_bag = op(
  "nn.functional::embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, float norm_type=2, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? padding_idx=None) -> Tensor",
)({
  composite: (
    ...[given, table, offsets, max_norm, norm_type, by_freq, mode, sparse, weights, include_last_offset, padding_idx]
  ) => {
    const swapped = table.dtype === int64 && given.dtype.is_floating_point;
    if (swapped) {
      warn(
        "Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is deprecated, and should now be `embedding_bag(input, weight, ...)`.",
      );
    }
    const [input, weight] = swapped ? [table, given] : [given, table];
    checkBagArguments(input, weight, offsets, weights);
    checkMode(mode, by_freq, sparse);
    if (sparse) throw noSparse("embedding_bag");
    checkIndices("embedding_bag", input, ...(offsets ? [offsets] : []));
    checkRows(input, weight.shape[0]);
    if (max_norm !== null) renormalize(weight, input, max_norm, norm_type);
    if (weights !== null && mode !== "sum") {
      throw new NotImplementedError(
        `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}'). Please open a feature request on GitHub.`,
      );
    }
    if (weights !== null && weights.dtype !== weight.dtype) {
      throw new RuntimeError(
        `Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 'per_sample_weights'; but type torch.${weight.dtype.scalarName}Tensor does not equal torch.${weights.dtype.scalarName}Tensor (while checking arguments for embedding_bag)`,
      );
    }
    const starts = offsets ? offsets.toTypedArray() : bagsOfRows(input);
    const { bags, count } = bagsFrom(starts, input.numel(), include_last_offset && offsets !== null);
    const kept = keptPlaces(input, bags, paddingOf(padding_idx, weight.shape[0]));
    const ofKept = (values: ArrayLike<number>) =>
      Tensor.of(
        Float64Array.from(kept, (i) => values[i]),
        [kept.length],
        int64,
      );
    const flat = weights?.reshape(-1);
    const keptWeights =
      flat && kept.length < flat.numel() ? flat.index_select(0, ofKept([...flat.toTypedArray().keys()])) : flat;
    return weight._embedding_bag(ofKept(input.toTypedArray()), ofKept(bags), count, mode, keptWeights ?? null, by_freq);
  },
  samples: [
    { input: { int: [1, 0, 1] }, weight: [3, 2], offsets: { int: [0, 2] } },
    { input: { int: [[1, 0, 2]] }, weight: [3, 2], mode: "max" },
    { input: { int: [[1, 0, 2]] }, weight: [3, 2], mode: "sum", per_sample_weights: [1, 3], padding_idx: 0 },
  ],
  example: [
    'nn.functional.embedding_bag(torch.tensor([[0, 1]]), torch.tensor([[1, 2], [3, 4]]), { mode: "sum" })',
    "tensor([[4, 6]])",
  ],
});

function checkBagArguments(input: Tensor, weight: Tensor, offsets: Tensor | null, weights: Tensor | null): void {
  if (weights !== null && !sameShape(weights.shape, input.shape)) {
    throw new ValueError(
      `embedding_bag: If per_sample_weights (${torchSize(weights.shape)}) is not None, then it must have the same shape as the input (${torchSize(input.shape)})`,
    );
  }
  if (weight.ndim !== 2) {
    throw new ValueError(`weight has to be a 2D Tensor, but got Tensor of dimension ${weight.ndim}`);
  }
  if (input.ndim === 2 && offsets !== null) {
    throw new ValueError(
      "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>",
    );
  }
  if (input.ndim === 1 && offsets === null) throw new ValueError("offsets has to be a 1D Tensor but got None");
  if (input.ndim === 1 && offsets!.ndim !== 1) throw new ValueError("offsets has to be a 1D Tensor");
  if (input.ndim !== 1 && input.ndim !== 2) {
    throw new ValueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.ndim}`);
  }
}

function checkMode(mode: string, by_freq: boolean, sparse: boolean): void {
  if (mode !== "sum" && mode !== "mean" && mode !== "max") {
    throw new ValueError("mode has to be one of sum, mean or max");
  }
  if (mode !== "max") return;
  if (by_freq) throw new ValueError("max mode does not support scaling the gradient by the frequency");
  if (sparse) throw new ValueError("max mode does not support sparse weights");
}

/** Where the rows of a matrix begin when it is read row by row. */
function bagsOfRows({ shape: [rows, columns] }: Tensor): ArrayLike<number> {
  return Array.from({ length: rows }, (_, i) => i * columns);
}

/** The bag of each of `n` indices (-1: none), and how many bags there are. */
function bagsFrom(
  offsets: ArrayLike<number>,
  n: number,
  include_last_offset: boolean,
): { bags: Float64Array; count: number } {
  if (include_last_offset && offsets.length === 0) {
    throw new RuntimeError("include_last_offset: number of offset should be at least 1");
  }
  if (offsets.length > 0 && offsets[0] !== 0) {
    throw new RuntimeError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${offsets[0]}`,
    );
  }
  const last = offsets.length - 1;
  if (last >= 0 && offsets[last] > n) {
    throw new RuntimeError(
      `offsets[-1] can not be greater than input's length ${n} but got offsets[-1] of ${offsets[last]}`,
    );
  }
  const count = include_last_offset ? last : offsets.length;
  const bags = new Float64Array(n).fill(-1);
  for (let b = 0; b < count; b++) bags.fill(b, offsets[b], offsets[b + 1] ?? n);
  return { bags, count };
}

function paddingOf(padding_idx: number | null, rows: number): number {
  if (padding_idx === null) return -1;
  if (padding_idx >= -rows && padding_idx < rows) return padding_idx < 0 ? padding_idx + rows : padding_idx;
  throw new RuntimeError(
    `padding_idx must be within the number of embeddings, -${rows} through ${rows - 1}, but got ${padding_idx}`,
  );
}

/** The places of the indices that are in a bag and not padding. */
function keptPlaces(input: Tensor, bags: Float64Array, padding: number): number[] {
  const indices = input.toTypedArray();
  return [...bags.keys()].filter((i) => bags[i] >= 0 && indices[i] !== padding);
}
