import { RuntimeError } from "../python/errors.js";
import { int32, int64, type TypedArray } from "./dtype.js";
import type { Operand } from "./kernels/strided.js";
import { rowsOf } from "./rows.js";
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

// What gather, scatter and their kin share: an index that gives every element a position along one dimension

/** Kernels see at least one dimension. */
const line = (t: Tensor): Tensor => (t.ndim > 0 ? t : t.aliased([1], [1], t.offset));

/** A kernel of gather.ts. */
type Kernel<A extends readonly unknown[]> = (
  shape: Shape,
  dim: number,
  index: Operand,
  x: Operand,
  other: Operand,
  ...rest: A
) => void;

/** Runs a kernel on the elements that `index` names along `dim` in `x`, and those of `other` that belong to them. */
export function alongDim<A extends readonly unknown[]>(
  kernel: Kernel<A>,
  dim: number,
  index: Tensor,
  x: Tensor,
  other: Tensor,
  ...rest: A
): void {
  if (index.numel() === 0) return;
  const i = line(index);
  kernel(i.shape, dim, i.operand(), line(x).operand(), line(other).operand(), ...rest);
}

export function checkIndex(name: string, self: Tensor, index: Tensor, what: string): void {
  if (index.dtype !== int64 && index.dtype !== int32) {
    throw new RuntimeError(`${name}(): Expected dtype int32/int64 for index`);
  }
  if (Math.max(index.ndim, 1) !== Math.max(self.ndim, 1)) {
    throw new RuntimeError(`Index tensor must have the same number of dimensions as ${what} tensor`);
  }
}

export function checkBounds(self: Tensor, dim: number, index: Tensor): void {
  const size = self.ndim > 0 ? self.shape[dim] : 1;
  checkRange(
    index,
    0,
    size,
    (i) => new RuntimeError(`index ${i} is out of bounds for dimension ${dim} with size ${size}`),
  );
}

/** Throws for the first element outside of [low, high). */
export function checkRange(index: Tensor, low: number, high: number, error: (i: number) => Error): void {
  const list = rowsOf(index);
  const k = list instanceof Float64Array ? firstOutsideOfDoubles(list, low, high) : firstOutside(list, low, high);
  if (k < list.length) throw error(list[k]);
}

function firstOutside(list: TypedArray, low: number, high: number): number {
  let k = 0;
  while (k < list.length && list[k] >= low && list[k] < high) k++;
  return k;
}

/** {@link firstOutside} of int64, in a loop that sees no other arrays. */
function firstOutsideOfDoubles(list: Float64Array, low: number, high: number): number {
  let k = 0;
  while (k < list.length && list[k] >= low && list[k] < high) k++;
  return k;
}

/** Is `shape` nowhere, dimension `except` apart, larger than `limit`? */
export const fitsInside = (shape: Shape, limit: Shape, except = -1): boolean => tooLarge(shape, limit, except) < 0;
export const tooLarge = (shape: Shape, limit: Shape, except: number): number =>
  shape.findIndex((size, d) => d !== except && size > (limit[d] ?? 1));
