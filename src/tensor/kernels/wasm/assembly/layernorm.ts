import { add, high, Lanes, low, mul, splat, sub, sumOfDoubles, tailMask } from "./lanes";
import { Same, SquareOfDifference } from "./operations";
import { sum1, sumOfWide } from "./sums";

/*
 * Layer normalization over the rows of a matrix, or where not `centered` root mean square normalization: the same with a
 * mean of 0. Means and variances are taken in double precision. `weight` and `bias` are rows, or 0 where there is none.
 */

class Normalize {
  @inline
  static of(out: usize, x: usize, mean: v128, rstd: v128, weight: usize, bias: usize, n: usize): void {
    let y = mul(sub(Lanes.load(x, n), mean), rstd);
    if (weight) y = mul(y, Lanes.load(weight, n));
    if (bias) y = add(y, Lanes.load(bias, n));
    Lanes.store(out, y, n);
  }
}

/**
 * `(x - mean) / sqrt(variance + eps) * weight + bias` in each row. `mean` and `rstd`, the reciprocal of the root, keep what
 * they are for the backward pass.
 */
export function layerNorm(
  out: usize,
  mean: usize,
  rstd: usize,
  x: usize,
  weight: usize,
  bias: usize,
  rows: usize,
  columns: usize,
  eps: f64,
  centered: bool,
): void {
  const whole = columns & ~3;
  const rest = columns & 3;
  for (; rows; rows--, mean += 4, rstd += 4, out += columns << 2, x += columns << 2) {
    const m = centered ? sum1<Same>(x, columns) / <f64>columns : 0;
    const r = 1 / sqrt<f64>(sumOfWide<SquareOfDifference>(x, m, columns) / <f64>columns + eps);
    store<f32>(mean, <f32>m);
    store<f32>(rstd, <f32>r);
    const center = splat(<f32>m);
    const scale = splat(<f32>r);
    let i: usize = 0;
    for (; i < whole << 2; i += 16) {
      Normalize.of(out + i, x + i, center, scale, weight ? weight + i : 0, bias ? bias + i : 0, 4);
    }
    if (rest) Normalize.of(out + i, x + i, center, scale, weight ? weight + i : 0, bias ? bias + i : 0, rest);
  }
}

/** Of four elements: u = g weight, and h = (x - mean) rstd. */
class Parts {
  @inline
  static u(g: usize, weight: usize, n: usize): v128 {
    const v = Lanes.load(g, n);
    return weight ? mul(v, Lanes.load(weight, n)) : v;
  }

  @inline
  static h(x: usize, mean: v128, rstd: v128, n: usize): v128 {
    return mul(sub(Lanes.load(x, n), mean), rstd);
  }
}

/** The gradient of {@link layerNorm} for `x`: `rstd (u - mean of u, if centered, - h mean of u h)` in each row. */
export function layerNormBackward(
  out: usize,
  g: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  weight: usize,
  rows: usize,
  columns: usize,
  centered: bool,
): void {
  const row = columns << 2;
  for (; rows; rows--, mean += 4, rstd += 4, out += row, g += row, x += row) {
    backwardOfRow(out, g, x, v128.load_splat<f32>(mean), v128.load_splat<f32>(rstd), weight, columns, centered);
  }
}

function backwardOfRow(
  out: usize,
  g: usize,
  x: usize,
  mean: v128,
  rstd: v128,
  weight: usize,
  n: usize,
  centered: bool,
): void {
  const end = (n & ~3) << 2;
  const rest = n & 3;
  let sum = f64x2.splat(0);
  let dot = sum;
  let i: usize = 0;
  for (; i < end; i += 16) {
    const u = Parts.u(g + i, weight ? weight + i : 0, 4);
    const uh = mul(u, Parts.h(x + i, mean, rstd, 4));
    sum = f64x2.add(sum, f64x2.add(low(u), high(u)));
    dot = f64x2.add(dot, f64x2.add(low(uh), high(uh)));
  }
  if (rest) {
    const u = Parts.u(g + i, weight ? weight + i : 0, rest);
    const uh = v128.and(mul(u, Parts.h(x + i, mean, rstd, rest)), tailMask(rest));
    sum = f64x2.add(sum, f64x2.add(low(u), high(u)));
    dot = f64x2.add(dot, f64x2.add(low(uh), high(uh)));
  }
  const a = splat(centered ? <f32>(sumOfDoubles(sum) / <f64>n) : 0);
  const b = splat(<f32>(sumOfDoubles(dot) / <f64>n));
  for (i = 0; i < end; i += 16) {
    const h = Parts.h(x + i, mean, rstd, 4);
    const u = Parts.u(g + i, weight ? weight + i : 0, 4);
    v128.store(out + i, mul(rstd, sub(sub(u, a), mul(h, b))));
  }
  if (rest) {
    const h = Parts.h(x + i, mean, rstd, rest);
    const u = Parts.u(g + i, weight ? weight + i : 0, rest);
    Lanes.store(out + i, mul(rstd, sub(sub(u, a), mul(h, b))), rest);
  }
}

/**
 * Adds to the gradients of {@link layerNorm} for `weight` and `bias` the sums of `g h` and of `g` over the rows. They are
 * in double precision, with room for a multiple of four.
 */
export function layerNormParametersBackward(
  weight: usize,
  bias: usize,
  g: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  rows: usize,
  columns: usize,
): void {
  const row = columns << 2;
  for (let c: usize = 0; c < row; c += 16, weight += 32, bias += 32) {
    const n = min<usize>((row - c) >> 2, 4);
    let a = v128.load(weight);
    let b = v128.load(weight, 16);
    let d = v128.load(bias);
    let e = v128.load(bias, 16);
    for (let r: usize = 0, at = c; r < rows << 2; r += 4, at += row) {
      const v = Lanes.load(g + at, n);
      const h = Parts.h(x + at, v128.load_splat<f32>(mean + r), v128.load_splat<f32>(rstd + r), n);
      const vh = mul(v, h);
      a = f64x2.add(a, low(vh));
      b = f64x2.add(b, high(vh));
      d = f64x2.add(d, low(v));
      e = f64x2.add(e, high(v));
    }
    v128.store(weight, a);
    v128.store(weight, b, 16);
    v128.store(bias, d);
    v128.store(bias, e, 16);
  }
}
