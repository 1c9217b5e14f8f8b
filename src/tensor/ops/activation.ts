import { RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { erf } from "../kernels/special.js";
import { op, quicker } from "../op.js";
import { parametric, parametricInto } from "../parametric.js";
import { floatOnly, pointwise1, pointwise2 } from "../pointwise.js";
import { wrapDim } from "../shape.js";
import type { Tensor } from "../tensor.js";

// Functions with an `inplace` argument are composites of a primitive of the same name with `_` before it.

/** `max(self, 0)`; the gradient at 0 is 0. */
export const relu = op("relu[_](Tensor self) -> Tensor")({
  forward: (self) => positivePart.forward(notBool(self)),
  into: (self) => positivePart.into(notBool(self)),
  derivatives: {
    self: [
      "result",
      quicker(
        (g, { result }) => reluSlope.forward(g, result),
        (g, { result }) => g.masked_fill(result.le(0), 0),
      ),
    ],
  },
  example: ["torch.tensor([-1, 2]).relu()", "tensor([0, 2])"],
});
const reluSlope = pointwise2((g, y) => (y <= 0 ? 0 : g), "same", undefined, { kernel: "reluBackward" });
const positivePart = pointwise1((x) => (x > 0 || Number.isNaN(x) ? x : 0), "same", undefined, "relu");
function notBool(self: Tensor): Tensor {
  if (self.dtype === bool) throw new RuntimeError("Boolean inputs not supported for relu");
  return self;
}

/** `1 / (1 + e^-self)`. */
export const sigmoid = op("sigmoid[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => 1 / (1 + Math.exp(-x)), "float", undefined, "sigmoid"),
  // d sigmoid = s (1 - s) dx
  derivatives: {
    self: [
      "result",
      quicker(
        (g, { result }) => sigmoidSlope.forward(g, result),
        (g, { result }) => g.mul(result.rsub(1)).mul(result),
      ),
    ],
  },
  example: ["torch.tensor([0, 1]).sigmoid()", "tensor([0.5000, 0.7311])"],
});
const sigmoidSlope = pointwise2((g, s) => g * (1 - s) * s, "same", undefined, { kernel: "sigmoidBackward" });

/** The hyperbolic tangent. */
export const tanh = op("tanh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.tanh, "float", undefined, "tanh"),
  // d tanh = (1 - t^2) dx
  derivatives: {
    self: [
      "result",
      quicker(
        (g, { result }) => tanhSlope.forward(g, result),
        (g, { result }) => g.mul(result.pow(2).rsub(1)),
      ),
    ],
  },
  example: ["torch.tensor([0, 1]).tanh()", "tensor([0.0000, 0.7616])"],
});
const tanhSlope = pointwise2((g, t) => g * (1 - t * t), "same", undefined, { kernel: "tanhBackward" });

// Exponential units

/** `scale * x` where `x` is positive, `scale * alpha * (e^x - 1)` elsewhere. */
export const _elu = op("Tensor::_elu[_](Tensor self, Scalar alpha=1, Scalar scale=1) -> Tensor")({
  forward: (self, alpha, scale) =>
    parametric("elu", [self], +alpha * +scale, scale) ?? exponential(+alpha, +scale, 1).forward(self),
  into: (self, alpha, scale) => {
    if (!parametricInto("elu", [self], +alpha * +scale, scale)) exponential(+alpha, +scale, 1).into(self);
  },
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self, alpha, scale }) => parametric("eluBackward", [g, self], +alpha * +scale, scale),
        (g, { self, alpha, scale }) => g.mul(exponentialSlope(self, +alpha, +scale, 1)),
      ),
    ],
  },
  domain: { self: [-2, -0.1] },
  example: ["torch.tensor([-1, 2.5])._elu()", "tensor([-0.6321,  2.5000])"],
});

/** `x` where it is positive, `alpha * (e^(x / alpha) - 1)` elsewhere. */
export const _celu = op("Tensor::_celu[_](Tensor self, Scalar alpha=1) -> Tensor")({
  forward: (self, alpha) =>
    (+alpha === 1 ? parametric("elu", [self], 1, 1) : null) ?? exponential(+alpha, 1, 1 / +alpha).forward(self),
  into: (self, alpha) => exponential(+alpha, 1, 1 / +alpha).into(self),
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self, alpha }) => (+alpha === 1 ? parametric("eluBackward", [g, self], 1, 1) : null),
        (g, { self, alpha }) => g.mul(exponentialSlope(self, +alpha, 1, 1 / +alpha)),
      ),
    ],
  },
  domain: { self: [-2, -0.1] },
  example: ["torch.tensor([-1, 2.5])._celu(2)", "tensor([-0.7869,  2.5000])"],
});

const exponential = (alpha: number, scale: number, rate: number) =>
  pointwise1((x) => scale * (x > 0 ? x : alpha * Math.expm1(x * rate)), "same", floatOnly("elu_cpu"));

const exponentialSlope = (x: Tensor, alpha: number, scale: number, rate: number): Tensor =>
  x
    .clamp({ max: 0 })
    .mul(rate)
    .exp()
    .mul(alpha * scale * rate)
    .where(x.le(0), scale);

/** `input` where it is positive, `alpha * (e^input - 1)` elsewhere. */
export const elu = op("nn.functional::elu(Tensor input, float alpha=1.0, bool inplace=False) -> Tensor")({
  composite: (input, alpha, inplace) => (inplace ? input._elu_(alpha) : input._elu(alpha)),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.elu(torch.tensor([-1, 2.5]))", "tensor([-0.6321,  2.5000])"],
});

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** {@link elu} scaled so that mean 0 and variance 1 are kept from layer to layer. */
export const selu = op("nn.functional::selu(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input._elu_(SELU_ALPHA, SELU_SCALE) : input._elu(SELU_ALPHA, SELU_SCALE)),
  domain: { input: [0.1, 2] },
  example: ["nn.functional.selu(torch.tensor([-1, 2.5]))", "tensor([-1.1113,  2.6268])"],
});

/** `input` where it is positive, `alpha * (e^(input / alpha) - 1)` elsewhere. */
export const celu = op("nn.functional::celu(Tensor input, float alpha=1.0, bool inplace=False) -> Tensor")({
  composite: (input, alpha, inplace) => {
    if (alpha === 0) throw new RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU");
    return inplace ? input._celu_(alpha) : input._celu(alpha);
  },
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.celu(torch.tensor([-1, 2.5]), 2)", "tensor([-0.7869,  2.5000])"],
});

// Smooth relatives of relu

/**
 * `input` times the probability that a standard normal variable is below it; with `approximate="tanh"` a formula in tanh
 * that is close to it.
 */
export const gelu = op("nn.functional::gelu(Tensor input, *, str approximate='none') -> Tensor")({
  forward: (input, approximate) => gaussian(approximate).forward(input),
  derivatives: {
    input: [
      "input",
      quicker(
        (g, { input, approximate }) => (approximate === "none" ? exactGeluSlope : tanhGeluSlope).forward(g, input),
        (g, { input, approximate }) => {
          if (approximate === "none") {
            // d(x P(x)) = (P(x) + x p(x)) dx, with the normal density p
            const below = input.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
            const density = input
              .pow(2)
              .mul(-0.5)
              .exp()
              .div(Math.sqrt(2 * Math.PI));
            return g.mul(below.add(input.mul(density)));
          }
          const t = input.pow(3).mul(GELU_CUBIC).add(input).mul(GELU_SCALE).tanh();
          const inner = input
            .pow(2)
            .mul(3 * GELU_CUBIC)
            .add(1)
            .mul(GELU_SCALE);
          return g.mul(t.add(1).add(input.mul(t.pow(2).rsub(1)).mul(inner))).mul(0.5);
        },
      ),
    ],
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], approximate: "tanh" }],
  example: ["nn.functional.gelu(torch.tensor([-1, 2.5]))", "tensor([-0.1587,  2.4845])"],
});
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;
const exactGelu = pointwise1((x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)), "same", floatOnly("GeluKernelImpl"), "gelu");
const exactGeluSlope = pointwise2(
  (g, x) => g * (0.5 * (1 + erf(x * Math.SQRT1_2)) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)),
  "same",
  undefined,
  { kernel: "geluBackward" },
);
const tanhGelu = pointwise1(
  (x) => 0.5 * x * (1 + Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x ** 3))),
  "same",
  floatOnly("GeluKernelImpl"),
  "geluTanh",
);
const tanhGeluSlope = pointwise2(
  (g, x) => {
    const t = Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x ** 3));
    return 0.5 * g * (1 + t + x * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * x * x));
  },
  "same",
  undefined,
  { kernel: "geluTanhBackward" },
);
function gaussian(approximate: string) {
  if (approximate === "none") return exactGelu;
  if (approximate === "tanh") return tanhGelu;
  throw new RuntimeError("approximate argument must be either none or tanh.");
}

export const _silu = op("Tensor::_silu[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => x / (1 + Math.exp(-x)), "same", floatOnly("silu_cpu"), "silu"),
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self }) => siluSlope.forward(g, self),
        (g, { self }) => {
          // d(x s) = s (1 + x (1 - s)) dx
          const s = self.sigmoid();
          return g.mul(s).mul(self.mul(s.rsub(1)).add(1));
        },
      ),
    ],
  },
  example: ["torch.tensor([1.0, 2.5])._silu()", "tensor([0.7311, 2.3104])"],
});
const siluSlope = pointwise2(
  (g, x) => {
    const s = 1 / (1 + Math.exp(-x));
    return g * s * (1 + x * (1 - s));
  },
  "same",
  undefined,
  { kernel: "siluBackward" },
);

/** `input * sigmoid(input)`. */
export const silu = op("nn.functional::silu(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input._silu_() : input._silu()),
  example: ["nn.functional.silu(torch.tensor([1, 2.5]))", "tensor([0.7311, 2.3104])"],
});

export const _mish = op("Tensor::_mish[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => x * Math.tanh(logOnePlusExp(x)), "same", floatOnly("mish_cpu"), "mish"),
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self }) => mishSlope.forward(g, self),
        (g, { self }) => {
          // with t = tanh(softplus(x)): d(x t) = (t + x (1 - t^2) sigmoid(x)) dx
          const t = softplus(self).tanh();
          return g.mul(t.add(self.mul(self.sigmoid()).mul(t.pow(2).rsub(1))));
        },
      ),
    ],
  },
  example: ["torch.tensor([1.0, 2.5])._mish()", "tensor([0.8651, 2.4714])"],
});
const mishSlope = pointwise2(
  (g, x) => {
    const t = Math.tanh(logOnePlusExp(x));
    return g * (t + (x * (1 - t * t)) / (1 + Math.exp(-x)));
  },
  "same",
  undefined,
  { kernel: "mishBackward" },
);
/** `ln(1 + e^x)` without overflow. */
function logOnePlusExp(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** `input * tanh(softplus(input))`. */
export const mish = op("nn.functional::mish(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input._mish_() : input._mish()),
  example: ["nn.functional.mish(torch.tensor([1, 2.5]))", "tensor([0.8651, 2.4714])"],
});

/** `ln(1 + e^(beta * input)) / beta`; `input` itself where `beta * input > threshold`. */
export const softplus = op("nn.functional::softplus(Tensor input, Scalar beta=1, Scalar threshold=20) -> Tensor")({
  forward: (input, beta, threshold) =>
    parametric("softplus", [input], beta, threshold) ??
    pointwise1(
      (x) => (x * +beta > +threshold ? x : logOnePlusExp(x * +beta) / +beta),
      "same",
      floatOnly("softplus_cpu"),
    ).forward(input),
  derivatives: {
    input: [
      "input",
      quicker(
        (g, { input, beta, threshold }) => parametric("softplusBackward", [g, input], beta, threshold),
        (g, { input, beta, threshold }) => {
          const scaled = input.mul(beta);
          return g.where(scaled.gt(threshold), g.mul(scaled.sigmoid()));
        },
      ),
    ],
  },
  samples: [{ input: [2, 3] }, { input: [2, 3], beta: 2, threshold: 3 }],
  example: ["nn.functional.softplus(torch.zeros(1))", "tensor([0.6931])"],
});

/** `ln(sigmoid(input))`. */
export const logsigmoid = op("nn.functional::logsigmoid(Tensor input) -> Tensor")({
  ...pointwise1(
    (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    "same",
    floatOnly("log_sigmoid_cpu"),
    "logSigmoid",
  ),
  derivatives: {
    input: [
      "input",
      quicker(
        (g, { input }) => logSigmoidSlope.forward(g, input),
        (g, { input }) => g.mul(input.neg().sigmoid()),
      ),
    ],
  },
  nodeName: "LogSigmoidBackward0",
  example: ["nn.functional.logsigmoid(torch.zeros(1))", "tensor([-0.6931])"],
});

const logSigmoidSlope = pointwise2((g, x) => g / (1 + Math.exp(x)), "same", undefined, {
  kernel: "logSigmoidBackward",
});

/** `input / (1 + |input|)`. */
export const softsign = op("nn.functional::softsign(Tensor input) -> Tensor")({
  composite: (input) => input.div(input.abs().add(1)),
  domain: { input: [0.2, 2] },
  example: ["nn.functional.softsign(torch.tensor([-1, 3]))", "tensor([-0.5000,  0.7500])"],
});

/** `input - tanh(input)`. */
export const tanhshrink = op("nn.functional::tanhshrink(Tensor input) -> Tensor")({
  composite: (input) => input.sub(input.tanh()),
  example: ["nn.functional.tanhshrink(torch.tensor([0, 1]))", "tensor([0.0000, 0.2384])"],
});

/** The first half of `input` along `dim`, times the sigmoid of the second. */
export const glu = op("nn.functional::glu(Tensor input, int dim=-1) -> Tensor")({
  composite: (input, dim) => {
    if (input.ndim === 0) throw new RuntimeError("glu does not support scalars because halving size must be even");
    const d = wrapDim(dim, input.ndim);
    const size = input.shape[d];
    if (size % 2 !== 0) throw new RuntimeError(`Halving dimension must be even, but dimension ${d} is size ${size}`);
    floatOnly("glu_cpu")(input.dtype);
    return input.narrow(d, 0, size / 2).mul(input.narrow(d, size / 2, size / 2).sigmoid());
  },
  samples: [{ input: [4] }, { input: [4, 3], dim: 0 }],
  example: ["nn.functional.glu(torch.tensor([2.5, 0]))", "tensor([1.2500])"],
});
