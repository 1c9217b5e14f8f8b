/** `torch.optim.lr_scheduler`: learning rate schedulers. */
export { ChainedScheduler } from "./chained_scheduler.js";
export { CompositeLR } from "./composite.js";
export { ConstantLR } from "./constant_lr.js";
export { CosineAnnealingLR } from "./cosine_annealing_lr.js";
export { CosineAnnealingWarmRestarts } from "./cosine_annealing_warm_restarts.js";
export { CyclicLR } from "./cyclic_lr.js";
export { ExponentialLR } from "./exponential_lr.js";
export { FormulaLR } from "./formula.js";
export { type EpochFunction, LambdaLR, MultiplicativeLR } from "./lambda_lr.js";
export { LinearLR } from "./linear_lr.js";
export { MultiStepLR } from "./multi_step_lr.js";
export { OneCycleLR } from "./one_cycle_lr.js";
export { PolynomialLR } from "./polynomial_lr.js";
export { ReduceLROnPlateau } from "./reduce_lr_on_plateau.js";
export {
  type AnyScheduler,
  EPOCH_DEPRECATION_WARNING,
  type LearningRate,
  LRScheduler,
  type SchedulerStateDict,
} from "./scheduler.js";
export { SequentialLR } from "./sequential_lr.js";
export type { SimulatedMetric, SimulatedStep } from "./simulate.js";
export { StepLR } from "./step_lr.js";
export { hyperparameter } from "./target.js";
