/** `torch.autograd`, whole: the engine, and what of it needs arrays. */

export * as function from "./autograd/function.js";
export * from "./autograd/index.js";
export { functional } from "./func/index.js";
export { gradcheck, gradgradcheck } from "./tensor/gradcheck.js";
