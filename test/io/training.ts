import { data, Generator, type io, lr_scheduler, nn, optim, swa_utils, type Tensor, torch } from "../../src/index.js";

/* A small training that can be stopped and saved after any step; for both processes of the test of resuming. */

export type Description = readonly [name: string, options: Record<string, unknown>];

/** What is trained, and how. */
export interface Configuration {
  readonly optimizer: Description;
  readonly scheduler: Description;
  readonly order: "sequential" | "shuffle" | "generator" | "weighted";
  readonly n: number;
  readonly m: number;
}

/** All that has a state, for `checkpoint` and `restore`. */
export type Parts = Record<"model" | "optimizer" | "scheduler" | "loader" | "generator", object>;

export interface Training {
  readonly parts: Parts;
  /** Trains on for some steps and returns the losses and rates. */
  run(steps: number): number[];
  /** All parameters. */
  values(): number[];
}

/** Builds everything. The seed should not matter to a run that is restored. */
export function start({ optimizer: chosen, scheduler: schedule, order }: Configuration, seed: number): Training {
  torch.manual_seed(seed);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
  const generator = new Generator().manual_seed(seed);
  const x = torch.linspace(-2, 2, 33).view(11, 3);
  const dataset = new data.TensorDataset(x, x.sum(1, true).sin());
  const weights = Array.from({ length: 11 }, (_, i) => 1 + i);
  const orders = {
    sequential: {},
    shuffle: { shuffle: true },
    generator: { shuffle: true, generator: new Generator().manual_seed(seed + 1) },
    weighted: { sampler: new data.WeightedRandomSampler(weights, 9, { generator: new Generator().manual_seed(seed) }) },
  };
  const loader = new data.StatefulDataLoader(dataset, { batch_size: 4, ...orders[order] });
  const optimizer = buildOptimizer(chosen, model);
  const scheduler = buildScheduler(schedule, optimizer);
  let batches: Iterator<Tensor[]> | null = null;

  const nextBatch = (): Tensor[] => {
    for (;;) {
      batches ??= loader[Symbol.iterator]() as Iterator<Tensor[]>;
      const { done, value } = batches.next();
      if (!done) return value;
      batches = null;
    }
  };
  const step = (): number[] => {
    const [inputs, targets] = nextBatch();
    // noise from both generators
    const noisy = inputs.add(torch.rand_like(inputs), { alpha: 0.1 });
    const noise = torch.randn(targets.shape as number[], { generator }).mul(0.1);
    const loss = optimizer.step(() => {
      optimizer.zero_grad();
      const value = model(noisy).sub(targets.add(noise)).pow(2).mean();
      value.backward();
      return value;
    });
    scheduler.step(...(scheduler._takesMetric() ? [loss.item()] : []));
    return [loss.item(), ...optimizer.param_groups.map((group) => Number(group.lr))];
  };
  return {
    parts: { model, optimizer, scheduler, loader, generator },
    run: (steps) => Array.from({ length: steps }, step).flat(),
    values: () => model.parameters().flatMap((p) => [...p.detach().toTypedArray()]),
  };
}

function buildOptimizer([name, options]: Description, model: nn.Module): optim.Optimizer {
  const Chosen = (optim as unknown as Record<string, new (...args: unknown[]) => optim.Optimizer>)[name];
  const params = name === "Muon" ? model.parameters().filter((p) => p.dim() === 2) : model.parameters();
  // LBFGS takes one group
  const groups = name === "LBFGS" ? params : [{ params: params.slice(0, 1) }, { params: params.slice(1), lr: 0.01 }];
  return new Chosen(groups, options);
}

function buildScheduler([name, options]: Description, optimizer: optim.Optimizer): lr_scheduler.AnyScheduler {
  const { schedulers: parts, lr_lambda, cycle_momentum, ...rest } = options;
  const given: Record<string, unknown> = { ...rest };
  const momentum = "momentum" in optimizer.defaults || "betas" in optimizer.defaults;
  if (lr_lambda !== undefined) given.lr_lambda = (epoch: number) => 1 / (1 + epoch / 9);
  if (cycle_momentum !== undefined) given.cycle_momentum = cycle_momentum && momentum;
  if (parts !== undefined) given.schedulers = (parts as Description[]).map((part) => buildScheduler(part, optimizer));
  const all: Record<string, unknown> = { ...lr_scheduler, SWALR: swa_utils.SWALR };
  const Named = all[name] as new (...args: unknown[]) => lr_scheduler.AnyScheduler;
  return name === "ChainedScheduler" ? new Named(given) : new Named(optimizer, given);
}

/** What a process is given: a checkpoint in a file, and what it is of. */
export interface Task {
  readonly configuration: Configuration;
  readonly path: string;
}

/** Numbers as they are, for JSON has no NaN. */
export const exact = (numbers: readonly number[]): string[] =>
  numbers.map((x) => (Object.is(x, -0) ? "-0" : String(x)));

export type Checkpoint = io.Checkpoint;
