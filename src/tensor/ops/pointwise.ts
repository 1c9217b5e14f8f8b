import { RuntimeError } from "../../python/errors.js";
import { bool, commonDtype, type DType } from "../dtype.js";
import { modulo } from "../kernels/integers.js";
import { op, quicker } from "../op.js";
import { parametric, parametricInto } from "../parametric.js";
import { floatOnly, noBool, type Pointwise, pointwise1, pointwise2, pointwise3, type Value } from "../pointwise.js";
import { Tensor } from "../tensor.js";

// Arithmetic

/** `self + alpha * other`, with broadcasting. */
export const add = op("add[_](Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")({
  forward: (self, other, alpha) =>
    alpha === 1 ? plus.forward(self, other) : sumScaled(self, other, checkAlpha(alpha, [self, other])),
  into: (self, other, alpha) =>
    alpha === 1 ? plus.into(self, other) : addScaled(self, other, checkAlpha(alpha, [self, other])),
  derivatives: { self: (g) => g, other: (g, { alpha }) => (alpha === 1 ? g : g.mul(alpha)) },
  example: ["torch.tensor([1, 2]).add(10)", "tensor([11, 12])"],
});
const plus = pointwise2((x, y) => x + y, "same", undefined, { kernel: "add", whole: "add" });
const plusScaled = pointwise3((x, y, alpha) => x + alpha * y);
const sumScaled = (x: Value, y: Value, alpha: number | boolean): Tensor =>
  (x instanceof Tensor && y instanceof Tensor ? parametric("addScaled", [x, y], alpha) : null) ??
  plusScaled.forward(x, y, alpha);
function addScaled(x: Tensor, y: Value, alpha: number | boolean): void {
  if (!(y instanceof Tensor && parametricInto("addScaled", [x, y], alpha))) plusScaled.into(x, y, alpha);
}

/** `self - alpha * other`, with broadcasting. */
export const sub = op("sub[_](Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")({
  forward: (self, other, alpha) => difference(self, other, alpha),
  into: (self, other, alpha) => {
    checkSubtraction(self, other);
    if (alpha === 1) minus.into(self, other);
    else addScaled(self, other, -checkAlpha(alpha, [self, other]));
  },
  derivatives: { self: (g) => g, other: (g, { alpha }) => g.mul(-alpha) },
  example: ["torch.tensor([1, 2]).sub(10)", "tensor([-9, -8])"],
});
const minus = pointwise2((x, y) => x - y, "same", undefined, { kernel: "sub", whole: "sub" });

function difference(x: Value, y: Value, alpha: number | boolean): Tensor {
  checkSubtraction(x, y);
  return alpha === 1 ? minus.forward(x, y) : sumScaled(x, y, -checkAlpha(alpha, [x, y]));
}

function checkSubtraction(x: Value, y: Value): void {
  const [a, b] = [commonDtype([x]), commonDtype([y])];
  if (a === bool && b === bool) {
    throw new RuntimeError(
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
    );
  }
  if (a === bool || b === bool) {
    throw new RuntimeError(
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
    );
  }
}

function checkAlpha(alpha: number | boolean, operands: readonly Value[]): number | boolean {
  if (!commonDtype(operands).is_floating_point && !Number.isInteger(Number(alpha))) {
    throw new RuntimeError("For integral input tensors, argument alpha must not be a floating point number.");
  }
  return alpha;
}

/** `other - alpha * self`. */
export const rsub = op("rsub(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")({
  forward: (self, other, alpha) => difference(other, self, alpha),
  derivatives: { self: (g, { alpha }) => g.mul(-alpha), other: (g) => g },
  nodeName: (_, other) => `RsubBackward${other instanceof Tensor ? 0 : 1}`,
  example: ["torch.rsub(torch.tensor([1, 2]), 10)", "tensor([9, 8])"],
});

const product2 = pointwise2((x, y) => x * y, "same", undefined, { int32: Math.imul, kernel: "mul", whole: "mul" });

/** `self * other`, with broadcasting. */
export const mul = op("mul[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  ...product2,
  derivatives: {
    self: [
      "other",
      quicker(
        (g, { other }) => product2.forward(g, other),
        (g, { other }) => g.mul(other),
      ),
    ],
    other: [
      "self",
      quicker(
        (g, { self }) => product2.forward(g, self),
        (g, { self }) => g.mul(self),
      ),
    ],
  },
  example: ["torch.tensor([1, 2]).mul(torch.tensor([[10], [20]]))", "tensor([[10, 20],\n        [20, 40]])"],
});

/** `self / other`, with broadcasting; `rounding_mode` is `null` (true division), `"trunc"` or `"floor"`. */
export const div = op("div[_](Tensor self, Tensor|Scalar other, *, 'trunc'|'floor'? rounding_mode=None) -> Tensor")({
  forward: (self, other, mode) => {
    if (mode !== null) checkDivisor(self, other);
    return quotient(mode).forward(self, other);
  },
  into: (self, other, mode) => {
    if (mode !== null) checkDivisor(self, other);
    quotient(mode).into(self, other);
  },
  derivatives: {
    self: ["other", (g, { other, rounding_mode }) => (rounding_mode === null ? g.div(other) : g.zeroGradient())],
    other: [
      "self other",
      // d(x / y) = -x / y^2 dy
      (g, { self, other, rounding_mode }) =>
        rounding_mode === null ? g.mul(self).div(other).div(other).neg() : g.zeroGradient(),
    ],
  },
  nodeName: (_, __, rounding_mode) => `DivBackward${rounding_mode === null ? 0 : 2}`,
  domain: { other: [0.5, 2] },
  example: ["torch.tensor([7, -7]).div(2)", "tensor([ 3.5000, -3.5000])"],
});
const trueDivision = pointwise2((x, y) => x / y, "float", undefined, { kernel: "div" });
const truncDivision = pointwise2((x, y) => Math.trunc(x / y), "same", noBool("div_trunc_cpu"));
const floorDivision = pointwise2(floorOfQuotient, "same", noBool("div_floor_cpu"));
const quotient = (mode: "trunc" | "floor" | null) =>
  mode === null ? trueDivision : mode === "trunc" ? truncDivision : floorDivision;

/** Python's `//`: exact by way of the remainder, where `x / y` would already have been rounded up. */
function floorOfQuotient(x: number, y: number): number {
  if (y === 0) return x / y;
  const r = x % y;
  const q = (x - r) / y - (r !== 0 && r < 0 !== y < 0 ? 1 : 0);
  return q === 0 ? (x / y < 0 || Object.is(x / y, -0) ? -0 : 0) : Math.round(q);
}

/** Integers have no infinity to answer a division by zero with. */
function checkDivisor(x: Value, y: Value): void {
  if (commonDtype([x, y]).is_floating_point) return;
  if (y instanceof Tensor ? y.toTypedArray().includes(0) : Number(y) === 0) throw new RuntimeError("ZeroDivisionError");
}

/** `floor(self / other)`. */
export const floor_divide = op("floor_divide[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  forward: (self, other) => {
    checkDivisor(self, other);
    return floorDivision.forward(self, other);
  },
  into: (self, other) => {
    checkDivisor(self, other);
    floorDivision.into(self, other);
  },
  derivatives: { self: () => null, other: () => null },
  domain: { other: [0.5, 2] },
  example: ["torch.tensor([7, -7]).floor_divide(2)", "tensor([ 3, -4])"],
});

/** Python's `%`: the remainder with the sign of `other`. */
export const remainder = op("remainder[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  forward: (self, other) => {
    checkDivisor(self, other);
    return remainders.forward(self, other);
  },
  into: (self, other) => {
    checkDivisor(self, other);
    remainders.into(self, other);
  },
  derivatives: {
    self: (g) => g,
    other: ["self other", (g, { self, other }) => g.neg().mul(self.div(other, { rounding_mode: "floor" }))],
  },
  nodeName: (_, other) => `RemainderBackward${other instanceof Tensor ? 1 : 0}`,
  domain: { other: [3, 4] },
  example: ["torch.tensor([5, -5]).remainder(3)", "tensor([2, 1])"],
});

const remainders = pointwise2(modulo, "same", noBool("remainder_cpu"), { whole: "remainder" });

/** {@link remainder} of a number by a tensor. */
export const remainder_Scalar = op("remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor")({
  composite: (self, other) => remainder(other.mul(0).add(self), other),
  samples: [{ self: 7, other: [2, 3] }],
  domain: { other: [3.6, 4] },
  example: ["torch.remainder(7, torch.tensor([3, -3]))", "tensor([ 1, -2])"],
});

/** C's `fmod`: the remainder with the sign of `self`. */
export const fmod = op("fmod[_](Tensor self, Tensor|Scalar other) -> Tensor")({
  forward: (self, other) => {
    checkDivisor(self, other);
    return fmodulo.forward(self, other);
  },
  into: (self, other) => {
    checkDivisor(self, other);
    fmodulo.into(self, other);
  },
  derivatives: {
    self: (g) => g,
    other: ["self other", (g, { self, other }) => g.neg().mul(self.div(other, { rounding_mode: "trunc" }))],
  },
  nodeName: (_, other) => `FmodBackward${other instanceof Tensor ? 1 : 0}`,
  domain: { other: [3, 4] },
  example: ["torch.tensor([5, -5]).fmod(3)", "tensor([ 2, -2])"],
});

const fmodulo = pointwise2((x, y) => x % y, "same", noBool("fmod_cpu"));

/** `self ** exponent`. */
export const pow = op("pow[_](Tensor self, Tensor|Scalar exponent) -> Tensor")({
  forward: (self, exponent) =>
    simplePower(self, exponent)?.forward(self) ??
    (exponent instanceof Tensor ? null : parametric("powNumber", [self], exponent)) ??
    power(self, exponent).forward(self, exponent),
  into: (self, exponent) => {
    const simple = simplePower(self, exponent);
    if (simple) simple.into(self);
    else if (exponent instanceof Tensor || !parametricInto("powNumber", [self], exponent))
      power(self, exponent).into(self, exponent);
  },
  derivatives: {
    // d(x^p) = p x^(p-1) dx; zero for p = 0, also at x = 0
    self: [
      "self exponent",
      (g, { self, exponent }) => {
        if (!(exponent instanceof Tensor)) {
          const p = Number(exponent);
          return p === 0 ? g.zeroGradient() : g.mul((p === 2 ? self : self.pow(p - 1)).mul(p));
        }
        return g.mul(exponent.mul(self.pow(exponent.sub(1)))).masked_fill(exponent.eq(0), 0);
      },
    ],
    // d(x^p) = x^p ln(x) dp; zero where x = 0 and p >= 0
    exponent: [
      "self exponent result",
      (g, { self, exponent, result }) => {
        const flat = self.eq(0).logical_and((exponent as Tensor).ge(0));
        return g.mul(result.mul(self.log()).masked_fill(flat, 0));
      },
    ],
  },
  nodeName: (_, exponent) => (exponent instanceof Tensor ? "PowBackward1" : "PowBackward0"),
  domain: { self: [0.3, 2] },
  example: ["torch.tensor([1, 2, 3]).pow(2)", "tensor([1, 4, 9])"],
});

// C gives 1 where JavaScript gives NaN: for 1^NaN, 1^inf and (-1)^inf
const realPower = pointwise2(
  (x, y) => (x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y),
  "same",
  noBool("pow"),
  { kernel: "pow" },
);
const integerPower = pointwise2((x, y) => (y < 0 && x === 0 ? 0 : Math.trunc(x ** y)));

function power(self: Value, exponent: Value): typeof realPower {
  const dtype: DType = commonDtype([self, exponent]);
  if (dtype === bool || dtype.is_floating_point) return realPower;
  if (!(exponent instanceof Tensor) && Number(exponent) < 0) {
    throw new RuntimeError(
      "Integers to negative integer powers are not allowed.",
      "The result would be no integer. Convert the tensor first: x.float().",
    );
  }
  return integerPower;
}

/** Powers that are products or roots, of floating point numbers; the root of -Infinity is NaN, as in PyTorch. */
const simplePowers = new Map<Value, Pointwise<[Value]>>([
  [1, pointwise1((x) => x)],
  [2, pointwise1((x) => x * x, "same", undefined, "square")],
  [3, pointwise1((x) => x * x * x, "same", undefined, "cube")],
  [-1, pointwise1((x) => 1 / x, "same", undefined, "reciprocal")],
  [0.5, pointwise1(Math.sqrt, "same", undefined, "sqrt")],
  [-0.5, pointwise1((x) => 1 / Math.sqrt(x), "same", undefined, "rsqrt")],
]);

const simplePower = (self: Tensor, exponent: Value): Pointwise<[Value]> | undefined =>
  self.dtype.is_floating_point ? simplePowers.get(exponent) : undefined;

/** A number to the power of a tensor. */
export const pow_Scalar = op("pow.Scalar(Scalar self, Tensor exponent) -> Tensor")({
  forward: (self, exponent) =>
    parametric("numberPow", [exponent], self) ?? power(self, exponent).forward(self, exponent),
  // d(x^p) = x^p ln(x) dp; zero where x = 0 and p >= 0
  derivatives: {
    exponent: [
      "exponent result",
      (g, { self, exponent, result }) => {
        const flat = exponent.ge(Number(self) === 0 ? 0 : Number.NaN);
        return g.mul(result.mul(Math.log(Number(self))).masked_fill(flat, 0));
      },
    ],
  },
  nodeName: "PowBackward2",
  samples: [
    { self: 2, exponent: [2, 3] },
    { self: 0.5, exponent: [3] },
  ],
  example: ["torch.pow(2, torch.tensor([1, 2, 3]))", "tensor([2, 4, 8])"],
});

/** `-self`. */
export const neg = op("neg[_](Tensor self) -> Tensor")({
  ...pointwise1(
    (x) => -x,
    "same",
    (compute) => {
      if (compute === bool) {
        throw new RuntimeError(
          "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
        );
      }
    },
    "neg",
  ),
  derivatives: { self: (g) => g.neg() },
  example: ["torch.tensor([1, -2]).neg()", "tensor([-1,  2])"],
});

// Exponentials and logarithms

/** `e^self`. */
export const exp = op("exp[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.exp, "float", undefined, "exp"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result)] },
  example: ["torch.tensor([0, 1]).exp()", "tensor([1.0000, 2.7183])"],
});

/** `2^self`. */
export const exp2 = op("exp2[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => 2 ** x, "float", undefined, "exp2"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result).mul(Math.LN2)] },
  example: ["torch.tensor([0, 3]).exp2()", "tensor([1., 8.])"],
});

/** `e^self - 1`, exact near 0. */
export const expm1 = op("expm1[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.expm1, "float", undefined, "expm1"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result.add(1))] },
  example: ["torch.tensor([0, 1]).expm1()", "tensor([0.0000, 1.7183])"],
});

/** The natural logarithm. */
export const log = op("log[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.log, "float", undefined, "log"),
  derivatives: { self: ["self", (g, { self }) => g.div(self)] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([1, 2]).log()", "tensor([0.0000, 0.6931])"],
});

/** The logarithm to base 2. */
export const log2 = op("log2[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.log2, "float", undefined, "log2"),
  derivatives: { self: ["self", (g, { self }) => g.div(self.mul(Math.LN2))] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([1, 8]).log2()", "tensor([0., 3.])"],
});

/** The logarithm to base 10. */
export const log10 = op("log10[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.log10, "float", undefined, "log10"),
  derivatives: { self: ["self", (g, { self }) => g.div(self.mul(Math.LN10))] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([1, 100]).log10()", "tensor([0., 2.])"],
});

/** `ln(1 + self)`, exact near 0. */
export const log1p = op("log1p[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.log1p, "float", undefined, "log1p"),
  derivatives: { self: ["self", (g, { self }) => g.div(self.add(1))] },
  domain: { self: [-0.7, 2] },
  example: ["torch.tensor([0, 1]).log1p()", "tensor([0.0000, 0.6931])"],
});

/** `ln(e^self + e^other)` without overflow. */
export const logaddexp = op("logaddexp(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(
    (x, y) => (x === y && !Number.isFinite(x) ? x : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
    "same",
    floatOnly("logaddexp_cpu"),
    { kernel: "logAddExp" },
  ),
  derivatives: {
    self: ["self other", (g, { self, other }) => g.mul(self.sub(other).sigmoid())],
    other: ["self other", (g, { self, other }) => g.mul(other.sub(self).sigmoid())],
  },
  example: ["torch.logaddexp(torch.zeros(1), torch.zeros(1))", "tensor([0.6931])"],
});

// Powers and roots

/** The square root. */
export const sqrt = op("sqrt[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.sqrt, "float", undefined, "sqrt"),
  derivatives: { self: ["result", (g, { result }) => g.div(result.mul(2))] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([4, 9]).sqrt()", "tensor([2., 3.])"],
});

/** `1 / sqrt(self)`. */
export const rsqrt = op("rsqrt[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => 1 / Math.sqrt(x), "float", undefined, "rsqrt"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result.pow(3)).mul(-0.5)] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([4, 16]).rsqrt()", "tensor([0.5000, 0.2500])"],
});

/** `1 / self`. */
export const reciprocal = op("reciprocal[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => 1 / x, "float", undefined, "reciprocal"),
  derivatives: { self: ["result", (g, { result }) => g.mul(result.mul(result)).neg()] },
  domain: { self: [0.3, 3] },
  example: ["torch.tensor([2, 4]).reciprocal()", "tensor([0.5000, 0.2500])"],
});

/** `self * self`. */
export const square = op("square(Tensor self) -> Tensor")({
  composite: (self) => self.pow(2),
  example: ["torch.tensor([2, -3]).square()", "tensor([4, 9])"],
});

/** {@link square} in place. */
export const square_ = op("square_(Tensor self) -> Tensor")({
  composite: (self) => self.pow_(2),
  example: ["torch.tensor([2, -3]).square_()", "tensor([4, 9])"],
});
