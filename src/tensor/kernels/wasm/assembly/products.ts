/* The module of matrix products and convolutions. */

export { gemm, gemmTask } from "./gemm";
