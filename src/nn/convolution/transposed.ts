import { ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments, Named } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { type Shape, showShape } from "../../tensor/shape.js";
import { conv_transpose1d, conv_transpose2d, conv_transpose3d } from "../functional.js";
import { ConvNd } from "./conv_nd.js";

const parameters =
  "int in_channels, int out_channels, int[] kernel_size, int[] stride=1, int[] padding=0, int[] output_padding=0, int groups=1, bool bias=True, int[] dilation=1, str padding_mode='zeros', str? device=None, ScalarType? dtype=None";
const transpose1dSignature = new Signature(`ConvTranspose1d(${parameters})`);
const transpose2dSignature = new Signature(`ConvTranspose2d(${parameters})`);
const transpose3dSignature = new Signature(`ConvTranspose3d(${parameters})`);

type TransposeArguments = Arguments<typeof transpose1dSignature.text>;

/** What {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d} share. */
abstract class TransposedConvolution extends ConvNd {
  declare readonly padding: Shape;

  constructor(dims: number, settings: Named<typeof transpose1dSignature.text>) {
    if (settings.padding_mode !== "zeros") {
      throw new ValueError(`Only "zeros" padding mode is supported for ${new.target.name}`);
    }
    super(dims, { ...settings, transposed: true });
  }

  override forward(input: Tensor, output_size: Shape | null = null): Tensor {
    const { weight, bias, stride, padding, dilation, groups } = this;
    const convolve = [conv_transpose1d, conv_transpose2d, conv_transpose3d][this.kernel_size.length - 1];
    const output_padding = output_size === null ? this.output_padding : this.paddingFor(input, output_size);
    return convolve(input, weight, bias, stride, padding, output_padding, groups, dilation);
  }

  /** What to add to the smallest sizes of the output to get those asked for. */
  private paddingFor(input: Tensor, output_size: Shape): Shape {
    const { stride, padding, dilation, kernel_size } = this;
    const dims = kernel_size.length;
    const lead = input.ndim === dims + 2 ? 2 : 1;
    const sizes = output_size.length === lead + dims ? output_size.slice(lead) : output_size;
    if (sizes.length !== dims) {
      throw new ValueError(
        `ConvTranspose${dims}D: for ${input.ndim}D input, output_size must have ${dims} or ${lead + dims} elements (got ${sizes.length})`,
      );
    }
    const least = kernel_size.map(
      (k, d) => (input.shape[lead + d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (k - 1) + 1,
    );
    const most = least.map((n, d) => n + stride[d] - 1);
    if (sizes.some((n, d) => n < least[d] || n > most[d])) {
      throw new ValueError(
        `requested an output size of ${pythonRepr([...sizes])}, but valid sizes range from ${showShape(least)} to ${showShape(most)} (for an input of torch.Size(${showShape(input.shape.slice(2))}))`,
      );
    }
    return sizes.map((n, d) => n - least[d]);
  }
}

/**
 * The transpose of {@link Conv1d}: input [N, in_channels, L] or [in_channels, L], output [N, out_channels, L_out] with
 * `L_out = (L - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1`. Arguments as of
 * {@link ConvTranspose2d}.
 */
export class ConvTranspose1d extends TransposedConvolution {
  constructor(...args: TransposeArguments) {
    super(1, transpose1dSignature.bindNamed(args));
  }
}

/**
 * The transpose of {@link Conv2d}, its gradient with respect to the input: input [N, in_channels, H, W] or
 * [in_channels, H, W], output [N, out_channels, H_out, W_out]. The weight is
 * [in_channels, out_channels / groups, ...kernel_size].
 *
 * A strided convolution maps several sizes to one; `output_padding`, or `output_size` as the second argument of the call,
 * says which of them comes back.
 *
 * @example
 * const layer = new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1 });
 * layer(torch.randn(4, 16, 7, 7), [14, 14]).shape // [4, 8, 14, 14]
 */
export class ConvTranspose2d extends TransposedConvolution {
  constructor(...args: TransposeArguments) {
    super(2, transpose2dSignature.bindNamed(args));
  }
}

/** The transpose of {@link Conv3d}: input [N, in_channels, D, H, W]. Arguments as of {@link ConvTranspose2d}. */
export class ConvTranspose3d extends TransposedConvolution {
  constructor(...args: TransposeArguments) {
    super(3, transpose3dSignature.bindNamed(args));
  }
}
