import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import type { Shape } from "../tensor/shape.js";
import * as F from "./functional.js";
import { Module } from "./module.js";
import { SameShape } from "./same_shape.js";

type Sizes = number | Shape;

const shown = (sizes: Sizes): string => pythonRepr(sizes, { tuple: true });

const foldSignature = new Signature(
  "Fold(int[] output_size, int[] kernel_size, int[] dilation=1, int[] padding=0, int[] stride=1)",
);

/**
 * Adds columns [N, C kernel elements, windows] (or one such matrix) up to images [N, C, ...output_size]: the transpose of
 * {@link Unfold}, which has the same settings.
 */
export class Fold extends Module {
  readonly output_size: Sizes;
  readonly kernel_size: Sizes;
  readonly dilation: Sizes;
  readonly padding: Sizes;
  readonly stride: Sizes;

  constructor(...args: Arguments<typeof foldSignature.text>) {
    super();
    [this.output_size, this.kernel_size, this.dilation, this.padding, this.stride] = foldSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.fold(input, this.output_size, this.kernel_size, this.dilation, this.padding, this.stride);
  }

  override extra_repr(): string {
    return `output_size=${shown(this.output_size)}, kernel_size=${shown(this.kernel_size)}, dilation=${shown(this.dilation)}, padding=${shown(this.padding)}, stride=${shown(this.stride)}`;
  }
}

const unfoldSignature = new Signature("Unfold(int[] kernel_size, int[] dilation=1, int[] padding=0, int[] stride=1)");

/**
 * The windows that a convolution slides over images [N, C, H, W] (or one image), a column each:
 * [N, C kernel elements, windows]. Settings are one number or [vertically, horizontally].
 *
 * @example
 * new nn.Unfold([2, 3])(torch.randn(2, 5, 3, 4)).shape // [2, 30, 4]
 */
export class Unfold extends Module {
  readonly kernel_size: Sizes;
  readonly dilation: Sizes;
  readonly padding: Sizes;
  readonly stride: Sizes;

  constructor(...args: Arguments<typeof unfoldSignature.text>) {
    super();
    [this.kernel_size, this.dilation, this.padding, this.stride] = unfoldSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.unfold(input, this.kernel_size, this.dilation, this.padding, this.stride);
  }

  override extra_repr(): string {
    return `kernel_size=${shown(this.kernel_size)}, dilation=${shown(this.dilation)}, padding=${shown(this.padding)}, stride=${shown(this.stride)}`;
  }
}

const pixelShuffleSignature = new Signature("PixelShuffle(int upscale_factor)");

/** Squares of `upscale_factor`^2 channels become pixels: [..., C r^2, H, W] to [..., C, H r, W r]. */
export class PixelShuffle extends Module {
  readonly upscale_factor: number;

  constructor(...args: Arguments<typeof pixelShuffleSignature.text>) {
    super();
    [this.upscale_factor] = pixelShuffleSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.pixel_shuffle(input, this.upscale_factor);
  }

  override extra_repr(): string {
    return `upscale_factor=${this.upscale_factor}`;
  }
}

const pixelUnshuffleSignature = new Signature("PixelUnshuffle(int downscale_factor)");

/** Undoes {@link PixelShuffle}: [..., C, H r, W r] to [..., C r^2, H, W]. */
export class PixelUnshuffle extends Module {
  readonly downscale_factor: number;

  constructor(...args: Arguments<typeof pixelUnshuffleSignature.text>) {
    super();
    [this.downscale_factor] = pixelUnshuffleSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.pixel_unshuffle(input, this.downscale_factor);
  }

  override extra_repr(): string {
    return `downscale_factor=${this.downscale_factor}`;
  }
}

const channelShuffleSignature = new Signature("ChannelShuffle(int groups)");

/** Takes one channel of each of the `groups` in turn: channel (g, k) moves to (k, g). */
export class ChannelShuffle extends SameShape {
  readonly groups: number;

  constructor(...args: Arguments<typeof channelShuffleSignature.text>) {
    super();
    [this.groups] = channelShuffleSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.channel_shuffle(input, this.groups);
  }

  override extra_repr(): string {
    return `groups=${this.groups}`;
  }
}
