import { RuntimeError } from "../../python/errors.js";
import { type DType, int32, uint8 } from "../dtype.js";
import { op } from "../op.js";
import { wrapDims } from "../shape.js";
import { Tensor } from "../tensor.js";
import { linalg_vector_norm } from "./linalg_norm.js";
import { logaddexp } from "./pointwise.js";
import { log_softmax, logsumexp, softmax, softmin } from "./softmax.js";
import { nanmedian_dim } from "./statistics.js";

// torch.masked: reductions of the elements where `mask` (which broadcasts) is true. The others become the number that
// changes nothing. `dim` may be left out for all elements where a list of dimensions is allowed.

/** `input` with `identity` where the mask is false. */
function fill(input: Tensor, mask: Tensor | null, identity: number): Tensor {
  if (mask === null) return input;
  const number = Number.isFinite(identity) || Number.isNaN(identity) ? identity : extreme(input.dtype, identity);
  return input.masked_fill(fitted(mask, input).logical_not(), number);
}

/** The largest (`sign` above 0) or smallest number of a dtype. */
function extreme(dtype: DType, sign: number): number {
  if (dtype.is_floating_point) return sign;
  if (dtype === uint8) return sign > 0 ? 255 : 0;
  if (dtype === int32) return sign > 0 ? 2 ** 31 - 1 : -(2 ** 31);
  return sign > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

/** The mask in the shape of `input`. */
function fitted(mask: Tensor, input: Tensor): Tensor {
  if (mask.ndim > input.ndim) {
    throw new RuntimeError(
      "_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)",
    );
  }
  return mask.bool().expand([...input.shape]);
}

/** The dimensions of a reduction as a list; all of them for none. */
function dimensions(dim: number | readonly number[] | null, input: Tensor): number[] {
  const list = dim === null ? [] : [dim].flat();
  return [...wrapDims(list.length === 0 ? null : list, input.ndim)].sort((a, b) => a - b);
}

/** How many elements count. */
function counts(input: Tensor, mask: Tensor | null, dims: number[], keepdim: boolean): Tensor {
  return (mask === null ? input.isreal() : fitted(mask, input)).sum(dims, keepdim);
}

const MASKED_REDUCTIONS = [
  { input: [2, 3] },
  { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } },
  { input: [2, 3], dim: [0], keepdim: true, mask: { bool: [[true], [true]] } },
];

/** The sum. */
export const masked_sum = op(
  "masked::sum(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => fill(input, mask, 0).sum(dimensions(dim, input), keepdim, { dtype }),
  samples: MASKED_REDUCTIONS,
  example: [
    "torch.masked.sum(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })",
    "tensor(3.5000)",
  ],
});

/** The product. */
export const masked_prod = op(
  "masked::prod(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const filled = fill(input, mask, 1);
    // from the last dimension on, so that the others keep their places
    const reduced = dimensions(dim, input).reduceRight((t, d) => t.prod(d, keepdim), dtype ? filled.to(dtype) : filled);
    return reduced;
  },
  samples: MASKED_REDUCTIONS,
  example: ["torch.masked.prod(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })", "tensor(3.)"],
});

/** The largest element. */
export const masked_amax = op(
  "masked::amax(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const result = fill(input, mask, -Infinity).amax(dimensions(dim, input), keepdim);
    return dtype ? result.to(dtype) : result;
  },
  samples: MASKED_REDUCTIONS,
  example: ["torch.masked.amax(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })", "tensor(2.)"],
});

/** The smallest element. */
export const masked_amin = op(
  "masked::amin(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const result = fill(input, mask, Infinity).amin(dimensions(dim, input), keepdim);
    return dtype ? result.to(dtype) : result;
  },
  samples: MASKED_REDUCTIONS,
  example: [
    "torch.masked.amin(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })",
    "tensor(1.5000)",
  ],
});

/** The mean; NaN of no elements. */
export const masked_mean = op(
  "masked::mean(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const dims = dimensions(dim, input);
    return masked_sum(input, dims, { keepdim, dtype, mask }).div(counts(input, mask, dims, keepdim));
  },
  samples: MASKED_REDUCTIONS,
  example: [
    "torch.masked.mean(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })",
    "tensor(1.7500)",
  ],
});

/** `ln(sum of e^x)`. */
export const masked_logsumexp = op(
  "masked::logsumexp(Tensor input, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const result = logsumexp(fill(input, mask, -Infinity), dimensions(dim, input), keepdim);
    return dtype ? result.to(dtype) : result;
  },
  samples: MASKED_REDUCTIONS,
  example: [
    "torch.masked.logsumexp(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([true, true, false]) })",
    "tensor(2.4741)",
  ],
});

/** The place of the largest element along `dim`, or among all. */
export const masked_argmax = op(
  "masked::argmax(Tensor input, int? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const filled = fill(input, mask, -Infinity);
    return filled.argmax(dim, keepdim).to(dtype ?? input.dtype);
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.argmax(torch.tensor([1, 2, 4]), { mask: torch.tensor([true, true, false]), dtype: torch.int64 })",
    "tensor(1)",
  ],
});

/** The place of the smallest element along `dim`, or among all. */
export const masked_argmin = op(
  "masked::argmin(Tensor input, int? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const filled = fill(input, mask, Infinity);
    return filled.argmin(dim, keepdim).to(dtype ?? input.dtype);
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.argmin(torch.tensor([1, 2, 4]), { mask: torch.tensor([true, true, false]), dtype: torch.int64 })",
    "tensor(0)",
  ],
});

/** The lower median along `dim`; NaN of no elements. */
export const masked_median = op(
  "masked::median(Tensor input, int dim=-1, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, keepdim, dtype, mask) => {
    const result = nanmedian_dim(fill(input, mask, Number.NaN), dim, keepdim).values;
    return dtype ? result.to(dtype) : result;
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.median(torch.tensor([1.5, 2, 4]), { mask: torch.tensor([false, true, true]) })",
    "tensor(2.)",
  ],
});

/** The `ord`-norm: {@link linalg_vector_norm}. */
export const masked_norm = op(
  "masked::norm(Tensor input, float? ord=2.0, int[]? dim=None, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, ord, dim, keepdim, dtype, mask) => {
    const p = ord ?? 2;
    const filled = fill(input, mask, p === -Infinity ? Infinity : 0);
    return linalg_vector_norm(filled, p, dimensions(dim, input), keepdim, { dtype });
  },
  domain: { input: [0.3, 2] },
  samples: [{ input: [2, 3] }, { input: [2, 3], ord: 3, dim: 1, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.norm(torch.tensor([1.5, 2, 7]), { mask: torch.tensor([true, true, false]) })",
    "tensor(2.5000)",
  ],
});

const VARIANCE =
  "(Tensor input, int[]? dim=None, bool? unbiased=None, *, float? correction=None, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor";

/** The variance: the squared distances from the mean, summed and divided by the number of elements less `correction` (1). */
export const masked_var = op(`masked::var${VARIANCE}`)({
  composite: (input, dim, unbiased, correction, keepdim, dtype, mask) => {
    const dims = dimensions(dim, input);
    const x = dtype ? input.to(dtype) : input;
    const mean = masked_mean(x, dims, { keepdim: true, mask });
    const total = masked_sum(x.sub(mean).square(), dims, { keepdim, mask });
    const less = correction ?? (unbiased === false ? 0 : 1);
    return total.div(counts(input, mask, dims, keepdim).sub(less).clamp_min(0));
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 1, unbiased: false, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.var(torch.tensor([1.5, 2.5, 4]), { mask: torch.tensor([true, true, false]) })",
    "tensor(0.5000)",
  ],
});

/** The root of {@link masked_var}. */
export const masked_std = op(`masked::std${VARIANCE}`)({
  composite: (...args) => (masked_var.info.call(args) as Tensor).sqrt(),
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 1, unbiased: false, mask: { bool: [true, false, true] } }],
  example: [
    "torch.masked.std(torch.tensor([1, 3, 4.5]), { mask: torch.tensor([true, true, false]) })",
    "tensor(1.4142)",
  ],
});

// What keeps the shape

/** `e^x / (sum of e^x)` along `dim`. */
export const masked_softmax = op(
  "masked::softmax(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, dtype, mask) => softmax(fill(input, mask, -Infinity), dim, { dtype }),
  samples: [
    { input: [2, 3], dim: 1 },
    { input: [2, 3], dim: 0, mask: { bool: [[true], [true]] } },
  ],
  example: [
    "torch.masked.softmax(torch.ones(3), 0, { mask: torch.tensor([true, true, false]) })",
    "tensor([0.5000, 0.5000, 0.0000])",
  ],
});

/** The logarithm of {@link masked_softmax}. */
export const masked_log_softmax = op(
  "masked::log_softmax(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, dtype, mask) => log_softmax(fill(input, mask, -Infinity), dim, { dtype }),
  samples: [
    { input: [2, 3], dim: 1 },
    { input: [2, 3], dim: 0, mask: { bool: [[true], [true]] } },
  ],
  example: [
    "torch.masked.log_softmax(torch.ones(3), 0, { mask: torch.tensor([true, true, false]) })",
    "tensor([-0.6931, -0.6931,    -inf])",
  ],
});

/** `e^-x / (sum of e^-x)` along `dim`. */
export const masked_softmin = op(
  "masked::softmin(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, dtype, mask) => softmin(fill(input, mask, Infinity), dim, { dtype }),
  samples: [
    { input: [2, 3], dim: 1 },
    { input: [2, 3], dim: 0, mask: { bool: [[true], [true]] } },
  ],
  example: [
    "torch.masked.softmin(torch.ones(3), 0, { mask: torch.tensor([true, true, false]) })",
    "tensor([0.5000, 0.5000, 0.0000])",
  ],
});

/** Running sums along `dim`. */
export const masked_cumsum = op(
  "masked::cumsum(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, dtype, mask) => fill(input, mask, 0).cumsum(dim, { dtype: dtype ?? input.dtype }),
  samples: [
    { input: [2, 3], dim: 1 },
    { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } },
  ],
  example: [
    "torch.masked.cumsum(torch.ones(3), 0, { mask: torch.tensor([true, false, true]) })",
    "tensor([1., 1., 2.])",
  ],
});

/** Running products along `dim`. */
export const masked_cumprod = op(
  "masked::cumprod(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, dim, dtype, mask) => fill(input, mask, 1).cumprod(dim, { dtype: dtype ?? input.dtype }),
  samples: [
    { input: [2, 3], dim: 1 },
    { input: [2, 3], dim: 1, mask: { bool: [true, false, true] } },
  ],
  example: [
    "torch.masked.cumprod(torch.ones(3), 0, { mask: torch.tensor([true, false, true]) })",
    "tensor([1., 1., 1.])",
  ],
});

/** Lines of `ord`-norm 1 along `dim`; norms below `eps` count as `eps`. */
export const masked_normalize = op(
  "masked::normalize(Tensor input, float ord, int dim, *, float eps=1e-12, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
)({
  composite: (input, ord, dim, eps, dtype, mask) => {
    const norms = masked_norm(input, ord, dim, { keepdim: true, dtype, mask });
    return fill(input, mask, 0).div(norms.maximum(Tensor.empty([], norms.dtype).fill_(eps)));
  },
  domain: { input: [0.3, 2] },
  samples: [
    { input: [2, 3], ord: 2, dim: 1 },
    { input: [2, 3], ord: 2, dim: 1, mask: { bool: [true, false, true] } },
  ],
  example: [
    "torch.masked.normalize(torch.tensor([1.5, 2, 7]), 2, 0, { mask: torch.tensor([true, true, false]) })",
    "tensor([0.6000, 0.8000, 0.0000])",
  ],
});

/** `ln(e^input + e^other)`, each with a mask of its own. */
export const masked_logaddexp = op(
  "masked::logaddexp(Tensor input, Tensor other, *, ScalarType? dtype=None, Tensor? input_mask=None, Tensor? other_mask=None) -> Tensor",
)({
  composite: (input, other, dtype, input_mask, other_mask) => {
    const result = logaddexp(fill(input, input_mask, -Infinity), fill(other, other_mask, -Infinity));
    return dtype ? result.to(dtype) : result;
  },
  samples: [
    { input: [3], other: [3] },
    { input: [3], other: [3], input_mask: { bool: [true, false, true] } },
  ],
  example: [
    "torch.masked.logaddexp(torch.zeros(2), torch.zeros(2), { other_mask: torch.tensor([true, false]) })",
    "tensor([0.6931, 0.0000])",
  ],
});
