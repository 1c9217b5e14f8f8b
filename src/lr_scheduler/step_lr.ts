import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";
import { show } from "./text.js";

const signature = new Signature("StepLR(Optimizer optimizer, int step_size, float gamma=0.1, int last_epoch=-1)");

/**
 * Multiplies the learning rates by `gamma` every `step_size` epochs: `factor = gamma ^ ⌊epoch / step_size⌋`.
 *
 * Arguments: `optimizer`, `step_size` (epochs, 1 or more), `gamma` (0.1), `last_epoch` (-1).
 *
 * @throws ValueError if `step_size` is less than 1
 * @example
 * const scheduler = new lr_scheduler.StepLR(optimizer, { step_size: 20, gamma: 0.5 });
 * for (let epoch = 0; epoch < 50; epoch++) {
 *   train();
 *   scheduler.step();
 * }
 */
export class StepLR extends FormulaLR {
  declare step_size: number;
  declare gamma: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, step_size, gamma, last_epoch] = signature.bind(args);
    if (step_size < 1) {
      throw new ValueError(
        `Expected positive integer step_size, but got ${step_size}`,
        "It is the number of epochs between two changes of the learning rate.",
      );
    }
    super(optimizer, last_epoch, { step_size, gamma });
  }

  override factorAt(epoch: number): number {
    return this.gamma ** Math.floor(epoch / this.step_size);
  }

  protected override formulaAt(epoch: number): string {
    return `${show(this.gamma)} ^ ⌊${epoch} / ${this.step_size}⌋`;
  }

  override ratioAt(epoch: number): number {
    return epoch !== 0 && epoch % this.step_size === 0 ? this.gamma : 1;
  }

  protected override stepsOnResume(): boolean {
    return true;
  }
}
