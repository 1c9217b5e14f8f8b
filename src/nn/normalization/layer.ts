import { ValueError } from "../../python/errors.js";
import { pythonFloat, pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { empty, type Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { ones_, zeros_ } from "../init.js";
import { Parameter } from "../parameter.js";
import { SameShape } from "../same_shape.js";

const layerSignature = new Signature(
  "LayerNorm(int[] normalized_shape, float eps=1e-5, bool elementwise_affine=True, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * Layer normalisation: `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimensions, which have the sizes
 * `normalized_shape` (a number for one dimension). Weight and bias have that shape.
 *
 * @example
 * const norm = new nn.LayerNorm(16);
 * norm(torch.randn(2, 8, 16)).shape // [2, 8, 16]
 */
export class LayerNorm extends SameShape {
  readonly normalized_shape: readonly number[];
  readonly eps: number;
  readonly elementwise_affine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(...args: Arguments<typeof layerSignature.text>) {
    super();
    const [normalized_shape, eps, elementwise_affine, bias, , dtype] = layerSignature.bind(args);
    this.normalized_shape = [normalized_shape].flat();
    this.eps = eps;
    this.elementwise_affine = elementwise_affine;
    const parameter = () => new Parameter(empty([...this.normalized_shape], { dtype }));
    this.register_parameter("weight", elementwise_affine ? parameter() : null);
    this.register_parameter("bias", elementwise_affine && bias ? parameter() : null);
    this.reset_parameters();
  }

  /** Sets the weights to 1 and the biases to 0. */
  reset_parameters(): void {
    if (this.weight) ones_(this.weight);
    if (this.bias) zeros_(this.bias);
  }

  override forward(input: Tensor): Tensor {
    return F.layer_norm(input, this.normalized_shape, this.weight, this.bias, this.eps);
  }

  override extra_repr(): string {
    const { normalized_shape, eps, elementwise_affine, bias } = this;
    return `${pythonRepr(normalized_shape, { tuple: true })}, eps=${pythonFloat(eps)}, elementwise_affine=${pythonRepr(elementwise_affine)}, bias=${pythonRepr(bias !== null)}`;
  }
}

const rmsSignature = new Signature(
  "RMSNorm(int[] normalized_shape, float? eps=None, bool elementwise_affine=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * `x / sqrt(mean of x^2 + eps) * weight` over the last dimensions, which have the sizes `normalized_shape`. `eps` is the
 * distance from 1 to the next number of the dtype if not given.
 */
export class RMSNorm extends SameShape {
  readonly normalized_shape: readonly number[];
  readonly eps: number | null;
  readonly elementwise_affine: boolean;
  declare weight: Parameter | null;

  constructor(...args: Arguments<typeof rmsSignature.text>) {
    super();
    const [normalized_shape, eps, elementwise_affine, , dtype] = rmsSignature.bind(args);
    this.normalized_shape = [normalized_shape].flat();
    this.eps = eps;
    this.elementwise_affine = elementwise_affine;
    const weight = elementwise_affine ? new Parameter(empty([...this.normalized_shape], { dtype })) : null;
    this.register_parameter("weight", weight);
    this.reset_parameters();
  }

  /** Sets the weights to 1. */
  reset_parameters(): void {
    if (this.weight) ones_(this.weight);
  }

  override forward(x: Tensor): Tensor {
    return F.rms_norm(x, this.normalized_shape, this.weight, this.eps);
  }

  override extra_repr(): string {
    const { normalized_shape, eps, elementwise_affine } = this;
    const least = eps === null ? "None" : pythonFloat(eps);
    return `${pythonRepr(normalized_shape, { tuple: true })}, eps=${least}, elementwise_affine=${pythonRepr(elementwise_affine)}`;
  }
}

const groupSignature = new Signature(
  "GroupNorm(int num_groups, int num_channels, float eps=1e-5, bool affine=True, str? device=None, ScalarType? dtype=None, *, bool bias=True)",
);

/**
 * Group normalisation of inputs [N, num_channels, ...]: `(x - mean) / sqrt(var + eps) * weight + bias`, where the channels
 * of each example are parted into `num_groups` groups with a mean and a variance each.
 *
 * @throws ValueError if the groups would not be of equal size
 */
export class GroupNorm extends SameShape {
  readonly num_groups: number;
  readonly num_channels: number;
  readonly eps: number;
  readonly affine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(...args: Arguments<typeof groupSignature.text>) {
    super();
    const [num_groups, num_channels, eps, affine, , dtype, bias] = groupSignature.bind(args);
    if (num_channels % num_groups !== 0) {
      throw new ValueError(`num_channels (${num_channels}) must be divisible by num_groups (${num_groups})`);
    }
    this.num_groups = num_groups;
    this.num_channels = num_channels;
    this.eps = eps;
    this.affine = affine;
    this.register_parameter("weight", affine ? new Parameter(empty(num_channels, { dtype })) : null);
    this.register_parameter("bias", affine && bias ? new Parameter(empty(num_channels, { dtype })) : null);
    this.reset_parameters();
  }

  /** Sets the weights to 1 and the biases to 0. */
  reset_parameters(): void {
    if (this.weight) ones_(this.weight);
    if (this.bias) zeros_(this.bias);
  }

  override forward(input: Tensor): Tensor {
    return F.group_norm(input, this.num_groups, this.weight, this.bias, this.eps);
  }

  override extra_repr(): string {
    const { num_groups, num_channels, eps, affine, bias } = this;
    return `${num_groups}, ${num_channels}, eps=${pythonFloat(eps)}, affine=${pythonRepr(affine)}, bias=${pythonRepr(bias !== null)}`;
  }
}
