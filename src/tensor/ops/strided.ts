import { RuntimeError } from "../../python/errors.js";
import { Geometry } from "../geometry.js";
import { map2 } from "../kernels/map.js";
import { op } from "../op.js";
import { type Shape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

/** The memory of `self`, read by another geometry. */
const alias = (self: Tensor, { shape, strides, offset }: Geometry): Tensor => self.aliased(shape, strides, offset);

/** The gradient of a view: `g` where the view reads a tensor of `shape`, zeros elsewhere. */
function scattered(g: Tensor, shape: Shape, view: (base: Geometry) => Geometry): Tensor {
  const base = Geometry.rows(shape);
  return g._restride(view(base), base);
}

/**
 * Lays the elements out in zeroed memory by the geometry `from`, adding those that meet, and reads the memory by the
 * geometry `to`. With S the matrix that lays out and T the one for `to` this is T^T S; its transpose, S^T T, is the same
 * with the geometries exchanged. All gradients of views are instances.
 */
export const _restride = op("Tensor::_restride(Tensor self, Geometry from, Geometry to) -> Tensor")({
  forward: (self, from, to) => {
    const memory = Tensor.empty([Math.max(from.extent, to.extent)], self.dtype);
    const layout = { ...from, data: memory.storage.data };
    map2((sum, x) => sum + x, from.shape, layout, layout, self.operand());
    const result = new Tensor(memory.storage, self.dtype, to.shape, to.strides, to.offset);
    return to.isRows && to.extent === memory.numel() ? result : result.copied();
  },
  derivatives: { self: (g, { from, to }) => g._restride(to, from) },
  samples: [
    { self: [2, 2], from: new Geometry([2, 2], [1, 1], 1), to: Geometry.rows([5]) },
    { self: [3], from: Geometry.rows([3]), to: new Geometry([2, 3], [0, 1]) },
  ],
  example: ["torch.tensor([1, 2]).diag_embed()", "tensor([[1, 0],\n        [0, 2]])"],
});

/**
 * The memory of a tensor with the geometry `base`, read by the geometry `view`. The offsets count from a common origin,
 * wherever in memory the base begins.
 */
export const _as_strided = op("Tensor::_as_strided(Tensor self, Geometry base, Geometry view) -> Tensor")({
  view: true,
  forward: (self, base, { shape, strides, offset }) => self.aliased(shape, strides, self.offset + offset - base.offset),
  derivatives: {
    self: (g, { base, view }) => {
      const grad = g._restride(view, base);
      if (!base.mayOverlap) return grad;
      // elements of the base that are one and the same share their gradient
      const copies = Tensor.empty(base.shape, g.dtype).fill_(1)._restride(base, base);
      return grad.div(copies);
    },
  },
  // more than one element would lie elsewhere in other layouts
  samples: [{ self: [1], base: Geometry.rows([1]), view: new Geometry([2, 3], [0, 0]) }],
  example: ["torch.arange(4).as_strided([2], [2], 1)", "tensor([1, 3])"],
});

/**
 * The tensor's memory read with sizes, strides and offset of one's choice. Elements may be read several times; their
 * gradients add up.
 *
 * @throws RuntimeError if memory beyond the tensor's storage would be read
 */
export const as_strided = op("as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor")({
  view: true,
  composite: (self, size, stride, storage_offset) => {
    const view = new Geometry([size].flat(), [stride].flat(), storage_offset ?? self.offset);
    checkGeometry(self, view);
    return self._as_strided(Geometry.of(self), view);
  },
  // more than one element would lie elsewhere in other layouts
  samples: [{ self: [1], size: [2, 3], stride: [0, 0] }],
  example: ["torch.arange(5).as_strided([2, 3], [2, 1])", "tensor([[0, 1, 2],\n        [2, 3, 4]])"],
});

function checkGeometry(self: Tensor, view: Geometry): void {
  const { shape, strides, offset } = view;
  if (shape.length !== strides.length) throw new RuntimeError("mismatch in length of strides and shape");
  if (strides.some((s) => s < 0)) {
    throw new RuntimeError(
      `as_strided: Negative strides are not supported at the moment, got strides: ${showShape(strides)}`,
    );
  }
  if (shape.some((size) => size < 0)) {
    throw new RuntimeError(
      `Storage size calculation overflowed with sizes=${showShape(shape)} and strides=${showShape(strides)}`,
    );
  }
  if (offset < 0) throw new RuntimeError(`Tensor: invalid storage offset ${offset}`);
  if (view.extent > self.storage.length) {
    const { itemsize } = self.dtype;
    throw new RuntimeError(
      `setStorage: sizes ${showShape(shape)}, strides ${showShape(strides)}, storage offset ${offset}, and itemsize ${itemsize} requiring a storage size of ${view.extent * itemsize} are out of bounds for storage of size ${self.storage.length * itemsize}`,
      `The last element would be number ${view.extent - 1} of ${self.storage.length} (counted from 0).`,
    );
  }
}

/** Position `index` of dimension `dim`; the dimension goes. A negative index counts from the end. */
export const select = op("select(Tensor self, int dim, int index) -> Tensor")({
  view: true,
  forward: (self, dim, index) => alias(self, Geometry.of(self).select(dim, index)),
  derivatives: {
    self: ["self_shape", (g, { self_shape, dim, index }) => scattered(g, self_shape, (x) => x.select(dim, index))],
  },
  samples: [
    { self: [3], dim: 0, index: 1 },
    { self: [2, 3], dim: -1, index: -1 },
    { self: [2, 3, 2], dim: 1, index: 0 },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).select(1, 0)", "tensor([1, 3])"],
});

/** Every `step`-th position of dimension `dim` from `start` to before `end`: `x[start:end:step]`. */
export const _slice = op(
  "Tensor::_slice(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor",
)({
  view: true,
  forward: (self, dim, start, end, step) => alias(self, Geometry.of(self).slice(dim, start, end, step)),
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, dim, start, end, step }) => scattered(g, self_shape, (x) => x.slice(dim, start, end, step)),
    ],
  },
  samples: [
    { self: [5], start: 1, end: -1 },
    { self: [2, 5], dim: 1, step: 2 },
    { self: [4, 2, 3], dim: -3, start: -2 },
    { self: [4], start: 3, end: 1 },
  ],
  example: ["torch.arange(6)._slice(0, 1, null, 2)", "tensor([1, 3, 5])"],
});

/** The diagonal of the matrices in dimensions `dim1` and `dim2`, as the last dimension; `offset` > 0 is above the main one. */
export const diagonal = op("diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor")({
  view: true,
  forward: (self, offset, dim1, dim2) => alias(self, Geometry.of(self).diagonal(offset, dim1, dim2)),
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, offset, dim1, dim2 }) => scattered(g, self_shape, (x) => x.diagonal(offset, dim1, dim2)),
    ],
  },
  samples: [{ self: [3, 3] }, { self: [2, 4], offset: 1 }, { self: [2, 3, 4], offset: -1, dim1: -1, dim2: 0 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).diagonal()", "tensor([1, 4])"],
});

/** The windows of `size` neighbours along `dimension`, `step` apart; the elements of a window are the last dimension. */
export const unfold = op("Tensor::unfold(Tensor self, int dimension, int size, int step) -> Tensor")({
  view: true,
  forward: (self, dimension, size, step) => alias(self, Geometry.of(self).unfold(dimension, size, step)),
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, dimension, size, step }) => scattered(g, self_shape, (x) => x.unfold(dimension, size, step)),
    ],
  },
  samples: [
    { self: [5], dimension: 0, size: 3, step: 1 },
    { self: [2, 5], dimension: -1, size: 2, step: 2 },
  ],
  example: ["torch.arange(4).unfold(0, 2, 1)", "tensor([[0, 1],\n        [1, 2],\n        [2, 3]])"],
});

/** {@link diagonal} in memory of its own. */
export const diagonal_copy = op("diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor")({
  forward: (self, offset, dim1, dim2) => self.diagonal(offset, dim1, dim2).copied(),
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, offset, dim1, dim2 }) => scattered(g, self_shape, (x) => x.diagonal(offset, dim1, dim2)),
    ],
  },
  nodeName: "DiagonalBackward0_copy",
  samples: [{ self: [3, 4], offset: 1 }],
  example: ["torch.diagonal_copy(torch.tensor([[1, 2], [3, 4]]))", "tensor([1, 4])"],
});

/** Matrices, in dimensions `dim1` and `dim2`, that have the last dimension on their diagonal and are 0 elsewhere. */
export const diag_embed = op("diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor")({
  forward: (self, offset, dim1, dim2) => {
    const ndim = self.ndim + 1;
    const [a, b] = [wrapDim(dim1, ndim), wrapDim(dim2, ndim)];
    if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const side = self.shape[self.ndim - 1] + Math.abs(offset);
    const shape = self.shape.slice(0, -1);
    for (const d of [a, b].sort((x, y) => x - y)) shape.splice(d, 0, side);
    return scattered(self, shape, (x) => x.diagonal(offset, dim1, dim2));
  },
  derivatives: { self: (g, { offset, dim1, dim2 }) => g.diagonal(offset, dim1, dim2) },
  samples: [{ self: [3] }, { self: [2, 3], offset: -1 }, { self: [2, 2], dim1: 0, dim2: 2 }],
  example: ["torch.tensor([1, 2]).diag_embed()", "tensor([[1, 0],\n        [0, 2]])"],
});

/** Of a matrix its diagonal, copied; of a vector the matrix that has it on its diagonal. */
export const diag = op("diag(Tensor self, int diagonal=0) -> Tensor")({
  composite: (self, diagonal) => {
    if (self.ndim === 1) return self.diag_embed(diagonal);
    if (self.ndim === 2) return self.diagonal_copy(diagonal);
    throw new RuntimeError(`diag(): Supports 1D or 2D tensors. Got ${self.ndim}D`);
  },
  samples: [{ self: [3] }, { self: [2, 3], diagonal: 1 }],
  example: ["torch.tensor([1, 2]).diag()", "tensor([[1, 0],\n        [0, 2]])"],
});
