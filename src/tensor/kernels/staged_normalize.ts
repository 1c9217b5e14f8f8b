import type { TypedArray } from "../dtype.js";
import type { Grouping, Moments, NormalizeGradients } from "./grouping.js";
import { begin, bringInArray, room } from "./stage.js";
import type { Kernels } from "./wasm/exports.js";
import { heap, kernels } from "./wasm/instance.js";

/*
 * Normalisation in WebAssembly, for float32 elements. Groups that are rows have kernels of their own; all others are
 * sums and straight lines over runs, the few numbers of each run in between are found here. Every function answers
 * `null` or `false` where the plain kernels have to do it.
 */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 256;

const fastFor = (x: TypedArray): Kernels | null => (x instanceof Float32Array && x.length >= FEW ? kernels() : null);

/** Are the groups rows, whose elements have a weight each? */
const areRows = ({ outer, period, run }: Grouping): boolean => outer === 1 && period === 1 && run === 1;

/** Are there fewer runs, which have one mean and one weight each, than elements? */
const hasRuns = ({ count, run }: Grouping): boolean => run > 1 || count === 1;

const bring = (data: TypedArray): number => bringInArray({ data, offset: 0, strides: [] }, data.length);
const floats = (values: ArrayLike<number>): Float32Array => Float32Array.from(values);
const read = (address: number, n: number): Float32Array => heap().subarray(address >> 2, (address >> 2) + n);

/** Mean and variance of each group that is no row. */
export function channelMoments(by: Grouping, x: TypedArray, eps: number): Moments | null {
  const fast = hasRuns(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const groups = by.repeats * by.period;
  begin();
  const [from, mean, variance] = [bring(x), room(groups), room(groups)];
  if (from === 0 || mean === 0 || variance === 0) return null;
  fast.channelMoments(mean, variance, from, by.outer, groups, by.count * by.run);
  const found = Float64Array.from(read(variance, groups));
  return {
    mean: Float64Array.from(read(mean, groups)),
    variance: found,
    scale: found.map((v) => 1 / Math.sqrt(v + eps)),
  };
}

/** `out = x * (scale * weight) + (bias - mean * scale * weight)`, as PyTorch computes it. */
export function channelAffine(
  by: Grouping,
  out: TypedArray,
  x: TypedArray,
  { mean, scale }: Moments,
  weight: TypedArray | null,
  bias: TypedArray | null,
): boolean {
  const fast = hasRuns(by) ? fastFor(x) : null;
  if (fast === null) return false;
  const runs = by.repeats * by.period * by.count;
  const parameters = by.period * by.count;
  const [factor, shift] = [new Float32Array(runs), new Float32Array(runs)];
  for (let i = 0; i < runs; i++) {
    const g = Math.floor(i / by.count);
    const s = scale[g] * (weight === null ? 1 : weight[i % parameters]);
    factor[i] = s;
    shift[i] = (bias === null ? 0 : bias[i % parameters]) - mean[g] * s;
  }
  begin();
  const [from, a, b, to] = [bring(x), bring(factor), bring(shift), room(x.length)];
  if (from === 0 || a === 0 || b === 0 || to === 0) return false;
  fast.channelAffine(to, from, a, b, by.outer, runs, by.run);
  out.set(read(to, x.length));
  return true;
}

/** The gradients of batch normalization: one weight for each group. */
export function channelGradients(
  by: Grouping,
  input: TypedArray,
  g: TypedArray,
  x: TypedArray,
  { mean, scale }: Moments,
  weight: TypedArray | null,
  own: boolean,
): NormalizeGradients | null {
  const fast = by.count === 1 && by.repeats === 1 ? fastFor(x) : null;
  if (fast === null) return null;
  const { outer, period, run } = by;
  begin();
  const [grad, from, center] = [bring(g), bring(x), bring(floats(mean))];
  const [sum, dot, to] = [room(period), room(period), room(x.length)];
  const line = [room(period), room(period), room(period)];
  if ([grad, from, center, sum, dot, to, ...line].includes(0)) return null;
  fast.channelDots(sum, dot, grad, from, center, outer, period, run);
  const bias = Float64Array.from(read(sum, period));
  const dots = read(dot, period);
  const [shift, slope, factor] = line.map((address) => read(address, period));
  const size = outer * run;
  for (let c = 0; c < period; c++) {
    shift[c] = own ? bias[c] / size : 0;
    slope[c] = own ? (dots[c] / size) * scale[c] * scale[c] : 0;
    factor[c] = scale[c] * (weight === null ? 1 : weight[c]);
  }
  fast.channelSlope(to, grad, from, line[0], center, line[1], line[2], outer, period, run);
  input.set(read(to, x.length));
  return { input, weight: scale.map((s, c) => s * dots[c]), bias };
}

/** Layer normalization, and the moments of its rows. */
export function layerNorm(
  by: Grouping,
  out: TypedArray,
  x: TypedArray,
  weight: TypedArray | null,
  bias: TypedArray | null,
  eps: number,
): Moments | null {
  const fast = areRows(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const { repeats: rows, count: columns } = by;
  begin();
  const [from, mean, rstd, to] = [bring(x), room(rows), room(rows), room(x.length)];
  const [w, b] = [weight ? bring(weight) : 0, bias ? bring(bias) : 0];
  if ([from, mean, rstd, to].includes(0) || (weight && w === 0) || (bias && b === 0)) return null;
  fast.layerNorm(to, mean, rstd, from, w, b, rows, columns, eps);
  out.set(read(to, x.length));
  const scale = Float64Array.from(read(rstd, rows));
  return { mean: Float64Array.from(read(mean, rows)), scale, variance: scale.map((s) => 1 / (s * s) - eps) };
}

/** The gradients of {@link layerNorm}. */
export function layerNormGradients(
  by: Grouping,
  input: TypedArray,
  g: TypedArray,
  x: TypedArray,
  { mean, scale }: Moments,
  weight: TypedArray | null,
): NormalizeGradients | null {
  const fast = areRows(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const { repeats: rows, count: columns } = by;
  begin();
  const [grad, from, center, rstd] = [bring(g), bring(x), bring(floats(mean)), bring(floats(scale))];
  const [to, dw, db] = [room(x.length), room(columns), room(columns)];
  const w = weight ? bring(weight) : 0;
  if ([grad, from, center, rstd, to, dw, db].includes(0) || (weight && w === 0)) return null;
  fast.layerNormBackward(to, grad, from, center, rstd, w, rows, columns);
  fast.layerNormParametersBackward(dw, db, grad, from, center, rstd, rows, columns);
  input.set(read(to, x.length));
  return {
    input,
    weight: Float64Array.from(read(dw, columns)),
    bias: Float64Array.from(read(db, columns)),
  };
}
