import { RuntimeError } from "../../python/errors.js";
import type { DType } from "../dtype.js";
import { bool, castTo, float32, float64, int32, int64, uint8 } from "../dtype.js";
import { selected } from "../masking.js";
import { op } from "../op.js";
import { pointwise3 } from "../pointwise.js";
import { broadcastShapes, broadcastStrides, sameShape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";

// Copies and conversions

/** A copy in memory of its own. */
export const clone = op("clone(Tensor self, *, any memory_format=None) -> Tensor")({
  forward: (self) => self.copied(),
  derivatives: { self: (g) => g },
  example: ["torch.tensor([1, 2]).clone()", "tensor([1, 2])"],
});

/** This tensor if its elements lie in row-major order, else a copy for which they do. */
export const contiguous = op("Tensor::contiguous(Tensor self, *, any memory_format=None) -> Tensor")({
  composite: (self) => (self.is_contiguous() ? self : self.clone()),
  example: ["torch.tensor([[1, 2], [3, 4]]).t().contiguous()", "tensor([[1, 3],\n        [2, 4]])"],
});

/** A copy in another dtype. */
export const _to_copy = op("_to_copy(Tensor self, ScalarType dtype) -> Tensor")({
  forward: (self, dtype) => self.converted(dtype),
  derivatives: { self: (g) => g },
  nodeName: "ToCopyBackward0",
  samples: [{ self: [2, 3], dtype: float64 }],
  example: ["torch._to_copy(torch.tensor([1, 2]), torch.float32)", "tensor([1., 2.])"],
});

/** The tensor in another dtype, or that of another tensor; itself if it has that dtype and no copy is asked for. */
export const to = op(
  "Tensor::to(Tensor self, ScalarType|Tensor dtype, bool non_blocking=False, bool copy=False, *, any memory_format=None) -> Tensor",
)({
  composite: (self, target, _non_blocking, copy) =>
    convert(self, target instanceof Tensor ? target.dtype : target, copy),
  samples: [{ self: [2, 3], dtype: float64 }],
  example: ["torch.tensor([1, 2]).to(torch.float32)", "tensor([1., 2.])"],
});

/** The tensor on a device, and in a dtype if one is given. */
export const to_device = op(
  "Tensor::to.device(Tensor self, str? device=None, ScalarType? dtype=None, bool non_blocking=False, bool copy=False, *, any memory_format=None) -> Tensor",
)({
  composite: (self, device, dtype, _non_blocking, copy) => {
    if (device !== null && device !== "cpu") {
      throw new RuntimeError(`device '${device}' is not supported`, 'Every tensor lives on "cpu".');
    }
    return convert(self, dtype ?? self.dtype, copy);
  },
  samples: [{ self: [2, 3], device: "cpu", dtype: float64 }],
  example: ['torch.tensor([1, 2]).to("cpu")', "tensor([1, 2])"],
});

function convert(self: Tensor, dtype: DType, copy = false): Tensor {
  if (dtype !== self.dtype) return self._to_copy(dtype);
  return copy ? self.clone() : self;
}

/** The tensor in the dtype of `other`. */
export const type_as = op("Tensor::type_as(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => convert(self, other.dtype),
  samples: [{ self: [2], other: [2] }],
  example: ["torch.tensor([1, 2]).type_as(torch.ones(1))", "tensor([1., 2.])"],
});

/** The tensor in float32. */
export const float = op("Tensor::float(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, float32),
  example: ["torch.tensor([true, false]).float()", "tensor([1., 0.])"],
});

/** The tensor in float64. */
export const double = op("Tensor::double(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, float64),
  example: ["torch.tensor([1]).double()", "tensor([1.], dtype=torch.float64)"],
});

/** The tensor in int64. */
export const long = op("Tensor::long(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, int64),
  example: ["torch.tensor([1.5, -1.5]).long()", "tensor([ 1, -1])"],
});

/** The tensor in int32. */
export const int = op("Tensor::int(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, int32),
  example: ["torch.tensor([1.5]).int()", "tensor([1], dtype=torch.int32)"],
});

/** The tensor in uint8. */
export const byte = op("Tensor::byte(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, uint8),
  example: ["torch.tensor([1.5]).byte()", "tensor([1], dtype=torch.uint8)"],
});

/** The tensor in bool: is an element other than 0? */
const boolMethod = op("Tensor::bool(Tensor self, any memory_format=None) -> Tensor")({
  composite: (self) => convert(self, bool),
  example: ["torch.tensor([0, 2]).bool()", "tensor([False,  True])"],
});

export { boolMethod as bool };

// Writing in place

/** Copies the elements of `src`, broadcast and converted, into this tensor. */
export const copy_ = op("Tensor::copy_(Tensor self, Tensor src, bool non_blocking=False) -> Tensor")({
  into: write,
  derivatives: { self: (g) => g.zeroGradient(), src: (g) => g },
  nodeName: "CopyBackwards",
  samples: [{ self: [2, 3], src: [3] }],
  example: ["torch.zeros(2).copy_(torch.tensor([1, 2]))", "tensor([1., 2.])"],
});

function write(self: Tensor, src: Tensor): void {
  if (!sameShape(broadcastShapes(self.shape, src.shape), self.shape)) {
    throw new RuntimeError(
      `output with shape ${showShape(self.shape)} doesn't match the broadcast shape ${showShape(broadcastShapes(self.shape, src.shape))}`,
    );
  }
  self.write(src, broadcastStrides(src.shape, src.strides, self.shape));
}

/** Sets every element to `value`. */
export const fill = op("fill[_](Tensor self, Tensor|Scalar value) -> Tensor")({
  forward: (self, value) => {
    const out = Tensor.empty(self.shape, self.dtype);
    write(out, scalarTensor(value, self.dtype));
    return out;
  },
  into: (self, value) => write(self, scalarTensor(value, self.dtype)),
  derivatives: { self: (g) => g.zeroGradient(), value: (g) => g.sum() },
  nodeName: (_, value) => `FillBackward${value instanceof Tensor ? 3 : 2}`,
  samples: [
    { self: [2, 3], value: 1.5 },
    { self: [2, 3], value: [] },
  ],
  example: ["torch.zeros(2).fill_(7)", "tensor([7., 7.])"],
});

function scalarTensor(value: Tensor | number | boolean, dtype: DType): Tensor {
  if (value instanceof Tensor) {
    if (value.dim() === 0) return value;
    throw new RuntimeError(
      `fill_ only supports 0-dimension value tensor but got tensor with ${value.dim()} dimensions.`,
    );
  }
  const data = new dtype.array(1);
  data[0] = castTo(dtype)?.(Number(value)) ?? Number(value);
  return Tensor.of(data, [], dtype);
}

/** Sets every element to 0. */
export const zero_ = op("Tensor::zero_(Tensor self) -> Tensor")({
  into: (self) => write(self, Tensor.empty([], self.dtype)),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.ones(2).zero_()", "tensor([0., 0.])"],
});

/** `value` where `mask` holds, the tensor elsewhere. */
export const masked_fill = op("masked_fill[_](Tensor self, Tensor mask, Tensor|Scalar value) -> Tensor")({
  forward: (self, mask, value) => {
    if (mask.dtype !== bool) {
      throw new RuntimeError(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype.cppName}`);
    }
    const filling = scalarTensor(value, self.dtype).converted(self.dtype);
    return selected(mask, filling, self) ?? choose.forward(mask, filling, self);
  },
  derivatives: {
    self: ["mask", (g, { mask }) => g.masked_fill(mask, 0)],
    value: ["mask", (g, { mask }) => g.masked_fill(mask.logical_not(), 0).sum()],
  },
  nodeName: (_, __, value) => `MaskedFillBackward${value instanceof Tensor ? 1 : 0}`,
  samples: [
    { self: [2, 3], mask: { bool: [true, false, true] }, value: 0.5 },
    { self: [2, 3], mask: { bool: [[true], [false]] }, value: [] },
  ],
  example: ["torch.tensor([1, 2]).masked_fill(torch.tensor([true, false]), 0)", "tensor([0, 2])"],
});
const choose = pointwise3((m, value, x) => (m !== 0 ? value : x));
