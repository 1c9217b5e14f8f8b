import { pythonFloat, pythonRepr } from "../../python/repr.js";
import type { DType } from "../../tensor/index.js";
import { empty, int64, ones, type Tensor, tensor, zeros } from "../../tensor/index.js";
import { ones_, zeros_ } from "../init.js";
import { Parameter } from "../parameter.js";
import { SameShape } from "../same_shape.js";

/** The parameters of batch and instance normalisation, as their signatures bind them. */
export type NormArguments = readonly [
  num_features: number,
  eps: number,
  momentum: number | null,
  affine: boolean,
  track_running_stats: boolean,
  device: string | null,
  dtype: DType | null,
  bias: boolean,
];

/** What batch and instance normalisation share: weight and bias [num_features], and running statistics. */
export abstract class NormBase extends SameShape {
  num_features: number;
  readonly eps: number;
  /** How far running statistics move towards those of a batch; `null`: they are the mean over all batches. */
  momentum: number | null;
  affine: boolean;
  track_running_stats: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  constructor(...[num_features, eps, momentum, affine, track_running_stats, , dtype, bias]: NormArguments) {
    super();
    this.num_features = num_features;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.track_running_stats = track_running_stats;
    const tracks = track_running_stats;
    this.register_parameter("weight", affine ? new Parameter(empty(num_features, { dtype })) : null);
    this.register_parameter("bias", affine && bias ? new Parameter(empty(num_features, { dtype })) : null);
    this.register_buffer("running_mean", tracks ? zeros(num_features, { dtype }) : null);
    this.register_buffer("running_var", tracks ? ones(num_features, { dtype }) : null);
    this.register_buffer("num_batches_tracked", tracks ? tensor(0, { dtype: int64 }) : null);
    this.reset_parameters();
  }

  /** Sets the running mean to 0, the running variance to 1. */
  reset_running_stats(): void {
    this.running_mean?.zero_();
    this.running_var?.fill_(1);
    this.num_batches_tracked?.zero_();
  }

  /** Sets the weights to 1, the biases to 0, and the running statistics to those of no data. */
  reset_parameters(): void {
    this.reset_running_stats();
    if (this.weight) ones_(this.weight);
    if (this.bias) zeros_(this.bias);
  }

  override extra_repr(): string {
    const { num_features, eps, momentum, affine, bias, track_running_stats } = this;
    const moves = momentum === null ? "None" : pythonFloat(momentum);
    return `${num_features}, eps=${pythonFloat(eps)}, momentum=${moves}, affine=${pythonRepr(affine)}, bias=${pythonRepr(bias !== null)}, track_running_stats=${pythonRepr(track_running_stats)}`;
  }
}
