/** A matrix in an array: its first element, the steps from row to row and from column to column. */
export interface Matrix {
  data: Float32Array;
  offset: number;
  row: number;
  col: number;
}

/**
 * What `gemm` computes, in the same order with the same roundings: each sum runs over k within blocks of at most 256,
 * then over the blocks.
 */
export function gemmReference(m: number, k: number, n: number, x: Matrix, y: Matrix, add: Matrix | null): Float32Array {
  const out = new Float32Array(m * n);
  const block = Math.ceil(k / Math.max(Math.ceil(k / 256), 1));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = add ? add.data[add.offset + i * add.row + j * add.col] : null;
      let p = 0;
      do {
        let sum = 0;
        for (const end = Math.min(p + block, k); p < end; p++) {
          const product = x.data[x.offset + i * x.row + p * x.col] * y.data[y.offset + p * y.row + j * y.col];
          sum = Math.fround(sum + Math.fround(product));
        }
        total = total === null ? sum : Math.fround(total + sum);
      } while (p < k);
      out[i * n + j] = total;
    }
  }
  return out;
}
