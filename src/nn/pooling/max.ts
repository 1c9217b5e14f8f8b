import { pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { perDim, type Shape } from "../../tensor/shape.js";
import * as F from "../functional.js";
import { Module } from "../module.js";

type Sizes = number | Shape;

/** Python's text of one size or a tuple of them. */
export const shown = (sizes: Sizes | readonly (number | null)[] | null): string => pythonRepr(sizes, { tuple: true });

const maxParameters =
  "int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool return_indices=False, bool ceil_mode=False";
const max1dSignature = new Signature(`MaxPool1d(${maxParameters})`);
const max2dSignature = new Signature(`MaxPool2d(${maxParameters})`);
const max3dSignature = new Signature(`MaxPool3d(${maxParameters})`);

type MaxArguments = Arguments<typeof max1dSignature.text>;

/** What {@link MaxPool1d}, {@link MaxPool2d} and {@link MaxPool3d} share. */
abstract class MaxPool extends Module {
  readonly kernel_size: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly dilation: Sizes;
  readonly return_indices: boolean;
  readonly ceil_mode: boolean;

  constructor(bound: ReturnType<typeof max1dSignature.bind>) {
    super();
    const [kernel_size, stride, padding, dilation, return_indices, ceil_mode] = bound;
    this.kernel_size = kernel_size;
    this.stride = stride ?? kernel_size;
    this.padding = padding;
    this.dilation = dilation;
    this.return_indices = return_indices;
    this.ceil_mode = ceil_mode;
  }

  protected pooled(pool: typeof F.max_pool1d, input: Tensor): Tensor {
    const { kernel_size, stride, padding, dilation, ceil_mode, return_indices } = this;
    return pool(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices);
  }

  override extra_repr(): string {
    return `kernel_size=${shown(this.kernel_size)}, stride=${shown(this.stride)}, padding=${shown(this.padding)}, dilation=${shown(this.dilation)}, ceil_mode=${pythonRepr(this.ceil_mode)}`;
  }
}

/**
 * The largest element of each window of sequences [N, C, L] or [C, L]. Arguments as of {@link MaxPool2d}.
 *
 * @example
 * new nn.MaxPool1d(3, { stride: 2 })(torch.randn(20, 16, 50)).shape // [20, 16, 24]
 */
export class MaxPool1d extends MaxPool {
  constructor(...args: MaxArguments) {
    super(max1dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.pooled(F.max_pool1d, input);
  }
}

/**
 * The largest element of each window of images [N, C, H, W] or [C, H, W]. Sizes are one number or
 * [vertically, horizontally]; `stride` is `kernel_size` by default. Each size becomes
 * `floor((size + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1`, or is rounded up with `ceil_mode`.
 *
 * With `return_indices` the result is `[output, indices]`: `const [output, indices] = pool(x)`.
 *
 * @example
 * new nn.MaxPool2d(2)(torch.randn(32, 8, 28, 28)).shape // [32, 8, 14, 14]
 */
export class MaxPool2d extends MaxPool {
  constructor(...args: MaxArguments) {
    super(max2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.pooled(F.max_pool2d, input);
  }
}

/** The largest element of each window of volumes [N, C, D, H, W] or [C, D, H, W]. Arguments as of {@link MaxPool2d}. */
export class MaxPool3d extends MaxPool {
  constructor(...args: MaxArguments) {
    super(max3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.pooled(F.max_pool3d, input);
  }
}

const unpoolParameters = "int[] kernel_size, int[]? stride=None, int[] padding=0";
const unpool1dSignature = new Signature(`MaxUnpool1d(${unpoolParameters})`);
const unpool2dSignature = new Signature(`MaxUnpool2d(${unpoolParameters})`);
const unpool3dSignature = new Signature(`MaxUnpool3d(${unpoolParameters})`);

type UnpoolArguments = Arguments<typeof unpool1dSignature.text>;

/** What {@link MaxUnpool1d}, {@link MaxUnpool2d} and {@link MaxUnpool3d} share. */
abstract class MaxUnpool extends Module {
  readonly kernel_size: Shape;
  readonly stride: Shape;
  readonly padding: Shape;

  constructor(dims: number, [kernel_size, stride, padding]: ReturnType<typeof unpool1dSignature.bind>) {
    super();
    this.kernel_size = perDim(kernel_size, dims);
    this.stride = perDim(stride ?? kernel_size, dims);
    this.padding = perDim(padding, dims);
  }

  override forward(input: Tensor, indices: Tensor, output_size: Shape | null = null): Tensor {
    const unpool = [F.max_unpool1d, F.max_unpool2d, F.max_unpool3d][this.kernel_size.length - 1];
    return unpool(input, indices, this.kernel_size, this.stride, this.padding, output_size);
  }

  override extra_repr(): string {
    return `kernel_size=${shown(this.kernel_size)}, stride=${shown(this.stride)}, padding=${shown(this.padding)}`;
  }
}

/**
 * Undoes {@link MaxPool1d} as far as can be: called with what it pooled and its `indices`, it puts the elements where they
 * were, and 0 elsewhere. The third argument, `output_size`, says which of the possible sizes comes back.
 */
export class MaxUnpool1d extends MaxUnpool {
  constructor(...args: UnpoolArguments) {
    super(1, unpool1dSignature.bind(args));
  }
}

/** Undoes {@link MaxPool2d}, as {@link MaxUnpool1d} does for sequences. */
export class MaxUnpool2d extends MaxUnpool {
  constructor(...args: UnpoolArguments) {
    super(2, unpool2dSignature.bind(args));
  }
}

/** Undoes {@link MaxPool3d}, as {@link MaxUnpool1d} does for sequences. */
export class MaxUnpool3d extends MaxUnpool {
  constructor(...args: UnpoolArguments) {
    super(3, unpool3dSignature.bind(args));
  }
}
