import type { Conversion, TypedArray } from "../dtype.js";

/* Copies of elements that lie at equal distances, `so` and `sx` apart. */

/** `out[i + k * so] = x[j + k * sx]` for `k < n`. */
export type Run = (n: number, out: TypedArray, i: number, so: number, x: TypedArray, j: number, sx: number) => void;

/** So few elements are copied one by one. */
const FEW = 32;

/** The way to copy runs of `n` elements between such arrays, so far apart, each converted (`null`: by the arrays). */
export function runFor(how: Conversion | null, out: TypedArray, so: number, x: TypedArray, sx: number, n: number): Run {
  if (how !== null) return how === "truth" ? truths : wholes;
  if (so === 1 && n > FEW) {
    if (sx === 1) return copied;
    if (sx === -1) return reversed;
    if (sx === 0) return filled;
  }
  return out instanceof Float32Array && x instanceof Float32Array ? floats : elements;
}

/** `out[i + k] = x[j + k]` for `k < n`: a view is not worth while for a few. */
export function copyRun(out: TypedArray, i: number, x: TypedArray, j: number, n: number): void {
  if (n <= FEW) for (const end = i + n; i < end; ) out[i++] = x[j++];
  else out.set(j === 0 && n === x.length ? x : x.subarray(j, j + n), i);
}

const copied: Run = (n, out, i, _, x, j) => copyRun(out, i, x, j, n);

const reversed: Run = (n, out, i, _, x, j) => {
  out.set(x.subarray(j - n + 1, j + 1), i);
  out.subarray(i, i + n).reverse();
};

const filled: Run = (n, out, i, _, x, j) => out.fill(x[j], i, i + n);

// the same loop twice: one that sees several kinds of arrays is five times slower

const floats: Run = (n, out, i, so, x, j, sx) => {
  for (let k = 0; k < n; k++, i += so, j += sx) out[i] = x[j];
};

const elements: Run = (n, out, i, so, x, j, sx) => {
  for (let k = 0; k < n; k++, i += so, j += sx) out[i] = x[j];
};

const truths: Run = (n, out, i, so, x, j, sx) => {
  for (let k = 0; k < n; k++, i += so, j += sx) out[i] = x[j] !== 0 ? 1 : 0;
};

const wholes: Run = (n, out, i, so, x, j, sx) => {
  for (let k = 0; k < n; k++, i += so, j += sx) {
    const whole = Math.trunc(x[j]);
    // integers have no -0
    out[i] = Number.isNaN(whole) ? 0 : whole + 0;
  }
};
