import { expect } from "vitest";
import { lr_scheduler, optim, swa_utils, type Tensor, torch } from "../../src/index.js";

/* Optimizers and schedulers from the descriptions in the recorded fixtures, stepped and observed as there. */

export type Options = Record<string, unknown>;
export type Scheduler = lr_scheduler.AnyScheduler;

export const functions: Record<string, (epoch: number) => number> = {
  inverse: (epoch) => 1 / (1 + epoch),
  steps: (epoch) => Math.floor(epoch / 30) + 0.5,
  alternating: (epoch) => (epoch % 2 === 0 ? 0.5 : 1.9),
};

export function buildOptimizer(lrs: readonly optim.Hyperparameter[], name = "SGD"): optim.Optimizer {
  const groups = lrs.map((lr) => ({ params: [torch.zeros(1, { requires_grad: true })], lr }));
  return name === "SGD" ? new optim.SGD(groups, 0.5, { momentum: 0.9 }) : new optim.Adam(groups, 0.5);
}

export function build(name: string, optimizer: unknown, options: Options): Scheduler {
  const named = (f: unknown) => functions[f as string];
  const given = { ...options };
  for (const key of ["lr_lambda", "scale_fn"]) {
    const f = options[key];
    if (f !== undefined) given[key] = Array.isArray(f) ? f.map(named) : named(f);
  }
  if ("schedulers" in options) {
    given.schedulers = (options.schedulers as [string, Options][]).map(([part, of]) => build(part, optimizer, of));
  }
  const all: Record<string, unknown> = { ...lr_scheduler, SWALR: swa_utils.SWALR };
  const Named = all[name] as new (...args: unknown[]) => Scheduler;
  return name === "ChainedScheduler" ? new Named(given) : new Named(optimizer, given);
}

/** The learning rates, then the momenta if they are cycled. */
export function observe(optimizer: optim.Optimizer, momentum: boolean): number[] {
  const groups = optimizer.param_groups;
  const number = (x: unknown) => (typeof x === "number" ? x : (x as Tensor).item());
  const rates = groups.map(({ lr }) => number(lr));
  if (!momentum) return rates;
  return [...rates, ...groups.map((g) => number("betas" in g ? (g.betas as unknown[])[0] : g.momentum))];
}

export function act(optimizer: optim.Optimizer, scheduler: Scheduler, [kind, ...args]: readonly unknown[]): void {
  if (kind === "edit") {
    optimizer.param_groups[args[0] as number].lr = args[1] as number;
  } else {
    optimizer.step();
    scheduler.step(...args);
  }
}

/** Equal to 1e-12, absolutely or of the value, whichever is the weaker. */
export function agree(actual: readonly number[], expected: readonly number[], where: string): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, k) => {
    const error = Math.abs(x - expected[k]) / Math.max(1, Math.abs(expected[k]));
    expect(error, `${where}, value ${k}: ${x}, not ${expected[k]}`).toBeLessThan(1e-12);
  });
}

/** An error begins with the recorded text, on a line of its own. */
export function expectError(act: () => unknown, [type, text]: readonly string[]): void {
  let error: unknown;
  try {
    act();
  } catch (e) {
    error = e;
  }
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).name).toBe(type);
  const { message } = error as Error;
  expect(message.slice(0, text.length)).toBe(text);
  expect(message.length === text.length || message[text.length] === "\n").toBe(true);
}

export const title = (name: string, options: unknown, rest: unknown = "") =>
  `${name} ${JSON.stringify(options)} ${rest}`.trimEnd();
