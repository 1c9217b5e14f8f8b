import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { CompositeLR, checkParts, explained, type PartsArguments } from "./composite.js";
import { count } from "./text.js";

const signature = new Signature("ChainedScheduler(LRScheduler[] schedulers, Optimizer? optimizer=None)");

/**
 * Several schedulers at once: each step makes a step of every one, in turn, so their factors multiply.
 *
 * Among them there may be a {@link ReduceLROnPlateau}, which PyTorch refuses: then `step(metric)` hands the metric on.
 * And some may drive other hyperparameters of the same optimizer than the learning rate, see {@link hyperparameter}.
 *
 * Arguments: `schedulers`, `optimizer` (that of the first scheduler).
 *
 * @throws ValueError without schedulers, and if they belong to different optimizers
 * @example
 * const warmup = new lr_scheduler.LinearLR(optimizer, { total_iters: 5 });
 * const plateau = new lr_scheduler.ReduceLROnPlateau(optimizer, { patience: 3 });
 * const scheduler = new lr_scheduler.ChainedScheduler([warmup, plateau]);
 * scheduler.step(validationLoss);
 */
export class ChainedScheduler extends CompositeLR {
  constructor(...args: Arguments<typeof signature.text>) {
    const [given, whole] = signature.bind(args);
    const schedulers = [given].flat();
    if (schedulers.length < 1) {
      throw new ValueError("ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.");
    }
    const optimizer = whole ?? schedulers[0].optimizer;
    checkParts("ChainedScheduler", schedulers, optimizer);
    super(optimizer, -1, { _schedulers: schedulers });
    this._last_lr = this.currentRates();
  }

  /**
   * Steps all schedulers.
   *
   * @param metrics the value that a {@link ReduceLROnPlateau} among them watches
   */
  override step(...args: PartsArguments): void {
    for (const part of this._schedulers) this.stepPart(part, args);
    this._last_lr = this.currentRates();
  }

  /** @internal */
  override _restart(): void {
    this.resetRates();
    for (const part of this._schedulers) this.restartPart(part);
    this._last_lr = this.currentRates();
  }

  /** @internal */
  override _epoch(): number {
    return this._schedulers[0]._epoch();
  }

  /** @internal */
  override _rule(): string {
    return `the work of its ${count(this._schedulers.length, "part")}: ${this._schedulers.map(explained).join("; ")}`;
  }

  /** @internal */
  override _metricWithoutProgress(): number {
    // 0, if any of them waits for its first metric
    return this._schedulers.some((part) => part._metricWithoutProgress() === 0) ? 0 : Number.NaN;
  }
}
