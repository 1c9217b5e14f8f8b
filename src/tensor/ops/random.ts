import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { registerClass } from "../../python/signature.js";
import * as counts from "../count_distributions.js";
import * as draw from "../distributions.js";
import { type DType, int64 } from "../dtype.js";
import { default_generator, Generator } from "../generator.js";
import { op } from "../op.js";
import { floatOnly, pointwise1, pointwise2 } from "../pointwise.js";
import * as integers from "../random_integers.js";
import type { Shape } from "../shape.js";
import { Tensor } from "../tensor.js";

declare module "../../python/signature-types.js" {
  interface Vocabulary {
    Generator: Generator;
  }
}

registerClass("Generator", Generator);

type FloatArray = Float32Array | Float64Array;

/** Draws into new memory in the tensor's dtype, in the order in which its elements lie, and writes that over the tensor. */
function redraw(
  self: Tensor,
  fill: (out: Tensor["storage"]["data"], dtype: DType) => void,
  strides = self.strides,
): void {
  const inOrder = inMemoryOrder(self, strides);
  const drawn = Tensor.empty(inOrder.shape, self.dtype);
  fill(drawn.storage.data, self.dtype);
  inOrder.write(drawn);
}

/** The dimensions from the one with the largest stride to that with the smallest. */
function inMemoryOrder(t: Tensor, strides: Shape): Tensor {
  const order = strides.map((_, d) => d).sort((a, b) => strides[b] - strides[a]);
  return t.aliased(
    order.map((d) => t.shape[d]),
    order.map((d) => t.strides[d]),
    t.offset,
  );
}

/** {@link redraw} for a distribution over the reals. */
function redrawFloat(name: string, self: Tensor, fill: (out: FloatArray) => void): void {
  if (!self.dtype.is_floating_point) {
    throw new NotImplementedError(
      `"${name}" not implemented for '${self.dtype.scalarName}'`,
      "Draw into a tensor of floats.",
    );
  }
  redraw(self, (out) => fill(out as FloatArray));
}

/** {@link redrawFloat} where PyTorch says in words what is wrong with integers. */
function redrawContinuous(name: string, self: Tensor, dtype: string, fill: (out: FloatArray) => void): void {
  if (!self.dtype.is_floating_point) {
    throw new RuntimeError(
      `${name} distribution is a continuous probability distribution. dtype must be a floating point but you specified ${dtype}`,
    );
  }
  redraw(self, (out) => fill(out as FloatArray));
}

/** Fills with draws from the uniform distribution on [from, to). */
export const uniform_ = op(
  "Tensor::uniform_(Tensor self, float from=0, float to=1, *, Generator? generator=None) -> Tensor",
)({
  into: (self, from, to, g) =>
    redrawFloat("check_uniform_bounds", self, (out) => draw.uniform(out, from, to, g ?? default_generator)),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.manual_seed(0), torch.zeros(2).uniform_()", "tensor([0.4963, 0.7682])"],
});

/** Fills with draws from the normal distribution. */
export const normal_ = op(
  "Tensor::normal_(Tensor self, float mean=0, float std=1, *, Generator? generator=None) -> Tensor",
)({
  into: (self, mean, std, g) =>
    redrawFloat("normal_kernel_cpu", self, (out) => {
      // memory with gaps is filled one element at a time
      const fill = self.is_contiguous() ? draw.normal : draw.normalOneByOne;
      fill(out, mean, std, g ?? default_generator);
    }),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.manual_seed(0), torch.zeros(2).normal_()", "tensor([ 1.5410, -0.2934])"],
});

/** Fills with draws from the log-normal distribution. */
export const log_normal_ = op(
  "Tensor::log_normal_(Tensor self, float mean=1, float std=2, *, Generator? generator=None) -> Tensor",
)({
  into: (self, mean, std, g) =>
    redrawFloat("log_normal_cpu", self, (out) => draw.log_normal(out, mean, std, g ?? default_generator)),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.manual_seed(0), torch.zeros(2).log_normal_(0, 1)", "tensor([4.6692, 0.7457])"],
});

/** Fills with draws from the exponential distribution. */
export const exponential_ = op(
  "Tensor::exponential_(Tensor self, float lambd=1, *, Generator? generator=None) -> Tensor",
)({
  into: (self, lambd, g) =>
    redrawContinuous("Exponential", self, self.dtype.scalarName, (out) =>
      draw.exponential(out, lambd, g ?? default_generator),
    ),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.manual_seed(0), torch.zeros(2).exponential_().shape", "[ 2 ]"],
});

/** Fills with draws from the Cauchy distribution. */
export const cauchy_ = op(
  "Tensor::cauchy_(Tensor self, float median=0, float sigma=1, *, Generator? generator=None) -> Tensor",
)({
  into: (self, median, sigma, g) =>
    redrawContinuous("Cauchy", self, self.dtype.cppName, (out) =>
      draw.cauchy(out, median, sigma, g ?? default_generator),
    ),
  derivatives: { self: (g) => g.zeroGradient() },
  example: ["torch.manual_seed(0), torch.zeros(2).cauchy_().shape", "[ 2 ]"],
});

/** Fills with draws from the geometric distribution. */
export const geometric_ = op("Tensor::geometric_(Tensor self, float p, *, Generator? generator=None) -> Tensor")({
  into: (self, p, g) => redraw(self, (out) => draw.geometric(out, p, g ?? default_generator)),
  derivatives: { self: (g) => g.zeroGradient() },
  samples: [{ self: [3], p: 0.5 }],
  example: ["torch.manual_seed(0), torch.zeros(2).geometric_(0.5).shape", "[ 2 ]"],
});

/** Fills with integers from [from, to), or from 0 to the largest that the dtype holds. */
export const random_ = op(
  "Tensor::random_(Tensor self, int? from=None, int? to=None, *, Generator? generator=None) -> Tensor",
)({
  into: (self, from, to, g) =>
    redraw(self, (out, dtype) => {
      const generator = g ?? default_generator;
      if (from === null) integers.random(out, dtype, generator);
      else if (to === null) integers.randint(out, dtype, 0, from, generator);
      else integers.randint(out, dtype, from, to, generator);
    }),
  derivatives: { self: (g) => g.zeroGradient() },
  nodeName: (_, from, to) => `RandomBackward${from === null ? 2 : to === null ? 1 : 0}`,
  example: ["torch.manual_seed(0), torch.zeros(3).random_(10)", "tensor([4., 9., 3.])"],
});

/** Fills with 1 with probability `p`, else 0; `p` may be a tensor that broadcasts. */
export const bernoulli_ = op(
  "Tensor::bernoulli_(Tensor self, Tensor|float p=0.5, *, Generator? generator=None) -> Tensor",
)({
  into: (self, p, g) => redraw(self, (out) => draw.bernoulli(out, probabilities(p, self), g ?? default_generator)),
  derivatives: { self: (g) => g.zeroGradient() },
  nodeName: (_, p) => `BernoulliBackward${typeof p === "number" ? 2 : 1}`,
  example: ["torch.manual_seed(0), torch.zeros(3).bernoulli_(1)", "tensor([1., 1., 1.])"],
});

/** 1 with the probability that each element says, else 0. */
export const bernoulli = op("bernoulli(Tensor self, *, Generator? generator=None) -> Tensor")({
  forward: (self, g) => {
    const out = Tensor.empty(self.shape, self.dtype);
    redraw(out, (data) => draw.bernoulli(data, probabilities(self, self), g ?? default_generator), self.strides);
    return out;
  },
  derivatives: { self: (grad) => grad.mul(0) },
  domain: { self: [0, 1] },
  example: ["torch.bernoulli(torch.tensor([0, 1]).float())", "tensor([0., 1.])"],
});

/** The probabilities for each element of `like`, in the order in which they lie. */
function probabilities(p: Tensor | number, like: Tensor): number | FloatArray {
  if (typeof p === "number") return p;
  // float32 probabilities are compared with float32 draws
  const probabilities = p.dtype.is_floating_point ? p : p.double();
  return inMemoryOrder(probabilities.expand([...like.shape]), like.strides).toTypedArray() as FloatArray;
}

/** A number from the Poisson distribution with the rate that each element says. */
export const poisson = op("poisson(Tensor self, Generator? generator=None) -> Tensor")({
  forward: (self, g) => {
    if (self.toTypedArray().some((rate) => !(rate >= 0))) {
      throw new RuntimeError("invalid Poisson rate, expected rate to be non-negative");
    }
    return pointwise1((rate) => counts.poisson(rate, g ?? default_generator), "same", floatOnly("poisson_cpu")).forward(
      self,
    );
  },
  derivatives: { self: (grad) => grad.zeroGradient() },
  domain: { self: [0, 20] },
  example: ["torch.manual_seed(0), torch.poisson(torch.tensor([4, 20]).float())", "tensor([ 7., 21.])"],
});

/** How many of `count` trials succeed that each do so with probability `prob`, drawn for each element. */
export const binomial = op("binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor")({
  forward: (count, prob, g) => {
    if (count.dtype !== prob.dtype) {
      throw new RuntimeError(
        `Found dtype ${prob.dtype.scalarName} but expected ${count.dtype.scalarName}`,
        "count and prob have one dtype.",
      );
    }
    const draw = (n: number, p: number) => counts.binomial(n, p, g ?? default_generator);
    return pointwise2(draw, "same", floatOnly("binomial_cpu")).forward(count, prob);
  },
  derivatives: { prob: (grad) => grad.zeroGradient() },
  // no trials: other draws have no slope with which a gradient of 0 could agree
  domain: { count: [-2, -1] },
  example: [
    "torch.manual_seed(0), torch.binomial(torch.tensor([10, 100]).float(), torch.tensor([0.5, 0.5]))",
    "tensor([ 7., 51.])",
  ],
});

/** `num_samples` indices drawn from each row with the probabilities in proportion to its elements. */
export const multinomial = op(
  "multinomial(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor",
)({
  forward: (self, n, replacement, g) => {
    if (self.dim() === 0 || self.dim() > 2) throw new RuntimeError("prob_dist must be 1 or 2 dim");
    if (!self.dtype.is_floating_point) {
      throw new RuntimeError(
        `multinomial only supports floating-point dtypes for input, got: ${self.dtype.scalarName}`,
      );
    }
    const categories = self.shape[self.dim() - 1];
    const weights = self.toTypedArray() as FloatArray;
    const drawn = integers.multinomial(weights, categories, n, replacement, g ?? default_generator);
    return Tensor.of(drawn, [...self.shape.slice(0, -1), n], int64);
  },
  samples: [{ self: [2, 4], num_samples: 2 }],
  domain: { self: [0.1, 1] },
  example: ["torch.multinomial(torch.tensor([0, 1, 0]).float(), 1)", "tensor([1])"],
});
