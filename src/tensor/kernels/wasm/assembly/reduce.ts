import { high, loadTail, low, splat, sumOfDoubles } from "./lanes";
import { sum1 } from "./sums";

/*
 * Sums, means, variances and extremes. Sums are taken in double precision. A matrix has `rows` rows of `columns` elements,
 * one behind another; `...Rows` reduces each row to a number, `...Columns` each column.
 */

class Same {
  @inline
  of(x: v128): v128 {
    return x;
  }
}
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
  const first = f32x4.demote_f64x2_zero(f64x2.div(a, scale));
  const second = f32x4.demote_f64x2_zero(f64x2.div(b, scale));
  v128.store(out, v128.shuffle<i64>(first, second, 0, 2));
}
