import { float32 } from "./dtype.js";
import { type Parametric, withParameters } from "./kernels/parametric.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** What a kernel in WebAssembly makes of tensors and numbers, or `null` where the formula has to do it. */
export function parametric(
  kernel: Parametric,
  inputs: readonly Tensor[],
  ...parameters: readonly (number | boolean)[]
): Tensor | null {
  const { shape } = inputs[0];
  for (const x of inputs) if (x.dtype !== float32 || !x.is_contiguous() || !sameShape(x.shape, shape)) return null;
  const out = Tensor.empty(shape, float32);
  return withParameters(kernel, out.numel(), out.storage, inputs, parameters.map(Number)) ? out : null;
}
