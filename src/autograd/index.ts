/** `torch.autograd` without what needs arrays: the engine, the modes and the user's own operations. */
export { detect_anomaly, is_anomaly_check_nan_enabled, is_anomaly_enabled, set_detect_anomaly } from "./anomaly.js";
export { Function, FunctionCtx, once_differentiable } from "./function.js";
export {
  enable_grad,
  inference_mode,
  is_grad_enabled,
  is_inference_mode_enabled,
  no_grad,
  set_grad_enabled,
} from "./grad_mode.js";
export * as graph from "./graph.js";
export type { RemovableHandle } from "./hooks.js";
export { Node } from "./node.js";
export { backward, grad } from "./passes.js";
