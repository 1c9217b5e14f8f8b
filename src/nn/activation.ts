import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import * as F from "./functional.js";
import { Module } from "./module.js";

const reluSignature = new Signature("ReLU(bool inplace=False)");

/** `max(0, x)`; its gradient at 0 is 0. */
export class ReLU extends Module {
  readonly inplace: boolean;

  constructor(...args: Arguments<typeof reluSignature.text>) {
    super();
    [this.inplace] = reluSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return this.inplace ? input.relu_() : input.relu();
  }

  override extra_repr(): string {
    return this.inplace ? "inplace=True" : "";
  }
}

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

const leakySignature = new Signature("LeakyReLU(float negative_slope=0.01, bool inplace=False)");

/** `x` where it is positive, `negative_slope x` elsewhere. */
export class LeakyReLU extends Module {
  readonly negative_slope: number;
  readonly inplace: boolean;

  constructor(...args: Arguments<typeof leakySignature.text>) {
    super();
    [this.negative_slope, this.inplace] = leakySignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.leaky_relu(input, this.negative_slope, this.inplace);
  }

  override extra_repr(): string {
    return `negative_slope=${this.negative_slope}${this.inplace ? ", inplace=True" : ""}`;
  }
}

const geluSignature = new Signature("GELU(str approximate='none')");

/** `x` times the probability that a standard normal is below `x`; or its approximation with `"tanh"`. */
export class GELU extends Module {
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

const softmaxSignature = new Signature("Softmax(int? dim=None)");

/** `e^x / sum(e^x)` along `dim`. */
export class Softmax extends Module {
  readonly dim: number | null;

  constructor(...args: Arguments<typeof softmaxSignature.text>) {
    super();
    [this.dim] = softmaxSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }

  override extra_repr(): string {
    return `dim=${this.dim ?? "None"}`;
  }
}

const logSoftmaxSignature = new Signature("LogSoftmax(int? dim=None)");

/** `x - ln(sum(e^x))` along `dim`. */
export class LogSoftmax extends Module {
  readonly dim: number | null;

  constructor(...args: Arguments<typeof logSoftmaxSignature.text>) {
    super();
    [this.dim] = logSoftmaxSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.log_softmax(input, this.dim);
  }

  override extra_repr(): string {
    return `dim=${this.dim ?? "None"}`;
  }
}
