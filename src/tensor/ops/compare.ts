import { is_grad_enabled } from "../../autograd/grad_mode.js";
import { RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import type { Scalar2 } from "../kernels/map.js";
import type { Comparison, Logic } from "../kernels/masks.js";
import { combined, compared, selected } from "../masking.js";
import { op } from "../op.js";
import { parametric } from "../parametric.js";
import { type Pointwise, pointwise1, pointwise2, pointwise3, type Value } from "../pointwise.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/** A comparison, `f` of two numbers; `kernel` computes the same. */
function comparison(kernel: Comparison, f: Scalar2): Pointwise<[Value, Value]> {
  const any = pointwise2(f, "bool");
  return { forward: (x, y) => compared(kernel, x, y) ?? any.forward(x, y), into: any.into };
}

/** An operation on what is not 0; `kernel` computes the same of bools. */
function logic(kernel: Logic, f: Scalar2): Pointwise<[Value, Value]> {
  const any = pointwise2(f, "bool");
  return { forward: (x, y) => combined(kernel, x, y) ?? any.forward(x, y), into: any.into };
}

/** In place, where the results are numbers, they have a gradient of 0. */
const flat = (name: string) => ({
  derivatives: { self: (g: Tensor) => g.zeroGradient() },
  nodeName: (_: Tensor, other: unknown) => `${name}Backward${other instanceof Tensor ? 1 : 0}`,
});

/** `self == other`, element by element, in bool. */
export const eq = op("eq[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("eq", (x, y) => +(x === y)),
  ...flat("Eq"),
  example: ["torch.tensor([1, 2]).eq(2)", "tensor([False,  True])"],
});

/** `self != other`, element by element, in bool. */
export const ne = op("ne[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("ne", (x, y) => +(x !== y)),
  ...flat("Ne"),
  example: ["torch.tensor([1, 2]).ne(2)", "tensor([ True, False])"],
});

/** `self < other`, element by element, in bool. */
export const lt = op("lt[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("lt", (x, y) => +(x < y)),
  ...flat("Lt"),
  example: ["torch.tensor([1, 2]).lt(2)", "tensor([ True, False])"],
});

/** `self <= other`, element by element, in bool. */
export const le = op("le[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("le", (x, y) => +(x <= y)),
  ...flat("Le"),
  example: ["torch.tensor([1, 2]).le(1)", "tensor([ True, False])"],
});

/** `self > other`, element by element, in bool. */
export const gt = op("gt[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("gt", (x, y) => +(x > y)),
  ...flat("Gt"),
  example: ["torch.tensor([1, 2]).gt(1)", "tensor([False,  True])"],
});

/** `self >= other`, element by element, in bool. */
export const ge = op("ge[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...comparison("ge", (x, y) => +(x >= y)),
  ...flat("Ge"),
  example: ["torch.tensor([1, 2]).ge(2)", "tensor([False,  True])"],
});

/** Not zero both. */
export const logical_and = op("logical_and[_](Tensor self, Tensor other) -> Tensor")({
  ...logic("logicalAnd", (x, y) => +(x !== 0 && y !== 0)),
  example: ["torch.tensor([true, true]).logical_and(torch.tensor([true, false]))", "tensor([ True, False])"],
});

/** Not zero at least one. */
export const logical_or = op("logical_or[_](Tensor self, Tensor other) -> Tensor")({
  ...logic("logicalOr", (x, y) => +(x !== 0 || y !== 0)),
  example: ["torch.tensor([true, false]).logical_or(torch.tensor([false, false]))", "tensor([ True, False])"],
});

/** Not zero exactly one. */
export const logical_xor = op("logical_xor[_](Tensor self, Tensor other) -> Tensor")({
  ...logic("logicalXor", (x, y) => +((x !== 0) !== (y !== 0))),
  example: ["torch.tensor([true, false]).logical_xor(torch.tensor([true, true]))", "tensor([False,  True])"],
});

const not = pointwise1((x) => +(x === 0), "bool");

/** Zero. */
export const logical_not = op("logical_not[_](Tensor self) -> Tensor")({
  ...not,
  forward: (self) => combined("logicalNor", self, self) ?? compared("eq", self, 0) ?? not.forward(self),
  example: ["torch.tensor([0, 2]).logical_not()", "tensor([ True, False])"],
});

const nan = pointwise1((x) => +Number.isNaN(x), "bool");

/** Not a number? */
export const isnan = op("isnan(Tensor self) -> Tensor")({
  forward: (self) => compared("ne", self, self) ?? nan.forward(self),
  example: ["torch.tensor([1, NaN]).isnan()", "tensor([False,  True])"],
});

const infinite = pointwise1((x) => +(x === Infinity || x === -Infinity), "bool");
const finite = pointwise1((x) => +Number.isFinite(x), "bool");

/** How the absolute value compares with infinity. */
const comparedSize = (kernel: Comparison, x: Tensor): Tensor | null =>
  x.dtype.is_floating_point ? compared(kernel, x.abs(), Infinity) : null;

/** Plus or minus infinity? */
export const isinf = op("isinf(Tensor self) -> Tensor")({
  forward: (self) => comparedSize("eq", self) ?? infinite.forward(self),
  example: ["torch.tensor([1, -Infinity]).isinf()", "tensor([False,  True])"],
});

/** Neither infinite nor NaN? */
export const isfinite = op("isfinite(Tensor self) -> Tensor")({
  forward: (self) => comparedSize("lt", self) ?? finite.forward(self),
  example: ["torch.tensor([1, NaN]).isfinite()", "tensor([ True, False])"],
});

/** `|self - other| <= atol + rtol |other|`, element by element. */
export const isclose = op(
  "isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor",
)({
  forward: (self, other, rtol, atol, equal_nan) => {
    if (self.dtype !== other.dtype) {
      throw new RuntimeError(`${self.dtype.scalarName} did not match ${other.dtype.scalarName}`);
    }
    return pointwise2((x, y) => {
      if (x === y || (equal_nan && Number.isNaN(x) && Number.isNaN(y))) return 1;
      return +(Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= atol + rtol * Math.abs(y));
    }, "bool").forward(self, other);
  },
  example: ["torch.tensor([1, 2]).isclose(torch.tensor([1, 3]))", "tensor([ True, False])"],
});

/** Is `|self - other| <= atol + rtol |other|` everywhere? */
export const allclose = op(
  "allclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> bool",
)({
  composite: (self, other, rtol, atol, equal_nan) => self.isclose(other, rtol, atol, equal_nan).all().item<boolean>(),
  samples: [{ self: [2, 3], other: [2, 3] }],
  example: ["torch.allclose(torch.ones(2), torch.ones(2).add(1e-9))", "true"],
});

/** Do both have the same shape and equal elements? */
export const equal = op("equal(Tensor self, Tensor other) -> bool")({
  composite: (self, other) => sameShape(self.shape, other.shape) && self.eq(other).all().item<boolean>(),
  samples: [{ self: [2, 3], other: [2, 3] }],
  example: ["torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))", "true"],
});

/** The larger of two; its gradient is shared evenly where they are equal. */
export const maximum = op("maximum(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2((x, y) => (x > y || Number.isNaN(x) ? x : y), "same", undefined, { kernel: "maximum" }),
  derivatives: {
    self: ["self other", (g, { self, other }) => shareOfGreater(g, self, other)],
    other: ["self other", (g, { self, other }) => shareOfGreater(g, other, self)],
  },
  example: ["torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2]))", "tensor([3, 5])"],
});

/** The smaller of two; its gradient is shared evenly where they are equal. */
export const minimum = op("minimum(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2((x, y) => (x < y || Number.isNaN(x) ? x : y), "same", undefined, { kernel: "minimum" }),
  derivatives: {
    self: ["self other", (g, { self, other }) => shareOfGreater(g, other, self)],
    other: ["self other", (g, { self, other }) => shareOfGreater(g, self, other)],
  },
  example: ["torch.minimum(torch.tensor([1, 5]), torch.tensor([3, 2]))", "tensor([1, 2])"],
});

/** The gradient where `x > y`, half of it where they are equal, none where `x < y`. */
const shareOfGreater = (g: Tensor, x: Tensor, y: Tensor): Tensor =>
  (is_grad_enabled() ? null : parametric("greaterBackward", [g, x, y])) ??
  where(x.eq(y), g.div(2), g).masked_fill(x.lt(y), 0);

/** `self` where `condition` holds, else `other`, with broadcasting. */
export const where = op("where(Tensor condition, Tensor|Scalar self, Tensor|Scalar other) -> Tensor")({
  forward: (condition, self, other) =>
    selected(asMask(condition), self, other) ?? choose.forward(condition, self, other),
  derivatives: {
    self: ["condition", (g, { condition }) => g.masked_fill(condition.logical_not(), 0)],
    other: ["condition", (g, { condition }) => g.masked_fill(condition, 0)],
  },
  samples: [
    { condition: { bool: [true, false, true] }, self: [2, 3], other: [3] },
    { condition: { bool: [[true], [false]] }, self: [2, 3], other: 0.5 },
  ],
  example: ["torch.where(torch.tensor([true, false]), torch.tensor([1, 2]), 0)", "tensor([1, 0])"],
});
const choose = pointwise3((c, x, y) => (c !== 0 ? x : y));

/** This tensor where `condition` holds, else `other`. */
export const whereMethod = op("Tensor::where(Tensor self, Tensor condition, Tensor|Scalar other) -> Tensor")({
  composite: (self, condition, other) => where(condition, self, other),
  samples: [{ self: [2, 3], condition: { bool: [true, false, true] }, other: [3] }],
  example: ["torch.tensor([1, 2]).where(torch.tensor([true, false]), 0)", "tensor([1, 0])"],
});

function asMask(condition: Tensor): Tensor {
  if (condition.dtype === bool) return condition;
  throw new RuntimeError(
    `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalarName}`,
  );
}
