import { pythonTypeOf } from "../python/signature.js";

/** What a class may be called. All labels of one data set are of one kind. */
export type Label = string | number | boolean;

/**
 * The distinct labels in ascending order, as NumPy's `unique` sorts them: numbers by value with NaN last, text by code
 * point, `false` before `true`.
 *
 * @throws TypeError when the kinds are mixed, or a label is none of these
 */
export function sortedUnique<T extends Label>(y: ArrayLike<T>): T[] {
  const labels = [...new Set(Array.from(y))];
  const kinds = new Set(labels.map((label) => typeof label));
  if (kinds.size > 1 || labels.some((label) => !["string", "number", "boolean"].includes(typeof label))) {
    const types = [...new Set(labels.map(pythonTypeOf))].sort();
    throw new TypeError(
      `Encoders require their input argument must be uniformly strings or numbers. Got ['${types.join("', '")}']`,
    );
  }
  return labels.sort((a, b) => (typeof a === "string" ? compareText(a, String(b)) : compareNumbers(+a, +b)));
}

function compareNumbers(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? +Number.isNaN(a) - +Number.isNaN(b) : a - b;
}

/** By code points, as Python compares; JavaScript's `<` compares UTF-16 units and puts U+1F600 before U+FF5E. */
function compareText(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  const i = x.findIndex((character, at) => character !== y[at]);
  if (i < 0 || i >= y.length) return x.length - y.length;
  return x[i].codePointAt(0)! - y[i].codePointAt(0)!;
}
