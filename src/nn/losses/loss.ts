import type { Tensor } from "../../tensor/index.js";
import { reductionOf } from "../../tensor/losses.js";
import { Module } from "../module.js";

/** The arguments of a signature that all losses take. */
export const OPTIONS = "bool? size_average=None, bool? reduce=None, str reduction='mean'";

/** What losses share: the reduction, and the deprecated arguments that mean one. */
export abstract class Loss extends Module {
  readonly reduction: string;

  constructor(size_average: boolean | null, reduce: boolean | null, reduction: string) {
    super();
    this.reduction = reductionOf(size_average, reduce, reduction);
  }
}

/** A loss with weights, of classes or elements; they are a buffer. */
export abstract class WeightedLoss extends Loss {
  declare weight: Tensor | null;

  constructor(weight: Tensor | null, size_average: boolean | null, reduce: boolean | null, reduction: string) {
    super(size_average, reduce, reduction);
    this.register_buffer("weight", weight);
  }
}
