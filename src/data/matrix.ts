import { ValueError, withHelp } from "../python/errors.js";
import { pythonTypeOf, registerType } from "../python/signature.js";

/** A matrix as an array of rows: plain arrays, `Float64Array`s or `Float32Array`s. */
export type Matrix = readonly ArrayLike<number>[];

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Matrix: Matrix;
  }
}
// checkMatrix() says in scikit-learn's words what a matrix must be
registerType("Matrix", () => true);

/**
 * Checks that `X` is a matrix of numbers with at least one row and one column, as scikit-learn does. NaN is allowed.
 *
 * @param estimator the class that asks, for the messages
 * @returns the number of columns
 */
export function checkMatrix(X: Matrix, estimator: string): number {
  if (!Array.isArray(X)) {
    const kind = ArrayBuffer.isView(X) ? "1D array" : "scalar array";
    throw new ValueError(`Expected 2D array, got ${kind} instead:\narray=${String(X)}.\n${reshape}`);
  }
  if (X.every((row) => typeof row !== "object" || row === null)) {
    throw new ValueError(`Expected 2D array, got 1D array instead:\narray=[${X.join(" ")}].\n${reshape}`);
  }
  const width = X[0].length;
  const ragged = X.findIndex((row) => row?.length !== width);
  if (ragged >= 0) {
    throw new ValueError(
      `setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (${X.length},) + inhomogeneous part.`,
      `Row 0 has ${width} columns, row ${ragged} has ${X[ragged]?.length}. Give all rows the same length.`,
    );
  }
  if (width === 0) {
    throw new ValueError(
      `Found array with 0 feature(s) (shape=(${X.length}, 0)) while a minimum of 1 is required by ${estimator}.`,
    );
  }
  for (let i = 0; i < X.length; i++) for (let j = 0; j < width; j++) checkNumber(X[i][j], i, j, estimator);
  return width;
}

const reshape =
  "Reshape your data either using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a single sample.";

function checkNumber(value: unknown, row: number, column: number, estimator: string): void {
  const infinite = value === Infinity || value === -Infinity;
  if (typeof value === "number" && !infinite) return;
  const place = `Row ${row}, column ${column} of the matrix.`;
  if (infinite) throw new ValueError("Input X contains infinity or a value too large for dtype('float64').", place);
  if (typeof value === "string") {
    throw new ValueError(`could not convert string to float: '${value}'`, `${place} Convert text with Number() first.`);
  }
  if (typeof value === "object" && value !== null && "length" in value) {
    throw new ValueError(`Found array with dim 3, while dim <= 2 is required by ${estimator}.`);
  }
  throw new TypeError(
    withHelp(`float() argument must be a string or a real number, not '${pythonTypeOf(value)}'`, place),
  );
}

/** Column j of a matrix, in float64. */
export function columnOf(X: Matrix, j: number): Float64Array {
  const column = new Float64Array(X.length);
  for (let i = 0; i < column.length; i++) column[i] = X[i][j];
  return column;
}

/**
 * The sum of a column to the last digit of NumPy's `nansum(X, axis=0)`, NaN counting as 0. A matrix is summed row by
 * row, so each column is added up in order; but one lone column is contiguous, and NumPy adds that up pairwise.
 */
export function sumOfColumn(column: Float64Array, lone: boolean): number {
  const numbers = column.map((v) => (Number.isNaN(v) ? 0 : v));
  return lone ? pairwiseSum(numbers) : inOrder(numbers);
}

function inOrder(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}

/** NumPy's sum of contiguous numbers: halves are summed on their own, up to 128 numbers in eight interleaved sums. */
function pairwiseSum(x: Float64Array): number {
  if (x.length < 8) return inOrder(x);
  if (x.length <= 128) {
    const whole = x.length - (x.length % 8);
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, k) => {
      let sum = x[k];
      for (let i = k + 8; i < whole; i += 8) sum += x[i];
      return sum;
    }) as [number, number, number, number, number, number, number, number];
    let sum = a + b + (c + d) + (e + f + (g + h));
    for (let i = whole; i < x.length; i++) sum += x[i];
    return sum;
  }
  const half = Math.floor(x.length / 2);
  const middle = half - (half % 8);
  return pairwiseSum(x.subarray(0, middle)) + pairwiseSum(x.subarray(middle));
}
