import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { poolSettings } from "../pooling_checks.js";
import { numelOf, type Shape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { _put_places } from "./max_pooling.js";

type Sizes = number | Shape;

/** The sizes of the output: what pooling would have begun with, or the given ones where they pool to the same. */
function unpooledSizes(input: Tensor, kernel: Shape, stride: Shape, padding: Shape, output_size: Shape | null): Shape {
  const dims = kernel.length;
  const spatial = input.shape.slice(-dims);
  const usual = spatial.map((n, d) => (n - 1) * stride[d] + kernel[d] - 2 * padding[d]);
  if (output_size === null) return usual;
  const given = output_size.length === dims + 2 ? output_size.slice(2) : output_size;
  if (given.length !== dims) {
    throw new ValueError(
      `output_size should be a sequence containing ${dims} or ${dims + 2} elements, but it has a length of '${output_size.length}'`,
    );
  }
  given.forEach((n, d) => {
    const [low, high] = [usual[d] - stride[d], usual[d] + stride[d]];
    if (low < n && n < high) return;
    throw new ValueError(
      `invalid output_size "${pythonRepr([...given])}" (dim ${d} must be between ${low} and ${high})`,
    );
  });
  return given;
}

/** Puts elements where `indices` says; sequences count as images of one column. */
function unpool(input: Tensor, indices: Tensor, sizes: Shape): Tensor {
  const dims = sizes.length;
  const name = `max_unpooling${dims}d`;
  if (indices.dtype !== int64) {
    const but = dims === 3 ? "" : ` but got: ${indices.dtype.scalarName}`;
    throw new RuntimeError(`elements in indices should be type int64${but}`);
  }
  if (input.ndim !== dims + 1 && input.ndim !== dims + 2) {
    throw new RuntimeError(
      `Input to ${name} should be a ${dims + 1}d or ${dims + 2}d Tensor, but got a tensor with ${input.ndim} dimensions.`,
    );
  }
  if (showShape(input.shape) !== showShape(indices.shape)) {
    throw new RuntimeError(
      `Expected shape of indices to be same as that of the input tensor (${showShape(input.shape)}) but got indices tensor with shape: ${showShape(indices.shape)}`,
    );
  }
  const batch = input.ndim === dims + 2 ? 1 : 0;
  const empty = input.shape.findIndex((n, d) => n === 0 && d >= batch);
  if (empty >= 0) {
    throw new RuntimeError(
      `${name}_forward_out_cpu(): Expected input to have non-zero size for non-batch dimensions, but got ${showShape(input.shape)} with dimension ${empty} being empty.`,
    );
  }
  const limit = numelOf(sizes);
  const bad = Array.from(indices.toTypedArray()).findLast((at) => at < 0 || at >= limit);
  if (bad !== undefined) {
    throw new RuntimeError(
      `Found an invalid max index: ${bad} (output volumes are of size ${sizes.join("x")})`,
      "Give max_unpool the output_size, the sizes before pooling, where they did not divide evenly.",
    );
  }
  return _put_places(input, indices, [...sizes]);
}

function maxUnpool(
  dims: number,
  input: Tensor,
  indices: Tensor,
  kernel_size: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  output_size: Sizes | null,
): Tensor {
  const s = poolSettings(`max_unpool${dims}d`, dims, kernel_size, stride, padding, 1, false);
  const sizes = unpooledSizes(input, s.kernel, s.stride, s.padding, output_size === null ? null : [output_size].flat());
  if (dims > 1) return unpool(input, indices, sizes);
  return unpool(input.unsqueeze(-1), indices.unsqueeze(-1), [...sizes, 1]).squeeze(-1);
}

/**
 * Undoes {@link max_pool1d} as far as can be: the elements return to the places that it reported, the rest is 0.
 * `output_size` gives the length where several pool to the same one.
 */
export const max_unpool1d = op(
  "nn.functional::max_unpool1d(Tensor input, Tensor indices, int[] kernel_size, int[]? stride=None, int[] padding=0, int[]? output_size=None) -> Tensor",
)({
  composite: (...args) => maxUnpool(1, ...args),
  samples: [{ input: [1, 3], indices: { int: [[1, 2, 4]] }, kernel_size: 2 }],
  example: ["nn.functional.max_unpool1d(torch.tensor([[5, 6]]), torch.tensor([[1, 2]]), 2)", "tensor([[0, 5, 6, 0]])"],
});

/** {@link max_unpool1d} of images [N, C, H, W] or [C, H, W]. */
export const max_unpool2d = op(
  "nn.functional::max_unpool2d(Tensor input, Tensor indices, int[] kernel_size, int[]? stride=None, int[] padding=0, int[]? output_size=None) -> Tensor",
)({
  composite: (...args) => maxUnpool(2, ...args),
  samples: [{ input: [1, 1, 2], indices: { int: [[[1, 5]]] }, kernel_size: 2, output_size: [3, 4] }],
  example: [
    "nn.functional.max_unpool2d(torch.tensor([[[5]]]), torch.tensor([[[2]]]), 2)",
    "tensor([[[0, 0],\n         [5, 0]]])",
  ],
});

/** {@link max_unpool1d} of volumes [N, C, D, H, W] or [C, D, H, W]. */
export const max_unpool3d = op(
  "nn.functional::max_unpool3d(Tensor input, Tensor indices, int[] kernel_size, int[]? stride=None, int[] padding=0, int[]? output_size=None) -> Tensor",
)({
  composite: (...args) => maxUnpool(3, ...args),
  samples: [{ input: [1, 1, 1, 2], indices: { int: [[[[3, 12]]]] }, kernel_size: 2 }],
  example: [
    "nn.functional.max_unpool3d(torch.tensor([[[[5]]]]), torch.tensor([[[[1]]]]), [1, 1, 2])",
    "tensor([[[[0, 5]]]])",
  ],
});
