import { RuntimeError } from "../../python/errors.js";
import { Geometry } from "../geometry.js";
import { op } from "../op.js";
import { type Shape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

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

/** How windows lie on an image: what each size is [vertically, horizontally]. */
class Windows {
  /** The sizes with padding, and the number of windows. */
  readonly padded: readonly number[];
  readonly counts: readonly number[];

  constructor(
    readonly image: Shape,
    readonly kernel: Shape,
    readonly dilation: Shape,
    readonly padding: Shape,
    readonly stride: Shape,
  ) {
    this.padded = image.map((size, i) => size + 2 * padding[i]);
    this.counts = this.padded.map((size, i) => Math.floor((size - dilation[i] * (kernel[i] - 1) - 1) / stride[i]) + 1);
  }

  /** For `n` samples of `c` padded channels: all windows as [n, c, kernel, kernel, count, count]. */
  geometry(n: number, c: number): Geometry {
    const [height, width] = this.padded;
    const row = [width, 1];
    const strides = [this.dilation, this.stride].flatMap((steps) => steps.map((step, i) => step * row[i]));
    return new Geometry([n, c, ...this.kernel, ...this.counts], [c * height * width, height * width, ...strides]);
  }

  describe(): string {
    const { kernel, dilation, padding, stride } = this;
    const show = (name: string, sizes: Shape) => `${name}=(${sizes.join(", ")})`;
    return `${show("kernel_size", kernel)}, ${show("dilation", dilation)}, ${show("padding", padding)}, ${show("stride", stride)}`;
  }
}

const pair = (size: number | readonly number[]): Shape => {
  const list = [size].flat();
  return list.length === 1 ? [list[0], list[0]] : list;
};

/**
 * The windows that a convolution slides over images, a column each: [N, C, H, W] to [N, C kernel elements, windows].
 * Where windows overlap an element occurs several times.
 */
export const unfold_images = op(
  "nn.functional::unfold(Tensor input, int|int[] kernel_size, int|int[] dilation=1, int|int[] padding=0, int|int[] stride=1) -> Tensor",
)({
  composite: (input, kernel_size, dilation, padding, stride) => {
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new RuntimeError(
        `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${showShape(input.shape)}`,
      );
    }
    if (input.ndim === 3) return unfold_images(input.unsqueeze(0), kernel_size, dilation, padding, stride).squeeze(0);
    const [n, c, ...image] = input.shape;
    const windows = new Windows(image, pair(kernel_size), pair(dilation), pair(padding), pair(stride));
    if (windows.counts.some((count) => count < 1)) {
      const { kernel, counts } = windows;
      throw new RuntimeError(
        `Given input with spatial size (${image.join(", ")}), kernel_size=(${kernel.join(", ")}), dilation=(${windows.dilation.join(", ")}), padding=(${windows.padding.join(", ")}), calculated shape of the array of sliding blocks as (${counts.join(", ")}), but its components must be at least one.`,
      );
    }
    const [v, h] = windows.padding;
    const padded = input.constant_pad_nd([h, h, v, v]);
    const columns = padded._restride(Geometry.rows(padded.shape), windows.geometry(n, c));
    return columns.reshape([n, c * windows.kernel[0] * windows.kernel[1], windows.counts[0] * windows.counts[1]]);
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
    if (input.ndim !== 2 && input.ndim !== 3) {
      throw new RuntimeError(
        `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${showShape(input.shape)}`,
      );
    }
    if (input.ndim === 2)
      return fold(input.unsqueeze(0), output_size, kernel_size, dilation, padding, stride).squeeze(0);
    const [n, rows, columns] = input.shape;
    const windows = new Windows(pair(output_size), pair(kernel_size), pair(dilation), pair(padding), pair(stride));
    const { kernel, counts, image, padded } = windows;
    if (rows % (kernel[0] * kernel[1]) !== 0) {
      throw new RuntimeError(
        `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=(${kernel.join(", ")}).`,
      );
    }
    if (columns !== counts[0] * counts[1]) {
      throw new RuntimeError(
        `Given output_size=(${image.join(", ")}), ${windows.describe()}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${columns}.`,
      );
    }
    const c = rows / (kernel[0] * kernel[1]);
    const apart = input.reshape([n, c, ...kernel, ...counts]);
    const [v, h] = windows.padding;
    return apart._restride(windows.geometry(n, c), Geometry.rows([n, c, ...padded])).constant_pad_nd([-h, -h, -v, -v]);
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
