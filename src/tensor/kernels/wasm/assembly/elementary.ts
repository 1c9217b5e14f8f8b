import { quartersOfLarge, restsOfLarge } from "./large_angles";
import { add, choose, div, high, horner, low, mul, narrow, signOf, splat, sub, within } from "./lanes";

/**
 * Elementary functions of four float32 numbers at a time. Errors are against the exact result, in units in its last
 * place (ulp), the largest found over all of float32. Denormal results are not rounded to 0, NaN stays NaN, and -0 gives
 * what the function has there.
 */
export class Elementary {
  /** `e^x`, 1 ulp: `2^n e^r` with n = round(x / ln 2) and r = x - n ln 2, so that |r| is at most ln(2) / 2. */
  @inline
  static exp(x: v128): v128 {
    const clamped = within(x, -104, 89);
    const shifted = Elementary.shifted(clamped);
    return Elementary.expOfParts(shifted, Elementary.remainder(clamped, shifted));
  }

  /** `2^x`, 1 ulp, exact of integers: as {@link exp} with n = round(x) and r = (x - n) ln 2. */
  @inline
  static exp2(x: v128): v128 {
    const clamped = within(x, -151, 129);
    const shifted = add(clamped, splat(SHIFT));
    return Elementary.expOfParts(shifted, mul(sub(clamped, sub(shifted, splat(SHIFT))), splat(0.6931471805599453)));
  }

  /** `2^n e^r`, given n + SHIFT. */
  @inline
  private static expOfParts(shifted: v128, r: v128): v128 {
    const y = add(Elementary.expm1OfRemainder(r), splat(1));
    // 2^n in two factors: n may lie outside of the exponents of normal numbers when the result does not
    const n = i32x4.sub(shifted, i32x4.splat(SHIFT_BITS));
    const half = i32x4.shr_s(n, 1);
    return mul(mul(y, Elementary.powerOfTwo(half)), Elementary.powerOfTwo(i32x4.sub(n, half)));
  }

  /** `e^x - 1`, 2 ulp: `2^n (e^r - 1) + (2^n - 1)` with n and r as in {@link exp}. */
  @inline
  static expm1(x: v128): v128 {
    const clamped = within(x, -18, 89);
    const shifted = Elementary.shifted(clamped);
    const y = Elementary.expm1OfRemainder(Elementary.remainder(clamped, shifted));
    const n = i32x4.sub(shifted, i32x4.splat(SHIFT_BITS));
    // half of 2^n is a number of float32 for all n
    const power = Elementary.powerOfTwo(i32x4.sub(n, i32x4.splat(1)));
    const half = add(mul(power, y), sub(power, splat(0.5)));
    return v128.or(choose(i32x4.eq(n, i32x4.splat(0)), y, add(half, half)), signOf(x));
  }

  /** `x / ln 2 + SHIFT`, which rounds the quotient to a whole number, kept in the low bits. */
  @inline
  private static shifted(x: v128): v128 {
    return add(mul(x, splat(1.4426950408889634)), splat(SHIFT));
  }

  /** `x - n ln 2`; ln 2 in two parts, the first so short that n times it is exact. */
  @inline
  private static remainder(x: v128, shifted: v128): v128 {
    const n = sub(shifted, splat(SHIFT));
    return sub(sub(x, mul(n, splat(0.693359375))), mul(n, splat(-2.1219444e-4)));
  }

  /** `e^r - 1 = r + r^2 p(r)` for |r| up to ln(2) / 2; p is the minimax polynomial. */
  @inline
  private static expm1OfRemainder(r: v128): v128 {
    const square = mul(r, r);
    const p01 = horner(splat(0.16666521131992340), r, 0.49999994039535522);
    const p23 = horner(splat(0.0083686737343668938), r, 0.041668266057968140);
    const p = add(mul(add(mul(splat(0.0013820633757859468), square), p23), square), p01);
    return add(mul(p, square), r);
  }

  /** `2^n` of integers n from -126 to 127. */
  @inline
  private static powerOfTwo(n: v128): v128 {
    return i32x4.add(i32x4.shl(n, 23), i32x4.splat(0x3f800000));
  }

  /** `ln x`, 1 ulp; -infinity at 0, NaN below. With x = 2^e (1 + f): `e ln 2 + ln(1 + f)`. */
  @inline
  static log(x: v128): v128 {
    const e = Elementary.exponent(x);
    const f = Elementary.fraction(x);
    const half = mul(splat(0.5), mul(f, f));
    // the small parts first; the first part of ln 2 is so short that e times it is exact
    const small = sub(add(Elementary.logRest(f, half), mul(e, splat(-2.1219444e-4))), half);
    return Elementary.logAtEdges(x, add(add(small, f), mul(e, splat(0.693359375))));
  }

  /** `log2 x`, 2 ulp and exact at powers of 2: `e + ln(1 + f) / ln 2`, in two parts until the end. */
  @inline
  static log2(x: v128): v128 {
    const e = Elementary.exponent(x);
    const f = Elementary.fraction(x);
    const half = mul(splat(0.5), mul(f, f));
    const head = v128.and(sub(f, half), i32x4.splat(0xfffff000));
    const rest = add(sub(sub(f, head), half), Elementary.logRest(f, half));
    // 1 / ln 2 in two parts; the product of the first with head is exact
    const first = mul(head, splat(1.4428710938));
    const second = add(mul(add(head, rest), splat(-1.7605285393e-4)), mul(rest, splat(1.4428710938)));
    const sum = add(e, first);
    return Elementary.logAtEdges(x, add(add(second, add(sub(e, sum), first)), sum));
  }

  /** `log10 x`, 2 ulp. */
  @inline
  static log10(x: v128): v128 {
    const e = Elementary.exponent(x);
    const f = Elementary.fraction(x);
    const half = mul(splat(0.5), mul(f, f));
    const head = v128.and(sub(f, half), i32x4.splat(0xfffff000));
    const rest = add(sub(sub(f, head), half), Elementary.logRest(f, half));
    const whole = mul(e, splat(3.0102920532e-1));
    const first = mul(head, splat(4.3432617188e-1));
    const second = add(
      add(mul(e, splat(7.9034151668e-7)), mul(add(head, rest), splat(-3.1689971365e-5))),
      mul(rest, splat(4.3432617188e-1)),
    );
    const sum = add(whole, first);
    return Elementary.logAtEdges(x, add(add(second, add(sub(whole, sum), first)), sum));
  }

  /** `ln(1 + x)`, 2 ulp: u = 1 + x is rounded by u - 1 - x, so ln u is off by that over u. */
  @inline
  static log1p(x: v128): v128 {
    const u = add(x, splat(1));
    const y = Elementary.log(u);
    const corrected = add(y, div(sub(x, sub(u, splat(1))), u));
    const finite = v128.and(f32x4.gt(u, splat(0)), f32x4.lt(u, splat(Infinity)));
    return v128.or(choose(finite, corrected, y), signOf(x));
  }

  /** `ln(1 + e^-|x|)`, 2 ulp: with e = e^-|x| and s = e / (2 + e), which is at most 1/3, 2 artanh(s) = s (2 + s^2 p(s^2)). */
  @inline
  static softplusRest(x: v128): v128 {
    const e = Elementary.exp(f32x4.neg(f32x4.abs(x)));
    const s = div(e, add(e, splat(2)));
    const z = mul(s, s);
    let p = splat(0.24253204464912415);
    p = horner(p, z, 0.21442075073719025);
    p = horner(p, z, 0.28615343570709229);
    p = horner(p, z, 0.39998945593833923);
    p = horner(p, z, 0.66666674613952637);
    return add(add(s, s), mul(mul(s, z), p));
  }

  /** The bits of x, or of 2^23 x if x is denormal, less those of sqrt(1/2). */
  @inline
  private static bitsAboveRootHalf(x: v128): v128 {
    const normal = choose(f32x4.lt(x, splat(SMALLEST_NORMAL)), mul(x, splat(8388608)), x);
    return i32x4.sub(normal, i32x4.splat(ROOT_HALF_BITS));
  }

  /** The e of x = 2^e (1 + f), where 1 + f lies between sqrt(1/2) and sqrt(2). */
  @inline
  private static exponent(x: v128): v128 {
    const e = f32x4.convert_i32x4_s(i32x4.shr_s(Elementary.bitsAboveRootHalf(x), 23));
    return sub(e, v128.and(f32x4.lt(x, splat(SMALLEST_NORMAL)), splat(23)));
  }

  /** The f of x = 2^e (1 + f). */
  @inline
  private static fraction(x: v128): v128 {
    const mantissa = v128.and(Elementary.bitsAboveRootHalf(x), i32x4.splat(0x007fffff));
    return sub(i32x4.add(mantissa, i32x4.splat(ROOT_HALF_BITS)), splat(1));
  }

  /**
   * `ln(1 + f) - f + f^2 / 2`, given half = f^2 / 2. With s = f / (2 + f), ln(1 + f) = 2 artanh(s) =
   * f - half + s (half + s^2 p(s^2)); p is the minimax polynomial.
   */
  @inline
  private static logRest(f: v128, half: v128): v128 {
    const s = div(f, add(f, splat(2)));
    const z = mul(s, s);
    const p = horner(horner(splat(0.29871460795402527), z, 0.39977568387985229), z, 0.66666775941848755);
    return mul(s, add(half, mul(z, p)));
  }

  /** `y`, the logarithm of `x`, where 0 < x < infinity; the limits elsewhere. */
  @inline
  private static logAtEdges(x: v128, y: v128): v128 {
    const positive = choose(f32x4.lt(x, splat(Infinity)), y, x);
    const other = choose(f32x4.eq(x, splat(0)), splat(-Infinity), splat(NaN));
    return choose(f32x4.gt(x, splat(0)), positive, other);
  }

  /** `1 / (1 + e^-x)`, 3 ulp, by `e = e^-|x|`, which does not overflow: 1 / (1 + e), or e / (1 + e) for negative x. */
  @inline
  static sigmoid(x: v128): v128 {
    const e = Elementary.exp(f32x4.neg(f32x4.abs(x)));
    return div(choose(f32x4.lt(x, splat(0)), e, splat(1)), add(e, splat(1)));
  }

  /** The hyperbolic tangent, 2 ulp: `x + x^3 p(x^2)` near 0, `1 - 2 / (e^2|x| + 1)` and the sign of x elsewhere. */
  @inline
  static tanh(x: v128): v128 {
    const size = f32x4.abs(x);
    const s = mul(x, x);
    let p = splat(-0.0057140635326504707);
    p = horner(p, s, 0.020648062229156494);
    p = horner(p, s, -0.053742773830890656);
    p = horner(p, s, 0.13331483304500580);
    p = horner(p, s, -0.33333283662796021);
    const near = add(size, mul(mul(p, s), size));
    const far = sub(splat(1), div(splat(2), add(Elementary.exp(add(size, size)), splat(1))));
    return v128.or(choose(f32x4.lt(size, splat(0.625)), near, far), signOf(x));
  }

  /**
   * `sin x` if `quarter` is 0, `cos x` if it is 1, 2 ulp: with n = round(x / (pi / 2)), the sine or cosine of
   * r = x - n pi / 2, which of them and with which sign by n + quarter modulo 4.
   */
  @inline
  static sinOrCos(x: v128, quarter: i32): v128 {
    const n0 = Elementary.quarters(low(x));
    const n1 = Elementary.quarters(high(x));
    let r = narrow(Elementary.withoutQuarters(low(x), n0), Elementary.withoutQuarters(high(x), n1));
    let n = i32x4.trunc_sat_f32x4_s(narrow(n0, n1));
    const isLarge = f32x4.ge(f32x4.abs(x), splat(1048576));
    if (v128.any_true(isLarge)) {
      r = choose(isLarge, restsOfLarge(x), r);
      n = choose(isLarge, quartersOfLarge(x), n);
    }
    const count = i32x4.add(n, i32x4.splat(quarter));
    const s = mul(r, r);
    let p = splat(2.6083159809e-6);
    p = horner(p, s, -1.9810690172e-4);
    p = horner(p, s, 8.3330785856e-3);
    p = horner(p, s, -1.6666659713e-1);
    const sine = add(r, mul(mul(s, r), p));
    let q = splat(2.4433157118e-5);
    q = horner(q, s, -1.3887316255e-3);
    q = horner(q, s, 4.1666645683e-2);
    const cosine = add(sub(splat(1), mul(s, splat(0.5))), mul(mul(s, s), q));
    const isOdd = i32x4.ne(v128.and(count, i32x4.splat(1)), i32x4.splat(0));
    const sign = i32x4.shl(v128.and(count, i32x4.splat(2)), 30);
    return v128.xor(choose(isOdd, cosine, sine), sign);
  }

  /** How many quarters of a turn are next to x; of two doubles. */
  @inline
  private static quarters(x: v128): v128 {
    return f64x2.nearest(f64x2.mul(x, f64x2.splat(0.63661977236758134)));
  }

  /** `x - n pi / 2`; pi / 2 in two parts, the first so short that n times it is exact up to n = 2^20. */
  @inline
  private static withoutQuarters(x: v128, n: v128): v128 {
    const r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(1.5707963267341256)));
    return f64x2.sub(r, f64x2.mul(n, f64x2.splat(6.0771005065061922e-11)));
  }

  /**
   * `e^(a^2/2)` times the probability that a standard normal variable is above a, for a from 0 on: t p(t) with
   * t = 1 / (1 + 0.26 a); p is the minimax polynomial.
   */
  @inline
  static normalTail(a: v128): v128 {
    const t = div(splat(1), add(mul(splat(0.26), a), splat(1)));
    const t2 = mul(t, t);
    // terms in pairs, which need not wait for each other
    const p01 = horner(splat(0.10308304429054260), t, 0.10375513136386871);
    const p23 = horner(splat(0.052860580384731293), t, 0.10255987942218780);
    const p45 = horner(splat(-0.14472438395023346), t, 0.15664969384670258);
    const p67 = horner(splat(-0.15018573403358459), t, 0.24604196846485138);
    const p4 = add(mul(add(mul(splat(0.029959803447127342), t2), p67), t2), p45);
    const p = add(mul(mul(t2, t2), p4), add(mul(p23, t2), p01));
    return mul(p, t);
  }
}

/** Added to a number below 2^22 in size, it leaves no bits for a fraction; its bits as an integer. */
const SHIFT: f32 = 12582912;
const SHIFT_BITS: i32 = 0x4b400000;

/** The least float32 that is not denormal. */
const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;
/** The bits of sqrt(1/2). */
const ROOT_HALF_BITS: i32 = 0x3f3504f3;
