/* The module of matrix products and convolutions. */

export { gemm, gemmTask } from "./gemm";
export { convolveTask, convolveTransposedTask, convolveWeightTask, padTask } from "./convolution";
