import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkReduction, reductionOf } from "../tensor/losses.js";
import * as F from "./functional.js";
import { Module } from "./module.js";
import { Buffer } from "./parameter.js";

const options = "bool? size_average=None, bool? reduce=None, str reduction='mean'";
const plainSignature = new Signature(`Loss(${options})`);
const weightedSignature = new Signature(`BCELoss(Tensor? weight=None, ${options})`);

/** What losses share: the reduction. */
abstract class Loss extends Module {
  readonly reduction: string;

  constructor(size_average: boolean | null, reduce: boolean | null, reduction: string) {
    super();
    this.reduction = reductionOf(size_average, reduce, reduction);
    checkReduction(this.reduction);
  }
}

/**
 * Binary cross-entropy of probabilities: `-(t ln p + (1 - t) ln(1 - p))`, times `weight` if given; logarithms are cut
 * off at -100. Input and target have the same shape, values in [0, 1].
 *
 * @throws RuntimeError if an input lies outside [0, 1]
 */
export class BCELoss extends Loss {
  weight: Buffer | null;

  constructor(...args: Arguments<typeof weightedSignature.text>) {
    const [weight, size_average, reduce, reduction] = weightedSignature.bind(args);
    super(size_average, reduce, reduction);
    this.weight = weight && new Buffer(weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.binary_cross_entropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/** The squared error `(x - t)^2`. */
export class MSELoss extends Loss {
  constructor(...args: Arguments<typeof plainSignature.text>) {
    super(...plainSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.mse_loss(input, target, { reduction: this.reduction });
  }
}

/** The absolute error `|x - t|`. */
export class L1Loss extends Loss {
  constructor(...args: Arguments<typeof plainSignature.text>) {
    super(...plainSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.l1_loss(input, target, { reduction: this.reduction });
  }
}

const logitsSignature = new Signature(`BCEWithLogitsLoss(Tensor? weight=None, ${options}, Tensor? pos_weight=None)`);

/** {@link BCELoss} of `sigmoid(x)`, computed without overflow; `pos_weight` weighs the positive targets. */
export class BCEWithLogitsLoss extends Loss {
  weight: Buffer | null;
  pos_weight: Buffer | null;

  constructor(...args: Arguments<typeof logitsSignature.text>) {
    const [weight, size_average, reduce, reduction, pos_weight] = logitsSignature.bind(args);
    super(size_average, reduce, reduction);
    this.weight = weight && new Buffer(weight);
    this.pos_weight = pos_weight && new Buffer(pos_weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight, reduction } = this;
    return F.binary_cross_entropy_with_logits(input, target, { weight, pos_weight, reduction });
  }
}

const nllSignature = new Signature(
  "NLLLoss(Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean')",
);

/** The negative log-likelihood of class indices: `-x[target]` of log-probabilities [N, C, ...]. */
export class NLLLoss extends Loss {
  weight: Buffer | null;
  readonly ignore_index: number;

  constructor(...args: Arguments<typeof nllSignature.text>) {
    const [weight, size_average, ignore_index, reduce, reduction] = nllSignature.bind(args);
    super(size_average, reduce, reduction);
    this.weight = weight && new Buffer(weight);
    this.ignore_index = ignore_index;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignore_index, reduction } = this;
    return F.nll_loss(input, target, { weight, ignore_index, reduction });
  }
}

const crossSignature = new Signature(
  "CrossEntropyLoss(Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean', float label_smoothing=0)",
);

/** The cross-entropy of `softmax(x)` and the target: class indices [N, ...] or class probabilities, for logits [N, C, ...]. */
export class CrossEntropyLoss extends Loss {
  weight: Buffer | null;
  readonly ignore_index: number;
  readonly label_smoothing: number;

  constructor(...args: Arguments<typeof crossSignature.text>) {
    const [weight, size_average, ignore_index, reduce, reduction, label_smoothing] = crossSignature.bind(args);
    super(size_average, reduce, reduction);
    this.weight = weight && new Buffer(weight);
    this.ignore_index = ignore_index;
    this.label_smoothing = label_smoothing;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignore_index, reduction, label_smoothing } = this;
    return F.cross_entropy(input, target, { weight, ignore_index, reduction, label_smoothing });
  }
}
