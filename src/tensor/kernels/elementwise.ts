import { inBlocks, inThreads } from "./blocks.js";
import type { Scalar1, Scalar2 } from "./map.js";
import { bringIn, lives, type Place } from "./stage.js";
import { worthThreads } from "./threads/pool.js";
import type { Kernels, UnaryKernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/*
 * Element by element over storages whose elements lie row by row: in WebAssembly where there is a kernel and enough to
 * do, else in a plain loop. Where an operand lies in memory is its storage and its first element there.
 */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A kernel of one operand. */
export type Unary =
  | keyof UnaryKernels
  | "gelu"
  | "geluTanh"
  | "erf"
  | "erfc"
  | "atan"
  | "exp2"
  | "mish"
  | "logSigmoid"
  | "hardSigmoid"
  | "hardSwish";
/** A kernel of two operands that lie alike; `add` and its kin also come as `addScalar`, `addRow`, `addColumn`. */
export type Binary = Family | Pair;
type Family = "add" | "sub" | "mul" | "div";
type Pair =
  | "maximum"
  | "minimum"
  | "reluBackward"
  | "sigmoidBackward"
  | "tanhBackward"
  | "siluBackward"
  | "geluBackward"
  | "geluTanhBackward"
  | "mishBackward"
  | "logSigmoidBackward"
  | "hardSigmoidBackward"
  | "hardSwishBackward"
  | "atan2"
  | "logAddExp"
  | "xLogY"
  | "pow";

/** Kernels that compute enough for threads to share, and as many multiply-adds of a product as an element takes. */
const HEAVY: Partial<Record<Unary | Binary, number>> = {
  exp: 20,
  expm1: 25,
  sigmoid: 35,
  silu: 35,
  log: 35,
  sin: 40,
  cos: 40,
  log1p: 45,
  log2: 45,
  log10: 45,
  geluTanh: 45,
  tanh: 50,
  gelu: 55,
  erf: 70,
  erfc: 70,
  atan: 40,
  atan2: 40,
  exp2: 40,
  mish: 40,
  logSigmoid: 45,
  logAddExp: 50,
  xLogY: 40,
  pow: 90,
  mishBackward: 70,
  logSigmoidBackward: 40,
  siluBackward: 40,
  geluBackward: 55,
  geluTanhBackward: 55,
};

/** Runs a kernel on `n` elements of operands that lie alike. */
function run(kernel: Unary | Binary, n: number, out: Place, x: Place, y: Place | null): boolean {
  const work = HEAVY[kernel];
  const threads = work !== undefined && worthThreads(work * n);
  // to be asked for after the threads, for which the memory moves
  const fast = kernels()!;
  if (y !== null) {
    const binary = kernel as Binary;
    if (threads && inThreads(n, out, x, y, (k, [to, a, b], count) => k[binary](to, a, b, count))) return true;
    return inBlocks(n, 1, out, x, y, fast[binary]);
  }
  const unary = kernel as Unary;
  if (threads && inThreads(n, out, x, null, (k, [to, a], count) => k[unary](to, a, count))) return true;
  return inBlocks(n, 1, out, x, null, (to, from, _, count) => fast[unary](to, from, count));
}

/** Is it one that also takes numbers, rows and columns? */
export const isFamily = (kernel: Binary | undefined): kernel is Family =>
  kernel === "add" || kernel === "sub" || kernel === "mul" || kernel === "div";

/** The kernels, if there is one for `n` elements of the kind of `out` and it is worth the copies. */
const kernelsFor = (kernel: string | undefined, n: number, out: Place): Kernels | null =>
  kernel !== undefined && n >= FEW && out.storage.block instanceof Float32Array ? kernels() : null;

/** `out[i] = f(x[i])`, `n` elements. `out` may be `x`. */
export function unary(f: Scalar1, kernel: Unary | undefined, n: number, out: Place, x: Place): void {
  const fast = kernelsFor(kernel, n, out);
  if (fast !== null && run(kernel!, n, out, x, null)) return;
  const o = out.storage.block;
  const a = x.storage.block;
  let i = out.storage.start + out.offset;
  let j = x.storage.start + x.offset;
  for (const end = i + n; i < end; ) o[i++] = f(a[j++]);
}

/** `out[i] = f(x[i], y[i])`, `n` elements. `out` may be either. */
export function binary(f: Scalar2, kernel: Binary | undefined, n: number, out: Place, x: Place, y: Place): void {
  const fast = kernelsFor(kernel, n, out);
  if (fast !== null && run(kernel!, n, out, x, y)) return;
  const o = out.storage.block;
  const a = x.storage.block;
  const b = y.storage.block;
  let i = out.storage.start + out.offset;
  let j = x.storage.start + x.offset;
  let k = y.storage.start + y.offset;
  const end = i + n;
  // to call a function for each of a few elements takes longer than all the rest
  switch (kernel) {
    case "add":
      while (i < end) o[i++] = a[j++] + b[k++];
      return;
    case "sub":
      while (i < end) o[i++] = a[j++] - b[k++];
      return;
    case "mul":
      while (i < end) o[i++] = a[j++] * b[k++];
      return;
    case "div":
      while (i < end) o[i++] = a[j++] / b[k++];
      return;
    default:
      while (i < end) o[i++] = f(a[j++], b[k++]);
  }
}

/** `out[i] = f(x[i], y)` of a number `y`, or with `turned` `f(y, x[i])`. */
export function withScalar(
  f: Scalar2,
  kernel: Binary | undefined,
  turned: boolean,
  n: number,
  out: Place,
  x: Place,
  y: number,
): void {
  const fast = kernelsFor(kernel, n, out);
  if (fast !== null && isFamily(kernel)) {
    const run = fast[`${turnedName(kernel, turned)}Scalar`];
    if (inBlocks(n, 1, out, x, null, (to, from, _, count) => run(to, from, y, count))) return;
  }
  const o = out.storage.block;
  const a = x.storage.block;
  let i = out.storage.start + out.offset;
  let j = x.storage.start + x.offset;
  const end = i + n;
  if (kernel === "add") while (i < end) o[i++] = a[j++] + y;
  else if (kernel === "mul") while (i < end) o[i++] = a[j++] * y;
  else if (kernel === "sub" && !turned) while (i < end) o[i++] = a[j++] - y;
  else if (kernel === "div" && !turned) while (i < end) o[i++] = a[j++] / y;
  else if (turned) while (i < end) o[i++] = f(y, a[j++]);
  else while (i < end) o[i++] = f(a[j++], y);
}

/** The kernel that does the same with the operands in the other order. */
function turnedName(kernel: Family, turned: boolean): Family | "rsub" | "rdiv" {
  if (!turned || kernel === "add" || kernel === "mul") return kernel;
  return kernel === "sub" ? "rsub" : "rdiv";
}

/**
 * `out[i, j] = f(x[i, j], y[j])` for a row `y` or, with `column`, `f(x[i, j], y[i])`; with `turned` the arguments of `f`
 * change places. Answers whether there is a kernel for it.
 */
export function withVector(
  kernel: Binary,
  turned: boolean,
  column: boolean,
  rows: number,
  columns: number,
  out: Place,
  x: Place,
  { storage, offset }: Place,
): boolean {
  const fast = kernelsFor(kernel, rows * columns, out);
  if (fast === null || !isFamily(kernel)) return false;
  const run = fast[`${turnedName(kernel, turned)}${column ? "Column" : "Row"}`];
  lives(storage);
  return inBlocks(rows, columns, out, x, null, (to, from, _, count, first) => {
    const vector = column ? bringIn(storage, offset + first, count) : bringIn(storage, offset, columns);
    run(to, from, vector, count, columns);
  });
}
