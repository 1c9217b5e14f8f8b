import type { TypedArray } from "../dtype.js";
import type { Lines } from "./reduce.js";
import { runFor } from "./runs.js";
import { BLOCK, begin, bringIn, lives, type Place, room, roomFor, takeOut } from "./stage.js";
import type { MovementKernels } from "./wasm/exports.js";
import { heap, kernels } from "./wasm/instance.js";

/*
 * Slices of tensors, chosen by a list of positions: tables of embeddings, rows of a data set. Tensors lie row by row, as
 * `outer` tables of `count` rows of `inner` elements. In WebAssembly where the table lives in its memory: to copy a table
 * there for a few of its rows would take longer.
 */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 64;
/** Rows of fewer elements are no gain: each costs a call in WebAssembly too. */
const NARROW = 4;

/** `out[o, i] = x[o, list[i]]` for all rows `i` of the list. */
export function takeRows(out: Place, x: Place, list: TypedArray, lines: Lines): void {
  const done = inRowBlocks(x, list, lines, (fast, table, at, first, n) => {
    const to = roomFor(out.storage, out.offset + first, n * lines.inner);
    fast.gatherRows(to, table, at, n, lines.inner);
    takeOut(out.storage, out.offset + first, n * lines.inner, to);
  });
  if (done) return;
  const o = out.storage.block;
  const a = x.storage.block;
  const { outer, count, inner } = lines;
  let to = out.storage.start + out.offset;
  if (inner === 1 && list instanceof Float64Array && a instanceof Float32Array) {
    takeFloats(o as Float32Array, to, a, x.storage.start + x.offset, list, outer, count);
    return;
  }
  const run = runFor(null, o, 1, a, 1, inner);
  for (let r = 0, table = x.storage.start + x.offset; r < outer; r++, table += count * inner) {
    for (let i = 0; i < list.length; i++, to += inner) run(inner, o, to, 1, a, table + list[i] * inner, 1);
  }
}

/** {@link takeRows} of single elements, in a loop that sees no other arrays. */
function takeFloats(
  out: Float32Array,
  to: number,
  x: Float32Array,
  table: number,
  list: Float64Array,
  outer: number,
  count: number,
): void {
  for (let r = 0; r < outer; r++, table += count) {
    for (let i = 0; i < list.length; i++) out[to++] = x[table + (list[i] | 0)];
  }
}

/** `out[o, list[i]] += x[o, i]` for all rows `i` of the list, one after another. */
export function addRows(out: Place, x: Place, list: TypedArray, lines: Lines): void {
  lives(x.storage);
  const done = inRowBlocks(out, list, lines, (fast, table, at, first, n) =>
    fast.scatterAddRows(table, bringIn(x.storage, x.offset + first, n * lines.inner), at, n, lines.inner, -1),
  );
  if (done) return;
  const o = out.storage.block;
  const a = x.storage.block;
  const { outer, count, inner } = lines;
  const add = o instanceof Float32Array && a instanceof Float32Array ? addFloats : addElements;
  let from = x.storage.start + x.offset;
  for (let r = 0, table = out.storage.start + out.offset; r < outer; r++, table += count * inner) {
    for (let i = 0; i < list.length; i++, from += inner) add(inner, o, table + list[i] * inner, a, from);
  }
}

type Add = (n: number, out: TypedArray, to: number, x: TypedArray, from: number) => void;

// for float32 in a loop that sees no other arrays

const addFloats: Add = (n, out, to, x, from) => {
  for (let k = 0; k < n; k++) out[to + k] += x[from + k];
};

const addElements: Add = (n, out, to, x, from) => {
  for (let k = 0; k < n; k++) out[to + k] += x[from + k];
};

/**
 * Calls `run` for one block of rows of the list after another: with the address of the table, the address of the positions
 * as int32, the first element of the block among those of all rows of the list, and how many rows it has. Answers whether
 * there are kernels and the table lives in their memory.
 */
function inRowBlocks(
  table: Place,
  list: TypedArray,
  { outer, count, inner }: Lines,
  run: (fast: MovementKernels, table: number, at: number, first: number, n: number) => void,
): boolean {
  const { storage } = table;
  if (inner < NARROW || outer * list.length * inner < FEW || !(storage.block instanceof Float32Array)) return false;
  const fast = kernels();
  if (fast === null || !lives(storage)) return false;
  const step = Math.max(1, Math.floor(BLOCK / inner));
  for (let r = 0; r < outer; r++) {
    const address = bringIn(storage, table.offset + r * count * inner, count * inner);
    for (let i = 0; i < list.length; i += step) {
      const n = Math.min(step, list.length - i);
      begin();
      const at = room(n);
      new Int32Array(heap().buffer, at, n).set(list.subarray(i, i + n));
      run(fast, address, at, (r * list.length + i) * inner, n);
    }
  }
  return true;
}
