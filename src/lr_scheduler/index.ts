/** `torch.optim.lr_scheduler`: learning rate schedulers. */
export { ConstantLR } from "./constant_lr.js";
export { CosineAnnealingLR } from "./cosine_annealing_lr.js";
export { ExponentialLR } from "./exponential_lr.js";
export { FormulaLR } from "./formula.js";
export { type EpochFunction, LambdaLR, MultiplicativeLR } from "./lambda_lr.js";
export { LinearLR } from "./linear_lr.js";
export { MultiStepLR } from "./multi_step_lr.js";
export { OneCycleLR } from "./one_cycle_lr.js";
export { PolynomialLR } from "./polynomial_lr.js";
export { ReduceLROnPlateau } from "./reduce_lr_on_plateau.js";
export { EPOCH_DEPRECATION_WARNING, type LearningRate, LRScheduler, type SchedulerStateDict } from "./scheduler.js";
export { StepLR } from "./step_lr.js";
