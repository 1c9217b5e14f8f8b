import { BLOCK, begin, bringIn, lives, type Place, takeOut } from "./stage.js";
import type { Kernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/** Runs a kernel on `n` elements: those of the gradient at address `g`, of the tensors it changes at `at` (0: none). */
export type Step = (fast: Kernels, g: number, at: readonly number[], n: number) => void;

/**
 * A step of an optimizer for `n` elements of float32 in one pass over the gradient and the tensors that are changed: the
 * parameter and its state. Answers whether it was done: it is where there is WebAssembly.
 */
export function onePass(n: number, grad: Place, changed: readonly (Place | null)[], step: Step): boolean {
  const fast = kernels();
  if (fast === null) return false;
  let atHome = lives(grad.storage);
  for (const tensor of changed) if (tensor !== null && !lives(tensor.storage)) atHome = false;
  const size = atHome ? n : BLOCK;
  const at: number[] = [];
  for (let i = 0; i < n; i += size) {
    const m = Math.min(size, n - i);
    begin();
    const g = bringIn(grad.storage, grad.offset + i, m);
    for (let k = 0; k < changed.length; k++) {
      const tensor = changed[k];
      at[k] = tensor === null ? 0 : bringIn(tensor.storage, tensor.offset + i, m);
    }
    step(fast, g, at, m);
    for (let k = 0; k < changed.length; k++) {
      const tensor = changed[k];
      if (tensor !== null) takeOut(tensor.storage, tensor.offset + i, m, at[k]);
    }
  }
  return true;
}
