import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { warnOnce } from "../../python/warnings.js";
import { checkConvolution, eachDim, type Settings } from "../convolution_checks.js";
import { type Channels, convolve, convolveTransposed, convolveWeight } from "../kernels/convolution.js";
import { op } from "../op.js";
import { perDim, type Shape, showShape } from "../shape.js";
import { Sliding } from "../sliding.js";
import { Tensor } from "../tensor.js";

// The three products of a convolution, each the derivative of the other two; see kernels/convolution.ts

/** What the windows of a batch of images see, weighted: [N, groups inner, ...image] to [N, groups outer, ...counts]. */
export const _convolve = op("_convolve(Tensor images, Tensor weight, Tensor? bias, Sliding sliding) -> Tensor")({
  forward: (images, weight, bias, sliding) => {
    const n = images.shape[0];
    const out = Tensor.empty([n, weight.shape[0], ...sliding.counts], images.dtype);
    const [x, w, b] = [images.contiguous().operand(), weight.contiguous().operand(), bias?.operand() ?? null];
    if (out.numel() > 0) convolve(out.operand(), x, w, b, n, channelsOf(weight, sliding), sliding);
    return out;
  },
  derivatives: {
    images: ["weight", (g, { weight, sliding }) => _convolve_transposed(g, weight, null, sliding)],
    weight: ["images", (g, { images, sliding }) => _convolve_weight(images, g, sliding)],
    bias: (g) => g.sum(allButChannels(g)),
  },
  nodeName: "ConvolutionBackward0",
  samples: [
    { images: [2, 2, 4], weight: [3, 2, 2], bias: [3], sliding: new Sliding([4], [2], { padding: 1 }) },
    { images: [1, 4, 3], weight: [6, 2, 1], bias: [6], sliding: new Sliding([3], [1], { groups: 2 }) },
    { images: [2, 2, 4], weight: [4, 1, 2], bias: [4], sliding: new Sliding([4], [2], { groups: 2, padding: 1 }) },
    {
      images: [1, 1, 3, 4],
      weight: [2, 1, 2, 3],
      bias: null,
      sliding: new Sliding([3, 4], [2, 3], { stride: 2, padding: 1 }),
    },
  ],
  example: ["torch.conv1d(torch.tensor([[[1, 2, 3]]]), torch.tensor([[[1, 10]]]))", "tensor([[[21, 32]]])"],
});

/** Adds windows, weighted, up to images: [N, groups outer, ...counts] to [N, groups inner, ...image]. */
export const _convolve_transposed = op(
  "_convolve_transposed(Tensor windows, Tensor weight, Tensor? bias, Sliding sliding) -> Tensor",
)({
  forward: (windows, weight, bias, sliding) => {
    const n = windows.shape[0];
    const out = Tensor.empty([n, sliding.groups * weight.shape[1], ...sliding.image], windows.dtype);
    const [y, w, b] = [windows.contiguous().operand(), weight.contiguous().operand(), bias?.operand() ?? null];
    if (out.numel() > 0) convolveTransposed(out.operand(), y, w, b, n, channelsOf(weight, sliding), sliding);
    return out;
  },
  derivatives: {
    windows: ["weight", (g, { weight, sliding }) => _convolve(g, weight, null, sliding)],
    weight: ["windows", (g, { windows, sliding }) => _convolve_weight(g, windows, sliding)],
    bias: (g) => g.sum(allButChannels(g)),
  },
  nodeName: "ConvolutionBackward0",
  samples: [
    { windows: [2, 3, 3], weight: [3, 2, 2], bias: [2], sliding: new Sliding([4], [2]) },
    { windows: [1, 4, 2], weight: [4, 1, 2], bias: [2], sliding: new Sliding([5], [2], { groups: 2, stride: 3 }) },
    { windows: [1, 2, 1, 2], weight: [2, 1, 2, 2], bias: null, sliding: new Sliding([3, 4], [2, 2], { stride: 2 }) },
  ],
  example: ["torch.conv_transpose1d(torch.tensor([[[1, 2]]]), torch.tensor([[[1, 10]]]))", "tensor([[[ 1, 12, 20]]])"],
});

/** How each weight of a convolution joins images and windows: [groups outer, inner, ...kernel]. */
export const _convolve_weight = op("_convolve_weight(Tensor images, Tensor windows, Sliding sliding) -> Tensor")({
  forward: (images, windows, sliding) => {
    const n = images.shape[0];
    const inner = images.shape[1] / sliding.groups;
    const out = Tensor.empty([windows.shape[1], inner, ...sliding.kernel], images.dtype);
    const [x, y] = [images.contiguous().operand(), windows.contiguous().operand()];
    if (out.numel() > 0) convolveWeight(out.operand(), x, y, n, channelsOf(out, sliding), sliding);
    return out;
  },
  derivatives: {
    images: ["windows", (g, { windows, sliding }) => _convolve_transposed(windows, g, null, sliding)],
    windows: ["images", (g, { images, sliding }) => _convolve(images, g, null, sliding)],
  },
  nodeName: "ConvolutionBackwardBackward0",
  samples: [
    { images: [2, 2, 4], windows: [2, 3, 5], sliding: new Sliding([4], [2], { padding: 1 }) },
    { images: [1, 2, 4], windows: [1, 4, 2], sliding: new Sliding([4], [2], { groups: 2, stride: 2 }) },
  ],
  // the gradient of a weight of two elements where the gradients of both windows are 1: each sums what it saw
  example: ["torch.conv1d(torch.tensor([[[1, 2, 3]]]), torch.tensor([[[1, 1]]]))", "tensor([[[3, 5]]])"],
});

const channelsOf = (weight: Tensor, { groups }: Sliding): Channels => ({
  inner: weight.shape[1],
  outer: weight.shape[0] / groups,
});

const allButChannels = (g: Tensor): number[] => [...g.shape.keys()].filter((d) => d !== 1);

// Convolutions as PyTorch calls them

/**
 * A convolution, or a transposed one, of one to three dimensions: input [N, C, ...], weight [C_out, C / groups, ...kernel]
 * or, transposed, [C, C_out / groups, ...kernel], bias [C_out]. Settings hold for all dimensions or one each.
 */
export const convolution = op(
  "convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups) -> Tensor",
)({
  composite: (input, weight, bias, stride, padding, dilation, transposed, output_padding, groups) => {
    const dims = weight.ndim - 2;
    if (dims < 1) throw new RuntimeError("weight should have at least three dimensions");
    if (groups <= 0) throw new RuntimeError("non-positive groups is not supported");
    const settings: Settings = {
      stride: eachDim("stride", stride, dims),
      padding: eachDim("padding", padding, dims),
      dilation: eachDim("dilation", dilation, dims),
      output_padding: eachDim("output_padding", output_padding, dims),
      transposed,
      groups,
    };
    checkConvolution(input, weight, bias, settings);
    const [sizes, kernel] = [input.shape.slice(2), weight.shape.slice(2)];
    if (!transposed) return _convolve(input, weight, bias, new Sliding(sizes, kernel, settings));
    const image = transposedSizes(sizes, kernel, settings);
    return _convolve_transposed(input, weight, bias, new Sliding(image, kernel, { ...settings, counts: sizes }));
  },
  samples: [
    {
      input: [1, 2, 4],
      weight: [2, 2, 2],
      bias: [2],
      stride: 2,
      padding: 0,
      dilation: 1,
      transposed: false,
      output_padding: 0,
      groups: 1,
    },
  ],
  example: [
    "torch.convolution(torch.ones(1, 1, 3), torch.ones(1, 1, 2), null, 1, 0, 1, true, 0, 1)",
    "tensor([[[1., 2., 2., 1.]]])",
  ],
});

/** The sizes of what a transposed convolution returns. */
function transposedSizes(sizes: Shape, kernel: Shape, { stride, padding, dilation, output_padding }: Settings): Shape {
  const image = sizes.map(
    (n, d) => (n - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) + output_padding[d] + 1,
  );
  if (image.some((n) => n < 1)) {
    throw new RuntimeError(
      `Given input size per channel: (${sizes.join(" x ")}). Calculated output size per channel: (${image.join(" x ")}). Output size is too small`,
    );
  }
  return image;
}

/** A batch of inputs of `dims` spatial dimensions through `f`; a single input goes as a batch of one. */
function batched(name: string, dims: number, input: Tensor, f: (input: Tensor) => Tensor): Tensor {
  if (input.ndim === dims + 2) return f(input);
  if (input.ndim === dims + 1) return f(input.unsqueeze(0)).squeeze(0);
  throw new RuntimeError(
    `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ${showShape(input.shape)}`,
  );
}

type Sizes = number | Shape;

/** `conv1d`, `conv2d` and `conv3d`. */
function conv(
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  stride: Sizes,
  padding: Sizes | string,
  dilation: Sizes,
  groups: number,
): Tensor {
  return batched(`conv${dims}d`, dims, input, (x) => {
    // one number is one for each dimension of the call, not of the weight
    const all = (sizes: Sizes): Shape => perDim(sizes, dims);
    const [s, d] = [all(stride), all(dilation)];
    if (typeof padding !== "string") {
      return convolution(x, weight, bias, s, all(padding), d, false, perDim(0, dims), groups);
    }
    if (padding === "valid") return convolution(x, weight, bias, s, perDim(0, dims), d, false, perDim(0, dims), groups);
    if (padding !== "same") throw new RuntimeError(`Invalid padding string: '${padding}'`);
    const [padded, both] = paddedSame(x, weight, s, d);
    return convolution(padded, weight, bias, s, both, d, false, perDim(0, dims), groups);
  });
}

/** The padding that keeps the sizes, as the input padded where one side needs more and the amount for both sides. */
function paddedSame(x: Tensor, weight: Tensor, stride: Shape, dilation: Shape): [input: Tensor, padding: Shape] {
  const dims = weight.ndim - 2;
  if (stride.length !== dims) throw new RuntimeError(`stride cannot broadcast to ${dims} dimensions`);
  if (dilation.length !== dims) throw new RuntimeError(`dilation cannot broadcast to ${dims} dimensions`);
  if (stride.some((s) => s !== 1)) {
    throw new RuntimeError("padding='same' is not supported for strided convolutions");
  }
  const totals = dilation.map((d, i) => d * (weight.shape[2 + i] - 1));
  const both = totals.map((total) => Math.floor(total / 2));
  if (totals.every((total) => total % 2 === 0)) return [x, both];
  warnOnce(
    "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the input be created",
  );
  const more = totals.flatMap((total) => [total % 2, 0]).reverse();
  return [x.constant_pad_nd(more), both];
}

/** A convolution of sequences: input [N, C, L] or [C, L], weight [C_out, C / groups, kernel]. */
export const conv1d = op(
  "conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[]|str padding=0, int[] dilation=1, int groups=1) -> Tensor",
)({
  composite: (...args) => conv(1, ...args),
  samples: [
    { input: [2, 2, 5], weight: [3, 2, 3], bias: [3], padding: "same" },
    { input: [2, 4], weight: [3, 2, 2], padding: "same", dilation: 3 },
  ],
  example: ["torch.conv1d(torch.tensor([[1, 2, 3]]), torch.tensor([[[1, 10]]]))", "tensor([[21, 32]])"],
});

/**
 * A convolution of images: input [N, C, H, W] or [C, H, W], weight [C_out, C / groups, kernel, kernel], bias [C_out].
 *
 * `out[n, o, i, j] = bias[o] + sum over c, k, l of weight[o, c, k, l] * input[n, c, i * stride + k * dilation - padding, ...]`;
 * `padding: "same"` keeps the sizes, `"valid"` adds nothing.
 */
export const conv2d = op(
  "conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[]|str padding=0, int[] dilation=1, int groups=1) -> Tensor",
)({
  composite: (...args) => conv(2, ...args),
  samples: [{ input: [2, 4, 4, 3], weight: [4, 2, 3, 2], bias: [4], stride: [2, 1], padding: 1, groups: 2 }],
  example: ["torch.conv2d(torch.ones(1, 1, 2, 3), torch.ones(1, 1, 2, 2))", "tensor([[[[4., 4.]]]])"],
});

/** A convolution of volumes: input [N, C, D, H, W] or [C, D, H, W], weight [C_out, C / groups, kernel, kernel, kernel]. */
export const conv3d = op(
  "conv3d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[]|str padding=0, int[] dilation=1, int groups=1) -> Tensor",
)({
  composite: (...args) => conv(3, ...args),
  samples: [{ input: [1, 2, 3, 2, 3], weight: [1, 2, 2, 1, 2], bias: [1], padding: [1, 0, 1] }],
  example: ["torch.conv3d(torch.ones(1, 1, 1, 2, 2), torch.ones(1, 1, 1, 2, 2)).shape", "[ 1, 1, 1, 1, 1 ]"],
});

/** `conv_transpose1d`, `conv_transpose2d` and `conv_transpose3d`. */
function transposedConv(
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  stride: Sizes,
  padding: Sizes,
  output_padding: Sizes,
  groups: number,
  dilation: Sizes,
): Tensor {
  const all = (sizes: Sizes): Shape => perDim(sizes, dims);
  return batched(`conv_transpose${dims}d`, dims, input, (x) =>
    convolution(x, weight, bias, all(stride), all(padding), all(dilation), true, all(output_padding), groups),
  );
}

/** The transpose of {@link conv1d}: input [N, C, L] or [C, L], weight [C, C_out / groups, kernel]. */
export const conv_transpose1d = op(
  "conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[] padding=0, int[] output_padding=0, int groups=1, int[] dilation=1) -> Tensor",
)({
  composite: (...args) => transposedConv(1, ...args),
  samples: [{ input: [2, 4, 3], weight: [4, 1, 3], bias: [2], stride: 2, padding: 1, output_padding: 1, groups: 2 }],
  example: ["torch.conv_transpose1d(torch.ones(1, 2), torch.ones(1, 1, 2))", "tensor([[1., 2., 1.]])"],
});

/**
 * The transpose of {@link conv2d}, its gradient with respect to the input: input [N, C, H, W] or [C, H, W], weight
 * [C, C_out / groups, kernel, kernel]; each size becomes
 * `(size - 1) * stride - 2 padding + dilation * (kernel - 1) + output_padding + 1`.
 */
export const conv_transpose2d = op(
  "conv_transpose2d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[] padding=0, int[] output_padding=0, int groups=1, int[] dilation=1) -> Tensor",
)({
  composite: (...args) => transposedConv(2, ...args),
  samples: [{ input: [1, 2, 2, 2], weight: [2, 1, 2, 3], bias: [1], dilation: [1, 2], output_padding: [0, 1] }],
  example: [
    "torch.conv_transpose2d(torch.ones(1, 1, 2), torch.ones(1, 1, 1, 2), { stride: 2 })",
    "tensor([[[1., 1., 1., 1.]]])",
  ],
});

/** The transpose of {@link conv3d}: input [N, C, D, H, W] or [C, D, H, W], weight [C, C_out / groups, kernel, kernel, kernel]. */
export const conv_transpose3d = op(
  "conv_transpose3d(Tensor input, Tensor weight, Tensor? bias=None, int[] stride=1, int[] padding=0, int[] output_padding=0, int groups=1, int[] dilation=1) -> Tensor",
)({
  composite: (...args) => transposedConv(3, ...args),
  samples: [{ input: [1, 1, 2, 1, 2], weight: [1, 2, 2, 2, 2], padding: [1, 0, 0] }],
  example: ["torch.conv_transpose3d(torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 1, 2)).shape", "[ 1, 1, 1, 3 ]"],
});

/** A convolution of sequences laid out [L, N, C], with a weight [kernel, C, C_out] and a bias [C_out]. */
export const conv_tbc = op("conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor")({
  composite: (self, weight, bias, pad) => {
    if (self.ndim !== 3) throw new RuntimeError("Input must have 3 dims: time, batch, in_channel");
    if (weight.ndim !== 3)
      throw new RuntimeError("Weight tensor must have 3 dims: kernel_width, in_channels, out_channels.");
    if (bias.ndim !== 1) throw new RuntimeError("Bias must be 1-D");
    if (self.dtype === weight.dtype && !self.dtype.is_floating_point) {
      throw new NotImplementedError(`"conv_tbc" not implemented for '${self.dtype.scalarName}'`);
    }
    return conv1d(self.permute([1, 2, 0]), weight.permute([2, 1, 0]), bias, 1, pad).permute([2, 0, 1]);
  },
  samples: [{ self: [4, 1, 2], weight: [2, 2, 3], bias: [3], pad: 1 }],
  example: ["torch.conv_tbc(torch.ones(2, 1, 1), torch.ones(2, 1, 1), torch.zeros(1))", "tensor([[[2.]]])"],
});
