import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";
import { show } from "./text.js";

const signature = new Signature(
  "ConstantLR(Optimizer optimizer, float factor=0.3333333333333333, int total_iters=5, int last_epoch=-1)",
);

/**
 * Multiplies the learning rates by a constant until epoch `total_iters`: by `factor` before it, by 1 from then on.
 *
 * Arguments: `optimizer`, `factor` (1/3, between 0 and 1), `total_iters` (5), `last_epoch` (-1).
 *
 * @throws ValueError if `factor` is not between 0 and 1
 * @example
 * const scheduler = new lr_scheduler.ConstantLR(optimizer, { factor: 0.5, total_iters: 4 });
 */
export class ConstantLR extends FormulaLR {
  declare factor: number;
  declare total_iters: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, factor, total_iters, last_epoch] = signature.bind(args);
    if (!(factor >= 0 && factor <= 1)) {
      throw new ValueError("Constant multiplicative factor expected to be between 0 and 1.", `factor is ${factor}.`);
    }
    super(optimizer, last_epoch, { factor, total_iters });
  }

  override factorAt(epoch: number): number {
    return epoch < this.total_iters ? this.factor : 1;
  }

  protected override formulaAt(epoch: number): string {
    return epoch < this.total_iters
      ? `its factor ${show(this.factor)} (until epoch ${this.total_iters})`
      : `1 (from epoch ${this.total_iters} on)`;
  }

  override ratioAt(epoch: number): number {
    if (epoch === 0) return this.factor;
    return epoch === this.total_iters ? 1 / this.factor : 1;
  }

  protected override stepsOnResume(): boolean {
    return true;
  }
}
