import type { Shape } from "../shape.js";
import { forEachElement } from "./reduce.js";
import type { Operand } from "./strided.js";

/**
 * Calls `visit(place, i)` for every element of `index`: `place` is where in `x` the element with the same coordinates
 * lies, but with the value of `index` as coordinate along `dim`; `i` is where it lies in `other`.
 */
export function forEachIndexed(
  shape: Shape,
  dim: number,
  index: Operand,
  x: Operand,
  other: Operand,
  visit: (place: number, i: number) => void,
): void {
  const step = x.strides[dim];
  const row: Operand = { ...x, strides: x.strides.with(dim, 0) };
  forEachElement(shape, [index, row, other], ([at, start, i]) => visit(start + index.data[at] * step, i));
}
