import { add, choose, div, high, low, mul, narrow, splat, sub } from "./lanes";
import { map2Scalars, map3 } from "./maps";

/* Combinations of three or four arguments in one pass over `n` elements; `out` may be any of them. */

class AddScaled {
  @inline
  of(x: v128, y: v128, alpha: v128, _: v128): v128 {
    const a = low(alpha);
    return narrow(
      f64x2.add(low(x), f64x2.mul(a, low(y))),
      f64x2.add(high(x), f64x2.mul(a, high(y))),
    );
  }
}
/** `x + alpha y`, rounded once */
export function addScaled(out: usize, x: usize, y: usize, alpha: f32, n: usize): void {
  map2Scalars<AddScaled>(out, x, y, alpha, 0, n);
}

class Lerp {
  @inline
  of(x: v128, end: v128, weight: v128, rest: v128): v128 {
    const d = sub(end, x);
    return choose(f32x4.lt(f32x4.abs(weight), splat(0.5)), add(x, mul(weight, d)), sub(end, mul(d, rest)));
  }
}
/** `x + weight (end - x)`, computed from the nearer end */
export function lerp(out: usize, x: usize, end: usize, weight: f32, n: usize): void {
  map2Scalars<Lerp>(out, x, end, weight, 1 - weight, n);
}

class Addcmul {
  @inline
  of(x: v128, y: v128, z: v128, value: v128): v128 {
    return add(x, mul(mul(value, y), z));
  }
}
/** `x + value y z` */
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
