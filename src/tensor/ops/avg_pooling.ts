import { RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { adaptivePool, type Pooling, type PoolWindows, slidingPool } from "../pooling.js";
import { adaptiveSizes, checkPool, checkRank, poolSettings } from "../pooling_checks.js";
import { Resampling, Taps } from "../resampling.js";
import { perDim, type Shape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { _resample } from "./resampling.js";

type Sizes = number | Shape;

/** The sums of the windows of one dimension, each times `factor`. */
function sumTaps({ size, count, starts, ends }: PoolWindows, factor: (i: number) => number): Taps {
  return Taps.of(size, count, (i) => Array.from({ length: ends[i] - starts[i] }, (_, k) => [starts[i] + k, factor(i)]));
}

/** The means of windows: their sums divided by `divisor`, or by how many elements each counts. */
function means(input: Tensor, { name, dims }: Pooling, divisor: number | null): Tensor {
  if (!input.dtype.is_floating_point) return integerMeans(input, dims, divisor);
  const lines = dims.map((windows, d) =>
    sumTaps(windows, divisor === null ? (i) => 1 / windows.weights[i] : () => (d === 0 ? 1 / divisor : 1)),
  );
  return _resample(input, new Resampling(name, lines));
}

/** Integers are divided as C++ divides them: towards 0. */
function integerMeans(input: Tensor, dims: readonly PoolWindows[], divisor: number | null): Tensor {
  const lines = dims.map((windows) => sumTaps(windows, () => 1));
  const sums = _resample(input, new Resampling("Sum", lines));
  const counted = dims.map(({ weights, count }, d) =>
    Tensor.of(Float64Array.from(weights), [count, ...dims.slice(d + 1).map(() => 1)], int64),
  );
  return sums.div(divisor ?? counted.reduce((a, b) => a.mul(b)), { rounding_mode: "trunc" });
}

function avgPool(
  dims: number,
  input: Tensor,
  kernel_size: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  ceil_mode: boolean,
  count_include_pad: boolean,
  divisor_override: number | null,
): Tensor {
  const name = `avg_pool${dims}d`;
  const settings = { ...poolSettings(name, dims, kernel_size, stride, padding, 1, ceil_mode), count_include_pad };
  if (divisor_override === 0) throw new RuntimeError("divisor must be not zero");
  const counts = checkPool(name, input, settings);
  const pooling = slidingPool(`AvgPool${dims}DBackward0`, input.shape.slice(-dims), counts, settings);
  return means(input, pooling, divisor_override);
}

/**
 * The mean of each window: [N, C, L] or [C, L] to [N, C, L_out] or [C, L_out]. `stride` is `kernel_size` by default;
 * `ceil_mode` rounds the length up; with `count_include_pad` the zeros of the padding count.
 */
export const avg_pool1d = op(
  "nn.functional::avg_pool1d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, bool ceil_mode=False, bool count_include_pad=True) -> Tensor",
)({
  composite: (input, kernel_size, stride, padding, ceil_mode, count_include_pad) => {
    checkRank("avg_pool1d", input, 2);
    const s = poolSettings("avg_pool1d", 1, kernel_size, stride, padding, 1, ceil_mode);
    const [k, step, p] = [
      [1, ...s.kernel],
      [1, ...s.stride],
      [0, ...s.padding],
    ];
    return avgPool(2, input.unsqueeze(-2), k, step, p, ceil_mode, count_include_pad, null).squeeze(-2);
  },
  samples: [
    { input: [2, 5], kernel_size: 3, stride: 2, padding: 1 },
    { input: [2, 5], kernel_size: 2, padding: 1, count_include_pad: false, ceil_mode: true },
  ],
  example: ["nn.functional.avg_pool1d(torch.tensor([[1, 3, 5, 9]]).float(), 2)", "tensor([[2., 7.]])"],
});

/** {@link avg_pool1d} of images [N, C, H, W] or [C, H, W]; sums are divided by `divisor_override` if it is given. */
export const avg_pool2d = op(
  "nn.functional::avg_pool2d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
)({
  composite: (...args) => avgPool(2, ...args),
  samples: [
    { input: [1, 2, 4, 3], kernel_size: [2, 3], stride: [1, 2], padding: 1 },
    { input: [2, 4, 3], kernel_size: 2, divisor_override: 3, ceil_mode: true },
  ],
  example: ["nn.functional.avg_pool2d(torch.tensor([[[1, 3], [5, 9.5]]]), 2)", "tensor([[[4.6250]]])"],
});

/** {@link avg_pool2d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export const avg_pool3d = op(
  "nn.functional::avg_pool3d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
)({
  composite: (...args) => avgPool(3, ...args),
  samples: [{ input: [1, 2, 3, 2, 3], kernel_size: 2, stride: 1, padding: [1, 0, 1], count_include_pad: false }],
  example: ["nn.functional.avg_pool3d(torch.tensor([[[[1, 3], [5, 9.5]]]]), [1, 2, 2])", "tensor([[[[4.6250]]]])"],
});

function adaptiveAvg(dims: number, input: Tensor, output_size: number | readonly (number | null)[] | null): Tensor {
  const name = `adaptive_avg_pool${dims}d`;
  const sizes = adaptiveSizes(name, input, output_size, dims);
  if (sizes.every((n) => n === 1))
    return input.mean(
      sizes.map((_, d) => d - dims),
      true,
    );
  return means(input, adaptivePool(`AdaptiveAvgPool${dims}DBackward0`, input.shape.slice(-dims), sizes), null);
}

/** The mean of each of `output_size` windows of about equal size that cover [N, C, L] or [C, L]. */
export const adaptive_avg_pool1d = op("nn.functional::adaptive_avg_pool1d(Tensor input, int[] output_size) -> Tensor")({
  composite: (input, output_size) => {
    checkRank("adaptive_avg_pool1d", input, 2);
    const [size] = adaptiveSizes("adaptive_avg_pool1d", input, output_size, 1);
    return adaptiveAvg(2, input.unsqueeze(-2), [1, size]).squeeze(-2);
  },
  samples: [{ input: [2, 5], output_size: 3 }],
  example: ["nn.functional.adaptive_avg_pool1d(torch.tensor([[1, 3, 5, 9]]).float(), 2)", "tensor([[2., 7.]])"],
});

/** {@link adaptive_avg_pool1d} of images [N, C, H, W] or [C, H, W]; `null` keeps a size. */
export const adaptive_avg_pool2d = op(
  "nn.functional::adaptive_avg_pool2d(Tensor input, int?[]? output_size) -> Tensor",
)({
  composite: (input, output_size) => adaptiveAvg(2, input, output_size),
  samples: [
    { input: [1, 2, 3, 5], output_size: [null, 2] },
    { input: [2, 3, 2], output_size: 1 },
  ],
  example: ["nn.functional.adaptive_avg_pool2d(torch.tensor([[[1, 3], [5, 9.5]]]), 1)", "tensor([[[4.6250]]])"],
});

/** {@link adaptive_avg_pool1d} of volumes [N, C, D, H, W] or [C, D, H, W]; `null` keeps a size. */
export const adaptive_avg_pool3d = op(
  "nn.functional::adaptive_avg_pool3d(Tensor input, int?[]? output_size) -> Tensor",
)({
  composite: (input, output_size) => adaptiveAvg(3, input, output_size),
  samples: [{ input: [1, 2, 3, 2], output_size: 2 }],
  example: ["nn.functional.adaptive_avg_pool3d(torch.tensor([[[[1, 3], [5, 9.5]]]]), 1)", "tensor([[[[4.6250]]]])"],
});

// Power averages

/** `(sum of x^norm_type over each window)^(1 / norm_type)`, the sums as means of windows without padding. */
function powerAverage(
  norm_type: number,
  kernel: readonly number[],
  average: (powers: Tensor) => Tensor,
  input: Tensor,
): Tensor {
  if (norm_type === 0) throw new RuntimeError("float division by zero", "The norm of order 0 has no such average.");
  const out = average(input.pow(norm_type));
  const count = kernel.reduce((a, b) => a * b, 1);
  return out
    .sign()
    .mul(out.abs().relu())
    .mul(count)
    .pow(1 / norm_type);
}

/** Power-average pooling of [N, C, L] or [C, L]: `(sum of x^p)^(1/p)` over each window. */
export const lp_pool1d = op(
  "nn.functional::lp_pool1d(Tensor input, float norm_type, int[] kernel_size, int[]? stride=None, bool ceil_mode=False) -> Tensor",
)({
  composite: (input, norm_type, kernel_size, stride, ceil_mode) =>
    powerAverage(norm_type, perDim(kernel_size, 1), (x) => avg_pool1d(x, kernel_size, stride, 0, ceil_mode), input),
  domain: { input: [0.2, 2] },
  samples: [{ input: [2, 5], norm_type: 2, kernel_size: 2 }],
  example: ["nn.functional.lp_pool1d(torch.tensor([[3, 4]]).float(), 2, 2)", "tensor([[5.]])"],
});

/** {@link lp_pool1d} of images [N, C, H, W] or [C, H, W]. */
export const lp_pool2d = op(
  "nn.functional::lp_pool2d(Tensor input, float norm_type, int[] kernel_size, int[]? stride=None, bool ceil_mode=False) -> Tensor",
)({
  composite: (input, norm_type, kernel_size, stride, ceil_mode) =>
    powerAverage(norm_type, perDim(kernel_size, 2), (x) => avg_pool2d(x, kernel_size, stride, 0, ceil_mode), input),
  domain: { input: [0.2, 2] },
  samples: [{ input: [2, 3, 4], norm_type: 3, kernel_size: [2, 1], stride: 1 }],
  example: ["nn.functional.lp_pool2d(torch.tensor([[[3, 4]]]).float(), 2, [1, 2])", "tensor([[[5.]]])"],
});

/** {@link lp_pool1d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export const lp_pool3d = op(
  "nn.functional::lp_pool3d(Tensor input, float norm_type, int[] kernel_size, int[]? stride=None, bool ceil_mode=False) -> Tensor",
)({
  composite: (input, norm_type, kernel_size, stride, ceil_mode) =>
    powerAverage(norm_type, perDim(kernel_size, 3), (x) => avg_pool3d(x, kernel_size, stride, 0, ceil_mode), input),
  domain: { input: [0.2, 2] },
  samples: [{ input: [1, 2, 2, 3], norm_type: 1.5, kernel_size: [1, 2, 2] }],
  example: ["nn.functional.lp_pool3d(torch.tensor([[[[3, 4]]]]).float(), 2, [1, 1, 2])", "tensor([[[[5.]]]])"],
});
