import { plus, times } from "../optim/hyperparameter.js";
import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { type EpochArguments, type LearningRate, LRScheduler } from "./scheduler.js";
import { show, showAll } from "./text.js";

const signature = new Signature(
  "CosineAnnealingWarmRestarts(Optimizer optimizer, int T_0, int T_mult=1, float eta_min=0.0, int last_epoch=-1)",
);
const stepSignature = new Signature("step(float? epoch=None)");

/**
 * Lowers the learning rates to `eta_min` along half a cosine, then starts again from the base rates (SGDR, Loshchilov
 * and Hutter, 2017). The first round takes `T_0` epochs, each further one `T_mult` times as many as the one before:
 * `lr = eta_min + (base_lr - eta_min) (1 + cos(π T_cur / T_i)) / 2`, `T_cur` epochs into a round of `T_i`.
 *
 * `step(epoch)` takes fractions of an epoch as well, for a schedule that is smooth from batch to batch.
 *
 * Arguments: `optimizer`, `T_0` (epochs, 1 or more), `T_mult` (1, or a larger integer), `eta_min` (0), `last_epoch` (-1).
 *
 * @throws ValueError if `T_0` or `T_mult` is less than 1
 * @example
 * const scheduler = new lr_scheduler.CosineAnnealingWarmRestarts(optimizer, { T_0: 10, T_mult: 2 });
 * for (let epoch = 0; epoch < 70; epoch++) {
 *   for (const [i, batch] of batches.entries()) {
 *     train(batch);
 *     scheduler.step(epoch + i / batches.length);
 *   }
 * }
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  declare T_0: number;
  /** The length of the present round, in epochs. */
  declare T_i: number;
  declare T_mult: number;
  declare eta_min: number;
  /** Epochs since the last restart. */
  declare T_cur: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, T_0, T_mult, eta_min, last_epoch] = signature.bind(args);
    if (T_0 <= 0) throw new ValueError(`Expected positive integer T_0, but got ${T_0}`);
    if (T_mult < 1) throw new ValueError(`Expected integer T_mult >= 1, but got ${T_mult}`);
    super(optimizer, last_epoch, { T_0, T_i: T_0, T_mult, eta_min, T_cur: last_epoch });
    const right = this.roundOf(this.last_epoch);
    if (right.T_cur === this.T_cur && right.T_i === this.T_i) return;
    warn(
      `CosineAnnealingWarmRestarts was built with last_epoch=${last_epoch}: as in PyTorch it takes epoch ${this.last_epoch} for epoch ${this.T_cur} of a round of ${this.T_i}, but it is epoch ${right.T_cur} of a round of ${right.T_i}. Load the scheduler's state dict instead, or call step(${this.last_epoch}).`,
    );
  }

  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const { eta_min, T_cur, T_i } = this;
    const factor = 1 + Math.cos((Math.PI * T_cur) / T_i);
    return this.base_lrs.map((lr) => plus(times(times(plus(lr, -eta_min), factor), 1 / 2), eta_min));
  }

  /**
   * Sets the learning rates of the next epoch, or of any: whole or a fraction, later or earlier.
   *
   * @throws ValueError for a negative epoch
   */
  override step(...args: EpochArguments): void {
    const [given] = stepSignature.bind(args);
    const epoch = given ?? (this.last_epoch < 0 ? 0 : null);
    if (epoch === null) {
      this.last_epoch++;
      this.advance();
    } else {
      if (epoch < 0) throw new ValueError(`Expected non-negative epoch, but got ${epoch}`);
      Object.assign(this, this.roundOf(epoch));
      this.last_epoch = Math.floor(epoch);
    }
    this.setRates(this.within(() => this.get_lr()));
  }

  /** One epoch on; a round that is over makes room for a longer one. */
  private advance(): void {
    this.T_cur++;
    if (this.T_cur < this.T_i) return;
    this.T_cur %= this.T_i;
    this.T_i *= this.T_mult;
  }

  /** The round that holds an epoch: n rounds take T_0 (1 + T_mult + ... + T_mult^(n-1)) epochs. */
  private roundOf(epoch: number): { T_cur: number; T_i: number } {
    const { T_0, T_mult } = this;
    if (epoch < T_0) return { T_cur: epoch, T_i: T_0 };
    if (T_mult === 1) return { T_cur: epoch % T_0, T_i: T_0 };
    const n = Math.trunc(Math.log((epoch / T_0) * (T_mult - 1) + 1) / Math.log(T_mult));
    return { T_cur: epoch - (T_0 * (T_mult ** n - 1)) / (T_mult - 1), T_i: T_0 * T_mult ** n };
  }

  /** @internal */
  override _rule(): string {
    const { T_cur, T_i, eta_min } = this;
    const cosine = `(1 + cos(π ${show(T_cur)} / ${T_i})) / 2`;
    const base = `the base ${showAll(this.base_lrs)}`;
    const rule =
      eta_min === 0 ? `${base} times ${cosine}` : `${show(eta_min)} plus (${base} - ${show(eta_min)}) times ${cosine}`;
    return `${rule}, ${show(T_cur)} epochs into a round of ${T_i}`;
  }
}
