/* The product of a vector and a matrix, whose sums run in the same order as those of matrix products. */

import { fma } from "./panels";

/**
 * `out[j] = sum over p of x[p * xStep] * y[p * row + j * col] + add[j]`, `j < n`, `p < k`, strides in bytes; `add = 0`
 * adds nothing. The sums run over blocks of k of the given length.
 */
export function gemv(
  out: usize, x: usize, xStep: usize, y: usize, row: usize, col: usize, add: usize, k: usize, n: usize, step: usize,
): void {
  let p: usize = 0;
  do {
    const depth = min(step, k - p);
    const head = x + p * xStep;
    let from = y + p * row;
    let j: usize = 0;
    if (col == 4) {
      for (; j + 32 <= n; j += 32) {
        rows32(out + (j << 2), head, xStep, from, row, add ? add + (j << 2) : 0, depth);
        from += 128;
      }
      for (; j + 4 <= n; j += 4) {
        rows4(out + (j << 2), head, xStep, from, row, add ? add + (j << 2) : 0, depth);
        from += 16;
      }
    } else if (row == 4) {
      for (; j + 8 <= n; j += 8) {
        columns8(out + (j << 2), head, xStep, from, col, add ? add + (j << 2) : 0, depth);
        from += col << 3;
      }
    }
    for (; j < n; j++) {
      const sum = dot(head, xStep, from, row, depth);
      store<f32>(out + (j << 2), add ? load<f32>(add + (j << 2)) + sum : sum);
      from += col;
    }
    add = out;
    p += depth;
  } while (p < k);
}

/** The product with one column, in scalars. */
function dot(x: usize, xStep: usize, y: usize, row: usize, k: usize): f32 {
  let sum = f32x4.splat(0);
  for (; k > 0; k--) {
    sum = fma(v128.load32_zero(x), v128.load32_zero(y), sum);
    x += xStep;
    y += row;
  }
  return f32x4.extract_lane(sum, 0);
}

function rows4(out: usize, x: usize, xStep: usize, y: usize, row: usize, add: usize, k: usize): void {
  let sum = f32x4.splat(0);
  for (; k > 0; k--) {
    sum = fma(v128.load32_splat(x), v128.load(y), sum);
    x += xStep;
    y += row;
  }
  v128.store(out, add ? f32x4.add(v128.load(add), sum) : sum);
}

/** 32 columns that lie side by side. */
function rows32(out: usize, x: usize, xStep: usize, y: usize, row: usize, add: usize, k: usize): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0), c5 = f32x4.splat(0), c6 = f32x4.splat(0), c7 = f32x4.splat(0);
  for (; k > 0; k--) {
    const s = v128.load32_splat(x);
    c0 = fma(s, v128.load(y), c0);
    c1 = fma(s, v128.load(y, 16), c1);
    c2 = fma(s, v128.load(y, 32), c2);
    c3 = fma(s, v128.load(y, 48), c3);
    c4 = fma(s, v128.load(y, 64), c4);
    c5 = fma(s, v128.load(y, 80), c5);
    c6 = fma(s, v128.load(y, 96), c6);
    c7 = fma(s, v128.load(y, 112), c7);
    x += xStep;
    y += row;
  }
  if (add) {
    c0 = f32x4.add(v128.load(add), c0);
    c1 = f32x4.add(v128.load(add, 16), c1);
    c2 = f32x4.add(v128.load(add, 32), c2);
    c3 = f32x4.add(v128.load(add, 48), c3);
    c4 = f32x4.add(v128.load(add, 64), c4);
    c5 = f32x4.add(v128.load(add, 80), c5);
    c6 = f32x4.add(v128.load(add, 96), c6);
    c7 = f32x4.add(v128.load(add, 112), c7);
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

/** 8 columns, each of which lies in one piece: 4 by 4 elements at a time, transposed in registers. */
function columns8(out: usize, x: usize, xStep: usize, y: usize, col: usize, add: usize, k: usize): void {
  let low = f32x4.splat(0), high = f32x4.splat(0);
  const two = col << 1;
  const three = two + col;
  let z = y + (col << 2);
  for (; k >= 4; k -= 4) {
    let a = v128.load(y), b = v128.load(y + col), c = v128.load(y + two), d = v128.load(y + three);
    let ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    let ef = i32x4.shuffle(a, b, 2, 6, 3, 7), gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
    const x1 = x + xStep, x2 = x1 + xStep, x3 = x2 + xStep;
    low = fma(v128.load32_splat(x), i32x4.shuffle(ab, cd, 0, 1, 4, 5), low);
    low = fma(v128.load32_splat(x1), i32x4.shuffle(ab, cd, 2, 3, 6, 7), low);
    low = fma(v128.load32_splat(x2), i32x4.shuffle(ef, gh, 0, 1, 4, 5), low);
    low = fma(v128.load32_splat(x3), i32x4.shuffle(ef, gh, 2, 3, 6, 7), low);
    a = v128.load(z);
    b = v128.load(z + col);
    c = v128.load(z + two);
    d = v128.load(z + three);
    ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
    gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
    high = fma(v128.load32_splat(x), i32x4.shuffle(ab, cd, 0, 1, 4, 5), high);
    high = fma(v128.load32_splat(x1), i32x4.shuffle(ab, cd, 2, 3, 6, 7), high);
    high = fma(v128.load32_splat(x2), i32x4.shuffle(ef, gh, 0, 1, 4, 5), high);
    high = fma(v128.load32_splat(x3), i32x4.shuffle(ef, gh, 2, 3, 6, 7), high);
    x = x3 + xStep;
    y += 16;
    z += 16;
  }
  for (; k > 0; k--) {
    const s = v128.load32_splat(x);
    const a = v128.load32_lane(y + three, v128.load32_lane(y + two, v128.load32_lane(y + col, v128.load32_zero(y), 1), 2), 3);
    const b = v128.load32_lane(z + three, v128.load32_lane(z + two, v128.load32_lane(z + col, v128.load32_zero(z), 1), 2), 3);
    low = fma(s, a, low);
    high = fma(s, b, high);
    x += xStep;
    y += 4;
    z += 4;
  }
  v128.store(out, add ? f32x4.add(v128.load(add), low) : low);
  v128.store(out, add ? f32x4.add(v128.load(add, 16), high) : high, 16);
}
