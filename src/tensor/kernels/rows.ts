import type { Storage } from "../storage.js";
import { BLOCK, begin, bringIn, lives, roomFor, takeOut } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Softmax and its like over the rows of float32 matrices that lie row by row, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 32;

/** Where the elements of a matrix begin. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
}

/** `out = kernel(x)` for each row. Answers whether it was done. */
export function mapRows(
  kernel: "softmaxRows" | "logSoftmaxRows",
  out: Place,
  x: Place,
  rows: number,
  columns: number,
): boolean {
  const fast = rows * columns >= FEW ? kernels() : null;
  if (fast === null) return false;
  lives(x.storage);
  const step = Math.max(1, Math.floor(BLOCK / columns));
  for (let r = 0; r < rows; r += step) {
    const count = Math.min(step, rows - r);
    const at = r * columns;
    const n = count * columns;
    begin();
    const from = bringIn(x.storage, x.offset + at, n);
    const to = roomFor(out.storage, out.offset + at, n);
    if (from === 0 || to === 0) return false;
    fast[kernel](to, from, count, columns);
    takeOut(out.storage, out.offset + at, n, to);
  }
  return true;
}

/** `out = kernel(g, y)` for each row of a gradient and a result. Answers whether it was done. */
export function mapRowsBack(
  kernel: "softmaxRowsBackward" | "logSoftmaxRowsBackward",
  out: Place,
  g: Place,
  y: Place,
  rows: number,
  columns: number,
): boolean {
  const fast = rows * columns >= FEW ? kernels() : null;
  if (fast === null) return false;
  lives(g.storage);
  lives(y.storage);
  const step = Math.max(1, Math.floor(BLOCK / columns));
  for (let r = 0; r < rows; r += step) {
    const count = Math.min(step, rows - r);
    const at = r * columns;
    const n = count * columns;
    begin();
    const gradient = bringIn(g.storage, g.offset + at, n);
    const result = bringIn(y.storage, y.offset + at, n);
    const to = roomFor(out.storage, out.offset + at, n);
    if (gradient === 0 || result === 0 || to === 0) return false;
    fast[kernel](to, gradient, result, count, columns);
    takeOut(out.storage, out.offset + at, n, to);
  }
  return true;
}
