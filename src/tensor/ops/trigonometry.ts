import { op } from "../op.js";
import { pointwise1, pointwise2 } from "../pointwise.js";
import type { Tensor } from "../tensor.js";

/** Trigonometric and hyperbolic functions and their inverses; angles are in radians. */

/** The sine of an angle in radians. */
export const sin = op("sin[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.sin, "float", undefined, "sin"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.cos())] },
  example: ["torch.tensor([0, 1]).sin()", "tensor([0.0000, 0.8415])"],
});

/** The cosine of an angle in radians. */
export const cos = op("cos[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.cos, "float", undefined, "cos"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.sin()).neg()] },
  example: ["torch.tensor([0, 1]).cos()", "tensor([1.0000, 0.5403])"],
});

/** The tangent of an angle in radians. */
export const tan = op("tan[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.tan, "float"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result.pow(2).add(1))] },
  domain: { self: [-1, 1] },
  example: ["torch.tensor([0, 1]).tan()", "tensor([0.0000, 1.5574])"],
});

/** The inverse sine, in radians. */
export const asin = op("asin[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.asin, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.pow(2).rsub(1).rsqrt())] },
  domain: { self: [-0.8, 0.8] },
  example: ["torch.tensor([0, 1]).asin()", "tensor([0.0000, 1.5708])"],
});

/** The inverse cosine, in radians. */
export const acos = op("acos[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.acos, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.pow(2).rsub(1).rsqrt()).neg()] },
  domain: { self: [-0.8, 0.8] },
  example: ["torch.tensor([0, 1]).acos()", "tensor([1.5708, 0.0000])"],
});

/** The inverse tangent, in radians. */
export const atan = op("atan[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.atan, "float", undefined, "atan"),
  derivatives: { self: ["self", (g, { self }) => g.div(self.pow(2).add(1))] },
  example: ["torch.tensor([0, 1]).atan()", "tensor([0.0000, 0.7854])"],
});

/** The angle of the point (other, self), in radians. */
export const atan2 = op("atan2[_](Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(Math.atan2, "float", undefined, { kernel: "atan2" }),
  derivatives: {
    self: ["self other", (g, { self, other }) => g.mul(overSquares(other, self, other))],
    other: ["self other", (g, { self, other }) => g.mul(overSquares(self.neg(), self, other))],
  },
  domain: { other: [0.5, 2] },
  example: ["torch.atan2(torch.tensor([1, -1]), torch.tensor([0, 1]))", "tensor([ 1.5708, -0.7854])"],
});

/** `a / (y^2 + x^2)`, and 0 at the origin. */
const overSquares = (a: Tensor, y: Tensor, x: Tensor): Tensor =>
  a.mul(y.pow(2).add(x.pow(2)).reciprocal()).masked_fill(y.eq(0).logical_and(x.eq(0)), 0);

/** The hyperbolic sine. */
export const sinh = op("sinh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.sinh, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.cosh())] },
  example: ["torch.tensor([0, 1]).sinh()", "tensor([0.0000, 1.1752])"],
});

/** The hyperbolic cosine. */
export const cosh = op("cosh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.cosh, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.sinh())] },
  example: ["torch.tensor([0, 1]).cosh()", "tensor([1.0000, 1.5431])"],
});

/** The inverse hyperbolic sine. */
export const asinh = op("asinh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.asinh, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.pow(2).add(1).rsqrt())] },
  example: ["torch.tensor([0, 1]).asinh()", "tensor([0.0000, 0.8814])"],
});

/** The inverse hyperbolic cosine. */
export const acosh = op("acosh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.acosh, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.pow(2).sub(1).rsqrt())] },
  domain: { self: [1.5, 3] },
  example: ["torch.tensor([1, 2]).acosh()", "tensor([0.0000, 1.3170])"],
});

/** The inverse hyperbolic tangent. */
export const atanh = op("atanh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.atanh, "float"),
  derivatives: { self: ["self", (g, { self }) => g.div(self.pow(2).rsub(1))] },
  domain: { self: [-0.8, 0.8] },
  example: ["torch.tensor([0, 0.5]).atanh()", "tensor([0.0000, 0.5493])"],
});
