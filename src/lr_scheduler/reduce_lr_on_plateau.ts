import { copyOf, type Hyperparameter, numberOf } from "../optim/hyperparameter.js";
import { RuntimeError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { checkOptimizer, setRate } from "./groups.js";
import { EPOCH_DEPRECATION_WARNING, type LearningRate, LRScheduler, type SchedulerStateDict } from "./scheduler.js";
import { count, show, showAll } from "./text.js";

const signature = new Signature(
  "ReduceLROnPlateau(Optimizer optimizer, str mode='min', float factor=0.1, int patience=10, float threshold=0.0001, str threshold_mode='rel', int cooldown=0, float[] min_lr=0, float eps=1e-8)",
);
const stepSignature = new Signature("step(float|Tensor metrics, float? epoch=None)");
type MetricArguments = Arguments<typeof stepSignature.text>;

/**
 * Multiplies the learning rates by `factor` when a metric has not improved for more than `patience` epochs; then waits
 * `cooldown` epochs before it counts again.
 *
 * A metric improves if it is less than `best (1 - threshold)`, in `mode: "max"` more than `best (1 + threshold)`; with
 * `threshold_mode: "abs"` less than `best - threshold`, more than `best + threshold`. NaN is no improvement.
 *
 * Arguments: `optimizer`, `mode` ("min"), `factor` (0.1, less than 1), `patience` (10), `threshold` (1e-4),
 * `threshold_mode` ("rel"), `cooldown` (0), `min_lr` (0, or one a group), `eps` (1e-8: smaller changes are left out).
 *
 * @throws ValueError for a factor of 1 or more, an unknown mode, or a wrong number of `min_lr`
 * @example
 * const scheduler = new lr_scheduler.ReduceLROnPlateau(optimizer, "min", { patience: 3 });
 * scheduler.step(validationLoss);
 */
export class ReduceLROnPlateau extends LRScheduler<MetricArguments> {
  declare factor: number;
  declare default_min_lr: number | null;
  declare min_lrs: number[];
  declare patience: number;
  declare cooldown: number;
  declare eps: number;
  /** What every metric is better than. */
  declare mode_worse: number;
  declare mode: "min" | "max";
  declare threshold: number;
  declare threshold_mode: "rel" | "abs";
  /** The best metric so far. */
  declare best: number;
  declare cooldown_counter: number;
  declare num_bad_epochs: number;
  /** The rates that it found. */
  declare private built: LearningRate[];

  constructor(...args: Arguments<typeof signature.text>) {
    const [optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps] = signature.bind(args);
    if (factor >= 1) throw new ValueError("Factor should be < 1.0.", `factor is ${factor}.`);
    checkOptimizer(optimizer);
    const groups = optimizer.param_groups;
    if (Array.isArray(min_lr) && min_lr.length !== groups.length) {
      throw new ValueError(`expected ${groups.length} min_lrs, got ${min_lr.length}`);
    }
    checkModes(mode, threshold_mode);
    const mode_worse = worst(mode);
    super(optimizer, -1, {
      factor,
      default_min_lr: Array.isArray(min_lr) ? null : min_lr,
      min_lrs: Array.isArray(min_lr) ? [...min_lr] : groups.map(() => min_lr),
      patience,
      cooldown,
      eps,
      last_epoch: 0,
      _last_lr: groups.map((group) => copyOf(group.lr)),
      mode_worse,
      mode,
      threshold,
      threshold_mode,
      best: mode_worse,
      cooldown_counter: 0,
      num_bad_epochs: 0,
    });
  }

  /** Changes nothing until there is a metric. */
  protected override start(): void {
    // no part of the state: a script that resumes builds the scheduler from the same rates
    Object.defineProperty(this, "built", { value: this.get_last_lr(), writable: true });
  }

  /**
   * Looks at the metric of an epoch, and lowers the rates if it is time.
   *
   * @param metrics the value to watch: a number or a tensor that holds one
   * @param epoch deprecated: count on from here
   */
  override step(...args: MetricArguments): void {
    const [metrics, epoch] = stepSignature.bind(args);
    const current = numberOf(metrics);
    if (epoch !== null) warn(EPOCH_DEPRECATION_WARNING);
    this.last_epoch = epoch ?? this.last_epoch + 1;
    if (this._is_better(current, this.best)) {
      this.best = current;
      this.num_bad_epochs = 0;
    } else {
      this.num_bad_epochs++;
    }
    if (this.in_cooldown) {
      this.cooldown_counter--;
      this.num_bad_epochs = 0;
    }
    if (this.num_bad_epochs > this.patience) {
      this._reduce_lr();
      this.cooldown_counter = this.cooldown;
      this.num_bad_epochs = 0;
    }
    this._last_lr = this.currentRates();
  }

  /** Are metrics ignored for now, because the rates were lowered just before? */
  get in_cooldown(): boolean {
    return this.cooldown_counter > 0;
  }

  /** Takes over the fields of a state dict, also of one that was JSON in between, where infinity becomes `null`. */
  override load_state_dict(state_dict: SchedulerStateDict): void {
    super.load_state_dict(state_dict);
    checkModes(this.mode, this.threshold_mode);
    this.mode_worse = worst(this.mode);
    this.best ??= this.mode_worse;
  }

  /** @internal */
  override _rule(): string {
    const { mode, factor, patience, num_bad_epochs, best } = this;
    const waiting = Number.isFinite(best)
      ? `the best (${mode}) metric is ${show(best)}, ${num_bad_epochs} of ${count(patience, "epoch")} of patience used up`
      : "there was no metric yet";
    const cooling = this.in_cooldown ? `, with ${count(this.cooldown_counter, "epoch")} of cooldown to go` : "";
    return `from ${showAll(this.built)}, times ${show(factor)} whenever the metric had not improved for more than ${count(patience, "epoch")}; ${waiting}${cooling}`;
  }

  /** @internal */
  override _takesMetric(): boolean {
    return true;
  }

  /** @internal */
  override _metricWithoutProgress(): number {
    // the first metric is always an improvement, NaN never
    return Number.isFinite(this.best) ? Number.NaN : 0;
  }

  /** @internal */
  _is_better(a: number, best: number): boolean {
    const { mode, threshold } = this;
    const margin = this.threshold_mode === "abs" ? threshold : 0;
    const relative = this.threshold_mode === "rel" ? threshold : 0;
    return mode === "min" ? a < best * (1 - relative) - margin : a > best * (relative + 1) + margin;
  }

  /** @internal */
  _reduce_lr(): void {
    const groups = this.optimizer.param_groups;
    if (groups.length !== this.min_lrs.length) {
      if (this.default_min_lr === null) {
        throw new RuntimeError(
          `The number of param groups in the \`optimizer\` (${groups.length}) differs from when \`ReduceLROnPlateau\` was initialized (${this.min_lrs.length}), usually due to a new param group being added to the optimizer. Please modify the \`min_lrs\` field to match the length of the \`optimizer\` param groups.`,
        );
      }
      this.min_lrs = groups.map(() => this.default_min_lr!);
    }
    groups.forEach((group, i) => {
      const before = numberOf(group.lr as Hyperparameter);
      const after = Math.max(before * this.factor, this.min_lrs[i]);
      if (before - after > this.eps) setRate(group, after);
    });
  }
}

const worst = (mode: string): number => (mode === "min" ? Infinity : -Infinity);

function checkModes(mode: string, threshold_mode: string): void {
  if (mode !== "min" && mode !== "max") throw new ValueError(`mode ${mode} is unknown!`, 'It is "min" or "max".');
  if (threshold_mode !== "rel" && threshold_mode !== "abs") {
    throw new ValueError(`threshold mode ${threshold_mode} is unknown!`, 'It is "rel" or "abs".');
  }
}
