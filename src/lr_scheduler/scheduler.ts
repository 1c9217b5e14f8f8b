import { copyOf, type Hyperparameter, numberOf } from "../optim/hyperparameter.js";
import { Optimizer, type ParamGroup } from "../optim/index.js";
import { KeyError, NotImplementedError, ValueError } from "../python/errors.js";
import { pythonTypeOf, registerType, Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { Tensor } from "../tensor/index.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Optimizer: Optimizer;
  }
}
// LRScheduler checks it, in PyTorch's words
registerType("Optimizer", () => true);

/** A learning rate is a tensor where the group's is. */
export type LearningRate = Hyperparameter;

/** All that a scheduler knows but its optimizer: plain values under PyTorch's names. */
export type SchedulerStateDict = Record<string, unknown>;

export const EPOCH_DEPRECATION_WARNING =
  "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use `scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed form is used instead of the new chainable form, where available. Please open an issue if you are unable to replicate your use case: https://github.com/pytorch/pytorch/issues/new/choose.";

/** What `step` takes. */
export type EpochArguments = [epoch?: number | null | { epoch?: number | null }];

const stepSignature = new Signature("step(float? epoch=None)");

/**
 * The base of all learning rate schedulers. Building one sets the learning rates of its first epoch; each `step()`
 * sets those of the next. It reads and writes `lr` in the optimizer's groups, so schedulers can be combined and rates
 * changed by hand in between.
 *
 * A scheduler of your own gives its hyperparameters to `super` (they become fields, and part of the state dict) and
 * says in {@link get_lr} what the rates are at `last_epoch`, from the present rates or from `base_lrs`. One that is a
 * formula of the epoch extends {@link FormulaLR}.
 *
 * @typeParam StepArguments what `step` takes, where that is not an epoch
 * @example
 * class InverseLR extends LRScheduler {
 *   override get_lr() {
 *     return this.base_lrs.map((lr) => (lr as number) / (1 + this.last_epoch));
 *   }
 * }
 */
export class LRScheduler<StepArguments extends readonly unknown[] = EpochArguments> {
  // Declared, not initialised: the constructor of the base sets them all, after the hyperparameters.
  /** The optimizer whose learning rates are set. */
  declare optimizer: Optimizer;
  /** The learning rates at epoch 0, one a group. */
  declare base_lrs: LearningRate[];
  /** The epoch for which the rates were set last, counted from 0. */
  declare last_epoch: number;
  /** @internal */
  declare _step_count: number;
  /** @internal Is this the step that the constructor makes? */
  declare _is_initial: boolean;
  /** @internal */
  declare _get_lr_called_within_step: boolean;
  /** @internal */
  declare _last_lr: LearningRate[];

  /**
   * @param last_epoch the epoch after which to go on: -1 to start, otherwise the groups must know their `initial_lr`
   * @param hyperparameters become fields of the scheduler; given here because the first step, which the base makes,
   * needs them
   * @throws TypeError without an optimizer, KeyError if a group lacks `initial_lr`, ValueError for NaN
   */
  constructor(optimizer: Optimizer, last_epoch = -1, hyperparameters: Readonly<Record<string, unknown>> = {}) {
    checkOptimizer(optimizer);
    for (const [name, value] of Object.entries({ ...hyperparameters, last_epoch })) {
      if (Number.isNaN(value)) throw new ValueError(`Invalid ${name}: nan`);
    }
    Object.assign(this, hyperparameters);
    this.optimizer = optimizer;
    this.start(last_epoch);
  }

  /** Notes the base rates and makes the first step. Schedulers that compute none of their own override this. */
  protected start(last_epoch: number): void {
    setInitialRates(this.optimizer, last_epoch);
    this.base_lrs = this.optimizer.param_groups.map((group) => copyOf(group.initial_lr!));
    this.last_epoch = last_epoch;
    trackSteps(this.optimizer);
    this._initial_step();
  }

  /** @internal The step that sets the rates of the first epoch. */
  _initial_step(): void {
    this._step_count = 0;
    this._is_initial = true;
    try {
      (this as LRScheduler<readonly unknown[]>).step();
    } finally {
      this._is_initial = false;
    }
  }

  /**
   * Computes the rates at `last_epoch`, one a group. For `step()` to call: many schedules go on from the present rates,
   * so a call from elsewhere would count an epoch twice. What was set last is {@link get_last_lr}.
   */
  get_lr(): LearningRate[] {
    throw new NotImplementedError("", "A scheduler must define get_lr().");
  }

  /** @internal The rates at `last_epoch` from `base_lrs` alone, for schedulers that have such a formula. */
  _get_closed_form_lr?(): LearningRate[];

  /** The learning rates that this scheduler set last, one a group. */
  get_last_lr(): LearningRate[] {
    return this._last_lr;
  }

  /**
   * Sets the learning rates of the next epoch. Call it after `optimizer.step()`.
   *
   * @param epoch deprecated: go to this epoch, by the formula that starts from `base_lrs` where there is one
   */
  step(...args: StepArguments): void {
    const [epoch] = stepSignature.bind(args);
    if (this._step_count === 1) this.checkOrder();
    this._step_count++;
    if (epoch !== null) warn(EPOCH_DEPRECATION_WARNING);
    this._update_lr(epoch);
  }

  /** @internal */
  _update_lr(epoch: number | null = null): void {
    this.last_epoch = epoch ?? this.last_epoch + 1;
    this._get_lr_called_within_step = true;
    let rates: LearningRate[];
    try {
      rates = epoch !== null && this._get_closed_form_lr ? this._get_closed_form_lr() : this.get_lr();
    } finally {
      this._get_lr_called_within_step = false;
    }
    this.setRates(rates);
  }

  /** Writes one rate a group. */
  protected setRates(rates: readonly LearningRate[]): void {
    const { param_groups } = this.optimizer;
    if (rates.length !== param_groups.length) {
      throw new ValueError(
        `zip() argument 2 is ${rates.length < param_groups.length ? "shorter" : "longer"} than argument 1`,
        `The optimizer has ${param_groups.length} parameter groups, but ${this.constructor.name} was built for ${rates.length}. Build schedulers after the last add_param_group().`,
      );
    }
    param_groups.forEach((group, i) => void setRate(group, rates[i]));
    this._last_lr = this.currentRates();
  }

  /** The rates in the optimizer's groups. */
  protected currentRates(): LearningRate[] {
    return this.optimizer.param_groups.map((group) => copyOf(group.lr));
  }

  /** For the beginning of every `get_lr`: warns a caller who means {@link get_last_lr}. */
  protected warnOutsideStep(): void {
    if (this._get_lr_called_within_step) return;
    warn("To get the last learning rate computed by the scheduler, please use `get_last_lr()`.");
  }

  /** At the first step after the constructor's: was the optimizer stepped before? */
  private checkOrder(): void {
    if (!tracked.has(this.optimizer.step)) {
      warn(
        "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. Please, make sure to call `optimizer.step()` before `lr_scheduler.step()`. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
      );
    } else if (!stepped.has(this.optimizer)) {
      warn(
        "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the first value of the learning rate schedule. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
      );
    }
  }

  /** All fields but the optimizer. Save the optimizer's state dict as well: the present rates are there. */
  state_dict(): SchedulerStateDict {
    const { optimizer: _, ...state } = this;
    return { ...state };
  }

  /** Takes over the fields of a state dict. */
  load_state_dict(state_dict: SchedulerStateDict): void {
    Object.assign(this, state_dict);
  }
}

/** @throws TypeError in PyTorch's words */
export function checkOptimizer(optimizer: unknown): asserts optimizer is Optimizer {
  if (!(optimizer instanceof Optimizer)) throw new TypeError(`${pythonTypeOf(optimizer)} is not an Optimizer`);
}

/** Changes a group's rate; a tensor is written in place, so that whoever holds it sees the change. */
export function setRate(group: ParamGroup, rate: LearningRate): void {
  if (group.lr instanceof Tensor) group.lr.fill_(numberOf(rate));
  else group.lr = rate;
}

function setInitialRates(optimizer: Optimizer, last_epoch: number): void {
  optimizer.param_groups.forEach((group, i) => {
    if ("initial_lr" in group) return;
    if (last_epoch !== -1) {
      throw new KeyError(
        `param 'initial_lr' is not specified in param_groups[${i}] when resuming scheduler with last_epoch >= 0.\nThis typically happens when:\n1. You're trying to resume training from a checkpoint but haven't properly loaded the optimizer state\n2. You're using last_epoch >= 0 for a fresh training run (not recommended)`,
      );
    }
    group.initial_lr = copyOf(group.lr);
  });
}

// To warn of a wrong order of steps, schedulers wrap `optimizer.step` in a function that notes the call.
const tracked = new WeakSet<Function>();
const stepped = new WeakSet<Optimizer>();

function trackSteps(optimizer: Optimizer): void {
  if (tracked.has(optimizer.step)) return;
  const step = optimizer.step as (...args: unknown[]) => unknown;
  const noting = (...args: unknown[]): unknown => {
    stepped.add(optimizer);
    return Reflect.apply(step, optimizer, args);
  };
  optimizer.step = noting as Optimizer["step"];
  tracked.add(optimizer.step);
}
