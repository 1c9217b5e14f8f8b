import { AssertionError } from "../../python/errors.js";
import { pythonFloat, pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { SameShape } from "../same_shape.js";
import { InplaceActivation, withInplace } from "./activation.js";

// Made of straight lines, with corners at other places than 0

const thresholdSignature = new Signature("Threshold(float threshold, float value, bool inplace=False)");

/** `x` where it is above `threshold`, `value` elsewhere. */
export class Threshold extends InplaceActivation {
  readonly threshold: number;
  readonly value: number;

  constructor(...args: Arguments<typeof thresholdSignature.text>) {
    const [threshold, value, inplace] = thresholdSignature.bind(args);
    super(inplace);
    this.threshold = threshold;
    this.value = value;
  }

  override forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`threshold=${pythonRepr(this.threshold)}, value=${pythonRepr(this.value)}`, this.inplace);
  }
}

const hardtanhSignature = new Signature(
  "Hardtanh(float min_val=-1.0, float max_val=1.0, bool inplace=False, float? min_value=None, float? max_value=None)",
);

/** `x` brought between `min_val` and `max_val`; the gradient at both is 0. */
export class Hardtanh extends InplaceActivation {
  readonly min_val: number;
  readonly max_val: number;

  constructor(...args: Arguments<typeof hardtanhSignature.text>) {
    const [min_val, max_val, inplace, min_value, max_value] = hardtanhSignature.bind(args);
    super(inplace);
    this.min_val = renamed("min_value", min_value, "min_val") ?? min_val;
    this.max_val = renamed("max_value", max_value, "max_val") ?? max_val;
    if (this.max_val > this.min_val) return;
    throw new AssertionError(
      `max_val (${pythonFloat(this.max_val)}) must be greater than min_val (${pythonFloat(this.min_val)})`,
    );
  }

  override forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.min_val, this.max_val, this.inplace);
  }

  override extra_repr(): string {
    return withInplace(`min_val=${pythonFloat(this.min_val)}, max_val=${pythonFloat(this.max_val)}`, this.inplace);
  }
}

/** An argument under its old name, with a warning. */
function renamed(old: string, value: number | null, name: string): number | null {
  if (value !== null) warn(`keyword argument \`${old}\` is deprecated and renamed to \`${name}\``, "FutureWarning");
  return value;
}

const relu6Signature = new Signature("ReLU6(bool inplace=False)");

/** `x` brought between 0 and 6; the gradient at both is 0. */
export class ReLU6 extends Hardtanh {
  constructor(...args: Arguments<typeof relu6Signature.text>) {
    super(0, 6, ...relu6Signature.bind(args));
  }

  override extra_repr(): string {
    return withInplace("", this.inplace);
  }
}

const hardsigmoidSignature = new Signature("Hardsigmoid(bool inplace=False)");

/** `(x + 3) / 6` brought between 0 and 1. */
export class Hardsigmoid extends InplaceActivation {
  constructor(...args: Arguments<typeof hardsigmoidSignature.text>) {
    super(...hardsigmoidSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this.inplace);
  }

  /** PyTorch does not print `inplace` here. */
  override extra_repr(): string {
    return "";
  }
}

const hardswishSignature = new Signature("Hardswish(bool inplace=False)");

/** `x hardsigmoid(x)`. */
export class Hardswish extends InplaceActivation {
  constructor(...args: Arguments<typeof hardswishSignature.text>) {
    super(...hardswishSignature.bind(args));
  }

  override forward(input: Tensor): Tensor {
    return F.hardswish(input, this.inplace);
  }

  /** PyTorch does not print `inplace` here. */
  override extra_repr(): string {
    return "";
  }
}

const hardshrinkSignature = new Signature("Hardshrink(float lambd=0.5)");

/** `x` where its absolute value is above `lambd`, 0 elsewhere. */
export class Hardshrink extends SameShape {
  readonly lambd: number;

  constructor(...args: Arguments<typeof hardshrinkSignature.text>) {
    super();
    [this.lambd] = hardshrinkSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambd);
  }

  override extra_repr(): string {
    return pythonFloat(this.lambd);
  }
}

const softshrinkSignature = new Signature("Softshrink(float lambd=0.5)");

/** `x` moved towards 0 by `lambd`; 0 where it is nearer. */
export class Softshrink extends SameShape {
  readonly lambd: number;

  constructor(...args: Arguments<typeof softshrinkSignature.text>) {
    super();
    [this.lambd] = softshrinkSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambd);
  }

  override extra_repr(): string {
    return pythonFloat(this.lambd);
  }
}
