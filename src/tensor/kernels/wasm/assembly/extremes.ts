import { choose, loadTail, splat, storeTail } from "./lanes";
import { map2 } from "./maps";
import { Greater, Lesser } from "./operations";
import { extreme } from "./sums";

/*
 * The greatest and the least of rows and columns of matrices that lie one behind another, and where they are first. A NaN
 * is both; of zeros of both signs, 0 is greater than -0, but they are equal where the first is looked for.
 */

/** `out[r]`, the greatest element of row `r`; NaN if there is one. */
export function maxRows(out: usize, x: usize, rows: usize, columns: usize): void {
  extremeRows<Greater>(out, x, rows, columns);
}

/** `out[r]`, the least element of row `r`; NaN if there is one. */
export function minRows(out: usize, x: usize, rows: usize, columns: usize): void {
  extremeRows<Lesser>(out, x, rows, columns);
}

function extremeRows<K>(out: usize, x: usize, rows: usize, columns: usize): void {
  for (const end = out + (rows << 2); out < end; out += 4, x += columns << 2) store<f32>(out, extreme<K>(x, columns));
}

/** `out[c]`, the greatest element of column `c`, for each of `n` matrices; NaN if there is one. */
export function maxColumns(out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  extremeColumns<Greater>(out, x, n, rows, columns);
}

/** `out[c]`, the least element of column `c`, for each of `n` matrices; NaN if there is one. */
export function minColumns(out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  extremeColumns<Lesser>(out, x, n, rows, columns);
}

function extremeColumns<K>(out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  const row = columns << 2;
  for (; n; n--, out += row) {
    memory.copy(out, x, row);
    x += row;
    for (let r: usize = 1; r < rows; r++, x += row) map2<K>(out, out, x, columns);
  }
}

/** `at[r]`, an int32: where the greatest element of row `r` is first, or NaN; `out[r]` is that element. */
export function argmaxRows(at: usize, out: usize, x: usize, rows: usize, columns: usize): void {
  findRows<Greater>(at, out, x, rows, columns);
}

/** `at[r]`, an int32: where the least element of row `r` is first, or NaN; `out[r]` is that element. */
export function argminRows(at: usize, out: usize, x: usize, rows: usize, columns: usize): void {
  findRows<Lesser>(at, out, x, rows, columns);
}

function findRows<K>(at: usize, out: usize, x: usize, rows: usize, columns: usize): void {
  for (; rows; rows--, at += 4, out += 4, x += columns << 2) {
    const first = find(x, extreme<K>(x, columns), columns);
    store<i32>(at, <i32>((first - x) >> 2));
    store<f32>(out, load<f32>(first));
  }
}

/** The address of the first of `n` elements that is `value`; NaN is NaN. There must be one. */
function find(x: usize, value: f32, n: usize): usize {
  const v = splat(value);
  const nans = f32x4.ne(v, v);
  for (; n >= 4; n -= 4, x += 16) {
    const u = v128.load(x);
    if (v128.any_true(v128.or(f32x4.eq(u, v), v128.and(nans, f32x4.ne(u, u))))) break;
  }
  if (value == value) while (load<f32>(x) != value) x += 4;
  else while (load<f32>(x) == load<f32>(x)) x += 4;
  return x;
}

/** As {@link argmaxRows} does, of each column of each of `n` matrices. */
export function argmaxColumns(at: usize, out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  findColumns<Above>(at, out, x, n, rows, columns);
}

/** As {@link argminRows} does, of each column of each of `n` matrices. */
export function argminColumns(at: usize, out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  findColumns<Below>(at, out, x, n, rows, columns);
}

class Above {
  @inline
  of(x: v128, best: v128): v128 {
    return f32x4.gt(x, best);
  }
}

class Below {
  @inline
  of(x: v128, best: v128): v128 {
    return f32x4.lt(x, best);
  }
}

function findColumns<K>(at: usize, out: usize, x: usize, n: usize, rows: usize, columns: usize): void {
  const row = columns << 2;
  for (; n; n--, at += row, out += row) {
    memory.copy(out, x, row);
    memory.fill(at, 0, row);
    x += row;
    for (let r: usize = 1; r < rows; r++, x += row) takeBetter<K>(at, out, x, <i32>r, columns);
  }
}

/** Where the elements of row `r` at `x` are better than those of `out`, they take their places and `r` that in `at`. */
function takeBetter<K>(at: usize, out: usize, x: usize, r: i32, n: usize): void {
  const place = i32x4.splat(r);
  for (; n >= 4; n -= 4, at += 16, out += 16, x += 16) {
    const u = v128.load(x);
    const best = v128.load(out);
    const better = isBetter<K>(u, best);
    v128.store(out, choose(better, u, best));
    v128.store(at, choose(better, place, v128.load(at)));
  }
  if (n) {
    const u = loadTail(x, n);
    const best = loadTail(out, n);
    const better = isBetter<K>(u, best);
    storeTail(out, choose(better, u, best), n);
    storeTail(at, choose(better, place, loadTail(at, n)), n);
  }
}

/** No comparison with NaN is true: once it is the best, it remains that. */
function isBetter<K>(x: v128, best: v128): v128 {
  const k = changetype<K>(0);
  return v128.or(k.of(x, best), v128.and(f32x4.ne(x, x), f32x4.eq(best, best)));
}
