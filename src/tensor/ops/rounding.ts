import { RuntimeError } from "../../python/errors.js";
import { clamped, limit } from "../clamping.js";
import { float32 } from "../dtype.js";
import { op, quicker } from "../op.js";
import { floatOnly, noBool, pointwise1, pointwise2, pointwise3 } from "../pointwise.js";
import { Tensor } from "../tensor.js";

/** The absolute value; its gradient at 0 is 0. */
export const abs = op("abs[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.abs, "same", noBool("abs_cpu"), "abs"),
  derivatives: { self: ["self", (g, { self }) => g.mul(self.sign())] },
  domain: { self: [0.2, 2] },
  example: ["torch.tensor([1, -2]).abs()", "tensor([1, 2])"],
});

/** -1, 0 or 1; 0 for NaN. */
export const sign = op("sign[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => +(x > 0) - +(x < 0), "same", undefined, "sign"),
  derivatives: { self: (g) => g.mul(0) },
  domain: { self: [0.2, 2] },
  example: ["torch.tensor([5, 0, -2]).sign()", "tensor([ 1,  0, -1])"],
});

/** The largest integer not above. */
export const floor = op("floor[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.floor, "same", noBool("floor_vml_cpu"), "floor"),
  derivatives: { self: (g) => g.mul(0) },
  domain: { self: [0.2, 0.8] },
  example: ["torch.tensor([1.5, -1.5]).floor()", "tensor([ 1., -2.])"],
});

/** The smallest integer not below. */
export const ceil = op("ceil[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.ceil, "same", noBool("ceil_vml_cpu"), "ceil"),
  derivatives: { self: (g) => g.mul(0) },
  domain: { self: [0.2, 0.8] },
  example: ["torch.tensor([1.5, -1.5]).ceil()", "tensor([ 2., -1.])"],
});

/** The integer part. */
export const trunc = op("trunc[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.trunc, "same", noBool("trunc_vml_cpu"), "trunc"),
  derivatives: { self: (g) => g.mul(0) },
  domain: { self: [0.2, 0.8] },
  example: ["torch.tensor([1.5, -1.5]).trunc()", "tensor([ 1., -1.])"],
});

const fraction = pointwise1((x) => x - Math.trunc(x), "same", floatOnly("frac_cpu"));

/** The fractional part, with the sign of the argument. */
export const frac = op("frac[_](Tensor self) -> Tensor")({
  ...fraction,
  forward: (self) => (self.dtype === float32 ? self.sub(self.trunc()) : fraction.forward(self)),
  derivatives: { self: (g) => g },
  domain: { self: [0.2, 0.8] },
  example: ["torch.tensor([1.5, -1.5]).frac()", "tensor([ 0.5000, -0.5000])"],
});

/** The nearest integer, halves to the even one; or the nearest multiple of `10^-decimals`. */
export const round = op("round[_](Tensor self, *, int decimals=0) -> Tensor")({
  forward: (self, decimals) => {
    if (decimals === 0) return nearest.forward(self);
    const scale = 10 ** Math.abs(decimals);
    // the product is rounded to the dtype before the halves are looked for
    const cast = self.dtype === float32 ? Math.fround : (x: number) => x;
    const f =
      decimals > 0
        ? (x: number) => halfEven(cast(x * scale)) / scale
        : (x: number) => halfEven(cast(x / scale)) * scale;
    return pointwise1(f).forward(self);
  },
  derivatives: { self: (g) => g.mul(0) },
  domain: { self: [0.6, 0.9] },
  example: ["torch.tensor([0.5, 1.5, 2.6]).round()", "tensor([0., 2., 3.])"],
});
const halfEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};
const nearest = pointwise1(halfEven, "same", noBool("round_vml_cpu"), "round");

const atLeast = pointwise2((x, min) => (x < min || Number.isNaN(min) ? min : x));
const atMost = pointwise2((x, max) => (x > max || Number.isNaN(max) ? max : x));
const between = pointwise3(limit);

/**
 * The tensor with every element brought between `min` and `max`, either of which may be left out; where `min > max` the
 * result is `max`. The gradient is 1 at the bounds.
 */
export const clamp = op("clamp[_](Tensor self, Tensor|Scalar? min=None, Tensor|Scalar? max=None) -> Tensor")({
  forward: (self, min, max) => {
    if (min === null && max === null) {
      throw new RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None");
    }
    const quick = clamped("clamp", [self], min, max);
    if (quick !== null) return quick;
    if (max === null) return atLeast.forward(self, min!);
    return min === null ? atMost.forward(self, max) : between.forward(self, min, max);
  },
  derivatives: {
    self: [
      "self min max",
      quicker(
        (g, { self, min, max }) => clamped("clampBackward", [g, self], min, max),
        (g, { self, min, max }) => keep(g, [min !== null && self.ge(min), max !== null && self.le(max)]),
      ),
    ],
    min: [
      "self min max",
      (g, { self, min, max }) => keep(g, [self.lt(min!), max !== null && asTensor(min!, self).lt(max)]),
    ],
    max: [
      "self min max",
      (g, { self, min, max }) => {
        const above = self.gt(max!);
        return g.masked_fill((min === null ? above : above.logical_or(asTensor(max!, self).lt(min))).logical_not(), 0);
      },
    ],
  },
  nodeName: (_, min, max) => (min instanceof Tensor || max instanceof Tensor ? "ClampBackward0" : "ClampBackward1"),
  samples: [
    { self: [2, 3], min: -0.5, max: 0.5 },
    { self: [2, 3], min: 0 },
    { self: [2, 3], max: [3] },
    { self: [2, 3], min: [2, 1], max: [3] },
  ],
  example: ["torch.tensor([-5, 0, 5]).clamp(-1, 1)", "tensor([-1,  0,  1])"],
});

/** {@link clamp} from below. */
export const clamp_min = op("clamp_min[_](Tensor self, Tensor|Scalar min) -> Tensor")({
  ...atLeast,
  forward: (self, min) => clamped("clamp", [self], min, null) ?? atLeast.forward(self, min),
  derivatives: {
    self: [
      "self min",
      quicker(
        (g, { self, min }) => clamped("clampBackward", [g, self], min, null),
        (g, { self, min }) => keep(g, [self.ge(min)]),
      ),
    ],
    min: ["self min", (g, { self, min }) => keep(g, [self.lt(min)])],
  },
  nodeName: (_, min) => `ClampMinBackward${min instanceof Tensor ? 1 : 0}`,
  example: ["torch.tensor([-5, 0, 5]).clamp_min(1)", "tensor([1, 1, 5])"],
});

/** {@link clamp} from above. */
export const clamp_max = op("clamp_max[_](Tensor self, Tensor|Scalar max) -> Tensor")({
  ...atMost,
  forward: (self, max) => clamped("clamp", [self], null, max) ?? atMost.forward(self, max),
  derivatives: {
    self: [
      "self max",
      quicker(
        (g, { self, max }) => clamped("clampBackward", [g, self], null, max),
        (g, { self, max }) => keep(g, [self.le(max)]),
      ),
    ],
    max: ["self max", (g, { self, max }) => keep(g, [self.gt(max)])],
  },
  nodeName: (_, max) => `ClampMaxBackward${max instanceof Tensor ? 1 : 0}`,
  example: ["torch.tensor([-5, 0, 5]).clamp_max(1)", "tensor([-5,  0,  1])"],
});

/** `g` where all conditions hold, 0 elsewhere. */
function keep(g: Tensor, conditions: readonly (Tensor | false)[]): Tensor {
  let kept = g;
  for (const c of conditions) if (c) kept = kept.masked_fill(c.logical_not(), 0);
  return kept;
}

const asTensor = (bound: Tensor | number | boolean, like: Tensor): Tensor =>
  bound instanceof Tensor ? bound : like.detach().mul(0).add(Number(bound));
