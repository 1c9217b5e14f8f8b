import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { lr_scheduler, optim, swa_utils, torch } from "../../src/index.js";

const { ChainedScheduler, ConstantLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, CyclicLR, ExponentialLR } =
  lr_scheduler;
const { LambdaLR, LinearLR, MultiStepLR, MultiplicativeLR, OneCycleLR, ReduceLROnPlateau, SequentialLR, StepLR } =
  lr_scheduler;

let said: MockInstance<typeof console.warn>;
beforeEach(() => {
  said = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => said.mockRestore());

const sgd = (lr = 1) => new optim.SGD([torch.zeros(1)], lr, { momentum: 0.9 });
const rateOf = (optimizer: optim.Optimizer) => Number(optimizer.param_groups[0].lr);
const warnings = () => said.mock.calls.map(([text]) => String(text));

/** The rates of each step of a scheduler, the first included. */
function rates(scheduler: lr_scheduler.AnyScheduler, steps: readonly unknown[][]): number[] {
  const read = () => Number(rateOf(scheduler.optimizer).toPrecision(12));
  return [
    read(),
    ...steps.map((args) => {
      scheduler.optimizer.step();
      scheduler.step(...args);
      return read();
    }),
  ];
}

describe("a plateau scheduler composes", () => {
  const metrics = [0.5, 0.5, 0.5, 0.5, 0.5].map((m) => [m]);

  it("in a sequence, from where the one before it ends, which needs no metric", () => {
    const optimizer = sgd();
    const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
    const parts = [new LinearLR(optimizer, { start_factor: 0.25, total_iters: 3 }), plateau];
    const scheduler = new SequentialLR(optimizer, parts, [4]);
    expect(rates(scheduler, [[], [], [], ...metrics])).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.25]);
    expect(said).not.toHaveBeenCalled();
  });

  it("first in a sequence, and the metric does no harm to the others", () => {
    const optimizer = sgd();
    const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 0 });
    const scheduler = new SequentialLR(optimizer, [plateau, new ExponentialLR(optimizer, 0.5)], [3]);
    expect(rates(scheduler, metrics)).toEqual([1, 1, 0.5, 1, 0.5, 0.25]);
  });

  it("in a chain, where it multiplies the others", () => {
    const optimizer = sgd();
    const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
    const scheduler = new ChainedScheduler([new ExponentialLR(optimizer, 0.5), plateau]);
    expect(rates(scheduler, metrics)).toEqual([1, 0.5, 0.25, 0.0625, 0.03125, 0.0078125]);
  });

  it("in a chain in a sequence, first or later", () => {
    for (const first of [true, false]) {
      const optimizer = sgd();
      const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
      const chain = new ChainedScheduler([new ExponentialLR(optimizer, 0.5), plateau]);
      const other = new ConstantLR(optimizer, { factor: 0.25 });
      const scheduler = new SequentialLR(optimizer, first ? [chain, other] : [other, chain], [3]);
      const expected = first ? [1, 0.5, 0.25, 0.25] : [0.25, 0.25, 0.25, 1, 0.5, 0.25, 0.0625];
      expect(rates(scheduler, [...metrics, ...metrics]).slice(0, expected.length)).toEqual(expected);
    }
  });

  it("and asks for its metric when it is its turn", () => {
    const optimizer = sgd();
    const scheduler = new ChainedScheduler([new ReduceLROnPlateau(optimizer)]);
    expect(() => scheduler.step()).toThrow(
      /^ReduceLROnPlateau\.step\(\) missing 1 required positional argument: 'metrics'\n\n.*part 0 of this ChainedScheduler.*scheduler\.step\(/s,
    );
  });
});

describe("compositions in compositions work where PyTorch has no answer", () => {
  it("a chain, and a sequence, that begin later", () => {
    const optimizer = sgd();
    const chain = new ChainedScheduler([new ExponentialLR(optimizer, 0.5), new StepLR(optimizer, 1, 0.5)]);
    const inner = new SequentialLR(optimizer, [new ConstantLR(optimizer, 0.5), new StepLR(optimizer, 1, 0.1)], [2]);
    const scheduler = new SequentialLR(optimizer, [new ConstantLR(optimizer, 0.25), chain, inner], [2, 4]);
    expect(rates(scheduler, Array(8).fill([]))).toEqual([0.25, 0.25, 1, 0.25, 0.5, 0.5, 1, 0.1, 0.01]);
  });
});

describe("a warning tells cause and remedy", () => {
  function expectWarning(text: RegExp, act: () => unknown): void {
    said.mockClear();
    act();
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(text);
  }
  /** An optimizer that took over the state of one that a scheduler has worked on. */
  function loaded(): optim.Optimizer {
    const [first, second] = [sgd(), sgd()];
    const scheduler = new StepLR(first, 1);
    first.step();
    scheduler.step();
    second.load_state_dict(first.state_dict());
    return second;
  }

  it("for a scheduler built after optimizer.load_state_dict", () => {
    const warning = /was built after optimizer\.load_state_dict\(\).*Build schedulers before.*last_epoch/s;
    expectWarning(warning, () => new StepLR(loaded(), 2));
    expectWarning(warning, () => new OneCycleLR(loaded(), 0.1, 10));
    expectWarning(warning, () => new CyclicLR(loaded(), 0.1, 1));
    expectWarning(warning, () => new swa_utils.SWALR(loaded(), 0.1));
    said.mockClear();
    new StepLR(loaded(), 2, { last_epoch: 1 });
    const fresh = sgd();
    new StepLR(fresh, 2);
    fresh.load_state_dict(sgd().state_dict());
    new ReduceLROnPlateau(loaded());
    expect(said).not.toHaveBeenCalled();
  });

  it("for the same scheduler built twice on one optimizer", () => {
    const [optimizer, other] = [sgd(), sgd()];
    const warning = /^UserWarning: A \w+ was already built on this optimizer.*To start again.*to go on step the old/s;
    new LinearLR(optimizer);
    expectWarning(warning, () => new LinearLR(optimizer));
    const old = new LambdaLR(other, () => 1);
    other.step();
    old.step();
    expectWarning(warning, () => new LambdaLR(other, () => 2));
    said.mockClear();
    new LinearLR(optimizer, { total_iters: 7 });
    new StepLR(other, 2);
    new MultiplicativeLR(other, () => 1);
    new MultiplicativeLR(other, () => 1);
    new StepLR(optimizer, 2, 0.1, 0);
    expect(said).not.toHaveBeenCalled();
  });

  it("for a group added after construction, once, or an error where rates would be missing", () => {
    const grown = (make: (optimizer: optim.Optimizer) => lr_scheduler.AnyScheduler) => {
      const optimizer = sgd();
      const scheduler = make(optimizer);
      optimizer.add_param_group({ params: [torch.zeros(1)] });
      optimizer.step();
      return scheduler;
    };
    const exponential = grown((o) => new ExponentialLR(o, 0.5));
    expectWarning(/A parameter group was added after ExponentialLR was built.*Add all groups before/s, () => {
      exponential.step();
      exponential.step();
    });
    expect(exponential.get_last_lr()).toEqual([0.25, 0.25]);
    expect(() => exponential.step(3)).toThrow("Build schedulers after the last add_param_group()");
    for (const [make, error] of [
      [(o) => new LambdaLR(o, () => 1), /^zip\(\).*Build schedulers after/s],
      [(o) => new CyclicLR(o, 0.1, 1), /^zip\(\).*Build schedulers after/s],
      [(o) => new OneCycleLR(o, 0.1, 10), /^'initial_lr'.*Build schedulers after/s],
      [(o) => new swa_utils.SWALR(o, 0.1), /^'swa_lr'.*added after SWALR was built/s],
    ] as [(optimizer: optim.Optimizer) => lr_scheduler.AnyScheduler, RegExp][]) {
      expect(() => grown(make).step()).toThrow(error);
    }
  });

  it("for milestones of 0, and milestones that do not rise", () => {
    expectWarning(/milestone at epoch 0.*first milestone is n/s, () => new MultiStepLR(sgd(), [0, 3]));
    const sequence = (milestones: number[]) => () => {
      const optimizer = sgd();
      const parts = [new StepLR(optimizer, 2), new ConstantLR(optimizer), new ExponentialLR(optimizer, 0.5)];
      said.mockClear();
      new SequentialLR(optimizer, parts, milestones);
    };
    expectWarning(/leave scheduler 0 no epochs/, sequence([0, 2]));
    expectWarning(/leave scheduler 1 no epochs: it begins at 4 and ends at 4/, sequence([4, 4]));
    expectWarning(/leave scheduler 1 no epochs: it begins at 5 and ends at 2/, sequence([5, 2]));
    sequence([2, 5])();
    expect(said).not.toHaveBeenCalled();
  });

  it("for compositions at the beginning of a sequence, where PyTorch counts an epoch twice", () => {
    const last = () => warnings().at(-1);
    const optimizer = sgd();
    const chain = new ChainedScheduler([new ExponentialLR(optimizer, 0.5), new LinearLR(optimizer)]);
    new SequentialLR(optimizer, [chain], []);
    expect(
      warnings().some((text) => /begins with a ChainedScheduler: as in PyTorch the ExponentialLR/.test(text)),
    ).toBe(true);
    const inner = new SequentialLR(optimizer, [new ConstantLR(optimizer), new StepLR(optimizer, 2)], [2]);
    said.mockClear();
    new SequentialLR(optimizer, [inner, new CosineAnnealingLR(optimizer, 5)], [4]);
    expect(warnings()[0]).toMatch(/begins with another SequentialLR: .*one epoch early.*to one SequentialLR/s);
    said.mockClear();
    const other = sgd();
    new SequentialLR(other, [new ChainedScheduler([new LinearLR(other), new ConstantLR(other)])], []);
    expect(last()).not.toMatch(/begins with/);
  });

  it("for restarts resumed with last_epoch in a later round", () => {
    const optimizer = sgd();
    optimizer.param_groups[0].initial_lr = 1;
    const build = (last_epoch: number) => () => new CosineAnnealingWarmRestarts(optimizer, 10, 2, { last_epoch });
    expectWarning(/epoch 36 for epoch 6 of a round of 20, but it is epoch 6 of a round of 40/, build(35));
    said.mockClear();
    build(3)();
    expect(said).not.toHaveBeenCalled();
  });
});

describe("an error tells", () => {
  it("of a step size of 0", () => {
    expect(() => new StepLR(sgd(), { step_size: 0 })).toThrow(/Expected positive integer step_size.*number of epochs/s);
  });

  it("of a step past the end of one cycle", () => {
    const scheduler = new OneCycleLR(sgd(), 0.1, 4);
    for (let i = 0; i < 4; i++) scheduler.step();
    expect(() => scheduler.step()).toThrow(/^Tried to step 5 times\. .*\n\n.*total_steps/s);
  });

  it("of a rate that is no number", () => {
    const scheduler = new LambdaLR(sgd(), (epoch) => (epoch === 0 ? 1 : Number.NaN));
    expect(() => scheduler.step()).toThrow(/^Invalid learning rate: nan\n\nLambdaLR computed it at epoch 1/);
    expect(rateOf(scheduler.optimizer)).toBe(1);
  });
});
