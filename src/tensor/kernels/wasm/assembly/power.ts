import { choose, high, low, narrow, signOf, splat } from "./lanes";

/** Powers of float32 numbers by logarithms in double precision, two at a time. */
export class Power {
  /** `x^y` with the edges of C: 1 if x is 1 or y is 0, NaN of negative x unless y is an integer, the sign of x if y is odd. */
  @inline
  static of(x: v128, y: v128): v128 {
    const size = f32x4.abs(x);
    const isInteger = f32x4.eq(f32x4.trunc(y), y);
    const half = f32x4.mul(y, splat(0.5));
    const isOdd = v128.andnot(isInteger, f32x4.eq(f32x4.trunc(half), half));
    const sized = narrow(Power.ofPositive(low(size), low(y)), Power.ofPositive(high(size), high(y)));
    const signed = v128.or(sized, v128.and(signOf(x), isOdd));
    const isFiniteNegative = v128.and(f32x4.lt(x, splat(0)), f32x4.gt(x, splat(-Infinity)));
    const real = choose(v128.andnot(isFiniteNegative, isInteger), splat(NaN), signed);
    const isOne = v128.or(
      v128.or(f32x4.eq(y, splat(0)), f32x4.eq(x, splat(1))),
      v128.and(f32x4.eq(x, splat(-1)), f32x4.eq(f32x4.abs(y), splat(Infinity))),
    );
    return choose(isOne, splat(1), real);
  }

  /** `x^y` of two doubles x from 0 on that float32 holds. */
  @inline
  private static ofPositive(x: v128, y: v128): v128 {
    return Power.exp2(f64x2.mul(y, Power.log2(x)));
  }

  /** `log2 x`: with x = 2^e m and s = (m - 1) / (m + 1), which is at most 0.172, e + 2 / ln 2 (s + s^3 / 3 + s^5 / 5 + ...). */
  @inline
  private static log2(x: v128): v128 {
    const above = i64x2.sub(x, i64x2.splat(ROOT_HALF_BITS));
    const e = i64x2.shr_s(above, 52);
    const m = i64x2.add(v128.and(above, i64x2.splat(0xfffffffffffff)), i64x2.splat(ROOT_HALF_BITS));
    const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
    const z = f64x2.mul(s, s);
    // terms in pairs, which need not wait for each other
    const z2 = f64x2.mul(z, z);
    const p01 = horner2(f64x2.splat(1 / 3.0), z, 1);
    const p23 = horner2(f64x2.splat(1 / 7.0), z, 1 / 5.0);
    const p45 = horner2(f64x2.splat(1 / 11.0), z, 1 / 9.0);
    const p67 = horner2(f64x2.splat(1 / 15.0), z, 1 / 13.0);
    const p = joined(joined(p67, z2, p45), f64x2.mul(z2, z2), joined(p23, z2, p01));
    const whole = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(e, e, 0, 2, 0, 2));
    const log = f64x2.add(whole, f64x2.mul(f64x2.mul(s, f64x2.splat(2.885390081777927)), p));
    const above0 = v128.bitselect(f64x2.splat(-Infinity), log, f64x2.eq(x, f64x2.splat(0)));
    // infinity and NaN as they are
    return v128.bitselect(above0, x, f64x2.lt(x, f64x2.splat(Infinity)));
  }

  /** `2^t` of two doubles: 2^n e^(r ln 2) with n = round(t); 0 or infinity in float32 beyond the bounds. */
  @inline
  private static exp2(t: v128): v128 {
    const bounded = f64x2.pmin(f64x2.pmax(t, f64x2.splat(-200)), f64x2.splat(200));
    const n = f64x2.nearest(bounded);
    const r = f64x2.mul(f64x2.sub(bounded, n), f64x2.splat(0.6931471805599453));
    const r2 = f64x2.mul(r, r);
    const p01 = f64x2.add(r, f64x2.splat(1));
    const p23 = horner2(f64x2.splat(1 / 6.0), r, 0.5);
    const p45 = horner2(f64x2.splat(1 / 120.0), r, 1 / 24.0);
    const p67 = horner2(f64x2.splat(1 / 5040.0), r, 1 / 720.0);
    const p48 = joined(joined(f64x2.splat(1 / 40320.0), r2, p67), r2, p45);
    const p = joined(p48, f64x2.mul(r2, r2), joined(p23, r2, p01));
    const exponent = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
    return i64x2.add(p, i64x2.shl(exponent, 52));
  }
}

/** `p x + q` in double precision. */
function joined(p: v128, x: v128, q: v128): v128 {
  return f64x2.add(f64x2.mul(p, x), q);
}

/** A step of Horner's rule in double precision: `p x + c`. */
function horner2(p: v128, x: v128, c: f64): v128 {
  return joined(p, x, f64x2.splat(c));
}

/** The bits of sqrt(1/2) as a double. */
const ROOT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
