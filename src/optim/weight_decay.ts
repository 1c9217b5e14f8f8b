import type { Tensor } from "../tensor/index.js";
import { complement, type Hyperparameter, numberOf, times } from "./hyperparameter.js";

/** Coupled weight decay, an L2 penalty: `g + λ p`, the gradient of the loss plus λ |p|² / 2. */
export function penalized(grad: Tensor, param: Tensor, weight_decay: number): Tensor {
  return weight_decay === 0 ? grad : grad.add(param, { alpha: weight_decay });
}

/** Decoupled weight decay: `p ← p - γ λ p`; gradients and running means do not see it. */
export function shrink(param: Tensor, lr: Hyperparameter, weight_decay: number): void {
  if (weight_decay !== 0) param.mul_(numberOf(complement(times(lr, weight_decay))));
}
