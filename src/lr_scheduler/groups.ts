import { copyOf, type Hyperparameter, numberOf } from "../optim/hyperparameter.js";
import { Optimizer, type ParamGroup } from "../optim/index.js";
import { ValueError } from "../python/errors.js";
import { pythonTypeOf, registerType } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";

/* What schedulers read from an optimizer's parameter groups and write to them. */

// checkOptimizer speaks PyTorch's words
registerType("Optimizer", () => true);

/** @throws TypeError in PyTorch's words */
export function checkOptimizer(optimizer: unknown): asserts optimizer is Optimizer {
  if (!(optimizer instanceof Optimizer)) throw new TypeError(`${pythonTypeOf(optimizer)} is not an Optimizer`);
}

/** Changes a group's rate; a tensor is written in place, so that whoever holds it sees the change. */
export function setRate(group: ParamGroup, rate: Hyperparameter): void {
  if (group.lr instanceof Tensor) group.lr.fill_(numberOf(rate));
  else group.lr = rate;
}

/**
 * The value for each group: the one that is given for all, or those of a list. Tensors are copied.
 *
 * @throws ValueError if a list has not one value a group
 */
export function onePerGroup(
  name: string,
  optimizer: Optimizer,
  value: Hyperparameter | readonly Hyperparameter[],
): Hyperparameter[] {
  const n = optimizer.param_groups.length;
  if (!Array.isArray(value)) return Array.from({ length: n }, () => copyOf(value as Hyperparameter));
  if (value.length === n) return value.map(copyOf);
  throw new ValueError(
    `${name} must have the same length as optimizer.param_groups. ${name} has ${value.length} values, param_groups has ${n}.`,
  );
}

/** Does the optimizer call its momentum `betas[0]`, as Adam does? */
export const usesBeta1 = (optimizer: Optimizer): boolean => "betas" in optimizer.defaults;

/** Changes a group's momentum, which is the first of Adam's `betas`. */
export function setMomentum(group: ParamGroup, momentum: Hyperparameter): void {
  if ("betas" in group) group.betas = [momentum, ...(group.betas as readonly Hyperparameter[]).slice(1)];
  else group.momentum = momentum;
}

/** A group's momentum or the first of its `betas`; `null` if it has neither. */
export function momentumOf(group: ParamGroup): number | null {
  if ("betas" in group) return numberOf((group.betas as readonly Hyperparameter[])[0]);
  return "momentum" in group ? numberOf(group.momentum as Hyperparameter) : null;
}

/** The lower and upper momenta between which a schedule cycles, one a group. */
export interface MomentumBounds {
  base_momentums: Hyperparameter[];
  max_momentums: Hyperparameter[];
}

/**
 * Reads the bounds, and unless the scheduler resumes notes them in the groups and starts from the upper ones.
 *
 * @throws ValueError if the optimizer has no momentum
 */
export function startMomentum(
  optimizer: Optimizer,
  base: Hyperparameter | readonly Hyperparameter[],
  max: Hyperparameter | readonly Hyperparameter[],
  last_epoch: number,
): MomentumBounds {
  if (!("momentum" in optimizer.defaults) && !usesBeta1(optimizer)) {
    throw new ValueError(
      "optimizer must support momentum or beta1 with `cycle_momentum` option enabled",
      `${optimizer.constructor.name} has neither: give cycle_momentum: false.`,
    );
  }
  const max_momentums = onePerGroup("max_momentum", optimizer, max);
  const base_momentums = onePerGroup("base_momentum", optimizer, base);
  if (last_epoch === -1) {
    optimizer.param_groups.forEach((group, i) => {
      setMomentum(group, max_momentums[i]);
      group.max_momentum = max_momentums[i];
      group.base_momentum = base_momentums[i];
    });
  }
  return { base_momentums, max_momentums };
}
