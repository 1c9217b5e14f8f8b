import { Elementary } from "./elementary";
import { add, choose, div, mul, splat, sub } from "./lanes";
import { longMap1, longMap1Scalars } from "./long_maps";
import { map1Scalars } from "./maps";

/* Activation functions of `n` elements, apart from those without a parameter in unary.ts; `out` may be `x`. */

class LeakyRelu {
  @inline
  of(x: v128, slope: v128, _: v128): v128 {
    return choose(f32x4.gt(x, splat(0)), x, mul(x, slope));
  }
}
/** `x` where it is positive, `slope x` elsewhere */
export function leakyRelu(out: usize, x: usize, slope: f32, n: usize): void {
  map1Scalars<LeakyRelu>(out, x, slope, 0, n);
}

class Elu {
  @inline
  of(x: v128, below: v128, above: v128): v128 {
    return choose(f32x4.gt(x, splat(0)), mul(above, x), mul(below, Elementary.expm1(x)));
  }
}
/** `above x` where x is positive, `below (e^x - 1)` elsewhere */
export function elu(out: usize, x: usize, below: f32, above: f32, n: usize): void {
  longMap1Scalars<Elu>(out, x, below, above, n);
}

class Clamp {
  @inline
  of(x: v128, lo: v128, hi: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, lo), hi);
  }
}
/** `x`, or `lo` if it is less, or `hi` if that is greater; NaN stays NaN. The bounds are numbers. */
export function clamp(out: usize, x: usize, lo: f32, hi: f32, n: usize): void {
  map1Scalars<Clamp>(out, x, lo, hi, n);
}

class Softplus {
  @inline
  of(x: v128, beta: v128, threshold: v128): v128 {
    const y = mul(x, beta);
    const rest = Elementary.softplusRest(y);
    return choose(f32x4.gt(y, threshold), x, div(add(f32x4.max(y, splat(0)), rest), beta));
  }
}
/** `ln(1 + e^(beta x)) / beta`, and `x` where `beta x` is above `threshold` */
export function softplus(out: usize, x: usize, beta: f32, threshold: f32, n: usize): void {
  longMap1Scalars<Softplus>(out, x, beta, threshold, n);
}

class Gelu {
  @inline
  of(x: v128): v128 {
    const below = mul(Elementary.normalTail(f32x4.abs(x)), Elementary.exp(mul(mul(x, x), splat(-0.5))));
    const share = choose(f32x4.lt(x, splat(0)), below, sub(splat(1), below));
    return mul(x, share);
  }
}
/** `x` times the probability that a standard normal variable is below `x` */
export function gelu(out: usize, x: usize, n: usize): void {
  longMap1<Gelu>(out, x, n);
}

/** `x / 2 (1 + tanh(u)) = x sigmoid(2 u)`, with u = sqrt(2 / pi) (x + 0.044715 x^3) */
class GeluTanh {
  @inline
  of(x: v128): v128 {
    const u = mul(splat(0.7978845608028654), mul(x, add(splat(1), mul(splat(0.044715), mul(x, x)))));
    return mul(x, Elementary.sigmoid(add(u, u)));
  }
}
/** The approximation of {@link gelu} by tanh */
export function geluTanh(out: usize, x: usize, n: usize): void {
  longMap1<GeluTanh>(out, x, n);
}
