import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { checkConstant, checkReduction, reduced, reductionOf, shareOf, torchSize } from "../losses.js";
import { op } from "../op.js";
import { floatOnly, pointwise2 } from "../pointwise.js";
import { showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { minimum } from "./compare.js";
import { pairwise_distance } from "./norm.js";

/** Losses that ask for a margin between what belongs together and what does not. */

/** `max(0, margin - target (input1 - input2))`: `input1` should be ranked above `input2` where the target is 1, below where it is -1. */
export const margin_ranking_loss = op(
  "nn.functional::margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input1, input2, target, margin, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    if (input1.ndim !== input2.ndim || input1.ndim !== target.ndim) {
      throw new RuntimeError(
        `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${torchSize(input1.shape)}, input2: ${torchSize(input2.shape)}, target: ${torchSize(target.shape)} `,
      );
    }
    return reduced(target.neg().mul(input1.sub(input2)).add(margin).clamp_min(0), how);
  },
  domain: { input1: [0, 1], input2: [2, 3], target: [0.5, 1] },
  samples: [
    { input1: [3], input2: [3], target: [3] },
    { input1: [2, 3], input2: [2, 3], target: [2, 3], margin: 0.5, reduction: "sum" },
  ],
  example: [
    "nn.functional.margin_ranking_loss(torch.zeros(2), torch.ones(2), torch.tensor([1, -1]), 0.5)",
    "tensor(0.7500)",
  ],
});

/** `input` where the target is 1, `max(0, margin - input)` where it is -1; for distances. */
export const hinge_embedding_loss = op(
  "nn.functional::hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, margin, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    const apart = input.rsub(margin).clamp_min(0).masked_fill(target.eq(1), 0);
    return reduced(apart.add(input.masked_fill(target.eq(-1), 0)), how);
  },
  domain: { input: [0.1, 0.9] },
  samples: [
    { input: [3], target: { int: [1, -1, 1] } },
    { input: [3], target: { int: [1, -1, -1] }, margin: 2, reduction: "none" },
  ],
  example: ["nn.functional.hinge_embedding_loss(torch.tensor([0.5, 0.25]), torch.tensor([1, -1]))", "tensor(0.6250)"],
});

export const _soft_margin_loss = op(
  "Tensor::_soft_margin_loss(Tensor self, Tensor target, str reduction='mean') -> Tensor",
)({
  forward: (self, target, reduction) => reduced(softMargin.forward(self, target), reduction),
  derivatives: {
    // d ln(1 + e^(-t x)) = -t sigmoid(-t x) dx
    self: [
      "self target",
      (g, { self, target, reduction }) => {
        const opposite = target.neg();
        return shareOf(g, reduction, self.numel()).mul(opposite.mul(self).sigmoid().mul(opposite));
      },
    ],
  },
  samples: [
    { self: [2, 3], target: { int: [1, -1, 1] } },
    { self: [3], target: { int: [1, -1, -1] }, reduction: "none" },
  ],
  example: ["torch.zeros(1)._soft_margin_loss(torch.ones(1))", "tensor(0.6931)"],
});
const softMargin = pointwise2((x, t) => Math.log1p(Math.exp(-t * x)), "same", floatOnly("log1p_cpu"));

/** `ln(1 + e^(-target input))`, for targets 1 and -1. */
export const soft_margin_loss = op(
  "nn.functional::soft_margin_loss(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    checkConstant("soft_margin_loss", "target", target);
    return input._soft_margin_loss(target, how);
  },
  samples: [
    { input: [2, 3], target: { int: [1, -1, 1] } },
    { input: [3], target: { int: [1, 1, -1] }, reduction: "sum" },
  ],
  example: ["nn.functional.soft_margin_loss(torch.zeros(1), torch.ones(1))", "tensor(0.6931)"],
});

/** PyTorch adds it to squared lengths, so that no vector has none. */
const LEAST_SQUARE = 1e-12;

/**
 * `1 - cos` where the target is 1, `max(0, cos - margin)` where it is -1, with the cosine between rows of `input1` and
 * `input2`, (N, D) or (D).
 */
export const cosine_embedding_loss = op(
  "nn.functional::cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input1, input2, target, margin, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    const dim = target.ndim;
    if (dim > 1) throw new RuntimeError("0D or 1D target tensor expected, multi-target not supported");
    if (input1.ndim !== dim + 1 || input2.ndim !== dim + 1) {
      throw new RuntimeError(
        `${dim}D target tensor expects ${dim + 1}D input tensors, but found inputs with sizes ${showShape(input1.shape)} and ${showShape(input2.shape)}.`,
      );
    }
    const square = (x: Tensor) => x.mul(x).sum(dim).add(LEAST_SQUARE);
    const cosine = input1
      .mul(input2)
      .sum(dim)
      .div(square(input1).mul(square(input2)).sqrt());
    const together = cosine.rsub(1).masked_fill(target.ne(1), 0);
    const apart = cosine.sub(margin).clamp_min(0).masked_fill(target.ne(-1), 0);
    return reduced(together.add(apart), how);
  },
  domain: { input1: [0.5, 2], input2: [0.5, 2] },
  samples: [
    { input1: [2, 3], input2: [2, 3], target: { int: [1, -1] } },
    { input1: [3], input2: [3], target: { int: -1 }, margin: 0.1, reduction: "sum" },
  ],
  example: [
    "nn.functional.cosine_embedding_loss(torch.ones(1, 2), torch.tensor([[1, 0]]), torch.tensor([1]))",
    "tensor(0.2929)",
  ],
});

const TRIPLET =
  "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got:";

function checkTriplet(anchor: Tensor, positive: Tensor, negative: Tensor, margin: number): void {
  if (margin <= 0) throw new ValueError(`margin must be greater than 0, got ${pythonRepr(margin)}`);
  if (anchor.ndim === positive.ndim && positive.ndim === negative.ndim) return;
  throw new RuntimeError(
    `${TRIPLET} anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
  );
}

/** `max(0, margin + d(a, p) - d(a, n))`; with `swap`, `d(p, n)` instead of `d(a, n)` where it is smaller. */
function tripletLosses(
  [anchor, positive, negative]: readonly Tensor[],
  distance: (x: Tensor, y: Tensor) => Tensor,
  margin: number,
  swap: boolean,
): Tensor {
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  const apart = swap ? minimum(far, distance(positive, negative)) : far;
  return near.add(margin).sub(apart).clamp_min(0);
}

/**
 * `max(0, margin + d(anchor, positive) - d(anchor, negative))` with the `p`-norm distance {@link pairwise_distance}. With
 * `swap` the negative is as far as its distance from the nearer of anchor and positive.
 */
export const triplet_margin_loss = op(
  "nn.functional::triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2, float eps=1e-6, bool swap=False, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (anchor, positive, negative, margin, p, eps, swap, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    checkTriplet(anchor, positive, negative, margin);
    const distance = (x: Tensor, y: Tensor) => pairwise_distance(x, y, p, eps);
    return reduced(tripletLosses([anchor, positive, negative], distance, margin, swap), how);
  },
  domain: { anchor: [0, 1], positive: [2, 4], negative: [-1, 0] },
  samples: [
    { anchor: [2, 3], positive: [2, 3], negative: [2, 3] },
    { anchor: [3], positive: [3], negative: [3], swap: true, reduction: "sum" },
  ],
  example: [
    "nn.functional.triplet_margin_loss(torch.zeros(1, 1), torch.ones(1, 1), torch.tensor([[1.5]]))",
    "tensor(0.5000)",
  ],
});

/** {@link triplet_margin_loss} with a distance of one's own, a function of two tensors; {@link pairwise_distance} by default. */
export const triplet_margin_with_distance_loss = op(
  "nn.functional::triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, *, Callable? distance_function=None, float margin=1.0, bool swap=False, str reduction='mean') -> Tensor",
)({
  composite: (anchor, positive, negative, distance_function, margin, swap, reduction) => {
    checkReduction(reduction);
    checkTriplet(anchor, positive, negative, margin);
    const distance = distance_function ?? pairwise_distance;
    return reduced(tripletLosses([anchor, positive, negative], distance, margin, swap), reduction);
  },
  domain: { anchor: [0, 1], positive: [2, 4], negative: [-1, 0] },
  samples: [
    { anchor: [2, 3], positive: [2, 3], negative: [2, 3] },
    { anchor: [3], positive: [3], negative: [3], swap: true, reduction: "sum" },
  ],
  example: [
    "nn.functional.triplet_margin_with_distance_loss(torch.zeros(1, 1), torch.ones(1, 1), torch.tensor([[1.5]]))",
    "tensor(0.5000)",
  ],
});
