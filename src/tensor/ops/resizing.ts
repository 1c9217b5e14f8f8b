import { RuntimeError } from "../../python/errors.js";
import { asking } from "../creation.js";
import { int64 } from "../dtype.js";
import { coordinates } from "../kernels/positions.js";
import { op } from "../op.js";
import { contiguousStrides, numelOf, type Shape, showShape } from "../shape.js";
import { Storage } from "../storage.js";
import { Tensor } from "../tensor.js";

// Sizes that do not follow from the data

/** Gives the tensor other sizes, in place, over the same memory; what is added when there is too little of it is 0. */
function resize(self: Tensor, size: Shape): Tensor {
  if (self.requires_grad) throw new RuntimeError("cannot resize variables that require grad");
  const bad = size.findIndex((n) => n < 0);
  if (bad >= 0)
    throw new RuntimeError(`Trying to create tensor with negative dimension ${size[bad]}: ${showShape(size)}`);
  const needed = self.offset + numelOf(size);
  if (needed > self.storage.length) {
    const larger = Storage.allocate(self.dtype, needed);
    larger.data.set(self.storage.data);
    self.storage = larger;
  }
  self.shape = [...size];
  self.strides = contiguousStrides(size);
  return self;
}

/** Gives the tensor other sizes in place, row by row over its memory. Views of it keep the memory they had when it grows. */
export const resize_ = op("Tensor::resize_(Tensor self, int... size, *, any memory_format=None) -> Tensor")({
  composite: (self, size) => resize(self, size),
  samples: [
    {
      self: {
        int: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      size: [2, 2],
    },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).resize_(3)", "tensor([1, 2, 3])"],
});

/** Gives the tensor the sizes of another in place: {@link resize_}. */
export const resize_as_ = op(
  "Tensor::resize_as_(Tensor self, Tensor the_template, *, any memory_format=None) -> Tensor",
)({
  composite: (self, template) => resize(self, template.shape),
  samples: [
    {
      self: {
        int: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      the_template: { int: [1, 2, 3, 4] },
    },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).resize_as_(torch.zeros(2))", "tensor([1, 2])"],
});

/** {@link nonzero} in exactly `size` rows: the first ones, or as many more of `fill_value`. */
export const nonzero_static = op("nonzero_static(Tensor self, *, int size, int fill_value=-1) -> Tensor")({
  forward: (self, size, fill_value) => {
    if (size < 0) throw new RuntimeError("nonzero_static: 'size' must be an non-negative integer");
    const out = Tensor.empty([size, self.ndim], int64).fill_(fill_value);
    coordinates(self.shape, self.toTypedArray()).forEach((list, d) => {
      for (let i = 0; i < Math.min(size, list.length); i++) out.storage.data[i * self.ndim + d] = list[i];
    });
    return out;
  },
  samples: [{ self: [2, 3], size: 4 }],
  example: [
    "torch.nonzero_static(torch.tensor([1, 0, 1]), { size: 3 })",
    "tensor([[ 0],\n        [ 2],\n        [-1]])",
  ],
});

/** The coordinates, a tensor for each dimension, of positions in a flattened tensor of `shape`. */
export const unravel_index = op("unravel_index(Tensor indices, int[] shape) -> Tensor[]")({
  composite: (indices, shape) => {
    if (indices.dtype.is_floating_point) {
      throw new RuntimeError(`expected 'indices' to be integer dtype, but got ${indices.dtype}`);
    }
    const sizes = [shape].flat();
    const strides = contiguousStrides(sizes);
    return sizes.map((size, d) => indices.floor_divide(strides[d]).remainder(size));
  },
  samples: [{ indices: { int: [5, 1] }, shape: [2, 3] }],
  example: ["torch.unravel_index(torch.tensor([5, 1]), [2, 3])", "[ tensor([1, 0]), tensor([2, 1]) ]"],
});

/** The tensor's dtype over memory of the given sizes and strides, whose elements do not matter. */
export const new_empty_strided = op(
  "Tensor::new_empty_strided(Tensor self, int[] size, int[] stride, *, ScalarType? dtype=None, str? device=None, bool requires_grad=False) -> Tensor",
)({
  composite: (self, size, stride, dtype, _device, requires_grad) => {
    const [shape, strides] = [[size].flat(), [stride].flat()];
    const length = shape.some((n) => n === 0) ? 0 : shape.reduce((end, n, d) => end + (n - 1) * strides[d], 1);
    const type = dtype ?? self.dtype;
    const out = new Tensor(Storage.allocate(type, length), type, shape, strides);
    return asking(out, requires_grad);
  },
  samples: [{ self: [2], size: [2, 3], stride: [1, 2] }],
  example: ["torch.tensor([1, 2]).new_empty_strided([2, 3], [1, 2]).stride()", "[ 1, 2 ]"],
});
