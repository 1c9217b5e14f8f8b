import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";
import { show } from "./text.js";

const signature = new Signature("ExponentialLR(Optimizer optimizer, float gamma, int last_epoch=-1)");

/**
 * Multiplies the learning rates by `gamma` every epoch: `factor = gamma ^ epoch`.
 *
 * Arguments: `optimizer`, `gamma`, `last_epoch` (-1).
 *
 * @example
 * const scheduler = new lr_scheduler.ExponentialLR(optimizer, { gamma: 0.95 });
 */
export class ExponentialLR extends FormulaLR {
  declare gamma: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, gamma, last_epoch] = signature.bind(args);
    super(optimizer, last_epoch, { gamma });
  }

  override factorAt(epoch: number): number {
    return this.gamma ** epoch;
  }

  override ratioAt(): number {
    return this.gamma;
  }

  protected override formulaAt(epoch: number): string {
    return `${show(this.gamma)} ^ ${epoch}`;
  }
}
