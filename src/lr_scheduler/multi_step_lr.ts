import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { FormulaLR } from "./formula.js";
import { count, show } from "./text.js";

const signature = new Signature(
  "MultiStepLR(Optimizer optimizer, int[] milestones, float gamma=0.1, int last_epoch=-1)",
);

/**
 * Multiplies the learning rates by `gamma` at each milestone: `factor = gamma ^ (number of milestones <= epoch)`.
 *
 * Arguments: `optimizer`, `milestones` (epochs; one that is listed n times counts n times), `gamma` (0.1),
 * `last_epoch` (-1).
 *
 * @example
 * const scheduler = new lr_scheduler.MultiStepLR(optimizer, { milestones: [30, 80], gamma: 0.1 });
 */
export class MultiStepLR extends FormulaLR {
  /** How often each epoch is a milestone. */
  declare milestones: Record<number, number>;
  declare gamma: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, given, gamma, last_epoch] = signature.bind(args);
    const milestones: Record<number, number> = {};
    for (const epoch of [given].flat()) milestones[epoch] = (milestones[epoch] ?? 0) + 1;
    if (0 in milestones && last_epoch === -1) {
      warn(
        `MultiStepLR has a milestone at epoch 0: the learning rates are multiplied by gamma = ${gamma} as soon as it is built, before the first step of training. If the base rates are to be used until epoch n, the first milestone is n; milestones are counted from 0.`,
      );
    }
    super(optimizer, last_epoch, { milestones, gamma });
  }

  override factorAt(epoch: number): number {
    return this.gamma ** this.passed(epoch);
  }

  protected override formulaAt(epoch: number): string {
    return `${show(this.gamma)} ^ ${this.passed(epoch)} (${count(this.passed(epoch), "milestone")} passed)`;
  }

  private passed(epoch: number): number {
    let passed = 0;
    for (const [milestone, times] of Object.entries(this.milestones)) if (Number(milestone) <= epoch) passed += times;
    return passed;
  }

  override ratioAt(epoch: number): number {
    return this.gamma ** (this.milestones[epoch] ?? 0);
  }

  protected override stepsOnResume(): boolean {
    return true;
  }
}
