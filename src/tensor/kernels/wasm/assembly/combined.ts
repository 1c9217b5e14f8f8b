import { add, choose, div, high, low, mul, narrow, splat, sub } from "./lanes";
import { map2Scalars, map3 } from "./maps";

/* Combinations of three or four arguments in one pass over `n` elements; `out` may be any of them. */

/** `c + a b`, rounded once. */
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return narrow(
    f64x2.add(low(c), f64x2.mul(low(a), low(b))),
    f64x2.add(high(c), f64x2.mul(high(a), high(b))),
  );
}

class AddScaled {
  @inline
  of(x: v128, y: v128, alpha: v128, _: v128): v128 {
    return multiplyAdd(alpha, y, x);
  }
}
/** `x + alpha y`, rounded once */
export function addScaled(out: usize, x: usize, y: usize, alpha: f32, n: usize): void {
  map2Scalars<AddScaled>(out, x, y, alpha, 0, n);
}

class Lerp {
  @inline
  of(x: v128, end: v128, weight: v128, _: v128): v128 {
    const fromStart = f32x4.lt(f32x4.abs(weight), splat(0.5));
    return multiplyAdd(choose(fromStart, weight, sub(weight, splat(1))), sub(end, x), choose(fromStart, x, end));
  }
}
/** `x + weight (end - x)`, computed from the nearer end */
export function lerp(out: usize, x: usize, end: usize, weight: f32, n: usize): void {
  map2Scalars<Lerp>(out, x, end, weight, 0, n);
}
/** {@link lerp} with a weight for each element */
export function lerpEach(out: usize, x: usize, end: usize, weight: usize, n: usize): void {
  map3<Lerp>(out, x, end, weight, 0, n);
}

class Addcmul {
  @inline
  of(x: v128, y: v128, z: v128, value: v128): v128 {
    return multiplyAdd(mul(value, y), z, x);
  }
}
/** `x + value y z`; the product of all is not rounded */
export function addcmul(out: usize, x: usize, y: usize, z: usize, value: f32, n: usize): void {
  map3<Addcmul>(out, x, y, z, value, n);
}

class Addcdiv {
  @inline
  of(x: v128, y: v128, z: v128, value: v128): v128 {
    return add(x, div(mul(value, y), z));
  }
}
/** `x + value y / z` */
export function addcdiv(out: usize, x: usize, y: usize, z: usize, value: f32, n: usize): void {
  map3<Addcdiv>(out, x, y, z, value, n);
}
