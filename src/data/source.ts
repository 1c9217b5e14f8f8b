import { IndexError, NotImplementedError } from "../python/errors.js";
import { isKeywords, pythonTypeOf, registerType, type Signature } from "../python/signature.js";
import type { Bound } from "../python/signature-types.js";
import { Tensor } from "../tensor/index.js";

/**
 * Whatever gives samples by number. Python's `dataset[i]` and `len(dataset)` are `dataset.get(i)` and `dataset.length`;
 * arrays, typed arrays and tensors (their rows are the samples) serve as they are.
 */
export type DataSource<T> = { get(index: number): T } | (Iterable<T> & { readonly length: number });

/** What knows how many samples it has. */
export interface Sized {
  readonly length: number;
}

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Sized: Sized;
    /** A number or boolean that the function checks itself, in PyTorch's words. */
    UncheckedInt: number;
    UncheckedBool: boolean;
  }
}
for (const name of ["Sized", "UncheckedInt", "UncheckedBool"]) registerType(name, () => true);

/** The arguments of what takes a data source first: a lone `{ length, get }` is one, and not keyword arguments. */
export function bindSource<const S extends string>(signature: Signature<S>, args: readonly unknown[]): Bound<S> {
  const [first] = args;
  const isSource = args.length === 1 && isKeywords(first) && ("length" in first || "get" in first);
  return signature.bind(isSource ? [first, {}] : args);
}

/**
 * Python's `len(x)`: the property `length`, or `size` for a Map or Set.
 *
 * @throws TypeError when there is none
 */
export function lengthOf(x: unknown): number {
  if (typeof x !== "function") {
    const { length, size } = Object(x) as { length?: unknown; size?: unknown };
    if (typeof length === "number") return length;
    if (typeof size === "number") return size;
  }
  throw new TypeError(`object of type '${pythonTypeOf(x)}' has no len()`);
}

/** Python's `list[i]`: a negative index counts from the end. */
export function elementAt<T>(list: ArrayLike<T>, index: number): T {
  const i = index < 0 ? index + list.length : index;
  if (i in Object(list)) return list[i];
  throw new IndexError("list index out of range", `The index is ${index}, the length ${list.length}.`);
}

/** Sample number `index`. */
export function sampleAt<T>(source: DataSource<T>, index: number): T {
  if (source instanceof Tensor) return source.index([index]) as T;
  if (typeof source === "object" && "get" in source) return source.get(index);
  if (typeof lengthOf(source) === "number" && Symbol.iterator in Object(source)) {
    return elementAt(source as unknown as ArrayLike<T>, index);
  }
  throw new NotImplementedError("Subclasses of Dataset should implement __getitem__.", "Give it a method get(index).");
}

/** The samples at `indices`; a source with a method `getItems` fetches them in one go. */
export function samplesAt<T>(source: DataSource<T>, indices: readonly number[]): T[] {
  const { getItems } = source as { getItems?(indices: readonly number[]): T[] };
  return getItems ? getItems.call(source, indices) : indices.map((i) => sampleAt(source, i));
}
