import { RuntimeError } from "../python/errors.js";
import { int32, int64 } from "./dtype.js";
import { forEachIndexed } from "./kernels/gather.js";
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

// What gather, scatter and their kin share: an index that gives every element a position along one dimension

/** Kernels see at least one dimension. */
const line = (t: Tensor): Tensor => (t.ndim > 0 ? t : t.aliased([1], [1], t.offset));

/** Calls `visit(place, i)` for every element of `index`: where in `x` the element it names lies, and where in `other` its own does. */
export function alongDim(
  dim: number,
  index: Tensor,
  x: Tensor,
  other: Tensor,
  visit: (place: number, i: number) => void,
): void {
  if (index.numel() === 0) return;
  const i = line(index);
  forEachIndexed(i.shape, dim, i.operand(), line(x).operand(), line(other).operand(), visit);
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
  for (const i of index.toTypedArray()) if (i < low || i >= high) throw error(i);
}

/** Is `shape` nowhere, dimension `except` apart, larger than `limit`? */
export const fitsInside = (shape: Shape, limit: Shape, except = -1): boolean => tooLarge(shape, limit, except) < 0;
export const tooLarge = (shape: Shape, limit: Shape, except: number): number =>
  shape.findIndex((size, d) => d !== except && size > (limit[d] ?? 1));
