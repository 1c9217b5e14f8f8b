/** `torch.nn.modules`. */
export * as module from "./module_hooks.js";
