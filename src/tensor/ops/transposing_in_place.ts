import { is_grad_enabled } from "../../autograd/grad_mode.js";
import { RuntimeError } from "../../python/errors.js";
import { op } from "../op.js";
import type { Tensor } from "../tensor.js";

/** Makes the tensor, in place, what `view` reads of it; its history goes on with that view. */
function viewed(self: Tensor, view: (before: Tensor) => Tensor): Tensor {
  if (is_grad_enabled() && self.requires_grad && self.is_leaf) {
    throw new RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.");
  }
  const before = self.detach();
  if (self.grad_fn) before.record(self.grad_fn, self.output_nr);
  const after = view(before);
  const history = after.grad_fn;
  self.shape = after.shape;
  self.strides = after.strides;
  self.offset = after.offset;
  self.version.value++;
  if (history) self.record(history, after.output_nr);
  return self;
}

/** {@link squeeze} in place. */
export const squeeze_ = op("Tensor::squeeze_(Tensor self, int[]? dim=None) -> Tensor")({
  composite: (self, dim) => viewed(self, (x) => (dim === null ? x.squeeze() : x.squeeze([dim].flat()))),
  samples: [{ self: [1, 2, 1] }, { self: [1, 2, 1], dim: -1 }],
  example: ["torch.tensor([[1, 2]]).squeeze_()", "tensor([1, 2])"],
});

/** {@link unsqueeze} in place. */
export const unsqueeze_ = op("Tensor::unsqueeze_(Tensor self, int dim) -> Tensor")({
  composite: (self, dim) => viewed(self, (x) => x.unsqueeze(dim)),
  samples: [{ self: [2], dim: 0 }],
  example: ["torch.tensor([1, 2]).unsqueeze_(0)", "tensor([[1, 2]])"],
});

/** {@link transpose} in place. */
export const transpose_ = op("Tensor::transpose_(Tensor self, int dim0, int dim1) -> Tensor")({
  composite: (self, dim0, dim1) => viewed(self, (x) => x.transpose(dim0, dim1)),
  samples: [{ self: [2, 3], dim0: 0, dim1: -1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).transpose_(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

/** NumPy's name of {@link transpose_}. */
export const swapaxes_ = op("Tensor::swapaxes_(Tensor self, int axis0, int axis1) -> Tensor")({
  composite: (self, axis0, axis1) => self.transpose_(axis0, axis1),
  samples: [{ self: [2, 3], axis0: 0, axis1: -1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).swapaxes_(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

/** Another name of {@link transpose_}. */
export const swapdims_ = op("Tensor::swapdims_(Tensor self, int dim0, int dim1) -> Tensor")({
  composite: (self, dim0, dim1) => self.transpose_(dim0, dim1),
  samples: [{ self: [2, 3], dim0: 0, dim1: -1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).swapdims_(0, 1)", "tensor([[1, 3],\n        [2, 4]])"],
});

/** {@link t} in place. */
export const t_ = op("Tensor::t_(Tensor self) -> Tensor")({
  composite: (self) => viewed(self, (x) => x.t()),
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).t_()", "tensor([[1, 3],\n        [2, 4]])"],
});

/** {@link as_strided} in place. */
export const as_strided_ = op("as_strided_(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor")(
  {
    composite: (self, size, stride, storage_offset) => viewed(self, (x) => x.as_strided(size, stride, storage_offset)),
    // more than one element would lie elsewhere in other layouts
    samples: [{ self: [1], size: [1, 1], stride: [1, 1] }],
    example: ["torch.arange(4).as_strided_([2], [2], 1)", "tensor([1, 3])"],
  },
);

/**
 * Sets the elements whose positions are all the same to `fill_value`. A matrix of more rows than columns has, with
 * `wrap`, further diagonals, each a row below the end of the last.
 */
export const fill_diagonal_ = op(
  "Tensor::fill_diagonal_(Tensor self, Tensor|Scalar fill_value, bool wrap=False) -> Tensor",
)({
  composite: (self, fill_value, wrap) => {
    const { shape, strides, ndim } = self;
    if (ndim < 2) throw new RuntimeError("dimensions must larger than 1");
    if (ndim > 2 && shape.some((n) => n !== shape[0])) {
      throw new RuntimeError("all dimensions of input must be of equal length");
    }
    const stride = strides.reduce((sum, s) => sum + s, 0);
    const diagonal = (length: number, offset: number) =>
      self.as_strided([Math.max(length, 0)], [stride], offset).fill_(fill_value);
    diagonal(Math.min(...shape), self.offset);
    const [height, width] = shape;
    if (!wrap || ndim > 2) return self;
    for (let top = width + 1; top < height; top += width + 1) {
      diagonal(Math.min(height - top, width), self.offset + top * strides[0]);
    }
    return self;
  },
  samples: [
    { self: [3, 2], fill_value: 0.5 },
    { self: [5, 2], fill_value: 0.5, wrap: true },
  ],
  example: ["torch.zeros(2, 2).fill_diagonal_(5)", "tensor([[5., 0.],\n        [0., 5.]])"],
});
