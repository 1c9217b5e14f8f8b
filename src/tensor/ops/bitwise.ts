import { NotImplementedError } from "../../python/errors.js";
import { bool, type DType, uint8 } from "../dtype.js";
import { op } from "../op.js";
import { broadcastAll, computeDtype, pointwise1, pointwise2, type Value } from "../pointwise.js";

// JavaScript's operators know 32 bits; BigInt has the two's complement of every width.
type Bits = (x: bigint, y: bigint) => bigint;

function bitwise(name: string, f: Bits) {
  const kernel = pointwise2((x, y) => Number(BigInt.asIntN(64, f(BigInt(x), BigInt(y)))));
  const self = {
    int: [
      [5, -6],
      [0, 7],
    ],
  };
  return {
    samples: [
      { self, other: { int: [3, 2] } },
      { self, other: 3 },
    ],
    forward: (self: Value, other: Value) => kernel.forward(...integers(name, self, other)),
    into: (self: Value, other: Value) => kernel.into(...integers(name, self, other)),
  };
}

function integers(name: string, ...args: [Value, Value]): [Value, Value] {
  broadcastAll(args); // PyTorch looks at the shapes first
  const dtype = computeDtype("same", args);
  if (dtype.is_floating_point || (name.endsWith("shift_cpu") && dtype === bool)) throw unsupported(name, dtype);
  return args;
}

const unsupported = (name: string, dtype: DType) =>
  new NotImplementedError(`"${name}" not implemented for '${dtype.scalarName}'`);

/** The bits set in both, of integers or bools. */
export const bitwise_and = op("bitwise_and[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...bitwise("bitwise_and_cpu", (x, y) => x & y),
  example: ["torch.tensor([5, 6]).bitwise_and(3)", "tensor([1, 2])"],
});

/** The bits set in either, of integers or bools. */
export const bitwise_or = op("bitwise_or[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...bitwise("bitwise_or_cpu", (x, y) => x | y),
  example: ["torch.tensor([5, 6]).bitwise_or(3)", "tensor([7, 7])"],
});

/** The bits set in one of the two, of integers or bools. */
export const bitwise_xor = op("bitwise_xor[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...bitwise("bitwise_xor_cpu", (x, y) => x ^ y),
  example: ["torch.tensor([5, 6]).bitwise_xor(3)", "tensor([6, 5])"],
});

/** The bits that are not set, of integers; the opposite, of bools. */
export const bitwise_not = op("bitwise_not[_](Tensor self) -> Tensor")({
  forward: (self) => {
    if (self.dtype.is_floating_point) throw unsupported("bitwise_not_cpu", self.dtype);
    if (self.dtype === bool) return opposite.forward(self);
    return (self.dtype === uint8 ? within255 : complement).forward(self);
  },
  samples: [{ self: { int: [5, -6, 0] } }],
  example: ["torch.tensor([5, 6]).bitwise_not()", "tensor([-6, -7])"],
});
const opposite = pointwise1((x) => 1 - x);
const within255 = pointwise1((x) => 255 - x);
const complement = pointwise1((x) => -x - 1);

/** The bits moved `other` places up: times `2^other`. */
export const bitwise_left_shift = op("bitwise_left_shift[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...bitwise("lshift_cpu", (x, y) => (y < 0n || y > 63n ? 0n : x << y)),
  example: ["torch.tensor([5, 6]).bitwise_left_shift(1)", "tensor([10, 12])"],
});

/** The bits moved `other` places down: the quotient by `2^other`, rounded down. */
export const bitwise_right_shift = op("bitwise_right_shift[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...bitwise("rshift_cpu", (x, y) => x >> (y < 0n || y > 63n ? 63n : y)),
  example: ["torch.tensor([5, 6]).bitwise_right_shift(1)", "tensor([2, 3])"],
});
