import { add, div, Lanes, mul, splat, sub } from "./lanes";
import { addMultiple, flipOf, lerp, penalized, runningSquare } from "./step";

/*
 * The steps of optimizers on contiguous parameters, in the order of operations of PyTorch's single-tensor implementations.
 * SGD gives PyTorch's bits; running means, which round once more, may differ in the last bit. Addresses of state that is not in use are 0. Numbers are
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

class SgdStep {
  @inline
  static of(
    param: usize,
    grad: usize,
    buffer: usize,
    n: usize,
    step: f32,
    momentum: f32,
    share: f32,
    decay: f32,
    nesterov: i32,
    first: i32,
    flip: v128,
  ): void {
    const p = Lanes.load(param, n);
    const g = penalized(v128.xor(Lanes.load(grad, n), flip), p, decay);
    let direction = g;
    if (buffer) {
      let b = g;
      if (!first) b = addMultiple(mul(Lanes.load(buffer, n), splat(momentum)), g, share);
      Lanes.store(buffer, b, n);
      direction = nesterov ? addMultiple(g, b, momentum) : b;
    }
    Lanes.store(param, addMultiple(p, direction, step), n);
  }
}

/**
 * SGD: `p += step g`, step = -lr. With a momentum `buffer`, b = `momentum b + share g` (`g` the `first` time), share = 1 -
 * dampening, takes the place of g, or with `nesterov` `g + momentum b`. `decay` is the weight decay.
 */
export function sgd(
  param: usize,
  grad: usize,
  buffer: usize,
  n: usize,
  step: f32,
  momentum: f32,
  share: f32,
  decay: f32,
  nesterov: i32,
  first: i32,
  maximize: i32,
): void {
  const flip = flipOf(maximize);
  for (; n >= 4; n -= 4, param += 16, grad += 16) {
    SgdStep.of(param, grad, buffer, 4, step, momentum, share, decay, nesterov, first, flip);
    if (buffer) buffer += 16;
  }
  if (n) SgdStep.of(param, grad, buffer, n, step, momentum, share, decay, nesterov, first, flip);
}

class RmspropStep {
  @inline
  static of(
    param: usize,
    grad: usize,
    squareAvg: usize,
    gradAvg: usize,
    buffer: usize,
    n: usize,
    step: f32,
    alpha: f32,
    weight: f32,
    eps: f32,
    momentum: f32,
    decay: f32,
    flip: v128,
  ): void {
    const p = Lanes.load(param, n);
    const g = penalized(v128.xor(Lanes.load(grad, n), flip), p, decay);
    let v = runningSquare(Lanes.load(squareAvg, n), g, alpha, weight);
    Lanes.store(squareAvg, v, n);
    if (gradAvg) {
      const a = lerp(Lanes.load(gradAvg, n), g, weight);
      Lanes.store(gradAvg, a, n);
      v = sub(v, mul(a, a));
    }
    const denominator = add(f32x4.sqrt(v), splat(eps));
    if (buffer) {
      const b = add(mul(Lanes.load(buffer, n), splat(momentum)), div(g, denominator));
      Lanes.store(buffer, b, n);
      Lanes.store(param, addMultiple(p, b, step), n);
    } else Lanes.store(param, add(p, div(mul(splat(step), g), denominator)), n);
  }
}

/**
 * RMSprop: `v = alpha v + weight g^2`, weight = 1 - alpha, and `p += step g / (sqrt(v) + eps)`, step = -lr. With `gradAvg`
 * (centered), a running mean a of g, v - a^2 takes the place of v. With a momentum `buffer`, `b = momentum b + g / (sqrt(v) +
 * eps)` and `p += step b`.
 */
export function rmsprop(
  param: usize,
  grad: usize,
  squareAvg: usize,
  gradAvg: usize,
  buffer: usize,
  n: usize,
  step: f32,
  alpha: f32,
  weight: f32,
  eps: f32,
  momentum: f32,
  decay: f32,
  maximize: i32,
): void {
  const flip = flipOf(maximize);
  for (; n >= 4; n -= 4, param += 16, grad += 16, squareAvg += 16) {
    RmspropStep.of(param, grad, squareAvg, gradAvg, buffer, 4, step, alpha, weight, eps, momentum, decay, flip);
    if (gradAvg) gradAvg += 16;
    if (buffer) buffer += 16;
  }
  if (n) RmspropStep.of(param, grad, squareAvg, gradAvg, buffer, n, step, alpha, weight, eps, momentum, decay, flip);
}

class AdagradStep {
  @inline
  static of(param: usize, grad: usize, sum: usize, n: usize, step: f32, eps: f32, decay: f32, flip: v128): void {
    const p = Lanes.load(param, n);
    const g = penalized(v128.xor(Lanes.load(grad, n), flip), p, decay);
    const s = add(Lanes.load(sum, n), mul(g, g));
    Lanes.store(sum, s, n);
    Lanes.store(param, add(p, div(mul(splat(step), g), add(f32x4.sqrt(s), splat(eps)))), n);
  }
}

/** Adagrad: `s += g^2` and `p += step g / (sqrt(s) + eps)`, step = -lr / (1 + (t - 1) lr_decay). */
export function adagrad(
  param: usize,
  grad: usize,
  sum: usize,
  n: usize,
  step: f32,
  eps: f32,
  decay: f32,
  maximize: i32,
): void {
  const flip = flipOf(maximize);
  for (; n >= 4; n -= 4, param += 16, grad += 16, sum += 16) {
    AdagradStep.of(param, grad, sum, 4, step, eps, decay, flip);
  }
  if (n) AdagradStep.of(param, grad, sum, n, step, eps, decay, flip);
}
