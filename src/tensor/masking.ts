import { bool, can_cast, type DType, dtypeOfNumber, float32 } from "./dtype.js";
import { type Comparison, combine, compare, comparePlain, type Logic, select } from "./kernels/masks.js";
import { broadcastAll, spread, type Value } from "./pointwise.js";
import { numelOf, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/*
 * Comparisons and choices of whole arrays, of float32 tensors and numbers in WebAssembly: the result, or `null` where the general
 * way has to be gone. What broadcasts is spread out first, which costs less than going that way.
 */

/** Below so many elements it is not worth to look further. */
const FEW = 48;

/** Does the comparison hold? Dtypes other than float32 are compared in plain loops. */
export function compared(kernel: Comparison, x: Value, y: Value): Tensor | null {
  if (!(x instanceof Tensor) || !areAll(x.dtype, [x, y])) return null;
  // a number of a higher category would be compared in another dtype
  if (!(y instanceof Tensor) && !can_cast(dtypeOfNumber(y), x.dtype)) return null;
  const shape = broadcastAll([x, y]);
  if (numelOf(shape) < FEW) return null;
  const out = Tensor.unset(shape, bool);
  const [left, right] = [spread(x, shape), spreadOrNumber(y, shape)];
  if (x.dtype !== float32) comparePlain(kernel, out.numel(), out, left, right);
  else if (!compare(kernel, out.numel(), out, left, right)) return null;
  return out;
}

/** `x` where the mask holds, else `y`. */
export function selected(mask: Tensor, x: Value, y: Value): Tensor | null {
  if (mask.dtype !== bool || !areAll(float32, [x, y]) || (isNumber(x) && isNumber(y))) return null;
  const shape = broadcastAll([mask, x, y]);
  if (numelOf(shape) < FEW) return null;
  const out = Tensor.unset(shape, float32);
  const [left, right] = [spreadOrNumber(x, shape), spreadOrNumber(y, shape)];
  return select(out.numel(), out, spread(mask, shape), left, right) ? out : null;
}

/** An operation on two bools. */
export function combined(kernel: Logic, x: Value, y: Value): Tensor | null {
  if (!(x instanceof Tensor && y instanceof Tensor) || !areAll(bool, [x, y])) return null;
  const shape = broadcastAll([x, y]);
  if (numelOf(shape) < FEW) return null;
  const out = Tensor.unset(shape, bool);
  const left = spread(x, shape);
  return combine(kernel, out.numel(), out, left, y === x ? left : spread(y, shape)) ? out : null;
}

const isNumber = (value: Value): boolean => !(value instanceof Tensor) || value.ndim === 0;

/** Are all tensors of this dtype? */
const areAll = (dtype: DType, values: readonly Value[]): boolean =>
  values.every((value) => !(value instanceof Tensor) || value.dtype === dtype);

function spreadOrNumber(x: Value, shape: Shape): Tensor | number {
  if (!(x instanceof Tensor)) return Number(x);
  return x.ndim === 0 ? x.item() : spread(x, shape);
}
