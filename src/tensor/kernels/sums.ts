import type { Storage } from "../storage.js";
import { BLOCK, begin, bringIn, lives, roomFor, takeOut } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Sums of float32 elements that lie row by row, in double precision, in WebAssembly where that pays. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 64;

/** The sum of `n` elements from `at` on. */
export function sumAll(x: Storage, at: number, n: number): number {
  const fast = n >= FEW ? kernels() : null;
  let total = 0;
  if (fast === null) {
    const { block } = x;
    for (let i = x.start + at, end = i + n; i < end; i++) total += block[i];
    return total;
  }
  lives(x);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    total += fast.sum(bringIn(x, at + i, m), m);
  }
  return total;
}

/** `out[r]`, the sum of row `r` over `divisor`; of column `r` if `down`. */
export function sumLines(
  down: boolean,
  out: Storage,
  x: Storage,
  at: number,
  rows: number,
  columns: number,
  divisor: number,
): void {
  const lines = down ? columns : rows;
  const fast = rows * columns >= FEW ? kernels() : null;
  if (fast !== null) {
    lives(x);
    begin();
    const from = bringIn(x, at, rows * columns);
    const to = roomFor(out, 0, lines);
    if (from > 0 && to > 0) {
      if (down) fast.sumColumns(to, from, rows, columns, divisor);
      else fast.sumRows(to, from, rows, columns, divisor);
      takeOut(out, 0, lines, to);
      return;
    }
  }
  const a = x.block;
  const o = out.block;
  const [step, length, next] = down ? [columns, rows, 1] : [1, columns, columns];
  for (let line = 0, start = x.start + at; line < lines; line++, start += next) {
    let total = 0;
    for (let k = 0, i = start; k < length; k++, i += step) total += a[i];
    o[out.start + line] = total / divisor;
  }
}
