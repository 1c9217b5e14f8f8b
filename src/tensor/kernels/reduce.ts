import type { TypedArray } from "../dtype.js";
import { numelOf, type Shape } from "../shape.js";
import { forEachRun, type Operand, planLoops } from "./strided.js";

/** A tensor that lies row by row as `outer` matrices of `count` rows and `inner` columns; the columns are the lines. */
export interface Lines {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** The lines along dimensions `first` to `last`. */
export const linesAlong = (shape: Shape, first: number, last = first): Lines => ({
  outer: numelOf(shape.slice(0, first)),
  count: numelOf(shape.slice(first, last + 1)),
  inner: numelOf(shape.slice(last + 1)),
});

/**
 * `acc[..] = step(acc[..], x[..])` for every element of `shape`, row by row. `acc` has stride 0 along the dimensions that
 * are reduced, so all elements of a run meet in one accumulator.
 */
export function fold(step: (accumulated: number, x: number) => number, shape: Shape, acc: Operand, x: Operand): void {
  overRuns(shape, acc, x, () => (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) o[i] = step(o[i], a[j]);
  });
}

/** `n` elements of `a`, `sa` apart from `j` on, go to accumulators in `o`, `so` apart from `i` on. */
type Run = (o: TypedArray, i: number, so: number, a: TypedArray, j: number, sa: number, n: number) => void;

/** Calls a run for all elements that lie evenly, and again until all are done; `choose` knows how far apart accumulators lie. */
function overRuns(shape: Shape, acc: Operand, x: Operand, choose: (so: number) => Run): void {
  const operands = [acc, x];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [so, sa] = plan.strides.map((s) => s[s.length - 1]) as [number, number];
  const o = acc.data;
  const a = x.data;
  const run = choose(so);
  forEachRun(plan, operands, ([i, j]) => run(o, i!, so, a, j!, sa, n));
}

/**
 * What {@link foldBy} does: the sum, the product, the sum of sizes, whether any or all elements are other than 0, and how
 * many are.
 */
export type Fold = "sum" | "product" | "sizes" | "any" | "all" | "nonzero";

/** {@link fold} by one of those that have a loop of their own. */
export function foldBy(how: Fold, shape: Shape, acc: Operand, x: Operand): void {
  overRuns(shape, acc, x, (so) => (so === 0 ? runs[how] : lanes[how]));
}

/** All elements go to one accumulator. */
const runs: Readonly<Record<Fold, Run>> = {
  sum: (o, i, _, a, j, sa, n) => {
    o[i] += sumOfRun(a, j, sa, n);
  },
  product: (o, i, _, a, j, sa, n) => {
    // four products at a time, which need not wait for each other
    let [p0, p1, p2, p3, k] = [o[i], 1, 1, 1, 0];
    for (; k + 4 <= n; k += 4, j += 4 * sa) {
      p0 *= a[j];
      p1 *= a[j + sa];
      p2 *= a[j + 2 * sa];
      p3 *= a[j + 3 * sa];
    }
    for (; k < n; k++, j += sa) p0 *= a[j];
    o[i] = p0 * p1 * (p2 * p3);
  },
  sizes: (o, i, _, a, j, sa, n) => {
    let sum = 0;
    for (let k = 0; k < n; k++, j += sa) sum += Math.abs(a[j]);
    o[i] += sum;
  },
  any: (o, i, _, a, j, sa, n) => {
    for (let k = 0; k < n && o[i] === 0; k++, j += sa) if (a[j] !== 0) o[i] = 1;
  },
  all: (o, i, _, a, j, sa, n) => {
    for (let k = 0; k < n && o[i] !== 0; k++, j += sa) if (a[j] === 0) o[i] = 0;
  },
  nonzero: (o, i, _, a, j, sa, n) => {
    let count = 0;
    for (let k = 0; k < n; k++, j += sa) if (a[j] !== 0) count++;
    o[i] += count;
  },
};

/** Each element goes to an accumulator of its own. */
const lanes: Readonly<Record<Fold, Run>> = {
  sum: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) o[i] += a[j];
  },
  product: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) o[i] *= a[j];
  },
  sizes: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) o[i] += Math.abs(a[j]);
  },
  any: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) if (a[j] !== 0) o[i] = 1;
  },
  all: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) if (a[j] === 0) o[i] = 0;
  },
  nonzero: (o, i, so, a, j, sa, n) => {
    for (let k = 0; k < n; k++, i += so, j += sa) if (a[j] !== 0) o[i]++;
  },
};

/** Four sums at a time, which need not wait for each other. */
function sumOfRun(a: TypedArray, start: number, step: number, n: number): number {
  let [j, k] = [start, 0];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (; k + 4 <= n; k += 4, j += 4 * step) {
    s0 += a[j];
    s1 += a[j + step];
    s2 += a[j + 2 * step];
    s3 += a[j + 3 * step];
  }
  for (; k < n; k++, j += step) s0 += a[j];
  return s0 + s1 + (s2 + s3);
}

/** Calls `visit` with the offsets of the operands at every position of `shape`. */
export function forEachElement(
  shape: Shape,
  operands: readonly Operand[],
  visit: (offsets: readonly number[]) => void,
): void {
  const plan = planLoops(shape, operands);
  const last = plan.shape.length - 1;
  const n = plan.shape[last];
  const steps = plan.strides.map((s) => s[last]);
  const at = new Array<number>(operands.length);
  forEachRun(plan, operands, (start) => {
    for (let k = 0; k < at.length; k++) at[k] = start[k];
    for (let i = 0; i < n; i++) {
      visit(at);
      for (let k = 0; k < at.length; k++) at[k] += steps[k];
    }
  });
}

/**
 * Calls `visit` with the offsets at which the lines of the operands along dimension `dim` of `shape` begin. How far apart
 * the elements of a line lie is the operand's stride there.
 */
export function forEachLine(
  shape: Shape,
  dim: number,
  operands: readonly Operand[],
  visit: (offsets: readonly number[]) => void,
): void {
  const without = (list: Shape) => list.filter((_, d) => d !== dim);
  const across = operands.map((o) => ({ ...o, strides: without(o.strides) }));
  forEachElement(without(shape), across, visit);
}
