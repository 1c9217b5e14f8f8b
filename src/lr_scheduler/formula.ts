import { plus, times } from "../optim/hyperparameter.js";
import { type LearningRate, LRScheduler } from "./scheduler.js";

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
   * `factorAt(epoch) / factorAt(epoch - 1)`, where 1 comes before epoch 0. Schedules that are given this number say so
   * here, as in PyTorch: a quotient of powers would differ from it in the last digit.
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
    if (this._is_initial && epoch !== 0 && !this.stepsOnResume()) return this.currentRates();
    const ratio = this.ratioAt(epoch);
    const rates = this.currentRates();
    if (ratio === 1) return rates;
    // a schedule that rises from its floor has nothing to multiply: it goes on from the base rates
    if (ratio === Infinity)
      return rates.map((lr, i) => add(lr, this.aboveFloor(this.base_lrs[i], this.factorAt(epoch))));
    const floor = this.floor();
    return rates.map((lr) => offset(this.aboveFloor(lr, ratio), floor));
  }

  override _get_closed_form_lr(): LearningRate[] {
    const factor = this.factorAt(this.last_epoch);
    const floor = this.floor();
    return this.base_lrs.map((lr) => offset(this.aboveFloor(lr, factor), floor));
  }

  /** `(lr - floor) * factor` */
  private aboveFloor(lr: LearningRate, factor: number): LearningRate {
    return times(offset(lr, -this.floor()), factor);
  }
}

const offset = (lr: LearningRate, by: number): LearningRate => (by === 0 ? lr : plus(lr, by));
const add = (a: LearningRate, b: LearningRate): LearningRate => (typeof b === "number" ? plus(a, b) : b.add(a));
