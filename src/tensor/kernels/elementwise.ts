import type { TypedArray } from "../dtype.js";
import type { Storage } from "../storage.js";
import type { Scalar1, Scalar2 } from "./map.js";
import { BLOCK, begin, bringIn, lives, roomFor, takeOut } from "./stage.js";
import type { UnaryKernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/*
 * Element by element over storages whose elements lie row by row: in WebAssembly where there is a kernel and enough to
 * do, else in a plain loop. Where an operand lies in memory is its storage and its first element there.
 */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A kernel of one operand. */
export type Unary = keyof UnaryKernels | "gelu" | "geluTanh";
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
  | "geluTanhBackward";

type Loop2 = (
  n: number,
  o: TypedArray,
  i: number,
  a: TypedArray,
  j: number,
  b: TypedArray,
  k: number,
  f: Scalar2,
) => void;

const anyLoop: Loop2 = (n, o, i, a, j, b, k, f) => {
  for (const end = i + n; i < end; ) o[i++] = f(a[j++], b[k++]);
};

/** Arithmetic has loops of its own: to call a function for each of a few elements takes longer than all the rest. */
const arithmetic: Readonly<Record<Family, Loop2>> = {
  add: (n, o, i, a, j, b, k) => {
    for (const end = i + n; i < end; ) o[i++] = a[j++] + b[k++];
  },
  sub: (n, o, i, a, j, b, k) => {
    for (const end = i + n; i < end; ) o[i++] = a[j++] - b[k++];
  },
  mul: (n, o, i, a, j, b, k) => {
    for (const end = i + n; i < end; ) o[i++] = a[j++] * b[k++];
  },
  div: (n, o, i, a, j, b, k) => {
    for (const end = i + n; i < end; ) o[i++] = a[j++] / b[k++];
  },
};

const isFamily = (kernel: Binary | undefined): kernel is Family =>
  kernel === "add" || kernel === "sub" || kernel === "mul" || kernel === "div";

/** `out[i] = f(x[i])`, `n` elements. `out` may be `x`. */
export function unary(
  f: Scalar1,
  kernel: Unary | undefined,
  n: number,
  out: Storage,
  outAt: number,
  x: Storage,
  xAt: number,
): void {
  const o = out.block;
  const fast = kernel !== undefined && n >= FEW && o instanceof Float32Array ? kernels() : null;
  if (fast === null) {
    const a = x.block;
    let i = out.start + outAt;
    let j = x.start + xAt;
    for (const end = i + n; i < end; i++, j++) o[i] = f(a[j]);
    return;
  }
  lives(out);
  lives(x);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    const from = bringIn(x, xAt + i, m);
    const to = roomFor(out, outAt + i, m);
    fast[kernel!](to, from, m);
    takeOut(out, outAt + i, m, to);
  }
}

/** `out[i] = f(x[i], y[i])`, `n` elements. `out` may be either. */
export function binary(
  f: Scalar2,
  kernel: Binary | undefined,
  n: number,
  out: Storage,
  outAt: number,
  x: Storage,
  xAt: number,
  y: Storage,
  yAt: number,
): void {
  const o = out.block;
  const fast = kernel !== undefined && n >= FEW && o instanceof Float32Array ? kernels() : null;
  if (fast === null) {
    const loop = isFamily(kernel) ? arithmetic[kernel] : anyLoop;
    loop(n, o, out.start + outAt, x.block, x.start + xAt, y.block, y.start + yAt, f);
    return;
  }
  lives(out);
  lives(x);
  lives(y);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    const left = bringIn(x, xAt + i, m);
    const right = bringIn(y, yAt + i, m);
    const to = roomFor(out, outAt + i, m);
    fast[kernel!](to, left, right, m);
    takeOut(out, outAt + i, m, to);
  }
}

/** `out[i] = f(x[i], y)` of a number `y`, or with `turned` `f(y, x[i])`. */
export function withScalar(
  f: Scalar2,
  kernel: Binary | undefined,
  turned: boolean,
  n: number,
  out: Storage,
  outAt: number,
  x: Storage,
  xAt: number,
  y: number,
): void {
  const o = out.block;
  const fast = isFamily(kernel) && n >= FEW && o instanceof Float32Array ? kernels() : null;
  if (fast === null || !isFamily(kernel)) {
    const a = x.block;
    let i = out.start + outAt;
    let j = x.start + xAt;
    const end = i + n;
    if (turned) for (; i < end; i++, j++) o[i] = f(y, a[j]);
    else for (; i < end; i++, j++) o[i] = f(a[j], y);
    return;
  }
  const run = fast[`${turnedName(kernel, turned)}Scalar`];
  lives(out);
  lives(x);
  for (let i = 0; i < n; i += BLOCK) {
    const m = Math.min(BLOCK, n - i);
    begin();
    const from = bringIn(x, xAt + i, m);
    const to = roomFor(out, outAt + i, m);
    run(to, from, y, m);
    takeOut(out, outAt + i, m, to);
  }
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
  kernel: Binary | undefined,
  turned: boolean,
  column: boolean,
  rows: number,
  columns: number,
  out: Storage,
  x: Storage,
  xAt: number,
  y: Storage,
  yAt: number,
): boolean {
  if (!isFamily(kernel) || rows * columns < FEW || !(out.block instanceof Float32Array)) return false;
  const fast = kernels();
  if (fast === null) return false;
  const run = fast[`${turnedName(kernel, turned)}${column ? "Column" : "Row"}`];
  lives(out);
  lives(x);
  lives(y);
  const step = Math.max(1, Math.floor(BLOCK / columns));
  for (let i = 0; i < rows; i += step) {
    const m = Math.min(step, rows - i);
    begin();
    const vector = column ? bringIn(y, yAt + i, m) : bringIn(y, yAt, columns);
    const from = bringIn(x, xAt + i * columns, m * columns);
    const to = roomFor(out, i * columns, m * columns);
    if (to === 0 || from === 0) return false;
    run(to, from, vector, m, columns);
    takeOut(out, i * columns, m * columns, to);
  }
  return true;
}
