import type { Storage } from "../storage.js";
import type { Place } from "./rows.js";
import { BLOCK, begin, bringIn, lives, roomFor, takeOut } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Activations with parameters, and their derivatives, of float32 elements that lie row by row, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A kernel of so many operands that lie alike, followed by numbers. */
export type Parametric =
  | "leakyRelu"
  | "leakyReluBackward"
  | "elu"
  | "eluBackward"
  | "softplus"
  | "softplusBackward"
  | "clamp"
  | "hardtanhBackward";

/** `out[i] = kernel(inputs[0][i], ..., parameters)`, `n` elements. Answers whether it was done. */
export function withParameters(
  kernel: Parametric,
  n: number,
  out: Storage,
  inputs: readonly Place[],
  parameters: readonly number[],
): boolean {
  const fast = n >= FEW ? kernels() : null;
  if (fast === null) return false;
  const run = fast[kernel] as (...values: number[]) => void;
  for (const { storage } of inputs) lives(storage);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    const from = inputs.map(({ storage, offset }) => bringIn(storage, offset + i, m));
    const to = roomFor(out, i, m);
    run(to, ...from, ...parameters, m);
    takeOut(out, i, m, to);
  }
  return true;
}
