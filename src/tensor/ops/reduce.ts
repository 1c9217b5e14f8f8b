import { RuntimeError } from "../../python/errors.js";
import { type DType, int64 } from "../dtype.js";
import { op } from "../op.js";
import { type Dims, reduceDims, reducedCount, unreduced } from "../reduction.js";
import type { Tensor } from "../tensor.js";

/** The sum over `dim` (`null`: over all elements). Integers and bools give int64; `dtype` converts first. */
export const sum = op("sum(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, keepdim, dtype) => {
    const x = dtype && !dtype.is_floating_point && dtype !== self.dtype ? self.converted(dtype) : self;
    return reduceDims(total, x, dim, keepdim, dtype ?? sumDtype(self));
  },
  derivatives: {
    self: ["self_shape", (g, { self_shape, dim, keepdim }) => unreduced(g, self_shape, dim, keepdim).expand([...self_shape])],
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

/** Sums of integers and bools are int64. */
const sumDtype = (self: Tensor): DType => (self.dtype.is_floating_point ? self.dtype : int64);

/** The mean over `dim` (`null`: over all elements); NaN for none. `dtype` is that of the result. */
export const mean = op("mean(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, keepdim, dtype) => reduceDims(average, self, dim, keepdim, meanDtype(self, dtype)),
  derivatives: {
    self: ["self_shape", (g, { self_shape, dim, keepdim }) => shared(g, self_shape, dim, keepdim)],
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 0 }, { self: [2, 3, 2], dim: [0, -1], keepdim: true }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 6]], { dtype: torch.float32 }).mean(1)", "tensor([1.5000, 4.5000])"],
});
const average = { start: 0, step: "sum", finish: (s: number, n: number) => s / n } as const;

/** Every element of a mean gets its part of the gradient. */
const shared = (g: Tensor, shape: readonly number[], dim: Dims, keepdim: boolean): Tensor =>
  unreduced(g, shape, dim, keepdim).div(reducedCount(shape, dim)).expand([...shape]);

function meanDtype(self: Tensor, dtype: DType | null): DType {
  const result = dtype ?? self.dtype;
  if (result.is_floating_point) return result;
  throw new RuntimeError(
    `mean(): could not infer output dtype. ${dtype ? "Optional" : "Input"} dtype must be either a floating point or complex dtype. Got: ${result.scalarName}`,
    "A mean need not be an integer. Convert first: x.float().mean(), or say mean({ dtype: torch.float32 }).",
  );
}
