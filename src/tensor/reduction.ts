import { IndexError } from "../python/errors.js";
import { castTo, type DType, float32, int64, type TypedArray } from "./dtype.js";
import { type Extreme, extremeLines, pickLines } from "./kernels/extremes.js";
import { type Fold, fold, foldBy, forEachLine, type Lines, linesAlong } from "./kernels/reduce.js";
import type { Operand } from "./kernels/strided.js";
import { sumAll, sumLines, sumSquares, varianceLines } from "./kernels/sums.js";
import { namedResults } from "./named.js";
import { contiguousStrides, numelOf, reducedShape, type Shape, wrapDim, wrapDims } from "./shape.js";
import { checkInt64, Tensor } from "./tensor.js";

/** The dimensions of a reduction as a caller gives them; `null` means all. */
export type Dims = number | readonly number[] | null;

/** How elements become one: `start`, then `step` for each (those with names have kernels of their own), then `finish`. */
export interface Reduction {
  readonly start: number;
  readonly step: Step | Named;
  /** The result from what was accumulated and how many elements there were. */
  readonly finish?: (accumulated: number, n: number) => number;
}

type Step = (accumulated: number, x: number) => number;
type Named = "mean" | "squares" | Extreme | Fold;

/** What the names stand for. Of zeros of both signs 0 is the greater; NaN is greatest and least. */
const steps: Readonly<Record<"squares" | Extreme, Step>> = {
  squares: (sum, x) => sum + x * x,
  max: (best, x) => Math.max(best, x),
  min: (best, x) => Math.min(best, x),
};

/** The forward of a reduction over `dim`, accumulated in double precision and stored as `dtype`. */
export function reduceDims(how: Reduction, self: Tensor, dim: Dims, keepdim: boolean, dtype: DType): Tensor {
  const dims = wrapDims(dim, self.ndim);
  const shape = reducedShape(self.shape, dims, keepdim);
  const quick = plain(how, self, dims, shape, dtype);
  if (quick !== null) return quick;
  const kept = keepdim ? shape : reducedShape(self.shape, dims, true);
  const accumulators = new Float64Array(numelOf(kept)).fill(how.start);
  const acc: Operand = { data: accumulators, offset: 0, strides: reducedStrides(kept, dims) };
  const { step } = how;
  if (typeof step !== "string") fold(step, self.shape, acc, self.operand());
  else if (step === "mean") foldBy("sum", self.shape, acc, self.operand());
  else if (isStep(step)) fold(steps[step], self.shape, acc, self.operand());
  else foldBy(step, self.shape, acc, self.operand());
  const finish = step === "mean" ? (s: number, n: number) => s / n : how.finish;
  if (finish) {
    const n = dims.reduce((count, d) => count * self.shape[d], 1);
    for (let i = 0; i < accumulators.length; i++) accumulators[i] = finish(accumulators[i], n);
  }
  return stored(accumulators, shape, dtype);
}

const isStep = (step: Named): step is keyof typeof steps => step in steps;
/** Are there kernels in WebAssembly for some of these? */
const isQuick = (step: Named): step is "sum" | "mean" | keyof typeof steps =>
  step === "sum" || step === "mean" || isStep(step);

/** A reduction that has a kernel, of float32 elements that lie row by row, over dimensions that are neighbours; else `null`. */
function plain(
  { step, finish }: Reduction,
  self: Tensor,
  dims: readonly number[],
  shape: Shape,
  dtype: DType,
): Tensor | null {
  if (typeof step !== "string" || !isQuick(step) || dtype !== float32 || (finish !== undefined && step !== "squares"))
    return null;
  const lines = linesOf(self, dims);
  if (lines === null) return null;
  const out = Tensor.empty(shape, dtype);
  if (step === "max" || step === "min") return extremeLines(step, out, self, lines) ? out : null;
  if (step === "squares") return sumSquares(out, self, lines, finish) ? out : null;
  const divisor = step === "mean" ? lines.count : 1;
  if (lines.outer * lines.inner === 1) {
    out.storage.block[out.storage.start] = sumAll(self.storage, self.offset, lines.count) / divisor;
  } else sumLines(out, self, lines, divisor);
  return out;
}

/** The variances over `dims`, less `correction` in the divisor, of elements that lie row by row; else `null`. */
export function varianceDims(self: Tensor, dim: Dims, keepdim: boolean, correction: number): Tensor | null {
  const dims = wrapDims(dim, self.ndim);
  const lines = linesOf(self, dims, self.dtype);
  if (lines === null) return null;
  const out = Tensor.empty(reducedShape(self.shape, dims, keepdim), self.dtype);
  varianceLines(out, self, lines, Math.max(lines.count - correction, 0));
  return out;
}

/** The lines along `dims`, if these are neighbours, of float32 elements that lie row by row; else `null`. */
function linesOf(self: Tensor, dims: readonly number[], dtype = float32): Lines | null {
  if (self.dtype !== dtype || self.numel() === 0 || !self.is_contiguous()) return null;
  const [first, last] = dims.length > 0 ? [Math.min(...dims), Math.max(...dims)] : [0, -1];
  if (last - first + 1 !== dims.length) return null;
  return linesAlong(self.shape, first, last);
}

/** A gradient summed over the dimensions along which a value of `shape` was repeated. */
export function summedTo(grad: Tensor, shape: Shape): Tensor {
  const lead = grad.ndim - shape.length;
  const stretched: number[] = [];
  for (let d = 0; d < grad.ndim; d++) {
    if (d < lead || (shape[d - lead] === 1 && grad.shape[d] !== 1)) stretched.push(d);
  }
  if (stretched.length === 0) return grad;
  const summed = reduceDims({ start: 0, step: "sum" }, grad, stretched, true, grad.dtype);
  return lead > 0 ? new Tensor(summed.storage, summed.dtype, shape) : summed;
}

/** Row-major strides of `kept`, with 0 along `dims`. */
function reducedStrides(kept: Shape, dims: readonly number[]): number[] {
  const strides = contiguousStrides(kept);
  for (const d of dims) strides[d] = 0;
  return strides;
}

/** A tensor of the numbers in `values`, converted to `dtype`. */
function stored(values: Float64Array<ArrayBuffer>, shape: Shape, dtype: DType): Tensor {
  if (dtype === int64) values.forEach(checkInt64);
  const cast = castTo(dtype);
  if (dtype.array === Float64Array && dtype !== int64) return Tensor.of(values, shape, dtype);
  const data = new dtype.array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = cast ? cast(values[i]) : values[i];
  return Tensor.of(data, shape, dtype);
}

/** A reduced tensor with the reduced dimensions back as sizes of 1, so that it broadcasts with what was reduced. */
export function unreduced(reduced: Tensor, shape: Shape, dim: Dims, keepdim: boolean): Tensor {
  if (keepdim || shape.length === 0) return reduced;
  return reduced.reshape(reducedShape(shape, wrapDims(dim, shape.length), true));
}

/** The number of elements that a reduction makes into one. */
export function reducedCount(shape: Shape, dim: Dims): number {
  return wrapDims(dim, shape.length).reduce((n, d) => n * shape[d], 1);
}

/** Chooses among the `n` elements `data[start + i * step]`: answers an `i`. */
export type Pick = (data: TypedArray, start: number, step: number, n: number) => number;

const picks: Readonly<Record<Extreme, Pick>> = {
  max: (data, start, step, n) => firstBest(data, start, step, n, (x, best) => x > best),
  min: (data, start, step, n) => firstBest(data, start, step, n, (x, best) => x < best),
};

/** The first element that none is better than, or the first NaN. */
function firstBest(
  data: TypedArray,
  start: number,
  step: number,
  n: number,
  isBetter: (x: number, best: number) => boolean,
): number {
  let at = 0;
  let best = data[start];
  for (let i = 1, j = start + step; i < n && !Number.isNaN(best); i++, j += step) {
    if (isBetter(data[j], best) || Number.isNaN(data[j])) {
      best = data[j];
      at = i;
    }
  }
  return at;
}

/** The elements that `pick` chooses from the lines along `dim`, and their indices. */
export function pickAlong(type: string, pick: Pick | Extreme, self: Tensor, dim: number, keepdim: boolean) {
  const quick = pickExtremes(pick, self, dim, keepdim);
  if (quick !== null) return namedResults(type, quick);
  const indices = pickedIndices(type, pick, self, dim, true);
  const values = self.ndim === 0 ? self.copied() : self.gather(dim, indices);
  const result = (t: Tensor) => (keepdim || self.ndim === 0 ? t : t.squeeze(dim).detach());
  return namedResults(type, { values: result(values), indices: result(indices) });
}

/** The indices that `pick` chooses in the lines along `dim`. */
export function pickedIndices(name: string, pick: Pick | Extreme, self: Tensor, dim: number, keepdim: boolean): Tensor {
  const quick = pickExtremes(pick, self, dim, keepdim);
  if (quick !== null) return quick.indices;
  const d = wrapDim(dim, self.ndim);
  if (self.ndim === 0) return Tensor.empty([], int64);
  const n = self.shape[d];
  if (n === 0) throw new IndexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
  const choose = typeof pick === "string" ? picks[pick] : pick;
  const kept = reducedShape(self.shape, [d], true);
  const out = Tensor.empty(kept, int64);
  const { data } = self.storage;
  forEachLine(self.shape, d, [out.operand(), self.operand()], ([io, ix]) => {
    out.storage.data[io!] = choose(data, ix!, self.strides[d], n);
  });
  return keepdim ? out : new Tensor(out.storage, int64, reducedShape(self.shape, [d], false));
}

/** The extremes of float32 elements that lie row by row, where that pays; else `null`. */
function pickExtremes(pick: Pick | Extreme, self: Tensor, dim: number, keepdim: boolean) {
  if (typeof pick !== "string") return null;
  const d = wrapDim(dim, self.ndim);
  const lines = self.ndim === 0 ? null : linesOf(self, [d]);
  if (lines === null) return null;
  const shape = reducedShape(self.shape, [d], keepdim);
  const [values, indices] = [Tensor.empty(shape, float32), Tensor.empty(shape, int64)];
  return pickLines(pick, indices.storage.data, values, self, lines) ? { values, indices } : null;
}

/** The gradient of elements taken along `dim`: each goes to where `indices` say that it came from. */
export function putBack(g: Tensor | null, indices: Tensor, shape: Shape, dim: number, keepdim = true): Tensor | null {
  if (g === null || shape.length === 0) return g;
  const restored = (t: Tensor) => unreduced(t, shape, dim, keepdim);
  return Tensor.empty(shape, g.dtype).scatter_add_(dim, restored(indices), restored(g));
}

/** The gradient of a median of all elements: those that are equal to it share it. */
export function medianGradient(g: Tensor, self: Tensor, median: Tensor): Tensor {
  const attain = self.eq(median).logical_or(self.isnan().logical_and(median.isnan()));
  return g.div(attain.sum()).mul(attain);
}

/** `d |x|_p = sign(x) (|x| / |x|_p)^(p-1) dx`, and 0 where the norm is 0. */
export function normGradient(g: Tensor, x: Tensor, norm: Tensor, p: number, dim: Dims): Tensor | null {
  if (p === 0) return null;
  if (p === 1) return g.mul(x.sign());
  const safe = norm.masked_fill(norm.eq(0), 1);
  if (p === 2) return g.mul(x.div(safe));
  if (Math.abs(p) === Infinity) {
    const attain = x.abs().eq(norm);
    return g.div(attain.sum(dim, true)).mul(x.sign()).mul(attain);
  }
  // |x|^(p-1) has no slope at 0 for p < 2, where the element's part is taken as 0
  const zero = x.eq(0);
  const share = x
    .abs()
    .masked_fill(zero, 1)
    .div(safe)
    .pow(p - 1);
  return g.mul(x.sign()).mul(share.masked_fill(zero, 0));
}
