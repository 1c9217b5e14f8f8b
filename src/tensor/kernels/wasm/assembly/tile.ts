/* The innermost part of matrix products: packed blocks into registers. */

import { fma } from "./panels";

/** The product of a packed block of A and one of B. */
export function block(
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
