import { Elementary } from "./elementary";
import { add, div, mul, splat, sub } from "./lanes";
import { longMap2, longMap2Scalars } from "./long_maps";
import { map2, map2Scalars } from "./maps";
import { sum2 } from "./sums";

/*
 * Losses of an input `x` and a target `t` of `n` elements each: elementwise, their sum, and the gradient times a number
 * `g`, which the reduction has been worked into.
 */

/** `(t - 1) max(ln(1 - x), -100) - t max(ln x, -100)` */
class BinaryCrossEntropy {
  @inline
  of(x: v128, t: v128): v128 {
    const yes = f32x4.max(Elementary.log(x), splat(-100));
    const no = f32x4.max(Elementary.log1p(f32x4.neg(x)), splat(-100));
    return sub(mul(sub(t, splat(1)), no), mul(t, yes));
  }
}
/** The binary cross-entropy of probabilities `x`; logarithms are cut off at -100. */
export function binaryCrossEntropy(out: usize, x: usize, t: usize, n: usize): void {
  longMap2<BinaryCrossEntropy>(out, x, t, n);
}
/** The sum of {@link binaryCrossEntropy}. */
export function binaryCrossEntropySum(x: usize, t: usize, n: usize): f64 {
  return sum2<BinaryCrossEntropy>(x, t, n);
}

class BinaryCrossEntropyBackward {
  @inline
  of(x: v128, t: v128, g: v128, least: v128): v128 {
    return div(mul(g, sub(x, t)), f32x4.max(mul(sub(splat(1), x), x), least));
  }
}
/** `g (x - t) / max((1 - x) x, 1e-12)` */
export function binaryCrossEntropyBackward(out: usize, x: usize, t: usize, g: f32, n: usize): void {
  map2Scalars<BinaryCrossEntropyBackward>(out, x, t, g, 1e-12, n);
}

/** `(1 - t) x + max(-x, 0) + ln(1 + e^-|x|)` */
class LogitCrossEntropy {
  @inline
  of(x: v128, t: v128): v128 {
    const rest = Elementary.softplusRest(x);
    // the first two terms together are (1 - t) x for positive x, -t x for negative x
    return add(mul(sub(v128.and(f32x4.gt(x, splat(0)), splat(1)), t), x), rest);
  }
}
/** The binary cross-entropy of `sigmoid(x)`. */
export function logitCrossEntropy(out: usize, x: usize, t: usize, n: usize): void {
  longMap2<LogitCrossEntropy>(out, x, t, n);
}
/** The sum of {@link logitCrossEntropy}. */
export function logitCrossEntropySum(x: usize, t: usize, n: usize): f64 {
  return sum2<LogitCrossEntropy>(x, t, n);
}

class LogitCrossEntropyBackward {
  @inline
  of(x: v128, t: v128, g: v128, _: v128): v128 {
    return mul(g, sub(Elementary.sigmoid(x), t));
  }
}
/** `g (sigmoid(x) - t)` */
export function logitCrossEntropyBackward(out: usize, x: usize, t: usize, g: f32, n: usize): void {
  longMap2Scalars<LogitCrossEntropyBackward>(out, x, t, g, 0, n);
}

/** `(x - t)^2` */
class SquaredError {
  @inline
  of(x: v128, t: v128): v128 {
    const d = sub(x, t);
    return mul(d, d);
  }
}
/** `(x - t)^2` */
export function squaredError(out: usize, x: usize, t: usize, n: usize): void {
  map2<SquaredError>(out, x, t, n);
}
/** The sum of {@link squaredError}. */
export function squaredErrorSum(x: usize, t: usize, n: usize): f64 {
  return sum2<SquaredError>(x, t, n);
}

class SquaredErrorBackward {
  @inline
  of(x: v128, t: v128, g: v128, two: v128): v128 {
    return mul(g, mul(sub(x, t), two));
  }
}
/** `2 g (x - t)` */
export function squaredErrorBackward(out: usize, x: usize, t: usize, g: f32, n: usize): void {
  map2Scalars<SquaredErrorBackward>(out, x, t, g, 2, n);
}
