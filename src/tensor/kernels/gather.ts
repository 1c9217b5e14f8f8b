import type { TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";
import { forEachRun, type Operand, planLoops } from "./strided.js";

/*
 * Elements named by an index along one dimension. The element of `x` that belongs to one of `index` has the same coordinates,
 * but the value of `index` as that along `dim`.
 */

/** A loop over a run of `n` elements of the index; the element of `x` for position 0 is at `j`, for others `step` apart. */
type Run = (
  n: number,
  index: TypedArray,
  i: number,
  si: number,
  x: TypedArray,
  j: number,
  sx: number,
  step: number,
  other: TypedArray,
  k: number,
  so: number,
) => void;

function forEachIndexedRun(run: Run, shape: Shape, dim: number, index: Operand, x: Operand, other: Operand): void {
  const operands = [index, { ...x, strides: x.strides.with(dim, 0) }, other];
  const plan = planLoops(shape, operands);
  const last = plan.shape.length - 1;
  const n = plan.shape[last];
  const [si, sx, so] = plan.strides.map((s) => s[last]) as [number, number, number];
  const step = x.strides[dim];
  forEachRun(plan, operands, ([i, j, k]) => run(n, index.data, i, si, x.data, j, sx, step, other.data, k, so));
}

/** Calls `visit` for every element of `index`: where in `x` the element it names lies, and where in `other` its own does. */
export function forEachIndexed(
  shape: Shape,
  dim: number,
  index: Operand,
  x: Operand,
  other: Operand,
  visit: (place: number, i: number) => void,
): void {
  const run: Run = (n, list, i, si, _, j, sx, step, __, k, so) => {
    for (let c = 0; c < n; c++, i += si, j += sx, k += so) visit(j + list[i] * step, k);
  };
  forEachIndexedRun(run, shape, dim, index, x, other);
}

/** `out[..] = x[..]`, the element of `x` for each of `index`. */
export function gatherAlong(shape: Shape, dim: number, index: Operand, x: Operand, out: Operand): void {
  forEachIndexedRun(gatherRun, shape, dim, index, x, out);
}

const gatherRun: Run = (n, list, i, si, x, j, sx, step, out, k, so) => {
  for (let c = 0; c < n; c++, i += si, j += sx, k += so) out[k] = x[j + list[i] * step];
};

/** `x[..] += values[..]`, the element of `x` for each of `index`, one after another. */
export function addAlong(shape: Shape, dim: number, index: Operand, x: Operand, values: Operand): void {
  forEachIndexedRun(addRun, shape, dim, index, x, values);
}

const addRun: Run = (n, list, i, si, x, j, sx, step, values, k, so) => {
  for (let c = 0; c < n; c++, i += si, j += sx, k += so) x[j + list[i] * step] += values[k];
};
