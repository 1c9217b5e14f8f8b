import { copyOf } from "../optim/hyperparameter.js";
import type { Optimizer } from "../optim/index.js";
import { ValueError, withHelp } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { setRate } from "./groups.js";
import { type AnyScheduler, LRScheduler, type SchedulerStateDict } from "./scheduler.js";
import { targetOf } from "./target.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    LRScheduler: AnyScheduler;
  }
}
// checkParts speaks PyTorch's words
registerType("LRScheduler", () => true);

const stepSignature = new Signature("step(float|Tensor? metrics=None)");
export type PartsArguments = Arguments<typeof stepSignature.text>;

/** A scheduler that is made of others. */
export abstract class CompositeLR extends LRScheduler<PartsArguments> {
  /** @internal */
  declare _schedulers: AnyScheduler[];

  /** Its parts have set the rates already. */
  protected override start(): void {}

  /** @internal Takes back the parts' first steps and begins at epoch 0, also in the midst of another composition. */
  abstract _restart(): void;

  /** Steps a part; one that wants a metric gets it. */
  protected stepPart(part: AnyScheduler, args: PartsArguments): void {
    const [metrics] = stepSignature.bind(args);
    if (!part._takesMetric()) part.step();
    else if (metrics !== null || part instanceof CompositeLR) part.step(metrics);
    else {
      throw new TypeError(
        withHelp(
          `${part.constructor.name}.step() missing 1 required positional argument: 'metrics'`,
          `It is part ${this._schedulers.indexOf(part)} of this ${this.constructor.name}, which hands the metric on: scheduler.step(validationLoss).`,
        ),
      );
    }
  }

  /** @internal Takes back the steps that the parts' constructors made; not that of a composition itself, as in PyTorch. */
  _undo(): void {
    for (const part of this._schedulers) {
      if (part instanceof CompositeLR) part._undo();
      else if (!part._takesMetric()) part.last_epoch--;
    }
  }

  /** Begins a part at epoch 0. A plateau scheduler goes on from the rates there are. */
  protected restartPart(part: AnyScheduler): void {
    if (part instanceof CompositeLR) part._restart();
    else if (!part._takesMetric()) {
      part.last_epoch = -1;
      part._initial_step();
    }
  }

  /** Puts the rates back to where they were before any scheduler. */
  protected resetRates(): void {
    for (const { param_groups } of this.driven()) {
      for (const group of param_groups) if ("initial_lr" in group) setRate(group, copyOf(group.initial_lr!));
    }
  }

  /** The optimizer, and what else of it the parts drive. */
  private driven(): Set<Optimizer> {
    const inside = this._schedulers.flatMap((part) =>
      part instanceof CompositeLR ? [...part.driven()] : [part.optimizer],
    );
    return new Set([this.optimizer, ...inside]);
  }

  /** @internal */
  override _takesMetric(): boolean {
    return this._schedulers.some((part) => part._takesMetric());
  }

  /** The parts' state dicts are in it, under `_schedulers`. */
  override state_dict(): SchedulerStateDict {
    const { _schedulers, ...state } = super.state_dict();
    return { ...state, _schedulers: this._schedulers.map((part) => part.state_dict()) };
  }

  override load_state_dict({ _schedulers, ...state }: SchedulerStateDict): void {
    super.load_state_dict(state);
    this._schedulers.forEach((part, i) => void part.load_state_dict((_schedulers as SchedulerStateDict[])[i]));
  }
}

/** @throws TypeError for what is no scheduler, ValueError for one of another optimizer, in PyTorch's words */
export function checkParts(name: string, parts: readonly AnyScheduler[], optimizer: Optimizer): void {
  parts.forEach((part, i) => {
    if (!(part instanceof LRScheduler)) {
      throw new TypeError(`${name} at index ${i} should have \`optimizer\` as its attribute.`);
    }
    if (targetOf(part.optimizer).optimizer === targetOf(optimizer).optimizer) return;
    throw new ValueError(
      `${name} expects all schedulers to belong to the same optimizer, but got scheduler ${part.constructor.name} at index ${i} has ${part.optimizer}, which is different from ${optimizer.constructor.name}.`,
    );
  });
}

/** The sentence of a part, inside that of the whole. */
export function explained(part: AnyScheduler): string {
  const sentence = part.explain().replace(/\.$/, "");
  return sentence[0].toLowerCase() + sentence.slice(1);
}
