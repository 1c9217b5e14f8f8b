import { RuntimeError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { bool, type DType, float64, get_default_dtype, int64, uint8 } from "../dtype.js";
import { op } from "../op.js";
import { pointwise2 } from "../pointwise.js";
import { type Dims, reduceDims, reducedCount, unreduced, varianceDims } from "../reduction.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";

// Sums and means

/** The sum over `dim` (`null`: over all elements). Integers and bools give int64; `dtype` converts first. */
export const sum = op("sum(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, keepdim, dtype) => reduceDims(total, ready(self, dtype), dim, keepdim, dtype ?? sumDtype(self)),
  nodeName: (_, dim) => (dim === null ? "SumBackward0" : "SumBackward1"),
  derivatives: {
    self: ["self_shape", (g, { self_shape, dim, keepdim }) => spread(g, self_shape, dim, keepdim)],
  },
  samples: [
    { self: [2, 3] },
    { self: [2, 3], dim: 0 },
    { self: [2, 3, 2], dim: [0, -1], keepdim: true },
    { self: [] },
    { self: [0, 3], dim: 0 },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).sum(0)", "tensor([4, 6])"],
});
const total = { start: 0, step: "sum" } as const;

/** The sum that takes NaN for 0. */
export const nansum = op(
  "nansum(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  forward: (self, dim, keepdim, dtype) =>
    reduceDims(totalOfNumbers, ready(self, dtype), dim, keepdim, dtype ?? sumDtype(self)),
  derivatives: {
    self: ["self", (g, { self, dim, keepdim }) => spread(g, self.shape, dim, keepdim).masked_fill(self.isnan(), 0)],
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: -1 }, { self: [2, 3], dim: [0], keepdim: true }],
  example: ["torch.tensor([1, NaN, 2]).nansum()", "tensor(3.)"],
});
const totalOfNumbers = { start: 0, step: (sum: number, x: number) => (Number.isNaN(x) ? sum : sum + x) };

/** The mean over `dim` (`null`: over all elements); NaN for none. `dtype` is that of the result. */
export const mean = op("mean(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, keepdim, dtype) => reduceDims(average, self, dim, keepdim, meanDtype(self, dtype)),
  nodeName: (_, dim) => (dim === null ? "MeanBackward0" : "MeanBackward1"),
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, dim, keepdim }) => spread(g.div(reducedCount(self_shape, dim)), self_shape, dim, keepdim),
    ],
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 0 }, { self: [2, 3, 2], dim: [0, -1], keepdim: true }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 6]], { dtype: torch.float32 }).mean(1)", "tensor([1.5000, 4.5000])"],
});
const average = { start: 0, step: "mean" } as const;

/** The mean of what is not NaN. */
export const nanmean = op(
  "nanmean(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  composite: (self, dim, keepdim, dtype) => {
    if (!self.dtype.is_floating_point) {
      throw new RuntimeError(
        `nanmean(): expected input to have floating point or complex dtype but got ${self.dtype.scalarName}`,
      );
    }
    return self.nansum(dim, keepdim, { dtype }).div(self.isnan().logical_not().sum(dim, keepdim));
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 1, keepdim: true }],
  example: ["torch.tensor([1, NaN, 3]).nanmean()", "tensor(2.)"],
});

/** The product over `dim` (`null`: of all elements). Integers and bools give int64; `dtype` converts first. */
export const prod = op("prod(Tensor self, int? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, keepdim, dtype) =>
    reduceDims(product, ready(self, dtype), dim, keepdim, dtype ?? sumDtype(self)),
  nodeName: (_, dim) => (dim === null ? "ProdBackward0" : "ProdBackward1"),
  derivatives: {
    self: [
      "self",
      (g, { self, dim, keepdim }) => {
        const others =
          dim === null ? productOfOthers(self.reshape(-1), 0).reshape([...self.shape]) : productOfOthers(self, dim);
        return unreduced(g, self.shape, dim, keepdim).mul(others);
      },
    ],
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 0 }, { self: [2, 3], dim: -1, keepdim: true }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).prod(1)", "tensor([ 2, 12])"],
});
const product = { start: 1, step: "product" } as const;

/** For each element the product of all others along `dim`: of those before it, times of those after it. No division. */
function productOfOthers(x: Tensor, dim: number): Tensor {
  const before = (y: Tensor) => y.cumprod(dim)._shift(dim, 1, 1);
  return before(x).mul(before(x.flip(dim)).flip(dim));
}

// Variance

/**
 * The variance over `dim` (`null`: of all elements): the squared distances from the mean, summed and divided by
 * `n - correction`. `correction` is 1 if not given; the older `unbiased: false`, also by position, means 0.
 */
export const variance = op(
  "var(Tensor self, int[]|bool? dim=None, bool unbiased=True, bool keepdim=False, *, Scalar? correction=None) -> Tensor",
)({
  forward: (self, dim, unbiased, keepdim, correction) =>
    varianceOf("var", self, dim, keepdim, correctionOf(dim, unbiased, correction)),
  derivatives: {
    self: [
      "self",
      (g, { self, dim, unbiased, keepdim, correction }) => {
        const dims = dimsOf(dim);
        const free = correctionOf(dim, unbiased, correction);
        // d var = 2 / (n - correction) (x - mean) dx
        const slope = unreduced(g, self.shape, dims, keepdim).mul(
          2 / Math.max(reducedCount(self.shape, dims) - free, 0),
        );
        return slope.mul(self.sub(self.mean(dims, true)));
      },
    ],
  },
  samples: [
    { self: [2, 3] },
    { self: [2, 3], dim: 1, correction: 0 },
    { self: [2, 3, 2], dim: [0, -1], keepdim: true },
    { self: [4, 2], dim: 0, unbiased: false },
  ],
  example: ["torch.tensor([1, 2, 3, 4], { dtype: torch.float32 }).var()", "tensor(1.6667)"],
});
const squaredDistance = pointwise2((x, center) => (x - center) ** 2);

function varianceOf(name: string, self: Tensor, dim: Dims | boolean, keepdim: boolean, correction: number): Tensor {
  if (!self.dtype.is_floating_point)
    throw new RuntimeError("std and var only support floating point and complex dtypes");
  const dims = dimsOf(dim);
  if (self.numel() === 0 || reducedCount(self.shape, dims) <= correction) {
    warn(
      `${name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel divided by output numel).`,
    );
  }
  const quick = varianceDims(self, dims, keepdim, correction);
  if (quick !== null) return quick;
  const center = reduceDims(average, self, dims, true, float64);
  const dispersion = { ...total, finish: (s: number, n: number) => s / Math.max(n - correction, 0) };
  return reduceDims(dispersion, squaredDistance.forward(self, center), dims, keepdim, self.dtype);
}

/** The square root of {@link variance}. */
export const std = op(
  "std(Tensor self, int[]|bool? dim=None, bool unbiased=True, bool keepdim=False, *, Scalar? correction=None) -> Tensor",
)({
  forward: (self, dim, unbiased, keepdim, correction) =>
    varianceOf("std", self, dim, keepdim, correctionOf(dim, unbiased, correction)).sqrt(),
  derivatives: {
    self: [
      "self result",
      (g, { self, result, dim, unbiased, keepdim, correction }) => {
        const dims = dimsOf(dim);
        const free = correctionOf(dim, unbiased, correction);
        // d std = 1 / (std (n - correction)) (x - mean) dx, taken as 0 where std is 0
        const n = Math.max(reducedCount(self.shape, dims) - free, 0);
        const slope = g.div(result.mul(n)).masked_fill(result.eq(0), 0);
        return unreduced(slope, self.shape, dims, keepdim).mul(self.sub(self.mean(dims, true)));
      },
    ],
  },
  samples: [
    { self: [2, 3] },
    { self: [2, 3], dim: 1, correction: 0 },
    { self: [2, 3, 2], dim: [0, -1], keepdim: true },
  ],
  example: ["torch.tensor([1, 2, 3, 4], { dtype: torch.float32 }).std()", "tensor(1.2910)"],
});

/** `[var, mean]` over the same dimensions. */
export const var_mean = op(
  "var_mean(Tensor input, int[]|bool? dim=None, bool unbiased=True, bool keepdim=False, *, Scalar? correction=None) -> Tensor[]",
)({
  composite: (input, dim, unbiased, keepdim, correction) => [
    variance(input, dim, unbiased, keepdim, { correction }),
    input.mean(dimsOf(dim), keepdim),
  ],
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 0, keepdim: true }],
  example: ["torch.var_mean(torch.tensor([0.5, 1.5]))[0]", "tensor(0.5000)"],
});

/** `[std, mean]` over the same dimensions. */
export const std_mean = op(
  "std_mean(Tensor input, int[]|bool? dim=None, bool unbiased=True, bool keepdim=False, *, Scalar? correction=None) -> Tensor[]",
)({
  composite: (input, dim, unbiased, keepdim, correction) => [
    std(input, dim, unbiased, keepdim, { correction }),
    input.mean(dimsOf(dim), keepdim),
  ],
  samples: [{ input: [2, 3] }, { input: [2, 3], dim: 0, keepdim: true }],
  example: ["torch.std_mean(torch.tensor([0.5, 1.5]))[1]", "tensor(1.)"],
});

/** `var(false)` says `unbiased` where `dim` stands. */
const dimsOf = (dim: Dims | boolean): Dims => (typeof dim === "boolean" ? null : dim);
const correctionOf = (dim: Dims | boolean, unbiased: boolean, correction: number | boolean | null): number =>
  correction !== null ? Number(correction) : Number(typeof dim === "boolean" ? dim : unbiased);

// Truth and counts

/** Are all elements other than 0? In bool; uint8 stays uint8. */
export const all = op("all(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor")({
  forward: (self, dim, keepdim) => reduceDims(every, self, dim, keepdim, truthDtype(self)),
  example: ["torch.tensor([[true, true], [true, false]]).all(1)", "tensor([ True, False])"],
});
const every = { start: 1, step: "all" } as const;

/** Is any element other than 0? In bool; uint8 stays uint8. */
export const any = op("any(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor")({
  forward: (self, dim, keepdim) => reduceDims(some, self, dim, keepdim, truthDtype(self)),
  example: ["torch.tensor([[false, true], [false, false]]).any(1)", "tensor([ True, False])"],
});
const some = { start: 0, step: "any" } as const;
const truthDtype = (self: Tensor): DType => (self.dtype === uint8 ? uint8 : bool);

/** How many elements are not 0. */
export const count_nonzero = op("count_nonzero(Tensor self, int[]? dim=None) -> Tensor")({
  forward: (self, dim) => reduceDims(count, self, dim, false, int64),
  example: ["torch.tensor([[0, 1], [2, 3]]).count_nonzero(0)", "tensor([1, 2])"],
});
const count = { start: 0, step: "nonzero" } as const;

// Helpers

/** Sums of integers and bools are int64. */
const sumDtype = (self: Tensor): DType => (self.dtype.is_floating_point ? self.dtype : int64);

/** Elements lose their fractions before they are added, if the result is to be an integer. */
const ready = (self: Tensor, dtype: DType | null): Tensor =>
  dtype && !dtype.is_floating_point && dtype !== self.dtype ? self.converted(dtype) : self;

/** The gradient of a sum: the same for every element. */
const spread = (g: Tensor, shape: Shape, dim: Dims, keepdim: boolean): Tensor =>
  unreduced(g, shape, dim, keepdim).expand([...shape]);

function meanDtype(self: Tensor, dtype: DType | null): DType {
  const result = dtype ?? self.dtype;
  if (result.is_floating_point) return result;
  throw new RuntimeError(
    `mean(): could not infer output dtype. ${dtype ? "Optional" : "Input"} dtype must be either a floating point or complex dtype. Got: ${result.scalarName}`,
    `A mean need not be an integer. Convert first, x.float().mean(), or ask for mean({ dtype: torch.${get_default_dtype().name} }).`,
  );
}
