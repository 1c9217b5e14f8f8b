import { BLOCK, begin, bringIn, lives, type Place, roomFor, takeOut } from "./stage.js";
import { runThrough, type Through } from "./threads/pool.js";

/**
 * A kernel at work on `count` units at addresses `x`, `y` and `z` (0 where there is no such operand), whose results go to
 * address `out`; the first of them is unit `first` of all.
 */
export type BlockKernel = (out: number, x: number, y: number, count: number, first: number, z: number) => void;

/**
 * Runs a kernel on `n` units (elements or rows) of `unit` elements each, as many at a time as the cache holds, with the
 * operands brought into the memory of the WebAssembly kernels and the results, `made` elements a unit, taken out.
 *
 * @returns false if not even one unit has room; nothing is written then
 */
export function inBlocks(
  n: number,
  unit: number,
  out: Place,
  x: Place,
  y: Place | null,
  run: BlockKernel,
  made = unit,
  z: Place | null = null,
): boolean {
  lives(out.storage);
  lives(x.storage);
  if (y !== null) lives(y.storage);
  if (z !== null) lives(z.storage);
  const step = Math.max(1, Math.floor(BLOCK / unit));
  for (let i = 0; i < n; i += step) {
    const count = Math.min(step, n - i);
    const at = i * unit;
    const elements = count * unit;
    begin();
    const left = bringIn(x.storage, x.offset + at, elements);
    const right = y === null ? 0 : bringIn(y.storage, y.offset + at, elements);
    const third = z === null ? 0 : bringIn(z.storage, z.offset + at, elements);
    const to = roomFor(out.storage, out.offset + i * made, count * made);
    if (to === 0 || left === 0 || (y !== null && right === 0) || (z !== null && third === 0)) return false;
    run(to, left, right, count, i, third);
    takeOut(out.storage, out.offset + i * made, count * made, to);
  }
  return true;
}

/** Runs a kernel of single elements on all `n` at once, shared by the threads; otherwise as {@link inBlocks}. */
export function inThreads(n: number, out: Place, x: Place, y: Place | null, call: Through): boolean {
  lives(out.storage);
  lives(x.storage);
  if (y !== null) lives(y.storage);
  begin();
  const addresses = [roomFor(out.storage, out.offset, n), bringIn(x.storage, x.offset, n)];
  if (y !== null) addresses.push(bringIn(y.storage, y.offset, n));
  if (addresses.includes(0)) return false;
  runThrough(call, addresses, n, true);
  takeOut(out.storage, out.offset, n, addresses[0]);
  return true;
}
