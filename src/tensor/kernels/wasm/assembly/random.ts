import { high, low, mul, narrow, splat } from "./lanes";

/* Random numbers: the Mersenne Twister, and the transform of Box and Muller. */

/** Words of state, and how far ahead the word lies that a new one is mixed with. */
const N: usize = 624;
const M: usize = 397;

/** Replaces the 624 words of the Mersenne Twister: w[k] = w[k + 397] xor (the top bit of w[k], the rest of w[k + 1]) times A. */
export function twist(words: usize): void {
  const middle = words + ((N - M) << 2);
  const last = words + ((N - 1) << 2);
  let at = words;
  for (; at + 16 <= middle; at += 16) v128.store(at, v128.xor(v128.load(at, M << 2), mixed4(at)));
  for (; at < middle; at += 4) store<u32>(at, load<u32>(at, M << 2) ^ mixed(load<u32>(at), load<u32>(at, 4)));
  for (; at < last; at += 16) v128.store(at, v128.xor(v128.load(at - ((N - M) << 2)), mixed4(at)));
  store<u32>(last, load<u32>(last - ((N - M) << 2)) ^ mixed(load<u32>(last), load<u32>(words)));
}

@inline
function mixed(word: u32, next: u32): u32 {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >> 1) ^ ((y & 1) * 0x9908b0df);
}

/** {@link mixed} of the four words from `at` on, each with the one behind it. */
function mixed4(at: usize): v128 {
  const y = v128.bitselect(v128.load(at), v128.load(at, 4), i32x4.splat(0x80000000));
  // a shift to the left and one with the sign back fill a word with its last bit
  const odd = i32x4.shr_s(i32x4.shl(y, 31), 31);
  return v128.xor(i32x4.shr_u(y, 1), v128.and(odd, i32x4.splat(0x9908b0df)));
}

/** The draws of `n` words of the Mersenne Twister. */
export function temper(out: usize, words: usize, n: usize): void {
  for (; n >= 4; n -= 4, out += 16, words += 16) v128.store(out, tempered(v128.load(words)));
  for (; n; n--, out += 4, words += 4) v128.store_lane<u32>(out, tempered(v128.load_splat<u32>(words)), 0);
}

function tempered(word: v128): v128 {
  let y = word;
  y = v128.xor(y, i32x4.shr_u(y, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/**
 * Turns blocks of 16 uniforms, multiples of 2^-24, into normals, as box_muller.ts does to the last bit: the first 8 give the
 * radii, the last 8 the angles.
 */
export function boxMuller(x: usize, blocks: usize, mean: f64, std: f64): void {
  const center = f64x2.splat(mean);
  const spread = f64x2.splat(std);
  for (; blocks; blocks--, x += 64) {
    fourPairs(x, center, spread);
    fourPairs(x + 16, center, spread);
  }
}

/** The normals of four radii at `at` and their angles, 8 numbers further on. */
function fourPairs(at: usize, center: v128, spread: v128): void {
  const u = f32x4.sub(splat(1), v128.load(at)); // in (0, 1]
  const log = narrow(logarithm(low(u)), logarithm(high(u)));
  const radius = f32x4.sqrt(mul(splat(-2), log));
  const theta = mul(splat(<f32>(2 * Math.PI)), v128.load(at, 32));
  const p = quarters(low(theta));
  const q = quarters(high(theta));
  const x = rest(low(theta), p);
  const y = rest(high(theta), q);
  const c = narrow(cosine(x), cosine(y));
  const s = narrow(sine(x), sine(y));
  // after an odd number of quarter turns cosine and sine change places, and one of them its sign
  const turns = v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(p), i32x4.trunc_sat_f64x2_s_zero(q), 0, 2);
  const odd = i32x4.shr_s(i32x4.shl(turns, 31), 31);
  const two = i32x4.splat(2);
  const signOfCos = i32x4.shl(v128.and(i32x4.add(turns, i32x4.splat(1)), two), 30);
  const signOfSin = i32x4.shl(v128.and(turns, two), 30);
  const cos = v128.xor(v128.bitselect(s, c, odd), signOfCos);
  const sin = v128.xor(v128.bitselect(c, s, odd), signOfSin);
  v128.store(at, scaled(mul(radius, cos), center, spread));
  v128.store(at, scaled(mul(radius, sin), center, spread), 32);
}

/** `x spread + center`, rounded once. */
function scaled(x: v128, center: v128, spread: v128): v128 {
  return narrow(f64x2.add(f64x2.mul(low(x), spread), center), f64x2.add(f64x2.mul(high(x), spread), center));
}

/** A step of Horner's rule: `p q + c`. */
@inline
function step(p: v128, q: v128, c: f64): v128 {
  return f64x2.add(f64x2.splat(c), f64x2.mul(q, p));
}

/** ln x of x from 2^-24 to 1: ln m = 2 artanh((m - 1) / (m + 1)) of m = x / 2^e, m from 3/4 to 3/2. */
function logarithm(x: v128): v128 {
  const exponents = i64x2.shr_u(x, 52);
  let e = f64x2.sub(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponents, exponents, 0, 2, 0, 2)), f64x2.splat(1023));
  let m = v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), f64x2.splat(1));
  const over = f64x2.trunc(f64x2.mul(m, f64x2.splat(2.0 / 3.0))); // 1 from 3/2 on
  m = f64x2.mul(m, f64x2.sub(f64x2.splat(1), f64x2.mul(f64x2.splat(0.5), over)));
  e = f64x2.add(e, over);
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const q = f64x2.mul(s, s);
  let p = f64x2.splat(1.0 / 17.0);
  p = step(p, q, 1.0 / 15.0);
  p = step(p, q, 1.0 / 13.0);
  p = step(p, q, 1.0 / 11.0);
  p = step(p, q, 1.0 / 9.0);
  p = step(p, q, 1.0 / 7.0);
  p = step(p, q, 1.0 / 5.0);
  p = step(p, q, 1.0 / 3.0);
  const twice = f64x2.add(s, s);
  const sum = f64x2.add(twice, f64x2.mul(f64x2.mul(twice, q), p));
  return f64x2.add(sum, f64x2.mul(e, f64x2.splat(Math.LN2)));
}

/** The quarter turn that is nearest to the angle `theta`. */
function quarters(theta: v128): v128 {
  return f64x2.trunc(f64x2.add(f64x2.mul(theta, f64x2.splat(2 / Math.PI)), f64x2.splat(0.5)));
}

/** `theta - n pi / 2`, with pi / 2 in two parts. */
function rest(theta: v128, n: v128): v128 {
  const most = f64x2.sub(theta, f64x2.mul(n, f64x2.splat(1.5707963267341256)));
  return f64x2.sub(most, f64x2.mul(n, f64x2.splat(6.077100506506192e-11)));
}

/** sin x for |x| up to pi / 4, by Taylor's series. */
function sine(x: v128): v128 {
  const q = f64x2.mul(x, x);
  let p = f64x2.splat(1.0 / 6227020800.0);
  p = step(p, q, -1.0 / 39916800.0);
  p = step(p, q, 1.0 / 362880.0);
  p = step(p, q, -1.0 / 5040.0);
  p = step(p, q, 1.0 / 120.0);
  p = step(p, q, -1.0 / 6.0);
  return f64x2.add(x, f64x2.mul(f64x2.mul(x, q), p));
}

/** cos x for |x| up to pi / 4, by Taylor's series. */
function cosine(x: v128): v128 {
  const q = f64x2.mul(x, x);
  let p = f64x2.splat(-1.0 / 87178291200.0);
  p = step(p, q, 1.0 / 479001600.0);
  p = step(p, q, -1.0 / 3628800.0);
  p = step(p, q, 1.0 / 40320.0);
  p = step(p, q, -1.0 / 720.0);
  p = step(p, q, 1.0 / 24.0);
  const most = f64x2.sub(f64x2.splat(1), f64x2.mul(f64x2.splat(0.5), q));
  return f64x2.add(most, f64x2.mul(f64x2.mul(q, q), p));
}
