import { release, unwatched, watch } from "./kernels/residents.js";
import { type Storage, setSource } from "./storage.js";

/*
 * The memory of a backward pass. What a formula computes on its way to a gradient, and a gradient that has been passed on,
 * nobody will read again: the formulas of the op table keep nothing, so only the pass knows them, which counts where they
 * are. Their memory, that of the WebAssembly kernels, serves the next formula without waiting for the garbage collector.
 * What anybody else gets to see (hooks, `.grad`) becomes a tensor like others.
 */

/** Smaller results are cheaper in ordinary arrays. */
const LEAST = 1000;
let least = LEAST;
let poisons = false;

/** What the formulas that are running have allocated. */
const made: Storage[] = [];

/** The count of a storage that is not, or no longer, known to the pass alone. */
const SHOWN = -1;

function allocate(length: number): Storage | null {
  if (length <= least) return null;
  const storage = unwatched(length);
  if (storage === null) return null;
  storage.holds = 0;
  made.push(storage);
  return storage;
}

/** A tensor, as far as its memory is concerned. */
interface Held {
  readonly storage: Storage;
}

/** A formula of the op table begins. To be handed to {@link endFormula}. */
export function beginFormula(): number {
  setSource(allocate);
  return made.length;
}

/**
 * A formula ends: what it has allocated is free, but for what is part of its results, which may be missing after an error.
 * Whoever gets these holds them or lets them go.
 */
export function endFormula(begin: number, results: readonly (Held | null)[] | null): void {
  if (begin === 0) setSource(null);
  if (made.length === begin) return;
  if (results !== null) for (const result of results) if (result?.storage.holds === 0) result.storage.holds = 1;
  for (const storage of made.splice(begin)) {
    if (storage.holds === 0) recycle(storage);
    else storage.holds = 0;
  }
}

function recycle(storage: Storage): void {
  if (poisons) storage.data.fill(Number.NaN);
  storage.holds = SHOWN;
  release(storage);
}

/** One place more where a gradient is. */
export function hold({ storage }: Held): void {
  if (storage.holds !== SHOWN) storage.holds++;
}

/** One place less. After the last nobody has the gradient, and its memory is free. */
export function letGo({ storage }: Held): void {
  if (storage.holds !== SHOWN && --storage.holds === 0) recycle(storage);
}

/** Somebody else gets to see the gradient. */
export function show({ storage }: Held): void {
  if (storage.holds === SHOWN) return;
  storage.holds = SHOWN;
  watch(storage);
}

/** Nobody has this gradient any more: is its memory such that passes use it again? Then it is free. */
export function released({ storage }: Held): boolean {
  if (storage.address === 0 || storage.length <= least) return false;
  recycle(storage);
  return true;
}

/** Is this the only place where the gradient is? */
export const isSole = ({ storage }: Held): boolean => storage.holds === 1;

/** @internal For tests: how small what is reused may be, and whether what is free is filled with NaN. */
export function reuse({ from = LEAST, poison = false } = {}): void {
  least = from;
  poisons = poison;
}
