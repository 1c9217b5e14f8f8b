import type { Operand } from "./strided.js";

/**
 * `out[b, i, j] = sum over k of x[b, i, k] * y[b, k, j]` with sizes `batch`, `m`, `k`, `n`. All operands have three
 * strides. Sums run in double precision.
 */
export function matmul(batch: number, m: number, k: number, n: number, out: Operand, x: Operand, y: Operand): void {
  const row = new Float64Array(n);
  const [xb, xi, xk] = x.strides as [number, number, number];
  const [yb, yk, yj] = y.strides as [number, number, number];
  const [ob, oi, oj] = out.strides as [number, number, number];
  const a = x.data;
  const b = y.data;
  const o = out.data;
  for (let q = 0; q < batch; q++) {
    const x0 = x.offset + q * xb;
    const y0 = y.offset + q * yb;
    const o0 = out.offset + q * ob;
    for (let i = 0; i < m; i++) {
      row.fill(0);
      for (let p = 0; p < k; p++) {
        const s = a[x0 + i * xi + p * xk];
        for (let j = 0, l = y0 + p * yk; j < n; j++, l += yj) row[j] += s * b[l];
      }
      for (let j = 0, l = o0 + i * oi; j < n; j++, l += oj) o[l] = row[j];
    }
  }
}
