import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lr_scheduler, optim, torch } from "../../src/index.js";
import { every } from "./draw.js";
import { build, buildOptimizer, observe } from "./traces.js";

const { ChainedScheduler, CosineAnnealingLR, ExponentialLR, LambdaLR, OneCycleLR, ReduceLROnPlateau, StepLR } =
  lr_scheduler;

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

const sgd = (lr = 0.1) => new optim.SGD([torch.zeros(1)], lr);

describe("simulate", () => {
  for (const [name, configuration] of Object.entries(every)) {
    it(`foresees what ${name} does, and touches nothing`, () => {
      fc.assert(
        fc.property(
          configuration,
          fc.integer({ min: 0, max: 20 }),
          fc.integer({ min: 1, max: 20 }),
          ([, options], past, n) => {
            const optimizer = buildOptimizer([0.3, 0.1]);
            const scheduler = build(name, optimizer, options);
            const metric = scheduler._takesMetric() ? [0.5] : [];
            for (let i = 0; i < past; i++) {
              optimizer.step();
              scheduler.step(...metric);
            }
            const state = () => JSON.stringify([optimizer.state_dict(), scheduler.state_dict()]);
            const before = state();
            vi.mocked(console.warn).mockClear();
            const foreseen = scheduler.simulate(n, 0.5);
            expect(console.warn).not.toHaveBeenCalled();
            expect(state()).toBe(before);
            expect(foreseen).toHaveLength(n);
            foreseen.forEach(({ epoch, lr, momentum }, k) => {
              if (k > 0) {
                optimizer.step();
                scheduler.step(...metric);
              }
              expect([...lr, ...momentum!]).toEqual(observe(optimizer, true));
              expect(epoch).toBe(scheduler._epoch());
            });
          },
        ),
      );
    });
  }

  it("begins with the present step, and counts epochs", () => {
    const scheduler = new StepLR(sgd(0.8), 2, 0.5);
    expect(scheduler.simulate(4)).toEqual([
      { epoch: 0, lr: [0.8], momentum: [0] },
      { epoch: 1, lr: [0.8], momentum: [0] },
      { epoch: 2, lr: [0.4], momentum: [0] },
      { epoch: 3, lr: [0.4], momentum: [0] },
    ]);
    expect(scheduler.simulate(0)).toEqual([]);
    expect(() => scheduler.simulate(1.5)).toThrow("simulate() wants a number of steps, 0 or more, not 1.5");
  });

  it("leaves tensors, random numbers and what functions remember as they are", () => {
    const lr = torch.tensor(0.5);
    const optimizer = new optim.SGD([torch.zeros(1)], lr);
    const noisy = Object.assign(() => 1 + (noisy.calls++ && 0) + torch.rand(1).item(), { calls: 0 });
    torch.manual_seed(3);
    const expected = torch.rand(1).item();
    const scheduler = new LambdaLR(optimizer, noisy);
    torch.manual_seed(3);
    const calls = noisy.calls;
    const rate = lr.item();
    scheduler.simulate(5);
    expect(torch.rand(1).item()).toBe(expected);
    expect(noisy.calls).toBe(calls);
    expect(lr.item()).toBe(rate);
  });

  it("sees a plateau without end, or the metrics it is given", () => {
    const scheduler = new ReduceLROnPlateau(sgd(1), { factor: 0.5, patience: 1 });
    const rates = (metric?: lr_scheduler.SimulatedMetric) => scheduler.simulate(6, metric).map(({ lr }) => lr[0]);
    expect(rates()).toEqual([1, 1, 1, 0.5, 0.5, 0.25]);
    expect(rates(0.5)).toEqual([1, 1, 1, 0.5, 0.5, 0.25]);
    expect(rates((step) => 1 / (1 + step))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(rates([3, 4, 5, 2, 1])).toEqual([1, 1, 1, 0.5, 0.5, 0.5]);
  });

  it("tells of the end that training would meet", () => {
    expect(() => new OneCycleLR(sgd(), 0.5, 3).simulate(5)).toThrow("Tried to step 4 times");
  });
});

describe("explain", () => {
  const stepped = <S extends { step(): void }>(scheduler: S, n: number): S => {
    for (let i = 0; i < n; i++) scheduler.step();
    return scheduler;
  };

  it("says which rule made the rate, from which base, at which epoch", () => {
    expect(stepped(new StepLR(sgd(), 20, 0.5), 40).explain()).toBe(
      "At epoch 40 StepLR set lr to 0.025: the base 0.1 times 0.5 ^ ⌊40 / 20⌋ = 0.25.",
    );
    expect(stepped(new CosineAnnealingLR(sgd(), 4, 0.02), 2).explain()).toBe(
      "At epoch 2 CosineAnnealingLR set lr to 0.06: 0.02 plus (the base 0.1 - 0.02) times (1 + cos(π 2 / 4)) / 2 = 0.5.",
    );
    expect(
      stepped(new OneCycleLR(new optim.SGD([torch.zeros(1)], 0.1), 1, 11, { pct_start: 0.5 }), 2).explain(),
    ).toMatch(
      /^At epoch 2 OneCycleLR set lr to 0\.\d+: step 2 of 11, 44% through phase 1 of 2, which goes from its initial_lr 0.04 to its max_lr 1 along half a cosine\.$/,
    );
  });

  it("tells when a rate was changed by something else", () => {
    const optimizer = sgd();
    const scheduler = new ExponentialLR(optimizer, 0.5);
    optimizer.param_groups[0].lr = 1;
    scheduler.step();
    expect(scheduler.explain()).toBe(
      "At epoch 1 ExponentialLR set lr to 0.5: the base 0.1 times 0.5 ^ 1 = 0.5, which alone would give 0.05, but it was also changed by hand or by another scheduler.",
    );
  });

  it("goes into compositions, and says what of a plateau", () => {
    const optimizer = sgd();
    const parts = [new StepLR(optimizer, 2), new ReduceLROnPlateau(optimizer, { patience: 2 })];
    const scheduler = new lr_scheduler.SequentialLR(optimizer, parts, [3]);
    for (let i = 0; i < 5; i++) scheduler.step(0.25);
    expect(scheduler.explain()).toBe(
      "At epoch 5 SequentialLR set lr to 0.01: the work of its part 2 of 2, begun at epoch 3, counted from there: at epoch 3 ReduceLROnPlateau set lr to 0.01: from 0.1, times 0.1 whenever the metric had not improved for more than 2 epochs; the best (min) metric is 0.25, 2 of 2 epochs of patience used up.",
    );
    expect(new ChainedScheduler([new StepLR(sgd(), 2)]).explain()).toBe(
      "At epoch 0 ChainedScheduler set lr to 0.1: the work of its 1 part: at epoch 0 StepLR set lr to 0.1: the base 0.1 times 0.1 ^ ⌊0 / 2⌋ = 1.",
    );
  });

  for (const [name, configuration] of Object.entries(every)) {
    it(`is one sentence with epoch, name and rate for ${name}`, () => {
      fc.assert(
        fc.property(configuration, fc.integer({ min: 0, max: 30 }), ([, options], n) => {
          const optimizer = buildOptimizer([0.3, 0.1]);
          const scheduler = build(name, optimizer, options);
          for (let i = 0; i < n; i++) scheduler.step(...(scheduler._takesMetric() ? [0.5] : []));
          const text = scheduler.explain();
          expect(text.startsWith(`At epoch ${scheduler._epoch()} ${name} set lr to `)).toBe(true);
          expect(text).toMatch(/[^.]\.$/);
          expect(text).not.toMatch(/NaN|undefined|null|\[object|\. /);
        }),
        { numRuns: 30 },
      );
    });
  }
});
