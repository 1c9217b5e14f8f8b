import type { Shape } from "../shape.js";
import { forEachRun, type Operand, planLoops } from "./strided.js";

/**
 * `acc[..] = step(acc[..], x[..])` for every element of `shape`, row by row. `acc` has stride 0 along the dimensions that
 * are reduced, so all elements of a run meet in one accumulator.
 */
export function fold(step: (accumulated: number, x: number) => number, shape: Shape, acc: Operand, x: Operand): void {
  const operands = [acc, x];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [sa, sx] = plan.strides.map((s) => s[s.length - 1]) as [number, number];
  const o = acc.data;
  const a = x.data;
  forEachRun(plan, operands, ([ia, ix]) => {
    let i = ia!;
    let j = ix!;
    for (let k = 0; k < n; k++, i += sa, j += sx) o[i] = step(o[i], a[j]);
  });
}

/** {@link fold} by addition, the one that training spends its time in. */
export function sum(shape: Shape, acc: Operand, x: Operand): void {
  const operands = [acc, x];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [sa, sx] = plan.strides.map((s) => s[s.length - 1]) as [number, number];
  const o = acc.data;
  const a = x.data;
  forEachRun(plan, operands, ([ia, ix]) => {
    let i = ia!;
    let j = ix!;
    if (sa !== 0) {
      for (let k = 0; k < n; k++, i += sa, j += sx) o[i] += a[j];
      return;
    }
    let total = 0;
    for (let k = 0; k < n; k++, j += sx) total += a[j];
    o[i] += total;
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
