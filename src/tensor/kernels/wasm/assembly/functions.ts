import { Elementary } from "./elementary";
import { add, choose, div, horner, mul, signOf, splat, sub } from "./lanes";
import { longMap1, longMap1Scalars, longMap2 } from "./long_maps";
import { Power } from "./power";

/* Functions that take many instructions, of `n` elements; `out` may be any of the inputs. */

/** `erfc x` of x from 0 on, given `e^(-x^2)`: twice the tail of the normal distribution at x sqrt(2). */
function erfcOfPositive(x: v128, bell: v128): v128 {
  const tail = mul(Elementary.normalTail(mul(x, splat(1.4142135623730951))), bell);
  return add(tail, tail);
}

/** `e^(-x^2)` with the digits that squaring loses: x^2 = head^2 + rest, where head^2 is exact. */
function exactBell(x: v128): v128 {
  const head = v128.and(x, i32x4.splat(0xfffff000));
  const rest = mul(sub(x, head), add(x, head));
  return mul(Elementary.exp(f32x4.neg(mul(head, head))), Elementary.exp(f32x4.neg(rest)));
}

/** `erf x` of x up to 1 in size: x + x p(x^2); p is the minimax polynomial. */
function erfNear0(x: v128): v128 {
  const s = mul(x, x);
  let p = splat(-9.6415224641812157e-6);
  p = horner(p, s, 0.0001125695010384238);
  p = horner(p, s, -0.00084828291414474379);
  p = horner(p, s, 0.0052209454526216697);
  p = horner(p, s, -0.026865400048958512);
  p = horner(p, s, 0.11283781974218418);
  p = horner(p, s, -0.3761263843465831);
  p = horner(p, s, 0.12837916705802303);
  return add(x, mul(x, p));
}

class Erf {
  @inline
  of(x: v128): v128 {
    const size = f32x4.abs(x);
    const bell = Elementary.exp(f32x4.neg(mul(x, x)));
    const far = v128.or(sub(splat(1), erfcOfPositive(size, bell)), signOf(x));
    return choose(f32x4.lt(size, splat(0.9)), erfNear0(x), far);
  }
}
/** The error function, 2 ulp */
export function erf(out: usize, x: usize, n: usize): void {
  longMap1<Erf>(out, x, n);
}

class Erfc {
  @inline
  of(x: v128): v128 {
    const size = f32x4.abs(x);
    const bounded = f32x4.min(size, splat(11));
    const tail = erfcOfPositive(bounded, exactBell(bounded));
    const far = choose(f32x4.lt(x, splat(0)), sub(splat(2), tail), tail);
    return choose(f32x4.lt(size, splat(0.5)), sub(splat(1), erfNear0(x)), far);
  }
}
/** One minus the error function, 8 ulp */
export function erfc(out: usize, x: usize, n: usize): void {
  longMap1<Erfc>(out, x, n);
}

/**
 * The angle of the point (x, y), 3 ulp: with t, the smaller of the coordinates' sizes over the larger, `t + t^3 p(t^2)`, that
 * taken from pi / 2 if y is the larger, and from pi if x is negative; with the sign of y.
 */
class Angle {
  @inline
  of(y: v128, x: v128): v128 {
    const height = f32x4.abs(y);
    const width = f32x4.abs(x);
    const most = f32x4.max(height, width);
    let t = div(f32x4.min(height, width), most);
    t = choose(f32x4.eq(most, splat(0)), splat(0), t);
    const bothInfinite = f32x4.eq(f32x4.min(height, width), splat(Infinity));
    t = choose(bothInfinite, splat(1), t);
    const s = mul(t, t);
    let p = splat(-0.0017962561560061139);
    p = horner(p, s, 0.01092686405348741);
    p = horner(p, s, -0.031201740574267838);
    p = horner(p, s, 0.057982880577227432);
    p = horner(p, s, -0.084050232226161666);
    p = horner(p, s, 0.10952766578272534);
    p = horner(p, s, -0.14264363637259803);
    p = horner(p, s, 0.19998561224735175);
    p = horner(p, s, -0.33333299596849649);
    let angle = add(t, mul(mul(t, s), p));
    // pi in two parts
    const steep = sub(splat(1.5707963705062866), add(angle, splat(4.371139000186243e-8)));
    angle = choose(f32x4.gt(height, width), steep, angle);
    const turned = sub(splat(3.1415927410125732), add(angle, splat(8.742278000372485e-8)));
    angle = choose(i32x4.lt_s(x, i32x4.splat(0)), turned, angle);
    return v128.or(angle, signOf(y));
  }
}
/** The angle of the point (x, y) in radians, 3 ulp */
export function atan2(out: usize, y: usize, x: usize, n: usize): void {
  longMap2<Angle>(out, y, x, n);
}

class Atan {
  @inline
  of(x: v128): v128 {
    return changetype<Angle>(0).of(x, splat(1));
  }
}
/** The inverse tangent, 3 ulp */
export function atan(out: usize, x: usize, n: usize): void {
  longMap1<Atan>(out, x, n);
}

/** `e^x (e^x + 2)`: `tanh(ln(1 + e^x))` is that over 2 more. Of x up to 20, beyond which the quotient is 1. */
function mishRatio(x: v128): v128 {
  const e = Elementary.exp(f32x4.min(x, splat(20)));
  return mul(e, add(e, splat(2)));
}

class Mish {
  @inline
  of(x: v128): v128 {
    const u = mishRatio(x);
    return mul(x, div(u, add(u, splat(2))));
  }
}
/** `x tanh(ln(1 + e^x))` */
export function mish(out: usize, x: usize, n: usize): void {
  longMap1<Mish>(out, x, n);
}

class MishBackward {
  @inline
  of(g: v128, x: v128): v128 {
    const u = mishRatio(x);
    const rest = div(splat(2), add(u, splat(2)));
    const t = div(u, add(u, splat(2)));
    // 1 - t^2 = (1 - t) (1 + t)
    const slope = mul(mul(mul(x, Elementary.sigmoid(x)), rest), add(splat(1), t));
    return mul(g, add(t, slope));
  }
}
/** `g (t + x sigmoid(x) (1 - t^2))` with `t = tanh(ln(1 + e^x))` */
export function mishBackward(out: usize, g: usize, x: usize, n: usize): void {
  longMap2<MishBackward>(out, g, x, n);
}

class LogSigmoid {
  @inline
  of(x: v128): v128 {
    return sub(f32x4.min(x, splat(0)), Elementary.softplusRest(x));
  }
}
/** `ln(1 / (1 + e^-x))` */
export function logSigmoid(out: usize, x: usize, n: usize): void {
  longMap1<LogSigmoid>(out, x, n);
}

class LogSigmoidBackward {
  @inline
  of(g: v128, x: v128): v128 {
    return mul(g, Elementary.sigmoid(f32x4.neg(x)));
  }
}
/** `g sigmoid(-x)` */
export function logSigmoidBackward(out: usize, g: usize, x: usize, n: usize): void {
  longMap2<LogSigmoidBackward>(out, g, x, n);
}

class LogAddExp {
  @inline
  of(x: v128, y: v128): v128 {
    const sum = add(f32x4.max(x, y), Elementary.softplusRest(sub(x, y)));
    return choose(v128.and(f32x4.eq(x, y), f32x4.eq(f32x4.abs(x), splat(Infinity))), x, sum);
  }
}
/** `ln(e^x + e^y)` */
export function logAddExp(out: usize, x: usize, y: usize, n: usize): void {
  longMap2<LogAddExp>(out, x, y, n);
}

class XLogY {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.andnot(mul(x, Elementary.log(y)), v128.and(f32x4.eq(x, splat(0)), f32x4.eq(y, y)));
  }
}
/** `x ln y`; 0 where `x` is 0 and `y` no NaN */
export function xLogY(out: usize, x: usize, y: usize, n: usize): void {
  longMap2<XLogY>(out, x, y, n);
}

class Exp2 {
  @inline
  of(x: v128): v128 {
    return Elementary.exp2(x);
  }
}
/** `2^x`, 1 ulp */
export function exp2(out: usize, x: usize, n: usize): void {
  longMap1<Exp2>(out, x, n);
}

class Pow {
  @inline
  of(x: v128, y: v128): v128 {
    return Power.of(x, y);
  }
}
/** `x^y`, 1 ulp */
export function pow(out: usize, x: usize, y: usize, n: usize): void {
  longMap2<Pow>(out, x, y, n);
}

class PowNumber {
  @inline
  of(x: v128, y: v128, _: v128): v128 {
    return Power.of(x, y);
  }
}
/** `x^y`, `y` a number, 1 ulp */
export function powNumber(out: usize, x: usize, y: f32, n: usize): void {
  longMap1Scalars<PowNumber>(out, x, y, 0, n);
}

class NumberPow {
  @inline
  of(x: v128, base: v128, _: v128): v128 {
    return Power.of(base, x);
  }
}
/** `base^x`, `base` a number, 1 ulp */
export function numberPow(out: usize, x: usize, base: f32, n: usize): void {
  longMap1Scalars<NumberPow>(out, x, base, 0, n);
}
