import { parametric, parametricInto } from "./parametric.js";
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
  const bounds = numbers(min, max);
  return bounds && parametric(kernel, operands, ...bounds);
}

/** Clamps a tensor in place, as {@link clamped} does beside it. Answers whether it was done. */
export function clampedInto(self: Tensor, min: Bound, max: Bound): boolean {
  const bounds = numbers(min, max);
  return bounds !== null && parametricInto("clamp", [self], ...bounds);
}

/** Bounds that are numbers; a missing one is infinite. */
function numbers(min: Bound, max: Bound): [number | boolean, number | boolean] | null {
  if (min instanceof Tensor || max instanceof Tensor || Number.isNaN(min) || Number.isNaN(max)) return null;
  return [min ?? -Infinity, max ?? Infinity];
}
