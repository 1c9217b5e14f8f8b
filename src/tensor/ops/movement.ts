import { is_grad_enabled } from "../../autograd/grad_mode.js";
import { RuntimeError } from "../../python/errors.js";
import { op } from "../op.js";
import { summedTo } from "../reduction.js";
import {
  broadcastStrides,
  expandsTo,
  inferShape,
  type Shape,
  showShape,
  viewStrides,
  wrapDim,
  wrapDims,
} from "../shape.js";
import { Version } from "../storage.js";
import { Tensor } from "../tensor.js";

// New sizes for the same elements in the same order

/**
 * The same memory with another shape; one size may be -1 and is inferred.
 *
 * @throws RuntimeError if the memory lies so that only a copy could have the shape
 */
export const view = op("Tensor::view(Tensor self, int... size) -> Tensor")({
  view: true,
  forward: (self, size) => {
    const shape = inferShape(size, self.numel());
    const strides = viewStrides(self.shape, self.strides, shape);
    if (strides) return self.aliased(shape, strides, self.offset);
    throw new RuntimeError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
      `The tensor has the shape ${showShape(self.shape)} with strides ${showShape(self.strides)}; ${showShape(shape)} would need a copy, which reshape() makes.`,
    );
  },
  derivatives: { self: ["self_shape", (g, { self_shape }) => g.reshape(self_shape)] },
  samples: [
    { self: [2, 3], size: [6] },
    { self: [4, 3], size: [2, -1, 3] },
    { self: [], size: [1, 1] },
    { self: [0, 3], size: [3, 0] },
  ],
  example: ["torch.arange(4).view(2, -1)", "tensor([[0, 1],\n        [2, 3]])"],
});

/** The elements in the order and with the shape given: a view if the memory allows it, else a copy. */
export const reshape = op("reshape(Tensor self, int... shape) -> Tensor")({
  composite: (self, size) => {
    const shape = inferShape(size, self.numel());
    return viewStrides(self.shape, self.strides, shape) ? self.view(shape) : self.clone()._unsafe_view(shape);
  },
  samples: [
    { self: [2, 3], shape: [-1] },
    { self: [2, 3, 2], shape: [3, 4] },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).t().reshape(4)", "tensor([1, 3, 2, 4])"],
});

/** A view that nobody needs to know as such, of a tensor that is not used otherwise. */
export const _unsafe_view = op("_unsafe_view(Tensor self, int[] size) -> Tensor")({
  forward: (self, size) => {
    const shape = inferShape([size].flat(), self.numel());
    const strides = viewStrides(self.shape, self.strides, shape)!;
    return new Tensor(self.storage, self.dtype, shape, strides, self.offset, new Version());
  },
  derivatives: { self: ["self_shape", (g, { self_shape }) => g.reshape(self_shape)] },
  samples: [{ self: [2, 3], size: [6] }],
  example: ["torch._unsafe_view(torch.arange(4), [2, 2])", "tensor([[0, 1],\n        [2, 3]])"],
});

/** {@link view} with the shape of `other`. */
export const view_as = op("Tensor::view_as(Tensor self, Tensor other) -> Tensor")({
  view: true,
  composite: (self, other) => self.view(other.shape),
  samples: [{ self: [2, 3], other: [6] }],
  example: ["torch.arange(2).view_as(torch.ones(2, 1))", "tensor([[0],\n        [1]])"],
});

/** {@link reshape} to the shape of `other`. */
export const reshape_as = op("Tensor::reshape_as(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => self.reshape(other.shape),
  samples: [{ self: [2, 3], other: [3, 2] }],
  example: ["torch.arange(2).reshape_as(torch.ones(2, 1))", "tensor([[0],\n        [1]])"],
});

/** The dimensions from `start_dim` to `end_dim` made one; a 0-d tensor gets one dimension. */
export const flatten = op("flatten(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor")({
  composite: (self, start_dim, end_dim) => {
    const [start, end] = [wrapDim(start_dim, self.ndim), wrapDim(end_dim, self.ndim)];
    if (start > end) throw new RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim");
    if (self.ndim === 0) return self.reshape(1);
    if (start === end) return self;
    const merged = self.shape.slice(start, end + 1).reduce((n, size) => n * size, 1);
    return self.reshape(self.shape.toSpliced(start, end - start + 1, merged));
  },
  samples: [{ self: [2, 3] }, { self: [2, 3, 2], start_dim: 1 }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).flatten()", "tensor([1, 2, 3, 4])"],
});

/** All elements in one dimension. */
export const ravel = op("ravel(Tensor self) -> Tensor")({
  composite: (self) => self.contiguous().view(-1),
  samples: [{ self: [2, 3] }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).ravel()", "tensor([1, 2, 3, 4])"],
});

/** Dimension `dim` divided into `sizes`, one of which may be -1. */
export const unflatten = op("unflatten(Tensor self, int dim, int[] sizes) -> Tensor")({
  view: true,
  composite: (self, dim, sizes) => {
    const d = wrapDim(dim, self.ndim);
    const parts = [sizes].flat();
    if (parts.length === 0) throw new RuntimeError("unflatten: sizes must be non-empty");
    const known = parts.reduce((n, size) => (size === -1 ? n : n * size), 1);
    const fits = parts.includes(-1) ? self.shape[d] % known === 0 : self.shape[d] === known;
    if (!fits) {
      throw new RuntimeError(
        `unflatten: Provided sizes ${showShape(parts)} don't multiply up to the size of dim ${d} (${self.shape[d]}) in the input tensor`,
      );
    }
    return self.view(self.shape.toSpliced(d, 1, ...inferShape(parts, self.shape[d])));
  },
  samples: [{ self: [2, 6], dim: 1, sizes: [2, -1] }],
  example: ["torch.arange(4).unflatten(0, [2, 2])", "tensor([[0, 1],\n        [2, 3]])"],
});

/** A new dimension of size 1 before dimension `dim`. */
export const unsqueeze = op("unsqueeze(Tensor self, int dim) -> Tensor")({
  view: true,
  forward: (self, dim) => {
    const d = wrapDim(dim, self.ndim + 1);
    const stride = d < self.ndim ? self.shape[d] * self.strides[d] : 1;
    return self.aliased(self.shape.toSpliced(d, 0, 1), self.strides.toSpliced(d, 0, stride), self.offset);
  },
  derivatives: { self: (g, { dim }) => g.squeeze(dim) },
  samples: [
    { self: [], dim: 0 },
    { self: [2, 3], dim: 1 },
    { self: [2, 3], dim: -1 },
  ],
  example: ["torch.tensor([1, 2]).unsqueeze(1)", "tensor([[1],\n        [2]])"],
});

/** The tensor without its dimensions of size 1. */
export const squeeze = op("squeeze(Tensor self) -> Tensor")({
  view: true,
  forward: (self) => squeezed(self, wrapDims(null, self.ndim)),
  derivatives: { self: ["self_shape", (g, { self_shape }) => g.view(self_shape)] },
  samples: [{ self: [1, 3, 1] }, { self: [2, 3] }],
  example: ["torch.tensor([[1, 2]]).squeeze()", "tensor([1, 2])"],
});

/** The tensor without dimension `dim`, if its size is 1. */
export const squeeze_dim = op("squeeze.dim(Tensor self, int dim) -> Tensor")({
  view: true,
  forward: (self, dim) => squeezed(self, wrapDims(dim, self.ndim)),
  derivatives: { self: ["self_shape", (g, { self_shape }) => g.view(self_shape)] },
  nodeName: "SqueezeBackward1",
  samples: [
    { self: [1, 3, 1], dim: -1 },
    { self: [2, 3], dim: 0 },
  ],
  example: ["torch.tensor([[1, 2]]).squeeze(0)", "tensor([1, 2])"],
});

/** The tensor without those of the dimensions `dim` that have size 1. */
export const squeeze_dims = op("squeeze.dims(Tensor self, int[] dim) -> Tensor")({
  view: true,
  forward: (self, dim) => squeezed(self, wrapDims(dim, self.ndim, false)),
  derivatives: { self: ["self_shape", (g, { self_shape }) => g.view(self_shape)] },
  nodeName: "SqueezeBackward2",
  samples: [{ self: [1, 3, 1, 2], dim: [0, -2, -1] }],
  example: ["torch.tensor([[[1], [2]]]).squeeze([0, 2])", "tensor([1, 2])"],
});

function squeezed(self: Tensor, dims: readonly number[]): Tensor {
  const stays = (_: number, d: number) => self.shape[d] !== 1 || !dims.includes(d);
  return self.aliased(self.shape.filter(stays), self.strides.filter(stays), self.offset);
}

// Stretched sizes

/** Sizes of 1 stretched without copying, new dimensions in front; -1 leaves a size as it is. */
export const expand = op("Tensor::expand(Tensor self, int... size) -> Tensor")({
  view: true,
  forward: (self, size) => {
    const shape = expandedShape(self, size);
    return self.aliased(shape, broadcastStrides(self.shape, self.strides, shape), self.offset);
  },
  derivatives: { self: (g) => g },
  samples: [
    { self: [3], size: [2, 3] },
    { self: [2, 1, 3], size: [-1, 4, -1] },
    { self: [], size: [2] },
    { self: [1], size: [0] },
  ],
  example: ["torch.tensor([[1], [2]]).expand(-1, 3)", "tensor([[1, 1, 1],\n        [2, 2, 2]])"],
});

function expandedShape({ shape, dtype }: Tensor, size: Shape): number[] {
  const lead = size.length - shape.length;
  if (lead < 0) {
    throw new RuntimeError(
      `expand(torch.${dtype.scalarName}Tensor{${showShape(shape)}}, size=${showShape(size)}): the number of sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${shape.length})`,
    );
  }
  return size.map((wanted, d) => {
    if (d < lead) {
      if (wanted >= 0) return wanted;
      throw new RuntimeError(
        `The expanded size of the tensor (${wanted}) isn't allowed in a leading, non-existing dimension ${d}`,
      );
    }
    const own = shape[d - lead];
    if (wanted === -1 || wanted === own || (own === 1 && wanted >= 0)) return wanted === -1 ? own : wanted;
    throw new RuntimeError(
      `The expanded size of the tensor (${wanted}) must match the existing size (${own}) at non-singleton dimension ${d}.  Target sizes: ${showShape(size)}.  Tensor sizes: ${showShape(shape)}`,
    );
  });
}

/** {@link expand} to the shape of `other`. */
export const expand_as = op("Tensor::expand_as(Tensor self, Tensor other) -> Tensor")({
  view: true,
  composite: (self, other) => self.expand(other.shape),
  samples: [{ self: [3], other: [2, 3] }],
  example: ["torch.tensor([1, 2]).expand_as(torch.ones(2, 2))", "tensor([[1, 2],\n        [1, 2]])"],
});

/** {@link expand} under NumPy's name. */
export const broadcast_to = op("broadcast_to(Tensor self, int... size) -> Tensor")({
  view: true,
  composite: (self, size) => self.expand(size),
  samples: [{ self: [3], size: [2, 3] }],
  example: ["torch.tensor([1, 2]).broadcast_to([2, 2])", "tensor([[1, 2],\n        [1, 2]])"],
});

/** The opposite of {@link expand}: sums over the dimensions along which a tensor of `size` would be stretched. */
export const sum_to_size = op("Tensor::sum_to_size(Tensor self, int... size) -> Tensor")({
  composite: (self, size) => {
    if (!expandsTo(size, self.shape)) {
      throw new RuntimeError(`size {${showShape(size)}} is not expandable to size {${showShape(self.shape)}}.`);
    }
    if (!is_grad_enabled() || !self.requires_grad) return summedTo(self, size);
    const lead = self.ndim - size.length;
    const stretched = self.shape.flatMap((n, d) => (d < lead || (size[d - lead] === 1 && n !== 1) ? [d] : []));
    const summed = stretched.length > 0 ? self.sum(stretched, true) : self;
    return lead > 0 ? summed.view(size) : summed;
  },
  samples: [
    { self: [2, 3], size: [3] },
    { self: [2, 3], size: [2, 1] },
    { self: [2, 3], size: [] },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).sum_to_size(2)", "tensor([4, 6])"],
});

// Dimensions in another order

/** The dimensions in the order `dims`. */
export const permute = op("permute(Tensor self, int... dims) -> Tensor")({
  view: true,
  forward: (self, dims) => {
    const order = permutation(dims, self.ndim);
    return self.aliased(
      order.map((d) => self.shape[d]),
      order.map((d) => self.strides[d]),
      self.offset,
    );
  },
  derivatives: {
    self: (g, { dims }) => {
      const order = permutation([dims].flat(), g.ndim);
      return g.permute(order.map((_, d) => order.indexOf(d)));
    },
  },
  samples: [
    { self: [2, 3], dims: [1, 0] },
    { self: [2, 3, 4], dims: [2, 0, -2] },
    { self: [], dims: [] },
  ],
  example: ["torch.zeros(2, 3, 5).permute(2, 0, 1).shape", "[ 5, 2, 3 ]"],
});

function permutation(dims: Shape, ndim: number): number[] {
  if (dims.length !== ndim) {
    throw new RuntimeError(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${ndim} is not equal to len(dims) = ${dims.length}`,
    );
  }
  const order = dims.map((d) => wrapDim(d, ndim));
  if (new Set(order).size < ndim) throw new RuntimeError("permute(): duplicate dims are not allowed.");
  return order;
}

/** Two dimensions exchanged. */
export const transpose = op("transpose(Tensor self, int dim0, int dim1) -> Tensor")({
  view: true,
  forward: (self, dim0, dim1) => exchanged(self, wrapDim(dim0, self.ndim), wrapDim(dim1, self.ndim)),
  derivatives: { self: (g, { dim0, dim1 }) => g.transpose(dim0, dim1) },
  samples: [
    { self: [2, 3], dim0: 0, dim1: 1 },
    { self: [2, 3, 4], dim0: -1, dim1: 0 },
    { self: [], dim0: 0, dim1: -1 },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).transpose(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

function exchanged(self: Tensor, a: number, b: number): Tensor {
  if (a === b) return self.aliased(self.shape, self.strides, self.offset);
  const swap = (list: Shape) => list.with(a, list[b]).with(b, list[a]);
  return self.aliased(swap(self.shape), swap(self.strides), self.offset);
}

/** {@link transpose} under NumPy's name. */
export const swapaxes = op("swapaxes(Tensor self, int axis0, int axis1) -> Tensor")({
  view: true,
  composite: (self, axis0, axis1) => self.transpose(axis0, axis1),
  samples: [{ self: [2, 3], axis0: 0, axis1: 1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).swapaxes(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

/** {@link transpose} under another name. */
export const swapdims = op("swapdims(Tensor self, int dim0, int dim1) -> Tensor")({
  view: true,
  composite: (self, dim0, dim1) => self.transpose(dim0, dim1),
  samples: [{ self: [2, 3], dim0: 0, dim1: 1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).swapdims(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

/** The transposed matrix; fewer dimensions stay as they are. */
export const t = op("t(Tensor self) -> Tensor")({
  view: true,
  forward: (self) => {
    if (self.ndim > 2) throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${self.ndim}D`);
    return exchanged(self, 0, Math.max(self.ndim - 1, 0));
  },
  derivatives: { self: (g) => g.t() },
  samples: [{ self: [2, 3] }, { self: [3] }, { self: [] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).t()", "tensor([[1, 3],\n        [2, 4]])"],
});

/** The dimensions `source` moved to the places `destination`; the others keep their order. */
export const movedim = op("movedim(Tensor self, int[] source, int[] destination) -> Tensor")({
  view: true,
  composite: (self, source, destination) => self.permute(moved([source].flat(), [destination].flat(), self.ndim)),
  samples: [
    { self: [2, 3, 4], source: 0, destination: -1 },
    { self: [2, 3, 4], source: [0, 1], destination: [1, 2] },
  ],
  example: ["torch.zeros(2, 3, 5).movedim(0, 2).shape", "[ 3, 5, 2 ]"],
});

function moved(source: Shape, destination: Shape, ndim: number): number[] {
  if (source.length !== destination.length) {
    throw new RuntimeError(
      `movedim: Invalid source or destination dims: source (${showShape(source)} dims) should contain the same number of dims as destination (${showShape(destination)} dims)`,
    );
  }
  const from = source.map((d) => wrapDim(d, ndim));
  const to = destination.map((d) => wrapDim(d, ndim));
  const unique = (dims: Shape) => new Set(dims).size === dims.length;
  if (!unique(from)) throw new RuntimeError(`movedim: repeated dim in \`source\` (${showShape(source)})`);
  if (!unique(to)) throw new RuntimeError(`movedim: repeated dim in \`destination\` (${showShape(destination)})`);
  const rest = wrapDims(null, ndim).filter((d) => !from.includes(d));
  return Array.from({ length: ndim }, (_, d) => (to.includes(d) ? from[to.indexOf(d)] : rest.shift()!));
}

/** {@link movedim} under NumPy's name. */
export const moveaxis = op("moveaxis(Tensor self, int[] source, int[] destination) -> Tensor")({
  view: true,
  composite: (self, source, destination) => self.movedim(source, destination),
  samples: [{ self: [2, 3, 4], source: 0, destination: -1 }],
  example: ["torch.zeros(2, 3, 5).moveaxis(0, 2).shape", "[ 3, 5, 2 ]"],
});
