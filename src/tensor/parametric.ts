import { float32 } from "./dtype.js";
import { type Parametric, withParameters } from "./kernels/parametric.js";
import { inRows } from "./pointwise.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

type Operands = readonly [x: Tensor, y?: Tensor | null, z?: Tensor | null];

/** What a kernel in WebAssembly makes of tensors and numbers, or `null` where the formula has to do it. */
export function parametric(
  kernel: Parametric,
  operands: Operands,
  ...parameters: readonly (number | boolean)[]
): Tensor | null {
  const [x, y = null, z = null] = operands;
  if (!isLike(x, y) || !isLike(x, z)) return null;
  const [a, b, c] = [inRows(x), y && inRows(y), z && inRows(z)];
  if (a === null || (y !== null && b === null) || (z !== null && c === null)) return null;
  const out = Tensor.unset(x.shape, float32);
  return withParameters(kernel, out.numel(), out, [a, b, c], parameters.map(Number)) ? out : null;
}

/** {@link parametric} written over the first of the tensors. Answers whether it was done. */
export function parametricInto(
  kernel: Parametric,
  operands: Operands,
  ...parameters: readonly (number | boolean)[]
): boolean {
  const [out, ...others] = operands;
  if (!operands.every((t) => t == null || (isLike(out, t) && t.is_contiguous()))) return false;
  // what overlaps is read before it is written
  if (others.some((t) => t?.storage === out.storage && t.offset !== out.offset)) return false;
  return withParameters(kernel, out.numel(), out, operands, parameters.map(Number));
}

/** Are both float32 tensors of one shape? */
const isLike = (x: Tensor, other: Tensor | null): boolean =>
  x.dtype === float32 && (other === null || (other.dtype === float32 && sameShape(x.shape, other.shape)));
