import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import * as kernels from "../kernels/special.js";
import { op } from "../op.js";
import { pointwise1, pointwise2 } from "../pointwise.js";
import type { Tensor } from "../tensor.js";

// torch.special: what has no other home

/** `-x ln x`, 0 at 0 and minus infinity below. */
export const special_entr = op("special::entr(Tensor input) -> Tensor")({
  ...pointwise1((x) => (x > 0 ? -x * Math.log(x) : x === 0 ? 0 : x < 0 ? -Infinity : x), "float"),
  derivatives: { input: ["input", (g, { input }) => g.mul(input.log().add(1).neg())] },
  nodeName: "SpecialEntrBackward0",
  domain: { input: [0.3, 2] },
  example: ["torch.special.entr(torch.tensor([0, 0.5]))", "tensor([0.0000, 0.3466])"],
});

/** `e^(x^2) erfc(x)`. */
export const special_erfcx = op("special::erfcx(Tensor input) -> Tensor")({
  ...pointwise1(kernels.erfcx, "float"),
  derivatives: {
    input: [
      "input result",
      (g, { input, result }) =>
        g.mul(
          input
            .mul(result)
            .mul(2)
            .sub(2 / Math.sqrt(Math.PI)),
        ),
    ],
  },
  nodeName: "SpecialErfcxBackward0",
  example: ["torch.special.erfcx(torch.tensor([0, 10]))", "tensor([1.0000, 0.0561])"],
});

/** The area under the standard normal density up to `input`. */
export const special_ndtr = op("special::ndtr(Tensor input) -> Tensor")({
  ...pointwise1(kernels.ndtr, "float"),
  derivatives: { input: ["input", (g, { input }) => g.mul(density(input))] },
  nodeName: "SpecialNdtrBackward0",
  example: ["torch.special.ndtr(torch.tensor([0, 2]))", "tensor([0.5000, 0.9772])"],
});

/** The standard normal density. */
const density = (x: Tensor): Tensor =>
  x
    .square()
    .div(-2)
    .exp()
    .div(Math.sqrt(2 * Math.PI));

/** The logarithm of {@link special_ndtr}. */
export const special_log_ndtr = op("special::log_ndtr(Tensor input) -> Tensor")({
  ...pointwise1(kernels.log_ndtr, "float"),
  derivatives: {
    // density / area, of which erfcx is the quotient
    input: ["input", (g, { input }) => g.div(special_erfcx(input.mul(-Math.SQRT1_2))).mul(Math.sqrt(2 / Math.PI))],
  },
  nodeName: "SpecialLogNdtrBackward0",
  example: ["torch.special.log_ndtr(torch.tensor([-10, 0]))", "tensor([-53.2313,  -0.6931])"],
});

/** The inverse of {@link special_ndtr}. */
export const special_ndtri = op("special::ndtri(Tensor input) -> Tensor")({
  ...pointwise1(kernels.ndtri, "float"),
  derivatives: { input: ["result", (g, { result }) => g.div(density(result))] },
  nodeName: "SpecialNdtriBackward0",
  domain: { input: [0.1, 0.9] },
  example: ["torch.special.ndtri(torch.tensor([0.5, 0.9]))", "tensor([0.0000, 1.2816])"],
});

/** `input * ln(1 + other)`, and 0 where `input` is 0 (unless `other` is NaN). */
export const special_xlog1py = op("special::xlog1py(Tensor input, Tensor|Scalar other) -> Tensor")({
  ...pointwise2(xLog1pY, "float"),
  derivatives: {
    // the slope where input and ln(1 + other) would make 0 * infinity is 0
    input: [
      "input other",
      (g, { input, other }) => {
        const flat =
          typeof other === "object" ? input.eq(0).logical_and(other.le(-1)) : input.eq(+other <= -1 ? 0 : Number.NaN);
        return special_xlog1py(g, other).masked_fill(flat, 0);
      },
    ],
    other: ["input other", (g, { input, other }) => g.mul(input).div((other as Tensor).add(1))],
  },
  nodeName: "SpecialXlog1PyBackward0",
  domain: { other: [-0.5, 2] },
  example: ["torch.special.xlog1py(torch.tensor([0, 2]), torch.tensor([-1, 1]))", "tensor([0.0000, 1.3863])"],
});

/** `input * ln(1 + other)` with a number before the tensor. */
export const special_xlog1py_self = op("special::xlog1py.self_scalar(Scalar input, Tensor other) -> Tensor")({
  forward: (input, other) => pointwise2(xLog1pY, "float").forward(input, other),
  derivatives: { other: ["other", (g, { input, other }) => g.mul(input).div(other.add(1))] },
  nodeName: "SpecialXlog1PyBackward1",
  domain: { other: [-0.5, 2] },
  samples: [{ input: 2, other: [2, 3] }],
  example: ["torch.special.xlog1py(2, torch.tensor([0, 1]))", "tensor([0.0000, 1.3863])"],
});

function xLog1pY(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log1p(y);
}

/** Hurwitz's zeta function: `sum over k >= 0 of (other + k)^-input`. It has no gradient for `input`. */
export const special_zeta = op("special::zeta(Tensor|Scalar input, Tensor|Scalar other) -> Tensor")({
  ...pointwise2(kernels.zeta, "float"),
  derivatives: {
    input: () => notDifferentiable("special_zeta: self"),
    other: [
      "input other",
      (g, { input, other }) =>
        g
          .mul(typeof input === "object" ? input.neg() : -input)
          .mul(special_zeta(typeof input === "object" ? input.add(1) : +input + 1, other)),
    ],
  },
  nodeName: "SpecialZetaBackward0",
  domain: { other: [0.5, 3] },
  samples: [
    { input: { int: [2, 3, 4] }, other: [2, 3] },
    { input: 2, other: [3] },
  ],
  example: ["torch.special.zeta(torch.tensor([2, 4]), 1)", "tensor([1.6449, 1.0823])"],
});

// The incomplete gamma function

/** The regularized lower incomplete gamma function; both arguments from 0. It has no gradient for `self`. */
export const igamma = op("igamma[_](Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(kernels.igamma, "float"),
  derivatives: {
    self: () => notDifferentiable("igamma: input"),
    other: ["self other", (g, { self, other }) => g.mul(gammaDensity(self, other))],
  },
  domain: { other: [0.5, 3] },
  samples: [{ self: { int: [1, 2, 3] }, other: [2, 3] }],
  example: ["torch.igamma(torch.tensor([4]).float(), torch.tensor([3]).float())", "tensor([0.3528])"],
});

/** The regularized upper incomplete gamma function, `1 - igamma`. It has no gradient for `self`. */
export const igammac = op("igammac[_](Tensor self, Tensor other) -> Tensor")({
  ...pointwise2(kernels.igammac, "float"),
  derivatives: {
    self: () => notDifferentiable("igammac: input"),
    other: ["self other", (g, { self, other }) => g.mul(gammaDensity(self, other)).neg()],
  },
  domain: { other: [0.5, 3] },
  samples: [{ self: { int: [1, 2, 3] }, other: [2, 3] }],
  example: ["torch.igammac(torch.tensor([4]).float(), torch.tensor([3]).float())", "tensor([0.6472])"],
});

/** `x^(a-1) e^-x / gamma(a)`. */
const gammaDensity = (a: Tensor, x: Tensor): Tensor => x.log().mul(a.sub(1)).sub(x).sub(a.lgamma()).exp();

function notDifferentiable(what: string): never {
  throw new NotImplementedError(`the derivative for '${what}' is not implemented.`);
}

/** The logarithm of the gamma function of `p` dimensions: `p (p - 1) / 4 ln(pi) + sum over j < p of lgamma(self - j / 2)`. */
export const mvlgamma = op("mvlgamma[_](Tensor self, int p) -> Tensor")({
  composite: (self, p) => {
    if (p < 1) throw new RuntimeError("p has to be greater than or equal to 1");
    const shifts = Array.from({ length: p }, (_, j) => -j / 2);
    const parts = shifts.map((shift) => self.add(shift).lgamma());
    return parts.reduce((sum, part) => sum.add(part)).add(((p * (p - 1)) / 4) * Math.log(Math.PI));
  },
  domain: { self: [2, 4] },
  samples: [
    { self: [2, 3], p: 1 },
    { self: [3], p: 3 },
  ],
  example: ["torch.mvlgamma(torch.tensor([2, 3]), 2)", "tensor([0.4516, 1.5502])"],
});
