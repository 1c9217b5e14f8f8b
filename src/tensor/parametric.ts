import { float32 } from "./dtype.js";
import { type Parametric, withParameters } from "./kernels/parametric.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

type Operands = readonly [x: Tensor, y?: Tensor | null, z?: Tensor | null];

/** What a kernel in WebAssembly makes of tensors and numbers, or `null` where the formula has to do it. */
export function parametric(
  kernel: Parametric,
  operands: Operands,
  ...parameters: readonly (number | boolean)[]
): Tensor | null {
  if (!areAlike(operands)) return null;
  const out = Tensor.unset(operands[0].shape, float32);
  return withParameters(kernel, out.numel(), out, operands, parameters.map(Number)) ? out : null;
}

/** {@link parametric} written over the first of the tensors. Answers whether it was done. */
export function parametricInto(
  kernel: Parametric,
  operands: Operands,
  ...parameters: readonly (number | boolean)[]
): boolean {
  const [out, ...others] = operands;
  if (!areAlike(operands)) return false;
  // what overlaps is read before it is written
  if (others.some((t) => t?.storage === out.storage && t.offset !== out.offset)) return false;
  return withParameters(kernel, out.numel(), out, operands, parameters.map(Number));
}

/** Float32 tensors of one shape whose elements lie row by row? */
const areAlike = ([x, y = null, z = null]: Operands): boolean => isDense(x) && isLike(x, y) && isLike(x, z);

const isLike = (x: Tensor, other: Tensor | null): boolean =>
  other === null || (isDense(other) && sameShape(x.shape, other.shape));

const isDense = (x: Tensor): boolean => x.dtype === float32 && x.is_contiguous();
