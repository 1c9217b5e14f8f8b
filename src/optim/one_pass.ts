import { float32, type Tensor } from "../tensor/index.js";
import { onePass, type Step } from "../tensor/kernels/optimizer_steps.js";

/** Float32 elements that lie row by row, which one pass can go through. */
const isDense = (x: Tensor): boolean => x.dtype === float32 && x.is_contiguous();

/**
 * Updates a parameter and its state (`changed`) by `step` in one pass over the elements, with the roundings of the
 * tensor operations that it stands for. Answers whether it was done: it is for float32 that lies row by row, where the
 * kernels are there.
 *
 * @param writer the operation that is said to have changed the tensors
 */
export function inOnePass(grad: Tensor, changed: readonly (Tensor | null)[], writer: string, step: Step): boolean {
  if (!isDense(grad) || !changed.every((x) => x === null || isDense(x))) return false;
  if (!onePass(grad.numel(), grad, changed, step)) return false;
  for (const x of changed) x?.written(writer);
  return true;
}
