/* Matrix products. All addresses are in bytes, all strides in elements of four bytes. */

/** `out[j] = sum over k of x[k] * y[k, j]`, `j` in 0 .. n; the strides of `x` and of the rows of `y` in elements. */
export function gemv(out: usize, x: usize, xStep: usize, y: usize, yRow: usize, k: usize, n: usize): void {
  for (let j: usize = 0; j < n; j++) {
    let sum: f32 = 0;
    for (let p: usize = 0; p < k; p++) {
      sum += load<f32>(x + ((p * xStep) << 2)) * load<f32>(y + ((p * yRow + j) << 2));
    }
    store<f32>(out + (j << 2), sum);
  }
}
