import { ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import * as F from "./functional.js";
import { SameShape } from "./same_shape.js";

/** What the dropout layers share: they act in training mode only, on each element or channel with probability `p`. */
abstract class DropoutBase extends SameShape {
  readonly p: number;
  readonly inplace: boolean;

  constructor(p: number, inplace: boolean) {
    super();
    if (!(p >= 0 && p <= 1)) {
      throw new ValueError(`dropout probability has to be between 0 and 1, but got ${pythonRepr(p)}`);
    }
    this.p = p;
    this.inplace = inplace;
  }

  override extra_repr(): string {
    return `p=${pythonRepr(this.p)}, inplace=${pythonRepr(this.inplace)}`;
  }
}

const dropoutSignature = new Signature("Dropout(float p=0.5, bool inplace=False)");

/** While training, zeroes elements with probability `p` and multiplies the others by `1 / (1 - p)`; otherwise the identity. */
export class Dropout extends DropoutBase {
  constructor(...args: Arguments<typeof dropoutSignature.text>) {
    super(...dropoutSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.dropout(input, this.p, this.training, this.inplace);
  }
}

const dropout1dSignature = new Signature("Dropout1d(float p=0.5, bool inplace=False)");

/** {@link Dropout} of whole channels: input [N, C, L] or [C, L]. */
export class Dropout1d extends DropoutBase {
  constructor(...args: Arguments<typeof dropout1dSignature.text>) {
    super(...dropout1dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.dropout1d(input, this.p, this.training, this.inplace);
  }
}

const dropout2dSignature = new Signature("Dropout2d(float p=0.5, bool inplace=False)");

/** {@link Dropout} of whole channels: input [N, C, H, W]. */
export class Dropout2d extends DropoutBase {
  constructor(...args: Arguments<typeof dropout2dSignature.text>) {
    super(...dropout2dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.dropout2d(input, this.p, this.training, this.inplace);
  }
}

const dropout3dSignature = new Signature("Dropout3d(float p=0.5, bool inplace=False)");

/** {@link Dropout} of whole channels: input [N, C, D, H, W] or [C, D, H, W]. */
export class Dropout3d extends DropoutBase {
  constructor(...args: Arguments<typeof dropout3dSignature.text>) {
    super(...dropout3dSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.dropout3d(input, this.p, this.training, this.inplace);
  }
}

const alphaDropoutSignature = new Signature("AlphaDropout(float p=0.5, bool inplace=False)");

/** Dropout for nets of {@link SELU}: keeps mean 0 and variance 1. */
export class AlphaDropout extends DropoutBase {
  constructor(...args: Arguments<typeof alphaDropoutSignature.text>) {
    super(...alphaDropoutSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.alpha_dropout(input, this.p, this.training);
  }
}

const featureAlphaDropoutSignature = new Signature("FeatureAlphaDropout(float p=0.5, bool inplace=False)");

/** {@link AlphaDropout} of whole channels (dimension 1). */
export class FeatureAlphaDropout extends DropoutBase {
  constructor(...args: Arguments<typeof featureAlphaDropoutSignature.text>) {
    super(...featureAlphaDropoutSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.feature_alpha_dropout(input, this.p, this.training);
  }
}
