/* The module of matrix products and convolutions. */

export { gemm, multiplyTask, packTask } from "./gemm";
export { convolveTask, convolveTransposedTask, convolveWeightTask, flipWeight, padTask } from "./convolution";
