import type { TypedArray } from "../dtype.js";
import { BLOCK, begin, bringIn, elementsOf, lives, type Place, room, roomFor, takeOut } from "./stage.js";
import type { CompareKernels } from "./wasm/exports.js";
import { heap, kernels } from "./wasm/instance.js";

/*
 * Bools, which are bytes, and float32 elements that lie row by row: comparisons, choices and logic in WebAssembly. Bytes are
 * copied in and out in each call.
 */

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 48;

/** A comparison of two floats. */
export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
/** An operation on two bools. */
export type Logic = "logicalAnd" | "logicalOr" | "logicalXor" | "logicalNor";

/** The memory as bytes. */
let bytes: Uint8Array = new Uint8Array(0);

function memory(): Uint8Array {
  const { buffer } = heap();
  if (bytes.buffer !== buffer) bytes = new Uint8Array(buffer);
  return bytes;
}

const roomForBytes = (n: number): number => room((n + 3) >> 2);

function bringInBytes(data: TypedArray, at: number, n: number): number {
  const address = roomForBytes(n);
  memory().set(data.subarray(at, at + n), address);
  return address;
}

function takeOutBytes(data: TypedArray, at: number, n: number, address: number): void {
  data.set(memory().subarray(address, address + n), at);
}

/** Calls `run` for one block after another, if there are enough elements and kernels for them. */
function inByteBlocks(n: number, run: (fast: CompareKernels, at: number, count: number) => void): boolean {
  const fast = n >= FEW ? kernels() : null;
  if (fast === null) return false;
  for (let at = 0; at < n; at += BLOCK) {
    begin();
    run(fast, at, Math.min(BLOCK, n - at));
  }
  return true;
}

/** `out[i]`, whether the comparison of `x[i]` with `y[i]` or the number `y` holds. Answers whether it was done. */
export function compare(kernel: Comparison, n: number, out: Place, x: Place, y: Place | number): boolean {
  const { data } = out.storage;
  lives(x.storage);
  if (typeof y !== "number") lives(y.storage);
  return inByteBlocks(n, (fast, at, count) => {
    const left = bringIn(x.storage, x.offset + at, count);
    const to = roomForBytes(count);
    if (typeof y === "number") fast[`${kernel}Scalar`](to, left, y, count);
    else fast[kernel](to, left, bringIn(y.storage, y.offset + at, count), count);
    takeOutBytes(data, out.offset + at, count, to);
  });
}

/** {@link compare} in plain loops, of elements of any one dtype; `y` is an element or a number. */
export function comparePlain(kernel: Comparison, n: number, out: Place, x: Place, y: Place | number): void {
  const [o, to] = elementsOf(out);
  const [a, from] = elementsOf(x);
  loops[kernel](n, o, to, a, from, ...elementsOf(y));
}

type Loop = (
  n: number,
  o: TypedArray,
  i: number,
  a: TypedArray,
  j: number,
  b: TypedArray,
  k: number,
  step: number,
) => void;

const loops: Readonly<Record<Comparison, Loop>> = {
  eq: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] === b[k]);
  },
  ne: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] !== b[k]);
  },
  lt: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] < b[k]);
  },
  le: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] <= b[k]);
  },
  gt: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] > b[k]);
  },
  ge: (n, o, i, a, j, b, k, step) => {
    for (const end = i + n; i < end; k += step) o[i++] = +(a[j++] >= b[k]);
  },
};

/** `out[i]`, `x[i]` where `mask[i]` holds, else `y[i]`; one of the two may be a number. Answers whether it was done. */
export function select(n: number, out: Place, mask: Place, x: Place | number, y: Place | number): boolean {
  const { data } = mask.storage;
  lives(out.storage);
  for (const operand of [x, y]) if (typeof operand !== "number") lives(operand.storage);
  return inByteBlocks(n, (fast, at, count) => {
    const floats = ({ storage, offset }: Place) => bringIn(storage, offset + at, count);
    const chosen = bringInBytes(data, mask.offset + at, count);
    const to = roomFor(out.storage, out.offset + at, count);
    if (typeof y !== "number") {
      if (typeof x !== "number") fast.where(to, chosen, floats(x), floats(y), count);
      else fast.maskedFill(to, floats(y), chosen, x, count);
    } else fast.maskedKeep(to, floats(x as Place), chosen, y, count);
    takeOut(out.storage, out.offset + at, count, to);
  });
}

/** `out[i] = kernel(x[i], y[i])` of bools. Answers whether it was done. */
export function combine(kernel: Logic, n: number, out: Place, x: Place, y: Place): boolean {
  return inByteBlocks(n, (fast, at, count) => {
    const left = bringInBytes(x.storage.data, x.offset + at, count);
    const right = y === x ? left : bringInBytes(y.storage.data, y.offset + at, count);
    const to = roomForBytes(count);
    fast[kernel](to, left, right, count);
    takeOutBytes(out.storage.data, out.offset + at, count, to);
  });
}
