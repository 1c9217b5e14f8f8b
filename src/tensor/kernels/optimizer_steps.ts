import { BLOCK, begin, bringIn, lives, type Place, takeOut } from "./stage.js";
import { runThrough, type Through, worthThreads } from "./threads/pool.js";
import { kernels } from "./wasm/instance.js";

/** A step takes an element as long as so many multiply-adds of a product. */
const WORK = 20;

/**
 * A step of an optimizer for `n` elements of float32 in one pass over `places`: the parameter, the gradient and the state
 * (`null` for what there is not), of which all but the gradient are changed. Answers whether it was done: it is where there
 * is WebAssembly.
 */
export function onePass(n: number, places: readonly (Place | null)[], step: Through): boolean {
  if (kernels() === null) return false;
  const threads = worthThreads(WORK * n);
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
    runThrough(step, addresses, m, threads && atHome);
    if (atHome) return true;
    for (let k = 0; k < places.length; k++) {
      const place = places[k];
      // the gradient is only read
      if (place !== null && k !== 1) takeOut(place.storage, place.offset + i, m, addresses[k]);
    }
  }
  return true;
}
