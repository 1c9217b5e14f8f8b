import { BLOCK, begin, bringIn, lives, type Place, takeOut } from "./stage.js";
import { runThrough, worthThreads } from "./threads/pool.js";
import type { Kernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/**
 * A kernel that makes the step of an optimizer: its arguments are the addresses of the parameter, the gradient and the state
 * (0 for what there is not), the number of elements, and numbers.
 */
export type StepKernel = Extract<keyof Kernels, "adam" | "sgd" | "rmsprop" | "adagrad">;

/** A step takes an element as long as so many multiply-adds of a product. */
const WORK = 20;

/**
 * A step of an optimizer for `n` elements of float32 in one pass over the parameter, the gradient and the state, of which all
 * but the gradient are changed. Answers whether it was done: it is where there is WebAssembly.
 */
export function onePass(
  kernel: StepKernel,
  n: number,
  param: Place,
  grad: Place,
  state: readonly (Place | null)[],
  numbers: readonly number[],
): boolean {
  if (kernels() === null) return false;
  const threads = worthThreads(WORK * n);
  const places = [param, grad, ...state];
  let atHome = true;
  for (const place of places) if (place !== null && !lives(place.storage)) atHome = false;
  const size = atHome ? n : BLOCK;
  const addresses: number[] = [];
  for (let i = 0; i < n; i += size) {
    const m = Math.min(size, n - i);
    begin();
    for (let k = 0; k < places.length; k++) {
      const place = places[k];
      addresses[k] = place === null ? 0 : bringIn(place.storage, place.offset + i, m);
    }
    runThrough(kernel, addresses, m, numbers, threads && atHome);
    for (let k = 0; k < places.length; k++) {
      const place = places[k];
      if (place !== null && place !== grad) takeOut(place.storage, place.offset + i, m, addresses[k]);
    }
  }
  return true;
}
