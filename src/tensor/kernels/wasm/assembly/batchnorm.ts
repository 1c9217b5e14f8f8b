import { add, high, Lanes, low, mul, narrow, sub, sumOfDoubles } from "./lanes";
import { map1Scalars, map3 } from "./maps";
import { Same, SquareOfDifference } from "./operations";
import { sum1, sumOfWide } from "./sums";

/*
 * Batch normalization of arrays of `batch * channels * size` elements: statistics and sums over batch and size, in double
 * precision; all else one number a channel.
 */

/** The mean of each channel, and its variance, over the number of elements. */
export function channelMoments(
  mean: usize,
  variance: usize,
  x: usize,
  batch: usize,
  channels: usize,
  size: usize,
): void {
  const step = (channels * size) << 2;
  if (size == 1) {
    let c: usize = 0;
    for (; c + 4 <= channels; c += 4) momentsOfColumns(mean + (c << 2), variance + (c << 2), x + (c << 2), batch, step, 4);
    if (c < channels) {
      momentsOfColumns(mean + (c << 2), variance + (c << 2), x + (c << 2), batch, step, channels - c);
    }
    return;
  }
  const n = <f64>(batch * size);
  for (const end = mean + (channels << 2); mean < end; mean += 4, variance += 4, x += size << 2) {
    let sum: f64 = 0;
    for (let b: usize = 0; b < batch; b++) sum += sum1<Same>(x + b * step, size);
    const m = sum / n;
    let squares: f64 = 0;
    for (let b: usize = 0; b < batch; b++) squares += sumOfWide<SquareOfDifference>(x + b * step, m, size);
    store<f32>(mean, <f32>m);
    store<f32>(variance, <f32>(squares / n));
  }
}

/** The moments of `m` columns, 1 to 4, that begin at `x`, in rows `step` bytes apart. */
function momentsOfColumns(mean: usize, variance: usize, x: usize, rows: usize, step: usize, m: usize): void {
  const n = f64x2.splat(<f64>rows);
  const zero = f64x2.splat(0);
  const end = x + rows * step;
  let a = zero;
  let b = zero;
  for (let at = x; at < end; at += step) {
    const v = Lanes.load(at, m);
    a = f64x2.add(a, low(v));
    b = f64x2.add(b, high(v));
  }
  a = f64x2.div(a, n);
  b = f64x2.div(b, n);
  let c = zero;
  let d = zero;
  for (let at = x; at < end; at += step) {
    const v = Lanes.load(at, m);
    const first = f64x2.sub(low(v), a);
    const second = f64x2.sub(high(v), b);
    c = f64x2.add(c, f64x2.mul(first, first));
    d = f64x2.add(d, f64x2.mul(second, second));
  }
  Lanes.store(mean, narrow(a, b), m);
  Lanes.store(variance, narrow(f64x2.div(c, n), f64x2.div(d, n)), m);
}

class Affine {
  @inline
  of(x: v128, scale: v128, shift: v128): v128 {
    return add(mul(x, scale), shift);
  }
}

class AffineOfThree {
  @inline
  of(x: v128, scale: v128, shift: v128, _: v128): v128 {
    return add(mul(x, scale), shift);
  }
}

/** `x scale + shift`, with a scale and a shift for each channel. */
export function channelAffine(
  out: usize,
  x: usize,
  scale: usize,
  shift: usize,
  batch: usize,
  channels: usize,
  size: usize,
): void {
  for (; batch; batch--) {
    if (size == 1) {
      map3<AffineOfThree>(out, x, scale, shift, 0, channels);
      out += channels << 2;
      x += channels << 2;
      continue;
    }
    for (let c: usize = 0; c < channels << 2; c += 4, out += size << 2, x += size << 2) {
      map1Scalars<Affine>(out, x, load<f32>(scale + c), load<f32>(shift + c), size);
    }
  }
}

/** The sums of `g` and of `g (x - mean)` over each channel. */
export function channelDots(
  sum: usize,
  dot: usize,
  g: usize,
  x: usize,
  mean: usize,
  batch: usize,
  channels: usize,
  size: usize,
): void {
  const step = (channels * size) << 2;
  if (size == 1) {
    for (let c: usize = 0; c < step; c += 16) {
      const m = min<usize>((step - c) >> 2, 4);
      dotsOfColumns(sum + c, dot + c, g + c, x + c, Lanes.load(mean + c, m), batch, step, m);
    }
    return;
  }
  for (const end = sum + (channels << 2); sum < end; sum += 4, dot += 4, mean += 4, g += size << 2, x += size << 2) {
    let total: f64 = 0;
    let products: f64 = 0;
    for (let b: usize = 0; b < batch * step; b += step) {
      total += sum1<Same>(g + b, size);
      products += dotOfRun(g + b, x + b, v128.load_splat<f32>(mean), size);
    }
    store<f32>(sum, <f32>total);
    store<f32>(dot, <f32>products);
  }
}

/** The sum of `g (x - mean)` over `n` elements. */
function dotOfRun(g: usize, x: usize, mean: v128, n: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  for (; n >= 4; n -= 4, g += 16, x += 16) {
    const v = mul(v128.load(g), sub(v128.load(x), mean));
    a = f64x2.add(a, low(v));
    b = f64x2.add(b, high(v));
  }
  let sum = sumOfDoubles(f64x2.add(a, b));
  for (; n; n--, g += 4, x += 4) sum += <f64>(load<f32>(g) * (load<f32>(x) - f32x4.extract_lane(mean, 0)));
  return sum;
}

function dotsOfColumns(
  sum: usize,
  dot: usize,
  g: usize,
  x: usize,
  mean: v128,
  rows: usize,
  step: usize,
  m: usize,
): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = g + rows * step; g < end; g += step, x += step) {
    const v = Lanes.load(g, m);
    const product = mul(v, sub(Lanes.load(x, m), mean));
    a = f64x2.add(a, low(v));
    b = f64x2.add(b, high(v));
    c = f64x2.add(c, low(product));
    d = f64x2.add(d, high(product));
  }
  Lanes.store(sum, narrow(a, b), m);
  Lanes.store(dot, narrow(c, d), m);
}

class Slope {
  @inline
  static of(out: usize, g: usize, x: usize, n: usize, shift: v128, mean: v128, slope: v128, scale: v128): void {
    const line = add(mul(sub(Lanes.load(x, n), mean), slope), shift);
    Lanes.store(out, sub(mul(Lanes.load(g, n), scale), line), n);
  }
}

/**
 * `g scale - (x - mean) slope - shift`, with one of each for a channel: the gradient of batch normalization with scale =
 * weight / sqrt(variance + eps), shift = scale mean of g, slope = scale mean of g (x - mean) / (variance + eps).
 */
export function channelSlope(
  out: usize,
  g: usize,
  x: usize,
  shift: usize,
  mean: usize,
  slope: usize,
  scale: usize,
  batch: usize,
  channels: usize,
  size: usize,
): void {
  const row = channels << 2;
  for (; batch; batch--) {
    if (size == 1) {
      for (let c: usize = 0; c < row; c += 16) {
        const m = min<usize>((row - c) >> 2, 4);
        const s = Lanes.load(scale + c, m);
        Slope.of(out + c, g + c, x + c, m, Lanes.load(shift + c, m), Lanes.load(mean + c, m), Lanes.load(slope + c, m), s);
      }
      out += row;
      g += row;
      x += row;
      continue;
    }
    for (let c: usize = 0; c < row; c += 4) {
      const a = v128.load_splat<f32>(shift + c);
      const b = v128.load_splat<f32>(mean + c);
      const d = v128.load_splat<f32>(slope + c);
      const e = v128.load_splat<f32>(scale + c);
      let n = size;
      for (; n >= 4; n -= 4, out += 16, g += 16, x += 16) Slope.of(out, g, x, 4, a, b, d, e);
      if (n) Slope.of(out, g, x, n, a, b, d, e);
      out += n << 2;
      g += n << 2;
      x += n << 2;
    }
  }
}
