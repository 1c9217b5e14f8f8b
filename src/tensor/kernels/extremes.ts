import type { TypedArray } from "../dtype.js";
import { inBlocks } from "./blocks.js";
import type { Lines } from "./reduce.js";
import { BLOCK, begin, bringIn, lives, type Place, room } from "./stage.js";
import type { Kernels } from "./wasm/exports.js";
import { heap, kernels } from "./wasm/instance.js";

/* The greatest and least of float32 elements along lines, and where they are, in WebAssembly where that pays. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 64;

/** Which extreme: of zeros of both signs 0 is the greater, NaN is greatest and least. */
export type Extreme = "max" | "min";

/** `out[l]`, the extreme of line `l`. Answers whether it was done. */
export function extremeLines(extreme: Extreme, out: Place, x: Place, { outer, count, inner }: Lines): boolean {
  const fast = outer * count * inner >= FEW ? kernels() : null;
  if (fast === null) return false;
  if (inner > 1) {
    const columns = fast[`${extreme}Columns`];
    const run = (to: number, from: number, _: number, n: number) => columns(to, from, n, count, inner);
    return inBlocks(outer, count * inner, out, x, null, run, inner);
  }
  const rows = fast[`${extreme}Rows`];
  if (count <= BLOCK) return inBlocks(outer, count, out, x, null, (to, from, _, n) => rows(to, from, n, count), 1);
  lives(x.storage);
  for (let r = 0; r < outer; r++) {
    const { value } = extremeBlock(fast, extreme, x, r * count, count);
    out.storage.block[out.storage.start + out.offset + r] = value;
  }
  return true;
}

/** {@link extremeLines}, with the place of the first such element in its line, or of the first NaN, in `indices`. */
export function pickLines(
  extreme: Extreme,
  indices: TypedArray,
  out: Place,
  x: Place,
  { outer, count, inner }: Lines,
): boolean {
  const fast = outer * count * inner >= FEW ? kernels() : null;
  if (fast === null) return false;
  const take = (at: number, first: number, n: number) => indices.set(new Int32Array(heap().buffer, at, n), first);
  const rows = fast[`arg${extreme}Rows`];
  const columns = fast[`arg${extreme}Columns`];
  if (inner > 1 || count <= BLOCK) {
    const run = (to: number, from: number, _: number, n: number, first: number) => {
      const at = room(n * inner);
      if (inner > 1) columns(at, to, from, n, count, inner);
      else rows(at, to, from, n, count);
      take(at, first * inner, n * inner);
    };
    return inBlocks(outer, count * inner, out, x, null, run, inner);
  }
  lives(x.storage);
  for (let r = 0; r < outer; r++) {
    const { start, length } = extremeBlock(fast, extreme, x, r * count, count);
    begin();
    const [at, to] = [room(1), room(1)];
    rows(at, to, bringIn(x.storage, x.offset + start, length), 1, length);
    take(at, r, 1);
    indices[r] += start - r * count;
    out.storage.block[out.storage.start + out.offset + r] = heap()[to >> 2];
  }
  return true;
}

/** The extreme of `n` elements from `first` on, and the first block of them that has it. */
function extremeBlock(fast: Kernels, extreme: Extreme, { storage, offset }: Place, first: number, n: number) {
  let best = { value: Number.NaN, start: first, length: 0 };
  for (let start = first; start < first + n; start += BLOCK) {
    const length = Math.min(BLOCK, first + n - start);
    begin();
    const to = room(1);
    fast[`${extreme}Rows`](to, bringIn(storage, offset + start, length), 1, length);
    const value = heap()[to >> 2];
    if (Number.isNaN(value)) return { value, start, length };
    const isBetter = extreme === "max" ? value > best.value : value < best.value;
    if (isBetter || best.length === 0) best = { value, start, length };
  }
  return best;
}
