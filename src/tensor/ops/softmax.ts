import { NotImplementedError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { type DType, get_default_dtype } from "../dtype.js";
import { forEachLine } from "../kernels/reduce.js";
import { mapRows } from "../kernels/rows.js";
import { op, quicker } from "../op.js";
import { unreduced } from "../reduction.js";
import { wrapDim } from "../shape.js";
import { backRows, isRows, softmaxBackward } from "../softmax_rows.js";
import { Tensor } from "../tensor.js";

/** `e^x / sum of e^x` along `dim`: positive, and 1 in sum. `dtype` converts first. */
export const softmax = op("softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, dtype) => normalized("softmax", self, dim, dtype, (x, max, sum) => Math.exp(x - max) / sum),
  derivatives: { self: ["result", softmaxBackward] },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
    { self: [2, 3, 2], dim: 1 },
    { self: [], dim: 0 },
  ],
  example: ["torch.tensor([1, 2], { dtype: torch.float32 }).softmax(0)", "tensor([0.2689, 0.7311])"],
});

/** The logarithm of {@link softmax}, exact where softmax itself is near 0. */
export const log_softmax = op("log_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, dtype) => normalized("log_softmax", self, dim, dtype, (x, max, sum) => x - max - Math.log(sum)),
  derivatives: {
    self: [
      "result",
      quicker(
        (g, { result, dim }) => backRows("logSoftmaxRowsBackward", g, result, dim),
        (g, { result, dim }) => g.sub(result.exp().mul(g.sum(dim, true))),
      ),
    ],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
    { self: [2, 3, 2], dim: 1 },
    { self: [], dim: 0 },
  ],
  example: ["torch.tensor([1, 2], { dtype: torch.float32 }).log_softmax(0)", "tensor([-1.3133, -0.3133])"],
});

/** `f(x, greatest x, sum of e^(x - greatest))` along the lines of `dim`. */
function normalized(
  name: string,
  self: Tensor,
  dim: number,
  dtype: DType | null,
  f: (x: number, max: number, sum: number) => number,
): Tensor {
  const d = wrapDim(dim, self.ndim);
  const result = dtype ?? self.dtype;
  if (!result.is_floating_point) {
    const kernel = d >= self.ndim - 1 ? `${name}_lastdim_kernel_impl` : `${name}_kernel_impl`;
    throw new NotImplementedError(
      `"${kernel}" not implemented for '${result.scalarName}'`,
      `Convert first, x.float(), or give the dtype: { dtype: torch.${get_default_dtype().name} }.`,
    );
  }
  const input = self.dtype === result ? self : self.converted(result);
  const out = Tensor.empty(self.shape, result);
  const columns = self.shape[d];
  if (isRows(input, d)) {
    const kernel = name === "softmax" ? "softmaxRows" : "logSoftmaxRows";
    if (mapRows(kernel, out, input, out.numel() / columns, columns)) return out;
  }
  const [shape, step, stride] = self.ndim === 0 ? [[1], 1, 1] : [self.shape, input.strides[d], out.strides[d]];
  const operand = (t: Tensor) => t.operand(self.ndim === 0 ? [1] : t.strides);
  const n = shape[d];
  const x = input.storage.data;
  const y = out.storage.data;
  forEachLine(shape, d, [operand(out), operand(input)], ([io, ix]) => {
    let max = -Infinity;
    for (let i = 0, j = ix!; i < n; i++, j += step) max = Math.max(max, x[j]);
    let sum = 0;
    for (let i = 0, j = ix!; i < n; i++, j += step) sum += Math.exp(x[j] - max);
    for (let i = 0, j = ix!, k = io!; i < n; i++, j += step, k += stride) y[k] = f(x[j], max, sum);
  });
  return out;
}

/** `ln(sum of e^x)` over `dim`, without overflow. */
export const logsumexp = op("logsumexp(Tensor self, int[] dim, bool keepdim=False) -> Tensor")({
  forward: (self, dim, keepdim) => {
    const x = self.dtype.is_floating_point ? self : self.converted(get_default_dtype());
    if (x.numel() === 0) return x.exp().sum(dim, keepdim).log();
    const max = x.amax(dim, true);
    const origin = max.masked_fill(max.isinf(), 0); // infinity - infinity would be NaN
    const log = x.sub(origin).exp().sum(dim, true).log().add(origin);
    return keepdim ? log : log.sum(dim);
  },
  derivatives: {
    self: [
      "self result",
      (g, { self, result, dim, keepdim }) => {
        const restored = (t: Tensor) => unreduced(t, self.shape, dim, keepdim);
        return restored(g).mul(self.sub(restored(result)).exp());
      },
    ],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: [0, 1] },
    { self: [2, 3, 2], dim: -2, keepdim: true },
  ],
  example: ["torch.zeros(2).logsumexp(0)", "tensor(0.6931)"],
});

// torch.nn.functional's own forms, in which `dim` may be left out

/** {@link softmax}; leaving out `dim` is deprecated and means 0 for 0, 1 and 3 dimensions, else 1. */
export const functional_softmax = op(
  "nn.functional::softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor",
)({
  composite: (input, dim, _stacklevel, dtype) => input.softmax(dim ?? implicitDim("softmax", input.ndim), dtype),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["nn.functional.softmax(torch.zeros(2), 0)", "tensor([0.5000, 0.5000])"],
});

/** {@link log_softmax}; leaving out `dim` is deprecated and means 0 for 0, 1 and 3 dimensions, else 1. */
export const functional_log_softmax = op(
  "nn.functional::log_softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor",
)({
  composite: (input, dim, _stacklevel, dtype) =>
    input.log_softmax(dim ?? implicitDim("log_softmax", input.ndim), dtype),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["nn.functional.log_softmax(torch.zeros(2), 0)", "tensor([-0.6931, -0.6931])"],
});

/** {@link softmax} of `-input`. */
export const softmin = op(
  "nn.functional::softmin(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor",
)({
  composite: (input, dim, _stacklevel, dtype) => input.neg().softmax(dim ?? implicitDim("softmin", input.ndim), dtype),
  samples: [{ input: [2, 3], dim: 1 }],
  example: ["nn.functional.softmin(torch.zeros(2), 0)", "tensor([0.5000, 0.5000])"],
});

/**
 * A draw from the categorical distribution of `softmax(logits)` that can be differentiated: the softmax of
 * `(logits + Gumbel noise) / tau` along `dim`. With `hard` the result is one-hot and the gradient that of the soft one.
 */
export const gumbel_softmax = op(
  "nn.functional::gumbel_softmax(Tensor logits, float tau=1, bool hard=False, float eps=1e-10, int dim=-1) -> Tensor",
)({
  composite: (logits, tau, hard, eps, dim) => {
    if (eps !== 1e-10) warn("`eps` parameter is deprecated and has no effect.");
    // -ln of an exponential variable is a Gumbel variable
    const gumbels = Tensor.empty(logits.shape, logits.dtype).exponential_().log().neg();
    const soft = logits.add(gumbels).div(tau).softmax(dim);
    if (!hard) return soft;
    const known = soft.detach();
    const oneHot = Tensor.empty(logits.shape, logits.dtype).scatter_(dim, known.argmax(dim, true), 1);
    return oneHot.sub(known).add(soft);
  },
  samples: [{ logits: [2, 3] }, { logits: [3, 2], tau: 2, dim: 0 }],
  example: ["nn.functional.gumbel_softmax(torch.zeros(1), { hard: true })", "tensor([1.])"],
});

function implicitDim(name: string, ndim: number): number {
  warn(`Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`);
  return ndim === 0 || ndim === 1 || ndim === 3 ? 0 : 1;
}
