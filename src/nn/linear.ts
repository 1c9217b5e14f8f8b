import { AssertionError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Keywords } from "../python/signature-types.js";
import { empty, type Tensor } from "../tensor/index.js";
import { bilinear, linear } from "./functional.js";
import { kaiming_uniform_, uniform_ } from "./init.js";
import { lazy } from "./lazy.js";
import { Module } from "./module.js";
import { is_lazy, Parameter, UninitializedParameter } from "./parameter.js";
import { SameShape } from "./same_shape.js";

const linearSignature = new Signature(
  "Linear(int in_features, int out_features, bool bias=True, str? device=None, ScalarType? dtype=None)",
);
const optionsSignature = new Signature("Linear(bool bias=True, str? device=None, ScalarType? dtype=None)");
type Options = Keywords<typeof optionsSignature.text>;

/**
 * `y = x W^T + b`: input [..., in_features], output [..., out_features], weight [out_features, in_features], bias
 * [out_features].
 *
 * Both start uniform on [-1/sqrt(in_features), 1/sqrt(in_features)). The sizes are part of the type, so that the compiler
 * finds layers in a {@link Sequential} that do not fit.
 *
 * @example
 * const layer = new nn.Linear(30, 64);
 * layer(torch.randn(32, 30)).shape // [32, 64]
 */
export class Linear<In extends number = number, Out extends number = number> extends Module {
  in_features: number;
  out_features: number;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(in_features: In, out_features: Out, ...options: Arguments<typeof optionsSignature.text>);
  constructor(in_features: In, options: { out_features: Out } & Options);
  constructor(options: { in_features: In; out_features: Out } & Options);
  constructor(...args: unknown[]) {
    super();
    const [in_features, out_features, bias, , dtype] = linearSignature.bind(args);
    this.in_features = in_features;
    this.out_features = out_features;
    this.register_parameter("weight", new Parameter(empty(out_features, in_features, { dtype })));
    this.register_parameter("bias", bias ? new Parameter(empty(out_features, { dtype })) : null);
    this.reset_parameters();
  }

  /** Draws weight and bias anew. */
  reset_parameters(): void {
    // with a = sqrt(5) the bound is 1 / sqrt(in_features)
    kaiming_uniform_(this.weight, Math.sqrt(5));
    if (this.bias) {
      const bound = this.in_features > 0 ? 1 / Math.sqrt(this.in_features) : 0;
      uniform_(this.bias, -bound, bound);
    }
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extra_repr(): string {
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${this.bias ? "True" : "False"}`;
  }
}

const lazySignature = new Signature(
  "LazyLinear(int out_features, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * A {@link Linear} that takes `in_features` from its first input, and is an ordinary one from then on.
 *
 * @example
 * const layer = new nn.LazyLinear(64);
 * layer(torch.randn(32, 30)).shape // [32, 64]
 */
export class LazyLinear extends lazy(Linear) {
  constructor(...args: Arguments<typeof lazySignature.text>) {
    const [out_features, bias, , dtype] = lazySignature.bind(args);
    super(0, 0, false);
    const options = dtype ? { dtype } : {};
    this.out_features = out_features;
    this.weight = new UninitializedParameter(true, options);
    if (bias) this.bias = new UninitializedParameter(true, options);
  }

  override reset_parameters(): void {
    if (!this.has_uninitialized_params() && this.in_features !== 0) super.reset_parameters();
  }

  override initialize_parameters(input: Tensor): void {
    const inputs = input.shape.at(-1)!;
    const { weight, bias } = this;
    if (is_lazy(weight)) {
      this.in_features = inputs;
      weight.materialize([this.out_features, inputs]);
      if (is_lazy(bias)) bias.materialize([this.out_features]);
      this.reset_parameters();
    }
    if (this.in_features !== 0) return;
    if (inputs !== weight.shape[1]) {
      throw new AssertionError(
        `The in_features inferred from input: ${inputs} is not equal to in_features from self.weight: ${weight.shape[1]}`,
      );
    }
    this.in_features = inputs;
  }
}

const bilinearSignature = new Signature(
  "Bilinear(int in1_features, int in2_features, int out_features, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * `y = x1^T A x2 + b`: inputs [..., in1_features] and [..., in2_features], output [..., out_features], weight
 * [out_features, in1_features, in2_features], bias [out_features]. Both start uniform on [-1/sqrt(in1_features),
 * 1/sqrt(in1_features)).
 *
 * @example
 * const layer = new nn.Bilinear(20, 30, 40);
 * layer(torch.randn(128, 20), torch.randn(128, 30)).shape // [128, 40]
 */
export class Bilinear extends Module {
  readonly in1_features: number;
  readonly in2_features: number;
  readonly out_features: number;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(...args: Arguments<typeof bilinearSignature.text>) {
    super();
    const [in1_features, in2_features, out_features, bias, , dtype] = bilinearSignature.bind(args);
    this.in1_features = in1_features;
    this.in2_features = in2_features;
    this.out_features = out_features;
    this.register_parameter("weight", new Parameter(empty(out_features, in1_features, in2_features, { dtype })));
    this.register_parameter("bias", bias ? new Parameter(empty(out_features, { dtype })) : null);
    this.reset_parameters();
  }

  /** Draws weight and bias anew. */
  reset_parameters(): void {
    const { in1_features } = this;
    if (in1_features <= 0) {
      throw new ValueError(`in1_features must be > 0, but got (in1_features=${in1_features})`);
    }
    const bound = 1 / Math.sqrt(in1_features);
    uniform_(this.weight, -bound, bound);
    if (this.bias) uniform_(this.bias, -bound, bound);
  }

  override forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extra_repr(): string {
    const { in1_features, in2_features, out_features } = this;
    return `in1_features=${in1_features}, in2_features=${in2_features}, out_features=${out_features}, bias=${this.bias ? "True" : "False"}`;
  }
}

/** Returns its input; takes any arguments and ignores them. */
export class Identity extends SameShape {
  constructor(..._args: unknown[]) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}
