import { RuntimeError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { DType, Tensor } from "../../tensor/index.js";
import { showShape } from "../../tensor/shape.js";
import { type LazyModule, lazy } from "../lazy.js";
import { is_lazy, UninitializedParameter } from "../parameter.js";
import { Conv1d, Conv2d, Conv3d } from "./conv.js";
import type { ConvNd } from "./conv_nd.js";
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from "./transposed.js";

// biome-ignore lint/suspicious/noExplicitAny: a mixin takes whatever its base takes
type Any = any;
type ConvClass = abstract new (...args: Any[]) => ConvNd;

/** The class of convolutions that take `in_channels` from their first input. */
function lazyConv<B extends ConvClass>(Base: B) {
  abstract class LazyConv extends lazy(Base as ConvClass) {
    override reset_parameters(): void {
      if (!this.has_uninitialized_params() && this.in_channels !== 0) super.reset_parameters();
    }

    override initialize_parameters(input: Tensor): void {
      if (!this.has_uninitialized_params()) return;
      const dims = this.kernel_size.length;
      if (input.ndim !== dims + 1 && input.ndim !== dims + 2) {
        throw new RuntimeError(
          `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${this._get_name()}, but got input of size: torch.Size(${showShape(input.shape)})`,
        );
      }
      this.in_channels = input.shape[input.ndim - dims - 1];
      if (this.in_channels % this.groups !== 0) throw new ValueError("in_channels must be divisible by groups");
      const { weight, bias } = this;
      if (is_lazy(weight)) weight.materialize(this.weightShape());
      if (is_lazy(bias)) bias.materialize([this.out_channels]);
      this.reset_parameters();
    }
  }
  return LazyConv as unknown as B & (abstract new (...args: Any[]) => LazyModule);
}

/** Leaves the shapes of the parameters open; the base was made without channels and bias. */
function leaveOpen(module: ConvNd, out_channels: number, bias: boolean, dtype: DType | null): void {
  const options = dtype ? { dtype } : {};
  module.out_channels = out_channels;
  module.weight = new UninitializedParameter(true, options);
  if (bias) module.bias = new UninitializedParameter(true, options);
}

const parameters =
  "int out_channels, int[] kernel_size, int[] stride=1, int[]|str padding=0, int[] dilation=1, int groups=1, bool bias=True, str padding_mode='zeros', str? device=None, ScalarType? dtype=None";
const lazy1dSignature = new Signature(`LazyConv1d(${parameters})`);
const lazy2dSignature = new Signature(`LazyConv2d(${parameters})`);
const lazy3dSignature = new Signature(`LazyConv3d(${parameters})`);

type LazyArguments = Arguments<typeof lazy1dSignature.text>;

/** A {@link Conv1d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConv1d extends lazyConv(Conv1d) {
  constructor(...args: LazyArguments) {
    const [out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, , dtype] =
      lazy1dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, dilation, groups, false, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}

/** A {@link Conv2d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConv2d extends lazyConv(Conv2d) {
  constructor(...args: LazyArguments) {
    const [out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, , dtype] =
      lazy2dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, dilation, groups, false, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}

/** A {@link Conv3d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConv3d extends lazyConv(Conv3d) {
  constructor(...args: LazyArguments) {
    const [out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, , dtype] =
      lazy3dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, dilation, groups, false, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}

const transposedParameters =
  "int out_channels, int[] kernel_size, int[] stride=1, int[] padding=0, int[] output_padding=0, int groups=1, bool bias=True, int[] dilation=1, str padding_mode='zeros', str? device=None, ScalarType? dtype=None";
const lazyTranspose1dSignature = new Signature(`LazyConvTranspose1d(${transposedParameters})`);
const lazyTranspose2dSignature = new Signature(`LazyConvTranspose2d(${transposedParameters})`);
const lazyTranspose3dSignature = new Signature(`LazyConvTranspose3d(${transposedParameters})`);

type LazyTransposeArguments = Arguments<typeof lazyTranspose1dSignature.text>;

/** A {@link ConvTranspose1d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConvTranspose1d extends lazyConv(ConvTranspose1d) {
  constructor(...args: LazyTransposeArguments) {
    const [out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, , dtype] =
      lazyTranspose1dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, output_padding, groups, false, dilation, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}

/** A {@link ConvTranspose2d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConvTranspose2d extends lazyConv(ConvTranspose2d) {
  constructor(...args: LazyTransposeArguments) {
    const [out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, , dtype] =
      lazyTranspose2dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, output_padding, groups, false, dilation, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}

/** A {@link ConvTranspose3d} that takes `in_channels` from its first input, and is an ordinary one from then on. */
export class LazyConvTranspose3d extends lazyConv(ConvTranspose3d) {
  constructor(...args: LazyTransposeArguments) {
    const [out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, , dtype] =
      lazyTranspose3dSignature.bind(args);
    super(0, 0, kernel_size, stride, padding, output_padding, groups, false, dilation, padding_mode, null, dtype);
    leaveOpen(this, out_channels, bias, dtype);
  }
}
