import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import * as F from "./functional.js";
import { Module } from "./module.js";

const pairwiseSignature = new Signature("PairwiseDistance(float p=2.0, float eps=1e-6, bool keepdim=False)");

/** The `p`-norms of `x1 - x2 + eps` along the last dimension. */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  constructor(...args: Arguments<typeof pairwiseSignature.text>) {
    super();
    [this.norm, this.eps, this.keepdim] = pairwiseSignature.bind(args);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.pairwise_distance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}

const cosineSignature = new Signature("CosineSimilarity(int dim=1, float eps=1e-8)");

/** `x1 . x2 / (|x1| |x2|)` along `dim`; norms below `eps` count as `eps`. */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor(...args: Arguments<typeof cosineSignature.text>) {
    super();
    [this.dim, this.eps] = cosineSignature.bind(args);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.cosine_similarity(x1, x2, this.dim, this.eps);
  }
}
