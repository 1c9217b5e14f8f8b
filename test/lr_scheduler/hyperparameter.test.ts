import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lr_scheduler, optim, torch } from "../../src/index.js";
import { every } from "./draw.js";
import { build } from "./traces.js";

const { hyperparameter, StepLR } = lr_scheduler;

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

const groups = (key: string, values: readonly number[]) =>
  values.map((value) => ({ params: [torch.zeros(1)], [key]: value }));
const sgd = (key = "weight_decay", values = [0.3, 0.1]) =>
  new optim.SGD(groups(key, values), { lr: 0.5, momentum: 0.5 });

describe("every scheduler drives any hyperparameter as it drives the learning rate", () => {
  for (const [name, configuration] of Object.entries(every)) {
    it(name, () => {
      fc.assert(
        fc.property(configuration, fc.constantFrom("weight_decay", "dampening"), ([, options], key) => {
          const given = "cycle_momentum" in options ? { ...options, cycle_momentum: false } : options;
          const plain = sgd("lr");
          const expected = build(name, plain, given);
          const optimizer = sgd(key);
          const scheduler = build(name, hyperparameter(optimizer, key), given);
          for (let i = 0; i < 12; i++) {
            expect(optimizer.param_groups.map((group) => group[key])).toEqual(plain.param_groups.map(({ lr }) => lr));
            expect(optimizer.param_groups.map(({ lr }) => lr)).toEqual([0.5, 0.5]);
            expect(scheduler.get_last_lr()).toEqual(expected.get_last_lr());
            for (const s of [expected, scheduler]) s.step(...(s._takesMetric() ? [0.5] : []));
          }
          expect(scheduler.explain()).toContain(` set ${key} to `);
        }),
        { numRuns: 30 },
      );
    });
  }
});

describe("hyperparameter", () => {
  it("names one group alone, or some", () => {
    const optimizer = sgd("lr", [1, 1, 1]);
    const one = new StepLR(hyperparameter(optimizer, "lr", { group: 1 }), 1, 0.5);
    const two = new StepLR(hyperparameter(optimizer, "lr", [0, 1]), 1, 0.1);
    one.step();
    expect(optimizer.param_groups.map(({ lr }) => lr)).toEqual([1, 0.5, 1]);
    two.step();
    expect(optimizer.param_groups.map(({ lr }) => lr)).toEqual([0.1, 0.05, 1]);
    expect(one.simulate(2).map(({ lr }) => lr)).toEqual([[0.05], [0.025]]);
  });

  it("reaches into betas", () => {
    const optimizer = new optim.Adam([torch.zeros(1)], { betas: [0.8, 0.999] });
    const scheduler = new lr_scheduler.LambdaLR(hyperparameter(optimizer, "beta1"), (epoch) => 1 + epoch / 10);
    scheduler.step();
    expect(optimizer.param_groups[0].betas).toEqual([0.8 * 1.1, 0.999]);
  });

  it("goes beside the schedule of the learning rate, in one chain", () => {
    const optimizer = sgd("weight_decay", [1]);
    const chain = new lr_scheduler.ChainedScheduler([
      new StepLR(optimizer, 1, 0.5),
      new lr_scheduler.ExponentialLR(hyperparameter(optimizer, "weight_decay"), 0.1),
    ]);
    optimizer.step();
    chain.step();
    expect(optimizer.param_groups[0]).toMatchObject({
      lr: 0.25,
      weight_decay: 0.1,
      initial_weight_decay: 1,
      initial_lr: 0.5,
    });
    expect(console.warn).not.toHaveBeenCalled();
    expect(chain.simulate(2)[1].lr).toEqual([0.125]);
    expect(optimizer.param_groups[0].weight_decay).toBe(0.1);
  });

  it("resumes from both state dicts, in JSON", () => {
    const start = () => {
      const optimizer = sgd("weight_decay", [1, 2]);
      const decay = hyperparameter(optimizer, "weight_decay", 1);
      return { optimizer, scheduler: new lr_scheduler.CosineAnnealingLR(decay, 8) };
    };
    const [first, second] = [start(), start()];
    for (let i = 0; i < 3; i++) first.scheduler.step();
    const saved = JSON.stringify([first.optimizer.state_dict(), first.scheduler.state_dict()]);
    const [optimizerState, schedulerState] = JSON.parse(saved);
    second.optimizer.load_state_dict(optimizerState);
    second.scheduler.load_state_dict(schedulerState);
    for (const { scheduler } of [first, second]) for (let i = 0; i < 4; i++) scheduler.step();
    expect(second.optimizer.param_groups.map((g) => g.weight_decay)).toEqual(
      first.optimizer.param_groups.map((g) => g.weight_decay),
    );
    expect(first.optimizer.param_groups[0].weight_decay).toBe(1);
  });

  it("knows the order of steps of the optimizer behind it", () => {
    const late = sgd();
    const scheduler = new StepLR(hyperparameter(late, "weight_decay"), 1);
    scheduler.step();
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining("before `optimizer.step()`"));
  });

  it("is an error for what is not there", () => {
    expect(() => hyperparameter(sgd(), "beta1")).toThrow(
      /^'beta1'\n\n.*there are weight_decay, lr, momentum, dampening/s,
    );
    expect(() => hyperparameter(sgd(), "nesterov")).toThrow("'nesterov'");
    expect(() => hyperparameter(sgd(), "lr", 2)).toThrow(/^list index out of range\n\nThere is no group 2/);
  });
});
