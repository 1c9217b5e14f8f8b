import { is_grad_enabled } from "../../autograd/grad_mode.js";
import { IndexError, RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { int64, uint8 } from "../dtype.js";
import { type Classes, nll, nllBackward, sumOfWeights } from "../kernels/nll.js";
import { checkConstant, checkReduction, reduced, reductionOf } from "../losses.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { rowsOf } from "../rows.js";
import { numelOf, type Shape, sameShape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { linear } from "./linalg.js";

/** Losses of class scores: the classes are dimension 1, or the only one. */
const classDim = (shape: Shape): number => (shape.length === 1 ? 0 : 1);

interface NllOptions {
  readonly target: Tensor;
  readonly weight: Tensor | null;
  readonly reduction: string;
  readonly ignore_index: number;
}

/** The call as the kernels see it: the classes between rows and places. */
function classesOf(shape: Shape, { target, weight, ignore_index }: NllOptions): Classes {
  const dim = classDim(shape);
  return {
    rows: dim === 0 ? 1 : shape[0],
    classes: shape[dim],
    places: numelOf(shape.slice(dim + 1)),
    target: rowsOf(target),
    weight: weight && rowsOf(weight),
    ignored: ignore_index,
  };
}

/** `-weight[target] * self[target]`, reduced; a mean divides by the sum of the weights. */
function nllForward(self: Tensor, options: NllOptions): Tensor {
  const { target, reduction } = options;
  const losses = Tensor.empty(reduction === "none" ? target.shape : [], self.dtype);
  const { data } = losses.storage;
  const { sum, weights } = nll(classesOf(self.shape, options), rowsOf(self), reduction === "none" ? data : null);
  if (reduction !== "none") data[0] = reduction === "mean" ? sum / weights : sum;
  return losses;
}

/** Each loss is linear in one score, whose gradient is `-weight[target]`. */
function nllGradient(g: Tensor, shape: Shape, options: NllOptions): Tensor {
  const { target, reduction, ignore_index } = options;
  if (!is_grad_enabled()) {
    const classes = classesOf(shape, options);
    const slopes = Tensor.empty(shape, g.dtype);
    nllBackward(classes, slopes.storage.data, rowsOf(g), reduction === "mean" ? 1 / sumOfWeights(classes) : 1);
    return slopes;
  }
  const dim = classDim(shape);
  const zeros = Tensor.empty(shape, g.dtype);
  const weights = elementWeights(zeros, options);
  const slopes = g.mul(reduction === "mean" ? weights.div(weights.sum()) : weights).neg();
  return zeros.scatter(dim, places(target, ignore_index).unsqueeze(dim), slopes.unsqueeze(dim));
}

/** The targets as indices; those that are ignored become 0, for their weight is 0. */
const places = (target: Tensor, ignore_index: number): Tensor => target.long().masked_fill(target.eq(ignore_index), 0);

/** The weight of the class of each target; 0 where it is ignored. */
function elementWeights(like: Tensor, { target, weight, ignore_index }: NllOptions): Tensor {
  const kept = target.ne(ignore_index).to(like.dtype);
  if (weight === null) return kept;
  return weight
    .gather(0, places(target, ignore_index).reshape(-1))
    .reshape([...target.shape])
    .mul(kept);
}

export const _nll_loss = op(
  "Tensor::_nll_loss(Tensor self, Tensor target, Tensor? weight=None, str reduction='mean', int ignore_index=-100) -> Tensor",
)({
  forward: (self, target, weight, reduction, ignore_index) =>
    nllForward(self, { target, weight, reduction, ignore_index }),
  derivatives: { self: ["target weight self_shape", (g, saved) => nllGradient(g, saved.self_shape, saved)] },
  samples: [
    { self: [3, 4], target: { int: [1, 0, 3] } },
    { self: [3, 4], target: { int: [1, -100, 3] }, weight: { int: [1, 2, 3, 4] } },
    { self: [3, 4], target: { int: [1, -100, 3] }, reduction: "sum" },
    { self: [3], target: { int: 2 } },
  ],
  example: ["torch.tensor([[-0.5, -1]])._nll_loss(torch.tensor([1]))", "tensor(1.)"],
});

export const _nll_loss2d = op(
  "Tensor::_nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, str reduction='mean', int ignore_index=-100) -> Tensor",
)({
  forward: (self, target, weight, reduction, ignore_index) =>
    nllForward(self, { target, weight, reduction, ignore_index }),
  derivatives: { self: ["target weight self_shape", (g, saved) => nllGradient(g, saved.self_shape, saved)] },
  nodeName: "NllLoss2DBackward0",
  samples: [
    {
      self: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      reduction: "none",
    },
    {
      self: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      weight: { int: [1, 2, 3] },
    },
  ],
  example: ["torch.zeros(1, 2, 1)._nll_loss2d(torch.tensor([[1]]))", "tensor(0.)"],
});

/**
 * The negative log-likelihood `-weight[target] * input[target]` of log-probabilities of shape (C), (N, C) or
 * (N, C, d1, ...) and class indices of that shape without C. Targets equal to `ignore_index` count nothing; a mean divides
 * by the sum of the weights.
 */
export const nll_loss = op(
  "nn.functional::nll_loss(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, weight, size_average, ignore_index, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    checkTarget(input, target, weight, ignore_index);
    const flat = input.ndim === 1 ? target.reshape([]) : target;
    return input.ndim <= 2
      ? input._nll_loss(flat, weight, how, ignore_index)
      : input._nll_loss2d(flat, weight, how, ignore_index);
  },
  samples: [
    { input: [3, 4], target: { int: [1, 0, 3] } },
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
  ],
  example: ["nn.functional.nll_loss(torch.tensor([[-0.5, -1]]), torch.tensor([1]))", "tensor(1.)"],
});

function checkTarget(input: Tensor, target: Tensor, weight: Tensor | null, ignore_index: number): void {
  if (input.ndim === 0) throw new ValueError("Expected 1 or more dimensions (got 0)");
  if (input.ndim > 1 && input.shape[0] !== target.shape[0]) {
    throw new ValueError(
      `Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0] ?? 0}).`,
    );
  }
  if (input.ndim <= 2 && target.ndim > 1) {
    throw new RuntimeError(
      "0D or 1D target tensor expected, multi-target not supported",
      `The input has the shape ${showShape(input.shape)}, so the target holds one class index a row; its shape is ${showShape(target.shape)}.`,
    );
  }
  const expected = [input.shape[0], ...input.shape.slice(2)];
  if (input.ndim > 2 && !sameShape(target.shape, expected)) {
    throw new RuntimeError(`Expected target size ${showShape(expected)}, got ${showShape(target.shape)}`);
  }
  floatOnly("nll_loss_out_frame")(input.dtype);
  if (target.dtype !== int64 && target.dtype !== uint8) {
    throw new RuntimeError(
      `expected target dtype to be Long or Byte, but got ${target.dtype.scalarName}`,
      "A target of class indices is an integer tensor: target.long().",
    );
  }
  const classes = input.shape[classDim(input.shape)];
  checkClassWeight("", weight, classes);
  if (weight && weight.dtype !== input.dtype) {
    throw new RuntimeError(`expected scalar type ${input.dtype.scalarName} but found ${weight.dtype.scalarName}`);
  }
  checkConstant("nll_loss_forward", "weight", weight);
  for (const index of rowsOf(target)) {
    if (index === ignore_index || (index >= 0 && index < classes)) continue;
    throw new IndexError(
      `Target ${index} is out of bounds.`,
      `There are ${classes} classes, so targets lie between 0 and ${classes - 1}; ${ignore_index} is ignored.`,
    );
  }
}

function checkClassWeight(prefix: string, weight: Tensor | null, classes: number): void {
  if (weight === null || (weight.ndim === 1 && weight.shape[0] === classes)) return;
  throw new RuntimeError(
    `${prefix}weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${showShape(weight.shape)}`,
  );
}

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
