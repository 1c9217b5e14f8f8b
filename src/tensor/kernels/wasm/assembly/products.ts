/* The module of matrix products and convolutions. */

export { gemm, gemmTask } from "./gemm";
export { convolveTask, convolveTransposedTask, convolveWeightTask, flipWeight, padTask } from "./convolution";
