import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Loss, OPTIONS, WeightedLoss } from "./loss.js";

// Losses that are the negative logarithm of a probability, or a difference of such

const bceSignature = new Signature(`BCELoss(Tensor? weight=None, ${OPTIONS})`);

/**
 * Binary cross-entropy of probabilities: `-(t ln p + (1 - t) ln(1 - p))`, times `weight` if given; logarithms are cut
 * off at -100. Input and target have the same shape, values in [0, 1].
 *
 * @throws RuntimeError if an input or a target lies outside [0, 1]
 */
export class BCELoss extends WeightedLoss {
  constructor(...args: Arguments<typeof bceSignature.text>) {
    super(...bceSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.binary_cross_entropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

const logitsSignature = new Signature(`BCEWithLogitsLoss(Tensor? weight=None, ${OPTIONS}, Tensor? pos_weight=None)`);

/** {@link BCELoss} of `sigmoid(x)`, computed without overflow; `pos_weight` weighs the positive targets. */
export class BCEWithLogitsLoss extends WeightedLoss {
  declare pos_weight: Tensor | null;

  constructor(...args: Arguments<typeof logitsSignature.text>) {
    const [weight, size_average, reduce, reduction, pos_weight] = logitsSignature.bind(args);
    super(weight, size_average, reduce, reduction);
    this.register_buffer("pos_weight", pos_weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight, reduction } = this;
    return F.binary_cross_entropy_with_logits(input, target, { weight, pos_weight, reduction });
  }
}

const klSignature = new Signature(`KLDivLoss(${OPTIONS}, bool log_target=False)`);

/**
 * The Kullback-Leibler divergence `t (ln t - x)` of log-probabilities `x` from probabilities `t` (with `log_target`: from
 * log-probabilities). `"batchmean"`, which the definition of the divergence means, divides the sum by the size of
 * dimension 0; `"mean"` by the number of elements.
 */
export class KLDivLoss extends Loss {
  readonly log_target: boolean;

  constructor(...args: Arguments<typeof klSignature.text>) {
    const [size_average, reduce, reduction, log_target] = klSignature.bind(args);
    super(size_average, reduce, reduction);
    this.log_target = log_target;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.kl_div(input, target, { reduction: this.reduction, log_target: this.log_target });
  }
}

const poissonSignature = new Signature(
  "PoissonNLLLoss(bool log_input=True, bool full=False, bool? size_average=None, float eps=1e-8, bool? reduce=None, str reduction='mean')",
);

/**
 * The negative log-likelihood of counts `t` of Poisson variables: `e^x - t x` of their log-means `x`, or with `log_input:
 * false` `x - t ln(x + eps)` of their means. `full` adds Stirling's approximation of `ln(t!)`.
 */
export class PoissonNLLLoss extends Loss {
  readonly log_input: boolean;
  readonly full: boolean;
  readonly eps: number;

  constructor(...args: Arguments<typeof poissonSignature.text>) {
    const [log_input, full, size_average, eps, reduce, reduction] = poissonSignature.bind(args);
    super(size_average, reduce, reduction);
    this.log_input = log_input;
    this.full = full;
    this.eps = eps;
  }

  override forward(log_input: Tensor, target: Tensor): Tensor {
    const { full, eps, reduction } = this;
    return F.poisson_nll_loss(log_input, target, { log_input: this.log_input, full, eps, reduction });
  }
}

const gaussianSignature = new Signature("GaussianNLLLoss(*, bool full=False, float eps=1e-6, str reduction='mean')");

/**
 * The negative log-likelihood of `t` under normal distributions with means `x` and variances `var`:
 * `(ln var + (x - t)^2 / var) / 2`, where `var` counts as at least `eps`. `full` adds `ln(2 pi) / 2`.
 */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean;
  readonly eps: number;

  constructor(...args: Arguments<typeof gaussianSignature.text>) {
    const [full, eps, reduction] = gaussianSignature.bind(args);
    super(null, null, reduction);
    this.full = full;
    this.eps = eps;
  }

  override forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    const { full, eps, reduction } = this;
    return F.gaussian_nll_loss(input, target, variance, { full, eps, reduction });
  }
}
