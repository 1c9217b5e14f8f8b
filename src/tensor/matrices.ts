import { LinAlgError, RuntimeError } from "../python/errors.js";
import { numelOf, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** The last two sizes: rows and columns. */
export const matrixSize = (t: Tensor): [rows: number, columns: number] => t.shape.slice(-2) as [number, number];

/** The sizes before the last two. */
export const batchOf = (t: Tensor): Shape => t.shape.slice(0, -2);

/** Identity matrices of the shape and dtype of `A`. */
export function identityLike(A: Tensor): Tensor {
  const [n, columns] = matrixSize(A);
  const out = Tensor.empty(A.shape, A.dtype);
  const { data } = out.storage;
  for (let i = 0; i < data.length; i++) data[i] = +(Math.floor(i / columns) % n === i % columns);
  return out;
}

/** Calls `visit` with each matrix of a batch in doubles, row by row, in memory of its own. */
export function forEachMatrix(t: Tensor, visit: (matrix: Float64Array, at: number) => void): void {
  const size = numelOf(t.shape.slice(-2));
  const all = Float64Array.from(t.toTypedArray());
  for (let at = 0; at < numelOf(batchOf(t)); at++) visit(all.subarray(at * size, (at + 1) * size), at);
}

/** Throws unless the last two dimensions are those of square matrices of floating point numbers. */
export function checkSquare(name: string, A: Tensor, what = "A"): void {
  if (A.ndim < 2) throw new RuntimeError(`${name}: The input tensor ${what} must have at least 2 dimensions.`);
  const [m, n] = matrixSize(A);
  if (m !== n) {
    throw new RuntimeError(`${name}: ${what} must be batches of square matrices, but they are ${m} by ${n} matrices`);
  }
  checkFloat(name, A);
}

/** Throws for integers and bools. */
export function checkFloat(name: string, A: Tensor): void {
  if (A.dtype.is_floating_point) return;
  throw new RuntimeError(
    `${name}: Expected a floating point or complex tensor as input. Got ${A.dtype.scalarName}`,
    "Convert it first: x.float().",
  );
}

/** The error of an inversion for the first of the matrices whose `info` says which pivot (from 1) is 0. */
export function checkInverted(name: string, A: Tensor, info: ArrayLike<number>): void {
  complain(
    name,
    A,
    info,
    (i) =>
      `The diagonal element ${i} is zero, the inversion could not be completed because the input matrix is singular.`,
  );
}

/** Likewise for solutions. */
export function checkSolved(name: string, A: Tensor, info: ArrayLike<number>): void {
  complain(name, A, info, () => "The solver failed because the input matrix is singular.");
}

/** Likewise for the order of a minor that is not positive. */
export function checkPositive(name: string, A: Tensor, info: ArrayLike<number>): void {
  complain(
    name,
    A,
    info,
    (i) =>
      `The factorization could not be completed because the input is not positive-definite (the leading minor of order ${i} is not positive-definite).`,
  );
}

function complain(name: string, A: Tensor, info: ArrayLike<number>, what: (i: number) => string): void {
  const at = Array.from(info).findIndex((i) => i !== 0);
  if (at < 0) return;
  const batch = A.ndim > 2 ? `(Batch element ${at}): ` : "";
  throw new LinAlgError(`${name}: ${batch}${what(info[at])}`);
}
