import { isHyperparameter } from "../optim/hyperparameter.js";
import type { Optimizer, ParamGroup } from "../optim/index.js";
import { IndexError, KeyError } from "../python/errors.js";
import { define } from "../python/signature.js";
import { checkOptimizer } from "./groups.js";

/** What a scheduler drives: which hyperparameter of which groups of which optimizer. */
interface Target {
  readonly optimizer: Optimizer;
  readonly key: string;
  readonly groups: readonly number[] | null;
}

const targets = new WeakMap<Optimizer, Target>();
/** The same target is the same object, so that schedulers of one target recognise each other. */
const made = new WeakMap<Optimizer, Map<string, Optimizer>>();

/**
 * Lets a scheduler drive another hyperparameter than `lr`, or one group alone: what it returns stands for the optimizer
 * in the scheduler's first argument. There `lr` means the hyperparameter, and `initial_lr`, `max_lr`, ... are kept in
 * the groups as `initial_weight_decay`, ...; so `get_last_lr()` tells the hyperparameter, and both state dicts resume it.
 *
 * Arguments: `optimizer`; `key`: `"lr"`, `"weight_decay"`, `"momentum"`, any other option that is a number, or `"beta1"`
 * and `"beta2"` for the elements of `betas`; `group`: an index or several (all groups without it).
 *
 * @throws KeyError if a group has no such number, IndexError for a group that does not exist
 * @example
 * const decay = lr_scheduler.hyperparameter(optimizer, "weight_decay", { group: 1 });
 * const scheduler = new lr_scheduler.CosineAnnealingLR(decay, { T_max: 50 });
 */
export const hyperparameter = define(
  "hyperparameter(Optimizer optimizer, str key, int[]? group=None) -> Optimizer",
  (given, key, group) => {
    checkOptimizer(given);
    const { optimizer } = targetOf(given);
    return targeting({ optimizer, key, groups: group === null ? null : [group].flat() });
  },
);

/** An optimizer as schedulers see it: the groups of the target, where `lr` is the target's hyperparameter. */
export function targeting(target: Target): Optimizer {
  const { optimizer, key, groups } = target;
  checkTarget(target);
  if (!made.has(optimizer)) made.set(optimizer, new Map());
  const known = made.get(optimizer)!;
  const name = `${key} of ${groups ?? "all"}`;
  let view = known.get(name);
  if (!view) {
    const chosen = (): ParamGroup[] =>
      (groups ?? [...optimizer.param_groups.keys()]).map((i) => optimizer.param_groups[i]);
    // groups are looked up each time: load_state_dict makes new ones
    view = Object.create(optimizer, { param_groups: { get: () => chosen().map((group) => renaming(group, key)) } });
    known.set(name, view!);
    targets.set(view!, target);
  }
  return view!;
}

/** What an optimizer stands for: a plain one for its learning rates. */
export function targetOf(optimizer: Optimizer): Target {
  return targets.get(optimizer) ?? { optimizer, key: "lr", groups: null };
}

function checkTarget({ optimizer, key, groups }: Target): void {
  const n = optimizer.param_groups.length;
  const outside = groups?.find((i) => !(i >= 0 && i < n));
  if (outside !== undefined) {
    throw new IndexError(
      "list index out of range",
      `There is no group ${outside}: the optimizer has ${n}, counted from 0.`,
    );
  }
  optimizer.param_groups.forEach((group, i) => {
    if (groups !== null && !groups.includes(i)) return;
    if (isHyperparameter(read(group, key))) return;
    const numbers = Object.keys(group).filter((name) => isHyperparameter(group[name]));
    if ("betas" in group) numbers.push("beta1", "beta2");
    throw new KeyError(`'${key}'`, `No hyperparameter of group ${i} has this name; there are ${numbers.join(", ")}.`);
  });
}

const renamings = new WeakMap<ParamGroup, Map<string, ParamGroup>>();

/** A group in which `lr` is another name for `key`, and `initial_lr` for `initial_KEY`. */
function renaming(group: ParamGroup, key: string): ParamGroup {
  if (key === "lr") return group;
  if (!renamings.has(group)) renamings.set(group, new Map());
  const known = renamings.get(group)!;
  let view = known.get(key);
  if (!view) {
    view = new Proxy(group, {
      get: (_, name) => read(group, renamed(name, key)),
      set: (_, name, value) => write(group, renamed(name, key), value),
      has: (_, name) => Reflect.has(group, renamed(name, key)),
    });
    known.set(key, view);
  }
  return view;
}

function renamed(name: string | symbol, key: string): string | symbol {
  if (typeof name === "symbol") return name;
  return name === "lr" ? key : name.replace(/_lr$/, `_${key}`);
}

/** Which of `betas` a name means, if it does. */
const betaIndex = (name: string | symbol): number => ["beta1", "beta2"].indexOf(name as string);

function read(group: ParamGroup, name: string | symbol): unknown {
  const i = betaIndex(name);
  return i < 0 ? Reflect.get(group, name) : (group.betas as readonly unknown[] | undefined)?.[i];
}

function write(group: ParamGroup, name: string | symbol, value: unknown): boolean {
  const i = betaIndex(name);
  if (i < 0) return Reflect.set(group, name, value);
  group.betas = (group.betas as readonly unknown[]).map((beta, j) => (j === i ? value : beta));
  return true;
}
