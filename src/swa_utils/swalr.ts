import { difference, sum } from "../lr_scheduler/arithmetic.js";
import { checkOptimizer, onePerGroup } from "../lr_scheduler/groups.js";
import { type LearningRate, LRScheduler } from "../lr_scheduler/index.js";
import { show, showAll } from "../lr_scheduler/text.js";
import { type Hyperparameter, quotient, times } from "../optim/hyperparameter.js";
import type { ParamGroup } from "../optim/index.js";
import { KeyError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";

const signature = new Signature(
  "SWALR(Optimizer optimizer, float[]|Tensor[] swa_lr, int anneal_epochs=10, str anneal_strategy='cos', int last_epoch=-1)",
);

/**
 * Moves the learning rates to a constant, at which weights are averaged: in `anneal_epochs` steps from wherever they are
 * when it is stepped for the first time, `lr = swa_lr α + lr_start (1 - α)`, where α goes from 0 to 1 along half a cosine
 * or a line.
 *
 * Arguments: `optimizer`, `swa_lr` (or one a group), `anneal_epochs` (10), `anneal_strategy` ("cos" or "linear"),
 * `last_epoch` (-1).
 *
 * @throws ValueError for an unknown strategy, negative epochs, or a wrong number of rates
 * @example
 * const scheduler = new swa_utils.SWALR(optimizer, { swa_lr: 0.05, anneal_epochs: 20 });
 */
export class SWALR extends LRScheduler {
  /** @internal */
  declare _anneal_strategy: string;
  declare anneal_epochs: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, swa_lr, anneal_epochs, anneal_strategy, last_epoch] = signature.bind(args);
    checkOptimizer(optimizer);
    const rates = onePerGroup("swa_lr", optimizer, swa_lr);
    optimizer.param_groups.forEach((group, i) => {
      group.swa_lr = rates[i];
    });
    if (anneal_strategy !== "cos" && anneal_strategy !== "linear") {
      throw new ValueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${anneal_strategy}`);
    }
    if (anneal_epochs < 0) {
      throw new ValueError(`anneal_epochs must be equal or greater than 0, got ${anneal_epochs}`);
    }
    super(optimizer, last_epoch, { _anneal_strategy: anneal_strategy, anneal_epochs });
  }

  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const step = this.stepsDone();
    const [before, now] = [this.weightAt(step - 1), this.weightAt(step)];
    return this.optimizer.param_groups.map((group) => {
      const target = swaRate(group);
      // the rate that annealing came from, by its formula for the step before
      const start = before === 1 ? target : quotient(difference(group.lr, times(target, before)), 1 - before);
      return sum(times(target, now), times(start, 1 - now));
    });
  }

  /** Steps made, of which there is at least one if they are to jump at once. */
  private stepsDone(): number {
    const steps = this._step_count - 1;
    return this.anneal_epochs === 0 ? Math.max(1, steps) : steps;
  }

  /** α after a number of steps. */
  private weightAt(steps: number): number {
    const t = Math.max(0, Math.min(1, steps / Math.max(1, this.anneal_epochs)));
    return this._anneal_strategy === "cos" ? (1 - Math.cos(Math.PI * t)) / 2 : t;
  }

  /** @internal */
  override _rule(): string {
    const weight = show(this.weightAt(this.stepsDone()));
    const targets = showAll(this.optimizer.param_groups.map(swaRate));
    const way = this._anneal_strategy === "cos" ? "half a cosine" : "a line";
    return `${weight} of the way along ${way} from the rate it found (the base is ${showAll(this.base_lrs)}) to swa_lr ${targets}, which it reaches after ${this.anneal_epochs} steps`;
  }
}

function swaRate(group: ParamGroup): Hyperparameter {
  if ("swa_lr" in group) return group.swa_lr as Hyperparameter;
  throw new KeyError(
    "'swa_lr'",
    "A parameter group was added after SWALR was built, which notes swa_lr in the groups.",
  );
}
