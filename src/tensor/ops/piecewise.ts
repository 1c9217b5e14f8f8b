import { RuntimeError, ValueError } from "../../python/errors.js";
import { clamped, clampedInto, limit } from "../clamping.js";
import { default_generator } from "../generator.js";
import { op, quicker } from "../op.js";
import { parametric, parametricInto } from "../parametric.js";
import { floatOnly, pointwise1, pointwise2 } from "../pointwise.js";
import { Tensor } from "../tensor.js";

/** Activations made of straight lines; what PyTorch takes for the slope at their corners is part of each. */

// Linear units with a slope below 0

export const _leaky_relu = op("Tensor::_leaky_relu[_](Tensor self, Scalar negative_slope=0.01) -> Tensor")({
  forward: (self, slope) => {
    floatOnly("leaky_relu_cpu")(self.dtype);
    return parametric("leakyRelu", [self], slope) ?? pointwise2(leaky).forward(self, slope);
  },
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self, negative_slope }) => parametric("leakyReluBackward", [g, self], negative_slope),
        (g, { self, negative_slope }) => g.where(self.gt(0), g.mul(negative_slope)),
      ),
    ],
  },
  domain: { self: [0.1, 2] },
  example: ["torch.tensor([-1.0, 2.5])._leaky_relu(0.1)", "tensor([-0.1000,  2.5000])"],
});
function leaky(x: number, slope: number): number {
  return x > 0 ? x : x * slope;
}

/** `input` where it is positive, `negative_slope * input` elsewhere; the slope at 0 is `negative_slope`. */
export const leaky_relu = op(
  "nn.functional::leaky_relu(Tensor input, float negative_slope=0.01, bool inplace=False) -> Tensor",
)({
  composite: (input, slope, inplace) => (inplace ? input._leaky_relu_(slope) : input._leaky_relu(slope)),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.leaky_relu(torch.tensor([-1, 2.5]))", "tensor([-0.0100,  2.5000])"],
});

export const _rrelu_with_noise = op("Tensor::_rrelu_with_noise[_](Tensor self, Tensor noise) -> Tensor")({
  ...pointwise2((x, slope) => x * slope),
  derivatives: { self: ["noise", (g, { noise }) => g.mul(noise)] },
  samples: [{ self: [2], noise: { int: [2, 3] } }],
  example: ["torch.tensor([-1, 2])._rrelu_with_noise(torch.tensor([0.25, 1]))", "tensor([-0.2500,  2.0000])"],
});

/**
 * {@link leaky_relu} whose slope is the mean of `lower` and `upper`; while training it is drawn for each element, uniform
 * on [lower, upper).
 */
export const rrelu = op(
  "nn.functional::rrelu(Tensor input, float lower=0.125, float upper=0.3333333333333333, bool training=False, bool inplace=False) -> Tensor",
)({
  composite: (input, lower, upper, training, inplace) => {
    if (!training) return leaky_relu(input, (lower + upper) / 2, inplace);
    if (lower > upper) throw new RuntimeError("Lower bound should be less than or equal to the upper bound");
    floatOnly("rrelu_with_noise_out_cpu")(input.dtype);
    const noise = Tensor.empty(input.shape, input.dtype);
    const values = input.toTypedArray();
    const slope = () => default_generator.uniform() * (upper - lower) + lower;
    for (let i = 0; i < values.length; i++) noise.storage.data[i] = values[i] <= 0 ? slope() : 1;
    return inplace ? input._rrelu_with_noise_(noise) : input._rrelu_with_noise(noise);
  },
  domain: { input: [-2, -0.1] },
  samples: [{ input: [2, 3] }, { input: [2, 3], training: true }],
  example: ["nn.functional.rrelu(torch.tensor([-1, 2.5]))", "tensor([-0.2292,  2.5000])"],
});

/** `input` where it is positive, `weight * input` elsewhere; `weight` has one element, or one a channel (dimension 1). */
export const prelu = op("prelu(Tensor self, Tensor weight) -> Tensor")({
  composite: (self, weight) => {
    const count = weight.numel();
    if (count === 1) return self._prelu_kernel(weight.reshape(self.shape.map(() => 1)));
    const channels = self.ndim >= 2 ? self.shape[1] : 1;
    if (count !== channels) {
      throw new RuntimeError(
        `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and channel size = ${channels}.`,
      );
    }
    return self._prelu_kernel(weight.reshape(self.shape.map((_, d) => (d === 1 ? count : 1))));
  },
  domain: { self: [-2, -0.1] },
  samples: [
    { self: [2, 3], weight: [3] },
    { self: [4], weight: [1] },
  ],
  example: ["torch.prelu(torch.tensor([-1, 2.5]), torch.tensor(0.1))", "tensor([-0.1000,  2.5000])"],
});

export const _prelu_kernel = op("_prelu_kernel(Tensor self, Tensor weight) -> Tensor")({
  forward: (self, weight) => {
    if (self.dtype !== weight.dtype) {
      throw new RuntimeError(
        `prelu: Type promoting not supported. Got ${self.dtype.scalarName} and ${weight.dtype.scalarName}`,
      );
    }
    return pointwise2(leaky).forward(self, weight);
  },
  derivatives: {
    self: ["self weight", (g, { self, weight }) => g.where(self.gt(0), g.mul(weight))],
    weight: ["self", (g, { self }) => g.mul(self).masked_fill(self.gt(0), 0)],
  },
  nodeName: "PreluKernelBackward0",
  domain: { self: [-2, -0.1] },
  example: ["torch.tensor([-1, 2.5])._prelu_kernel(torch.tensor(0.1))", "tensor([-0.1000,  2.5000])"],
});

// Pieces of straight lines

export const _hardtanh = op("Tensor::_hardtanh[_](Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor")({
  forward: (self, min, max) => clamped("clamp", [self], min, max) ?? between(min, max).forward(self),
  into: (self, min, max) => {
    if (!clampedInto(self, min, max)) between(min, max).into(self);
  },
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self, min_val, max_val }) => parametric("hardtanhBackward", [g, self], min_val, max_val),
        (g, { self, min_val, max_val }) => g.masked_fill(self.le(min_val).logical_or(self.ge(max_val)), 0),
      ),
    ],
  },
  domain: { self: [-0.9, 0.9] },
  example: ["torch.tensor([-3, 0.5])._hardtanh()", "tensor([-1.0000,  0.5000])"],
});
const between = (min: number | boolean, max: number | boolean) => pointwise1((x) => limit(x, +min, +max));

/** `input` brought between `min_val` and `max_val`; the gradient at both is 0. */
export const hardtanh = op(
  "nn.functional::hardtanh(Tensor input, float min_val=-1.0, float max_val=1.0, bool inplace=False) -> Tensor",
)({
  composite: (input, min, max, inplace) => {
    if (min > max) throw new ValueError("min_val cannot be greater than max_val");
    return inplace ? input._hardtanh_(min, max) : input._hardtanh(min, max);
  },
  domain: { input: [-0.9, 0.9] },
  example: ["nn.functional.hardtanh(torch.tensor([-3, 0.5]))", "tensor([-1.0000,  0.5000])"],
});

/** `input` brought between 0 and 6; the gradient at both is 0. */
export const relu6 = op("nn.functional::relu6(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => hardtanh(input, 0, 6, inplace),
  domain: { input: [0.1, 5.9] },
  example: ["nn.functional.relu6(torch.tensor([-3, 2, 8]))", "tensor([0, 2, 6])"],
});

export const _hardsigmoid = op("Tensor::_hardsigmoid[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6), "same", floatOnly("hardsigmoid_cpu"), "hardSigmoid"),
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self }) => hardSigmoidSlope.forward(g, self),
        (g, { self }) => g.div(6).masked_fill(self.gt(-3).logical_and(self.lt(3)).logical_not(), 0),
      ),
    ],
  },
  example: ["torch.tensor([-3, 0.6])._hardsigmoid()", "tensor([0.0000, 0.6000])"],
});

const hardSigmoidSlope = pointwise2((g, x) => (x > -3 && x < 3 ? g / 6 : 0), "same", undefined, {
  kernel: "hardSigmoidBackward",
});

/** `(input + 3) / 6` brought between 0 and 1; the gradient at both is 0. */
export const hardsigmoid = op("nn.functional::hardsigmoid(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input._hardsigmoid_() : input._hardsigmoid()),
  example: ["nn.functional.hardsigmoid(torch.tensor([-3, 0.6]))", "tensor([0.0000, 0.6000])"],
});

export const _hardswish = op("Tensor::_hardswish[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6, "same", floatOnly("hardswish_cpu"), "hardSwish"),
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self }) => hardSwishSlope.forward(g, self),
        (g, { self }) => {
          const inside = g.mul(self.div(3).add(0.5));
          return inside.masked_fill(self.le(-3), 0).where(self.lt(3), g);
        },
      ),
    ],
  },
  example: ["torch.tensor([-3, 0.6])._hardswish()", "tensor([-0.0000, 0.3600])"],
});

const hardSwishSlope = pointwise2((g, x) => (x < 3 ? (x <= -3 ? 0 : g * (x / 3 + 0.5)) : g), "same", undefined, {
  kernel: "hardSwishBackward",
});

/** `input * hardsigmoid(input)`. */
export const hardswish = op("nn.functional::hardswish(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input._hardswish_() : input._hardswish()),
  example: ["nn.functional.hardswish(torch.tensor([-3, 0.6]))", "tensor([-0.0000, 0.3600])"],
});

/** The gradient where the absolute value of `input` is above `lambd`. */
const shrunk = quicker(
  (g: Tensor, { input, lambd }: Shrunk) => parametric("shrinkBackward", [g, input], lambd),
  (g, { input, lambd }) => g.masked_fill(input.abs().le(lambd), 0),
);
interface Shrunk {
  readonly input: Tensor;
  readonly lambd: number | boolean;
}

/** `input` where its absolute value is above `lambd`, 0 elsewhere. */
export const hardshrink = op("nn.functional::hardshrink(Tensor input, Scalar lambd=0.5) -> Tensor")({
  forward: (input, lambd) =>
    parametric("hardShrink", [input], lambd) ??
    pointwise1((x) => (x >= -lambd && x <= +lambd ? 0 : x), "same", floatOnly("hardshrink_cpu")).forward(input),
  derivatives: { input: ["input", shrunk] },
  domain: { input: [0.6, 2] },
  example: ["nn.functional.hardshrink(torch.tensor([-1, 0.2]))", "tensor([-1.,  0.])"],
});

/** {@link hardshrink} as a method, and in `torch`. */
export const hardshrinkMethod = op("hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor")({
  composite: (self, lambd) => hardshrink(self, lambd),
  domain: { self: [0.6, 2] },
  example: ["torch.tensor([-1, 0.2]).hardshrink()", "tensor([-1.,  0.])"],
});

/** `input` moved towards 0 by `lambd`; 0 where it is nearer. */
export const softshrink = op("nn.functional::softshrink(Tensor input, Scalar lambd=0.5) -> Tensor")({
  forward: (input, lambd) => {
    if (!(+lambd >= 0)) {
      throw new RuntimeError(
        `lambda must be in range [0, 3.40282e+38] for input dtype ${input.dtype.scalarName}, but found ${lambd}`,
      );
    }
    const shrink = (x: number) => (x > +lambd ? x - +lambd : x < -lambd ? x + +lambd : x * 0);
    return (
      parametric("softShrink", [input], lambd) ??
      pointwise1(shrink, "same", floatOnly("softshrink_check")).forward(input)
    );
  },
  derivatives: { input: ["input", shrunk] },
  domain: { input: [0.6, 2] },
  example: ["nn.functional.softshrink(torch.tensor([-1, 0.2]))", "tensor([-0.5000,  0.0000])"],
});

export const _threshold = op("Tensor::_threshold[_](Tensor self, Scalar threshold, Scalar value) -> Tensor")({
  forward: (self, threshold, value) =>
    parametric("threshold", [self], threshold, value) ?? above(threshold, value).forward(self),
  into: (self, threshold, value) => {
    if (!parametricInto("threshold", [self], threshold, value)) above(threshold, value).into(self);
  },
  derivatives: {
    self: [
      "self",
      quicker(
        (g, { self, threshold }) => parametric("thresholdBackward", [g, self], threshold),
        (g, { self, threshold }) => g.masked_fill(self.le(threshold), 0),
      ),
    ],
  },
  domain: { self: [0.1, 2] },
  samples: [{ self: [2, 3], threshold: 0, value: 7 }],
  example: ["torch.tensor([1, 2])._threshold(1, 5)", "tensor([5, 2])"],
});
const above = (threshold: number | boolean, value: number | boolean) =>
  pointwise1((x) => (x <= +threshold ? +value : x));

/** `input` where it is above `threshold`, `value` elsewhere. */
export const threshold = op(
  "nn.functional::threshold(Tensor input, float threshold, float value, bool inplace=False) -> Tensor",
)({
  composite: (input, threshold, value, inplace) =>
    inplace ? input._threshold_(threshold, value) : input._threshold(threshold, value),
  domain: { input: [0.1, 2] },
  samples: [{ input: [2, 3], threshold: 0, value: 7 }],
  example: ["nn.functional.threshold(torch.tensor([1, 2]), 1, 5)", "tensor([5, 2])"],
});
