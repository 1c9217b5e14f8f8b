import { add, high, low, mul, narrow, splat, sub } from "./lanes";

/* Parts of the steps of optimizers, rounded where PyTorch rounds. */

/**
 * `x + factor y`, rounded once, as the multiply-add is by which PyTorch adds a multiple: the product of two float32 numbers
 * is exact in double precision.
 */
export function addMultiple(x: v128, y: v128, factor: f32): v128 {
  const f = f64x2.splat(<f64>factor);
  const first = f64x2.add(low(x), f64x2.mul(f, low(y)));
  const second = f64x2.add(high(x), f64x2.mul(f, high(y)));
  return narrow(first, second);
}

/** `g + decay p`, a penalty on the size of the parameters. */
export function penalized(g: v128, p: v128, decay: f32): v128 {
  return decay == 0 ? g : addMultiple(g, p, decay);
}

/** `x + weight (end - x)`, from the nearer end; the product is rounded too, which PyTorch's is not, for speed. */
export function lerp(x: v128, end: v128, weight: f32): v128 {
  const near = abs<f32>(weight) < 0.5;
  const part = mul(splat(near ? weight : -(1 - weight)), sub(end, x));
  return add(near ? x : end, part);
}

/** `beta v + weight g^2`; each product is rounded, for speed. */
export function runningSquare(v: v128, g: v128, beta: f32, weight: f32): v128 {
  return add(mul(v, splat(beta)), mul(mul(splat(weight), g), g));
}

/** The sign bits that `maximize` flips. */
export function flipOf(maximize: i32): v128 {
  return i32x4.splat(maximize ? 0x80000000 : 0);
}
