import type { TypedArray } from "../dtype.js";
import type { Storage } from "../storage.js";
import { align, copiesBase, moveIn } from "./residents.js";
import { copyRun } from "./runs.js";
import type { Operand } from "./strided.js";
import { heap, memoryBytes } from "./wasm/instance.js";

/*
 * The way of tensors into the memory of the WebAssembly kernels. Temporaries are ordinary arrays: they are copied in, and
 * the result is copied out. What is copied in again and again (parameters, optimizer state) moves in for good.
 *
 * The memory above the kernels' own is in two parts of fixed size: one for storages that live there, one for copies,
 * which only last for one call. It never grows, so no array over it is ever cut off.
 */

/** After so many copies a storage moves in. A temporary is read by two or three kernels. */
const COPIES_BEFORE_MOVING = 8;
/** Elements of one block that kernels of single elements treat at a time, so that copies stay in the cache. */
export const BLOCK = 16384;

/** Where the elements of a tensor begin. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
}

/** The array of an operand, its first element there and the step to the next; a number is read again and again. */
export function elementsOf(x: Place | number): readonly [array: TypedArray, at: number, step: number] {
  if (typeof x === "number") return [Float64Array.of(x), 0, 0];
  return [x.storage.block, x.storage.start + x.offset, 1];
}

let top = 0;

/** Forgets the copies of the call before. */
export function begin(): void {
  top = copiesBase();
}

/** The address of room for `n` floats, or 0 if there is none. */
export function room(n: number): number {
  const address = top;
  const after = address + align(n * 4);
  if (after > memoryBytes()) return 0;
  top = after;
  return address;
}

/** Does a storage live in the memory? To ask counts as a use of it: what is used often moves in. */
export function lives(storage: Storage): boolean {
  return storage.address > 0 || (++storage.copies > COPIES_BEFORE_MOVING && moveIn(storage));
}

/** The address of the `n` floats of a storage that begin at element `at`; of a copy, if it does not live there. */
export function bringIn(storage: Storage, at: number, n: number): number {
  if (storage.address > 0) return storage.address + at * 4;
  const address = room(n);
  if (address > 0) copyIn(storage, at, n, address);
  return address;
}

/** The address at which to write the `n` floats of a storage that begin at element `at`. {@link takeOut} then ends it. */
export function roomFor(storage: Storage, at: number, n: number): number {
  return storage.address > 0 ? storage.address + at * 4 : room(n);
}

/** Copies what was written at {@link roomFor} to where it belongs. */
export function takeOut(storage: Storage, at: number, n: number, address: number): void {
  if (storage.address === 0) storage.copy(heap(), address >> 2, n, at);
}

/** {@link bringIn} of the `n` floats from the first of an operand. To ask counts as a use of its storage. */
export function bringInArray({ data, offset, storage }: Operand, n: number): number {
  if (storage !== undefined) {
    lives(storage);
    return bringIn(storage, offset, n);
  }
  const address = room(n);
  if (address > 0) heap().set(data.subarray(offset, offset + n), address >> 2);
  return address;
}

/** {@link roomFor} the `n` floats from the first of an operand. */
export function roomForArray({ offset, storage }: Operand, n: number): number {
  return storage === undefined ? room(n) : roomFor(storage, offset, n);
}

/** {@link takeOut} for {@link roomForArray}. */
export function takeOutArray({ data, offset, storage }: Operand, n: number, address: number): void {
  if (storage !== undefined) takeOut(storage, offset, n, address);
  else data.set(heap().subarray(address >> 2, (address >> 2) + n), offset);
}

/** Copies `n` floats of a storage to `address`. */
function copyIn(storage: Storage, at: number, n: number, address: number): void {
  copyRun(heap(), address >> 2, storage.block, storage.start + at, n);
}
