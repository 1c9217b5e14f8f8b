import type { TypedArray } from "../dtype.js";
import { contiguousStrides, numelOf, type Shape, sameShape } from "../shape.js";
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
  if (inFloats(gatherFloats, shape, dim, index, x, out)) return;
  forEachIndexedRun(gatherElements, shape, dim, index, x, out);
}

/** `x[..] = values[..]`, the element of `x` for each of `index`; where these meet the last one stays. */
export function putAlong(shape: Shape, dim: number, index: Operand, x: Operand, values: Operand): void {
  if (inFloats(putFloats, shape, dim, index, x, values)) return;
  forEachIndexedRun(putElements, shape, dim, index, x, values);
}

/** `x[..] += values[..]`, the element of `x` for each of `index`, one after another. */
export function addAlong(shape: Shape, dim: number, index: Operand, x: Operand, values: Operand): void {
  if (inFloats(addFloats, shape, dim, index, x, values)) return;
  forEachIndexedRun(addElements, shape, dim, index, x, values);
}

const gatherElements: Run = (n, list, i, si, x, j, sx, step, out, k, so) => {
  for (let c = 0; c < n; c++, i += si, j += sx, k += so) out[k] = x[j + list[i] * step];
};

const putElements: Run = (n, list, i, si, x, j, sx, step, values, k, so) => {
  for (let c = 0; c < n; c++, i += si, j += sx, k += so) x[j + list[i] * step] = values[k];
};

const addElements: Run = (n, list, i, si, x, j, sx, step, values, k, so) => {
  for (let c = 0; c < n; c++, i += si, j += sx, k += so) x[j + list[i] * step] += values[k];
};

/*
 * The same of float32 chosen by int64, where all lie row by row: loops that see no other arrays and call nothing are five
 * times as fast. Positions have been checked; `| 0` tells the compiler that they are whole.
 */

/**
 * `outer` tables of `rows` rows of `columns` positions. In `x` tables are `table` elements apart, columns `column`, and
 * what neighbouring positions name `step`.
 */
interface Tables {
  readonly outer: number;
  readonly table: number;
  readonly rows: number;
  readonly columns: number;
  readonly column: number;
  readonly step: number;
}

type FloatLoop = (
  tables: Tables,
  list: Float64Array,
  i: number,
  x: Float32Array,
  j: number,
  other: Float32Array,
  k: number,
) => void;

/** Runs the loop if arrays and strides allow it; answers whether they do. */
function inFloats(loop: FloatLoop, shape: Shape, dim: number, index: Operand, x: Operand, other: Operand): boolean {
  const [list, table, values] = [index.data, x.data, other.data];
  if (!(list instanceof Float64Array && table instanceof Float32Array && values instanceof Float32Array)) return false;
  const rows = contiguousStrides(shape);
  if (!sameShape(index.strides, rows) || !sameShape(other.strides, rows)) return false;
  // what stands before and what behind `dim` is one dimension each
  for (let d = 0; d < shape.length - 1; d++) {
    if (d !== dim && d !== dim - 1 && x.strides[d] !== x.strides[d + 1] * shape[d + 1]) return false;
  }
  const outer = numelOf(shape.slice(0, dim));
  const inner = numelOf(shape.slice(dim + 1));
  const count = shape[dim];
  const tables = { outer, table: dim > 0 ? x.strides[dim - 1] : 0, step: x.strides[dim] };
  const cut =
    inner === 1
      ? { rows: 1, columns: count, column: 0 }
      : { rows: count, columns: inner, column: x.strides[shape.length - 1] };
  loop({ ...tables, ...cut }, list, index.offset, table, x.offset, values, other.offset);
  return true;
}

const gatherFloats: FloatLoop = ({ outer, table, rows, columns, column, step }, list, i, x, j, out, k) => {
  for (let o = 0; o < outer; o++, j += table) {
    for (let r = 0; r < rows; r++) {
      for (let end = k + columns, at = j; k < end; i++, k++, at += column) out[k] = x[at + (list[i] | 0) * step];
    }
  }
};

const putFloats: FloatLoop = ({ outer, table, rows, columns, column, step }, list, i, x, j, values, k) => {
  for (let o = 0; o < outer; o++, j += table) {
    for (let r = 0; r < rows; r++) {
      for (let end = k + columns, at = j; k < end; i++, k++, at += column) x[at + (list[i] | 0) * step] = values[k];
    }
  }
};

const addFloats: FloatLoop = ({ outer, table, rows, columns, column, step }, list, i, x, j, values, k) => {
  for (let o = 0; o < outer; o++, j += table) {
    for (let r = 0; r < rows; r++) {
      for (let end = k + columns, at = j; k < end; i++, k++, at += column) x[at + (list[i] | 0) * step] += values[k];
    }
  }
};
