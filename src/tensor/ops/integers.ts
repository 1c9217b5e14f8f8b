import { NotImplementedError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { op } from "../op.js";
import { computeDtype, pointwise2 } from "../pointwise.js";
import type { Tensor } from "../tensor.js";

/** A function of two integers, lifted to tensors of integers. */
function ofIntegers(kernel: string, f: (x: number, y: number) => number) {
  const check = (self: Tensor, other: Tensor): void => {
    const dtype = computeDtype("same", [self, other]);
    if (!dtype.is_floating_point && dtype !== bool) return;
    throw new NotImplementedError(`"${kernel}" not implemented for '${dtype.scalarName}'`);
  };
  const lifted = pointwise2(f);
  return {
    forward: (self: Tensor, other: Tensor) => {
      check(self, other);
      return lifted.forward(self, other);
    },
    into: (self: Tensor, other: Tensor) => {
      check(self, other);
      lifted.into(self, other);
    },
  };
}

function greatest(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

const samples = [{ self: { int: [12, -18, 0] }, other: { int: [8, 27, 5] } }];

/** The greatest common divisor of integers; that of two zeros is 0. */
export const gcd = op("gcd[_](Tensor self, Tensor other) -> Tensor")({
  ...ofIntegers("gcd_cpu", greatest),
  samples,
  example: ["torch.gcd(torch.tensor([12, 18]), torch.tensor([8, 27]))", "tensor([4, 9])"],
});

/** The least common multiple of integers; 0 where one of them is 0. */
export const lcm = op("lcm[_](Tensor self, Tensor other) -> Tensor")({
  ...ofIntegers("lcm_cpu", (x, y) => (x === 0 || y === 0 ? 0 : Math.abs((x / greatest(x, y)) * y))),
  samples,
  example: ["torch.lcm(torch.tensor([12, 18]), torch.tensor([8, 27]))", "tensor([24, 54])"],
});
