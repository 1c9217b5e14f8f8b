import { pythonFloat } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { empty, type Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { constant_ } from "../init.js";
import { Parameter } from "../parameter.js";
import { SameShape } from "../same_shape.js";
import { InplaceActivation, withInplace } from "./activation.js";

// max(0, x) and its relatives with a slope or a curve below 0

const reluSignature = new Signature("ReLU(bool inplace=False)");

/** `max(0, x)`; its gradient at 0 is 0. */
export class ReLU extends InplaceActivation {
  constructor(...args: Arguments<typeof reluSignature.text>) {
    super(...reluSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return this.inplace ? input.relu_() : input.relu();
  }
}

const leakySignature = new Signature("LeakyReLU(float negative_slope=0.01, bool inplace=False)");

/** `x` where it is positive, `negative_slope x` elsewhere. */
export class LeakyReLU extends InplaceActivation {
  readonly negative_slope: number;

  constructor(...args: Arguments<typeof leakySignature.text>) {
    const [negative_slope, inplace] = leakySignature.bind(args);
    super(inplace);
    this.negative_slope = negative_slope;
  }

  override forward(input: Tensor): Tensor {
    return F.leaky_relu(input, this.negative_slope, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`negative_slope=${pythonFloat(this.negative_slope)}`, this.inplace);
  }
}

const preluSignature = new Signature(
  "PReLU(int num_parameters=1, float init=0.25, str? device=None, ScalarType? dtype=None)",
);

/** {@link LeakyReLU} with slopes that are trained: `weight` [num_parameters], one for all or one a channel (dimension 1). */
export class PReLU extends SameShape {
  readonly num_parameters: number;
  readonly init: number;
  declare weight: Parameter;

  constructor(...args: Arguments<typeof preluSignature.text>) {
    super();
    const [num_parameters, init, , dtype] = preluSignature.bind(args);
    this.num_parameters = num_parameters;
    this.init = init;
    this.register_parameter("weight", new Parameter(empty(num_parameters, { dtype })));
    this.reset_parameters();
  }

  /** Sets the slopes to `init`. */
  reset_parameters(): void {
    constant_(this.weight, this.init);
  }

  override forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }

  override extra_repr(): string {
    return `num_parameters=${this.num_parameters}`;
  }
}

const rreluSignature = new Signature("RReLU(float lower=0.125, float upper=0.3333333333333333, bool inplace=False)");

/**
 * {@link LeakyReLU} with slopes drawn for each element, uniform on [lower, upper), while training; otherwise with the
 * slope in the middle.
 */
export class RReLU extends InplaceActivation {
  readonly lower: number;
  readonly upper: number;

  constructor(...args: Arguments<typeof rreluSignature.text>) {
    const [lower, upper, inplace] = rreluSignature.bind(args);
    super(inplace);
    this.lower = lower;
    this.upper = upper;
  }

  override forward(input: Tensor): Tensor {
    return F.rrelu(input, this.lower, this.upper, this.training, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`lower=${pythonFloat(this.lower)}, upper=${pythonFloat(this.upper)}`, this.inplace);
  }
}

const eluSignature = new Signature("ELU(float alpha=1.0, bool inplace=False)");

/** `x` where it is positive, `alpha (e^x - 1)` elsewhere. */
export class ELU extends InplaceActivation {
  readonly alpha: number;

  constructor(...args: Arguments<typeof eluSignature.text>) {
    const [alpha, inplace] = eluSignature.bind(args);
    super(inplace);
    this.alpha = alpha;
  }

  override forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`alpha=${pythonFloat(this.alpha)}`, this.inplace);
  }
}

const celuSignature = new Signature("CELU(float alpha=1.0, bool inplace=False)");

/** `x` where it is positive, `alpha (e^(x / alpha) - 1)` elsewhere. */
export class CELU extends InplaceActivation {
  readonly alpha: number;

  constructor(...args: Arguments<typeof celuSignature.text>) {
    const [alpha, inplace] = celuSignature.bind(args);
    super(inplace);
    this.alpha = alpha;
  }

  override forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`alpha=${pythonFloat(this.alpha)}`, this.inplace);
  }
}

const seluSignature = new Signature("SELU(bool inplace=False)");

/** {@link ELU} scaled so that mean 0 and variance 1 are kept from layer to layer. */
export class SELU extends InplaceActivation {
  constructor(...args: Arguments<typeof seluSignature.text>) {
    super(...seluSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.selu(input, this.inplace);
  }
}
