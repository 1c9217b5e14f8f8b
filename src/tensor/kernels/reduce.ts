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
