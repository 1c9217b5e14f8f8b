import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { col2im, im2col } from "../kernels/im2col.js";
import { op } from "../op.js";
import { outOfRange } from "../pooling_checks.js";
import { type Shape, showShape } from "../shape.js";
import { Sliding } from "../sliding.js";
import { Tensor } from "../tensor.js";

// Images taken apart and put together

/** Squares of `upscale_factor`^2 channels become pixels: [..., C r^2, H, W] to [..., C, H r, W r]. */
export const pixel_shuffle = op("pixel_shuffle(Tensor self, int upscale_factor) -> Tensor")({
  composite: (self, r) => {
    const [lead, c, h, w] = imageSizes("pixel_shuffle", self);
    if (r <= 0) throw new RuntimeError(`pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    if (c % (r * r) !== 0) {
      throw new RuntimeError(
        `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${r * r}`,
      );
    }
    const n = lead.length;
    const parts = self.reshape([...lead, c / (r * r), r, r, h, w]);
    return parts
      .permute([...lead.keys(), ...[0, 3, 1, 4, 2].map((d) => n + d)])
      .reshape([...lead, c / (r * r), h * r, w * r]);
  },
  samples: [{ self: [4, 1, 2], upscale_factor: 2 }],
  example: ["torch.pixel_shuffle(torch.arange(4).view(4, 1, 1), 2)", "tensor([[[0, 1],\n         [2, 3]]])"],
});

/** Undoes {@link pixel_shuffle}: [..., C, H r, W r] to [..., C r^2, H, W]. */
export const pixel_unshuffle = op("pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor")({
  composite: (self, r) => {
    const [lead, c, h, w] = imageSizes("pixel_unshuffle", self);
    if (r <= 0) throw new RuntimeError(`pixel_unshuffle expects a positive downscale_factor, but got ${r}`);
    for (const [name, size, d] of [
      ["height", h, -2],
      ["width", w, -1],
    ] as const) {
      if (size % r !== 0) {
        throw new RuntimeError(
          `pixel_unshuffle expects ${name} to be divisible by downscale_factor, but input.size(${d})=${size} is not divisible by ${r}`,
        );
      }
    }
    const n = lead.length;
    const parts = self.reshape([...lead, c, h / r, r, w / r, r]);
    return parts
      .permute([...lead.keys(), ...[0, 2, 4, 1, 3].map((d) => n + d)])
      .reshape([...lead, c * r * r, h / r, w / r]);
  },
  samples: [{ self: [1, 2, 4], downscale_factor: 2 }],
  example: ["torch.pixel_unshuffle(torch.arange(4).view(1, 2, 2), 2).flatten()", "tensor([0, 1, 2, 3])"],
});

function imageSizes(name: string, self: Tensor): [lead: Shape, channels: number, height: number, width: number] {
  if (self.ndim < 3) {
    throw new RuntimeError(
      `${name} expects input to have at least 3 dimensions, but got input with ${self.ndim} dimension(s)`,
    );
  }
  const [c, h, w] = self.shape.slice(-3);
  return [self.shape.slice(0, -3), c, h, w];
}

/** Takes one channel of each of the `groups` in turn: channel (g, k) moves to (k, g). */
export const channel_shuffle = op("channel_shuffle(Tensor self, int groups) -> Tensor")({
  composite: (self, groups) => {
    if (self.ndim < 3) {
      throw new RuntimeError(
        `channel_shuffle expects input with > 2 dims, but got input with sizes ${showShape(self.shape)}`,
      );
    }
    const [n, c, ...rest] = self.shape;
    if (groups <= 0)
      throw new RuntimeError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
    if (c % groups !== 0) {
      throw new RuntimeError(`Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`);
    }
    return self
      .reshape([n, groups, c / groups, ...rest])
      .transpose(1, 2)
      .reshape(self.shape);
  },
  samples: [{ self: [1, 4, 2], groups: 2 }],
  example: ["torch.channel_shuffle(torch.arange(4).view(1, 4, 1), 2).flatten()", "tensor([0, 2, 1, 3])"],
});

// Windows laid out as columns

/** What the windows see of images: [N, C, ...image] to [N, C taps, windows]. */
export const _im2col = op("_im2col(Tensor images, Sliding sliding) -> Tensor")({
  forward: (images, sliding) => {
    const [n, c] = images.shape;
    const rows = c * sliding.taps;
    const out = Tensor.empty([n, rows, sliding.windows], images.dtype);
    const x = images.contiguous().operand();
    for (let i = 0; i < n; i++) {
      const at = x.offset + i * c * sliding.pixels;
      im2col(out.storage.data, i * rows * sliding.windows, sliding.windows, x.data, at, c, sliding);
    }
    return out;
  },
  derivatives: { images: (g, { sliding }) => _col2im(g, sliding) },
  nodeName: "Im2ColBackward0",
  samples: [{ images: [2, 2, 3, 3], sliding: new Sliding([3, 3], [2, 2], { padding: 1, stride: 2 }) }],
  example: [
    "nn.functional.unfold(torch.arange(4).float().view(1, 1, 4), [1, 2])",
    "tensor([[0., 1., 2.],\n        [1., 2., 3.]])",
  ],
});

/** The transpose of {@link _im2col}: adds up what stands for the same pixel. */
export const _col2im = op("_col2im(Tensor columns, Sliding sliding) -> Tensor")({
  forward: (columns, sliding) => {
    const [n, rows] = columns.shape;
    const c = rows / sliding.taps;
    const out = Tensor.empty([n, c, ...sliding.image], columns.dtype);
    const x = columns.contiguous().operand();
    for (let i = 0; i < n; i++) {
      const at = x.offset + i * rows * sliding.windows;
      col2im(out.storage.data, i * c * sliding.pixels, x.data, at, sliding.windows, c, sliding);
    }
    return out;
  },
  derivatives: { columns: (g, { sliding }) => _im2col(g, sliding) },
  nodeName: "Col2ImBackward0",
  samples: [{ columns: [2, 4, 4], sliding: new Sliding([3, 3], [2, 2]) }],
  example: ["nn.functional.fold(torch.ones(2, 3), [1, 4], [1, 2])", "tensor([[[1., 2., 2., 1.]]])"],
});

/** One size for both dimensions of an image, or one each. */
function pair(name: string, sizes: number | Shape): Shape {
  const list = typeof sizes === "number" ? [sizes, sizes] : sizes;
  if (list.length === 2) return list;
  throw new RuntimeError(`It is expected ${name} equals to 2, but got size ${list.length}`);
}

type Sizes = number | Shape;

/** The windows over images, their settings checked in PyTorch's words. */
function windowsOver(image: Shape, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes): Sliding {
  const kernel = pair("kernel_size", kernel_size);
  const steps = {
    dilation: pair("dilation", dilation),
    padding: pair("padding", padding),
    stride: pair("stride", stride),
  };
  const both = (name: string, [height, width]: Shape) => `${name}_height: ${height} ${name}_width: ${width}`;
  for (const [name, short, sizes] of [
    ["kernel size", "kernel", kernel],
    ["dilation", "dilation", steps.dilation],
    ["padding", "pad", steps.padding],
    ["stride", "stride", steps.stride],
  ] as const) {
    const least = name === "padding" ? 0 : 1;
    if (sizes.every((n) => n >= least)) continue;
    const should = least === 0 ? "non-negative" : "greater than zero";
    throw new RuntimeError(`${name} should be ${should}, but got ${both(short, sizes)}`);
  }
  return new Sliding(image, kernel, steps);
}

const tuple = (sizes: Shape): string => `(${sizes.join(", ")})`;

function checkRealOrBool(name: string, { dtype }: Tensor): void {
  if (dtype.is_floating_point || dtype === bool) return;
  throw new NotImplementedError(`"${name}" not implemented for '${dtype.scalarName}'`);
}

/**
 * The windows that a convolution slides over images, a column each: [N, C, H, W] to [N, C kernel elements, windows].
 * Where windows overlap an element occurs several times.
 */
export const unfold_images = op(
  "nn.functional::unfold(Tensor input, int|int[] kernel_size, int|int[] dilation=1, int|int[] padding=0, int|int[] stride=1) -> Tensor",
)({
  composite: (input, kernel_size, dilation, padding, stride) => {
    if (input.ndim < 3) throw outOfRange(input.ndim, 2);
    if (input.ndim > 4 || input.shape.some((n, d) => n === 0 && (d > 0 || input.ndim === 3))) {
      throw new RuntimeError(
        `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${showShape(input.shape)}`,
      );
    }
    const windows = windowsOver(input.shape.slice(-2), kernel_size, dilation, padding, stride);
    if (windows.counts.some((count) => count < 1)) {
      throw new RuntimeError(
        `Given input with spatial size ${tuple(windows.image)}, kernel_size=${tuple(windows.kernel)}, dilation=${tuple(windows.dilation)}, padding=${tuple(windows.padding)}, calculated shape of the array of sliding blocks as ${tuple(windows.counts)}, but its components must be at least one.`,
      );
    }
    checkRealOrBool("im2col_out_cpu", input);
    return input.ndim === 3 ? _im2col(input.unsqueeze(0), windows).squeeze(0) : _im2col(input, windows);
  },
  samples: [
    { input: [1, 2, 3, 3], kernel_size: 2 },
    { input: [1, 4, 3], kernel_size: [2, 1], padding: 1, stride: 2, dilation: 2 },
  ],
  example: [
    "nn.functional.unfold(torch.arange(6).float().view(1, 1, 2, 3), 2)",
    "tensor([[[0., 1.],\n         [1., 2.],\n         [3., 4.],\n         [4., 5.]]])",
  ],
});

/** The transpose of `unfold`: adds columns of windows up to images of `output_size`. */
export const fold = op(
  "nn.functional::fold(Tensor input, int|int[] output_size, int|int[] kernel_size, int|int[] dilation=1, int|int[] padding=0, int|int[] stride=1) -> Tensor",
)({
  composite: (input, output_size, kernel_size, dilation, padding, stride) => {
    const image = pair("output_size", output_size);
    const windows = windowsOver(image, kernel_size, dilation, padding, stride);
    if ((input.ndim !== 2 && input.ndim !== 3) || input.shape.some((n, d) => n === 0 && (d > 0 || input.ndim === 2))) {
      throw new RuntimeError(
        `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${showShape(input.shape)}`,
      );
    }
    const [rows, columns] = input.shape.slice(-2);
    const { counts, kernel } = windows;
    if (rows % windows.taps !== 0) {
      throw new RuntimeError(
        `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=${tuple(kernel)}.`,
      );
    }
    if (columns !== windows.windows) {
      const settings = Object.entries({
        output_size: image,
        kernel_size: kernel,
        dilation: windows.dilation,
        padding: windows.padding,
        stride: windows.stride,
      }).map(([name, sizes]) => `${name}=${tuple(sizes)}`);
      throw new RuntimeError(
        `Given ${settings.join(", ")}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${columns}.`,
      );
    }
    if (counts.some((count) => count < 1)) {
      throw new RuntimeError(
        `Given output_size=${tuple(image)}, the number of sliding blocks ${tuple(counts)} must be at least one.`,
      );
    }
    checkRealOrBool("col2im_out_cpu", input);
    if (input.dtype === bool) return fold(input.float(), output_size, kernel_size, dilation, padding, stride).ne(0);
    return input.ndim === 2 ? _col2im(input.unsqueeze(0), windows).squeeze(0) : _col2im(input, windows);
  },
  samples: [
    { input: [1, 4, 4], output_size: 3, kernel_size: 2 },
    { input: [4, 2], output_size: [2, 3], kernel_size: 2 },
  ],
  example: [
    "nn.functional.fold(torch.ones(1, 4, 2), [2, 3], 2)",
    "tensor([[[[1., 2., 1.],\n          [1., 2., 1.]]]])",
  ],
});
