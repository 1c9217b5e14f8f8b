import { Elementary } from "./elementary";
import { high, loadTail, low, mul, splat, storeTail, sub, sumOfDoubles, tailMask } from "./lanes";
import { longMap1Scalars, longMap2Scalars } from "./long_maps";
import { map1Scalars, map2Scalar, map2Scalars } from "./maps";
import { Greater, Product, Quotient, Same } from "./operations";
import { extreme, sum1, sum2 } from "./sums";

/*
 * Softmax along the rows of a matrix, forward and backward, and the loss of class indices. `out` may be any of the
 * inputs. Sums are taken in double precision.
 */

/** The sum of `e^(x[i] - origin)`; the terms go to `out` too unless that is 0. */
function sumOfPowers(out: usize, x: usize, origin: f32, n: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  while (true) {
    const whole = n >= 4;
    let e = Elementary.exp(sub(whole ? v128.load(x) : loadTail(x, n), splat(origin)));
    if (!whole) e = v128.and(e, tailMask(n));
    if (out) {
      if (whole) v128.store(out, e);
      else storeTail(out, e, n);
      out += 16;
    }
    a = f64x2.add(a, low(e));
    b = f64x2.add(b, high(e));
    if (n <= 4) return sumOfDoubles(f64x2.add(a, b));
    x += 16;
    n -= 4;
  }
}

/** `e^(x - m) / sum of e^(x - m)` with m the greatest of the row. */
export function softmaxRows(out: usize, x: usize, rows: usize, columns: usize): void {
  if (columns == 0) return;
  for (; rows; rows--, out += columns << 2, x += columns << 2) {
    powersOverSum(out, x, extreme<Greater>(x, columns), columns);
  }
}

/** `e^(x[i] - origin)` over the sum of them all. */
function powersOverSum(out: usize, x: usize, origin: f32, n: usize): void {
  const sum = sumOfPowers(out, x, origin, n);
  map2Scalar<Quotient>(out, out, <f32>sum, n);
}

/**
 * {@link softmaxRows} of what counts, zeros elsewhere. Of matrices of `height` rows, the elements up to the diagonal count, row
 * `first` being the first here; all if `height` is 0. A row of which all that counts is -Infinity becomes zeros.
 */
export function attentionRows(out: usize, x: usize, rows: usize, columns: usize, height: usize, first: usize): void {
  for (let r = first; rows; rows--, r++, out += columns << 2, x += columns << 2) {
    const n = height ? min((r % height) + 1, columns) : columns;
    const max = extreme<Greater>(x, n);
    const used = max == -Infinity ? 0 : n << 2;
    if (used) powersOverSum(out, x, max, n);
    memory.fill(out + used, 0, (columns << 2) - used);
  }
}

class LessTwice {
  @inline
  of(x: v128, max: v128, log: v128): v128 {
    return sub(sub(x, max), log);
  }
}

/** `x - m - ln(sum of e^(x - m))` with m the greatest of the row. */
export function logSoftmaxRows(out: usize, x: usize, rows: usize, columns: usize): void {
  if (columns == 0) return;
  for (; rows; rows--, out += columns << 2, x += columns << 2) {
    const max = extreme<Greater>(x, columns);
    const log = Elementary.log(splat(<f32>sumOfPowers(0, x, max, columns)));
    map1Scalars<LessTwice>(out, x, max, f32x4.extract_lane(log, 0), columns);
  }
}

class SoftmaxSlope {
  @inline
  of(g: v128, y: v128, sum: v128, _: v128): v128 {
    return mul(sub(g, sum), y);
  }
}

/** `y (g - sum of y g)`, with the result `y` of softmax. */
export function softmaxRowsBackward(out: usize, g: usize, y: usize, rows: usize, columns: usize): void {
  for (; rows; rows--, out += columns << 2, g += columns << 2, y += columns << 2) {
    map2Scalars<SoftmaxSlope>(out, g, y, <f32>sum2<Product>(g, y, columns), 0, columns);
  }
}

class LogSoftmaxSlope {
  @inline
  of(g: v128, y: v128, sum: v128, _: v128): v128 {
    return sub(g, mul(Elementary.exp(y), sum));
  }
}

/** `g - e^y sum of g`, with the result `y` of log-softmax. */
export function logSoftmaxRowsBackward(out: usize, g: usize, y: usize, rows: usize, columns: usize): void {
  for (; rows; rows--, out += columns << 2, g += columns << 2, y += columns << 2) {
    longMap2Scalars<LogSoftmaxSlope>(out, g, y, <f32>sum1<Same>(g, columns), 0, columns);
  }
}

/**
 * The sum of `-weight[t[r]] y[r, t[r]]` over the rows, with log-probabilities `y` and int32 classes `t`; all weights are 1
 * if `weight` is 0. Rows whose class is `ignored` count nothing.
 */
export function nllSum(y: usize, t: usize, weight: usize, rows: usize, columns: usize, ignored: i32): f64 {
  let sum: f64 = 0;
  for (; rows; rows--, y += columns << 2, t += 4) {
    const at = load<i32>(t);
    if (at == ignored) continue;
    const w: f32 = weight ? load<f32>(weight + (at << 2)) : 1;
    sum -= <f64>(load<f32>(y + (at << 2)) * w);
  }
  return sum;
}

class Scaled {
  @inline
  of(y: v128, scale: v128, _: v128): v128 {
    return mul(Elementary.exp(y), scale);
  }
}

/**
 * The gradient of log-softmax and {@link nllSum} together, times `g`: `g weight[t] (e^y - 1)` at the class `t` of a row,
 * `g weight[t] e^y` elsewhere in it.
 */
export function crossEntropyBackward(
  out: usize,
  y: usize,
  t: usize,
  weight: usize,
  g: f32,
  rows: usize,
  columns: usize,
  ignored: i32,
): void {
  for (; rows; rows--, out += columns << 2, y += columns << 2, t += 4) {
    const at = load<i32>(t);
    if (at == ignored) {
      memory.fill(out, 0, columns << 2);
      continue;
    }
    const scale = weight ? g * load<f32>(weight + (at << 2)) : g;
    longMap1Scalars<Scaled>(out, y, scale, 0, columns);
    store<f32>(out + (at << 2), load<f32>(out + (at << 2)) - scale);
  }
}
