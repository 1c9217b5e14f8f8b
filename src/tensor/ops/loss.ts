import { is_grad_enabled } from "../../autograd/grad_mode.js";
import { RuntimeError, ValueError } from "../../python/errors.js";
import { elementLoss } from "../element_loss.js";
import { reduced, reductionOf, shareOf, warnIfSizesDiffer } from "../losses.js";
import { op, quicker } from "../op.js";
import { parametric } from "../parametric.js";
import { floatOnly, pointwise2 } from "../pointwise.js";
import { broadcastShapes, numelOf, type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

// A loss is a primitive that starts with `_` (its reduction included, so that it is one node of the graph, as in PyTorch)
// and the function of torch.nn.functional that checks the arguments.

const counted = (a: Shape, b: Shape): number => numelOf(broadcastShapes(a, b));

// Losses of the difference

export const _mse_loss = op("Tensor::_mse_loss(Tensor self, Tensor target, str reduction='mean') -> Tensor")({
  forward: (self, target, reduction) => squaredError.forward(self, target, reduction),
  derivatives: {
    self: [
      "self target",
      quicker(
        (g, { self, target, reduction }) => squaredError.gradient(g, self, target, reduction),
        (g, { self, target, reduction }) => squaredSlope(g, self, target, reduction),
      ),
    ],
    target: ["self target", (g, { self, target, reduction }) => squaredSlope(g, target, self, reduction)],
  },
  samples: [
    { self: [2, 3], target: [2, 3] },
    { self: [2, 3], target: [3], reduction: "sum" },
    { self: [2, 3], target: [2, 3], reduction: "none" },
  ],
  example: ["torch.zeros(2)._mse_loss(torch.ones(2))", "tensor(1.)"],
});
const squaredError = elementLoss(
  (x, t) => (x - t) ** 2,
  (x, t) => 2 * (x - t),
  "squaredError",
  floatOnly("mse_cpu"),
);
const squaredSlope = (g: Tensor, x: Tensor, t: Tensor, reduction: string): Tensor =>
  shareOf(g, reduction, counted(x.shape, t.shape)).mul(x.sub(t).mul(2));

/** The squared error `(input - target)^2`, times `weight` if given; a weighted mean divides by the sum of the weights. */
export const mse_loss = op(
  "nn.functional::mse_loss(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean', Tensor? weight=None) -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction, weight) => {
    warnIfSizesDiffer(input, target);
    const how = reductionOf(size_average, reduce, reduction);
    if (weight === null) return input._mse_loss(target, how);
    return weighted(input.sub(target).pow(2), weight, input, how);
  },
  samples: [
    { input: [2, 3], target: [2, 3] },
    { input: [2, 3], target: [2, 3], reduction: "sum" },
    { input: [3], target: [3], reduction: "none" },
  ],
  example: ["nn.functional.mse_loss(torch.zeros(2), torch.ones(2))", "tensor(1.)"],
});

/** The absolute error `|input - target|`, times `weight` if given; a weighted mean divides by the sum of the weights. */
export const l1_loss = op(
  "nn.functional::l1_loss(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean', Tensor? weight=None) -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction, weight) => {
    warnIfSizesDiffer(input, target);
    const how = reductionOf(size_average, reduce, reduction);
    const errors = input.sub(target).abs();
    return weight === null ? reduced(errors, how) : weighted(errors, weight, input, how);
  },
  domain: { input: [1, 2], target: [-1, 0] },
  samples: [
    { input: [2, 3], target: [2, 3] },
    { input: [2, 3], target: [2, 3], reduction: "sum" },
  ],
  example: ["nn.functional.l1_loss(torch.zeros(2), torch.ones(2))", "tensor(1.)"],
});

function weighted(losses: Tensor, weight: Tensor, input: Tensor, reduction: string): Tensor {
  checkWeightSize(weight, input);
  const products = losses.mul(weight);
  return reduction === "mean" ? products.sum().div(weight.sum()) : reduced(products, reduction);
}

function checkWeightSize(weight: Tensor, input: Tensor): void {
  if (!sameShape(weight.shape, input.shape)) throw new ValueError("Weights and input must have the same size.");
}

export const _smooth_l1_loss = op(
  "Tensor::_smooth_l1_loss(Tensor self, Tensor target, str reduction='mean', float beta=1.0) -> Tensor",
)({
  forward: (self, target, reduction, beta) => {
    const quick = parametric("smoothL1", [self, target], beta);
    if (quick !== null) return reduced(quick, reduction);
    const loss = (d: number) => (d < beta ? (0.5 * d * d) / beta : d - 0.5 * beta);
    const losses = pointwise2((x, t) => loss(Math.abs(x - t)), "same", floatOnly("smooth_l1_cpu"));
    return reduced(losses.forward(self, target), reduction);
  },
  derivatives: {
    self: [
      "self target",
      (g, { self, target, reduction, beta }) => boundedSlope(g, self, target, reduction, 1 / beta, 1),
    ],
    target: [
      "self target",
      (g, { self, target, reduction, beta }) => boundedSlope(g, target, self, reduction, 1 / beta, 1),
    ],
  },
  nodeName: "SmoothL1LossBackward0",
  samples: [
    { self: [2, 3], target: [2, 3] },
    { self: [2, 3], target: [3], reduction: "sum", beta: 0.5 },
  ],
  example: ["torch.zeros(2)._smooth_l1_loss(torch.tensor([0.5, 2]))", "tensor(0.8125)"],
});

/** The slope `steepness * (x - t)`, cut off at `bound`. */
function boundedSlope(g: Tensor, x: Tensor, t: Tensor, reduction: string, steepness: number, bound: number): Tensor {
  const share = shareOf(g, reduction, counted(x.shape, t.shape));
  if (!is_grad_enabled() && share.ndim === 0) {
    const c = share.item<number>();
    const quick = parametric("boundedDifference", [x, t], steepness * c, bound * Math.abs(c));
    if (quick !== null) return quick;
  }
  return share.mul(x.sub(t).mul(steepness).clamp(-bound, bound));
}

/** With `d = |input - target|`: `d^2 / (2 beta)` below `beta`, `d - beta / 2` from there on. */
export const smooth_l1_loss = op(
  "nn.functional::smooth_l1_loss(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean', float beta=1.0) -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction, beta) => {
    warnIfSizesDiffer(input, target);
    if (beta < 0) throw new RuntimeError("smooth_l1_loss does not support negative values for beta.");
    const how = reductionOf(size_average, reduce, reduction);
    return beta === 0 ? reduced(input.sub(target).abs(), how) : input._smooth_l1_loss(target, how, beta);
  },
  samples: [{ input: [2, 3], target: [2, 3] }],
  example: ["nn.functional.smooth_l1_loss(torch.zeros(2), torch.tensor([0.5, 2]))", "tensor(0.8125)"],
});

export const _huber_loss = op(
  "Tensor::_huber_loss(Tensor self, Tensor target, str reduction='mean', float delta=1.0) -> Tensor",
)({
  forward: (self, target, reduction, delta) => {
    const quick = parametric("huber", [self, target], delta);
    if (quick !== null) return reduced(quick, reduction);
    const loss = (d: number) => (d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta));
    const losses = pointwise2((x, t) => loss(Math.abs(x - t)), "same", floatOnly("huber_cpu"));
    return reduced(losses.forward(self, target), reduction);
  },
  derivatives: {
    self: [
      "self target",
      (g, { self, target, reduction, delta }) => boundedSlope(g, self, target, reduction, 1, delta),
    ],
    target: [
      "self target",
      (g, { self, target, reduction, delta }) => boundedSlope(g, target, self, reduction, 1, delta),
    ],
  },
  samples: [
    { self: [2, 3], target: [2, 3] },
    { self: [2, 3], target: [3], reduction: "sum", delta: 0.5 },
  ],
  example: ["torch.zeros(2)._huber_loss(torch.tensor([0.5, 2]))", "tensor(0.8125)"],
});

/** With `d = |input - target|`: `d^2 / 2` up to `delta`, `delta * (d - delta / 2)` beyond; times `weight` if given. */
export const huber_loss = op(
  "nn.functional::huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0, Tensor? weight=None) -> Tensor",
)({
  composite: (input, target, reduction, delta, weight) => {
    warnIfSizesDiffer(input, target);
    if (!(delta > 0)) throw new RuntimeError("huber_loss does not support non-positive values for delta.");
    if (weight === null) return input._huber_loss(target, reduction, delta);
    checkWeightSize(weight, input);
    return reduced(input._huber_loss(target, "none", delta).mul(weight), reduction);
  },
  samples: [{ input: [2, 3], target: [2, 3] }],
  example: ["nn.functional.huber_loss(torch.zeros(2), torch.tensor([0.5, 2]))", "tensor(0.8125)"],
});
