import { pythonTypeOf } from "../python/signature.js";
import { int64, Tensor } from "../tensor/index.js";

/** Data whose rows can be counted and picked: an array of anything (a matrix is an array of rows), a typed array, a tensor. */
export type Rows = ArrayLike<unknown> | Tensor;

/** The type of a selection of rows: a tensor of a tensor, what `slice()` gives for typed arrays, else an array of the elements. */
export type Taken<X> = X extends string
  ? never
  : X extends Tensor
    ? Tensor
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
  if (x instanceof Tensor && x.dim() === 0) {
    throw new TypeError(
      `Input should have at least 1 dimension i.e. satisfy \`len(x.shape) > 0\`, got scalar \`${x}\` instead.`,
    );
  }
  const countable = typeof x === "object" && x !== null && typeof x.length === "number";
  if (!countable) throw new TypeError(`Expected sequence or array-like, got <class '${pythonTypeOf(x)}'>`);
  return x.length;
}

/** The rows of `x` at `indices`, in that order, in a container of the same kind. */
export function takeRows<X extends Rows>(x: X, indices: readonly number[]): Taken<X> {
  const rows: Rows = x;
  if (rows instanceof Tensor) return rows.index_select(0, indexOf(indices)) as Taken<X>;
  if (!ArrayBuffer.isView(rows)) return indices.map((i) => rows[i]) as Taken<X>;
  const typed = rows as NumberArray;
  const taken = new typed.constructor(indices.length);
  for (let i = 0; i < indices.length; i++) taken[i] = typed[indices[i]];
  return taken as unknown as Taken<X>;
}

/** Indices as a tensor, which picks rows of tensors. */
export function indexOf(indices: readonly number[]): Tensor {
  return Tensor.of(new Float64Array(indices), [indices.length], int64);
}
