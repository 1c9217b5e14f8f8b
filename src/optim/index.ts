/** `torch.optim`: optimizers. */
export { Adadelta, type AdadeltaGroup } from "./adadelta.js";
export { Adafactor, type AdafactorGroup } from "./adafactor.js";
export { Adagrad, type AdagradGroup } from "./adagrad.js";
export { Adam, type AdamGroup } from "./adam.js";
export { Adamax, type AdamaxGroup } from "./adamax.js";
export { AdamW } from "./adamw.js";
export { ASGD, type ASGDGroup } from "./asgd.js";
export type { Hyperparameter } from "./hyperparameter.js";
export { LBFGS, type LBFGSGroup } from "./lbfgs.js";
export { Muon, type MuonGroup } from "./muon.js";
export { NAdam, type NAdamGroup } from "./nadam.js";
export {
  Optimizer,
  register_optimizer_step_post_hook,
  register_optimizer_step_pre_hook,
  type StateDictHook,
  type StepPostHook,
  type StepPreHook,
} from "./optimizer.js";
export { type ParamGroup, type ParamGroupInput, type ParamState, type Params, required } from "./param_group.js";
export { RAdam, type RAdamGroup } from "./radam.js";
export { RMSprop, type RMSpropGroup } from "./rmsprop.js";
export { Rprop, type RpropGroup } from "./rprop.js";
export { SGD, type SGDGroup } from "./sgd.js";
export { SparseAdam } from "./sparse_adam.js";
export type { OptimizerStateDict } from "./state_dict.js";
