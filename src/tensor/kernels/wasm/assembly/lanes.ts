/* Four float32 numbers at a time: short names for what kernels do most, and the ends of arrays. */

/** The number `c` in all lanes. */
export function splat(c: f32): v128 {
  return f32x4.splat(c);
}

export function add(x: v128, y: v128): v128 {
  return f32x4.add(x, y);
}

export function sub(x: v128, y: v128): v128 {
  return f32x4.sub(x, y);
}

export function mul(x: v128, y: v128): v128 {
  return f32x4.mul(x, y);
}

export function div(x: v128, y: v128): v128 {
  return f32x4.div(x, y);
}

/** `x` where the bits of `mask` are set, `y` elsewhere. */
export function choose(mask: v128, x: v128, y: v128): v128 {
  return v128.bitselect(x, y, mask);
}

/** A step of Horner's rule: `p x + c`. */
export function horner(p: v128, x: v128, c: f32): v128 {
  return add(mul(p, x), splat(c));
}

/** `x` within `[lo, hi]`; with `x` as the first argument of both, NaN stays NaN. */
export function within(x: v128, lo: f32, hi: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(lo)), splat(hi));
}

/** The sign bit of `x`, to be joined to a number by `v128.or`. */
export function signOf(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x80000000));
}

/** The `n` numbers at `address`, 1 to 3, and zeros behind them. */
export function loadTail(address: usize, n: usize): v128 {
  if (n == 1) return v128.load_zero<f32>(address);
  const two = v128.load_zero<f64>(address);
  return n == 2 ? two : v128.load_lane<f32>(address, two, 2, 8);
}

/** Stores the first `n` lanes, 1 to 3. */
export function storeTail(address: usize, x: v128, n: usize): void {
  if (n == 1) {
    v128.store_lane<f32>(address, x, 0);
    return;
  }
  v128.store_lane<f64>(address, x, 0);
  if (n == 3) v128.store_lane<f32>(address, x, 2, 8);
}

/** Loads and stores of four elements or, at the end of an array, of the last `n`, 1 to 3. */
export class Lanes {
  @inline
  static load(address: usize, n: usize): v128 {
    return n >= 4 ? v128.load(address) : loadTail(address, n);
  }

  @inline
  static store(address: usize, x: v128, n: usize): void {
    if (n >= 4) v128.store(address, x);
    else storeTail(address, x, n);
  }
}

/** All bits of the first `n` lanes, 1 to 3. */
export function tailMask(n: usize): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>n));
}

/** The first two lanes in double precision. */
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two lanes in double precision. */
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Four doubles, the first two in `x`, rounded to float32. */
export function narrow(x: v128, y: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(x), f32x4.demote_f64x2_zero(y), 0, 2);
}

/** The sum of two lanes in double precision. */
export function sumOfDoubles(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}
