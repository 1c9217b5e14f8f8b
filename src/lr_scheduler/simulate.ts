import { copyOf, numberOf } from "../optim/hyperparameter.js";
import { Optimizer, type ParamGroup } from "../optim/index.js";
import { ValueError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { get_rng_state, set_rng_state, Tensor } from "../tensor/index.js";
import { momentumOf } from "./groups.js";
import { pretendStepped } from "./step_order.js";
import { targeting, targetOf } from "./target.js";

/** What one step of training uses. */
export interface SimulatedStep {
  /** The scheduler's epoch. */
  epoch: number;
  /** The learning rate of each group (or the hyperparameter that the scheduler drives). */
  lr: number[];
  /** The momentum, or the first of `betas`, of each group; `null` if the optimizer has none. */
  momentum: number[] | null;
}

/** The metrics that a simulated plateau scheduler sees: always the same, one a step, or by a function of the step. */
export type SimulatedMetric = number | readonly number[] | ((step: number) => number);

interface Scheduler {
  optimizer: Optimizer;
  step(...args: unknown[]): void;
  _epoch(): number;
  _takesMetric(): boolean;
  _metricWithoutProgress(): number;
}

/** The next `n` steps of a scheduler, the present one first. Works on a copy; the generator's state is put back. */
export function simulate(scheduler: Scheduler, n: number, metric?: SimulatedMetric): SimulatedStep[] {
  if (!(Number.isInteger(n) && n >= 0)) throw new ValueError(`simulate() wants a number of steps, 0 or more, not ${n}`);
  const randomness = get_rng_state();
  const copies = new Copies();
  const copy = copies.of(scheduler);
  try {
    return Array.from({ length: n }, (_, k) => {
      if (k > 0) copy.step(...(copy._takesMetric() ? [metricAt(k) ?? copy._metricWithoutProgress()] : []));
      return observe(copy);
    });
  } finally {
    copies.restoreFunctions();
    set_rng_state(randomness);
  }

  function metricAt(k: number): number | undefined {
    if (typeof metric === "function") return metric(k - 1);
    return typeof metric === "object" ? metric[k - 1] : metric;
  }
}

function observe(scheduler: Scheduler): SimulatedStep {
  const groups = scheduler.optimizer.param_groups;
  const momenta = groups.map(momentumOf);
  return {
    epoch: scheduler._epoch(),
    lr: groups.map((group) => numberOf(group.lr)),
    momentum: momenta.every((m) => m !== null) ? momenta : null,
  };
}

/** Copies of schedulers and of the optimizers they share; parameters are not copied, for schedulers leave them alone. */
class Copies {
  private readonly made = new Map<unknown, unknown>();
  /** Functions of the user's cannot be copied: what they remember in properties is noted. */
  private readonly functions = new Map<Function, Record<string, unknown>>();

  of<T>(value: T): T {
    if (!this.made.has(value)) this.made.set(value, this.make(value));
    return this.made.get(value) as T;
  }

  restoreFunctions(): void {
    for (const [f, properties] of this.functions) {
      for (const name of Object.keys(f)) if (!(name in properties)) Reflect.deleteProperty(f, name);
      Object.assign(f, properties);
    }
  }

  private make(value: unknown): unknown {
    if (value instanceof Tensor) return copyOf(value);
    if (value instanceof Optimizer) return this.optimizer(value);
    if (typeof value === "function") this.functions.set(value, { ...value });
    if (Array.isArray(value)) return value.map((item) => this.of(item));
    if (isKeywords(value)) return this.properties({}, value);
    if (!isScheduler(value)) return value;
    const copy: object = Object.create(Object.getPrototypeOf(value));
    this.made.set(value, copy);
    return this.properties(copy, value);
  }

  private properties(copy: object, original: object): object {
    for (const [name, value] of Object.entries(original)) Reflect.set(copy, name, this.of(value));
    return copy;
  }

  private optimizer(original: Optimizer): Optimizer {
    const target = targetOf(original);
    if (target.optimizer !== original) return targeting({ ...target, optimizer: this.of(target.optimizer) });
    const copy: Optimizer = Object.assign(Object.create(Object.getPrototypeOf(original)), original);
    copy.param_groups = original.param_groups.map(
      ({ params, ...options }): ParamGroup => ({ ...this.of(options as ParamGroup), params }),
    );
    pretendStepped(copy);
    return copy;
  }
}

const isScheduler = (value: unknown): value is object =>
  typeof value === "object" && value !== null && (value as { optimizer?: unknown }).optimizer instanceof Optimizer;
