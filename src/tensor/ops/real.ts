import { RuntimeError } from "../../python/errors.js";
import { bool, float64, int32 } from "../dtype.js";
import { map1 } from "../kernels/map.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { floatOnly, pointwise1, pointwise2 } from "../pointwise.js";
import { Tensor } from "../tensor.js";

// What complex numbers would make a difference to

/** The real part: the tensor itself, as all tensors are real. */
export const real = op("real(Tensor input) -> Tensor")({
  composite: (input) => input,
  example: ["torch.real(torch.tensor([1, 2]))", "tensor([1, 2])"],
});

/** The complex conjugate: the tensor itself, as all tensors are real. */
export const conj = op("conj(Tensor self) -> Tensor")({
  composite: (self) => self,
  example: ["torch.tensor([1, 2]).conj()", "tensor([1, 2])"],
});

/** {@link conj}, written out in memory. */
export const conj_physical = op("conj_physical(Tensor self) -> Tensor")({
  composite: (self) => self,
  example: ["torch.tensor([1, 2]).conj_physical()", "tensor([1, 2])"],
});

/** {@link conj_physical} in place: the tensor itself. */
export const conj_physical_ = op("conj_physical_(Tensor self) -> Tensor")({
  composite: (self) => self,
  example: ["torch.tensor([1, 2]).conj_physical_()", "tensor([1, 2])"],
});

/** The matrices in the last two dimensions transposed, and of real numbers nothing else. */
export const adjoint = op("adjoint(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim === 0) return self;
    if (self.ndim >= 2) return self.transpose(-2, -1);
    throw new RuntimeError(
      `tensor.adjoint() is only supported on matrices or batches of matrices. Got ${self.ndim}-D tensor.`,
    );
  },
  samples: [{ self: [2, 3] }, { self: [2, 3, 1] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).adjoint()", "tensor([[1, 3],\n        [2, 4]])"],
});

/** A tensor whose conjugation is written out: the tensor itself. */
export const resolve_conj = op("resolve_conj(Tensor self) -> Tensor")({
  composite: (self) => self,
  example: ["torch.tensor([1, 2]).resolve_conj()", "tensor([1, 2])"],
});

/** A tensor whose negation is written out: the tensor itself. */
export const resolve_neg = op("resolve_neg(Tensor self) -> Tensor")({
  composite: (self) => self,
  example: ["torch.tensor([1, 2]).resolve_neg()", "tensor([1, 2])"],
});

/** Is each element real? All are. */
export const isreal = op("isreal(Tensor self) -> Tensor")({
  ...pointwise1(() => 1, "bool"),
  example: ["torch.tensor([1, 2]).isreal()", "tensor([True, True])"],
});

/** The angle in the complex plane: 0 for positive numbers, pi for negative ones. */
export const angle = op("angle(Tensor self) -> Tensor")({
  ...pointwise1((x) => (Number.isNaN(x) ? x : x < 0 ? Math.PI : 0), "float"),
  derivatives: { self: (g) => g.zeroGradient() },
  domain: { self: [0.3, 2] },
  example: ["torch.tensor([-1, 2]).angle()", "tensor([3.1416, 0.0000])"],
});

/** The sign: -1, 0 or 1. */
export const sgn = op("sgn[_](Tensor self) -> Tensor")({
  forward: (self) => self.sign(),
  derivatives: { self: (g) => g.zeroGradient() },
  domain: { self: [0.3, 2] },
  example: ["torch.tensor([-3, 0, 2]).sgn()", "tensor([-1,  0,  1])"],
});

/** `+self`: the tensor itself. */
export const positive = op("positive(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.dtype === bool) throw new RuntimeError("The `+` operator, on a bool tensor is not supported.");
    return self;
  },
  example: ["torch.tensor([-1, 2]).positive()", "tensor([-1,  2])"],
});

// Infinities

/** Is each element minus infinity? */
export const isneginf = op("isneginf(Tensor self) -> Tensor")({
  ...pointwise1((x) => +(x === -Infinity), "bool"),
  example: ["torch.tensor([-Infinity, 0.5]).isneginf()", "tensor([ True, False])"],
});

/** Is each element plus infinity? */
export const isposinf = op("isposinf(Tensor self) -> Tensor")({
  ...pointwise1((x) => +(x === Infinity), "bool"),
  example: ["torch.tensor([Infinity, 0.5]).isposinf()", "tensor([ True, False])"],
});

// Maxima and minima that pass over NaN

/** The larger of two elements; NaN only where both are. */
export const fmax = op("fmax(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2((x, y) => (x >= y || Number.isNaN(y) ? x : y)),
  derivatives: {
    self: ["self other", (g, { self, other }) => g.masked_fill(isChosen(self.ge(other), other).logical_not(), 0)],
    other: ["self other", (g, { self, other }) => g.masked_fill(isChosen(self.ge(other), other), 0)],
  },
  samples: bothWays(),
  example: ["torch.fmax(torch.tensor([1, NaN]), torch.tensor([0.5, 2]))", "tensor([1., 2.])"],
});

/** The smaller of two elements; NaN only where both are. */
export const fmin = op("fmin(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2((x, y) => (x <= y || Number.isNaN(y) ? x : y)),
  derivatives: {
    self: ["self other", (g, { self, other }) => g.masked_fill(isChosen(self.le(other), other).logical_not(), 0)],
    other: ["self other", (g, { self, other }) => g.masked_fill(isChosen(self.le(other), other), 0)],
  },
  samples: bothWays(),
  example: ["torch.fmin(torch.tensor([1, NaN]), torch.tensor([0.5, 2]))", "tensor([0.5000, 2.0000])"],
});

/** Is the first of the two the result? It is where it compares so, or where the other is NaN. */
const isChosen = (compares: Tensor, other: Tensor): Tensor => compares.logical_or(other.isnan());

function bothWays() {
  return [
    { self: [2, 3], other: [3] },
    { self: [4], other: [4] },
  ];
}

// Powers of two

/** `self * 2^other`. */
export const ldexp = op("ldexp[_](Tensor self, Tensor other) -> Tensor")({
  forward: (self, other) => self.mul(other.exp2()),
  derivatives: {
    self: ["other", (g, { other }) => g.mul(other.exp2())],
    other: ["self other", (g, { self, other }) => g.mul(self).mul(other.exp2()).mul(Math.LN2)],
  },
  example: ["torch.ldexp(torch.tensor([1, 3]), torch.tensor([1, 2]))", "tensor([ 2., 12.])"],
});

/** The `mantissa`, from 0.5 to 1 in size, and the `exponent` (int32) with `self = mantissa * 2^exponent`. */
export const frexp = op("frexp(Tensor self) -> (Tensor mantissa, Tensor exponent)")({
  forward: (self) => {
    if (!self.dtype.is_floating_point) {
      throw new RuntimeError(
        `torch.frexp() only supports floating-point dtypes`,
        "Convert the tensor first: x.float().frexp().",
      );
    }
    const exponent = Tensor.empty(self.shape, int32);
    map1(exponentOf, self.shape, exponent.operand(), self.operand());
    const scale = (x: number, e: number) => (e === 0 ? x : x / 2 ** (e - 1) / 2);
    return namedResults("frexp", { mantissa: pointwise2(scale).forward(self, exponent), exponent });
  },
  derivatives: { self: ["result", ([g], { result }) => g?.div(result.exponent.exp2()) ?? null] },
  domain: { self: [1.1, 1.9] },
  example: ["torch.tensor([0.75, 8]).frexp().mantissa", "tensor([0.7500, 0.5000])"],
});

function exponentOf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  let e = Math.floor(Math.log2(Math.abs(x))) + 1;
  // the logarithm is rounded
  while (Math.abs(x) >= 2 ** e) e++;
  while (Math.abs(x) < 2 ** (e - 1)) e--;
  return e;
}

/** The floating point number next to `self` in the direction of `other`. */
export const nextafter = op("nextafter[_](Tensor self, Tensor other) -> Tensor")({
  forward: (self, other) => next(self, other).forward(self, other),
  derivatives: { self: (g) => g, other: (g) => g.zeroGradient() },
  samples: [{ self: { int: [0, 0, 0] }, other: [2, 3] }],
  domain: { other: [5, 6] },
  example: ["torch.nextafter(torch.tensor([0.5]), torch.tensor([1.5])).sub(0.5)", "tensor([5.9605e-08])"],
});

/** Numbers of one sign are ordered as the integers that their bits make. */
function next(self: Tensor, other: Tensor) {
  const isDouble = self.dtype === float64 || other.dtype === float64;
  const value = isDouble ? new Float64Array(1) : new Float32Array(1);
  const bits = isDouble ? new BigInt64Array(value.buffer) : new Int32Array(value.buffer);
  const after = (x: number, y: number): number => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    if (x === y) return y;
    value[0] = x;
    // from 0 it is the smallest number, of the other's sign
    if (x === 0) value[0] = 0;
    if (x === 0 || x < y === x > 0) bits[0]++;
    else bits[0]--;
    return x === 0 && y < 0 ? -value[0] : value[0];
  };
  return pointwise2(after, "same", floatOnly("nextafter_cpu"));
}

// Powers and logarithms

/** {@link pow} in float64, whatever the dtypes. */
export const float_power = op("float_power(Tensor self, Tensor|Scalar exponent) -> Tensor")({
  composite: (self, exponent) => self.double().pow(exponent instanceof Tensor ? exponent.double() : exponent),
  domain: { self: [0.3, 2] },
  example: ["torch.float_power(torch.tensor([1, 2]), 2)", "tensor([1., 4.], dtype=torch.float64)"],
});

/** A number to the power of a tensor, in float64. */
export const float_power_Scalar = op("float_power.Scalar(Scalar self, Tensor exponent) -> Tensor")({
  composite: (self, exponent) => exponent.double().mul(0).add(self).pow(exponent.double()),
  samples: [{ self: 2, exponent: [2, 3] }],
  example: ["torch.float_power(2, torch.tensor([1, 2]))", "tensor([2., 4.], dtype=torch.float64)"],
});

/** `log2(2^self + 2^other)`, without overflow. */
export const logaddexp2 = op("logaddexp2(Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(logAddExp2, "same", floatOnly("logaddexp2_cpu")),
  derivatives: {
    self: ["self other", (g, { self, other }) => g.div(other.sub(self).exp2().add(1))],
    other: ["self other", (g, { self, other }) => g.div(self.sub(other).exp2().add(1))],
  },
  example: ["torch.logaddexp2(torch.tensor([0.5]), torch.tensor([0.5]))", "tensor([1.5000])"],
});
function logAddExp2(x: number, y: number): number {
  if (x === y && !Number.isFinite(x)) return x;
  return Math.max(x, y) + Math.log1p(2 ** -Math.abs(x - y)) / Math.LN2;
}
