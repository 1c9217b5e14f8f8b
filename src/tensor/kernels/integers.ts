import { elementsOf, type Place } from "./stage.js";

/* Arithmetic of int64 elements, which are doubles that lie row by row. */

/** An operation on two integers; `remainder` has no turned form. */
export type Whole = "add" | "sub" | "mul" | "remainder";

/**
 * `out[i] = x[i] op y[i]`, or of a number `y`; with `turned` the operands change places. Answers whether all results are
 * integers that a double holds.
 */
export function wholeBinary(op: Whole, turned: boolean, n: number, out: Place, x: Place, y: Place | number): boolean {
  const [o, to] = elementsOf(out);
  const [a, from] = elementsOf(x);
  const [b, other, step] = elementsOf(y);
  let least = 0;
  let greatest = 0;
  const sign = turned ? -1 : 1;
  for (let i = to, j = from, k = other, end = to + n; i < end; i++, j++, k += step) {
    // integers have no -0
    const value =
      (op === "add"
        ? a[j] + b[k]
        : op === "sub"
          ? sign * (a[j] - b[k])
          : op === "mul"
            ? a[j] * b[k]
            : modulo(a[j], b[k])) + 0;
    o[i] = value;
    if (value > greatest) greatest = value;
    else if (value < least) least = value;
  }
  return greatest <= Number.MAX_SAFE_INTEGER && least >= -Number.MAX_SAFE_INTEGER;
}

/** Python's `%`: the remainder with the sign of `y`. */
export function modulo(x: number, y: number): number {
  const r = x % y;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}
