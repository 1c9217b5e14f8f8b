import { inBlocks } from "./blocks.js";
import type { Place } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Activations with parameters, and their derivatives, of float32 elements that lie row by row, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A kernel of one or two operands that lie alike, followed by numbers. */
export type Parametric =
  | "leakyRelu"
  | "leakyReluBackward"
  | "elu"
  | "eluBackward"
  | "softplus"
  | "softplusBackward"
  | "clamp"
  | "clampBackward"
  | "hardtanhBackward"
  | "addScaled";

/**
 * `out[i] = kernel(x[i], parameters)` or, with a second operand, `kernel(x[i], y[i], parameters)`, `n` elements. Answers
 * whether it was done.
 */
export function withParameters(
  kernel: Parametric,
  n: number,
  out: Place,
  x: Place,
  y: Place | null,
  parameters: readonly number[],
): boolean {
  const fast = n >= FEW ? kernels() : null;
  if (fast === null) return false;
  const run = fast[kernel] as (...values: number[]) => void;
  return inBlocks(n, 1, out, x, y, (to, left, right, count) =>
    y === null ? run(to, left, ...parameters, count) : run(to, left, right, ...parameters, count),
  );
}
