import { RuntimeError } from "../../python/errors.js";
import { Geometry } from "../geometry.js";
import { type Op, type OpInfo, op, type Spec } from "../op.js";
import { type Shape, sameShape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { _alias } from "./indexing.js";
import { expand, permute, squeeze, squeeze_dim, squeeze_dims, t, transpose, unsqueeze, view } from "./movement.js";
import { chunk, narrow, split, split_with_sizes, unbind } from "./slicing.js";
import { _slice, as_strided, select, unfold } from "./strided.js";

// NAME_copy: what the view NAME reads, in memory of its own

function copyOf<const S extends string>(text: S, { info }: { readonly info: OpInfo }): Op<S> {
  const composite = (...args: readonly unknown[]) => {
    const result = info.call(args) as Tensor | Tensor[];
    return result instanceof Tensor ? result.clone() : result.map((part) => part.clone());
  };
  return op(text)({
    composite,
    get samples() {
      return info.spec.samples;
    },
    get example() {
      return info.spec.example;
    },
  } as unknown as Spec<S>);
}

/** The whole tensor. */
export const alias_copy = copyOf("alias_copy(Tensor self) -> Tensor", _alias);
export const detach_copy = op("detach_copy(Tensor self) -> Tensor")({
  composite: (self) => self.detach().clone(),
  samples: [{ self: { int: [1, 2] } }],
  example: ["torch.detach_copy(torch.tensor([1, 2]))", "tensor([1, 2])"],
});
export const view_copy = copyOf("view_copy(Tensor self, int... size) -> Tensor", view);
export const expand_copy = copyOf("expand_copy(Tensor self, int... size) -> Tensor", expand);
export const permute_copy = copyOf("permute_copy(Tensor self, int... dims) -> Tensor", permute);
export const transpose_copy = copyOf("transpose_copy(Tensor self, int dim0, int dim1) -> Tensor", transpose);
export const t_copy = copyOf("t_copy(Tensor self) -> Tensor", t);
export const squeeze_copy = copyOf("squeeze_copy(Tensor self) -> Tensor", squeeze);
export const squeeze_copy_dim = copyOf("squeeze_copy.dim(Tensor self, int dim) -> Tensor", squeeze_dim);
export const squeeze_copy_dims = copyOf("squeeze_copy.dims(Tensor self, int[] dim) -> Tensor", squeeze_dims);
export const unsqueeze_copy = copyOf("unsqueeze_copy(Tensor self, int dim) -> Tensor", unsqueeze);
export const select_copy = copyOf("select_copy(Tensor self, int dim, int index) -> Tensor", select);
export const slice_copy = copyOf(
  "slice_copy(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor",
  _slice,
);
export const narrow_copy = copyOf("narrow_copy(Tensor self, int dim, int start, int length) -> Tensor", narrow);
export const unfold_copy = copyOf("unfold_copy(Tensor self, int dimension, int size, int step) -> Tensor", unfold);
export const as_strided_copy = copyOf(
  "as_strided_copy(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
  as_strided,
);
export const unbind_copy = copyOf("unbind_copy(Tensor self, int dim=0) -> Tensor[]", unbind);
export const split_copy = copyOf("split_copy(Tensor self, int split_size, int dim=0) -> Tensor[]", split);
export const split_with_sizes_copy = copyOf(
  "split_with_sizes_copy(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]",
  split_with_sizes,
);

// Pieces that PyTorch lets be changed in place without telling the base, so they must not share its memory

export const unsafe_split = copyOf("unsafe_split(Tensor self, int split_size, int dim=0) -> Tensor[]", split);
export const unsafe_split_with_sizes = copyOf(
  "unsafe_split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]",
  split_with_sizes,
);
export const unsafe_chunk = copyOf("unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]", chunk);

// The other direction: a copy of the tensor in which the part that a view reads is replaced

/** A copy of `self` with `src` where `view` reads. */
function replaced(self: Tensor, src: Tensor, view: (copy: Tensor) => Tensor): Tensor {
  const copy = self.clone();
  const part = view(copy);
  if (!sameShape(part.shape, src.shape)) {
    throw new RuntimeError(
      `expected src to have a size equal to the slice of self. src size = ${showShape(src.shape)}, slice size = ${showShape(part.shape)}`,
    );
  }
  part.copy_(src);
  return copy;
}

const zeros = (like: Tensor, shape: Shape): Tensor => Tensor.empty(shape, like.dtype);

/** A copy with `src` at position `index` of dimension `dim`. */
export const select_scatter = op("select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor")({
  forward: (self, src, dim, index) => replaced(self, src, (x) => x.select(dim, index)),
  derivatives: {
    self: ["src_shape", (g, { src_shape, dim, index }) => g.select_scatter(zeros(g, src_shape), dim, index)],
    src: (g, { dim, index }) => g.select(dim, index),
  },
  samples: [{ self: [2, 3], src: [2], dim: -1, index: 1 }],
  example: ["torch.select_scatter(torch.zeros(2, 2), torch.ones(2), 0, 1)", "tensor([[0., 0.],\n        [1., 1.]])"],
});

/** A copy with `src` on the diagonal that {@link diagonal} reads. */
export const diagonal_scatter = op(
  "diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor",
)({
  forward: (self, src, offset, dim1, dim2) => replaced(self, src, (x) => x.diagonal(offset, dim1, dim2)),
  derivatives: {
    self: [
      "src_shape",
      (g, { src_shape, offset, dim1, dim2 }) => g.diagonal_scatter(zeros(g, src_shape), offset, dim1, dim2),
    ],
    src: (g, { offset, dim1, dim2 }) => g.diagonal(offset, dim1, dim2),
  },
  samples: [{ self: [2, 3], src: [2], offset: 1 }],
  example: ["torch.diagonal_scatter(torch.zeros(2, 2), torch.ones(2))", "tensor([[1., 0.],\n        [0., 1.]])"],
});

/** A copy with `src` at every `step`-th position of dimension `dim` from `start` to before `end`. */
export const slice_scatter = op(
  "slice_scatter(Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor",
)({
  forward: (self, src, dim, start, end, step) => replaced(self, src, (x) => x._slice(dim, start, end, step)),
  derivatives: {
    self: [
      "src_shape",
      (g, { src_shape, dim, start, end, step }) => g.slice_scatter(zeros(g, src_shape), dim, start, end, step),
    ],
    src: (g, { dim, start, end, step }) => g._slice(dim, start, end, step),
  },
  samples: [{ self: [4, 2], src: [2, 2], start: 1, step: 2 }],
  example: ["torch.slice_scatter(torch.zeros(4), torch.ones(2), 0, 1, 3)", "tensor([0., 1., 1., 0.])"],
});

/** A copy with `src` where {@link as_strided} reads. */
export const as_strided_scatter = op(
  "as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
)({
  forward: (self, src, size, stride, storage_offset) =>
    replaced(self, src, (x) => x.as_strided(size, stride, storage_offset)),
  derivatives: {
    self: [
      "src_shape",
      (g, { src_shape, size, stride, storage_offset }) =>
        g.contiguous().as_strided_scatter(zeros(g, src_shape), size, stride, storage_offset),
    ],
    src: (g, { size, stride, storage_offset }) =>
      g
        .contiguous()
        ._as_strided(Geometry.rows(g.shape), new Geometry([size].flat(), [stride].flat(), storage_offset ?? 0)),
  },
  samples: [{ self: [4], src: [2], size: [2], stride: [2], storage_offset: 1 }],
  example: ["torch.as_strided_scatter(torch.zeros(4), torch.ones(2), [2], [2])", "tensor([1., 0., 1., 0.])"],
});
