/** Factorizations of one matrix of doubles, row by row in an array, each done in place. */

/**
 * `P A = L U` by Gauss's elimination with the largest pivot of each column: `U` and, below the diagonal, `L` (whose diagonal is 1)
 * overwrite the m x n matrix. Returns with which row each row was swapped, in turn.
 */
export function lu(a: Float64Array, m: number, n: number): Int32Array {
  const pivots = new Int32Array(Math.min(m, n));
  for (let j = 0; j < pivots.length; j++) {
    let best = j;
    for (let i = j + 1; i < m; i++) if (Math.abs(a[i * n + j]) > Math.abs(a[best * n + j])) best = i;
    pivots[j] = best;
    if (a[best * n + j] === 0) continue;
    if (best !== j) swapRows(a, n, j, best);
    for (let i = j + 1; i < m; i++) {
      const factor = a[i * n + j] / a[j * n + j];
      a[i * n + j] = factor;
      if (factor === 0) continue;
      for (let k = j + 1; k < n; k++) a[i * n + k] -= factor * a[j * n + k];
    }
  }
  return pivots;
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k], a[i * n + k]];
}

/** The first row (from 1) in which the diagonal of an n x n triangle is 0, or 0. */
export function firstZero(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) if (a[i * n + i] === 0) return i + 1;
  return 0;
}

/** Solves `A X = B` by the factors that {@link lu} left in `a`: `X` overwrites the n x k matrix `b`. */
export function solveByLU(a: Float64Array, pivots: Int32Array, b: Float64Array, n: number, k: number): void {
  for (let i = 0; i < n; i++) if (pivots[i] !== i) swapRows(b, k, i, pivots[i]);
  solveTriangle(a, b, n, k, false, true);
  solveTriangle(a, b, n, k, true, false);
}

/** Solves `T X = B` for the upper or lower triangle of an n x n matrix (`unit`: with 1 on its diagonal); `X` overwrites the n x k matrix `b`. */
export function solveTriangle(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  upper: boolean,
  unit: boolean,
): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const [from, to] = upper ? [i + 1, n] : [0, i];
    for (let j = from; j < to; j++) {
      const factor = a[i * n + j];
      for (let c = 0; c < k; c++) b[i * k + c] -= factor * b[j * k + c];
    }
    if (!unit) for (let c = 0; c < k; c++) b[i * k + c] /= a[i * n + i];
  }
}

/** `A = L L^T` from the lower triangle of a symmetric n x n matrix, which `L` overwrites. Returns 0, or the order (from 1) of the first minor that is not positive. */
export function cholesky(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i === j) {
        if (!(sum > 0)) return i + 1;
        a[i * n + i] = Math.sqrt(sum);
      } else a[i * n + j] = sum / a[j * n + j];
    }
    a.fill(0, i * n + i + 1, (i + 1) * n);
  }
  return 0;
}

/**
 * The orthonormal basis `Q` of `A = Q R` with a positive diagonal of `R`, by Householder's reflections; it overwrites the k
 * columns, each of n >= k numbers and one after the other in the array.
 */
export function orthonormalize(a: Float64Array, n: number, k: number): void {
  const reflections = new Float64Array(n * k);
  const squares = new Float64Array(k);
  const signs = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const v = reflections.subarray(j * n, (j + 1) * n);
    let square = 0;
    for (let i = j; i < n; i++) square += a[j * n + i] * a[j * n + i];
    // the reflection takes the column to a multiple of e_j, with the sign that loses no digits
    const pivot = a[j * n + j];
    signs[j] = pivot > 0 ? -1 : 1;
    for (let i = j; i < n; i++) v[i] = a[j * n + i];
    v[j] -= signs[j] * Math.sqrt(square);
    // v . v = 2 |x| (|x| + |x_j|)
    squares[j] = 2 * Math.sqrt(square) * (Math.sqrt(square) + Math.abs(pivot));
    for (let c = j; c < k; c++) reflect(v, squares[j], a, c * n, j, n);
  }
  a.fill(0);
  for (let j = 0; j < k; j++) a[j * n + j] = signs[j];
  for (let j = k - 1; j >= 0; j--) {
    const v = reflections.subarray(j * n, (j + 1) * n);
    for (let c = j; c < k; c++) reflect(v, squares[j], a, c * n, j, n);
  }
}

/** `x - 2 v (v . x) / (v . v)` for the column `x` that begins at `at`; `v` is 0 before `from`. */
function reflect(v: Float64Array, square: number, a: Float64Array, at: number, from: number, n: number): void {
  if (square === 0) return;
  let along = 0;
  for (let i = from; i < n; i++) along += v[i] * a[at + i];
  const factor = (2 * along) / square;
  for (let i = from; i < n; i++) a[at + i] -= factor * v[i];
}
