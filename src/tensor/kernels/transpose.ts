import { begin, bringInArray, roomForArray, takeOutArray } from "./stage.js";
import { forEachRun, type LoopPlan, type Operand } from "./strided.js";
import { kernels } from "./wasm/instance.js";

/* Copies of float32 tensors whose dimensions change places, in WebAssembly. */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 128;
/** What has so many times more memory than elements is not worth being copied whole. */
const SPARSE = 2;

/**
 * Copies `x` into `out` by transposing matrices of the dimension that `out` has side by side and the one that `x` has.
 * Answers whether it was done: it is where these are two, and `out` has no gaps.
 */
export function transpose({ shape, strides: [to, from] }: LoopPlan, out: Operand, x: Operand): boolean {
  const n = shape.reduce((product, size) => product * size, 1);
  if (n < FEW || !(out.data instanceof Float32Array) || !(x.data instanceof Float32Array)) return false;
  const [column, row] = [to.indexOf(1), from.indexOf(1)];
  if (column < 0 || row < 0 || to[row] === 1 || extent(shape, to) !== n) return false;
  const span = extent(shape, from);
  // what is flipped begins before its first element
  if (span > SPARSE * n || from.some((s) => s < 0)) return false;
  const fast = kernels();
  if (fast === null) return false;
  begin();
  const source = bringInArray(x, span);
  const target = roomForArray(out, n);
  if (source === 0 || target === 0) return false;
  const others = (list: readonly number[]) => [...list.filter((_, d) => d !== row && d !== column), 1];
  const outer = { shape: others(shape), strides: [others(to), others(from)] };
  forEachRun(outer, [ORIGIN, ORIGIN], ([i, j]) =>
    fast.copyMatrix(target + i * 4, to[row], source + j * 4, 1, from[column], shape[row], shape[column]),
  );
  takeOutArray(out, n, target);
  return true;
}

/** Where the loops over addresses begin. */
const ORIGIN = { data: new Float32Array(0), offset: 0, strides: [] };

/** How many elements lie between the first and the last, these included. */
const extent = (shape: readonly number[], strides: readonly number[]): number =>
  shape.reduce((sum, size, d) => sum + (size - 1) * strides[d], 1);
