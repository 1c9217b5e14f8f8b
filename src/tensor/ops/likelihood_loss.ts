import { ValueError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { checkReduction, reduced, reductionOf } from "../losses.js";
import { op } from "../op.js";
import { type Shape, sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/** Losses that are the negative logarithm of a probability, or a difference of such. */

/**
 * The Kullback-Leibler divergence `t (ln t - input)` of log-probabilities `input` from probabilities `target` (with
 * `log_target`: from log-probabilities). `"batchmean"` divides the sum by the size of dimension 0.
 */
export const kl_div = op(
  "nn.functional::kl_div(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean', bool log_target=False) -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction, log_target) => {
    const how = reductionOf(size_average, reduce, reduction);
    if (size_average === null && reduce === null && how === "mean") {
      warn(
        "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.",
      );
    }
    const losses = log_target ? target.exp().mul(target.sub(input)) : target.xlogy(target).sub(target.mul(input));
    if (how !== "batchmean") return reduced(losses, how);
    return input.ndim === 0 ? losses.sum() : losses.sum().div(input.shape[0]);
  },
  domain: { target: [0.2, 1] },
  samples: [
    { input: [2, 3], target: [2, 3], reduction: "batchmean" },
    { input: [2, 3], target: [2, 3], reduction: "sum", log_target: true },
    { input: [3], target: [3], reduction: "none" },
  ],
  example: [
    'nn.functional.kl_div(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), { reduction: "batchmean" })',
    "tensor(-0.6931)",
  ],
});

/**
 * The negative log-likelihood of counts `target` of Poisson variables with the means `input`, or with `log_input` (the
 * default) their logarithms: `e^input - target input`, or `input - target ln(input + eps)`. `full` adds Stirling's
 * `t ln t - t + ln(2 pi t) / 2` for targets above 1.
 */
export const poisson_nll_loss = op(
  "nn.functional::poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, bool? size_average=None, float eps=1e-8, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, log_input, full, size_average, eps, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    const losses = log_input ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
    if (!full) return reduced(losses, how);
    const half = target
      .mul(2 * Math.PI)
      .log()
      .mul(0.5);
    const stirling = target.mul(target.log()).sub(target).add(half);
    return reduced(losses.add(stirling.masked_fill(target.le(1), 0)), how);
  },
  domain: { input: [0.2, 2], target: [1.2, 3] },
  samples: [
    { input: [2, 3], target: [2, 3] },
    { input: [2, 3], target: [2, 3], log_input: false, full: true, reduction: "sum" },
    { input: [3], target: [3], reduction: "none" },
  ],
  example: ["nn.functional.poisson_nll_loss(torch.zeros(2), torch.ones(2))", "tensor(1.)"],
});

/**
 * The negative log-likelihood of `target` under normal distributions with means `input` and variances `var`:
 * `(ln var + (input - target)^2 / var) / 2`, where `var` counts as at least `eps`. `full` adds `ln(2 pi) / 2`. `var` has
 * the shape of the input, or without its last dimension or with one size of 1 instead, or is a number.
 */
export const gaussian_nll_loss = op(
  "nn.functional::gaussian_nll_loss(Tensor input, Tensor target, Tensor|float var, bool full=False, float eps=1e-6, str reduction='mean') -> Tensor",
)({
  composite: (input, target, variance, full, eps, reduction) => {
    const wide = variances(input, variance);
    if (reduction !== "none" && reduction !== "mean" && reduction !== "sum") {
      throw new ValueError(`${reduction} is not valid`);
    }
    // what is raised to eps still gets a gradient
    const least = wide.add(wide.detach().clamp_min(eps).sub(wide.detach()));
    const losses = least.log().add(input.sub(target).pow(2).div(least)).mul(0.5);
    return reduced(full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, reduction);
  },
  domain: { var: [0.3, 2] },
  samples: [
    { input: [2, 3], target: [2, 3], var: [2, 3] },
    { input: [2, 3], target: [2, 3], var: [2], full: true, reduction: "sum" },
    { input: [2, 3], target: [2, 3], var: [2, 1], reduction: "none" },
  ],
  example: ["nn.functional.gaussian_nll_loss(torch.zeros(2), torch.ones(2), torch.ones(2))", "tensor(0.5000)"],
});

/** The variances in a shape that broadcasts with the input's. */
function variances(input: Tensor, variance: Tensor | number): Tensor {
  if (typeof variance === "number") {
    if (variance < 0) throw new ValueError("var has negative entry/entries");
    return Tensor.empty(input.shape, input.dtype).fill_(variance);
  }
  if (variance.lt(0).any().item<boolean>()) throw new ValueError("var has negative entry/entries");
  if (sameShape(variance.shape, input.shape)) return variance;
  if (sameShape(variance.shape, input.shape.slice(0, -1))) return variance.unsqueeze(-1);
  if (stretchesOnce(variance.shape, input.shape)) return variance;
  throw new ValueError("var is of incorrect size");
}

/** Are the shapes equal but for one size, which is 1 in `shape`? */
function stretchesOnce(shape: Shape, to: Shape): boolean {
  if (shape.length !== to.length) return false;
  const different = to.filter((size, d) => size !== shape[d]);
  const own = shape.filter((size, d) => size !== to[d]);
  return different.length === 1 && own[0] === 1;
}
