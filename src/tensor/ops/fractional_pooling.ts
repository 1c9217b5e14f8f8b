import { RuntimeError, ValueError } from "../../python/errors.js";
import { float32 } from "../dtype.js";
import { op } from "../op.js";
import { chosen, largest } from "../pooled.js";
import { windowsFrom } from "../pooling.js";
import { outOfRange } from "../pooling_checks.js";
import { perDim, type Shape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { _add_places } from "./max_pooling.js";

/**
 * Where the `count` windows of a dimension begin: at the multiples, cut to integers, of the mean distance, shifted by
 * `sample` (a number on [0, 1)); the last one ends at the edge. float32 rounds each step.
 */
function starts(sample: number, size: number, count: number, kernel: number, round: (x: number) => number): number[] {
  const alpha = round((size - kernel) / (count - 1));
  const first = Math.trunc(round(sample * alpha));
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? size - kernel : Math.trunc(round(round(i + sample) * alpha)) - first,
  );
}

/**
 * The largest elements of windows whose places are drawn: `samples` [N, C, dims] has a number for each plane and
 * dimension, of images and volumes in the orders (W, H) and (D, H, W).
 */
export const _fractional_max_pool = op(
  "_fractional_max_pool(Tensor self, Tensor samples, int[] kernel_size, int[] output_size) -> (Tensor output, Tensor indices)",
)({
  forward: (self, samples, kernel_size, output_size) => {
    const [kernel, counts] = [[kernel_size].flat(), [output_size].flat()];
    const dims = kernel.length;
    const sizes = self.shape.slice(-dims);
    const drawn = samples.toTypedArray();
    const round = self.dtype === float32 ? Math.fround : (x: number) => x;
    const single = windowsFrom(1, [0], 1);
    return largest(self, counts, (plane) => {
      const own = sizes.map((size, d) => {
        const sample = drawn[plane * dims + (dims === 2 ? 1 - d : d)];
        return windowsFrom(size, starts(sample, size, counts[d], kernel[d], round), kernel[d]);
      });
      return dims === 2 ? [single, ...own] : own;
    });
  },
  derivatives: {
    self: [
      "self_shape result",
      ([g], { self_shape, result, output_size }) =>
        g && _add_places(g, result.indices, self_shape.slice(-[output_size].flat().length)),
    ],
  },
  nodeName: (_self, _samples, kernel_size) => `FractionalMaxPool${[kernel_size].flat().length}DBackward0`,
  domain: { samples: [0, 0.99] },
  samples: [
    { self: [1, 2, 4, 5], samples: [1, 2, 2], kernel_size: [2, 2], output_size: [2, 3] },
    { self: [2, 3, 3, 2], samples: [1, 2, 3], kernel_size: [2, 1, 2], output_size: [2, 2, 1] },
  ],
  example: ["nn.functional.fractional_max_pool2d(torch.arange(9).float().view(1, 3, 3), 2, 1)", "tensor([[[8.]]])"],
});

type Sizes = number | Shape;

function fractional(
  dims: number,
  input: Tensor,
  kernel_size: Sizes,
  output_size: Sizes | null,
  output_ratio: Sizes | null,
  given: Tensor | null,
) {
  const name = `fractional_max_pool${dims}d`;
  if (output_size === null && output_ratio === null) {
    throw new ValueError(`${name} requires specifying either an output_size or an output_ratio`);
  }
  const ratios = output_size === null ? perDim(output_ratio!, dims) : null;
  const counts = ratios
    ? ratios.map((ratio, d) => Math.trunc(input.shape[input.ndim - dims + d] * ratio))
    : [...perDim(output_size!, dims)];
  if (input.ndim <= dims) throw outOfRange(input.ndim, -dims - 1);
  const channel = input.ndim - dims - 1;
  const batch = channel === 0 ? 1 : input.shape[0];
  const samples = given ?? Tensor.empty([batch, input.shape[channel], dims], input.dtype).uniform_();
  const kernel = [kernel_size].flat();
  if (kernel.length !== 1 && kernel.length !== dims) {
    const ints = dims === 2 ? "Ints" : "three Ints";
    throw new RuntimeError(`${name}: kernel_size must either be a single Int or tuple of ${ints}`);
  }
  checkFractional(name, input, [...perDim(kernel, dims)], counts, samples);
  return _fractional_max_pool(input, samples, [...perDim(kernel, dims)], counts);
}

function checkFractional(name: string, input: Tensor, kernel: Shape, counts: Shape, samples: Tensor): void {
  const dims = kernel.length;
  const { ndim, shape } = input;
  if (ndim > dims + 2) {
    throw new RuntimeError(
      `${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got: ${showShape(shape)}`,
      "The input is [N, C, ...] or [C, ...].",
    );
  }
  const channel = ndim - dims - 1;
  const empty = shape.findIndex((n, d) => n === 0 && d >= channel);
  if (empty >= 0) {
    const owner = dims === 2 ? name : `${name}_out`;
    throw new RuntimeError(
      `${owner}(): Expected input to have non-zero size for non-batch dimensions, but got${dims === 2 ? "" : " "}${showShape(shape)} with dimension ${empty} being empty.`,
    );
  }
  const axes = dims === 2 ? ["height", "width"] : ["time", "height", "width"];
  counts.forEach((count, d) => {
    const size = shape[channel + 1 + d];
    // PyTorch wants room for one more in volumes
    if (count + kernel[d] - (dims === 3 ? 0 : 1) <= size) return;
    throw new RuntimeError(
      `${name}${dims === 2 ? "" : "_out"}(): pool ${axes[d]} ${kernel[d]} too large relative to input ${axes[d]} ${size}`,
    );
  });
  if (samples.dtype !== input.dtype) throw new RuntimeError("Expect _random_samples to have the same dtype as input");
  if (samples.ndim !== 3) throw new RuntimeError(`Expect _random_samples to have 3 dimensions, got ${samples.ndim}`);
  const [n, c, d] = samples.shape;
  if (n < (channel === 0 ? 1 : shape[0])) {
    throw new RuntimeError("Expect _random_samples.size(0) no less then input batch size.");
  }
  if (c !== shape[channel]) throw new RuntimeError("Expect _random_samples.size(1) equals to input channel size.");
  if (d !== dims) throw new RuntimeError(`Expect _random_samples.size(2) equals to ${dims}; got ${d}.`);
}

/**
 * The largest elements of windows of `kernel_size` that are drawn, so that there are `output_size` of them along each
 * dimension, or `output_ratio` (on (0, 1)) times the input's size: [N, C, H, W] or [C, H, W]. With `return_indices` the
 * result is `[output, indices]`. `_random_samples` [N, C, 2] on [0, 1) replaces the drawn numbers.
 */
export const fractional_max_pool2d = op(
  "nn.functional::fractional_max_pool2d(Tensor input, int[] kernel_size, int[]? output_size=None, float[]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None) -> Tensor",
)({
  composite: (input, kernel_size, output_size, output_ratio, return_indices, samples) =>
    chosen(fractional(2, input, kernel_size, output_size, output_ratio, samples), return_indices),
  domain: { _random_samples: [0, 0.99] },
  samples: [{ input: [1, 2, 4, 4], kernel_size: 2, output_size: 3, _random_samples: [1, 2, 2] }],
  example: ["nn.functional.fractional_max_pool2d(torch.arange(9).float().view(1, 3, 3), 2, 1)", "tensor([[[8.]]])"],
});

/** {@link fractional_max_pool2d} of volumes [N, C, D, H, W] or [C, D, H, W]; `_random_samples` is [N, C, 3]. */
export const fractional_max_pool3d = op(
  "nn.functional::fractional_max_pool3d(Tensor input, int[] kernel_size, int[]? output_size=None, float[]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None) -> Tensor",
)({
  composite: (input, kernel_size, output_size, output_ratio, return_indices, samples) =>
    chosen(fractional(3, input, kernel_size, output_size, output_ratio, samples), return_indices),
  domain: { _random_samples: [0, 0.99] },
  samples: [{ input: [2, 3, 3, 4], kernel_size: 2, output_ratio: 0.5, _random_samples: [1, 2, 3] }],
  example: [
    "nn.functional.fractional_max_pool3d(torch.arange(27).float().view(1, 3, 3, 3), 2, 1)",
    "tensor([[[[26.]]]])",
  ],
});

/** {@link fractional_max_pool2d} with the places of the largest elements in their images. */
export const fractional_max_pool2d_with_indices = op(
  "nn.functional::fractional_max_pool2d_with_indices(Tensor input, int[] kernel_size, int[]? output_size=None, float[]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None) -> (Tensor output, Tensor indices)",
)({
  composite: (input, kernel_size, output_size, output_ratio, _, samples) =>
    fractional(2, input, kernel_size, output_size, output_ratio, samples),
  domain: { _random_samples: [0, 0.99] },
  samples: [{ input: [2, 4, 3], kernel_size: 1, output_size: [3, 2], _random_samples: [1, 2, 2] }],
  example: [
    "nn.functional.fractional_max_pool2d_with_indices(torch.arange(4).float().view(1, 2, 2), 2, 1).indices",
    "tensor([[[3]]])",
  ],
});

/** {@link fractional_max_pool3d} with the places of the largest elements in their volumes. */
export const fractional_max_pool3d_with_indices = op(
  "nn.functional::fractional_max_pool3d_with_indices(Tensor input, int[] kernel_size, int[]? output_size=None, float[]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None) -> (Tensor output, Tensor indices)",
)({
  composite: (input, kernel_size, output_size, output_ratio, _, samples) =>
    fractional(3, input, kernel_size, output_size, output_ratio, samples),
  domain: { _random_samples: [0, 0.99] },
  samples: [{ input: [1, 4, 4, 4], kernel_size: 2, output_size: 2, _random_samples: [1, 1, 3] }],
  example: [
    "nn.functional.fractional_max_pool3d_with_indices(torch.arange(27).float().view(1, 3, 3, 3), 2, 1).indices",
    "tensor([[[[26]]]])",
  ],
});
