import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";

const signature = new Signature(
  "CosineAnnealingLR(Optimizer optimizer, int T_max, float eta_min=0.0, int last_epoch=-1)",
);

/**
 * Lowers the learning rates to `eta_min` along half a cosine, in `T_max` epochs, and raises them again in the next:
 * `lr = eta_min + (base_lr - eta_min) (1 + cos(π epoch / T_max)) / 2`.
 *
 * Arguments: `optimizer`, `T_max` (epochs), `eta_min` (0), `last_epoch` (-1).
 *
 * @example
 * const scheduler = new lr_scheduler.CosineAnnealingLR(optimizer, { T_max: 50, eta_min: 1e-5 });
 */
export class CosineAnnealingLR extends FormulaLR {
  declare T_max: number;
  declare eta_min: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, T_max, eta_min, last_epoch] = signature.bind(args);
    super(optimizer, last_epoch, { T_max, eta_min });
  }

  override factorAt(epoch: number): number {
    return (1 + Math.cos((Math.PI * epoch) / this.T_max)) / 2;
  }

  override ratioAt(epoch: number): number {
    // also at 0, as in PyTorch: only the constructor's step knows that nothing comes before
    return epoch === 0 ? 1 / this.factorAt(-1) : super.ratioAt(epoch);
  }

  protected override formulaAt(epoch: number): string {
    return `(1 + cos(π ${epoch} / ${this.T_max})) / 2`;
  }

  protected override floor(): number {
    return this.eta_min;
  }
}
