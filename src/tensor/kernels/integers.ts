import type { Place } from "./stage.js";

/* Arithmetic of int64 elements, which are doubles that lie row by row. */

/** An operation on two integers; those with a remainder have no turned form. */
export type Whole = "add" | "sub" | "mul" | "remainder";

/**
 * `out[i] = x[i] op y[i]`, or of a number `y`; with `turned` the operands change places. Answers whether all results are
 * integers that a double holds.
 */
export function wholeBinary(op: Whole, turned: boolean, n: number, out: Place, x: Place, y: Place | number): boolean {
  const o = out.storage.block;
  const a = x.storage.block;
  const number = typeof y === "number" ? Float64Array.of(y) : null;
  const b = number ?? (y as Place).storage.block;
  const step = number === null ? 1 : 0;
  let i = out.storage.start + out.offset;
  let j = x.storage.start + x.offset;
  let k = number === null ? (y as Place).storage.start + (y as Place).offset : 0;
  let least = 0;
  let greatest = 0;
  const sign = turned ? -1 : 1;
  for (const end = i + n; i < end; i++, j++, k += step) {
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
