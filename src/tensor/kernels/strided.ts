import type { TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";
import type { Storage } from "../storage.js";

/**
 * The contract between operations and kernels: an array, where to begin, and how far apart neighbours lie in each
 * dimension (0 where a value is repeated).
 */
export interface Operand {
  readonly data: TypedArray;
  readonly offset: number;
  readonly strides: Shape;
  /** Whose memory `data` is, if it is a tensor's. */
  readonly storage?: Storage;
}

/** The same loops over as few dimensions as possible: neighbours that all operands can walk as one are joined. */
export interface LoopPlan {
  readonly shape: number[];
  /** Strides of each operand, in the order given. */
  readonly strides: number[][];
}

/** Joins dimensions of `shape` where, for every operand, the outer stride is the inner one times the inner size. */
export function planLoops(shape: Shape, operands: readonly Operand[]): LoopPlan {
  if (shape.length === 1) return { shape: [shape[0]], strides: operands.map((o) => [o.strides[0]]) };
  const sizes: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d];
    if (size === 1) continue;
    const last = sizes.length - 1;
    let joins = last >= 0;
    for (let k = 0; joins && k < operands.length; k++) joins = strides[k][last] === operands[k].strides[d] * size;
    if (joins) {
      sizes[last] *= size;
      for (let k = 0; k < operands.length; k++) strides[k][last] = operands[k].strides[d];
    } else {
      sizes.push(size);
      for (let k = 0; k < operands.length; k++) strides[k].push(operands[k].strides[d]);
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const s of strides) s.push(0);
  }
  return { shape: sizes, strides };
}

/**
 * Calls `inner(offsets)` once for each position of all dimensions but the last; `offsets` holds where each operand's
 * innermost run begins.
 */
export function forEachRun(
  plan: LoopPlan,
  operands: readonly Operand[],
  inner: (offsets: readonly number[]) => void,
): void {
  const { shape, strides } = plan;
  const outer = shape.length - 1;
  if (shape.includes(0)) return;
  const at = operands.map((o) => o.offset);
  if (outer === 0) {
    inner(at);
    return;
  }
  const index = new Array<number>(outer).fill(0);
  for (;;) {
    inner(at);
    let d = outer - 1;
    for (; d >= 0; d--) {
      index[d]++;
      for (let k = 0; k < at.length; k++) at[k] += strides[k][d];
      if (index[d] < shape[d]) break;
      for (let k = 0; k < at.length; k++) at[k] -= strides[k][d] * shape[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
