import { NotImplementedError, RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { warn } from "../../python/warnings.js";
import { linspace } from "../creation.js";
import { type Outside, sampleGrid } from "../grid_sampling.js";
import { op } from "../op.js";
import { showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

const INTERPOLATIONS = ["bilinear", "nearest", "bicubic"];
const OUTSIDES: readonly Outside[] = ["zeros", "border", "reflection"];

/** Throws, in PyTorch's words, unless the grid fits the input. */
function checkGrid(input: Tensor, grid: Tensor, interpolation_mode: number): void {
  const sizes = `input with sizes ${showShape(input.shape)} and grid with sizes ${showShape(grid.shape)}`;
  if (input.shape[0] !== grid.shape[0]) {
    throw new RuntimeError(`grid_sampler(): expected grid and input to have same batch size, but got ${sizes}`);
  }
  const dims = input.ndim - 2;
  if (grid.shape.at(-1) !== dims) {
    throw new RuntimeError(
      `grid_sampler(): expected grid to have size ${dims} in last dimension, but got grid with sizes ${showShape(grid.shape)}`,
    );
  }
  const empty = input.shape.findIndex((n, d) => d >= 2 && n === 0);
  if (empty >= 0) {
    throw new RuntimeError(
      `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${showShape(input.shape)} with dimension ${empty} being empty`,
    );
  }
  if ((dims !== 2 && dims !== 3) || grid.ndim !== input.ndim) {
    throw new RuntimeError(
      `grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got ${sizes}`,
    );
  }
  if (dims === 3 && interpolation_mode === 2) {
    throw new RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input");
  }
  if (input.dtype !== grid.dtype) {
    throw new RuntimeError(`expected scalar type ${input.dtype.scalarName} but found ${grid.dtype.scalarName}`);
  }
  if (!input.dtype.is_floating_point) {
    const kernel = `grid_sampler_${dims}d_cpu${dims === 2 ? "_kernel_impl" : ""}`;
    throw new NotImplementedError(`"${kernel}" not implemented for '${input.dtype.scalarName}'`);
  }
}

/** {@link grid_sample} with its modes as numbers: 0 bilinear, 1 nearest, 2 bicubic; 0 zeros, 1 border, 2 reflection. */
export const grid_sampler = op(
  "grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor",
)({
  composite: (input, grid, interpolation_mode, padding_mode, align_corners) => {
    checkGrid(input, grid, interpolation_mode);
    return sampleGrid(input, grid, INTERPOLATIONS[interpolation_mode], OUTSIDES[padding_mode], align_corners);
  },
  domain: { grid: [-1.4, 1.4] },
  samples: [
    { input: [1, 2, 3, 4], grid: [1, 1, 2, 2], interpolation_mode: 0, padding_mode: 0, align_corners: false },
    { input: [2, 1, 3, 3], grid: [2, 1, 2, 2], interpolation_mode: 2, padding_mode: 0, align_corners: true },
    { input: [1, 1, 2, 3, 2], grid: [1, 1, 1, 2, 3], interpolation_mode: 0, padding_mode: 2, align_corners: true },
  ],
  example: [
    "torch.grid_sampler(torch.tensor([[[[1, 3.5]]]]), torch.zeros(1, 1, 1, 2), 0, 0, true)",
    "tensor([[[[2.2500]]]])",
  ],
});

/** {@link grid_sampler} of images. */
export const grid_sampler_2d = op(
  "grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor",
)({
  composite: (...args) => grid_sampler(...args),
  domain: { grid: [-1.4, 1.4] },
  samples: [{ input: [1, 1, 3, 4], grid: [1, 2, 1, 2], interpolation_mode: 2, padding_mode: 2, align_corners: false }],
  example: [
    "torch.grid_sampler_2d(torch.tensor([[[[1, 3.5]]]]), torch.zeros(1, 1, 1, 2), 0, 0, true)",
    "tensor([[[[2.2500]]]])",
  ],
});

/** {@link grid_sampler} of volumes. */
export const grid_sampler_3d = op(
  "grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor",
)({
  composite: (...args) => grid_sampler(...args),
  domain: { grid: [-1.4, 1.4] },
  samples: [
    { input: [1, 1, 2, 2, 3], grid: [1, 1, 1, 2, 3], interpolation_mode: 0, padding_mode: 1, align_corners: false },
  ],
  example: [
    "torch.grid_sampler_3d(torch.tensor([[[[[1, 3.5]]]]]), torch.zeros(1, 1, 1, 1, 3), 0, 0, true)",
    "tensor([[[[[2.2500]]]]])",
  ],
});

/** What both functions say where `align_corners` is left out. */
function aligned(align_corners: boolean | null): boolean {
  if (align_corners === null) {
    warn(
      "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for details.",
    );
  }
  return align_corners ?? false;
}

/**
 * Samples of images [N, C, H, W] at the places of a grid [N, H_out, W_out, 2], each (x, y) on [-1, 1] across the image:
 * [N, C, H_out, W_out]; volumes likewise with (x, y, z).
 *
 * @param mode `"bilinear"`, `"nearest"`, or `"bicubic"` (images)
 * @param padding_mode what is seen outside: `"zeros"`, the `"border"`, or its `"reflection"`
 * @param align_corners -1 and 1 are the centres of the outermost elements, not their edges (the default)
 */
export const grid_sample = op(
  "nn.functional::grid_sample(Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', bool? align_corners=None) -> Tensor",
)({
  composite: (input, grid, mode, padding_mode, align_corners) => {
    if (!INTERPOLATIONS.includes(mode)) {
      throw new ValueError(
        `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
      );
    }
    const outside = OUTSIDES.indexOf(padding_mode as Outside);
    if (outside < 0) {
      throw new ValueError(
        `nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '${padding_mode}'`,
      );
    }
    return grid_sampler(input, grid, INTERPOLATIONS.indexOf(mode), outside, aligned(align_corners));
  },
  domain: { grid: [-1.4, 1.4] },
  samples: [
    { input: [1, 2, 3, 4], grid: [1, 2, 1, 2], mode: "bilinear", padding_mode: "border", align_corners: true },
    { input: [1, 2, 3, 4], grid: [1, 1, 3, 2], mode: "nearest", padding_mode: "reflection", align_corners: false },
  ],
  example: [
    "nn.functional.grid_sample(torch.tensor([[[[1, 3.5]]]]), torch.zeros(1, 1, 1, 2), { align_corners: true })",
    "tensor([[[[2.2500]]]])",
  ],
});

// Grids

/** The places of `count` elements on [-1, 1]: their centres, the outermost on -1 and 1 with `align_corners`. */
function places(count: number, align_corners: boolean, like: Tensor): Tensor {
  if (count <= 1) return like.new_zeros([count]);
  const steps = linspace(-1, 1, count, { dtype: like.dtype });
  return align_corners ? steps : steps.mul(count - 1).div(count);
}

/** {@link affine_grid} without its checks. */
export const affine_grid_generator = op(
  "affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor",
)({
  composite: (theta, size, align_corners) => {
    const [n, , ...sizes] = [size].flat();
    const dims = sizes.length;
    const rows = theta.new_ones([...sizes, dims + 1]);
    sizes.forEach((count, d) => {
      const along = places(count, align_corners, theta);
      rows.select(dims, dims - 1 - d).copy_(along.view(sizes.map((_, k) => (k === d ? count : 1))));
    });
    const points = rows.view([1, -1, dims + 1]).expand([n, -1, dims + 1]);
    return points.bmm(theta.transpose(1, 2)).view([n, ...sizes, dims]);
  },
  samples: [
    { theta: [2, 2, 3], size: [2, 1, 2, 3], align_corners: true },
    { theta: [1, 3, 4], size: [1, 1, 2, 1, 3], align_corners: false },
  ],
  example: [
    "torch.affine_grid_generator(torch.eye(3).index([':2']).unsqueeze(0), [1, 1, 1, 2], true)",
    "tensor([[[[-1.,  0.],\n          [ 1.,  0.]]]])",
  ],
});

/**
 * The grid that {@link grid_sample} wants for an affine map of images of `size` [N, C, H, W]: theta [N, 2, 3] takes the
 * places of the output to those of the input: [N, H, W, 2]. Volumes [N, C, D, H, W] have a theta [N, 3, 4].
 */
export const affine_grid = op(
  "nn.functional::affine_grid(Tensor theta, int[] size, bool? align_corners=None) -> Tensor",
)({
  composite: (theta, size, align_corners) => {
    const sizes = [size].flat();
    const shown = pythonRepr(sizes);
    const align = aligned(align_corners);
    if (!theta.dtype.is_floating_point) {
      throw new ValueError(`Expected theta to have floating point type, but got ${theta.dtype}`);
    }
    const dims = sizes.length - 2;
    if (dims !== 2 && dims !== 3) {
      throw new NotImplementedError(
        `affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size ${shown}.`,
      );
    }
    if (theta.ndim !== 3 || theta.shape[1] !== dims || theta.shape[2] !== dims + 1) {
      throw new ValueError(
        `Expected a batch of ${dims}D affine matrices of shape Nx${dims}x${dims + 1} for size ${shown}. Got torch.Size(${showShape(theta.shape)}).`,
      );
    }
    if (align && Math.min(...sizes.slice(2)) === 1) {
      warn(
        "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This is not an intended use case of affine_grid. See the documentation of affine_grid for details.",
      );
    } else if (Math.min(...sizes) <= 0) {
      throw new ValueError(`Expected non-zero, positive output size. Got ${shown}`);
    }
    return affine_grid_generator(theta, sizes, align);
  },
  samples: [{ theta: [1, 2, 3], size: [1, 1, 2, 3], align_corners: false }],
  example: [
    "nn.functional.affine_grid(torch.eye(3).index([':2']).unsqueeze(0), [1, 1, 1, 2], false)",
    "tensor([[[[-0.5000,  0.0000],\n          [ 0.5000,  0.0000]]]])",
  ],
});
