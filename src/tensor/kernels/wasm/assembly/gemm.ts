/*
 * Matrix products of float32, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
 * blocks of both factors are packed into panels in the order in which the innermost loop, 4 rows by 8 columns in
 * registers, reads them. Packing takes any strides, so that transposed factors cost nothing more.
 *
 * Every sum runs over k in order: from zero within a block of k, then the blocks in order. A block is as long as k alone
 * says (`blockOf`), so that a sum is the same, bit for bit, whichever rows and columns are computed together.
 */

import { gemv } from "./gemv";
import { blockOf, MC, NC, PANELS, packA, packB } from "./panels";
import { block } from "./tile";

/**
 * `out[i, j] = sum over p of x[i, p] * y[p, j] + add[i, j]`, `i < m`, `j < n`, `p < k`. Addresses in bytes; strides of
 * rows and columns in elements, the columns of `out` and `add` side by side. `add = 0` adds nothing, `add = out`
 * accumulates, `addRow = 0` adds one row to all. `scratch` has room for 64 * 256 + 256 * 1024 floats and may be used by
 * none else meanwhile. `out` overlaps neither factor.
 */
export function gemm(
  out: usize, outRow: usize, x: usize, xRow: usize, xCol: usize, y: usize, yRow: usize, yCol: usize,
  add: usize, addRow: usize, m: usize, k: usize, n: usize, scratch: usize,
): void {
  const step = blockOf(k);
  outRow <<= 2;
  xRow <<= 2;
  xCol <<= 2;
  yRow <<= 2;
  yCol <<= 2;
  addRow <<= 2;
  if (m == 1) {
    gemv(out, x, xCol, y, yRow, yCol, add, k, n, step);
    return;
  }
  if (n == 1 && outRow == 4 && (add == 0 || addRow == 4)) {
    gemv(out, y, yRow, x, xCol, xRow, add, k, m, step);
    return;
  }
  const panels = scratch + PANELS;
  for (let j: usize = 0; j < n; j += NC) {
    const width = min(NC, n - j);
    let p: usize = 0;
    do {
      const depth = min(step, k - p);
      packB(panels, y + p * yRow + j * yCol, yRow, yCol, depth, width);
      for (let i: usize = 0; i < m; i += MC) {
        const height = min(MC, m - i);
        packA(scratch, x + i * xRow + p * xCol, xRow, xCol, height, depth);
        const to = out + i * outRow + (j << 2);
        if (p > 0) block(to, outRow, to, outRow, scratch, panels, height, depth, width);
        else block(to, outRow, add ? add + i * addRow + (j << 2) : 0, addRow, scratch, panels, height, depth, width);
      }
      p += depth;
    } while (p < k);
  }
}

/** {@link gemm} of matrix number `task` of several, whose elements lie `...Batch` elements behind those of the one before. */
export function gemmBatchTask(
  out: usize, outBatch: usize, outRow: usize, x: usize, xBatch: usize, xRow: usize, xCol: usize,
  y: usize, yBatch: usize, yRow: usize, yCol: usize, add: usize, addBatch: usize, addRow: usize,
  m: usize, k: usize, n: usize, scratch: usize, task: usize,
): void {
  const at = task << 2;
  const added = add ? add + at * addBatch : 0;
  gemm(out + at * outBatch, outRow, x + at * xBatch, xRow, xCol, y + at * yBatch, yRow, yCol, added, addRow, m, k, n, scratch);
}

/*
 * The same by several threads: first all of both factors is packed, then multiplied piece by piece of the result, so that
 * nothing is packed twice.
 */

/**
 * Task number `task` of packing the factors of {@link gemm}: the first pack `rows` rows of A each into `a`, which has room
 * for `k` times `m` rounded up to 4, the others `columns` columns of B into `b`, for `k` times `n` rounded up to 8. Blocks of
 * k follow one another.
 */
export function packTask(
  a: usize, b: usize, x: usize, xRow: usize, xCol: usize, y: usize, yRow: usize, yCol: usize,
  m: usize, k: usize, n: usize, rows: usize, columns: usize, scratch: usize, task: usize,
): void {
  const step = blockOf(k);
  const above = (m + rows - 1) / rows;
  for (let p: usize = 0; p < k; p += step) {
    const depth = min(step, k - p);
    if (task < above) {
      const i = task * rows;
      const to = a + ((p * up(m, 4) + i * depth) << 2);
      packA(to, x + ((i * xRow + p * xCol) << 2), xRow << 2, xCol << 2, min(rows, m - i), depth);
    } else {
      const j = (task - above) * columns;
      const to = b + ((p * up(n, 8) + j * depth) << 2);
      packB(to, y + ((p * yRow + j * yCol) << 2), yRow << 2, yCol << 2, depth, min(columns, n - j));
    }
  }
}

/**
 * Task number `task` of the product of factors that {@link packTask} has packed, when `out` is cut into pieces of `rows` by
 * `columns`, row by row of pieces. No task reads what another writes.
 */
export function multiplyTask(
  out: usize, outRow: usize, a: usize, b: usize, add: usize, addRow: usize,
  m: usize, k: usize, n: usize, rows: usize, columns: usize, scratch: usize, task: usize,
): void {
  const step = blockOf(k);
  const across = (n + columns - 1) / columns;
  const j = (task % across) * columns;
  const first = (task / across) * rows;
  const end = min(first + rows, m);
  const width = min(columns, n - j);
  outRow <<= 2;
  addRow <<= 2;
  let p: usize = 0;
  do {
    const depth = min(step, k - p);
    const panels = b + ((p * up(n, 8) + j * depth) << 2);
    for (let i = first; i < end; i += MC) {
      const strips = a + ((p * up(m, 4) + i * depth) << 2);
      const to = out + i * outRow + (j << 2);
      const height = min(MC, end - i);
      if (p > 0) block(to, outRow, to, outRow, strips, panels, height, depth, width);
      else block(to, outRow, add ? add + i * addRow + (j << 2) : 0, addRow, strips, panels, height, depth, width);
    }
    p += depth;
  } while (p < k);
}

/** `n` rounded up to a multiple of `unit`. */
function up(n: usize, unit: usize): usize {
  return ((n + unit - 1) / unit) * unit;
}
