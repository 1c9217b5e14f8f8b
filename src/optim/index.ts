/** `torch.optim`: optimizers. */
export { Adam, type AdamGroup } from "./adam.js";
export { AdamW } from "./adamw.js";
export type { Hyperparameter } from "./hyperparameter.js";
export {
  Optimizer,
  register_optimizer_step_post_hook,
  register_optimizer_step_pre_hook,
  type StateDictHook,
  type StepPostHook,
  type StepPreHook,
} from "./optimizer.js";
export { type ParamGroup, type ParamGroupInput, type ParamState, type Params, required } from "./param_group.js";
export { SGD, type SGDGroup } from "./sgd.js";
export type { OptimizerStateDict } from "./state_dict.js";
