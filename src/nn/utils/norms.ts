import { no_grad } from "../../autograd/grad_mode.js";
import { ValueError } from "../../python/errors.js";
import { Tensor } from "../../tensor/index.js";
import { normalize } from "../functional.js";
import type { Module } from "../module.js";

/** The norm of each slice of `v` along `dim`, shaped to broadcast with it; with `dim` -1 the norm of all of it. */
export function normExceptDim(v: Tensor, dim: number): Tensor {
  if (dim === -1) return v.norm(2);
  const others = v.shape.flatMap((_, d) => (d === dim ? [] : [d]));
  return others.length === 0 ? v.abs() : v.norm(2, others, true);
}

/** Weight normalisation: `v` scaled to the norms `g` along `dim`. */
export const normed = (v: Tensor, g: Tensor, dim: number): Tensor => v.mul(g.div(normExceptDim(v, dim)));

/** The dimension `dim` of a weight in front and all others behind it as one. */
export function asMatrix(weight: Tensor, dim: number): Tensor {
  const order = [dim, ...weight.shape.flatMap((_, d) => (d === dim ? [] : [d]))];
  return weight.permute(order).flatten(1);
}

/** A random vector of length 1. */
export const randomDirection = (like: Tensor, n: number, eps: number): Tensor =>
  no_grad(() => normalize(like.new_empty([n]).normal_(0, 1), { dim: 0, eps }));

/** `v / max(|v|, eps)`. */
export const direction = (v: Tensor, eps: number): Tensor => normalize(v, { dim: 0, eps });

/** The dimension of outputs: the second of a transposed convolution's weight, the first of any other. */
export const outputDim = (module: Module): number => ((module as { transposed?: boolean }).transposed ? 1 : 0);

/** @throws ValueError unless the power iteration runs at all */
export function checkIterations(n_power_iterations: number): void {
  if (n_power_iterations <= 0) {
    throw new ValueError(
      `Expected n_power_iterations to be positive, but got n_power_iterations=${n_power_iterations}`,
    );
  }
}

/** The tensor on a property of a module. */
export function tensorOn(module: Module, name: string): Tensor {
  const value = (module as unknown as Record<string, unknown>)[name];
  if (!(value instanceof Tensor)) {
    throw new ValueError(`Module '${module}' has no parameter or buffer with name '${name}'`);
  }
  return value;
}
