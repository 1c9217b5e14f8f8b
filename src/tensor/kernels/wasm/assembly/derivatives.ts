import { Elementary } from "./elementary";
import { add, choose, div, mul, splat, sub } from "./lanes";
import { longMap2, longMap2Scalars } from "./long_maps";
import { map2, map2Scalars, map3 } from "./maps";

/*
 * Backward passes of functions of one argument: the gradient `g` of the result times the derivative, of `n` elements.
 * `y` is the result, `x` the argument. `out` may be any of them.
 */

class ReluBackward {
  @inline
  of(g: v128, y: v128): v128 {
    return v128.andnot(g, f32x4.le(y, splat(0)));
  }
}
/** `g` where `y` is not 0 or less */
export function reluBackward(out: usize, g: usize, y: usize, n: usize): void {
  map2<ReluBackward>(out, g, y, n);
}

class SigmoidBackward {
  @inline
  of(g: v128, y: v128): v128 {
    return mul(mul(g, sub(splat(1), y)), y);
  }
}
/** `g (1 - y) y` */
export function sigmoidBackward(out: usize, g: usize, y: usize, n: usize): void {
  map2<SigmoidBackward>(out, g, y, n);
}

class TanhBackward {
  @inline
  of(g: v128, y: v128): v128 {
    return mul(g, sub(splat(1), mul(y, y)));
  }
}
/** `g (1 - y^2)` */
export function tanhBackward(out: usize, g: usize, y: usize, n: usize): void {
  map2<TanhBackward>(out, g, y, n);
}

class SqrtBackward {
  @inline
  of(g: v128, y: v128): v128 {
    return div(g, add(y, y));
  }
}
/** `g / (2 y)` */
export function sqrtBackward(out: usize, g: usize, y: usize, n: usize): void {
  map2<SqrtBackward>(out, g, y, n);
}

class SiluBackward {
  @inline
  of(g: v128, x: v128): v128 {
    const s = Elementary.sigmoid(x);
    return mul(mul(g, s), add(splat(1), mul(x, sub(splat(1), s))));
  }
}
/** `g s (1 + x (1 - s))` with s = sigmoid(x) */
export function siluBackward(out: usize, g: usize, x: usize, n: usize): void {
  longMap2<SiluBackward>(out, g, x, n);
}

class GeluBackward {
  @inline
  of(g: v128, x: v128): v128 {
    const e = Elementary.exp(mul(mul(x, x), splat(-0.5)));
    const below = mul(Elementary.normalTail(f32x4.abs(x)), e);
    const share = choose(f32x4.lt(x, splat(0)), below, sub(splat(1), below));
    return mul(g, add(share, mul(x, mul(e, splat(0.3989422804014327)))));
  }
}
/** `g (P(x) + x p(x))` with the normal distribution P and its density p */
export function geluBackward(out: usize, g: usize, x: usize, n: usize): void {
  longMap2<GeluBackward>(out, g, x, n);
}

class GeluTanhBackward {
  @inline
  of(g: v128, x: v128): v128 {
    const square = mul(x, x);
    const u = mul(splat(0.7978845608028654), mul(x, add(splat(1), mul(splat(0.044715), square))));
    const slope = mul(splat(0.7978845608028654), add(splat(1), mul(splat(0.134145), square)));
    // s and 1 - s, both from e^-|2 u|, so that neither loses its digits where it is small
    const e = Elementary.exp(f32x4.neg(f32x4.abs(add(u, u))));
    const large = div(splat(1), add(e, splat(1)));
    const small = mul(e, large);
    const isNegative = f32x4.lt(u, splat(0));
    const s = choose(isNegative, small, large);
    const other = choose(isNegative, large, small);
    return mul(g, mul(s, add(splat(1), mul(mul(add(x, x), other), slope))));
  }
}
/** `g (s + 2 x s (1 - s) u')` with s = sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3) */
export function geluTanhBackward(out: usize, g: usize, x: usize, n: usize): void {
  longMap2<GeluTanhBackward>(out, g, x, n);
}

class LeakyReluBackward {
  @inline
  of(g: v128, x: v128, slope: v128, _: v128): v128 {
    return choose(f32x4.gt(x, splat(0)), g, mul(g, slope));
  }
}
/** `g` where `x` is positive, `slope g` elsewhere */
export function leakyReluBackward(out: usize, g: usize, x: usize, slope: f32, n: usize): void {
  map2Scalars<LeakyReluBackward>(out, g, x, slope, 0, n);
}

class EluBackward {
  @inline
  of(g: v128, x: v128, below: v128, above: v128): v128 {
    const negative = mul(g, mul(below, Elementary.exp(f32x4.min(x, splat(0)))));
    return choose(f32x4.le(x, splat(0)), negative, mul(g, above));
  }
}
/** `above g` where `x` is positive, `below e^x g` elsewhere */
export function eluBackward(out: usize, g: usize, x: usize, below: f32, above: f32, n: usize): void {
  longMap2Scalars<EluBackward>(out, g, x, below, above, n);
}

class SoftplusBackward {
  @inline
  of(g: v128, x: v128, beta: v128, threshold: v128): v128 {
    const y = mul(x, beta);
    return choose(f32x4.gt(y, threshold), g, mul(g, Elementary.sigmoid(y)));
  }
}
/** `g sigmoid(beta x)`, and `g` where `beta x` is above `threshold` */
export function softplusBackward(out: usize, g: usize, x: usize, beta: f32, threshold: f32, n: usize): void {
  longMap2Scalars<SoftplusBackward>(out, g, x, beta, threshold, n);
}

class ClampBackward {
  @inline
  of(g: v128, x: v128, lo: v128, hi: v128): v128 {
    return v128.and(g, v128.and(f32x4.ge(x, lo), f32x4.le(x, hi)));
  }
}
/** `g` where `lo <= x <= hi`, 0 elsewhere */
export function clampBackward(out: usize, g: usize, x: usize, lo: f32, hi: f32, n: usize): void {
  map2Scalars<ClampBackward>(out, g, x, lo, hi, n);
}

class HardtanhBackward {
  @inline
  of(g: v128, x: v128, lo: v128, hi: v128): v128 {
    return v128.andnot(g, v128.or(f32x4.le(x, lo), f32x4.ge(x, hi)));
  }
}
/** `g`, but 0 where `x <= lo` or `x >= hi` */
export function hardtanhBackward(out: usize, g: usize, x: usize, lo: f32, hi: f32, n: usize): void {
  map2Scalars<HardtanhBackward>(out, g, x, lo, hi, n);
}

class GreaterBackward {
  @inline
  of(g: v128, x: v128, y: v128, half: v128): v128 {
    return v128.andnot(choose(f32x4.eq(x, y), mul(g, half), g), f32x4.lt(x, y));
  }
}
/** `g` where `x` is greater than `y`, half of it where they are equal, 0 where it is less */
export function greaterBackward(out: usize, g: usize, x: usize, y: usize, n: usize): void {
  map3<GreaterBackward>(out, g, x, y, 0.5, n);
}
