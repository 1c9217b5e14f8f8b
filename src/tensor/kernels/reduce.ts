import type { Shape } from "../shape.js";
import { forEachRun, type Operand, planLoops } from "./strided.js";

/**
 * A fold over a run of elements: `start`, one `step` an element (which may look at the element's place in the run), and
 * `finish` of the accumulator and the number of elements. Sums run in double precision.
 */
export interface Fold {
  readonly start: number;
  readonly step: (accumulated: number, x: number) => number;
  readonly finish?: (accumulated: number, n: number) => number;
}

/**
 * `out[i] = fold over j of x[i, j]`. `x` is given with its kept dimensions (`kept`, the shape of `out`) first and the
 * reduced ones (`reduced`) last.
 */
export function reduce(fold: Fold, kept: Shape, reduced: Shape, out: Operand, x: Operand): void {
  const k = kept.length;
  const across: Operand = { ...x, strides: x.strides.slice(0, k) };
  const along: Operand = { data: x.data, offset: 0, strides: x.strides.slice(k) };
  const plan = planLoops(reduced, [along]);
  const last = plan.shape.length - 1;
  const n = plan.shape[last];
  const step = plan.strides[0][last];
  const count = reduced.reduce((a, b) => a * b, 1);
  const { data } = x;
  const f = fold.step;
  forEachElement(kept, [out, across], ([io, ix]) => {
    let acc = fold.start;
    forEachRun(plan, [{ ...along, offset: ix! }], ([start]) => {
      let j = start!;
      for (let i = 0; i < n; i++, j += step) acc = f(acc, data[j]);
    });
    out.data[io!] = fold.finish ? fold.finish(acc, count) : acc;
  });
}

/** Which element of each run wins: `better(x, best)` decides; the first winner stays. Writes value and index. */
export function select(
  better: (x: number, best: number) => boolean,
  kept: Shape,
  length: number,
  values: Operand | null,
  indices: Operand,
  x: Operand,
): void {
  const k = kept.length;
  const step = x.strides[k];
  const across: Operand = { ...x, strides: x.strides.slice(0, k) };
  const { data } = x;
  forEachElement(kept, values ? [indices, across, values] : [indices, across], ([ii, ix, iv]) => {
    let best = data[ix!];
    let at = 0;
    for (let i = 1, j = ix! + step; i < length; i++, j += step) {
      if (better(data[j], best)) {
        best = data[j];
        at = i;
      }
    }
    indices.data[ii!] = at;
    if (values) values.data[iv!] = best;
  });
}

/** `out[.., i] = f(out[.., i - 1], x[.., i])` along the last dimension of `shape`. */
export function scan(f: (accumulated: number, x: number) => number, shape: Shape, out: Operand, x: Operand): void {
  const k = shape.length - 1;
  const n = shape[k];
  const so = out.strides[k];
  const sx = x.strides[k];
  const a = x.data;
  const o = out.data;
  const outer = shape.slice(0, k);
  forEachElement(outer, [{ ...out, strides: out.strides.slice(0, k) }, { ...x, strides: x.strides.slice(0, k) }], ([io, ix]) => {
    if (n === 0) return;
    let acc = a[ix!];
    o[io!] = acc;
    for (let i = 1, j = ix! + sx, l = io! + so; i < n; i++, j += sx, l += so) {
      acc = f(acc, a[j]);
      o[l] = acc;
    }
  });
}

/** Calls `visit` with the offsets of the operands at every position of `shape`. */
export function forEachElement(shape: Shape, operands: readonly Operand[], visit: (offsets: readonly number[]) => void): void {
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
