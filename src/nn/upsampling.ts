import { pythonFloat, pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import type { Shape } from "../tensor/shape.js";
import { interpolate } from "./functional.js";
import { Module } from "./module.js";

const upsampleSignature = new Signature(
  "Upsample(int[]? size=None, float[]? scale_factor=None, str mode='nearest', bool? align_corners=None, bool? recompute_scale_factor=None)",
);

/**
 * Images, sequences or volumes [N, C, ...] of another size: `size`, or `scale_factor` times the given one; each is one
 * number or one for each dimension. Modes are `"nearest"`, `"linear"`, `"bilinear"`, `"bicubic"`, `"trilinear"` and the
 * others of `nn.functional.interpolate`.
 *
 * @example
 * new nn.Upsample({ scale_factor: 2, mode: "bilinear" })(torch.randn(1, 3, 8, 8)).shape // [1, 3, 16, 16]
 */
export class Upsample extends Module {
  readonly size: number | Shape | null;
  readonly scale_factor: number | readonly number[] | null;
  readonly mode: string;
  readonly align_corners: boolean | null;
  readonly recompute_scale_factor: boolean | null;

  constructor(...args: Arguments<typeof upsampleSignature.text>) {
    super();
    const [size, scale_factor, mode, align_corners, recompute_scale_factor] = upsampleSignature.bind(args);
    this.size = size;
    this.scale_factor = scale_factor || null;
    this.mode = mode;
    this.align_corners = align_corners;
    this.recompute_scale_factor = recompute_scale_factor;
  }

  override forward(input: Tensor): Tensor {
    const { size, scale_factor, mode, align_corners, recompute_scale_factor } = this;
    return interpolate(input, size, scale_factor, mode, align_corners, recompute_scale_factor);
  }

  override extra_repr(): string {
    const { size, scale_factor, mode } = this;
    const floats =
      typeof scale_factor === "number" ? pythonFloat(scale_factor) : `(${scale_factor?.map(pythonFloat).join(", ")})`;
    const what = scale_factor === null ? `size=${pythonRepr(size, { tuple: true })}` : `scale_factor=${floats}`;
    return `${what}, mode=${pythonRepr(mode)}`;
  }
}

const nearestSignature = new Signature("UpsamplingNearest2d(int[]? size=None, float[]? scale_factor=None)");

/** {@link Upsample} of images in the mode `"nearest"`. */
export class UpsamplingNearest2d extends Upsample {
  constructor(...args: Arguments<typeof nearestSignature.text>) {
    super(...nearestSignature.bind(args), "nearest");
  }
}

const bilinearSignature = new Signature("UpsamplingBilinear2d(int[]? size=None, float[]? scale_factor=None)");

/** {@link Upsample} of images in the mode `"bilinear"` with aligned corners. */
export class UpsamplingBilinear2d extends Upsample {
  constructor(...args: Arguments<typeof bilinearSignature.text>) {
    super(...bilinearSignature.bind(args), "bilinear", true);
  }
}
