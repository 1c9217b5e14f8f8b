import { copyOf, type Hyperparameter, numberOf } from "../optim/hyperparameter.js";
import type { Optimizer } from "../optim/index.js";
import { KeyError, NotImplementedError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { warnIfBuiltTwice, warnIfLoaded, warnOfNewGroups } from "./faults.js";
import { checkOptimizer, setRate } from "./groups.js";
import { type SimulatedMetric, type SimulatedStep, simulate } from "./simulate.js";
import { checkStepOrder, trackSteps } from "./step_order.js";
import { targetOf } from "./target.js";
import { showAll } from "./text.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Optimizer: Optimizer;
  }
}

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
    if (last_epoch === -1) warnIfBuiltTwice(this, optimizer, hyperparameters);
    this.start(last_epoch);
  }

  /** Notes the base rates and makes the first step. Schedulers that compute none of their own override this. */
  protected start(last_epoch: number): void {
    if (last_epoch === -1) warnIfLoaded(this.constructor.name, this.optimizer);
    setInitialRates(this.optimizer, last_epoch);
    this.base_lrs = this.optimizer.param_groups.map((group) => copyOf(group.initial_lr!));
    this.last_epoch = last_epoch;
    trackSteps(this.optimizer);
    this._initial_step();
  }

  /** @internal The step that sets the rates of the first epoch, as the constructor makes it. */
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
    if (this._step_count === 1) checkStepOrder(this.optimizer);
    this._step_count++;
    if (epoch !== null) warn(EPOCH_DEPRECATION_WARNING);
    this._update_lr(epoch);
  }

  /** @internal */
  _update_lr(epoch: number | null = null): void {
    this.last_epoch = epoch ?? this.last_epoch + 1;
    const closed = epoch !== null && this._get_closed_form_lr;
    this.setRates(this.within(() => (closed ? this._get_closed_form_lr!() : this.get_lr())));
  }

  /** Computes rates as `step()` does, so that {@link get_lr} does not warn. */
  protected within(compute: () => LearningRate[]): LearningRate[] {
    this._get_lr_called_within_step = true;
    try {
      return compute();
    } finally {
      this._get_lr_called_within_step = false;
    }
  }

  /** Writes one rate a group. */
  protected setRates(rates: readonly LearningRate[]): void {
    const { optimizer, base_lrs } = this;
    const { param_groups } = optimizer;
    if (rates.length !== param_groups.length) {
      throw new ValueError(
        `zip() argument 2 is ${rates.length < param_groups.length ? "shorter" : "longer"} than argument 1`,
        `The optimizer has ${param_groups.length} parameter groups, but ${this.constructor.name} was built for ${rates.length}. Build schedulers after the last add_param_group().`,
      );
    }
    if (param_groups.length > base_lrs.length) warnOfNewGroups(this, optimizer, base_lrs.length);
    if (rates.some((rate) => Number.isNaN(numberOf(rate)))) {
      throw new ValueError(
        `Invalid learning rate: nan`,
        `${this.constructor.name} computed it at epoch ${this.last_epoch}.`,
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

  /**
   * What the next `n` steps of training use, if this scheduler is stepped after each: the present learning rates first.
   * Computed on a copy; optimizer, scheduler and random numbers stay as they are.
   *
   * @param n the number of steps
   * @param metric what a {@link ReduceLROnPlateau} in it sees: one number, a list, or a function of the step, counted
   * from 0; without it, a metric that no longer improves
   * @returns for each step its epoch, and learning rates and momenta one a group
   * @example
   * scheduler.simulate(3); // [{ epoch: 0, lr: [0.1], momentum: [0.9] }, { epoch: 1, ... }, { epoch: 2, ... }]
   */
  simulate(n: number, metric?: SimulatedMetric): SimulatedStep[] {
    return simulate(this as AnyScheduler, n, metric);
  }

  /**
   * One sentence on which rule made the present learning rates, from which base and at which epoch.
   *
   * @example
   * scheduler.explain(); // "At epoch 40 StepLR set lr to 0.025: the base 0.1 times 0.5 ^ ⌊40 / 20⌋ = 0.25."
   */
  explain(): string {
    const { key } = targetOf(this.optimizer);
    const rates = showAll(this.currentRates());
    return `At epoch ${this._epoch()} ${this.constructor.name} set ${key} to ${rates}: ${this._rule()}.`;
  }

  /** @internal The rule in words, for {@link explain}. */
  _rule(): string {
    return `its own rule, from the base ${showAll(this.base_lrs)}`;
  }

  /** @internal */
  _epoch(): number {
    return this.last_epoch;
  }

  /** @internal Does `step` want a metric? */
  _takesMetric(): boolean {
    return false;
  }

  /** @internal A metric that does not change what a plateau scheduler waits for. */
  _metricWithoutProgress(): number {
    return Number.NaN;
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

/** A scheduler of any kind, whatever its `step` takes. */
export type AnyScheduler = LRScheduler<readonly unknown[]>;

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
