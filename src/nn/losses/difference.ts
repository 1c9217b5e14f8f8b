import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Loss, OPTIONS } from "./loss.js";

// Losses of the difference between input and target

const l1Signature = new Signature(`L1Loss(${OPTIONS})`);

/** The absolute error `|x - t|`. */
export class L1Loss extends Loss {
  constructor(...args: Arguments<typeof l1Signature.text>) {
    super(...l1Signature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.l1_loss(input, target, { reduction: this.reduction });
  }
}

const mseSignature = new Signature(`MSELoss(${OPTIONS})`);

/** The squared error `(x - t)^2`. */
export class MSELoss extends Loss {
  constructor(...args: Arguments<typeof mseSignature.text>) {
    super(...mseSignature.bind(args));
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.mse_loss(input, target, { reduction: this.reduction });
  }
}

const smoothSignature = new Signature(`SmoothL1Loss(${OPTIONS}, float beta=1.0)`);

/** With `d = |x - t|`: `d^2 / (2 beta)` below `beta`, `d - beta / 2` from there on. */
export class SmoothL1Loss extends Loss {
  readonly beta: number;

  constructor(...args: Arguments<typeof smoothSignature.text>) {
    const [size_average, reduce, reduction, beta] = smoothSignature.bind(args);
    super(size_average, reduce, reduction);
    this.beta = beta;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.smooth_l1_loss(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

const huberSignature = new Signature("HuberLoss(str reduction='mean', float delta=1.0)");

/** With `d = |x - t|`: `d^2 / 2` up to `delta`, `delta (d - delta / 2)` beyond. */
export class HuberLoss extends Loss {
  readonly delta: number;

  constructor(...args: Arguments<typeof huberSignature.text>) {
    const [reduction, delta] = huberSignature.bind(args);
    super(null, null, reduction);
    this.delta = delta;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.huber_loss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}
