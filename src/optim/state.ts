import { float32, get_default_dtype, Tensor } from "../tensor/index.js";

/** A number that an optimizer remembers, as PyTorch keeps it: a 0-d tensor of the default floating point type. */
export function scalarState(x: number, dtype = get_default_dtype()): Tensor {
  return Tensor.empty([], dtype).fill_(x);
}

/** The count of steps before the first; fused implementations count in float32. */
export const stepCount = (fused: boolean | null = null): Tensor => scalarState(0, fused ? float32 : undefined);

/** Adds 1 to a count of steps and returns it. */
export function countStep(step: Tensor): number {
  const { storage, offset } = step;
  step.written("add_");
  storage.block[storage.start + offset]++;
  return step.item();
}

/** Zeros of the shape and dtype of `x`. */
export const zerosLike = (x: Tensor): Tensor => Tensor.empty(x.shape, x.dtype);
