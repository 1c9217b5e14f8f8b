import type { TypedArray } from "../dtype.js";

/**
 * How the elements of a tensor that is normalised form groups: rows of the sizes [outer, repeats, period, count, run].
 * Elements that agree in `repeats` and `period` are one group and share mean and variance; those that agree in `period`
 * and `count` share weight and bias.
 *
 * | | outer | repeats | period | count | run |
 * |---|---|---|---|---|---|
 * | batch | examples | 1 | channels | 1 | places |
 * | layer | 1 | rows | 1 | elements of a row | 1 |
 * | group | 1 | examples | groups | channels of a group | places |
 */
export interface Grouping {
  readonly outer: number;
  readonly repeats: number;
  readonly period: number;
  readonly count: number;
  readonly run: number;
}

/** What is taken from each group and by what it is multiplied. */
export interface Moments {
  readonly mean: Float64Array;
  /** `1 / sqrt(variance + eps)` */
  readonly scale: Float64Array;
  /** Of all elements, not of a sample. */
  readonly variance: Float64Array;
}

/** What `normalizeBackward` finds: the gradients of the elements, the weights and the biases. */
export interface NormalizeGradients {
  readonly input: TypedArray;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}
