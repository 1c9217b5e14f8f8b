import { ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { perDim, type Shape } from "../../tensor/shape.js";
import * as F from "../functional.js";
import { Module } from "../module.js";

const parameters =
  "int[] kernel_size, int[]? output_size=None, float[]? output_ratio=None, bool return_indices=False, Tensor? _random_samples=None";
const fractional2dSignature = new Signature(`FractionalMaxPool2d(${parameters})`);
const fractional3dSignature = new Signature(`FractionalMaxPool3d(${parameters})`);

type FractionalArguments = Arguments<typeof fractional2dSignature.text>;

/** What {@link FractionalMaxPool2d} and {@link FractionalMaxPool3d} share. */
abstract class FractionalMaxPool extends Module {
  readonly kernel_size: Shape;
  readonly return_indices: boolean;
  declare _random_samples: Tensor | null;
  readonly output_size: Shape | null;
  readonly output_ratio: readonly number[] | null;

  constructor(dims: number, bound: ReturnType<typeof fractional2dSignature.bind>) {
    super();
    const [kernel_size, output_size, output_ratio, return_indices, samples] = bound;
    if (dims === 3 && [kernel_size].flat().some((k) => k <= 0)) {
      throw new ValueError(`kernel_size must be greater than 0, but got ${pythonRepr(kernel_size, { tuple: true })}`);
    }
    this.kernel_size = perDim(kernel_size, dims);
    this.return_indices = return_indices;
    this.register_buffer("_random_samples", samples);
    this.output_size = output_size === null ? null : perDim(output_size, dims);
    this.output_ratio = output_ratio === null ? null : perDim(output_ratio, dims);
    if (output_size === null && output_ratio === null) {
      throw new ValueError(`FractionalMaxPool${dims}d requires specifying either an output size, or a pooling ratio`);
    }
    if (output_size !== null && output_ratio !== null) {
      throw new ValueError("only one of output_size and output_ratio may be specified");
    }
    if (this.output_ratio?.some((ratio) => ratio <= 0 || ratio >= 1)) {
      throw new ValueError(`output_ratio must be between 0 and 1 (got ${pythonRepr(output_ratio, { tuple: true })})`);
    }
  }

  protected pooled(pool: typeof F.fractional_max_pool2d, input: Tensor): Tensor {
    const { kernel_size, output_size, output_ratio, return_indices, _random_samples } = this;
    return pool(input, kernel_size, output_size, output_ratio, return_indices, _random_samples);
  }
}

/**
 * The largest elements of windows whose places are drawn anew at each call, so that there are `output_size` of them along
 * each dimension, or `output_ratio` times the input's size: images [N, C, H, W] or [C, H, W]. With `return_indices` the
 * result is `[output, indices]`; `_random_samples` [N, C, 2] replaces the draws.
 *
 * @throws ValueError unless one of `output_size` and `output_ratio` is given
 */
export class FractionalMaxPool2d extends FractionalMaxPool {
  constructor(...args: FractionalArguments) {
    super(2, fractional2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.pooled(F.fractional_max_pool2d, input);
  }
}

/** {@link FractionalMaxPool2d} of volumes [N, C, D, H, W] or [C, D, H, W]; `_random_samples` is [N, C, 3]. */
export class FractionalMaxPool3d extends FractionalMaxPool {
  constructor(...args: FractionalArguments) {
    super(3, fractional3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.pooled(F.fractional_max_pool3d, input);
  }
}
