/* The module of matrix products and convolutions. */

export { gemm, gemmBatchTask, multiplyTask, packTask } from "./gemm";
export { convolveTask, convolveTransposedTask, convolveWeightTask, flipWeight, padTask } from "./convolution";
