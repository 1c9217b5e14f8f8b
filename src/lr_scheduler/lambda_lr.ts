import { times } from "../optim/hyperparameter.js";
import type { Optimizer } from "../optim/index.js";
import { ValueError } from "../python/errors.js";
import { pythonTypeOf, registerType, Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { checkOptimizer } from "./groups.js";
import { type LearningRate, LRScheduler, type SchedulerStateDict } from "./scheduler.js";
import { agree, showAll } from "./text.js";

/** A number for each epoch. */
export type EpochFunction = (epoch: number) => number;

declare module "../python/signature-types.js" {
  interface Vocabulary {
    EpochFunction: EpochFunction;
  }
}
// FunctionLR speaks PyTorch's words
registerType("EpochFunction", () => true);

/** A scheduler that computes with functions of the user's, one for all groups or one each. */
abstract class FunctionLR extends LRScheduler {
  declare lr_lambdas: EpochFunction[];

  constructor(optimizer: Optimizer, lr_lambda: EpochFunction | readonly EpochFunction[], last_epoch: number) {
    checkOptimizer(optimizer);
    const groups = optimizer.param_groups;
    const lr_lambdas = Array.isArray(lr_lambda) ? [...lr_lambda] : groups.map(() => lr_lambda);
    if (lr_lambdas.length !== groups.length) {
      throw new ValueError(`Expected ${groups.length} lr_lambdas, but got ${lr_lambdas.length}`);
    }
    const wrong = lr_lambdas.find((f) => typeof f !== "function");
    if (wrong !== undefined) throw new TypeError(`lr_lambda should be a function, but got ${pythonTypeOf(wrong)}`);
    super(optimizer, last_epoch, { lr_lambdas });
  }

  /** Functions are not saved, only the properties that were given to them (`null` without any). */
  override state_dict(): SchedulerStateDict {
    const { lr_lambdas: _, ...state } = super.state_dict();
    const kept = this.lr_lambdas.map((f) => (Object.keys(f).length > 0 ? { ...f } : null));
    return { ...state, lr_lambdas: kept };
  }

  override load_state_dict({ lr_lambdas, ...state }: SchedulerStateDict): void {
    super.load_state_dict(state);
    (lr_lambdas as (object | null)[]).forEach((kept, i) => void Object.assign(this.lr_lambdas[i], kept));
  }
}

const lambdaSignature = new Signature("LambdaLR(Optimizer optimizer, EpochFunction[] lr_lambda, int last_epoch=-1)");

/**
 * Sets the learning rates to the base rates times a function of the epoch, of your own: `factor = lr_lambda(epoch)`.
 *
 * Arguments: `optimizer`, `lr_lambda` (a function, or one a group), `last_epoch` (-1).
 *
 * @throws ValueError if there are not as many functions as groups
 * @example
 * const scheduler = new lr_scheduler.LambdaLR(optimizer, (epoch) => 0.95 ** epoch);
 */
export class LambdaLR extends FunctionLR {
  constructor(...args: Arguments<typeof lambdaSignature.text>) {
    const [optimizer, lr_lambda, last_epoch] = lambdaSignature.bind(args);
    super(optimizer, lr_lambda, last_epoch);
  }

  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    return this.base_lrs.map((lr, i) => times(lr, this.lr_lambdas[i](this.last_epoch)));
  }

  /** @internal */
  override _rule(): string {
    const [rates, set] = [this.currentRates(), this.get_last_lr()];
    const rule = `the base ${showAll(this.base_lrs)} times lr_lambda(${this.last_epoch})`;
    if (rates.length !== set.length || rates.every((rate, i) => agree(rate, set[i]))) return rule;
    return `${rule}, which gave ${showAll(set)}, but it was also changed by hand or by another scheduler`;
  }
}

const multiplicativeSignature = new Signature(
  "MultiplicativeLR(Optimizer optimizer, EpochFunction[] lr_lambda, int last_epoch=-1)",
);

/**
 * Multiplies the present learning rates by a function of the epoch, of your own, every epoch from 1 on.
 *
 * Arguments: `optimizer`, `lr_lambda` (a function, or one a group), `last_epoch` (-1).
 *
 * @throws ValueError if there are not as many functions as groups
 * @example
 * const scheduler = new lr_scheduler.MultiplicativeLR(optimizer, (epoch) => (epoch < 10 ? 1 : 0.95));
 */
export class MultiplicativeLR extends FunctionLR {
  constructor(...args: Arguments<typeof multiplicativeSignature.text>) {
    const [optimizer, lr_lambda, last_epoch] = multiplicativeSignature.bind(args);
    super(optimizer, lr_lambda, last_epoch);
  }

  override get_lr(): LearningRate[] {
    this.warnOutsideStep();
    const rates = this.currentRates();
    return this._is_initial ? rates : rates.map((lr, i) => times(lr, this.lr_lambdas[i](this.last_epoch)));
  }

  /** @internal */
  override _rule(): string {
    const { last_epoch } = this;
    const base = `the base ${showAll(this.base_lrs)}`;
    if (last_epoch < 1) return `${base}, as lr_lambda is not called before epoch 1`;
    const called = last_epoch === 1 ? "lr_lambda(1)" : `lr_lambda(1) to lr_lambda(${last_epoch})`;
    return `${base} times ${called}; one factor an epoch, times what the rate was then`;
  }
}
