import { kernels } from "../wasm/instance.js";
import { numThreads, runTasks } from "./pool.js";

/** Tasks for each thread: few cost less packing, many end together though one thread is late. */
const TASKS_EACH = 4;
/** Multiply-adds of a task at least: some 10 microseconds. */
const TASK = 250_000;

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
  if (!threads) {
    kernels()!.gemm(out, outRow, x, xRow, xCol, y, yRow, yCol, add, addRow, m, k, n, 0);
    return;
  }
  const [rows, columns] = pieces(m, n, Math.min(TASKS_EACH * numThreads(), (m * k * n) / TASK));
  const args = [out, outRow, x, xRow, xCol, y, yRow, yCol, add, addRow, m, k, n, rows, columns];
  runTasks("gemmTask", args, Math.ceil(m / rows) * Math.ceil(n / columns), true);
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
