// Written by `npm run wasm` from the files of assembly/.

/** The exports of assembly/matmul.ts. */
export interface MatmulKernels {
  /** `out[j] = sum over k of x[k] * y[k, j]`, `j` in 0 .. n; the strides of `x` and of the rows of `y` in elements. */
  gemv(out: number, x: number, xStep: number, y: number, yRow: number, k: number, n: number): void;
}

/** All kernels. */
export interface Kernels extends MatmulKernels {}
