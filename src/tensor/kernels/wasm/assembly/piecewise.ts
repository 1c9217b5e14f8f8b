import { add, choose, div, mul, splat, sub } from "./lanes";
import { map1, map1Scalars, map2, map2Scalars } from "./maps";

/*
 * Functions made of straight lines and parabolas, and backward passes: `g` is the gradient of the result, `x` the argument.
 * Of `n` elements; `out` may be any of the inputs.
 */

/** `x` between 0 and 6; NaN stays NaN. */
function upTo6(x: v128): v128 {
  return f32x4.min(f32x4.max(x, splat(0)), splat(6));
}

class HardSigmoid {
  @inline
  of(x: v128): v128 {
    return div(upTo6(add(x, splat(3))), splat(6));
  }
}
/** `(x + 3) / 6` between 0 and 1 */
export function hardSigmoid(out: usize, x: usize, n: usize): void {
  map1<HardSigmoid>(out, x, n);
}

class HardSigmoidBackward {
  @inline
  of(g: v128, x: v128): v128 {
    return v128.and(div(g, splat(6)), f32x4.lt(f32x4.abs(x), splat(3)));
  }
}
/** `g / 6` where `-3 < x < 3`, 0 elsewhere */
export function hardSigmoidBackward(out: usize, g: usize, x: usize, n: usize): void {
  map2<HardSigmoidBackward>(out, g, x, n);
}

class HardSwish {
  @inline
  of(x: v128): v128 {
    return div(mul(x, upTo6(add(x, splat(3)))), splat(6));
  }
}
/** `x (x + 3) / 6`, the second factor between 0 and 6 */
export function hardSwish(out: usize, x: usize, n: usize): void {
  map1<HardSwish>(out, x, n);
}

class HardSwishBackward {
  @inline
  of(g: v128, x: v128): v128 {
    const inside = v128.andnot(mul(g, add(div(x, splat(3)), splat(0.5))), f32x4.le(x, splat(-3)));
    return choose(f32x4.lt(x, splat(3)), inside, g);
  }
}
/** `g (x / 3 + 1/2)` where `-3 < x < 3`, 0 below, `g` above */
export function hardSwishBackward(out: usize, g: usize, x: usize, n: usize): void {
  map2<HardSwishBackward>(out, g, x, n);
}

class Threshold {
  @inline
  of(x: v128, threshold: v128, value: v128): v128 {
    return choose(f32x4.le(x, threshold), value, x);
  }
}
/** `x`, or `value` where `x <= threshold` */
export function threshold(out: usize, x: usize, threshold: f32, value: f32, n: usize): void {
  map1Scalars<Threshold>(out, x, threshold, value, n);
}

class ThresholdBackward {
  @inline
  of(g: v128, x: v128, threshold: v128, _: v128): v128 {
    return v128.andnot(g, f32x4.le(x, threshold));
  }
}
/** `g`, or 0 where `x <= threshold` */
export function thresholdBackward(out: usize, g: usize, x: usize, threshold: f32, n: usize): void {
  map2Scalars<ThresholdBackward>(out, g, x, threshold, 0, n);
}

class HardShrink {
  @inline
  of(x: v128, lambd: v128, _: v128): v128 {
    return v128.andnot(x, f32x4.le(f32x4.abs(x), lambd));
  }
}
/** `x`, or 0 where `|x| <= lambd` */
export function hardShrink(out: usize, x: usize, lambd: f32, n: usize): void {
  map1Scalars<HardShrink>(out, x, lambd, 0, n);
}

class SoftShrink {
  @inline
  of(x: v128, lambd: v128, _: v128): v128 {
    const above = choose(f32x4.gt(x, lambd), sub(x, lambd), mul(x, splat(0)));
    return choose(f32x4.lt(x, f32x4.neg(lambd)), add(x, lambd), above);
  }
}
/** `x` moved towards 0 by `lambd`; 0 times `x` where it is nearer */
export function softShrink(out: usize, x: usize, lambd: f32, n: usize): void {
  map1Scalars<SoftShrink>(out, x, lambd, 0, n);
}

class ShrinkBackward {
  @inline
  of(g: v128, x: v128, lambd: v128, _: v128): v128 {
    return v128.andnot(g, f32x4.le(f32x4.abs(x), lambd));
  }
}
/** `g`, or 0 where `|x| <= lambd` */
export function shrinkBackward(out: usize, g: usize, x: usize, lambd: f32, n: usize): void {
  map2Scalars<ShrinkBackward>(out, g, x, lambd, 0, n);
}

class SmoothL1 {
  @inline
  of(x: v128, t: v128, beta: v128, half: v128): v128 {
    const d = f32x4.abs(sub(x, t));
    return choose(f32x4.lt(d, beta), div(mul(mul(half, d), d), beta), sub(d, mul(half, beta)));
  }
}
/** With `d = |x - t|`: `d^2 / (2 beta)` below `beta`, `d - beta / 2` from there on */
export function smoothL1(out: usize, x: usize, t: usize, beta: f32, n: usize): void {
  map2Scalars<SmoothL1>(out, x, t, beta, 0.5, n);
}

class Huber {
  @inline
  of(x: v128, t: v128, delta: v128, half: v128): v128 {
    const d = f32x4.abs(sub(x, t));
    return choose(f32x4.le(d, delta), mul(mul(half, d), d), mul(delta, sub(d, mul(half, delta))));
  }
}
/** With `d = |x - t|`: `d^2 / 2` up to `delta`, `delta (d - delta / 2)` beyond */
export function huber(out: usize, x: usize, t: usize, delta: f32, n: usize): void {
  map2Scalars<Huber>(out, x, t, delta, 0.5, n);
}

class BoundedDifference {
  @inline
  of(x: v128, t: v128, steepness: v128, bound: v128): v128 {
    return f32x4.pmin(f32x4.pmax(mul(sub(x, t), steepness), f32x4.neg(bound)), bound);
  }
}
/** `steepness (x - t)` between `-bound` and `bound` */
export function boundedDifference(out: usize, x: usize, t: usize, steepness: f32, bound: f32, n: usize): void {
  map2Scalars<BoundedDifference>(out, x, t, steepness, bound, n);
}
