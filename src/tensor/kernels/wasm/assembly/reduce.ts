import { loadTail, low, narrow, splat, tailMask } from "./lanes";
import { Same, SquareOfDifference } from "./operations";
import { sum1, sumOfWide } from "./sums";

/*
 * Sums, means and variances. Sums are taken in double precision. A matrix has `rows` rows of `columns` elements,
 * one behind another; `...Rows` reduces each row to a number, `...Columns` each column.
 */

/** The sum of `n` elements. */
export function sum(x: usize, n: usize): f64 {
  return sum1<Same>(x, n);
}

/** `out[r]`, the sum of row `r` over `divisor`. */
export function sumRows(out: usize, x: usize, rows: usize, columns: usize, divisor: f64): void {
  for (const end = out + (rows << 2); out < end; out += 4, x += columns << 2) {
    store<f32>(out, <f32>(sum1<Same>(x, columns) / divisor));
  }
}

/** `out[c]`, the sum of column `c` over `divisor`. */
export function sumColumns(out: usize, x: usize, rows: usize, columns: usize, divisor: f64): void {
  const row = columns << 2;
  const size = rows * row;
  let c: usize = 0;
  for (; c + 16 <= columns; c += 16) sum16Columns(out + (c << 2), x + (c << 2), row, size, divisor);
  for (; c + 4 <= columns; c += 4) sum4Columns(out + (c << 2), x + (c << 2), row, size, divisor);
  for (; c < columns; c++) {
    let total: f64 = 0;
    for (let at = x + (c << 2), end = at + size; at < end; at += row) total += <f64>load<f32>(at);
    store<f32>(out + (c << 2), <f32>(total / divisor));
  }
}

function sum16Columns(out: usize, x: usize, row: usize, size: usize, divisor: f64): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (const end = x + size; x < end; x += row) {
    a = f64x2.add(a, low(v128.load_zero<f64>(x)));
    b = f64x2.add(b, low(v128.load_zero<f64>(x, 8)));
    c = f64x2.add(c, low(v128.load_zero<f64>(x, 16)));
    d = f64x2.add(d, low(v128.load_zero<f64>(x, 24)));
    e = f64x2.add(e, low(v128.load_zero<f64>(x, 32)));
    f = f64x2.add(f, low(v128.load_zero<f64>(x, 40)));
    g = f64x2.add(g, low(v128.load_zero<f64>(x, 48)));
    h = f64x2.add(h, low(v128.load_zero<f64>(x, 56)));
  }
  store4(out, a, b, divisor);
  store4(out + 16, c, d, divisor);
  store4(out + 32, e, f, divisor);
  store4(out + 48, g, h, divisor);
}

function sum4Columns(out: usize, x: usize, row: usize, size: usize, divisor: f64): void {
  let a = f64x2.splat(0);
  let b = a;
  for (const end = x + size; x < end; x += row) {
    a = f64x2.add(a, low(v128.load_zero<f64>(x)));
    b = f64x2.add(b, low(v128.load_zero<f64>(x, 8)));
  }
  store4(out, a, b, divisor);
}

/** Four doubles over `divisor`, rounded to float32. */
function store4(out: usize, a: v128, b: v128, divisor: f64): void {
  const scale = f64x2.splat(divisor);
  v128.store(out, narrow(f64x2.div(a, scale), f64x2.div(b, scale)));
}

class Square {
  @inline
  of(x: v128, _: v128): v128 {
    return f64x2.mul(x, x);
  }
}
/** The sum of the squares of `n` elements. */
export function sumSquares(x: usize, n: usize): f64 {
  return sumOfWide<Square>(x, 0, n);
}

/** The sum of `(x[i] - mean)^2` over `n` elements. */
export function sumSquaredDifferences(x: usize, mean: f64, n: usize): f64 {
  return sumOfWide<SquareOfDifference>(x, mean, n);
}

/** `out[r]`, the sum of the squared differences of row `r` from its mean, over `divisor`. */
export function varianceRows(out: usize, x: usize, rows: usize, columns: usize, divisor: f64): void {
  for (const end = out + (rows << 2); out < end; out += 4, x += columns << 2) {
    const mean = sum1<Same>(x, columns) / <f64>columns;
    store<f32>(out, <f32>(sumOfWide<SquareOfDifference>(x, mean, columns) / divisor));
  }
}

/** 1 if all of `n` elements lie between `lo` and `hi`, both included, else 0; NaN does not. */
export function allWithin(x: usize, lo: f32, hi: f32, n: usize): i32 {
  let inside = i32x4.splat(-1);
  for (; n >= 4; n -= 4, x += 16) inside = v128.and(inside, isWithin(v128.load(x), lo, hi));
  if (n) inside = v128.and(inside, v128.or(isWithin(loadTail(x, n), lo, hi), v128.not(tailMask(n))));
  return <i32>i32x4.all_true(inside);
}

function isWithin(x: v128, lo: f32, hi: f32): v128 {
  return v128.and(f32x4.ge(x, splat(lo)), f32x4.le(x, splat(hi)));
}
