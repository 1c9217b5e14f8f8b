import { no_grad } from "../autograd/index.js";
import type { Module } from "../nn/index.js";
import type { Optimizer, ParamGroup, ParamState } from "../optim/index.js";
import { ValueError } from "../python/errors.js";
import { generatorsOf } from "../tensor/generators.js";
import { default_generator, Tensor } from "../tensor/index.js";
import type { Chart } from "./chart.js";

/** How {@link lr_find} searches. */
export interface LrFinderOptions {
  /** The first learning rate. Default 1e-6. */
  start_lr?: number;
  /** The last learning rate. Default 10. */
  end_lr?: number;
  /** The number of steps. Default 100. */
  num_iter?: number;
  /** Does the rate grow by equal factors or by equal steps? Default "exp". */
  step_mode?: "exp" | "linear";
  /** How much of the running mean of the losses each new loss is, between 0 and 1; 1 smooths nothing. Default 0.1. */
  smooth_f?: number;
  /** Stop when the smoothed loss is this many times the best one. Default 5. */
  diverge_th?: number;
}

/** What {@link lr_find} saw. */
export interface LrFinderResult {
  /** The learning rate of each step. */
  lrs: number[];
  /** The loss of each step, before its update. */
  losses: number[];
  /** The running mean of the losses, without the bias of its start. */
  smoothed: number[];
  /** Did the loss grow past `diverge_th`, or become NaN or infinite, before `end_lr` was reached? */
  diverged: boolean;
  /** Where the smoothed loss falls most steeply; null if it falls nowhere. */
  suggestion: number | null;
  /** For {@link plotSvg} and {@link plotText}. */
  chart: Chart;
}

/** A loss function: a module or a plain function. */
// biome-ignore lint/suspicious/noExplicitAny: outputs and targets are the model's affair
type Criterion = (outputs: any, targets: any) => Tensor;

/**
 * The learning-rate range test (Smith, 2017): trains with a rate that grows at each step, and looks at the loss. Too small
 * a rate changes nothing; where the loss falls fastest is a good rate; past it the loss grows.
 *
 * Afterwards all is as it was, bit for bit: parameters, buffers, gradients, training mode, the optimizer's state and
 * options, the default generator and the loader's. All groups get the same rate during the test.
 *
 * @param loader batches `[inputs, targets]`, passed through again and again
 * @throws ValueError for options out of their range, and for a loader without batches
 * @example
 * const found = lr_find(model, optimizer, criterion, loader, { end_lr: 1 });
 * console.log(found.suggestion, plotText(found.chart));
 */
export function lr_find(
  model: Module,
  optimizer: Optimizer,
  criterion: Criterion,
  loader: Iterable<readonly [unknown, unknown]>,
  options: LrFinderOptions = {},
): LrFinderResult {
  const { start_lr = 1e-6, end_lr = 10, num_iter = 100, step_mode = "exp", smooth_f = 0.1, diverge_th = 5 } = options;
  check({ start_lr, end_lr, num_iter, step_mode, smooth_f, diverge_th });
  const rateAt = (k: number): number => {
    const done = k / (num_iter - 1);
    return step_mode === "exp" ? start_lr * (end_lr / start_lr) ** done : start_lr + (end_lr - start_lr) * done;
  };
  const lrs: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  let mean = 0;
  let best = Number.POSITIVE_INFINITY;
  let diverged = false;

  untouched(model, optimizer, loader, () => {
    model.train();
    const batches = endless(loader);
    for (let k = 0; k < num_iter && !diverged; k++) {
      const [inputs, targets] = batches.next().value as readonly [unknown, unknown];
      setRates(optimizer, rateAt(k));
      const evaluate = (): Tensor => {
        optimizer.zero_grad();
        const loss = criterion(model(inputs), targets);
        loss.backward();
        return loss;
      };
      const loss = optimizer.step(evaluate).item();
      mean = smooth_f * loss + (1 - smooth_f) * mean;
      const corrected = mean / (1 - (1 - smooth_f) ** (k + 1));
      lrs.push(rateAt(k));
      losses.push(loss);
      smoothed.push(corrected);
      best = Math.min(best, corrected);
      diverged = !Number.isFinite(loss) || corrected > diverge_th * best;
    }
    batches.return?.();
  });
  const suggestion = steepest(lrs, smoothed);
  return { lrs, losses, smoothed, diverged, suggestion, chart: chartOf(lrs, losses, smoothed, suggestion) };
}

function check(o: Required<LrFinderOptions>): void {
  const complain = (what: string): never => {
    throw new ValueError(`lr_find: ${what}`);
  };
  if (!(o.start_lr > 0)) complain(`start_lr must be more than 0, not ${o.start_lr}`);
  if (!(o.end_lr > o.start_lr && o.end_lr < Infinity)) complain(`end_lr must be more than start_lr, not ${o.end_lr}`);
  if (!(Number.isInteger(o.num_iter) && o.num_iter > 1))
    complain(`num_iter must be an integer of 2 or more, not ${o.num_iter}`);
  if (!["exp", "linear"].includes(o.step_mode)) complain(`step_mode must be "exp" or "linear", not ${o.step_mode}`);
  if (!(o.smooth_f > 0 && o.smooth_f <= 1)) complain(`smooth_f must be more than 0 and at most 1, not ${o.smooth_f}`);
  if (!(o.diverge_th > 1)) complain(`diverge_th must be more than 1, not ${o.diverge_th}`);
}

/** The batches of pass after pass. */
function* endless<Batch>(loader: Iterable<Batch>): IterableIterator<Batch> {
  for (;;) {
    let empty = true;
    for (const batch of loader) {
      empty = false;
      yield batch;
    }
    if (empty) throw new ValueError("lr_find: the loader has no batches");
  }
}

function setRates(optimizer: Optimizer, lr: number): void {
  for (const group of optimizer.param_groups) {
    if (group.lr instanceof Tensor) group.lr.fill_(lr);
    else group.lr = lr;
  }
}

/** The rate at which the smoothed loss falls most steeply over the logarithm of the rate. */
function steepest(lrs: readonly number[], losses: readonly number[]): number | null {
  // a slope over a tenth of the steps, for the losses are noisy; the first of them most, which are means of few
  const reach = Math.max(1, Math.round(lrs.length / 20));
  // less is rounding
  let slope = -1e-6 * Math.abs(losses[0]);
  let found: number | null = null;
  for (let k = 2 * reach; k < lrs.length - reach; k++) {
    const here = (losses[k + reach] - losses[k - reach]) / Math.log(lrs[k + reach] / lrs[k - reach]);
    if (here < slope) [slope, found] = [here, lrs[k]];
  }
  return found;
}

function chartOf(lrs: number[], losses: number[], smoothed: number[], suggestion: number | null): Chart {
  const [least, first] = [Math.min(...smoothed), smoothed[0]];
  // an explosion would press all the rest flat
  const top = Math.max(first, ...smoothed.filter((loss) => loss < 2 * first)) * 1.1;
  const pair = (values: number[]) => values.map((loss, k) => [lrs[k], loss] as const);
  return {
    title: "Learning-rate range test",
    x: { label: "learning rate", log: true },
    y: { label: "loss", ...(Number.isFinite(top) && top > least && { domain: [Math.min(0, least), top] as const }) },
    series: [
      { name: "loss of the batch", points: pair(losses) },
      { name: "smoothed loss", points: pair(smoothed) },
    ],
    ...(suggestion !== null && { marks: [{ x: suggestion, label: `steepest at ${suggestion.toPrecision(3)}` }] }),
  };
}

/** Runs `body` and puts everything back. */
function untouched(model: Module, optimizer: Optimizer, loader: unknown, body: () => void): void {
  const params = [...new Set([...model.parameters(), ...optimizer.param_groups.flatMap((group) => group.params)])];
  const tensors = [...params, ...model.buffers()];
  const values = tensors.map((x) => x.detach().clone());
  const grads = params.map((p) => p.grad);
  const modes = model.modules().map((module) => [module, module.training] as const);
  const generators = [default_generator, ...(generatorsOf(loader) ?? [])].map((g) => [g, g.get_state()] as const);
  const { state, param_groups } = optimizer;
  optimizer.state = new Map([...state].map(([key, value]) => [key, copied(value) as ParamState]));
  optimizer.param_groups = param_groups.map(({ params, ...rest }) => ({ ...(copied(rest) as ParamGroup), params }));
  for (const p of params) p.grad = null;
  try {
    body();
  } finally {
    optimizer.state = state;
    optimizer.param_groups = param_groups;
    no_grad(() => tensors.forEach((x, i) => void x.data.copy_(values[i])));
    params.forEach((p, i) => void (p.grad = grads[i]));
    for (const [module, training] of modes) module.training = training;
    for (const [generator, before] of generators) generator.set_state(before);
  }
}

function copied(value: unknown): unknown {
  if (value instanceof Tensor) return value.detach().clone();
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copied(v)]));
}
