import { room } from "../stage.js";
import { kernels } from "../wasm/instance.js";
import { numThreads, runTasks } from "./pool.js";

/** Tasks for each thread: many end together though one thread is late. */
const TASKS_EACH = 8;
/** Multiply-adds of a task at least: some 10 microseconds. */
const TASK = 250_000;
/** Elements that one task packs at least: some 5 microseconds. */
const PACKED = 8192;

/**
 * The product that {@link Kernels.gemm} describes, by as many threads as it is worth: `out[i, j] = sum over p of x[i, p] *
 * y[p, j] + add[i, j]`. The result does not depend on how many there are.
 *
 * {@link worthThreads} of `m * k * n` is to be asked before the operands are copied into the memory.
 */
export function gemm(
  out: number,
  outRow: number,
  x: number,
  xRow: number,
  xCol: number,
  y: number,
  yRow: number,
  yCol: number,
  add: number,
  addRow: number,
  m: number,
  k: number,
  n: number,
  threads: boolean,
): void {
  const up = (size: number, unit: number): number => Math.ceil(size / unit) * unit;
  const a = threads && m > 1 && n > 1 ? room(k * up(m, 4)) : 0;
  const b = a > 0 ? room(k * up(n, 8)) : 0;
  if (b === 0) {
    kernels()!.gemm(out, outRow, x, xRow, xCol, y, yRow, yCol, add, addRow, m, k, n, 0);
    return;
  }
  const count = Math.max(1, Math.min(TASKS_EACH * numThreads(), (m * k * n) / TASK));
  const high = up(m / Math.min(count, (k * m) / PACKED), 4);
  const wide = up(n / Math.min(count, (k * n) / PACKED), 8);
  const packing = [a, b, x, xRow, xCol, y, yRow, yCol, m, k, n, high, wide];
  runTasks("packTask", packing, Math.ceil(m / high) + Math.ceil(n / wide), true);
  const [rows, columns] = pieces(m, n, count);
  const args = [out, outRow, a, b, add, addRow, m, k, n, rows, columns];
  runTasks("multiplyTask", args, Math.ceil(m / rows) * Math.ceil(n / columns), true);
}

/** The size of the pieces when `m` rows by `n` columns are halved until there are `count` of them. */
function pieces(m: number, n: number, count: number): [rows: number, columns: number] {
  let rows = m;
  let columns = n;
  while (Math.ceil(m / rows) * Math.ceil(n / columns) < count && (rows > 16 || columns > 16)) {
    if (columns >= rows) columns = 8 * Math.ceil(columns / 16);
    else rows = 4 * Math.ceil(rows / 8);
  }
  return [rows, columns];
}
