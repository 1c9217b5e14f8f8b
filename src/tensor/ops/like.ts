import { asking, type TensorData, tensor } from "../creation.js";
import type { DType } from "../dtype.js";
import { op } from "../op.js";
import type { Shape } from "../shape.js";
import { Tensor } from "../tensor.js";

/* New tensors in the dtype of another: x.new_zeros(2, 3), ... */

const options = "ScalarType? dtype=None, str? device=None, bool requires_grad=False";

function fresh(self: Tensor, size: Shape, value: number, dtype: DType | null, requires_grad: boolean): Tensor {
  const out = Tensor.empty(size, dtype ?? self.dtype);
  if (value !== 0) out.storage.data.fill(value);
  return asking(out, requires_grad);
}

/** Zeros in the dtype of this tensor. */
export const new_zeros = op(`Tensor::new_zeros(Tensor self, int... size, *, ${options}) -> Tensor`)({
  composite: (self, size, dtype, _device, requires_grad) => fresh(self, size, 0, dtype, requires_grad),
  samples: [{ self: [2], size: [2, 3] }],
  example: ["torch.tensor([1, 2]).new_zeros(3)", "tensor([0, 0, 0])"],
});

/** Ones in the dtype of this tensor. */
export const new_ones = op(`Tensor::new_ones(Tensor self, int... size, *, ${options}) -> Tensor`)({
  composite: (self, size, dtype, _device, requires_grad) => fresh(self, size, 1, dtype, requires_grad),
  samples: [{ self: [2], size: [2, 3] }],
  example: ["torch.tensor([1, 2]).new_ones(3)", "tensor([1, 1, 1])"],
});

/** A tensor in the dtype of this one whose elements do not matter; they are zeros here. */
export const new_empty = op(`Tensor::new_empty(Tensor self, int... size, *, ${options}) -> Tensor`)({
  composite: (self, size, dtype, _device, requires_grad) => fresh(self, size, 0, dtype, requires_grad),
  samples: [{ self: [2], size: [2, 3] }],
  example: ["torch.tensor([1, 2]).new_empty(3).shape", "[ 3 ]"],
});

/** {@link tensor} in the dtype of this tensor. */
export const new_tensor = op(`Tensor::new_tensor(Tensor self, any data, *, ${options}) -> Tensor`)({
  composite: (self, data, dtype, _device, requires_grad) =>
    tensor(data as TensorData, { dtype: dtype ?? self.dtype, requires_grad }),
  samples: [{ self: [2], data: [1.5, 2] }],
  example: ["torch.ones(2).new_tensor([1, 2])", "tensor([1., 2.])"],
});

/** One value in the dtype of this tensor. */
export const new_full = op(`Tensor::new_full(Tensor self, int[] size, Scalar fill_value, *, ${options}) -> Tensor`)({
  composite: (self, size, value, dtype, _device, requires_grad) =>
    fresh(self, [size].flat(), Number(value), dtype, requires_grad),
  samples: [{ self: [2], size: [2, 3], fill_value: 7 }],
  example: ["torch.tensor([1, 2]).new_full([3], 7)", "tensor([7, 7, 7])"],
});
