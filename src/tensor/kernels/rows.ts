import { inBlocks } from "./blocks.js";
import type { Place } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Softmax and its like over the rows of float32 matrices that lie row by row, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 32;

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
  return inBlocks(rows, columns, out, x, null, (to, from, _, count) => fast[kernel](to, from, count, columns));
}

/**
 * Softmax of each row `x`, for attention: of matrices of `height` rows only up to the diagonal, unless that is 0; a row of
 * -Infinity becomes zeros. Answers whether it was done.
 */
export function attentionRows(out: Place, x: Place, rows: number, columns: number, height: number): boolean {
  const fast = rows * columns >= FEW ? kernels() : null;
  if (fast === null) return false;
  return inBlocks(rows, columns, out, x, null, (to, from, _, count, first) =>
    fast.attentionRows(to, from, count, columns, height, first),
  );
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
  return inBlocks(rows, columns, out, g, y, (to, from, result, count) =>
    fast[kernel](to, from, result, count, columns),
  );
}
