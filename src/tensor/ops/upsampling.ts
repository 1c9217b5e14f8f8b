import { NotImplementedError, RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { warn } from "../../python/warnings.js";
import { type DType, float32, uint8 } from "../dtype.js";
import { antialiased, cubic, FILTERS, type Line, linear, nearest, nearestExact } from "../interpolation.js";
import { op } from "../op.js";
import { Resampling, type Taps } from "../resampling.js";
import { perDim, type Shape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d } from "./avg_pooling.js";
import { _resample } from "./resampling.js";

type Sizes = number | readonly number[];

/** For each mode: the numbers of spatial dimensions it has, the name of its recorded operation, and its rule. */
const MODES: Readonly<Record<string, { dims: Shape; node: string; rule: (line: Line) => Taps }>> = {
  nearest: { dims: [1, 2, 3], node: "UpsampleNearest", rule: nearest },
  "nearest-exact": { dims: [1, 2, 3], node: "UpsampleNearestExact", rule: nearestExact },
  linear: { dims: [1], node: "UpsampleLinear", rule: linear },
  bilinear: { dims: [2], node: "UpsampleBilinear", rule: linear },
  trilinear: { dims: [3], node: "UpsampleTrilinear", rule: linear },
  bicubic: { dims: [2], node: "UpsampleBicubic", rule: cubic },
};

const AREA = [adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d];

/**
 * Images of another size: [N, C, ...] to [N, C, ...size], with one to three dimensions. `size` or `scale_factor` is given,
 * one number or one for each dimension.
 *
 * Modes are `"nearest"`, `"nearest-exact"`, `"area"` (the means of windows), `"linear"`, `"bilinear"`, `"trilinear"`,
 * `"bicubic"` and `"lanczos"`. `align_corners` lays the centres of the outermost elements over each other instead of the
 * edges; `antialias` (bilinear, bicubic, lanczos) weighs all elements where an image shrinks;
 * `recompute_scale_factor` takes the factor from the rounded sizes.
 */
export const interpolate = op(
  "nn.functional::interpolate(Tensor input, int[]? size=None, float[]? scale_factor=None, str mode='nearest', bool? align_corners=None, bool? recompute_scale_factor=None, bool antialias=False) -> Tensor",
)({
  composite: (input, size, scale_factor, mode, align_corners, recompute, antialias) => {
    if (align_corners !== null && ["nearest", "area", "nearest-exact"].includes(mode)) {
      throw new ValueError(
        "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
      );
    }
    const factors = scalesOf(input, size, scale_factor);
    if (recompute && size !== null) {
      throw new ValueError("recompute_scale_factor is not meaningful with an explicit size.");
    }
    const sizes =
      size === null
        ? factors!.map((factor, d) => Math.trunc(input.shape[d + 2] * factor))
        : perDim(size, input.ndim - 2);
    if (antialias && !(mode in FILTERS && input.ndim === 4)) {
      throw new ValueError(
        "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input",
      );
    }
    checkMode(input, mode, align_corners ?? false, antialias);
    if (mode === "area") return AREA[sizes.length - 1](input, sizes);
    return resized(input, sizes, recompute ? null : factors, mode, align_corners ?? false, antialias);
  },
  samples: [
    { input: [1, 2, 3], scale_factor: 2 },
    { input: [1, 1, 3, 2], size: [5, 3], mode: "bilinear" },
    { input: [1, 1, 3, 4], size: [2, 6], mode: "bicubic", align_corners: true },
    { input: [1, 1, 5, 4], size: [2, 3], mode: "bilinear", antialias: true },
    { input: [1, 1, 2, 2, 3], size: 3, mode: "trilinear" },
    { input: [1, 2, 4], size: 3, mode: "area" },
  ],
  example: [
    'nn.functional.interpolate(torch.tensor([[[1, 3]]]).float(), { size: 4, mode: "linear" })',
    "tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])",
  ],
});

/** The factor of each dimension, or `null` where sizes are given; throws unless exactly one of both is. */
function scalesOf(input: Tensor, size: Sizes | null, scale_factor: Sizes | null): readonly number[] | null {
  const dims = input.ndim - 2;
  const spatial = showShape(input.shape.slice(2));
  if (size !== null && scale_factor !== null) {
    throw new ValueError("only one of size or scale_factor should be defined");
  }
  if (size !== null) {
    if (typeof size !== "number" && size.length !== dims) {
      throw new ValueError(
        `Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of ${spatial} and output size of ${pythonRepr([...size])}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`,
      );
    }
    return null;
  }
  if (scale_factor === null) throw new ValueError("either size or scale_factor should be defined");
  if (typeof scale_factor !== "number" && scale_factor.length !== dims) {
    throw new ValueError(
      `Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of ${spatial} and scale_factor of shape ${pythonRepr([...scale_factor])}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
    );
  }
  return perDim(scale_factor, dims);
}

/** Throws, in PyTorch's words, unless the mode is made for the input. */
function checkMode({ ndim }: Tensor, mode: string, align_corners: boolean, antialias: boolean): void {
  if (ndim >= 3 && ndim <= 5 && mode === "area") return;
  if (ndim === 4 && mode === "lanczos") {
    if (align_corners) throw new ValueError("Lanczos mode does not support align_corners=True");
    if (!antialias) throw new ValueError("Lanczos mode requires antialias=True");
    return;
  }
  const dims = MODES[mode]?.dims;
  if (dims?.includes(ndim - 2)) return;
  if (ndim >= 3 && ndim <= 5 && /linear$/.test(mode) && dims) {
    throw new NotImplementedError(`Got ${ndim}D input, but ${mode} mode needs ${dims[0] + 2}D input`);
  }
  throw new NotImplementedError(
    `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got ${mode})`,
    "The input is [N, C, ...]: a batch of channels stands before the spatial dimensions.",
  );
}

function resized(
  input: Tensor,
  sizes: Shape,
  factors: readonly number[] | null,
  mode: string,
  align_corners: boolean,
  antialias: boolean,
): Tensor {
  const dims = sizes.length;
  const old = input.shape.slice(2);
  if ([...old, ...sizes].some((n) => n <= 0)) {
    const axes = ["D", "H", "W"].slice(-dims);
    const show = (list: Shape) =>
      dims === 1 ? `(W: ${list[0]})` : `(${list.map((n, d) => `${axes[d]}: ${n}`).join(", ")})`;
    throw new RuntimeError(
      `Input and output sizes should be greater than 0, but got input ${show(old)} output ${show(sizes)}`,
    );
  }
  if (input.shape[1] === 0) {
    throw new RuntimeError(
      `Non-empty ${input.ndim}D data tensor expected but got a tensor with sizes ${showShape(input.shape)}`,
    );
  }
  checkType(input.dtype, mode, dims);
  const round = input.dtype === float32 ? Math.fround : (x: number) => x;
  const { node, rule } = antialias
    ? {
        node: `Upsample${mode[0].toUpperCase()}${mode.slice(1)}`,
        rule: (line: Line) => antialiased(line, FILTERS[mode]),
      }
    : MODES[mode];
  const lines = sizes.map((count, d) =>
    rule({ size: old[d], count, scale: factors?.[d] ?? null, align_corners, round }),
  );
  const name = `${node}${dims}D${antialias ? "Aa" : ""}Backward0`;
  if (input.dtype !== uint8 || mode.startsWith("nearest")) return _resample(input, new Resampling(name, lines));
  // bytes are rounded after each dimension, the last one first
  return lines
    .reduceRight((x, line, d) => {
      const only = new Resampling(
        name,
        lines.map((_, k) => (k === d ? line : null)),
      );
      return _resample(x, only).add(0.5).floor().clamp(0, 255);
    }, input.to(float32))
    .to(uint8);
}

function checkType(dtype: DType, mode: string, dims: number): void {
  if (dtype.is_floating_point || (dtype === uint8 && (dims === 2 || mode.startsWith("nearest")))) return;
  const kernel =
    dims === 2
      ? `upsample_${mode.replace("-exact", "")}2d_channels_last`
      : `compute_indices_weights_${mode.replace("tri", "")}`;
  throw new NotImplementedError(`"${kernel}" not implemented for '${dtype.scalarName}'`);
}

// The old names

const deprecated = (name: string): void =>
  warn(`\`nn.functional.${name}\` is deprecated. Use \`nn.functional.interpolate\` instead.`);

/** The old name of {@link interpolate}; it warns. */
export const upsample = op(
  "nn.functional::upsample(Tensor input, int[]? size=None, float[]? scale_factor=None, str mode='nearest', bool? align_corners=None) -> Tensor",
)({
  composite: (input, size, scale_factor, mode, align_corners) => {
    deprecated("upsample");
    return interpolate(input, size, scale_factor, mode, align_corners);
  },
  samples: [{ input: [1, 2, 3], scale_factor: 2 }],
  example: ["nn.functional.upsample(torch.tensor([[[1, 3.5]]]), 4)", "tensor([[[1.0000, 1.0000, 3.5000, 3.5000]]])"],
});

/** {@link interpolate} in the mode `"nearest"`; it warns. */
export const upsample_nearest = op(
  "nn.functional::upsample_nearest(Tensor input, int[]? size=None, float[]? scale_factor=None) -> Tensor",
)({
  composite: (input, size, scale_factor) => {
    deprecated("upsample_nearest");
    return interpolate(input, size, scale_factor, "nearest");
  },
  samples: [{ input: [1, 2, 3], scale_factor: 2 }],
  example: [
    "nn.functional.upsample_nearest(torch.tensor([[[1, 3.5]]]), 4)",
    "tensor([[[1.0000, 1.0000, 3.5000, 3.5000]]])",
  ],
});

/** {@link interpolate} in the mode `"bilinear"` with aligned corners; it warns. */
export const upsample_bilinear = op(
  "nn.functional::upsample_bilinear(Tensor input, int[]? size=None, float[]? scale_factor=None) -> Tensor",
)({
  composite: (input, size, scale_factor) => {
    deprecated("upsample_bilinear");
    return interpolate(input, size, scale_factor, "bilinear", true);
  },
  samples: [{ input: [1, 1, 2, 3], scale_factor: 2 }],
  example: [
    "nn.functional.upsample_bilinear(torch.tensor([[[[1, 3.5]]]]), [1, 3])",
    "tensor([[[[1.0000, 2.2500, 3.5000]]]])",
  ],
});
