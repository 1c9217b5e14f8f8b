import type { TypedArray } from "../dtype.js";
import type { Grouping, Moments, NormalizeGradients } from "./grouping.js";
import { BLOCK, begin, bringInArray, room } from "./stage.js";
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

const bring = (data: TypedArray, offset = 0, n = data.length): number => bringInArray({ data, offset, strides: [] }, n);
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

/** The gradients of normalization by groups of runs: each run has one mean and one weight. */
export function channelGradients(
  by: Grouping,
  input: TypedArray,
  g: TypedArray,
  x: TypedArray,
  moments: Moments,
  weight: TypedArray | null,
  own: boolean,
): NormalizeGradients | null {
  const fast = hasRuns(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const { outer, repeats, period, count, run } = by;
  const parameters = period * count;
  const found = { input, weight: new Float64Array(parameters), bias: new Float64Array(parameters) };
  // groups that lie in one piece are done as many at a time as the cache holds
  const groups = repeats * period;
  const step = outer === 1 ? Math.max(1, Math.floor(BLOCK / (count * run))) : groups;
  for (let first = 0; first < groups; first += step) {
    const n = Math.min(step, groups - first);
    const at = first * count * run;
    const size = outer * n * count * run;
    begin();
    const [grad, from, to] = [bring(g, at, size), bring(x, at, size), room(size)];
    const [sum, dot, ...line] = Array.from({ length: 6 }, () => room(n * count));
    if ([grad, from, to, sum, dot, ...line].includes(0)) return null;
    const [center, shift, slope, factor] = line.map((address) => read(address, n * count));
    for (let i = 0; i < n * count; i++) center[i] = moments.mean[first + Math.floor(i / count)];
    fast.channelDots(sum, dot, grad, from, line[0], outer, n * count, run);
    const [sums, dots] = [read(sum, n * count), read(dot, n * count)];
    for (let k = 0; k < n; k++) {
      const scale = moments.scale[first + k];
      let [u, uh] = [0, 0];
      let p = ((first + k) % period) * count;
      for (let i = k * count, end = i + count; i < end; i++, p++) {
        const w = weight === null ? 1 : weight[p];
        found.weight[p] += scale * dots[i];
        found.bias[p] += sums[i];
        u += w * sums[i];
        uh += w * scale * dots[i];
        factor[i] = scale * w;
      }
      const elements = own ? outer * count * run : Infinity;
      shift.fill((scale * u) / elements, k * count, (k + 1) * count);
      slope.fill((scale * scale * uh) / elements, k * count, (k + 1) * count);
    }
    fast.channelSlope(to, grad, from, line[1], line[0], line[2], line[3], outer, n * count, run);
    input.set(read(to, size), at);
  }
  return found;
}

/** Layer normalization, or without `centered` that by the root mean square, and the moments of its rows. */
export function layerNorm(
  by: Grouping,
  out: TypedArray,
  x: TypedArray,
  weight: TypedArray | null,
  bias: TypedArray | null,
  eps: number,
  centered: boolean,
): Moments | null {
  const fast = areRows(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const { repeats: rows, count: columns } = by;
  const [means, scales] = [new Float64Array(rows), new Float64Array(rows)];
  const done = inRows(by, (first, n) => {
    const [mean, rstd] = [room(n), room(n)];
    const [w, b] = [weight ? bring(weight) : 0, bias ? bring(bias) : 0];
    const [from, to] = [bring(x, first * columns, n * columns), room(n * columns)];
    if ([from, mean, rstd, to].includes(0) || (weight && w === 0) || (bias && b === 0)) return false;
    fast.layerNorm(to, mean, rstd, from, w, b, n, columns, eps, centered);
    out.set(read(to, n * columns), first * columns);
    means.set(read(mean, n), first);
    scales.set(read(rstd, n), first);
    return true;
  });
  return done ? { mean: means, scale: scales, variance: scales.map((s) => 1 / (s * s) - eps) } : null;
}

/** Calls `run` for as many rows at a time as the cache holds, with the first and their number. False if it ever says so. */
function inRows({ repeats, count }: Grouping, run: (first: number, n: number) => boolean): boolean {
  const step = Math.max(1, Math.floor(BLOCK / count));
  for (let first = 0; first < repeats; first += step) {
    begin();
    if (!run(first, Math.min(step, repeats - first))) return false;
  }
  return true;
}

/** The gradients of {@link layerNorm}. */
export function layerNormGradients(
  by: Grouping,
  input: TypedArray,
  g: TypedArray,
  x: TypedArray,
  { mean, scale }: Moments,
  weight: TypedArray | null,
  centered: boolean,
): NormalizeGradients | null {
  const fast = areRows(by) ? fastFor(x) : null;
  if (fast === null) return null;
  const { count: columns } = by;
  const padded = columns + (-columns & 3);
  const sums = new Float64Array(2 * padded);
  const done = inRows(by, (first, n) => {
    const at = first * columns;
    const size = n * columns;
    const dw = room(4 * padded);
    const db = dw + 8 * padded;
    const [center, rstd] = [mean, scale].map((values) => bring(floats(values.subarray(first, first + n))));
    const [grad, from, to] = [bring(g, at, size), bring(x, at, size), room(size)];
    const w = weight ? bring(weight) : 0;
    if ([dw, center, rstd, grad, from, to].includes(0) || (weight && w === 0)) return false;
    fast.layerNormBackward(to, grad, from, center, rstd, w, n, columns, centered);
    input.set(read(to, size), at);
    const inPlace = new Float64Array(heap().buffer, dw, 2 * padded);
    inPlace.set(sums);
    fast.layerNormParametersBackward(dw, db, grad, from, center, rstd, n, columns);
    sums.set(inPlace);
    return true;
  });
  if (!done) return null;
  return { input, weight: sums.slice(0, columns), bias: sums.slice(padded, padded + columns) };
}
