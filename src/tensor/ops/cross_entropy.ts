import { RuntimeError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { checkReduction, reduced, reductionOf } from "../losses.js";
import { checkClassWeight, classDim, elementWeights, type NllOptions } from "../nll.js";
import { op } from "../op.js";
import { type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { nll_loss } from "./class_loss.js";
import { linear } from "./linalg.js";

/**
 * The cross-entropy of `softmax(input)`, of scores of shape (C), (N, C) or (N, C, d1, ...), and the target: class indices
 * of that shape without C, or class probabilities of the same shape. `weight` is one number a class; targets equal to
 * `ignore_index` count nothing; `label_smoothing` mixes so much of the uniform distribution into the target.
 */
export const cross_entropy = op(
  "nn.functional::cross_entropy(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean', float label_smoothing=0.0) -> Tensor",
)({
  composite: (input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing) => {
    const how = reductionOf(size_average, reduce, reduction);
    if (!(label_smoothing >= 0 && label_smoothing <= 1)) {
      throw new RuntimeError(`label_smoothing must be between 0.0 and 1.0. Got: ${label_smoothing}`);
    }
    if (sameShape(input.shape, target.shape)) {
      if (ignore_index >= 0) throw new RuntimeError("ignore_index is not supported for floating point target");
      return probabilityLoss(input, target, weight, how, label_smoothing);
    }
    const log = input.log_softmax(classDim(input.shape));
    const loss = nll_loss(log, target, { weight, ignore_index, reduction: how });
    if (label_smoothing === 0) return loss;
    const uniform = smoothLoss(log, { target, weight, reduction: how, ignore_index });
    const classes = input.shape[classDim(input.shape)];
    return loss.mul(1 - label_smoothing).add(uniform.mul(label_smoothing / classes));
  },
  samples: [
    { input: [3, 4], target: { int: [1, 0, 3] } },
    { input: [3, 4], target: { int: [1, -100, 3] }, label_smoothing: 0.1 },
    {
      input: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      reduction: "sum",
    },
    { input: [2, 3], target: [2, 3] },
    { input: [3], target: { int: 2 } },
  ],
  example: ["nn.functional.cross_entropy(torch.zeros(1, 2), torch.tensor([1]))", "tensor(0.6931)"],
});

/** The classes of a tensor, one number each, laid along its class dimension. */
const alongClasses = (weight: Tensor, shape: Shape): Tensor =>
  weight.reshape(shape.map((_, d) => (d === classDim(shape) ? -1 : 1)));

function probabilityLoss(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  smoothing: number,
): Tensor {
  if (!target.dtype.is_floating_point) {
    throw new RuntimeError(
      `Expected floating point type for target with class probabilities, got ${target.dtype.scalarName}`,
      "A target of the input's shape holds probabilities. Class indices have one dimension less.",
    );
  }
  checkReduction(reduction);
  const dim = classDim(input.shape);
  const classes = input.shape[dim];
  checkClassWeight("cross_entropy: ", weight, classes);
  const smoothed = smoothing === 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
  const terms = input.log_softmax(dim).mul(smoothed);
  const losses = (weight ? terms.mul(alongClasses(weight, input.shape)) : terms).neg();
  if (reduction === "none") return losses.sum(dim);
  return reduction === "sum" ? losses.sum() : losses.sum().div(input.numel() / classes);
}

/** The loss against the uniform distribution, times the number of classes. */
function smoothLoss(log: Tensor, options: NllOptions): Tensor {
  const { target, weight, reduction, ignore_index } = options;
  const dim = classDim(log.shape);
  const weightedLog = weight ? log.mul(alongClasses(weight, log.shape)) : log;
  const losses = weightedLog.sum(dim).neg().masked_fill(target.eq(ignore_index), 0);
  if (reduction !== "mean") return reduced(losses, reduction);
  return losses.sum().div(elementWeights(log, options).sum());
}

/**
 * {@link cross_entropy} of the scores `input linear_weight^T + linear_bias`: input (N, in_features) or (in_features), weight
 * (C, in_features) or, for a loss in several places, (C, d1, ..., in_features), bias that without its last size.
 * `options` of PyTorch's, which say how to save memory, change nothing.
 */
export const linear_cross_entropy = op(
  "nn.functional::linear_cross_entropy(Tensor input, Tensor linear_weight, Tensor target, *, Tensor? linear_bias=None, Tensor? weight=None, str reduction='mean', int? ignore_index=None, float label_smoothing=0.0, any? options=None) -> Tensor",
)({
  composite: (input, linear_weight, target, linear_bias, weight, reduction, ignore_index, label_smoothing) => {
    checkLinear(input, linear_weight, linear_bias);
    const features = input.shape[input.ndim - 1];
    const scores = linear_weight.shape.slice(0, -1);
    const shape = [...input.shape.slice(0, -1), ...scores];
    if (ignore_index !== null && sameShape(target.shape, shape)) {
      throw new RuntimeError("ignore_index cannot be specified when target contains probabilities");
    }
    const flat = linear(input, linear_weight.reshape([-1, features]), linear_bias?.reshape([-1]) ?? null);
    return cross_entropy(flat.reshape(shape), target, {
      weight,
      reduction,
      ignore_index: ignore_index ?? -100,
      label_smoothing,
    });
  },
  samples: [
    { input: [2, 3], linear_weight: [4, 3], target: { int: [0, 3] }, linear_bias: [4] },
    {
      input: [2, 3],
      linear_weight: [2, 2, 3],
      target: {
        int: [
          [0, 1],
          [1, 1],
        ],
      },
      reduction: "sum",
    },
  ],
  example: [
    "nn.functional.linear_cross_entropy(torch.zeros(1, 3), torch.ones(2, 3), torch.tensor([1]))",
    "tensor(0.6931)",
  ],
});

/** A tuple of sizes as Python prints it. */
const tuple = (shape: Shape): string => pythonRepr([...shape], { tuple: true });

function checkLinear(input: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (input.ndim < 1 || input.ndim > 2) {
    throw new RuntimeError(`expected input with dimensionality 1 or 2, got ${input.ndim}`);
  }
  if (weight.ndim < 2) {
    throw new RuntimeError(`expected linear_weight with dimensionality at least 2, got ${weight.ndim}`);
  }
  const [features, own] = [input, weight].map((t) => t.shape[t.ndim - 1]);
  if (features !== own) {
    throw new RuntimeError(
      `expected equal input and linear_weight last dimensions (in_features), got ${features} and ${own}, respectively`,
    );
  }
  const scores = weight.shape.slice(0, -1);
  if (bias !== null && !sameShape(bias.shape, scores)) {
    throw new RuntimeError(`expected linear_bias shape ${tuple(scores)}, got ${tuple(bias.shape)}`);
  }
  if (scores.length > 1 && input.ndim === 1) {
    throw new RuntimeError(
      `K-dimensional loss defined by linear_weight shape ${tuple(weight.shape)} requires batched input, (N, ${features}), got unbatched input with shape ${tuple(input.shape)}`,
    );
  }
}
