import { float32, type Tensor } from "../tensor/index.js";
import { onePass, type StepKernel } from "../tensor/kernels/optimizer_steps.js";

/** Float32 elements that lie row by row, which one pass can go through. */
const isDense = (x: Tensor): boolean => x.dtype === float32 && x.is_contiguous();

/**
 * Updates a parameter and its `state` in one pass over the elements, with the roundings of the tensor operations that it
 * stands for. Answers whether it was done: it is for float32 that lies row by row, where the kernels are there.
 *
 * @param numbers what the kernel wants behind the number of elements
 * @param writer the operation that is said to have changed the tensors
 */
export function inOnePass(
  kernel: StepKernel,
  param: Tensor,
  grad: Tensor,
  state: readonly (Tensor | null)[],
  numbers: readonly number[],
  writer: string,
): boolean {
  if (!isDense(param) || !isDense(grad) || !state.every((x) => x === null || isDense(x))) return false;
  if (!onePass(kernel, grad.numel(), param, grad, state, numbers)) return false;
  param.written(writer);
  for (const x of state) x?.written(writer);
  return true;
}
