/*
 * Matrix products of float32, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
 * blocks of both factors are packed into panels in the order in which the innermost loop, 4 rows by 8 columns in
 * registers, reads them. Packing takes any strides, so that transposed factors cost nothing more.
 *
 * Every sum runs over k in order: from zero within a block of k, then the blocks in order. A block is as long as k alone
 * says (`blockOf`), so that a sum is the same, bit for bit, whichever rows and columns are computed together.
 */

import { gemv } from "./gemv";
import { fma, pack4 } from "./panels";

/** A block of A is at most as many rows high; it stays in the second cache. */
const MC: usize = 64;
/** A block of B is at most as many columns wide. */
const NC: usize = 1024;
/** A block of k is at most as long: a panel of B, 8 wide, stays in the first cache. */
const KC: usize = 256;

/** The length of the blocks of k: as few blocks as there must be, of one length but for the last. */
function blockOf(k: usize): usize {
  const blocks = (k + KC - 1) / KC;
  return blocks > 1 ? (k + blocks - 1) / blocks : k;
}

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
  const panels = scratch + ((MC * KC) << 2);
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

/**
 * The part of {@link gemm} that is task number `task` when `out` is cut into pieces of `rows` by `columns`, row by row of
 * pieces. No task reads what another writes.
 */
export function gemmTask(
  out: usize, outRow: usize, x: usize, xRow: usize, xCol: usize, y: usize, yRow: usize, yCol: usize,
  add: usize, addRow: usize, m: usize, k: usize, n: usize, rows: usize, columns: usize, scratch: usize, task: usize,
): void {
  const across = (n + columns - 1) / columns;
  const i = (task / across) * rows;
  const j = (task % across) * columns;
  gemm(
    out + ((i * outRow + j) << 2), outRow, x + ((i * xRow) << 2), xRow, xCol, y + ((j * yCol) << 2), yRow, yCol,
    add ? add + ((i * addRow + j) << 2) : 0, addRow, min(rows, m - i), k, min(columns, n - j), scratch,
  );
}

/** Packs rows of A in strips of 4: `to[i / 4][p][i % 4]`. */
function packA(to: usize, x: usize, row: usize, col: usize, m: usize, k: usize): void {
  for (let i: usize = 0; i < m; i += 4) {
    pack4(to, 16, x, row, col, min(4, m - i), k);
    x += row << 2;
    to += k << 4;
  }
}

/** Packs columns of B in panels of 8: `to[j / 8][p][j % 8]`. */
function packB(to: usize, y: usize, row: usize, col: usize, k: usize, n: usize): void {
  for (let j: usize = 0; j < n; j += 8) {
    pack4(to, 32, y, col, row, min(4, n - j), k);
    pack4(to + 16, 32, y + (col << 2), col, row, n > j + 4 ? min(4, n - j - 4) : 0, k);
    y += col << 3;
    to += k << 5;
  }
}

/** The product of a packed block of A and one of B. */
function block(
  out: usize, outRow: usize, add: usize, addRow: usize, a: usize, b: usize, m: usize, k: usize, n: usize,
): void {
  for (let j: usize = 0; j < n; j += 8) {
    let to = out + (j << 2);
    let from = add ? add + (j << 2) : 0;
    let strip = a;
    for (let i: usize = 0; i < m; i += 4) {
      tile(to, outRow, from, addRow, strip, b, min(4, m - i), k, min(8, n - j));
      to += outRow << 2;
      if (add) from += addRow << 2;
      strip += k << 4;
    }
    b += k << 5;
  }
}

/**
 * 4 rows by 8 columns in 8 registers. The conditions within the loop keep the compiler from loading all factors of four
 * steps ahead of their use, for which there are no registers.
 */
function tile(
  out: usize, outRow: usize, add: usize, addRow: usize, a: usize, b: usize, m: usize, k: usize, n: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let b0: v128, b1: v128, s: v128;
  const end = a + (k << 4);
  const end1 = end - 16, end2 = end - 32, end3 = end - 48;
  while (a < end) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = fma(s, b0, c00);
    c01 = fma(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = fma(s, b0, c10);
    c11 = fma(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = fma(s, b0, c20);
    c21 = fma(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = fma(s, b0, c30);
    c31 = fma(s, b1, c31);
    if (a == end1) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    s = v128.load32_splat(a, 16);
    c00 = fma(s, b0, c00);
    c01 = fma(s, b1, c01);
    s = v128.load32_splat(a, 20);
    c10 = fma(s, b0, c10);
    c11 = fma(s, b1, c11);
    s = v128.load32_splat(a, 24);
    c20 = fma(s, b0, c20);
    c21 = fma(s, b1, c21);
    s = v128.load32_splat(a, 28);
    c30 = fma(s, b0, c30);
    c31 = fma(s, b1, c31);
    if (a == end2) break;
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    s = v128.load32_splat(a, 32);
    c00 = fma(s, b0, c00);
    c01 = fma(s, b1, c01);
    s = v128.load32_splat(a, 36);
    c10 = fma(s, b0, c10);
    c11 = fma(s, b1, c11);
    s = v128.load32_splat(a, 40);
    c20 = fma(s, b0, c20);
    c21 = fma(s, b1, c21);
    s = v128.load32_splat(a, 44);
    c30 = fma(s, b0, c30);
    c31 = fma(s, b1, c31);
    if (a == end3) break;
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    s = v128.load32_splat(a, 48);
    c00 = fma(s, b0, c00);
    c01 = fma(s, b1, c01);
    s = v128.load32_splat(a, 52);
    c10 = fma(s, b0, c10);
    c11 = fma(s, b1, c11);
    s = v128.load32_splat(a, 56);
    c20 = fma(s, b0, c20);
    c21 = fma(s, b1, c21);
    s = v128.load32_splat(a, 60);
    c30 = fma(s, b0, c30);
    c31 = fma(s, b1, c31);
    a += 64;
    b += 128;
  }
  if (m == 4 && n == 8) {
    if (add) {
      c00 = f32x4.add(v128.load(add), c00);
      c01 = f32x4.add(v128.load(add, 16), c01);
      add += addRow;
      c10 = f32x4.add(v128.load(add), c10);
      c11 = f32x4.add(v128.load(add, 16), c11);
      add += addRow;
      c20 = f32x4.add(v128.load(add), c20);
      c21 = f32x4.add(v128.load(add, 16), c21);
      add += addRow;
      c30 = f32x4.add(v128.load(add), c30);
      c31 = f32x4.add(v128.load(add, 16), c31);
    }
    v128.store(out, c00);
    v128.store(out, c01, 16);
    out += outRow;
    v128.store(out, c10);
    v128.store(out, c11, 16);
    out += outRow;
    v128.store(out, c20);
    v128.store(out, c21, 16);
    out += outRow;
    v128.store(out, c30);
    v128.store(out, c31, 16);
    return;
  }
  edge(out, add, c00, c01, n);
  if (m > 1) edge(out + outRow, add ? add + addRow : 0, c10, c11, n);
  if (m > 2) edge(out + 2 * outRow, add ? add + 2 * addRow : 0, c20, c21, n);
  if (m > 3) edge(out + 3 * outRow, add ? add + 3 * addRow : 0, c30, c31, n);
}

/** Writes the first `n` of 8 elements of a row. */
function edge(out: usize, add: usize, low: v128, high: v128, n: usize): void {
  if (n & 8) {
    v128.store(out, add ? f32x4.add(v128.load(add), low) : low);
    v128.store(out, add ? f32x4.add(v128.load(add, 16), high) : high, 16);
    return;
  }
  if (n & 4) {
    v128.store(out, add ? f32x4.add(v128.load(add), low) : low);
    low = high;
    out += 16;
    if (add) add += 16;
  }
  if (n & 2) {
    v128.store64_lane(out, add ? f32x4.add(v128.load64_zero(add), low) : low, 0);
    low = i32x4.shuffle(low, low, 2, 3, 2, 3);
    out += 8;
    if (add) add += 8;
  }
  if (n & 1) v128.store32_lane(out, add ? f32x4.add(v128.load32_zero(add), low) : low, 0);
}
