import { copyOf, type Hyperparameter, times } from "../optim/hyperparameter.js";
import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { difference, sum } from "./arithmetic.js";
import { warnIfLoaded } from "./faults.js";
import { checkOptimizer, onePerGroup, setMomentum, setRate, startMomentum, usesBeta1 } from "./groups.js";
import { type LearningRate, LRScheduler, type SchedulerStateDict } from "./scheduler.js";
import { show, showAll } from "./text.js";

const signature = new Signature(
  "CyclicLR(Optimizer optimizer, float[]|Tensor[] base_lr, float[]|Tensor[] max_lr, int step_size_up=2000, int? step_size_down=None, str mode='triangular', float gamma=1.0, Callable? scale_fn=None, str scale_mode='cycle', bool cycle_momentum=True, float[]|Tensor[] base_momentum=0.8, float[]|Tensor[] max_momentum=0.9, int last_epoch=-1)",
);

/** How the height of the cycles shrinks, and what of: the number of the cycle, from 1, or of the step. */
const modes: Record<string, { scale: (x: number, gamma: number) => number; of: string }> = {
  triangular: { scale: () => 1, of: "cycle" },
  triangular2: { scale: (cycle) => 1 / 2 ** (cycle - 1), of: "cycle" },
  exp_range: { scale: (step, gamma) => gamma ** step, of: "iterations" },
};

/**
 * Moves the learning rates up from `base_lr` to `max_lr` and down again, over and over (Smith, 2017); momentum (or the
 * first of `betas`) goes the other way. Step it after every batch.
 *
 *     lr = base_lr + (max_lr - base_lr) h s,   momentum = max_momentum - (max_momentum - base_momentum) h s
 *
 * where h rises from 0 to 1 in `step_size_up` steps and falls to 0 in `step_size_down`, and s is the mode's scale: 1
 * ("triangular"), half as much each cycle ("triangular2"), `gamma ^ step` ("exp_range"), or your own `scale_fn`.
 *
 * Arguments: `optimizer`, `base_lr`, `max_lr` (each a number, or one a group), `step_size_up` (2000), `step_size_down`
 * (as up), `mode` ("triangular"), `gamma` (1), `scale_fn` (in place of `mode`), `scale_mode` (what `scale_fn` is given:
 * "cycle", counted from 1, or "iterations"), `cycle_momentum` (true), `base_momentum` (0.8), `max_momentum` (0.9),
 * `last_epoch` (-1).
 *
 * @throws ValueError for an unknown mode, a wrong number of values, and an optimizer without momentum
 * @example
 * const scheduler = new lr_scheduler.CyclicLR(optimizer, 0.01, 0.1, { step_size_up: 500 });
 */
export class CyclicLR extends LRScheduler {
  declare max_lrs: LearningRate[];
  /** The number of steps of a cycle. */
  declare total_size: number;
  /** The part of a cycle in which the rates rise. */
  declare step_ratio: number;
  declare mode: string;
  declare gamma: number;
  declare scale_mode: string;
  declare cycle_momentum: boolean;
  /** Is it `betas[0]` that is cycled, rather than `momentum`? */
  declare use_beta1: boolean;
  declare base_momentums: Hyperparameter[];
  declare max_momentums: Hyperparameter[];
  /** @internal */
  declare _scale_fn_custom: ((x: number) => number) | null;

  constructor(...args: Arguments<typeof signature.text>) {
    const [
      optimizer,
      base_lr,
      max_lr,
      step_size_up,
      step_size_down,
      mode,
      gamma,
      scale_fn,
      scale_mode,
      cycle_momentum,
      base_momentum,
      max_momentum,
      last_epoch,
    ] = signature.bind(args);
    checkOptimizer(optimizer);
    const base_lrs = onePerGroup("base_lr", optimizer, base_lr);
    if (last_epoch === -1) {
      warnIfLoaded("CyclicLR", optimizer);
      optimizer.param_groups.forEach((group, i) => void setRate(group, copyOf(base_lrs[i])));
    }
    const max_lrs = onePerGroup("max_lr", optimizer, max_lr);
    const total_size = step_size_up + (step_size_down ?? step_size_up);
    if (!(mode in modes) && scale_fn === null) {
      throw new ValueError(
        "mode is invalid and scale_fn is None",
        `mode is ${mode}; it is one of ${Object.keys(modes).join(", ")}.`,
      );
    }
    const momentum = cycle_momentum ? startMomentum(optimizer, base_momentum, max_momentum, last_epoch) : {};
    super(optimizer, last_epoch, {
      max_lrs,
      total_size,
      step_ratio: step_size_up / total_size,
      mode,
      gamma,
      _scale_fn_custom: scale_fn,
      scale_mode: scale_fn === null ? modes[mode].of : scale_mode,
      cycle_momentum,
      ...(cycle_momentum && { use_beta1: usesBeta1(optimizer) }),
      ...momentum,
    });
    this.base_lrs = base_lrs;
  }

  /** The scale s of the cycle's height. */
  scale_fn(x: number): number {
    return this._scale_fn_custom ? this._scale_fn_custom(x) : modes[this.mode].scale(x, this.gamma);
  }

  /** The rates at `last_epoch`. Sets the momenta as well. */
  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const { height, scale } = this.position();
    const up = (from: Hyperparameter, to: Hyperparameter): Hyperparameter =>
      times(times(difference(to, from), height), scale);
    if (this.cycle_momentum) {
      const groups = this.optimizer.param_groups;
      this.max_momentums.forEach((max, i) => {
        const momentum = difference(max, up(this.base_momentums[i], max));
        if (i < groups.length) setMomentum(groups[i], momentum);
      });
    }
    return this.base_lrs.map((base, i) => sum(base, up(base, this.max_lrs[i])));
  }

  /** Where in which cycle `last_epoch` is: the height from 0 to 1, and the scale of this cycle or step. */
  private position(): { cycle: number; height: number; scale: number } {
    const { last_epoch, total_size, step_ratio } = this;
    const cycle = Math.floor(1 + last_epoch / total_size);
    const x = 1 + last_epoch / total_size - cycle;
    const height = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1);
    return { cycle, height, scale: this.scale_fn(this.scale_mode === "cycle" ? cycle : last_epoch) };
  }

  /** Functions are not saved, only the properties that were given to them (`null` without any). */
  override state_dict(): SchedulerStateDict {
    const { _scale_fn_custom: f, ...state } = super.state_dict();
    const kept = f !== null && Object.keys(f as object).length > 0 ? { ...(f as object) } : null;
    return { ...state, _scale_fn_custom: kept };
  }

  override load_state_dict({ _scale_fn_custom, ...state }: SchedulerStateDict): void {
    super.load_state_dict(state);
    if (_scale_fn_custom !== null && this._scale_fn_custom) Object.assign(this._scale_fn_custom, _scale_fn_custom);
  }

  /** @internal */
  override _rule(): string {
    const { cycle, height, scale } = this.position();
    const bounds = `${showAll(this.base_lrs)} towards its max_lr ${showAll(this.max_lrs)}`;
    const scaled = scale === 1 ? "" : `, times the scale ${show(scale)}`;
    return `${Math.round(100 * height)}% of the way from the base ${bounds}${scaled}, in cycle ${cycle} of ${this.total_size} steps each`;
  }
}
