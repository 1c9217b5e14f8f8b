import { IndexError } from "../../python/errors.js";

/** What can be read and written by place. */
export interface Indexed {
  readonly length: number;
  at(index: number): unknown;
  __setitem__(index: number, value: unknown): void;
}

/** How many places of a class can be written as `list[i]` and `list[-i]` so far. */
const reach = new WeakMap<object, number>();

/** Makes `list[0]` ... `list[n - 1]` and `list[-1]` ... `list[-n]` work for all objects with this prototype. */
export function reachable(prototype: Indexed, n: number): void {
  const known = reach.get(prototype) ?? 0;
  if (n <= known) return;
  const wide = Math.max(n, 2 * known, 16);
  for (let i = known; i < wide; i++) {
    for (const index of [i, -i - 1]) Object.defineProperty(prototype, String(index), accessor(index));
  }
  reach.set(prototype, wide);
}

const accessor = (index: number): PropertyDescriptor => ({
  get(this: Indexed) {
    const n = this.length;
    return index < n && index >= -n ? this.at(index) : undefined;
  },
  set(this: Indexed, value: unknown) {
    this.__setitem__(index, value);
  },
  configurable: true,
});

/** The place counted from the front. */
export function place(index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new IndexError(`index ${index} is out of range`);
  }
  return index < 0 ? index + length : index;
}

/** The places of Python's `[start:end:step]`. */
export function sliced<T>(items: readonly T[], start?: number, end?: number, step = 1): T[] {
  if (step > 0) return items.slice(start, end).filter((_, i) => i % step === 0);
  const from =
    start === undefined ? items.length - 1 : Math.min(start < 0 ? start + items.length : start, items.length - 1);
  const to = end === undefined ? -1 : Math.max(end < 0 ? end + items.length : end, -1);
  const taken: T[] = [];
  for (let i = from; i > to && i >= 0; i += step) taken.push(items[i]);
  return taken;
}
