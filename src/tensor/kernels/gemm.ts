import {
  begin,
  bringIn,
  bringInArray,
  lives,
  type Place,
  roomFor,
  roomForArray,
  takeOut,
  takeOutArray,
} from "./stage.js";
import type { Operand } from "./strided.js";
import { numThreads, runTasks, worthThreads } from "./threads/pool.js";
import { gemm as product } from "./threads/products.js";
import { kernels } from "./wasm/instance.js";

/** So many multiply-adds take a plain loop as long as copying the factors of a small product. */
const FEW = 256;
/** A factor with so many times more memory than elements is packed before it is copied. */
const SPARSE = 2;
/** So many matrices for each thread keep them all busy. */
const MATRICES_EACH = 2;

/** The matrix product of `matmul.ts` in WebAssembly. Answers whether it was done: it is for float32, and not for little. */
export function gemm(
  batch: number,
  m: number,
  k: number,
  n: number,
  out: Operand,
  x: Operand,
  y: Operand,
  add: Operand | null,
): boolean {
  if (batch * m * k * n < FEW || !(out.data instanceof Float32Array)) return false;
  if (out.strides[2] !== 1 && n > 1) return false;
  if (kernels() === null) return false;
  const whole = extent(out.strides, batch, m, n);
  if (whole !== batch * m * n) return false;
  // many matrices are one job, of a task each; few are shared one after another
  const together = batch >= MATRICES_EACH * numThreads();
  const threads = worthThreads(together ? batch * m * k * n : m * k * n);
  begin();
  const left = factor(x, batch, m, k);
  const right = factor(y, batch, k, n);
  const bias = add === null ? null : addend(add, batch, m, n);
  const to = roomForArray(out, whole);
  if (left.address === 0 || right.address === 0 || bias?.address === 0 || to === 0) return false;
  const added = bias ?? NONE;
  if (together) {
    const factors = [left, right].flatMap(({ address, batch, row, column }) => [address, batch, row, column]);
    const args = [to, out.strides[0], out.strides[1], ...factors, added.address, added.batch, added.row, m, k, n];
    runTasks("gemmBatchTask", args, batch, threads);
  } else {
    for (let b = 0; b < batch; b++) {
      product(
        to + b * out.strides[0] * 4,
        out.strides[1],
        left.address + b * left.batch * 4,
        left.row,
        left.column,
        right.address + b * right.batch * 4,
        right.row,
        right.column,
        bias === null ? 0 : bias.address + b * bias.batch * 4,
        added.row,
        m,
        k,
        n,
        threads,
      );
    }
  }
  takeOutArray(out, whole, to);
  return true;
}

/**
 * {@link gemm} of two matrices, for the many small products of a small model: `out` is new and lies row by row, `row` is
 * added to each of its rows.
 */
export function gemmMatrices(
  out: Place,
  x: Place,
  xRow: number,
  xColumn: number,
  y: Place,
  yRow: number,
  yColumn: number,
  row: Place | null,
  m: number,
  k: number,
  n: number,
): boolean {
  if (m * k * n < FEW || !(out.storage.block instanceof Float32Array)) return false;
  const xSpan = (m - 1) * xRow + (k - 1) * xColumn + 1;
  const ySpan = (k - 1) * yRow + (n - 1) * yColumn + 1;
  if (xSpan > SPARSE * m * k || ySpan > SPARSE * k * n) return false;
  if (kernels() === null) return false;
  const threads = worthThreads(m * k * n);
  begin();
  lives(x.storage);
  lives(y.storage);
  if (row !== null) lives(row.storage);
  const left = bringIn(x.storage, x.offset, xSpan);
  const right = bringIn(y.storage, y.offset, ySpan);
  const added = row === null ? 0 : bringIn(row.storage, row.offset, n);
  const to = roomFor(out.storage, 0, m * n);
  if (left === 0 || right === 0 || to === 0) return false;
  product(to, n, left, xRow, xColumn, right, yRow, yColumn, added, 0, m, k, n, threads);
  takeOut(out.storage, 0, m * n, to);
  return true;
}

/** A matrix in the kernels' memory: where it begins, and its strides. */
interface Placed {
  readonly address: number;
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

/** No matrix. */
const NONE: Placed = { address: 0, batch: 0, row: 0, column: 0 };

/** How many elements lie between the first and the last, these included. */
const extent = ([b, i, j]: readonly number[], batch: number, rows: number, columns: number): number =>
  (batch - 1) * b + (rows - 1) * i + (columns - 1) * j + 1;

function factor(x: Operand, batch: number, rows: number, columns: number): Placed {
  const [b, i, j] = x.strides as [number, number, number];
  const n = extent(x.strides, batch, rows, columns);
  if (n > SPARSE * batch * rows * columns) return packed(x, batch, rows, columns);
  return { address: bringInArray(x, n), batch: b, row: i, column: j };
}

/** The addend's columns lie side by side. */
function addend(add: Operand, batch: number, rows: number, columns: number): Placed {
  const [b, i, j] = add.strides as [number, number, number];
  const n = extent(add.strides, batch, rows, columns);
  if ((j !== 1 && columns > 1) || n > SPARSE * batch * rows * columns) return packed(add, batch, rows, columns);
  return { address: bringInArray(add, n), batch: b, row: i, column: j };
}

/** A copy whose elements lie row by row. */
function packed(x: Operand, batch: number, rows: number, columns: number): Placed {
  const [b, i, j] = x.strides as [number, number, number];
  const { data } = x;
  const array = new Float32Array(batch * rows * columns);
  let at = 0;
  for (let q = 0; q < batch; q++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0, from = x.offset + q * b + r * i; c < columns; c++, from += j) array[at++] = data[from];
    }
  }
  const address = bringInArray({ data: array, offset: 0, strides: [] }, array.length);
  return { address, batch: rows * columns, row: columns, column: 1 };
}
