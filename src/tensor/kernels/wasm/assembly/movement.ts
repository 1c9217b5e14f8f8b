import { splat, storeTail } from "./lanes";
import { map2 } from "./maps";
import { Sum } from "./operations";

/* Copies, transpositions, rows chosen by index, and conversions. */

/** `out[i] = value` for `n` elements. */
export function fill(out: usize, value: f32, n: usize): void {
  const v = splat(value);
  for (; n >= 4; n -= 4, out += 16) v128.store(out, v);
  if (n) storeTail(out, v, n);
}

/**
 * `out[r, c] = x[r, c]` of a matrix with any strides of `x`, and the row stride `outRow` and column stride 1 of `out`. With
 * `xRow` = 1 it is a transposition, four by four.
 */
export function copyMatrix(
  out: usize,
  outRow: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  rows: usize,
  columns: usize,
): void {
  outRow <<= 2;
  xRow <<= 2;
  xColumn <<= 2;
  if (xColumn == 4) {
    for (; rows; rows--, out += outRow, x += xRow) memory.copy(out, x, columns << 2);
    return;
  }
  let r: usize = 0;
  if (xRow == 4) {
    for (; r + 4 <= rows; r += 4, out += outRow << 2, x += 16) transpose4Rows(out, outRow, x, xColumn, columns);
  }
  for (; r < rows; r++, out += outRow, x += xRow) copyStrided(out, x, xColumn, columns);
}

function copyStrided(out: usize, x: usize, step: usize, n: usize): void {
  for (const end = out + (n << 2); out < end; out += 4, x += step) store<f32>(out, load<f32>(x));
}

/** Four rows of `columns` elements from as many columns, `step` bytes apart, of four. */
function transpose4Rows(out: usize, outRow: usize, x: usize, step: usize, columns: usize): void {
  let c: usize = 0;
  for (; c + 4 <= columns; c += 4, out += 16, x += step << 2) {
    const a = v128.load(x);
    const b = v128.load(x + step);
    const d = v128.load(x + (step << 1));
    const e = v128.load(x + step + (step << 1));
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const de = v128.shuffle<i32>(d, e, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const deHigh = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(ab, de, 0, 2));
    v128.store(out + outRow, v128.shuffle<i64>(ab, de, 1, 3));
    v128.store(out + (outRow << 1), v128.shuffle<i64>(abHigh, deHigh, 0, 2));
    v128.store(out + outRow + (outRow << 1), v128.shuffle<i64>(abHigh, deHigh, 1, 3));
  }
  for (; c < columns; c++, out += 4, x += step) {
    const a = v128.load(x);
    v128.store_lane<f32>(out, a, 0);
    v128.store_lane<f32>(out + outRow, a, 1);
    v128.store_lane<f32>(out + (outRow << 1), a, 2);
    v128.store_lane<f32>(out + outRow + (outRow << 1), a, 3);
  }
}

/** `out[i] = table[index[i]]`, rows of `columns` elements, by `n` int32 indices. */
export function gatherRows(out: usize, table: usize, index: usize, n: usize, columns: usize): void {
  const row = columns << 2;
  for (; n; n--, index += 4, out += row) memory.copy(out, table + <usize>load<i32>(index) * row, row);
}

/** `table[index[i]] += x[i]`, rows of `columns` elements, by `n` int32 indices; `skipped` ones add nothing. */
export function scatterAddRows(table: usize, x: usize, index: usize, n: usize, columns: usize, skipped: i32): void {
  const row = columns << 2;
  for (; n; n--, index += 4, x += row) {
    const i = load<i32>(index);
    if (i == skipped) continue;
    const to = table + <usize>i * row;
    map2<Sum>(to, to, x, columns);
  }
}

/** float64 to float32 */
export function doubleToFloat(out: usize, x: usize, n: usize): void {
  for (; n >= 2; n -= 2, out += 8, x += 16) v128.store_lane<f64>(out, f32x4.demote_f64x2_zero(v128.load(x)), 0);
  if (n) store<f32>(out, <f32>load<f64>(x));
}

/** float32 to float64 */
export function floatToDouble(out: usize, x: usize, n: usize): void {
  for (; n >= 2; n -= 2, out += 16, x += 8) v128.store(out, f64x2.promote_low_f32x4(v128.load_zero<f64>(x)));
  if (n) store<f64>(out, <f64>load<f32>(x));
}

/** float64 to int32, for whole numbers of that range: indices that an int64 tensor keeps as doubles. */
export function doubleToInt(out: usize, x: usize, n: usize): void {
  for (; n; n--, out += 4, x += 8) store<i32>(out, <i32>load<f64>(x));
}

/** int32 to float32 */
export function intToFloat(out: usize, x: usize, n: usize): void {
  for (; n >= 4; n -= 4, out += 16, x += 16) v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
  for (; n; n--, out += 4, x += 4) store<f32>(out, <f32>load<i32>(x));
}

/** Bytes, of uint8 or bool, to float32 */
export function byteToFloat(out: usize, x: usize, n: usize): void {
  for (; n >= 4; n -= 4, out += 16, x += 4) {
    const bytes = v128.load_zero<i32>(x);
    v128.store(out, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))));
  }
  for (; n; n--, out += 4, x++) store<f32>(out, <f32>load<u8>(x));
}
