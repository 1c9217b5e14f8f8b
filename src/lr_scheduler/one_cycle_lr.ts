import { type Hyperparameter, quotient } from "../optim/hyperparameter.js";
import type { ParamGroup } from "../optim/index.js";
import { KeyError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { alongCosine, alongLine } from "./arithmetic.js";
import { warnIfLoaded } from "./faults.js";
import { checkOptimizer, onePerGroup, setMomentum, startMomentum, usesBeta1 } from "./groups.js";
import { type LearningRate, LRScheduler } from "./scheduler.js";
import { showAll } from "./text.js";

const signature = new Signature(
  "OneCycleLR(Optimizer optimizer, float[]|Tensor[] max_lr, int? total_steps=None, int? epochs=None, int? steps_per_epoch=None, float pct_start=0.3, str anneal_strategy='cos', bool cycle_momentum=True, float[]|Tensor[] base_momentum=0.85, float[]|Tensor[] max_momentum=0.95, float div_factor=25.0, float final_div_factor=10000.0, bool three_phase=False, int last_epoch=-1)",
);

/** A part of the cycle: until `end_step`, from one of the group's values to another. */
interface Phase {
  end_step: number;
  start_lr: string;
  end_lr: string;
  start_momentum: string;
  end_momentum: string;
}

/**
 * One cycle (Smith and Topin, 2018): the learning rate rises from `max_lr / div_factor` to `max_lr` in the first
 * `pct_start` of the steps and falls to `initial_lr / final_div_factor` in the rest; momentum (or the first of `betas`)
 * goes the other way. With `three_phase` it falls as it has risen, then on to the minimum. Step it after every batch.
 *
 * Arguments: `optimizer`, `max_lr` (or one a group), `total_steps`, or else `epochs` and `steps_per_epoch`, `pct_start`
 * (0.3), `anneal_strategy` ("cos" or "linear"), `cycle_momentum` (true), `base_momentum` (0.85), `max_momentum` (0.95),
 * `div_factor` (25), `final_div_factor` (1e4), `three_phase` (false), `last_epoch` (-1).
 *
 * @throws ValueError for arguments out of their range, and when stepped more than `total_steps` times
 * @example
 * const scheduler = new lr_scheduler.OneCycleLR(optimizer, { max_lr: 0.1, total_steps: epochs * batches });
 */
export class OneCycleLR extends LRScheduler {
  declare total_steps: number;
  /** @internal */
  declare _schedule_phases: Phase[];
  /** @internal */
  declare _anneal_func_type: string;
  declare cycle_momentum: boolean;
  /** Is it `betas[0]` that is cycled, rather than `momentum`? */
  declare use_beta1: boolean;

  constructor(...args: Arguments<typeof signature.text>) {
    const [
      optimizer,
      max_lr,
      steps,
      epochs,
      steps_per_epoch,
      pct_start,
      anneal_strategy,
      cycle_momentum,
      base_momentum,
      max_momentum,
      div_factor,
      final_div_factor,
      three_phase,
      last_epoch,
    ] = signature.bind(args);
    checkOptimizer(optimizer);
    const total_steps = totalSteps(steps, epochs, steps_per_epoch);
    if (!(pct_start >= 0 && pct_start <= 1)) {
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${pythonRepr(pct_start)}`);
    }
    if (anneal_strategy !== "cos" && anneal_strategy !== "linear") {
      throw new ValueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${anneal_strategy}`);
    }
    const maxRates = onePerGroup("max_lr", optimizer, max_lr);
    if (last_epoch === -1) {
      warnIfLoaded("OneCycleLR", optimizer);
      optimizer.param_groups.forEach((group, i) => {
        group.initial_lr = quotient(maxRates[i], div_factor);
        group.max_lr = maxRates[i];
        group.min_lr = quotient(group.initial_lr, final_div_factor);
      });
    }
    if (cycle_momentum) startMomentum(optimizer, base_momentum, max_momentum, last_epoch);
    super(optimizer, last_epoch, {
      total_steps,
      _schedule_phases: three_phase ? threePhases(pct_start, total_steps) : twoPhases(pct_start, total_steps),
      _anneal_func_type: anneal_strategy,
      cycle_momentum,
      ...(cycle_momentum && { use_beta1: usesBeta1(optimizer) }),
    });
  }

  /** The rates at `last_epoch`. Sets the momenta as well. */
  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const step = this.last_epoch;
    if (step > this.total_steps) {
      throw new ValueError(
        `Tried to step ${step} times. The specified number of total steps is ${this.total_steps}`,
        "Give the number of all batches of all epochs as total_steps.",
      );
    }
    const { phase, pct } = this.phaseAt(step);
    const anneal = this._anneal_func_type === "cos" ? alongCosine : alongLine;
    const between = (group: ParamGroup, from: string, to: string): Hyperparameter =>
      anneal(noted(group, from), noted(group, to), pct);
    return this.optimizer.param_groups.map((group) => {
      const rate = between(group, phase.start_lr, phase.end_lr);
      if (this.cycle_momentum) setMomentum(group, between(group, phase.start_momentum, phase.end_momentum));
      return rate;
    });
  }

  /** The phase in which a step lies, and how much of it is done, from 0 to 1. */
  private phaseAt(step: number): { phase: Phase; number: number; pct: number } {
    const phases = this._schedule_phases;
    const last = phases.length - 1;
    const at = phases.findIndex((phase, i) => step <= phase.end_step || i === last);
    const end = phases[at].end_step;
    const start = at === 0 ? 0 : phases[at - 1].end_step;
    if (end === start) throw new ValueError("float division by zero", "A phase of the cycle has no steps.");
    return { phase: phases[at], number: at + 1, pct: (step - start) / (end - start) };
  }

  /** @internal */
  override _rule(): string {
    const { phase, number, pct } = this.phaseAt(this.last_epoch);
    const groups = this.optimizer.param_groups;
    const end = (name: string) => `its ${name} ${showAll(groups.map((group) => noted(group, name)))}`;
    const way = this._anneal_func_type === "cos" ? "half a cosine" : "a line";
    return `step ${this.last_epoch} of ${this.total_steps}, ${Math.round(100 * pct)}% through phase ${number} of ${this._schedule_phases.length}, which goes from ${end(phase.start_lr)} to ${end(phase.end_lr)} along ${way}`;
  }
}

/** What the constructor noted in a group. */
function noted(group: ParamGroup, name: string): Hyperparameter {
  if (name in group) return group[name] as Hyperparameter;
  throw new KeyError(
    `'${name}'`,
    "A parameter group was added after OneCycleLR was built, which notes its bounds in the groups. Build schedulers after the last add_param_group().",
  );
}

function totalSteps(total_steps: number | null, epochs: number | null, steps_per_epoch: number | null): number {
  const positive = (name: string, value: number): number => {
    if (value > 0) return value;
    throw new ValueError(`Expected positive integer ${name}, but got ${value}`);
  };
  if (total_steps !== null) return positive("total_steps", total_steps);
  if (epochs !== null && steps_per_epoch !== null) {
    return positive("epochs", epochs) * positive("steps_per_epoch", steps_per_epoch);
  }
  throw new ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)");
}

const rise = {
  start_lr: "initial_lr",
  end_lr: "max_lr",
  start_momentum: "max_momentum",
  end_momentum: "base_momentum",
};

function twoPhases(pct_start: number, total: number): Phase[] {
  const fall = {
    start_lr: "max_lr",
    end_lr: "min_lr",
    start_momentum: "base_momentum",
    end_momentum: "max_momentum",
  };
  return [
    { end_step: pct_start * total - 1, ...rise },
    { end_step: total - 1, ...fall },
  ];
}

function threePhases(pct_start: number, total: number): Phase[] {
  const back = {
    start_lr: "max_lr",
    end_lr: "initial_lr",
    start_momentum: "base_momentum",
    end_momentum: "max_momentum",
  };
  const end = {
    start_lr: "initial_lr",
    end_lr: "min_lr",
    start_momentum: "max_momentum",
    end_momentum: "max_momentum",
  };
  return [
    { end_step: pct_start * total - 1, ...rise },
    { end_step: 2 * pct_start * total - 2, ...back },
    { end_step: total - 1, ...end },
  ];
}
