import { float32, type Tensor } from "../tensor/index.js";
import { onePass } from "../tensor/kernels/optimizer_steps.js";
import type { Through } from "../tensor/kernels/threads/pool.js";

/** Float32 elements that lie row by row, which one pass can go through. */
const isDense = (x: Tensor): boolean => x.dtype === float32 && x.is_contiguous();

/**
 * Updates a parameter and its state by `step` in one pass over the elements, with the roundings of the tensor operations
 * that it stands for. Answers whether it was done: it is for float32 that lies row by row, where the kernels are there.
 *
 * @param tensors the parameter, the gradient and the state, `null` for what there is not: the step gets their addresses
 * @param writer the operation that is said to have changed the tensors
 */
export function inOnePass(tensors: readonly (Tensor | null)[], writer: string, step: Through): boolean {
  for (const x of tensors) if (x !== null && !isDense(x)) return false;
  const [param, grad] = tensors as [Tensor, Tensor];
  if (!onePass(param.numel(), tensors, step)) return false;
  for (const x of tensors) if (x !== grad) x?.written(writer);
  return true;
}
