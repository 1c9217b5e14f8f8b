import type { TypedArray } from "../dtype.js";

/** Class indices for the scores [rows, classes, places], one for each row and place, and what they weigh. */
export interface Classes {
  readonly rows: number;
  readonly classes: number;
  readonly places: number;
  /** The class of each row and place. */
  readonly target: TypedArray;
  /** One number a class; `null`: all are 1. */
  readonly weight: TypedArray | null;
  /** The class that counts nothing. */
  readonly ignored: number;
}

/** The sum of `-weight[c] x[c]` over the targets `c`, and of the weights; each loss is written to `losses` if given. */
export function nll(
  { rows, classes, places, target, weight, ignored }: Classes,
  x: TypedArray,
  losses: TypedArray | null,
): { sum: number; weights: number } {
  let [sum, weights] = [0, 0];
  for (let n = 0, i = 0; n < rows; n++) {
    for (let p = 0; p < places; p++, i++) {
      const c = target[i];
      if (c === ignored) continue;
      const w = weight === null ? 1 : weight[c];
      const loss = -w * x[(n * classes + c) * places + p];
      if (losses !== null) losses[i] = loss;
      sum += loss;
      weights += w;
    }
  }
  return { sum, weights };
}

/** The sum of the weights of the targets. */
export function sumOfWeights({ target, weight, ignored }: Classes): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) if (target[i] !== ignored) sum += weight === null ? 1 : weight[target[i]];
  return sum;
}

/** Writes `-share weight[c] g[i]` at the target `c` of each place `i`; `g` has one number for all or one for each. */
export function nllBackward(
  { rows, classes, places, target, weight, ignored }: Classes,
  out: TypedArray,
  g: TypedArray,
  share: number,
): void {
  const each = g.length === 1 ? 0 : 1;
  for (let n = 0, i = 0; n < rows; n++) {
    for (let p = 0; p < places; p++, i++) {
      const c = target[i];
      if (c !== ignored) out[(n * classes + c) * places + p] = -share * (weight === null ? 1 : weight[c]) * g[i * each];
    }
  }
}
