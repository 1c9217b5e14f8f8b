import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { empty, type Tensor } from "../tensor/index.js";
import { linear } from "./functional.js";
import { kaiming_uniform_, uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

const linearSignature = new Signature(
  "Linear(int in_features, int out_features, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * `y = x W^T + b`: input [..., in_features], output [..., out_features], weight [out_features, in_features], bias
 * [out_features].
 *
 * Both start uniform on [-1/sqrt(in_features), 1/sqrt(in_features)).
 *
 * @example
 * const layer = new nn.Linear(30, 64);
 * layer(torch.randn(32, 30)).shape // [32, 64]
 */
export class Linear extends Module {
  readonly in_features: number;
  readonly out_features: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(...args: Arguments<typeof linearSignature.text>) {
    super();
    const [in_features, out_features, bias, , dtype] = linearSignature.bind(args);
    this.in_features = in_features;
    this.out_features = out_features;
    this.weight = new Parameter(empty(out_features, in_features, { dtype }));
    this.bias = bias ? new Parameter(empty(out_features, { dtype })) : null;
    this.reset_parameters();
  }

  /** Draws weight and bias anew. */
  reset_parameters(): void {
    if (this.in_features === 0 || this.out_features === 0) {
      warn("Initializing zero-element tensors is a no-op");
    } else {
      // with a = sqrt(5) the bound is 1 / sqrt(in_features)
      kaiming_uniform_(this.weight, Math.sqrt(5));
    }
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

/** Returns its input; takes any arguments and ignores them. */
export class Identity extends Module {
  constructor(..._args: unknown[]) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}

const flattenSignature = new Signature("Flatten(int start_dim=1, int end_dim=-1)");

/** Joins the dimensions from `start_dim` to `end_dim` into one. */
export class Flatten extends Module {
  readonly start_dim: number;
  readonly end_dim: number;

  constructor(...args: Arguments<typeof flattenSignature.text>) {
    super();
    [this.start_dim, this.end_dim] = flattenSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return input.flatten(this.start_dim, this.end_dim);
  }

  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`;
  }
}
