import { ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { SameShape } from "../same_shape.js";
import { AlongDim } from "./activation.js";

const softmaxSignature = new Signature("Softmax(int? dim=None)");

/** `e^x / sum(e^x)` along `dim`. */
export class Softmax extends AlongDim {
  constructor(...args: Arguments<typeof softmaxSignature.text>) {
    super(...softmaxSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
}

const softminSignature = new Signature("Softmin(int? dim=None)");

/** {@link Softmax} of `-x`. */
export class Softmin extends AlongDim {
  constructor(...args: Arguments<typeof softminSignature.text>) {
    super(...softminSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}

const logSoftmaxSignature = new Signature("LogSoftmax(int? dim=None)");

/** `x - ln(sum(e^x))` along `dim`. */
export class LogSoftmax extends AlongDim {
  constructor(...args: Arguments<typeof logSoftmaxSignature.text>) {
    super(...logSoftmaxSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.log_softmax(input, this.dim);
  }
}

/** {@link Softmax} over the channels of images: input [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends SameShape {
  override forward(input: Tensor): Tensor {
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new ValueError(`Softmax2d: expected input to be 3D or 4D, got ${input.ndim}D instead`);
    }
    return F.softmax(input, -3);
  }
}
