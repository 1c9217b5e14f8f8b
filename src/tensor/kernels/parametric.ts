import { inBlocks } from "./blocks.js";
import type { Place } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Functions of one to three float32 operands that lie row by row, and of numbers, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A kernel of operands that lie alike, followed by numbers. */
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
  | "addScaled"
  | "lerp"
  | "lerpEach"
  | "addcmul"
  | "addcdiv"
  | "greaterBackward"
  | "powNumber"
  | "numberPow"
  | "threshold"
  | "thresholdBackward"
  | "hardShrink"
  | "softShrink"
  | "shrinkBackward"
  | "smoothL1"
  | "huber"
  | "boundedDifference";

/** `out[i] = kernel(x[i], y[i], z[i], parameters)`, `n` elements, of as many operands as there are. Answers whether it was done. */
export function withParameters(
  kernel: Parametric,
  n: number,
  out: Place,
  [x, y = null, z = null]: readonly [x: Place, y?: Place | null, z?: Place | null],
  parameters: readonly number[],
): boolean {
  const fast = n >= FEW ? kernels() : null;
  if (fast === null) return false;
  const run = fast[kernel] as (...values: number[]) => void;
  const call =
    y === null
      ? (to: number, a: number, _: number, count: number) => run(to, a, ...parameters, count)
      : z === null
        ? (to: number, a: number, b: number, count: number) => run(to, a, b, ...parameters, count)
        : (to: number, a: number, b: number, count: number, _: number, c: number) =>
            run(to, a, b, c, ...parameters, count);
  return inBlocks(n, 1, out, x, y, call, 1, z);
}
