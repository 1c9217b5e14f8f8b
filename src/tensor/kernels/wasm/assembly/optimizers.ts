import { add, choose, div, mul, splat, sub } from "./lanes";
import { Lanes } from "./part";

/*
 * The steps of optimizers on contiguous parameters, in the order of operations and the roundings of PyTorch's
 * single-tensor implementations, each operation in float32. Addresses of state that is not in use are 0. Numbers are
 * those that the tensor operations of src/optim take. Gradients are negated first where `maximize` is not 0.
 */

class AdamStep {
  @inline
  static of(
    param: usize,
    grad: usize,
    expAvg: usize,
    expAvgSq: usize,
    maxExpAvgSq: usize,
    n: usize,
    weight1: f32,
    beta2: f32,
    weight2: f32,
    decay: f32,
    shrink: f32,
    bias2Root: f32,
    eps: f32,
    step: f32,
    flip: v128,
  ): void {
    let p = Lanes.load(param, n);
    if (shrink != 1) p = mul(p, splat(shrink));
    const g = penalized(v128.xor(Lanes.load(grad, n), flip), p, decay);
    const m = lerp(Lanes.load(expAvg, n), g, weight1);
    Lanes.store(expAvg, m, n);
    let v = runningSquare(Lanes.load(expAvgSq, n), g, beta2, weight2);
    Lanes.store(expAvgSq, v, n);
    if (maxExpAvgSq) {
      v = f32x4.max(Lanes.load(maxExpAvgSq, n), v);
      Lanes.store(maxExpAvgSq, v, n);
    }
    const denominator = add(div(f32x4.sqrt(v), splat(bias2Root)), splat(eps));
    Lanes.store(param, add(p, div(mul(splat(step), m), denominator)), n);
  }
}

/** `g + decay p`, a penalty on the size of the parameters. */
function penalized(g: v128, p: v128, decay: f32): v128 {
  return decay == 0 ? g : add(g, mul(splat(decay), p));
}

/** `x + weight (end - x)`, from the nearer end. */
function lerp(x: v128, end: v128, weight: f32): v128 {
  const near = abs<f32>(weight) < 0.5;
  const part = mul(splat(near ? weight : -(1 - weight)), sub(end, x));
  return add(near ? x : end, part);
}

/** `beta v + weight g^2` */
function runningSquare(v: v128, g: v128, beta: f32, weight: f32): v128 {
  return add(mul(v, splat(beta)), mul(mul(splat(weight), g), g));
}

/** The sign bits that `maximize` flips. */
function flipOf(maximize: i32): v128 {
  return i32x4.splat(maximize ? 0x80000000 : 0);
}

/**
 * Adam and AdamW: `m += weight1 (g - m)`, `v = beta2 v + weight2 g^2`, `p += step m / (sqrt(v) / bias2Root + eps)`, with
 * weight1 = 1 - beta1, weight2 = 1 - beta2, bias2Root = sqrt(1 - beta2^t), step = -lr / (1 - beta1^t). `decay` is the
 * coupled weight decay, `shrink` = 1 - lr times the decoupled one. With `maxExpAvgSq` v is the largest so far.
 */
export function adam(
  param: usize,
  grad: usize,
  expAvg: usize,
  expAvgSq: usize,
  maxExpAvgSq: usize,
  n: usize,
  weight1: f32,
  beta2: f32,
  weight2: f32,
  decay: f32,
  shrink: f32,
  bias2Root: f32,
  eps: f32,
  step: f32,
  maximize: i32,
): void {
  const flip = flipOf(maximize);
  const end = param + ((n & ~3) << 2);
  while (param < end) {
    AdamStep.of(param, grad, expAvg, expAvgSq, maxExpAvgSq, 4, weight1, beta2, weight2, decay, shrink, bias2Root, eps, step, flip);
    param += 16;
    grad += 16;
    expAvg += 16;
    expAvgSq += 16;
    if (maxExpAvgSq) maxExpAvgSq += 16;
  }
  n &= 3;
  if (n) AdamStep.of(param, grad, expAvg, expAvgSq, maxExpAvgSq, n, weight1, beta2, weight2, decay, shrink, bias2Root, eps, step, flip);
}
