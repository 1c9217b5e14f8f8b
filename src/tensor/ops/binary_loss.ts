import { RuntimeError, ValueError } from "../../python/errors.js";
import { can_cast } from "../dtype.js";
import { elementLoss } from "../element_loss.js";
import { allInUnit } from "../kernels/losses.js";
import type { Scalar3 } from "../kernels/map.js";
import { checkConstant, checkReduction, reduced, reductionOf, shareOf, torchSize } from "../losses.js";
import { op, quicker } from "../op.js";
import { floatOnly, pointwise3 } from "../pointwise.js";
import { type Shape, sameShape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** Binary cross-entropy, of probabilities and of logits. */

export const _binary_cross_entropy = op(
  "Tensor::_binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, str reduction='mean') -> Tensor",
)({
  forward: (self, target, weight, reduction) => {
    floatOnly("binary_cross_entropy")(self.dtype);
    checkProbabilities("input", self);
    checkProbabilities("target", target);
    if (weight === null) return crossEntropy.forward(self, target, reduction);
    return reduced(crossEntropy.forward(self, target, "none").mul(weight), reduction);
  },
  derivatives: {
    // d loss = (p - t) / (p (1 - p)) dp, where p (1 - p) is kept away from 0
    self: [
      "self target weight",
      quicker(
        (g, { self, target, weight, reduction }) =>
          weight === null ? crossEntropy.gradient(g, self, target, reduction) : null,
        (g, { self, target, weight, reduction }) => {
          const slope = self.sub(target).div(self.mul(self.rsub(1)).clamp({ min: 1e-12 }));
          return shareOf(g, reduction, self.numel()).mul(weight ? slope.mul(weight) : slope);
        },
      ),
    ],
    // d loss = (ln(1 - p) - ln p) dt
    target: [
      "self weight",
      (g, { self, weight, reduction }) => {
        const slope = self.neg().log1p().sub(self.log());
        return shareOf(g, reduction, self.numel()).mul(weight ? slope.mul(weight) : slope);
      },
    ],
  },
  domain: { self: [0.2, 0.8], target: [0.1, 0.9] },
  samples: [
    { self: [2, 3], target: [2, 3] },
    { self: [2, 3], target: [2, 3], weight: { int: [1, 2, 3] }, reduction: "sum" },
    { self: [3], target: [3], reduction: "none" },
  ],
  example: ["torch.tensor([0.5])._binary_cross_entropy(torch.ones(1))", "tensor(0.6931)"],
});
const crossEntropy = elementLoss(
  (p, t) => (t - 1) * Math.max(Math.log1p(-p), -100) - t * Math.max(Math.log(p), -100),
  (p, t) => (p - t) / Math.max((1 - p) * p, 1e-12),
  "binaryCrossEntropy",
);

/** Binary cross-entropy is about probabilities. */
function checkProbabilities(name: string, t: Tensor): void {
  if (t.numel() === 0) return;
  if (t.is_contiguous() ? allInUnit(t.numel(), t) : t.ge(0).logical_and(t.le(1)).all().item<boolean>()) return;
  throw new RuntimeError(
    `all elements of ${name} should be between 0 and 1`,
    `They lie between ${t.min().item()} and ${t.max().item()}. For raw scores use binary_cross_entropy_with_logits (BCEWithLogitsLoss), or a Sigmoid as the last layer.`,
  );
}

/**
 * The cross-entropy of probabilities `input` and targets in [0, 1]: `-(t ln p + (1 - t) ln(1 - p))`, times `weight` if
 * given. Logarithms are cut off at -100.
 */
export const binary_cross_entropy = op(
  "nn.functional::binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, weight, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    if (!sameShape(target.shape, input.shape)) {
      throw new ValueError(
        `Using a target size (${torchSize(target.shape)}) that is different to the input size (${torchSize(input.shape)}) is deprecated. Please ensure they have the same size.`,
        "Give the target the shape of the input, for instance target.unsqueeze(1) or target.view_as(input).",
      );
    }
    if (target.dtype !== input.dtype) {
      throw new RuntimeError(
        `Found dtype ${target.dtype.scalarName} but expected ${input.dtype.scalarName}`,
        "Convert the target: target.to(input.dtype).",
      );
    }
    if (weight) checkExpandable(weight.shape, target.shape);
    checkConstant("binary_cross_entropy", "weight", weight);
    return input._binary_cross_entropy(target, weight, how);
  },
  domain: { input: [0.2, 0.8], target: [0.1, 0.9] },
  samples: [
    { input: [2, 3], target: [2, 3] },
    { input: [3], target: [3], reduction: "sum" },
  ],
  example: ["nn.functional.binary_cross_entropy(torch.tensor([0.5]), torch.ones(1))", "tensor(0.6931)"],
});

function checkExpandable(shape: Shape, to: Shape): void {
  for (let d = 1; d <= Math.min(shape.length, to.length); d++) {
    const [size, wide] = [shape[shape.length - d], to[to.length - d]];
    if (size === wide || size === 1 || wide === 1) continue;
    throw new RuntimeError(
      `Attempting to broadcast a dimension of length ${size} at -${d}! Mismatching argument at index 1 had ${torchSize(shape)}; but expected shape should be broadcastable to ${showShape(to)}`,
    );
  }
}

export const _bce_with_logits = op(
  "Tensor::_bce_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, str reduction='mean') -> Tensor",
)({
  forward: (self, target, weight, pos_weight, reduction) => {
    if (weight === null && pos_weight === null) return plainLogitEntropy.forward(self, target, reduction);
    const losses = logitEntropy.forward(self, target, pos_weight ?? 1);
    return reduced(weight ? losses.mul(weight) : losses, reduction);
  },
  derivatives: {
    // d loss = ((1 - t + w t) sigmoid(x) - w t) dx
    self: [
      "self target weight pos_weight",
      quicker(
        (g, { self, target, weight, pos_weight, reduction }) =>
          weight === null && pos_weight === null ? plainLogitEntropy.gradient(g, self, target, reduction) : null,
        (g, { self, target, weight, pos_weight, reduction }) => {
          const positive = pos_weight ? target.mul(pos_weight) : target;
          const factor = pos_weight ? positive.add(target.rsub(1)) : 1;
          const slope = self.sigmoid().mul(factor).sub(positive);
          return shareOf(g, reduction, self.numel()).mul(weight ? slope.mul(weight) : slope);
        },
      ),
    ],
    // d loss = (ln(1 - sigmoid(x)) - w ln(sigmoid(x))) dt
    target: [
      "self weight pos_weight",
      (g, { self, weight, pos_weight, reduction }) => {
        const logSigmoid = (x: Tensor) => x.clamp({ max: 0 }).sub(x.abs().neg().exp().log1p());
        const slope = pos_weight ? logSigmoid(self.neg()).sub(logSigmoid(self).mul(pos_weight)) : self.neg();
        return shareOf(g, reduction, self.numel()).mul(weight ? slope.mul(weight) : slope);
      },
    ],
  },
  nodeName: "BinaryCrossEntropyWithLogitsBackward0",
  domain: { target: [0.1, 0.9] },
  samples: [
    { self: [2, 3], target: [2, 3] },
    { self: [2, 3], target: [2, 3], weight: { int: [1, 2, 3] }, pos_weight: { int: [3, 1, 2] } },
    { self: [3], target: [3], reduction: "none" },
  ],
  example: ["torch.zeros(1)._bce_with_logits(torch.ones(1))", "tensor(0.6931)"],
});
const weightedLogitEntropy: Scalar3 = (x, t, w) => {
  const softplus = Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x))); // -ln(sigmoid(x))
  return (1 - t) * x + (1 + (w - 1) * t) * softplus;
};
const logitEntropy = pointwise3(weightedLogitEntropy);
const plainLogitEntropy = elementLoss(
  (x, t) => weightedLogitEntropy(x, t, 1),
  (x, t) => 1 / (1 + Math.exp(-x)) - t,
  "logitCrossEntropy",
);

/**
 * {@link binary_cross_entropy} of `sigmoid(input)`, computed without overflow. `pos_weight` weighs the positive targets,
 * `weight` all elements; both broadcast.
 */
export const binary_cross_entropy_with_logits = op(
  "nn.functional::binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, bool? reduce=None, str reduction='mean', Tensor? pos_weight=None) -> Tensor",
)({
  composite: (input, target, weight, size_average, reduce, reduction, pos_weight) => {
    const how = reductionOf(size_average, reduce, reduction);
    if (!sameShape(target.shape, input.shape)) {
      throw new ValueError(
        `Target size (${torchSize(target.shape)}) must be the same as input size (${torchSize(input.shape)})`,
        "Give the target the shape of the input, for instance target.unsqueeze(1) or target.view_as(input).",
      );
    }
    if (!can_cast(input.dtype, target.dtype)) {
      throw new RuntimeError(
        `result type ${input.dtype.scalarName} can't be cast to the desired output type ${target.dtype.scalarName}`,
        "Convert the target: target.to(input.dtype).",
      );
    }
    checkConstant("binary_cross_entropy_with_logits", "weight", weight);
    checkConstant("binary_cross_entropy_with_logits", "pos_weight", pos_weight);
    return input._bce_with_logits(target, weight, pos_weight, how);
  },
  domain: { target: [0.1, 0.9] },
  samples: [{ input: [2, 3], target: [2, 3] }],
  example: ["nn.functional.binary_cross_entropy_with_logits(torch.zeros(1), torch.ones(1))", "tensor(0.6931)"],
});
