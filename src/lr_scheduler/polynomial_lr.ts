import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";
import { show } from "./text.js";

const signature = new Signature(
  "PolynomialLR(Optimizer optimizer, int total_iters=5, float power=1.0, int last_epoch=-1)",
);

/**
 * Lowers the learning rates to 0 within `total_iters` epochs: `factor = (1 - epoch / total_iters) ^ power`.
 *
 * Arguments: `optimizer`, `total_iters` (5), `power` (1), `last_epoch` (-1).
 *
 * @example
 * const scheduler = new lr_scheduler.PolynomialLR(optimizer, { total_iters: 50, power: 0.9 });
 */
export class PolynomialLR extends FormulaLR {
  declare total_iters: number;
  declare power: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, total_iters, power, last_epoch] = signature.bind(args);
    super(optimizer, last_epoch, { total_iters, power });
  }

  override factorAt(epoch: number): number {
    const { total_iters, power } = this;
    if (total_iters === 0) return 1;
    return (1 - Math.min(total_iters, epoch) / total_iters) ** power;
  }

  override ratioAt(epoch: number): number {
    // also at 0, as in PyTorch: only the constructor's step knows that nothing comes before
    return epoch === 0 ? 1 / this.factorAt(-1) : super.ratioAt(epoch);
  }

  protected override formulaAt(epoch: number): string {
    const { total_iters, power } = this;
    return `(1 - ${Math.min(total_iters, epoch)} / ${total_iters}) ^ ${show(power)}`;
  }
}
