import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Module } from "../module.js";
import { shown } from "./max.js";

/** The number of windows of each dimension; `null` keeps a size. */
type OutputSize = number | readonly (number | null)[] | null;

/** What pools share that make as many windows as they are told. */
abstract class AdaptivePool extends Module {
  readonly output_size: OutputSize;

  constructor(output_size: OutputSize) {
    super();
    this.output_size = output_size;
  }

  override extra_repr(): string {
    return `output_size=${shown(this.output_size)}`;
  }
}

const avg1dSignature = new Signature("AdaptiveAvgPool1d(int[] output_size)");
const avg2dSignature = new Signature("AdaptiveAvgPool2d(int?[]? output_size)");
const avg3dSignature = new Signature("AdaptiveAvgPool3d(int?[]? output_size)");

/** The means of `output_size` windows of about equal size that cover sequences [N, C, L] or [C, L]. */
export class AdaptiveAvgPool1d extends AdaptivePool {
  declare readonly output_size: number | readonly number[];

  constructor(...args: Arguments<typeof avg1dSignature.text>) {
    super(avg1dSignature.bind(args)[0]);
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool1d(input, this.output_size);
  }
}

/**
 * The means of windows of about equal size that cover images [N, C, H, W] or [C, H, W], `output_size` of them:
 * one number or [vertically, horizontally], with `null` for a size that stays.
 *
 * @example
 * new nn.AdaptiveAvgPool2d([5, null])(torch.randn(1, 64, 8, 9)).shape // [1, 64, 5, 9]
 */
export class AdaptiveAvgPool2d extends AdaptivePool {
  constructor(...args: Arguments<typeof avg2dSignature.text>) {
    super(avg2dSignature.bind(args)[0]);
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool2d(input, this.output_size);
  }
}

/** {@link AdaptiveAvgPool2d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export class AdaptiveAvgPool3d extends AdaptivePool {
  constructor(...args: Arguments<typeof avg3dSignature.text>) {
    super(avg3dSignature.bind(args)[0]);
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool3d(input, this.output_size);
  }
}

const max1dSignature = new Signature("AdaptiveMaxPool1d(int[] output_size, bool return_indices=False)");
const max2dSignature = new Signature("AdaptiveMaxPool2d(int?[]? output_size, bool return_indices=False)");
const max3dSignature = new Signature("AdaptiveMaxPool3d(int?[]? output_size, bool return_indices=False)");

/** What adaptive max pools share; with `return_indices` the result is `[output, indices]`. */
abstract class AdaptiveMaxPool extends AdaptivePool {
  readonly return_indices: boolean;

  constructor([output_size, return_indices]: readonly [OutputSize, boolean]) {
    super(output_size);
    this.return_indices = return_indices;
  }
}

/** The largest elements of `output_size` windows of about equal size that cover sequences [N, C, L] or [C, L]. */
export class AdaptiveMaxPool1d extends AdaptiveMaxPool {
  declare readonly output_size: number | readonly number[];

  constructor(...args: Arguments<typeof max1dSignature.text>) {
    super(max1dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_max_pool1d(input, this.output_size, this.return_indices);
  }
}

/** The largest elements of windows that cover images [N, C, H, W] or [C, H, W]; see {@link AdaptiveAvgPool2d}. */
export class AdaptiveMaxPool2d extends AdaptiveMaxPool {
  constructor(...args: Arguments<typeof max2dSignature.text>) {
    super(max2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_max_pool2d(input, this.output_size, this.return_indices);
  }
}

/** {@link AdaptiveMaxPool2d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export class AdaptiveMaxPool3d extends AdaptiveMaxPool {
  constructor(...args: Arguments<typeof max3dSignature.text>) {
    super(max3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.adaptive_max_pool3d(input, this.output_size, this.return_indices);
  }
}
