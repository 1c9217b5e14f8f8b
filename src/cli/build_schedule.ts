import * as lr_scheduler from "../lr_scheduler/index.js";
import { type Optimizer, SGD } from "../optim/index.js";
import { SWALR } from "../swa_utils/index.js";
import { zeros } from "../tensor/index.js";
import type { Schedule, Value } from "./schedule_syntax.js";
import { UsageError } from "./usage_error.js";

type AnyScheduler = lr_scheduler.AnyScheduler;
type SchedulerClass = new (...args: unknown[]) => AnyScheduler;

const bases: readonly unknown[] = [lr_scheduler.LRScheduler, lr_scheduler.FormulaLR, lr_scheduler.CompositeLR];
const isScheduler = (value: unknown): value is SchedulerClass =>
  typeof value === "function" && value.prototype instanceof lr_scheduler.LRScheduler && !bases.includes(value);

/** All schedulers by name. */
export const schedulers: Readonly<Record<string, SchedulerClass>> = Object.fromEntries(
  Object.entries({ ...lr_scheduler, SWALR }).flatMap(([name, value]) => (isScheduler(value) ? [[name, value]] : [])),
);

/**
 * Builds what was written, for an optimizer with one parameter.
 *
 * @throws UsageError with the scheduler's own complaint
 */
export function build(schedule: Schedule, options: { lr: number; momentum: number }): AnyScheduler {
  const optimizer = told(schedule, () => new SGD([zeros(1)], options));
  return buildFor(optimizer, schedule);
}

function buildFor(optimizer: Optimizer, schedule: Schedule): AnyScheduler {
  const { name, parts, positional } = schedule;
  if (!Object.hasOwn(schedulers, name)) throw new UsageError(`there is no schedule '${name}'${suggestion(name)}`);
  const composed = name === "SequentialLR" || name === "ChainedScheduler";
  if (composed && parts.length === 0) {
    throw new UsageError(`${name} is made of others: ${name}[LinearLR total_iters=5, CosineAnnealingLR T_max=45]`);
  }
  if (!composed && parts.length > 0) {
    throw new UsageError(`${name} is not made of others; SequentialLR[...] and ChainedScheduler[...] are`);
  }
  const built = parts.map((part) => buildFor(optimizer, part));
  const first = { SequentialLR: [optimizer, built], ChainedScheduler: [built] }[name] ?? [optimizer];
  const keywords = Object.entries(schedule.keywords).map(([key, value]) => [key, functionOr(key, value)]);
  return told(schedule, () => new schedulers[name](...first, ...positional, Object.fromEntries(keywords)));
}

/** Runs `body`; what it throws is the user's mistake. */
export function told<T>({ text }: Schedule, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${text}: ${(error as Error).message}`);
  }
}

/** `lr_lambda` and `scale_fn` are functions: an expression of `epoch`, `epoch => ...` or `lambda epoch: ...`. */
function functionOr(key: string, value: Value): unknown {
  if (!["lr_lambda", "scale_fn"].includes(key)) return value;
  if (Array.isArray(value)) return value.map((v) => functionOr(key, v));
  const text = String(value).replace(/^\s*lambda\s+(\w+)\s*:/, "$1 =>");
  const source = text.includes("=>") ? text : `(epoch) => ${text}`;
  try {
    return new Function(...Object.keys(mathematics), `return (${source})`)(...Object.values(mathematics));
  } catch (error) {
    throw new UsageError(`${key}='${value}' is no function of the epoch: ${(error as Error).message}`);
  }
}

const { cos, sin, exp, log, sqrt, min, max, abs, floor, PI: pi } = Math;

/** What an expression may use without `Math.` */
const mathematics = { cos, sin, exp, log, sqrt, min, max, abs, floor, pi };

/** How many steps show a schedule well. */
export function horizon(schedule: Schedule): number {
  const { name, parts, positional, keywords } = schedule;
  const number = (key: string, otherwise = 0): number =>
    [keywords[key] ?? otherwise]
      .flat()
      .map(Number)
      .reduce((a, b) => max(a, b));
  const first = Number([positional[0] ?? 0].flat().at(-1));
  if (name === "SequentialLR") return number("milestones", first) + horizon(parts[parts.length - 1]);
  if (parts.length > 0) return parts.map(horizon).reduce((a, b) => max(a, b));
  const lengths: Record<string, number> = {
    CosineAnnealingLR: number("T_max", first) + 1,
    CosineAnnealingWarmRestarts: 4 * number("T_0", first),
    CyclicLR: 4 * number("step_size_up", 2000),
    MultiStepLR: 1.5 * number("milestones", first),
    OneCycleLR: stepLimit(schedule),
    ReduceLROnPlateau: 5 * (number("patience", 10) + 1),
    StepLR: 4 * number("step_size", first),
  };
  const steps = Math.round(lengths[name] ?? 1.5 * number("total_iters"));
  return steps >= 2 && steps < Infinity ? steps : 100;
}

/** The steps after which a schedule ends. */
export function stepLimit({ name, parts, positional, keywords }: Schedule): number {
  if (name === "ChainedScheduler") return parts.map(stepLimit).reduce((a, b) => min(a, b), Infinity);
  if (name !== "OneCycleLR") return Infinity;
  const total = Number(
    keywords.total_steps ?? positional[1] ?? Number(keywords.epochs) * Number(keywords.steps_per_epoch),
  );
  return total >= 1 ? total : Infinity;
}

/** The schedule that was meant, if one is near. */
function suggestion(name: string): string {
  const names = Object.keys(schedulers);
  const near = names.find((known) => distance(known.toLowerCase(), name.toLowerCase()) <= 3);
  const part = names.find((known) => known.toLowerCase().includes(name.toLowerCase()));
  const meant = near ?? part;
  return meant ? `; did you mean ${meant}?` : `; there are ${names.join(", ")}`;
}

/** Levenshtein's distance: how many letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
