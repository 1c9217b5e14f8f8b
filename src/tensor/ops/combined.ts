import { RuntimeError } from "../../python/errors.js";
import { commonDtype, float32 } from "../dtype.js";
import { op } from "../op.js";
import { parametric, parametricInto } from "../parametric.js";
import { pointwise3, type Value } from "../pointwise.js";
import { Tensor } from "../tensor.js";

/** Combinations of three tensors. Those of float32 numbers are rounded where PyTorch rounds them. */

/** How intermediate results are rounded. */
const rounding = (operands: readonly Value[]) => (commonDtype(operands) === float32 ? Math.fround : Number);

/** `self + value * tensor1 * tensor2`. */
export const addcmul = op("addcmul[_](Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor")({
  forward: (self, a, b, value) =>
    parametric("addcmul", [self, a, b], value) ?? productScaled(value, [self, a, b]).forward(self, a, b),
  into: (self, a, b, value) => {
    if (!parametricInto("addcmul", [self, a, b], value)) productScaled(value, [self, a, b]).into(self, a, b);
  },
  derivatives: {
    self: (g) => g,
    tensor1: ["tensor2", (g, { tensor2, value }) => g.mul(tensor2).mul(value)],
    tensor2: ["tensor1", (g, { tensor1, value }) => g.mul(tensor1).mul(value)],
  },
  example: [
    "torch.ones(2).addcmul(torch.tensor([1, 2]), torch.tensor([3, 4]), { value: 0.5 })",
    "tensor([2.5000, 5.0000])",
  ],
});
function productScaled(value: number | boolean, operands: readonly Tensor[]) {
  const round = rounding(operands);
  const scale = round(+value);
  return pointwise3((x, a, b) => x + round(scale * a) * b);
}

/** `self + value * tensor1 / tensor2`. */
export const addcdiv = op("addcdiv[_](Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor")({
  forward: (self, a, b, value) =>
    parametric("addcdiv", [self, a, b], value) ?? quotientScaled(value, [self, a, b]).forward(self, a, b),
  into: (self, a, b, value) => {
    if (!parametricInto("addcdiv", [self, a, b], value)) quotientScaled(value, [self, a, b]).into(self, a, b);
  },
  derivatives: {
    self: (g) => g,
    tensor1: ["tensor2", (g, { tensor2, value }) => g.mul(value).div(tensor2)],
    tensor2: [
      "tensor1 tensor2",
      (g, { tensor1, tensor2, value }) => g.mul(tensor1).mul(-value).div(tensor2.mul(tensor2)),
    ],
  },
  domain: { tensor2: [0.5, 2] },
  example: ["torch.ones(2).addcdiv(torch.ones(2), torch.tensor([2, 4]))", "tensor([1.5000, 1.2500])"],
});
function quotientScaled(value: number | boolean, operands: readonly Tensor[]) {
  if (!commonDtype(operands).is_floating_point) {
    throw new RuntimeError(
      "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), for all dtypes.",
    );
  }
  const round = rounding(operands);
  const scale = round(+value);
  return pointwise3((x, a, b) => x + round(round(scale * a) / b));
}

/** `self + weight * (end - self)`. */
export const lerp = op("lerp[_](Tensor self, Tensor end, Tensor|Scalar weight) -> Tensor")({
  forward: (self, end, weight) =>
    (weight instanceof Tensor
      ? parametric("lerpEach", [self, end, weight])
      : parametric("lerp", [self, end], weight)) ?? between([self, end, weight]).forward(self, end, weight),
  into: (self, end, weight) => {
    const done =
      weight instanceof Tensor
        ? parametricInto("lerpEach", [self, end, weight])
        : parametricInto("lerp", [self, end], weight);
    if (!done) between([self, end, weight]).into(self, end, weight);
  },
  derivatives: {
    self: ["weight", (g, { weight }) => g.mul(weight instanceof Tensor ? weight.rsub(1) : 1 - Number(weight))],
    end: ["weight", (g, { weight }) => g.mul(weight)],
    weight: ["self end", (g, { self, end }) => g.mul(end.sub(self))],
  },
  nodeName: (_, __, weight) => `LerpBackward${weight instanceof Tensor ? 1 : 0}`,
  domain: { weight: [0, 0.4] },
  example: ["torch.zeros(2).lerp(torch.tensor([10, 20], { dtype: torch.float32 }), 0.25)", "tensor([2.5000, 5.0000])"],
});
/** From the nearer end, so that weight 1 gives `end` exactly. */
function between(operands: readonly Value[]) {
  const round = rounding(operands);
  return pointwise3((x, end, w) => {
    const d = round(end - x);
    return Math.abs(w) < 0.5 ? x + w * d : end + round(w - 1) * d;
  });
}
