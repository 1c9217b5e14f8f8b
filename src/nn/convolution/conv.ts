import { Signature } from "../../python/signature.js";
import type { Arguments, Named } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { conv1d, conv2d, conv3d, pad } from "../functional.js";
import { ConvNd } from "./conv_nd.js";

const parameters =
  "int in_channels, int out_channels, int[] kernel_size, int[] stride=1, int[]|str padding=0, int[] dilation=1, int groups=1, bool bias=True, str padding_mode='zeros', str? device=None, ScalarType? dtype=None";
const conv1dSignature = new Signature(`Conv1d(${parameters})`);
const conv2dSignature = new Signature(`Conv2d(${parameters})`);
const conv3dSignature = new Signature(`Conv3d(${parameters})`);

type ConvArguments = Arguments<typeof conv1dSignature.text>;

/** What {@link Conv1d}, {@link Conv2d} and {@link Conv3d} share. */
abstract class Convolution extends ConvNd {
  constructor(dims: number, settings: Named<typeof conv1dSignature.text>) {
    super(dims, { ...settings, transposed: false, output_padding: 0 });
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, padding_mode } = this;
    const convolve = [conv1d, conv2d, conv3d][this.kernel_size.length - 1];
    if (padding_mode === "zeros") return convolve(input, weight, bias, stride, padding, dilation, groups);
    return convolve(pad(input, this.amounts(), padding_mode), weight, bias, stride, 0, dilation, groups);
  }

  /** How much to pad [before, after] each dimension, the last one first. */
  private amounts(): number[] {
    const { padding, kernel_size, dilation } = this;
    const each = kernel_size.map((k, d) => {
      if (typeof padding !== "string") return [padding[d], padding[d]];
      const total = padding === "same" ? dilation[d] * (k - 1) : 0;
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return each.reverse().flat();
  }
}

/**
 * A convolution of sequences: input [N, in_channels, L] or [in_channels, L], output [N, out_channels, L_out] with
 * `L_out = floor((L + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1`.
 *
 * Arguments as of {@link Conv2d}.
 *
 * @example
 * const layer = new nn.Conv1d(16, 33, 3, { stride: 2 });
 * layer(torch.randn(20, 16, 50)).shape // [20, 33, 24]
 */
export class Conv1d extends Convolution {
  constructor(...args: ConvArguments) {
    super(1, conv1dSignature.bindNamed(args));
  }
}

/**
 * A convolution of images: input [N, in_channels, H, W] or [in_channels, H, W], output [N, out_channels, H_out, W_out].
 *
 * `stride`, `padding`, `dilation` and `kernel_size` are one number or [vertically, horizontally]; `padding` may be
 * `"same"` (the size stays) or `"valid"` (none), `padding_mode` `"zeros"`, `"reflect"`, `"replicate"` or `"circular"`.
 * With `groups` each group of input channels makes its own group of output channels. The weight is
 * [out_channels, in_channels / groups, ...kernel_size]; it and the bias start uniform on [-b, b) with
 * `b = 1 / sqrt(in_channels / groups * kernel elements)`.
 *
 * @throws ValueError if `groups` does not divide the channels, or for `"same"` with a stride
 *
 * @example
 * const layer = new nn.Conv2d(1, 8, 3, { padding: 1 });
 * layer(torch.randn(32, 1, 28, 28)).shape // [32, 8, 28, 28]
 */
export class Conv2d extends Convolution {
  constructor(...args: ConvArguments) {
    super(2, conv2dSignature.bindNamed(args));
  }
}

/**
 * A convolution of volumes: input [N, in_channels, D, H, W] or [in_channels, D, H, W]. Arguments as of {@link Conv2d}.
 *
 * @example
 * const layer = new nn.Conv3d(2, 4, [1, 3, 3]);
 * layer(torch.randn(2, 2, 5, 6, 6)).shape // [2, 4, 5, 4, 4]
 */
export class Conv3d extends Convolution {
  constructor(...args: ConvArguments) {
    super(3, conv3dSignature.bindNamed(args));
  }
}
