import { add, mul, splat, sub } from "./lanes";

/* Parts of the steps of optimizers, each operation in float32 as PyTorch has it. */

/** `g + decay p`, a penalty on the size of the parameters. */
export function penalized(g: v128, p: v128, decay: f32): v128 {
  return decay == 0 ? g : add(g, mul(splat(decay), p));
}

/** `x + weight (end - x)`, from the nearer end. */
export function lerp(x: v128, end: v128, weight: f32): v128 {
  const near = abs<f32>(weight) < 0.5;
  const part = mul(splat(near ? weight : -(1 - weight)), sub(end, x));
  return add(near ? x : end, part);
}

/** `beta v + weight g^2` */
export function runningSquare(v: v128, g: v128, beta: f32, weight: f32): v128 {
  return add(mul(v, splat(beta)), mul(mul(splat(weight), g), g));
}

/** The sign bits that `maximize` flips. */
export function flipOf(maximize: i32): v128 {
  return i32x4.splat(maximize ? 0x80000000 : 0);
}
