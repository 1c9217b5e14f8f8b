import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { CompositeLR, checkParts, explained, type PartsArguments } from "./composite.js";
import { FormulaLR } from "./formula.js";
import { checkOptimizer } from "./groups.js";
import { MultiplicativeLR } from "./lambda_lr.js";
import type { AnyScheduler } from "./scheduler.js";

const signature = new Signature(
  "SequentialLR(Optimizer optimizer, LRScheduler[] schedulers, int[] milestones, int last_epoch=-1)",
);

/**
 * Several schedulers one after the other: the first until epoch `milestones[0]`, the second from there until
 * `milestones[1]`, and so on. Each begins at its own epoch 0, from the base rates.
 *
 * Among them there may be a {@link ReduceLROnPlateau}, which PyTorch refuses: it goes on from the rates it finds, and
 * `step(metric)` hands it the metric; while another part is at work the metric is not needed and changes nothing.
 *
 * Arguments: `optimizer`, `schedulers`, `milestones` (epochs, rising, one fewer than schedulers), `last_epoch` (-1).
 *
 * @throws ValueError for a wrong number of milestones, and if the schedulers belong to different optimizers
 * @example
 * const warmup = new lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 });
 * const cosine = new lr_scheduler.CosineAnnealingLR(optimizer, { T_max: 45 });
 * const scheduler = new lr_scheduler.SequentialLR(optimizer, [warmup, cosine], [5]);
 */
export class SequentialLR extends CompositeLR {
  /** @internal */
  declare _milestones: number[];

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, given, milestones, last_epoch] = signature.bind(args);
    const [_schedulers, _milestones] = [[given].flat(), [milestones].flat()];
    if (_schedulers.length < 1) {
      throw new ValueError("SequentialLR expects at least one scheduler, but got no scheduler.");
    }
    checkOptimizer(optimizer);
    checkParts("SequentialLR", _schedulers, optimizer);
    if (_milestones.length !== _schedulers.length - 1) {
      throw new ValueError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${_schedulers.length} and the number of milestones to be equal to ${_milestones.length}`,
      );
    }
    warnOfMilestones(_milestones);
    super(optimizer, last_epoch, { _schedulers, _milestones, last_epoch: last_epoch + 1 });
    this.resetRates();
    this._undo();
    const first = this.partAt(0);
    warnOfNesting(first);
    if (first._takesMetric()) this.restartPart(first);
    else first._initial_step();
    this._last_lr = first.get_last_lr();
  }

  /**
   * Steps the scheduler whose turn it is.
   *
   * @param metrics the value that a {@link ReduceLROnPlateau} watches, when it is its turn
   */
  override step(...args: PartsArguments): void {
    this.last_epoch++;
    const i = this.indexAt(this.last_epoch);
    const part = this._schedulers[i];
    const begins = this._milestones[i - 1] === this.last_epoch;
    if (!begins || (part._takesMetric() && !(part instanceof CompositeLR))) this.stepPart(part, args);
    else if (part instanceof CompositeLR) part._restart();
    else part._update_lr(0);
    this._last_lr = part.get_last_lr();
  }

  private indexAt(epoch: number): number {
    return bisectRight(this._milestones, epoch);
  }

  private partAt(epoch: number): AnyScheduler {
    return this._schedulers[this.indexAt(epoch)];
  }

  /** @internal */
  override _restart(): void {
    this.last_epoch = 0;
    this.resetRates();
    this.restartPart(this.partAt(0));
    this._last_lr = this.partAt(0).get_last_lr();
  }

  /** @internal */
  override _rule(): string {
    const i = this.indexAt(this.last_epoch);
    const since = i === 0 ? "" : `, begun at epoch ${this._milestones[i - 1]}`;
    return `the work of its part ${i + 1} of ${this._schedulers.length}${since}, counted from there: ${explained(this._schedulers[i])}`;
  }

  /** @internal */
  override _metricWithoutProgress(): number {
    return this.partAt(this.last_epoch + 1)._metricWithoutProgress();
  }
}

/** How many of the rising `values` are at most `x`; of others what Python's `bisect_right` finds. */
function bisectRight(values: readonly number[], x: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < values[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

function warnOfMilestones(milestones: readonly number[]): void {
  const empty = milestones.findIndex((m, i) => m <= (i === 0 ? 0 : milestones[i - 1]));
  if (empty < 0) return;
  const since = empty === 0 ? "begins at 0" : `begins at ${milestones[empty - 1]}`;
  warn(
    `SequentialLR's milestones [${milestones.join(", ")}] leave scheduler ${empty} no epochs: it ${since} and ends at ${milestones[empty]}. Milestones are epochs counted from 0, rising, and more than 0: scheduler i ends where milestone i is.`,
  );
}

/** PyTorch takes back the first step of compositions only in part. */
function warnOfNesting(first: AnyScheduler): void {
  if (!(first instanceof CompositeLR) || first._takesMetric()) return;
  if (first instanceof SequentialLR) {
    if (first._milestones.length === 0) return;
    warn(
      "SequentialLR begins with another SequentialLR: as in PyTorch the inner one counts its first epoch twice, so that its milestones come one epoch early. Give all schedulers and milestones to one SequentialLR.",
    );
    return;
  }
  const ahead = first._schedulers.find(
    (part) => part instanceof MultiplicativeLR || (part instanceof FormulaLR && part.ratioAt(0) !== part.factorAt(0)),
  );
  if (!ahead) return;
  const name = ahead.constructor.name;
  warn(
    `SequentialLR begins with a ChainedScheduler: as in PyTorch the ${name} in it makes one step at once, so that it is one epoch ahead. Chain sequences instead: a ChainedScheduler of SequentialLRs, or of a SequentialLR and a ${name}.`,
  );
}
