import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { lr_scheduler, optim, torch } from "../../src/index.js";

const { FormulaLR, LRScheduler, StepLR } = lr_scheduler;

let said: MockInstance<typeof console.warn>;
beforeEach(() => {
  said = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => said.mockRestore());

const build = (lr: optim.Hyperparameter): optim.Optimizer =>
  new optim.SGD([torch.zeros(1, { requires_grad: true })], lr);
const rateOf = (optimizer: optim.Optimizer): number => Number(optimizer.param_groups[0].lr);

function run(optimizer: optim.Optimizer, scheduler: lr_scheduler.LRScheduler, epochs: number): number[] {
  return Array.from({ length: epochs }, () => {
    optimizer.step();
    scheduler.step();
    return rateOf(optimizer);
  });
}

const rate = fc.double({ min: 1e-3, max: 1, noNaN: true });
const gamma = fc.double({ min: 0.3, max: 1.2, noNaN: true });
const fraction = fc.double({ min: 0.1, max: 1, noNaN: true });
const epochs = fc.integer({ min: 1, max: 20 });
type Builder = (optimizer: optim.Optimizer) => lr_scheduler.FormulaLR;

/** Schedules that are proportional to the rate they start from. */
const proportional: fc.Arbitrary<Builder> = fc.oneof(
  fc.tuple(epochs, gamma).map(
    ([n, g]): Builder =>
      (o) =>
        new StepLR(o, n, g),
  ),
  fc.tuple(fc.array(epochs), gamma).map(
    ([m, g]): Builder =>
      (o) =>
        new lr_scheduler.MultiStepLR(o, m, g),
  ),
  fc.tuple(fraction, epochs).map(
    ([f, n]): Builder =>
      (o) =>
        new lr_scheduler.ConstantLR(o, f, n),
  ),
  fc.tuple(fraction, fraction, epochs).map(
    ([a, b, n]): Builder =>
      (o) =>
        new lr_scheduler.LinearLR(o, a, b, n),
  ),
  gamma.map(
    (g): Builder =>
      (o) =>
        new lr_scheduler.ExponentialLR(o, g),
  ),
  fc.tuple(epochs, fraction).map(
    ([n, p]): Builder =>
      (o) =>
        new lr_scheduler.PolynomialLR(o, n, p),
  ),
  epochs.map(
    (n): Builder =>
      (o) =>
        new lr_scheduler.CosineAnnealingLR(o, n),
  ),
);

describe("a schedule that is a formula", () => {
  it("gives the same rate step by step and by the formula", () => {
    fc.assert(
      fc.property(proportional, rate, epochs, (make, lr, n) => {
        const optimizer = build(lr);
        const scheduler = make(optimizer);
        const last = run(optimizer, scheduler, n).at(-1)!;
        const other = build(lr);
        make(other).step(n);
        expect(Math.abs(last - rateOf(other))).toBeLessThan(1e-12);
        expect(Math.abs(last - lr * scheduler.factorAt(n))).toBeLessThan(1e-12);
      }),
    );
  });

  it("keeps a change by hand: a rate made k times as large stays so", () => {
    fc.assert(
      fc.property(
        proportional,
        rate,
        epochs,
        epochs,
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (make, lr, n, m, k) => {
          const [plain, edited] = [build(lr), build(lr)];
          const [a, b] = [make(plain), make(edited)];
          // beyond a rate of 0 there is nothing to keep
          fc.pre(Array.from({ length: n + m }, (_, i) => a.factorAt(i)).every((f) => f > 1e-6));
          run(plain, a, n);
          run(edited, b, n);
          edited.param_groups[0].lr = rateOf(edited) * k;
          const expected = run(plain, a, m);
          run(edited, b, m).forEach((lr, i) => void expect(lr).toBeCloseTo(expected[i] * k, 10));
        },
      ),
    );
  });

  it("goes on where it was saved", () => {
    fc.assert(
      fc.property(proportional, rate, epochs, epochs, (make, lr, n, m) => {
        const whole = build(lr);
        const expected = run(whole, make(whole), n + m).slice(n);
        const first = build(lr);
        const begun = make(first);
        run(first, begun, n);
        const saved = JSON.stringify([first.state_dict(), begun.state_dict()]);
        const second = build(0.5);
        const resumed = make(second);
        const [optimizerState, schedulerState] = JSON.parse(saved);
        second.load_state_dict(optimizerState);
        resumed.load_state_dict(schedulerState);
        expect(resumed.get_last_lr()).toEqual([rateOf(second)]);
        expect(run(second, resumed, m)).toEqual(expected);
      }),
    );
  });

  it("can be one's own, in one line", () => {
    class InverseLR extends FormulaLR {
      factorAt(epoch: number) {
        return 1 / (1 + epoch);
      }
    }
    const optimizer = build(12);
    expect(run(optimizer, new InverseLR(optimizer), 3).map((lr) => Number(lr.toFixed(9)))).toEqual([6, 4, 3]);
  });
});

describe("a scheduler of one's own", () => {
  it("says in get_lr what the rates are; its hyperparameters are there from the first step on", () => {
    class EveryOther extends LRScheduler {
      declare low: number;
      constructor(optimizer: optim.Optimizer, low: number, last_epoch = -1) {
        super(optimizer, last_epoch, { low });
      }
      override get_lr() {
        return this.base_lrs.map((lr) => (this.last_epoch % 2 === 0 ? this.low : lr));
      }
    }
    const optimizer = build(1);
    const scheduler = new EveryOther(optimizer, 0.25);
    expect(rateOf(optimizer)).toBe(0.25);
    expect(run(optimizer, scheduler, 3)).toEqual([1, 0.25, 1]);
    expect(scheduler.state_dict()).toMatchObject({ low: 0.25, last_epoch: 3, base_lrs: [1] });
  });
});

describe("several schedulers on one optimizer", () => {
  it("multiply their changes", () => {
    const optimizer = build(1);
    const schedulers = [new StepLR(optimizer, 2, 0.5), new lr_scheduler.ExponentialLR(optimizer, 0.5)];
    optimizer.step();
    for (let i = 0; i < 2; i++) for (const scheduler of schedulers) scheduler.step();
    expect(rateOf(optimizer)).toBe(0.125);
    expect(said).not.toHaveBeenCalled();
  });
});

describe("rates that are tensors", () => {
  it("are handed out as copies", () => {
    const lr = torch.tensor(0.5);
    const optimizer = build(lr);
    const scheduler = new StepLR(optimizer, 1, 0.5);
    run(optimizer, scheduler, 1);
    (scheduler.get_last_lr()[0] as typeof lr).fill_(7);
    expect(lr.item()).toBe(0.25);
    expect(Number((optimizer.param_groups[0].initial_lr as typeof lr).item())).toBe(0.5);
  });
});

describe("a rate at its floor", () => {
  it("rises again from the base rates", () => {
    const optimizer = build(1);
    const cosine = new lr_scheduler.CosineAnnealingLR(optimizer, 4);
    const rates = run(optimizer, cosine, 8);
    expect(rates[3]).toBeCloseTo(0, 15);
    expect(rates[7]).toBeCloseTo(1, 12);
  });

  it("also where PyTorch would divide by zero", () => {
    const optimizer = build(0.5);
    expect(run(optimizer, new lr_scheduler.ConstantLR(optimizer, 0, 2), 3)).toEqual([0, 0.5, 0.5]);
  });
});

describe("arguments without a meaning", () => {
  it("are errors where PyTorch would crash or go on in silence", () => {
    expect(() => new StepLR(build(1), 0)).toThrow("Expected positive integer step_size, but got 0");
    expect(() => new StepLR(build(1), 2, Number.NaN)).toThrow("Invalid gamma: nan");
    expect(() => new lr_scheduler.LinearLR(build(1), Number.NaN)).toThrow("Starting multiplicative factor");
  });
});
