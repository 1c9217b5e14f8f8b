import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { lr_scheduler, torch } from "../../src/index.js";
import recorded from "../fixtures/lr_traces.json" with { type: "json" };
import { act, agree, build, buildOptimizer, expectError, type Options, observe, title } from "./traces.js";

const { LRScheduler, OneCycleLR, ReduceLROnPlateau, StepLR } = lr_scheduler;
let said: MockInstance<typeof console.warn>;
beforeEach(() => {
  said = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => said.mockRestore());

describe("learning rates agree with PyTorch to 1e-12", () => {
  for (const { name, options, lrs, actions, seen, ...rest } of recorded.traces) {
    const kinds = [...new Set(actions.map(([kind]) => kind))].join(", ");
    it(title(name, options, `(${kinds})`), () => {
      const optimizer = buildOptimizer(lrs, "optimizer" in rest ? rest.optimizer : "SGD");
      const scheduler = build(name, optimizer, options);
      const momentum = "cycle_momentum" in options;
      agree(observe(optimizer, momentum), seen[0], "at first");
      actions.forEach((action, i) => {
        act(optimizer, scheduler, action);
        agree(observe(optimizer, momentum), seen[i + 1], `after action ${i}, ${action}`);
      });
    });
  }
});

describe("StepLR prints the same digits as PyTorch", () => {
  for (const { options, lrs, actions, seen } of recorded.traces.filter((t) => t.name === "StepLR")) {
    if (actions.some(([kind]) => kind === "epoch")) continue;
    it(title("StepLR", options), () => {
      const optimizer = buildOptimizer(lrs);
      const scheduler = build("StepLR", optimizer, options);
      actions.forEach((action, i) => {
        act(optimizer, scheduler, action);
        expect(observe(optimizer, false)).toEqual(seen[i + 1]);
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
        agree(observe(optimizer, false), expected, `after ${i} steps`);
      });
    });
  }
});

describe("rates that are tensors round as PyTorch's and stay the same tensors", () => {
  for (const { name, options, seen } of recorded["tensor rates"]) {
    it(title(name, options), () => {
      const rates = [torch.tensor(0.3), torch.tensor([0.1])];
      const optimizer = buildOptimizer(rates);
      const scheduler = build(name, optimizer, options);
      seen.forEach((expected, i) => {
        if (i > 0) act(optimizer, scheduler, ["step"]);
        agree(observe(optimizer, false), expected, `after ${i} steps`);
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
      for (let i = 0; i < 2; i++) act(optimizer, scheduler, ["step"]);
      const dict = scheduler.state_dict();
      expect(Object.keys(dict)).toEqual(state.map(([key]) => key));
      const { _last_lr, ...rest } = dict;
      const { _last_lr: expectedRates, ...expected } = Object.fromEntries(state) as Options;
      agree(_last_lr as number[], expectedRates as number[], "_last_lr");
      expect(rest).toEqual(expected);
    });
  }
});

describe("warnings are PyTorch's", () => {
  for (const [actions, texts] of recorded.warnings) {
    it(actions.join(", "), () => {
      const optimizer = buildOptimizer([0.5]);
      const scheduler = new StepLR(optimizer, 2);
      const doing: Record<string, () => unknown> = {
        step: () => scheduler.step(),
        "optimizer.step": () => optimizer.step(),
        override: () => (optimizer.step = (() => null) as typeof optimizer.step),
        get_lr: () => scheduler.get_lr(),
        "step(3)": () => scheduler.step(3),
      };
      for (const action of actions) doing[action]();
      expect(said.mock.calls.map(([text]) => text)).toEqual(texts.map((text) => `UserWarning: ${text}`));
    });
  }
});

describe("errors begin with PyTorch's texts", () => {
  const make = (name: string, options: Options) => () => build(name, buildOptimizer([0.5, 0.25]), options);
  const mistakes: Record<string, () => unknown> = {
    "no optimizer": () => build("StepLR", torch.zeros(1), { step_size: 2 }),
    "resuming without initial_lr": make("StepLR", { step_size: 2, last_epoch: 3 }),
    "the base class": () => new LRScheduler(buildOptimizer([0.5])),
    "an unknown option": make("StepLR", { step_size: 2, verbose: true }),
    "a group added later": () => {
      const optimizer = buildOptimizer([0.5, 0.25]);
      const scheduler = build("LambdaLR", optimizer, { lr_lambda: "inverse" });
      optimizer.add_param_group({ params: [torch.zeros(1)] });
      scheduler.step();
    },
    "ConstantLR factor 2": make("ConstantLR", { factor: 2 }),
    "LinearLR start_factor 0": make("LinearLR", { start_factor: 0 }),
    "LinearLR end_factor 2": make("LinearLR", { end_factor: 2 }),
    "LambdaLR with one function for two groups": make("LambdaLR", { lr_lambda: ["inverse"] }),
    "plateau factor 1": make("ReduceLROnPlateau", { factor: 1 }),
    "plateau mode": make("ReduceLROnPlateau", { mode: "low" }),
    "plateau threshold_mode": make("ReduceLROnPlateau", { threshold_mode: "half" }),
    "plateau min_lr": () => new ReduceLROnPlateau(buildOptimizer([0.5, 0.25]), { min_lr: [0.1] }),
    "one cycle without a length": make("OneCycleLR", { max_lr: 0.5 }),
    "one cycle of 0 steps": make("OneCycleLR", { max_lr: 0.5, total_steps: 0 }),
    "one cycle of negative epochs": make("OneCycleLR", { max_lr: 0.5, epochs: -1, steps_per_epoch: 5 }),
    "one cycle pct_start": make("OneCycleLR", { max_lr: 0.5, total_steps: 10, pct_start: 1.5 }),
    "one cycle strategy": make("OneCycleLR", { max_lr: 0.5, total_steps: 10, anneal_strategy: "log" }),
    "one cycle max_lr": make("OneCycleLR", { max_lr: [0.5], total_steps: 10 }),
    "one cycle past its end": () => {
      const scheduler = new OneCycleLR(buildOptimizer([0.5, 0.25]), 0.5, 2);
      for (let i = 0; i < 3; i++) scheduler.step();
    },
  };

  it("for every recorded mistake", () => {
    expect(Object.keys(mistakes)).toEqual(Object.keys(recorded.errors));
  });

  for (const [name, error] of Object.entries(recorded.errors)) {
    it(name, () => expectError(mistakes[name], error));
  }
});
