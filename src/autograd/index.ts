/** `torch.autograd` without what needs arrays: the engine, the modes and the user's own operations. */
export { Function, FunctionCtx } from "./function.js";
export {
  enable_grad,
  inference_mode,
  is_grad_enabled,
  is_inference_mode_enabled,
  no_grad,
  set_grad_enabled,
} from "./grad_mode.js";
export { Node, type RemovableHandle } from "./node.js";
export { backward, grad } from "./variable.js";
