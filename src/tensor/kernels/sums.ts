import type { Storage } from "../storage.js";
import { inBlocks } from "./blocks.js";
import type { Lines } from "./reduce.js";
import { BLOCK, begin, bringIn, lives, type Place } from "./stage.js";
import type { Kernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/* Sums of float32 elements that lie row by row, in double precision, in WebAssembly where that pays. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 64;

/** The sum of `n` elements from `at` on. */
export function sumAll(x: Storage, at: number, n: number): number {
  const fast = n >= FEW ? kernels() : null;
  if (fast !== null) {
    lives(x);
    return sumInBlocks(fast, "sum", x, at, n);
  }
  const { block } = x;
  let total = 0;
  for (let i = x.start + at, end = i + n; i < end; i++) total += block[i];
  return total;
}

function sumInBlocks(fast: Kernels, kernel: "sum" | "sumSquares", x: Storage, at: number, n: number): number {
  return addBlocks(x, at, n, (address, m) => fast[kernel](address, m));
}

/** The sum of what `run` answers for one block of elements after another. */
function addBlocks(x: Storage, at: number, n: number, run: (address: number, m: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    total += run(bringIn(x, at + i, m), m);
  }
  return total;
}

/** `out[l]`, the sum of the squared distances of the elements of line `l` from their mean, over `divisor`. */
export function varianceLines(out: Place, x: Place, { outer, count, inner }: Lines, divisor: number): void {
  const isFast = inner === 1 && outer * count >= FEW && x.storage.block instanceof Float32Array;
  const fast = isFast ? kernels() : null;
  if (fast !== null && count <= BLOCK) {
    const rows = (to: number, from: number, _: number, n: number) => fast.varianceRows(to, from, n, count, divisor);
    if (inBlocks(outer, count, out, x, null, rows, 1)) return;
  }
  const o = out.storage.block;
  let to = out.storage.start + out.offset;
  if (fast !== null) {
    for (let r = 0, at = x.offset; r < outer; r++, at += count) {
      const mean = sumAll(x.storage, at, count) / count;
      const squares = addBlocks(x.storage, at, count, (from, m) => fast.sumSquaredDifferences(from, mean, m));
      o[to++] = squares / divisor;
    }
    return;
  }
  const a = x.storage.block;
  const [means, squares] = [new Float64Array(inner), new Float64Array(inner)];
  for (let r = 0, first = x.storage.start + x.offset; r < outer; r++, first += count * inner) {
    means.fill(0);
    squares.fill(0);
    for (let k = 0, i = first; k < count; k++) for (let c = 0; c < inner; c++, i++) means[c] += a[i];
    for (let c = 0; c < inner; c++) means[c] /= count;
    for (let k = 0, i = first; k < count; k++)
      for (let c = 0; c < inner; c++, i++) squares[c] += (a[i] - means[c]) ** 2;
    for (let c = 0; c < inner; c++) o[to++] = squares[c] / divisor;
  }
}

/** `out[l]`, the sum of the squares of line `l`, `finish`ed. Answers whether it was done: it is for rows of some length. */
export function sumSquares(
  out: Place,
  { storage, offset }: Place,
  { outer, count, inner }: Lines,
  finish: (sum: number, n: number) => number = (sum) => sum,
): boolean {
  const fast = count >= FEW && inner === 1 ? kernels() : null;
  if (fast === null) return false;
  lives(storage);
  for (let r = 0; r < outer; r++) {
    const sum = sumInBlocks(fast, "sumSquares", storage, offset + r * count, count);
    out.storage.data[out.offset + r] = finish(sum, count);
  }
  return true;
}

/** `out[l]`, the sum of line `l` over `divisor`. */
export function sumLines(out: Place, x: Place, { outer, count, inner }: Lines, divisor: number): void {
  const unit = count * inner;
  const fast = outer * unit >= FEW ? kernels() : null;
  if (fast !== null) {
    const rows = (to: number, from: number, _: number, n: number) => fast.sumRows(to, from, n, count, divisor);
    const columns = (to: number, from: number, _: number, n: number) => {
      for (let k = 0; k < n; k++) fast.sumColumns(to + k * inner * 4, from + k * unit * 4, count, inner, divisor);
    };
    if (inBlocks(outer, unit, out, x, null, inner > 1 ? columns : rows, inner)) return;
  }
  const a = x.storage.block;
  const o = out.storage.block;
  let to = out.storage.start + out.offset;
  for (let r = 0, first = x.storage.start + x.offset; r < outer; r++, first += unit) {
    for (let c = 0; c < inner; c++) {
      let total = 0;
      for (let k = 0, i = first + c; k < count; k++, i += inner) total += a[i];
      o[to++] = total / divisor;
    }
  }
}
