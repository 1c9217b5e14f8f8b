import { pythonFloat } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Module } from "../module.js";
import { SameShape } from "../same_shape.js";
import { InplaceActivation } from "./activation.js";

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends SameShape {
  override forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** `ln(sigmoid(x))`. */
export class LogSigmoid extends SameShape {
  override forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}

/** The hyperbolic tangent. */
export class Tanh extends SameShape {
  override forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** `x - tanh(x)`. */
export class Tanhshrink extends SameShape {
  override forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}

/** `x / (1 + |x|)`. */
export class Softsign extends SameShape {
  override forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}

const softplusSignature = new Signature("Softplus(float beta=1.0, float threshold=20.0)");

/** `ln(1 + e^(beta x)) / beta`; `x` itself where `beta x > threshold`. */
export class Softplus extends SameShape {
  readonly beta: number;
  readonly threshold: number;

  constructor(...args: Arguments<typeof softplusSignature.text>) {
    super();
    [this.beta, this.threshold] = softplusSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold);
  }

  override extra_repr(): string {
    return `beta=${pythonFloat(this.beta)}, threshold=${pythonFloat(this.threshold)}`;
  }
}

const geluSignature = new Signature("GELU(str approximate='none')");

/** `x` times the probability that a standard normal is below `x`; or its approximation with `"tanh"`. */
export class GELU extends SameShape {
  readonly approximate: string;

  constructor(...args: Arguments<typeof geluSignature.text>) {
    super();
    [this.approximate] = geluSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }

  override extra_repr(): string {
    return `approximate='${this.approximate}'`;
  }
}

const siluSignature = new Signature("SiLU(bool inplace=False)");

/** `x sigmoid(x)`, also called swish. */
export class SiLU extends InplaceActivation {
  constructor(...args: Arguments<typeof siluSignature.text>) {
    super(...siluSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.silu(input, this.inplace);
  }
}

const mishSignature = new Signature("Mish(bool inplace=False)");

/** `x tanh(softplus(x))`. */
export class Mish extends InplaceActivation {
  constructor(...args: Arguments<typeof mishSignature.text>) {
    super(...mishSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.mish(input, this.inplace);
  }
}

const gluSignature = new Signature("GLU(int dim=-1)");

/** The first half of `x` along `dim`, times the sigmoid of the second. */
export class GLU extends Module {
  readonly dim: number;

  constructor(...args: Arguments<typeof gluSignature.text>) {
    super();
    [this.dim] = gluSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.glu(input, this.dim);
  }

  override extra_repr(): string {
    return `dim=${this.dim}`;
  }
}
