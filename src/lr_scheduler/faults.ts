import type { Optimizer, ParamGroup } from "../optim/index.js";
import { isKeywords } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { targetOf } from "./target.js";

/* Mistakes that PyTorch lets pass in silence. The schedule stays PyTorch's; a warning tells cause and remedy. */

/** Groups in which a scheduler noted an initial rate. `optimizer.load_state_dict` makes new groups, not among them. */
const begun = new WeakSet<ParamGroup>();

/** Call before a scheduler that starts from the beginning notes its initial rates. */
export function warnIfLoaded(name: string, optimizer: Optimizer): void {
  const groups = optimizer.param_groups;
  const loaded = groups.some((group) => "initial_lr" in group && !begun.has(group));
  for (const group of groups) begun.add(group);
  if (!loaded) return;
  warn(
    `${name} was built after optimizer.load_state_dict(): it starts at epoch 0 from the initial_lr that was saved, and what it sets overwrites the ${targetOf(optimizer).key} that was loaded. Build schedulers before optimizer.load_state_dict(), then load their own state dicts; or say with last_epoch after which epoch to go on.`,
  );
}

interface Scheduler {
  last_epoch: number;
}
type Settings = Readonly<Record<string, unknown>>;
const builtOn = new WeakMap<Optimizer, { scheduler: Scheduler; settings: Settings }[]>();

/** Notes that a scheduler starts on an optimizer, where another of its class may be at work. */
export function warnIfBuiltTwice(scheduler: Scheduler, optimizer: Optimizer, settings: Settings): void {
  const others = builtOn.get(optimizer) ?? [];
  const twin = others.find(
    (other) =>
      other.scheduler.constructor === scheduler.constructor &&
      (other.scheduler.last_epoch > 0 || same(other.settings, settings)),
  );
  builtOn.set(optimizer, [...others, { scheduler, settings }]);
  if (!twin) return;
  const name = scheduler.constructor.name;
  warn(
    `A ${name} was already built on this optimizer: the new one goes on from the ${targetOf(optimizer).key} that the old one left, with the same initial_lr, and if both are stepped both change it. To start again build a new optimizer, or set lr and delete initial_lr in its groups; to go on step the old scheduler. Two equal parts of one SequentialLR or ChainedScheduler are no mistake.`,
  );
}

/** Equal numbers and texts, in lists and records too; functions and other objects only if they are one. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) !== Array.isArray(b) || !(Array.isArray(a) || (isKeywords(a) && isKeywords(b)))) return false;
  const [left, right] = [Object.entries(a), Object.entries(b as Settings)];
  return left.length === right.length && left.every(([key, value]) => same(value, (b as Settings)[key]));
}

const told = new WeakSet<object>();

/** Once for each scheduler: groups were added after it was built, and it schedules them along with the others. */
export function warnOfNewGroups(scheduler: object, optimizer: Optimizer, built: number): void {
  if (told.has(scheduler)) return;
  told.add(scheduler);
  const name = scheduler.constructor.name;
  warn(
    `A parameter group was added after ${name} was built: the optimizer has ${optimizer.param_groups.length} groups, the scheduler began with ${built}. The new ones have no initial_lr; their ${targetOf(optimizer).key} is changed from its present value on as that of the others is, and step(epoch) fails. Add all groups before building schedulers, or give the scheduler only its own: hyperparameter(optimizer, "lr", { group: [0, 1] }).`,
  );
}
