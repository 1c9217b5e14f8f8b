/** `torch.optim` as Python reaches it: the optimizers, and the packages under it. */
export * as lr_scheduler from "./lr_scheduler/index.js";
export * from "./optim/index.js";
export * as swa_utils from "./swa_utils/index.js";
