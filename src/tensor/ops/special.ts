import { RuntimeError } from "../../python/errors.js";
import { float32 } from "../dtype.js";
import * as kernels from "../kernels/special.js";
import { op } from "../op.js";
import { floatOnly, pointwise1, pointwise2 } from "../pointwise.js";
import { Tensor } from "../tensor.js";

// The error function

/** `2 / sqrt(pi) * integral from 0 to self of e^(-t^2) dt`. */
export const erf = op("erf[_](Tensor self) -> Tensor")({
  ...pointwise1(kernels.erf, "float", undefined, "erf"),
  derivatives: { self: ["self", (g, { self }) => g.mul(bell(self))] },
  example: ["torch.tensor([0, 1]).erf()", "tensor([0.0000, 0.8427])"],
});

/** `1 - erf(self)`, exact where erf is near 1. */
export const erfc = op("erfc[_](Tensor self) -> Tensor")({
  ...pointwise1(kernels.erfc, "float", undefined, "erfc"),
  derivatives: { self: ["self", (g, { self }) => g.mul(bell(self)).neg()] },
  example: ["torch.tensor([0, 1]).erfc()", "tensor([1.0000, 0.1573])"],
});

/** The inverse of {@link erf}. */
export const erfinv = op("erfinv[_](Tensor self) -> Tensor")({
  ...pointwise1(kernels.erfinv, "float"),
  derivatives: { self: ["result", (g, { result }) => g.div(bell(result))] },
  domain: { self: [-0.8, 0.8] },
  example: ["torch.tensor([0, 0.5]).erfinv()", "tensor([0.0000, 0.4769])"],
});

/** The derivative of erf: `2 / sqrt(pi) e^(-x^2)`. */
const bell = (x: Tensor): Tensor =>
  x
    .pow(2)
    .neg()
    .exp()
    .mul(2 / Math.sqrt(Math.PI));

// The gamma function

/** The logarithm of the absolute value of the gamma function. */
export const lgamma = op("lgamma[_](Tensor self) -> Tensor")({
  ...pointwise1(kernels.lgamma, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.digamma())] },
  domain: { self: [0.3, 4] },
  example: ["torch.tensor([1, 4]).lgamma()", "tensor([0.0000, 1.7918])"],
});

/** The derivative of {@link lgamma}. */
export const digamma = op("digamma[_](Tensor self) -> Tensor")({
  ...pointwise1(kernels.digamma, "float"),
  derivatives: { self: ["self", (g, { self }) => g.mul(polygamma(1, self))] },
  domain: { self: [0.3, 4] },
  example: ["torch.tensor([1, 2]).digamma()", "tensor([-0.5772,  0.4228])"],
});

/** The `n`-th derivative of {@link digamma}. */
export const polygamma = op("polygamma(int n, Tensor self) -> Tensor")({
  forward: (n, self) => {
    if (n < 0) throw new RuntimeError("polygamma(n, x) does not support negative n.");
    return pointwise1((x) => kernels.polygamma(n, x), "float").forward(self);
  },
  derivatives: { self: ["self", (g, { n, self }) => g.mul(polygamma(n + 1, self))] },
  domain: { self: [0.5, 4] },
  samples: [
    { n: 1, self: [2, 3] },
    { n: 2, self: [3] },
  ],
  example: ["torch.polygamma(1, torch.tensor([1, 2]))", "tensor([1.6449, 0.6449])"],
});

/** The `n`-th derivative of {@link digamma}. */
export const polygammaMethod = op("Tensor::polygamma(Tensor self, int n) -> Tensor")({
  composite: (self, n) => polygamma(n, self),
  domain: { self: [0.5, 4] },
  samples: [{ self: [2, 3], n: 1 }],
  example: ["torch.tensor([1, 2]).polygamma(1)", "tensor([1.6449, 0.6449])"],
});

// Logarithms of special form

/** `ln(self / (1 - self))`; with `eps` the argument is first brought between `eps` and `1 - eps`. */
export const logit = op("logit[_](Tensor self, float? eps=None) -> Tensor")({
  forward: (self, eps) => {
    const bound = (x: number) => (eps === null ? x : Math.min(Math.max(x, eps), 1 - eps));
    return pointwise1((x) => Math.log(bound(x) / (1 - bound(x))), "float").forward(self);
  },
  derivatives: {
    self: [
      "self",
      (g, { self, eps }) => {
        const low = eps ?? 0;
        const outside = self.lt(low).logical_or(self.gt(1 - low));
        return g.div(self.mul(self.rsub(1)).abs()).masked_fill(outside, eps === null ? Number.NaN : 0);
      },
    ],
  },
  domain: { self: [0.2, 0.8] },
  samples: [{ self: [2, 3] }, { self: [2, 3], eps: 0.1 }],
  example: ["torch.tensor([0.5, 0.75]).logit()", "tensor([0.0000, 1.0986])"],
});

/** `self * ln(other)`, and 0 where `self` is 0 (unless `other` is NaN). */
export const xlogy = op("xlogy[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...pointwise2(xLogY, "float", undefined, { kernel: "xLogY" }),
  derivatives: {
    // the slope where self and ln(other) would make 0 * infinity is 0
    self: [
      "self other",
      (g, { self, other }) => {
        const flat =
          typeof other === "object" ? self.eq(0).logical_and(other.le(0)) : self.eq(+other <= 0 ? 0 : Number.NaN);
        return g.xlogy(other).masked_fill(flat, 0);
      },
    ],
    other: ["self other", (g, { self, other }) => g.mul(self).div(other)],
  },
  nodeName: (_, other) => `XlogyBackward${other instanceof Tensor ? 0 : 2}`,
  domain: { other: [0.3, 3] },
  example: ["torch.tensor([0, 2]).xlogy(torch.tensor([0, 1]))", "tensor([0., 0.])"],
});

/** `self * ln(other)` with a number before the tensor. */
export const xlogy_self = op("xlogy.self(Scalar self, Tensor other) -> Tensor")({
  forward: (self, other) => pointwise2(xLogY, "float").forward(self, other),
  derivatives: { other: ["other", (g, { self, other }) => g.mul(self).div(other)] },
  nodeName: "XlogyBackward1",
  domain: { other: [0.3, 3] },
  samples: [{ self: 2, other: [2, 3] }],
  example: ["torch.xlogy(2, torch.tensor([1, 2]))", "tensor([0.0000, 1.3863])"],
});

function xLogY(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y);
}

// Geometry

/** `sqrt(self^2 + other^2)` without overflow. */
export const hypot = op("hypot[_](Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(Math.hypot, "same", floatOnly("hypot_cpu")),
  derivatives: {
    self: ["self result", (g, { self, result }) => g.mul(self.div(result))],
    other: ["other result", (g, { other, result }) => g.mul(other.div(result))],
  },
  domain: { self: [0.3, 2], other: [0.3, 2] },
  example: ["torch.tensor([1.5]).hypot(torch.tensor([2]))", "tensor([2.5000])"],
});

/** `sin(pi x) / (pi x)`, and 1 at 0. */
export const sinc = op("sinc[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)), "float"),
  derivatives: {
    self: [
      "self",
      (g, { self }) => {
        // d sinc = (cos(pi x) pi x - sin(pi x)) / (pi x^2) dx, which tends to 0 at 0
        const angle = self.mul(Math.PI);
        const slope = angle.cos().mul(angle).sub(angle.sin()).div(angle.mul(self));
        return g.mul(slope).masked_fill(self.eq(0), 0);
      },
    ],
  },
  domain: { self: [0.2, 2] },
  example: ["torch.tensor([0, 0.5]).sinc()", "tensor([1.0000, 0.6366])"],
});

/** Degrees to radians. */
export const deg2rad = op("deg2rad[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x * Math.PI) / 180, "float"),
  derivatives: { self: (g) => g.deg2rad() },
  nodeName: "Deg2RadBackward0",
  example: ["torch.tensor([180, 90]).deg2rad()", "tensor([3.1416, 1.5708])"],
});

/** Radians to degrees. */
export const rad2deg = op("rad2deg[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x * 180) / Math.PI, "float"),
  derivatives: { self: (g) => g.rad2deg() },
  nodeName: "Rad2DegBackward0",
  example: ["torch.tensor([0, 1]).rad2deg()", "tensor([ 0.0000, 57.2958])"],
});

// Signs, steps and missing values

/** 0 below 0, `values` at 0, 1 above; NaN counts as below. Both of one dtype. */
export const heaviside = op("heaviside[_](Tensor self, Tensor values) -> Tensor")({
  forward: (self, values) => step.forward(alike(self, values), values),
  into: (self, values) => step.into(alike(self, values), values),
  derivatives: { self: () => null, values: ["self", (g, { self }) => g.masked_fill(self.ne(0), 0)] },
  domain: { self: [0.2, 2] },
  example: ["torch.tensor([-1, 0, 2]).heaviside(torch.tensor([5]))", "tensor([0, 5, 1])"],
});
const step = pointwise2((x, value) => (x === 0 ? value : Number(x > 0)));
function alike(self: Tensor, values: Tensor): Tensor {
  if (self.dtype === values.dtype) return self;
  throw new RuntimeError("heaviside is not yet implemented for tensors with different dtypes.");
}

/** Is the sign bit set? It is for -0 too. */
export const signbit = op("signbit(Tensor self) -> Tensor")({
  ...pointwise1((x) => +(x < 0 || Object.is(x, -0)), "bool"),
  example: ["torch.tensor([-1, 2]).signbit()", "tensor([ True, False])"],
});

/** {@link polygamma} in place. */
export const polygamma_ = op("Tensor::polygamma_(Tensor self, int n) -> Tensor")({
  composite: (self, n) => self.copy_(polygamma(n, self.clone())),
  domain: { self: [0.5, 4] },
  samples: [{ self: [2, 3], n: 1 }],
  example: ["torch.tensor([1, 2]).float().polygamma_(1)", "tensor([1.6449, 0.6449])"],
});

/** The size of `self` with the sign of `other`. */
export const copysign = op("copysign[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...pointwise2((x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)), "float"),
  derivatives: {
    // the sign by which self was multiplied; 0 where self is 0
    self: ["self result", (g, { self, result }) => g.mul(result.div(self)).masked_fill(self.eq(0), 0)],
    other: (g) => g.mul(0),
  },
  nodeName: (_, other) => `CopysignBackward${other instanceof Tensor ? 0 : 1}`,
  domain: { self: [0.2, 2], other: [0.2, 2] },
  example: ["torch.tensor([1.5, 2]).copysign(-1)", "tensor([-1.5000, -2.0000])"],
});

/** The tensor with NaN replaced by `nan` (0), infinity by `posinf` and minus infinity by `neginf` (the dtype's limits). */
export const nan_to_num = op(
  "nan_to_num[_](Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor",
)({
  forward: (self, nan, posinf, neginf) => {
    const limit = self.dtype === float32 ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE;
    const finite = (x: number) => {
      if (Number.isNaN(x)) return nan ?? 0;
      if (x === Infinity) return posinf ?? limit;
      return x === -Infinity ? (neginf ?? -limit) : x;
    };
    return pointwise1(finite).forward(self);
  },
  derivatives: { self: ["self", (g, { self }) => g.masked_fill(self.isfinite().logical_not(), 0)] },
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([1, NaN]).nan_to_num()", "tensor([1., 0.])"],
});
