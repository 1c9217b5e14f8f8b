import { pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { perDim, type Shape } from "../../tensor/shape.js";
import * as F from "../functional.js";
import { Module } from "../module.js";
import { shown } from "./max.js";

type Sizes = number | Shape;

/** What {@link AvgPool1d}, {@link AvgPool2d} and {@link AvgPool3d} share. */
abstract class AvgPool extends Module {
  readonly kernel_size: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly ceil_mode: boolean;
  readonly count_include_pad: boolean;

  constructor(kernel_size: Sizes, stride: Sizes, padding: Sizes, ceil_mode: boolean, count_include_pad: boolean) {
    super();
    this.kernel_size = kernel_size;
    this.stride = stride;
    this.padding = padding;
    this.ceil_mode = ceil_mode;
    this.count_include_pad = count_include_pad;
  }

  override extra_repr(): string {
    return `kernel_size=${shown(this.kernel_size)}, stride=${shown(this.stride)}, padding=${shown(this.padding)}`;
  }
}

const avg1dSignature = new Signature(
  "AvgPool1d(int[] kernel_size, int[]? stride=None, int[] padding=0, bool ceil_mode=False, bool count_include_pad=True)",
);

/**
 * The mean of each window of sequences [N, C, L] or [C, L]. Arguments as of {@link AvgPool2d}.
 *
 * @example
 * new nn.AvgPool1d(3, { stride: 2 })(torch.tensor([[[1, 2, 3, 4, 5, 6, 7]]]).float()) // tensor([[[2., 4., 6.]]])
 */
export class AvgPool1d extends AvgPool {
  constructor(...args: Arguments<typeof avg1dSignature.text>) {
    const [kernel_size, stride, padding, ceil_mode, count_include_pad] = avg1dSignature.bind(args);
    const one = (sizes: Sizes) => perDim(sizes, 1);
    super(one(kernel_size), one(stride ?? kernel_size), one(padding), ceil_mode, count_include_pad);
  }

  override forward(input: Tensor): Tensor {
    const { kernel_size, stride, padding, ceil_mode, count_include_pad } = this;
    return F.avg_pool1d(input, kernel_size, stride, padding, ceil_mode, count_include_pad);
  }
}

const avgParameters =
  "int[] kernel_size, int[]? stride=None, int[] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None";
const avg2dSignature = new Signature(`AvgPool2d(${avgParameters})`);
const avg3dSignature = new Signature(`AvgPool3d(${avgParameters})`);

/** An {@link AvgPool} whose divisor may be given. */
abstract class AvgPoolNd extends AvgPool {
  readonly divisor_override: number | null;

  constructor(bound: ReturnType<typeof avg2dSignature.bind>) {
    const [kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override] = bound;
    super(kernel_size, stride ?? kernel_size, padding, ceil_mode, count_include_pad);
    this.divisor_override = divisor_override;
  }

  protected averaged(pool: typeof F.avg_pool2d, input: Tensor): Tensor {
    const { kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override } = this;
    return pool(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
  }
}

/**
 * The mean of each window of images [N, C, H, W] or [C, H, W]. Sizes are one number or [vertically, horizontally];
 * `stride` is `kernel_size` by default. The zeros of the padding count unless `count_include_pad` is false; sums are
 * divided by `divisor_override` if it is given; `ceil_mode` rounds the sizes up.
 *
 * @example
 * new nn.AvgPool2d(2)(torch.randn(32, 8, 28, 28)).shape // [32, 8, 14, 14]
 */
export class AvgPool2d extends AvgPoolNd {
  constructor(...args: Arguments<typeof avg2dSignature.text>) {
    super(avg2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.averaged(F.avg_pool2d, input);
  }
}

/** The mean of each window of volumes [N, C, D, H, W] or [C, D, H, W]. Arguments as of {@link AvgPool2d}. */
export class AvgPool3d extends AvgPoolNd {
  constructor(...args: Arguments<typeof avg3dSignature.text>) {
    super(avg3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.averaged(F.avg_pool3d, input);
  }
}

const powerParameters = "float norm_type, int[] kernel_size, int[]? stride=None, bool ceil_mode=False";
const power1dSignature = new Signature(`LPPool1d(${powerParameters})`);
const power2dSignature = new Signature(`LPPool2d(${powerParameters})`);
const power3dSignature = new Signature(`LPPool3d(${powerParameters})`);

type PowerArguments = Arguments<typeof power1dSignature.text>;

/** What {@link LPPool1d}, {@link LPPool2d} and {@link LPPool3d} share. */
abstract class LPPool extends Module {
  readonly norm_type: number;
  readonly kernel_size: Sizes;
  readonly stride: Sizes | null;
  readonly ceil_mode: boolean;

  constructor([norm_type, kernel_size, stride, ceil_mode]: ReturnType<typeof power1dSignature.bind>) {
    super();
    this.norm_type = norm_type;
    this.kernel_size = kernel_size;
    this.stride = stride;
    this.ceil_mode = ceil_mode;
  }

  protected averaged(pool: typeof F.lp_pool1d, input: Tensor): Tensor {
    return pool(input, this.norm_type, this.kernel_size, this.stride, this.ceil_mode);
  }

  override extra_repr(): string {
    return `norm_type=${pythonRepr(this.norm_type)}, kernel_size=${shown(this.kernel_size)}, stride=${shown(this.stride)}, ceil_mode=${pythonRepr(this.ceil_mode)}`;
  }
}

/**
 * `(sum of x^norm_type)^(1 / norm_type)` over each window of sequences [N, C, L] or [C, L]: the sum for 1, nearly the
 * maximum for a large `norm_type`.
 */
export class LPPool1d extends LPPool {
  constructor(...args: PowerArguments) {
    super(power1dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.averaged(F.lp_pool1d, input);
  }
}

/** {@link LPPool1d} of images [N, C, H, W] or [C, H, W]. */
export class LPPool2d extends LPPool {
  constructor(...args: PowerArguments) {
    super(power2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.averaged(F.lp_pool2d, input);
  }
}

/** {@link LPPool1d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export class LPPool3d extends LPPool {
  constructor(...args: PowerArguments) {
    super(power3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.averaged(F.lp_pool3d, input);
  }
}
