import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { FormulaLR } from "./formula.js";
import { show } from "./text.js";

const signature = new Signature(
  "LinearLR(Optimizer optimizer, float start_factor=0.3333333333333333, float end_factor=1.0, int total_iters=5, int last_epoch=-1)",
);

/**
 * Changes the factor of the learning rates linearly from `start_factor` to `end_factor` during `total_iters` epochs, and
 * leaves it there: `factor = start_factor + (end_factor - start_factor) min(epoch, total_iters) / total_iters`.
 *
 * Arguments: `optimizer`, `start_factor` (1/3, more than 0 and at most 1), `end_factor` (1, between 0 and 1),
 * `total_iters` (5), `last_epoch` (-1).
 *
 * @throws ValueError if a factor is out of its range
 * @example
 * const warmup = new lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 10 });
 */
export class LinearLR extends FormulaLR {
  declare start_factor: number;
  declare end_factor: number;
  declare total_iters: number;

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, start_factor, end_factor, total_iters, last_epoch] = signature.bind(args);
    if (!(start_factor > 0 && start_factor <= 1)) {
      throw new ValueError(
        "Starting multiplicative factor expected to be greater than 0 and less or equal to 1.",
        `start_factor is ${start_factor}.`,
      );
    }
    if (!(end_factor >= 0 && end_factor <= 1)) {
      throw new ValueError(
        "Ending multiplicative factor expected to be between 0 and 1.",
        `end_factor is ${end_factor}.`,
      );
    }
    super(optimizer, last_epoch, { start_factor, end_factor, total_iters });
  }

  override factorAt(epoch: number): number {
    const { start_factor, end_factor, total_iters } = this;
    // without epochs to change in, the rate stays where it starts
    if (total_iters === 0) return start_factor;
    return start_factor + ((end_factor - start_factor) * Math.min(total_iters, epoch)) / total_iters;
  }

  override ratioAt(epoch: number): number {
    return epoch === 0 ? this.start_factor : super.ratioAt(epoch);
  }

  protected override formulaAt(epoch: number): string {
    const { start_factor, end_factor, total_iters } = this;
    if (total_iters === 0) return show(start_factor);
    const done = Math.min(total_iters, epoch);
    return `${show(start_factor)} + (${show(end_factor)} - ${show(start_factor)}) ${done} / ${total_iters}`;
  }
}
