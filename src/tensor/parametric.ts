import { float32 } from "./dtype.js";
import { type Parametric, withParameters } from "./kernels/parametric.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** What a kernel in WebAssembly makes of tensors and numbers, or `null` where the formula has to do it. */
export function parametric(
  kernel: Parametric,
  [x, y = null]: readonly [x: Tensor, y?: Tensor | null],
  ...parameters: readonly (number | boolean)[]
): Tensor | null {
  if (!isDense(x) || (y !== null && !(isDense(y) && sameShape(x.shape, y.shape)))) return null;
  const out = Tensor.unset(x.shape, float32);
  return withParameters(kernel, out.numel(), out, x, y, parameters.map(Number)) ? out : null;
}

/** Float32 elements that lie row by row. */
const isDense = (x: Tensor): boolean => x.dtype === float32 && x.is_contiguous();
