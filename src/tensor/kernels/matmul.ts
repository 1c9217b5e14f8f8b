import type { TypedArray } from "../dtype.js";
import { gemm } from "./gemm.js";
import type { Operand } from "./strided.js";

/** The factors of the product at hand in doubles, each row of `x` and each column of `y` in one piece; for all calls. */
let rows = new Float64Array(0);
let columns = new Float64Array(0);
/** The product, column by column. */
let sums = new Float64Array(0);

/**
 * `out[b, i, j] = sum over k of x[b, i, k] * y[b, k, j]` with sizes `batch`, `m`, `k`, `n`, plus `add[b, i, j]` if given.
 * All operands have three strides. In WebAssembly where that pays, see `gemm.ts`.
 */
export function matmul(
  batch: number,
  m: number,
  k: number,
  n: number,
  out: Operand,
  x: Operand,
  y: Operand,
  add: Operand | null = null,
): void {
  if (!gemm(batch, m, k, n, out, x, y, add)) plainMatmul(batch, m, k, n, out, x, y, add);
}

/**
 * {@link matmul} in JavaScript, for every dtype. Sums run in double precision.
 *
 * The innermost loop computes four rows by two columns at a time: their eight sums and six factors fit the registers.
 */
export function plainMatmul(
  batch: number,
  m: number,
  k: number,
  n: number,
  out: Operand,
  x: Operand,
  y: Operand,
  add: Operand | null = null,
): void {
  // fewer than four rows would waste the block: compute out^T = y^T x^T
  if (m < 4 && m < n) {
    plainMatmul(batch, n, k, m, turned(out), turned(y), turned(x), add && turned(add));
    return;
  }
  // the block reads (and ignores) what lies beyond the last row and column
  const height = m + 3 - ((m + 3) % 4);
  if (sums.length < (n + 1) * height) sums = new Float64Array((n + 1) * height);
  if (rows.length < height * k) rows = new Float64Array(height * k);
  if (columns.length < (n + 1) * k) columns = new Float64Array((n + 1) * k);
  const a = rows;
  const b = columns;
  const c = sums;
  const o = out.data;
  const [, outRow, outColumn] = out.strides;
  const addend = add?.data;
  const [, addRow, addColumn] = add?.strides ?? [0, 0, 0];
  for (let q = 0; q < batch; q++) {
    pack(a, x.data, x.offset + q * x.strides[0], m, x.strides[1], k, x.strides[2]);
    pack(b, y.data, y.offset + q * y.strides[0], n, y.strides[2], k, y.strides[1]);
    const out0 = out.offset + q * out.strides[0];
    const add0 = add ? add.offset + q * add.strides[0] : 0;
    for (let j = 0; j < n; j += 2) {
      const u = j * k;
      const v = u + k;
      for (let i = 0; i < m; i += 4) {
        const r0 = i * k;
        const r1 = r0 + k;
        const r2 = r1 + k;
        const r3 = r2 + k;
        let u0 = 0;
        let u1 = 0;
        let u2 = 0;
        let u3 = 0;
        let v0 = 0;
        let v1 = 0;
        let v2 = 0;
        let v3 = 0;
        for (let p = 0; p < k; p++) {
          const bu = b[u + p];
          const bv = b[v + p];
          const a0 = a[r0 + p];
          u0 += a0 * bu;
          v0 += a0 * bv;
          const a1 = a[r1 + p];
          u1 += a1 * bu;
          v1 += a1 * bv;
          const a2 = a[r2 + p];
          u2 += a2 * bu;
          v2 += a2 * bv;
          const a3 = a[r3 + p];
          u3 += a3 * bu;
          v3 += a3 * bv;
        }
        const at = j * height + i;
        c[at] = u0;
        c[at + 1] = u1;
        c[at + 2] = u2;
        c[at + 3] = u3;
        c[at + height] = v0;
        c[at + height + 1] = v1;
        c[at + height + 2] = v2;
        c[at + height + 3] = v3;
      }
    }
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const bias = addend ? addend[add0 + i * addRow + j * addColumn] : 0;
        o[out0 + i * outRow + j * outColumn] = c[j * height + i] + bias;
      }
    }
  }
}

/** Copies `count` lines of `length` elements, one after the other. */
function pack(
  to: Float64Array,
  from: TypedArray,
  start: number,
  count: number,
  apart: number,
  length: number,
  step: number,
): void {
  let t = 0;
  for (let i = 0; i < count; i++) {
    for (let p = 0, f = start + i * apart; p < length; p++, f += step) to[t++] = from[f];
  }
}

/** The transpose of each matrix. */
const turned = ({ data, offset, strides: [b, i, j] }: Operand): Operand => ({ data, offset, strides: [b, j, i] });
