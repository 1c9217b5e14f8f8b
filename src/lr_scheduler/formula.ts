import { plus, times } from "../optim/hyperparameter.js";
import { sum } from "./arithmetic.js";
import { type LearningRate, LRScheduler } from "./scheduler.js";
import { agree, show, showAll } from "./text.js";

/**
 * A schedule that is a formula of the epoch: `lr(epoch) = floor + (base_lr - floor) * factorAt(epoch)`.
 *
 * From `factorAt` follows the recursive form that `step()` uses: each epoch multiplies the present rate (above the floor)
 * by `factorAt(epoch) / factorAt(epoch - 1)`. So a rate that was changed by hand, or by another scheduler, stays changed
 * in proportion. `step(epoch)` uses the formula itself.
 *
 * @example
 * class HalvingLR extends FormulaLR {
 *   factorAt(epoch: number) {
 *     return 0.5 ** epoch;
 *   }
 * }
 */
export abstract class FormulaLR extends LRScheduler {
  /** The rate at an epoch in units of the base rate. */
  abstract factorAt(epoch: number): number;

  /**
   * What a step to an epoch multiplies by: `factorAt(epoch) / factorAt(epoch - 1)`, where 1 comes before epoch 0.
   * Schedules that are given this number say so here, as in PyTorch: a quotient of powers would differ from it in the
   * last digit.
   */
  ratioAt(epoch: number): number {
    const now = this.factorAt(epoch);
    const before = epoch === 0 ? 1 : this.factorAt(epoch - 1);
    return now === before ? 1 : now / before;
  }

  /** The rate towards which the schedule goes. */
  protected floor(): number {
    return 0;
  }

  /**
   * Does a scheduler that is built with `last_epoch >= 0` change the present rate at once, for epoch `last_epoch + 1`?
   * PyTorch's smooth schedules leave it as it was saved.
   */
  protected stepsOnResume(): boolean {
    return false;
  }

  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const epoch = this.last_epoch;
    const ratio = this._is_initial ? this.firstRatio(epoch) : this.ratioAt(epoch);
    const rates = this.currentRates();
    if (ratio === 1) return rates;
    // a schedule that rises from its floor has nothing to multiply: it goes on from the base rates
    if (ratio === Infinity)
      return rates.map((lr, i) => sum(lr, this.aboveFloor(this.base_lrs[i], this.factorAt(epoch))));
    const floor = this.floor();
    return rates.map((lr) => offset(this.aboveFloor(lr, ratio), floor));
  }

  override _get_closed_form_lr(): LearningRate[] {
    const factor = this.factorAt(this.last_epoch);
    const floor = this.floor();
    return this.base_lrs.map((lr) => offset(this.aboveFloor(lr, factor), floor));
  }

  /** What the constructor's step multiplies by. */
  private firstRatio(epoch: number): number {
    if (this.stepsOnResume()) return this.ratioAt(epoch);
    return epoch === 0 ? this.factorAt(0) : 1;
  }

  /** @internal */
  override _rule(): string {
    const [factor, floor] = [show(this.factorAt(this.last_epoch)), this.floor()];
    const text = this.formulaAt(this.last_epoch);
    const times = text === factor ? factor : `${text} = ${factor}`;
    const base = showAll(this.base_lrs);
    const rule =
      floor === 0
        ? `the base ${base} times ${times}`
        : `${show(floor)} plus (the base ${base} - ${show(floor)}) times ${times}`;
    const alone = this._get_closed_form_lr();
    if (this.currentRates().every((rate, i) => i >= alone.length || agree(rate, alone[i]))) return rule;
    return `${rule}, which alone would give ${showAll(alone)}, but it was also changed by hand or by another scheduler`;
  }

  /** The factor as a formula with its numbers, for {@link explain}: `0.5 ^ 2`. */
  protected formulaAt(epoch: number): string {
    return show(this.factorAt(epoch));
  }

  /** `(lr - floor) * factor` */
  private aboveFloor(lr: LearningRate, factor: number): LearningRate {
    return times(offset(lr, -this.floor()), factor);
  }
}

const offset = (lr: LearningRate, by: number): LearningRate => (by === 0 ? lr : plus(lr, by));
