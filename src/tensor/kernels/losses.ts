import { inBlocks } from "./blocks.js";
import type { Scalar2 } from "./map.js";
import { BLOCK, begin, bringIn, lives, type Place } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/* Losses of an input and a target of `n` elements each that lie row by row, in WebAssembly where that pays. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A family of kernels: the losses, their sum (`...Sum`), their derivatives (`...Backward`). */
export type LossKernel = "binaryCrossEntropy" | "logitCrossEntropy" | "squaredError";

/** The sum of `loss(x[i], t[i])`, each rounded to the dtype. */
export function sumOfLosses(loss: Scalar2, kernel: LossKernel, n: number, x: Place, t: Place): number {
  const a = x.storage.block;
  const b = t.storage.block;
  const single = a instanceof Float32Array;
  const fast = n >= FEW && single ? kernels() : null;
  let total = 0;
  if (fast === null) {
    let i = x.storage.start + x.offset;
    let j = t.storage.start + t.offset;
    for (const end = i + n; i < end; i++, j++) {
      const value = loss(a[i], b[j]);
      total += single ? Math.fround(value) : value;
    }
    return total;
  }
  lives(x.storage);
  lives(t.storage);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    total += fast[`${kernel}Sum`](bringIn(x.storage, x.offset + i, m), bringIn(t.storage, t.offset + i, m), m);
  }
  return total;
}

/** `out[i] = g slope(x[i], t[i])` */
export function slopesOfLosses(
  slope: Scalar2,
  kernel: LossKernel,
  n: number,
  out: Place,
  x: Place,
  t: Place,
  g: number,
): void {
  const a = x.storage.block;
  const fast = n >= FEW && a instanceof Float32Array ? kernels() : null;
  if (fast !== null) {
    const run = fast[`${kernel}Backward`];
    if (inBlocks(n, 1, out, x, t, (to, left, right, count) => run(to, left, right, g, count))) return;
  }
  const b = t.storage.block;
  const o = out.storage.block;
  let i = x.storage.start + x.offset;
  let j = t.storage.start + t.offset;
  for (let k = out.storage.start + out.offset, end = k + n; k < end; ) o[k++] = g * slope(a[i++], b[j++]);
}

/** Do all `n` elements lie in [0, 1]? */
export function allInUnit(n: number, { storage, offset }: Place): boolean {
  const { block } = storage;
  for (let i = storage.start + offset, end = i + n; i < end; i++) if (!(block[i] >= 0 && block[i] <= 1)) return false;
  return true;
}
