import { pythonTypeOf } from "../python/signature.js";

/** Data whose rows can be counted and picked: an array of anything (a matrix is an array of rows), a typed array. */
export type Rows = ArrayLike<unknown>;

/** The type of a selection of rows: what `slice()` gives for typed arrays, an array of the elements otherwise. */
export type Taken<X> = X extends string
  ? never
  : X extends readonly (infer T)[]
    ? T[]
    : X extends { slice(start?: number, end?: number): infer S }
      ? S
      : X extends ArrayLike<infer T>
        ? T[]
        : X;

/** Any typed array: what they share in use is that each makes its own kind. */
type NumberArray = Float64Array & { constructor: new (length: number) => Float64Array };

/**
 * How many rows `x` has.
 *
 * @throws TypeError when it has none to count
 */
export function countRows(x: Rows): number {
  const countable = typeof x === "object" && x !== null && typeof x.length === "number";
  if (!countable) throw new TypeError(`Expected sequence or array-like, got <class '${pythonTypeOf(x)}'>`);
  return x.length;
}

/** The rows of `x` at `indices`, in that order, in a container of the same kind. */
export function takeRows<X extends Rows>(x: X, indices: readonly number[]): Taken<X> {
  const rows: Rows = x;
  if (!ArrayBuffer.isView(rows)) return indices.map((i) => rows[i]) as Taken<X>;
  const typed = rows as NumberArray;
  const taken = new typed.constructor(indices.length);
  for (let i = 0; i < indices.length; i++) taken[i] = typed[indices[i]];
  return taken as unknown as Taken<X>;
}
