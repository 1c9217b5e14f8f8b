import { parametric } from "./parametric.js";
import { Tensor } from "./tensor.js";

/** A number brought between two others; where these are NaN, so is the result. */
export const limit = (x: number, min: number, max: number): number => {
  const raised = x < min || Number.isNaN(min) ? min : x;
  return raised > max || Number.isNaN(max) ? max : raised;
};

type Bound = Tensor | number | boolean | null;

/** The work of a kernel with numbers as bounds, either of which may be missing; `null` where it cannot be done so. */
export function clamped(
  kernel: "clamp" | "clampBackward",
  operands: readonly [Tensor, Tensor?],
  min: Bound,
  max: Bound,
): Tensor | null {
  if (min instanceof Tensor || max instanceof Tensor || Number.isNaN(min) || Number.isNaN(max)) return null;
  return parametric(kernel, operands, min ?? -Infinity, max ?? Infinity);
}
