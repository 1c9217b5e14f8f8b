import { Storage } from "../storage.js";
import { heap, heapBase, memoryBytes, take } from "./wasm/instance.js";

/*
 * Storages that live in the memory of the WebAssembly kernels. They have two thirds of what lies above the kernels' own;
 * the rest is for copies, see `stage.ts`.
 */

/** The bytes of a cache line. */
const LINE = 64;

/** `bytes` in whole cache lines. */
export const align = (bytes: number): number => (bytes + LINE - 1) & -LINE;

/** Where the part for copies begins. */
export const copiesBase = (): number => heapBase + align(Math.floor(((memoryBytes() - heapBase) / 3) * 2));

/** A piece of the memory. */
interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/**
 * Free pieces by size. There are eight sizes from each power of two to the next, so that what one shape has left serves
 * another that is nearly as large.
 */
const free = new Map<number, number[]>();

/** The size of the piece for `floats` floats. */
export function pieceFor(floats: number): number {
  const bytes = floats * 4;
  const unit = Math.max(LINE, 2 ** (28 - Math.clz32(bytes)));
  return Math.ceil(bytes / unit) * unit;
}

/** The address of a free piece, or 0 if there is none. */
function takePiece(bytes: number): number {
  return free.get(bytes)?.pop() ?? take(bytes, copiesBase());
}

function giveBack({ address, bytes }: Piece): void {
  const list = free.get(bytes);
  if (list) list.push(address);
  else free.set(bytes, [address]);
}

/** Gives back the pieces of storages that are gone. */
const leaving = new FinalizationRegistry<Piece>(giveBack);

const pieceOf = ({ address, length }: Storage): Piece => ({ address, bytes: pieceFor(length) });

/** Moves a storage into the memory, if it may and there is room. */
export function moveIn(storage: Storage): boolean {
  if (!storage.mayMove) return false;
  const address = takePiece(pieceFor(storage.length));
  if (address === 0) {
    storage.mayMove = false;
    return false;
  }
  heap().set(storage.data, address >> 2);
  storage.settle(address);
  watch(storage);
  return true;
}

/** A storage in the memory that nobody watches over: it must be given back by {@link release}, or {@link watch}ed. */
export function unwatched(length: number): Storage | null {
  const address = takePiece(pieceFor(length));
  return address === 0 ? null : Storage.at(address, length);
}

/** From here on the memory of this storage is given back when it has been collected. */
export function watch(storage: Storage): void {
  leaving.register(storage, pieceOf(storage), storage);
}

/** Gives back the memory of a storage that nobody will use again. */
export function release(storage: Storage): void {
  leaving.unregister(storage);
  giveBack(pieceOf(storage));
}
