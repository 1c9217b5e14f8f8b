/**
 * Rushlight: PyTorch's API from scratch in TypeScript.
 *
 * @example
 * import { torch, nn, optim, lr_scheduler, data } from "rushlight";
 */
export * as autograd from "./autograd_package.js";
export * as copy from "./copy.js";
export * as data from "./data/index.js";
export * as io from "./io/index.js";
export * as lr_scheduler from "./lr_scheduler/index.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim_package.js";
export {
  AssertionError,
  AttributeError,
  IndexError,
  KeyError,
  NotImplementedError,
  RuntimeError,
  ValueError,
} from "./python/errors.js";
export * as swa_utils from "./swa_utils/index.js";
export { DType, Generator, Tensor } from "./tensor/index.js";
export { torch } from "./torch.js";
