import { ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { PairwiseDistance } from "../distance.js";
import * as F from "../functional.js";
import { Loss, OPTIONS } from "./loss.js";

// Losses that ask for a margin between what belongs together and what does not

const rankingSignature = new Signature(`MarginRankingLoss(float margin=0, ${OPTIONS})`);

/** `max(0, margin - t (x1 - x2))`: `x1` should rank above `x2` where the target is 1, below where it is -1. */
export class MarginRankingLoss extends Loss {
  readonly margin: number;

  constructor(...args: Arguments<typeof rankingSignature.text>) {
    const [margin, size_average, reduce, reduction] = rankingSignature.bind(args);
    super(size_average, reduce, reduction);
    this.margin = margin;
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.margin_ranking_loss(input1, input2, target, { margin: this.margin, reduction: this.reduction });
  }
}

const hingeSignature = new Signature(`HingeEmbeddingLoss(float margin=1.0, ${OPTIONS})`);

/** `x` where the target is 1, `max(0, margin - x)` where it is -1; for distances `x`. */
export class HingeEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor(...args: Arguments<typeof hingeSignature.text>) {
    const [margin, size_average, reduce, reduction] = hingeSignature.bind(args);
    super(size_average, reduce, reduction);
    this.margin = margin;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.hinge_embedding_loss(input, target, { margin: this.margin, reduction: this.reduction });
  }
}

const softSignature = new Signature(`SoftMarginLoss(${OPTIONS})`);

/** `ln(1 + e^(-t x))`, for targets 1 and -1. */
export class SoftMarginLoss extends Loss {
  constructor(...args: Arguments<typeof softSignature.text>) {
    super(...softSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.soft_margin_loss(input, target, { reduction: this.reduction });
  }
}

const cosineSignature = new Signature(`CosineEmbeddingLoss(float margin=0.0, ${OPTIONS})`);

/** `1 - cos(x1, x2)` where the target is 1, `max(0, cos(x1, x2) - margin)` where it is -1. */
export class CosineEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor(...args: Arguments<typeof cosineSignature.text>) {
    const [margin, size_average, reduce, reduction] = cosineSignature.bind(args);
    super(size_average, reduce, reduction);
    this.margin = margin;
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosine_embedding_loss(input1, input2, target, { margin: this.margin, reduction: this.reduction });
  }
}

const tripletSignature = new Signature(
  `TripletMarginLoss(float margin=1.0, float p=2.0, float eps=1e-6, bool swap=False, ${OPTIONS})`,
);

/**
 * `max(0, margin + d(a, p) - d(a, n))` of anchor, positive and negative, with the `p`-norm distance. With `swap` the
 * negative is as far as its distance from the nearer of anchor and positive.
 */
export class TripletMarginLoss extends Loss {
  readonly margin: number;
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;

  constructor(...args: Arguments<typeof tripletSignature.text>) {
    const [margin, p, eps, swap, size_average, reduce, reduction] = tripletSignature.bind(args);
    super(size_average, reduce, reduction);
    checkMargin("TripletMarginLoss", margin);
    this.margin = margin;
    this.p = p;
    this.eps = eps;
    this.swap = swap;
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, eps, swap, reduction } = this;
    return F.triplet_margin_loss(anchor, positive, negative, { margin, p, eps, swap, reduction });
  }
}

const tripletDistanceSignature = new Signature(
  "TripletMarginWithDistanceLoss(*, Callable? distance_function=None, float margin=1.0, bool swap=False, str reduction='mean')",
);

/** {@link TripletMarginLoss} with a distance of one's own, a function of two tensors. */
export class TripletMarginWithDistanceLoss extends Loss {
  readonly distance_function: (x1: Tensor, x2: Tensor) => Tensor;
  readonly margin: number;
  readonly swap: boolean;

  constructor(...args: Arguments<typeof tripletDistanceSignature.text>) {
    const [distance_function, margin, swap, reduction] = tripletDistanceSignature.bind(args);
    super(null, null, reduction);
    checkMargin("TripletMarginWithDistanceLoss", margin);
    this.distance_function = distance_function ?? new PairwiseDistance();
    this.margin = margin;
    this.swap = swap;
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { distance_function, margin, swap, reduction } = this;
    return F.triplet_margin_with_distance_loss(anchor, positive, negative, {
      distance_function,
      margin,
      swap,
      reduction,
    });
  }
}

function checkMargin(name: string, margin: number): void {
  if (margin > 0) return;
  throw new ValueError(`${name}: expected margin to be greater than 0, got ${pythonRepr(margin)} instead`);
}
