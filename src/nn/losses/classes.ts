import { ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Loss, OPTIONS, WeightedLoss } from "./loss.js";

// Losses of class scores

const NLL =
  "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean'";
const nllSignature = new Signature(`NLLLoss(${NLL})`);

/** The negative log-likelihood of class indices: `-x[target]` of log-probabilities [N, C, ...]. */
export class NLLLoss extends WeightedLoss {
  readonly ignore_index: number;

  constructor(...args: Arguments<typeof nllSignature.text>) {
    const [weight, size_average, ignore_index, reduce, reduction] = nllSignature.bind(args);
    super(weight, size_average, reduce, reduction);
    this.ignore_index = ignore_index;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignore_index, reduction } = this;
    return F.nll_loss(input, target, { weight, ignore_index, reduction });
  }
}

const crossSignature = new Signature(`CrossEntropyLoss(${NLL}, float label_smoothing=0)`);

/** The cross-entropy of `softmax(x)` and the target: class indices [N, ...] or class probabilities, for logits [N, C, ...]. */
export class CrossEntropyLoss extends WeightedLoss {
  readonly ignore_index: number;
  readonly label_smoothing: number;

  constructor(...args: Arguments<typeof crossSignature.text>) {
    const [weight, size_average, ignore_index, reduce, reduction, label_smoothing] = crossSignature.bind(args);
    super(weight, size_average, reduce, reduction);
    this.ignore_index = ignore_index;
    this.label_smoothing = label_smoothing;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignore_index, reduction, label_smoothing } = this;
    return F.cross_entropy(input, target, { weight, ignore_index, reduction, label_smoothing });
  }
}

const multiMarginSignature = new Signature(
  `MultiMarginLoss(int p=1, float margin=1.0, Tensor? weight=None, ${OPTIONS})`,
);

/** `sum over i != y of max(0, margin - x[y] + x[i])^p / C` for the target class `y`, times `weight[y]` if given. */
export class MultiMarginLoss extends WeightedLoss {
  readonly p: number;
  readonly margin: number;

  constructor(...args: Arguments<typeof multiMarginSignature.text>) {
    const [p, margin, weight, size_average, reduce, reduction] = multiMarginSignature.bind(args);
    super(weight, size_average, reduce, reduction);
    if (p !== 1 && p !== 2) throw new ValueError("only p == 1 and p == 2 supported");
    if (weight !== null && weight.ndim !== 1) {
      throw new ValueError(`MultiMarginLoss: expected weight to be None or 1D tensor, got ${weight.ndim}D instead`);
    }
    this.p = p;
    this.margin = margin;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { p, margin, weight, reduction } = this;
    return F.multi_margin_loss(input, target, { p, margin, weight, reduction });
  }
}

const multilabelMarginSignature = new Signature(`MultiLabelMarginLoss(${OPTIONS})`);

/** `sum over targets y and other classes i of max(0, 1 - x[y] + x[i]) / C`; the target names classes up to the first -1. */
export class MultiLabelMarginLoss extends Loss {
  constructor(...args: Arguments<typeof multilabelMarginSignature.text>) {
    super(...multilabelMarginSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.multilabel_margin_loss(input, target, { reduction: this.reduction });
  }
}

const multilabelSoftSignature = new Signature(`MultiLabelSoftMarginLoss(Tensor? weight=None, ${OPTIONS})`);

/** The binary cross-entropy of each class, from its logit `x` and target in [0, 1], averaged over the classes. */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  constructor(...args: Arguments<typeof multilabelSoftSignature.text>) {
    super(...multilabelSoftSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.multilabel_soft_margin_loss(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

const nll2dSignature = new Signature(`NLLLoss2d(${NLL})`);

/** {@link NLLLoss} under its old name. */
export class NLLLoss2d extends NLLLoss {
  constructor(...args: Arguments<typeof nll2dSignature.text>) {
    super(...nll2dSignature.bind(args));
    warn(
      "`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in replacement and see https://pytorch.org/docs/main/nn.html#torch.nn.NLLLoss for more details.",
      "FutureWarning",
    );
  }
}
