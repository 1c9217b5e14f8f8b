import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lr_scheduler, nn, optim, swa_utils, type Tensor, torch } from "../../src/index.js";
import recorded from "../fixtures/lr_compositions.json" with { type: "json" };
import { act, agree, build, buildOptimizer, expectError, type Options, observe, title } from "./traces.js";

const { ChainedScheduler, CyclicLR, MultiplicativeLR, OneCycleLR, SequentialLR, StepLR } = lr_scheduler;

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe("cycles, restarts, plateaus and compositions agree with PyTorch to 1e-12", () => {
  for (const { name, options, lrs, momentum, seen, ...rest } of recorded.traces) {
    const actions: unknown[][] = typeof rest.actions === "number" ? Array(rest.actions).fill(["step"]) : rest.actions;
    const kinds = [...new Set(actions.map(([kind]) => kind))].join(", ");
    it(title(name, options, `(${rest.optimizer}: ${kinds})`), () => {
      const optimizer = buildOptimizer(lrs, rest.optimizer);
      const scheduler = build(name, optimizer, options);
      agree(observe(optimizer, momentum), seen[0], "at first");
      actions.forEach((action, i) => {
        act(optimizer, scheduler, action);
        agree(observe(optimizer, momentum), seen[i + 1], `after action ${i}, ${action}`);
      });
    });
  }
});

describe("a scheduler built with last_epoch goes on as PyTorch's", () => {
  for (const { name, options, lrs, before, seen } of recorded.resumed) {
    it(title(name, options, `after ${before}`), () => {
      const first = buildOptimizer(lrs);
      const begun = build(name, first, options);
      for (let i = 0; i < before; i++) act(first, begun, ["step"]);
      const optimizer = buildOptimizer(lrs);
      optimizer.load_state_dict(first.state_dict());
      const scheduler = build(name, optimizer, { ...options, last_epoch: before });
      seen.forEach((expected, i) => {
        if (i > 0) act(optimizer, scheduler, ["step"]);
        agree(observe(optimizer, true), expected, `after ${i} steps`);
      });
    });
  }
});

describe("rates and bounds that are tensors round as PyTorch's", () => {
  for (const { name, options, seen } of recorded["tensor rates"]) {
    it(title(name, options), () => {
      const rates = [torch.tensor(0.3), torch.tensor([0.1])];
      const optimizer = buildOptimizer(rates);
      const tensors = Object.entries(options).map(([key, v]) => [
        key,
        typeof v === "string" && v[0] === "0" ? torch.tensor(Number(v)) : v,
      ]);
      const scheduler = build(name, optimizer, Object.fromEntries(tensors));
      seen.forEach((expected, i) => {
        if (i > 0) act(optimizer, scheduler, ["step"]);
        agree(observe(optimizer, true), expected, `after ${i} steps`);
      });
      expect(rates.every((rate, i) => optimizer.param_groups[i].lr === rate)).toBe(true);
    });
  }
});

describe("state dicts have PyTorch's keys in its order", () => {
  for (const { name, options, state } of recorded["state dicts"]) {
    it(title(name, options), () => {
      const optimizer = buildOptimizer([0.5, 0.25]);
      const scheduler = build(name, optimizer, options);
      const action = name === "ReduceLROnPlateau" ? ["metric", 0.5] : ["step"];
      for (let i = 0; i < 3; i++) act(optimizer, scheduler, action);
      const keyed = (_: string, value: unknown) =>
        value === Infinity ? "inf" : typeof value === "number" ? Number(value.toPrecision(12)) : value;
      const text = (dict: Options) => JSON.stringify(dict, keyed);
      expect(text(scheduler.state_dict())).toBe(text(Object.fromEntries(state)));
    });
  }
});

describe("errors begin with PyTorch's texts", () => {
  class Momentumless extends optim.Optimizer {
    constructor() {
      super([torch.zeros(1)], { lr: 0.1 });
    }
  }
  const make = (name: string, options: Options) => () => build(name, buildOptimizer([0.5, 0.25]), options);
  const [mine, other] = [buildOptimizer([0.5, 0.25]), buildOptimizer([0.5, 0.25])];
  const step = (optimizer: optim.Optimizer) => new StepLR(optimizer, 2);
  const keep = (a: Tensor) => a;
  const mistakes: Record<string, () => unknown> = {
    "cyclic mode": make("CyclicLR", { base_lr: 0.1, max_lr: 1, mode: "CATS" }),
    "cyclic base_lr": make("CyclicLR", { base_lr: [0.1], max_lr: 1 }),
    "cyclic max_lr": make("CyclicLR", { base_lr: 0.1, max_lr: [1] }),
    "cyclic base_momentum": make("CyclicLR", { base_lr: 0.1, max_lr: 1, base_momentum: [0.5] }),
    "cyclic without momentum": () => new CyclicLR(new Momentumless(), 0.1, 1),
    "one cycle without momentum": () => new OneCycleLR(new Momentumless(), 0.1, 10),
    "T_0 of 0": make("CosineAnnealingWarmRestarts", { T_0: 0 }),
    "T_mult of 0": make("CosineAnnealingWarmRestarts", { T_0: 1, T_mult: 0 }),
    "a negative epoch": () => make("CosineAnnealingWarmRestarts", { T_0: 1 })().step(-1),
    "swa strategy": make("SWALR", { swa_lr: 0.1, anneal_strategy: "exponential" }),
    "swa epochs": make("SWALR", { swa_lr: 0.1, anneal_epochs: -1 }),
    "swa rates": make("SWALR", { swa_lr: [0.1] }),
    "an empty sequence": () => new SequentialLR(mine, [], []),
    "an empty chain": () => new ChainedScheduler([]),
    "too many milestones": () => new SequentialLR(mine, [step(mine)], [3]),
    "a sequence of something else": () => new SequentialLR(mine, [3 as unknown as lr_scheduler.StepLR], []),
    "a sequence on two optimizers": () => new SequentialLR(mine, [step(mine), step(other)], [3]),
    "a chain on two optimizers": () => new ChainedScheduler([step(mine), step(other)]),
    "a factor for a function": () => new MultiplicativeLR(mine, 0.95 as unknown as () => number),
    "ema decay": () => swa_utils.get_ema_multi_avg_fn(1.5),
    "both averages": () => new swa_utils.AveragedModel(new nn.Linear(1, 1), { avg_fn: keep, multi_avg_fn: () => {} }),
  };

  it("for every recorded mistake", () => {
    expect(Object.keys(mistakes)).toEqual(Object.keys(recorded.errors));
  });

  for (const [name, error] of Object.entries(recorded.errors)) {
    it(name, () => expectError(mistakes[name], error));
  }
});
