import fc from "fast-check";
import { lr_find, plotSvg, plotText } from "rushlight/inspect";
import { describe, expect, it } from "vitest";
import { data, Generator, lr_scheduler, nn, optim, type Tensor, torch } from "../../src/index.js";

/** A model with a buffer and noise of its own. */
class Noisy extends nn.Module {
  linear = new nn.Linear(3, 1);
  calls = new nn.Buffer(torch.zeros(1));
  override forward(x: Tensor): Tensor {
    torch.no_grad(() => this.calls.add_(1));
    return this.linear(x.add(torch.randn(x.shape as number[]), { alpha: 0.01 }));
  }
}

function setUp(lr = 0.01) {
  torch.manual_seed(3);
  const model = new Noisy();
  const x = torch.randn(40, 3);
  const dataset = new data.TensorDataset(x, x.sum(1, true));
  const loader = new data.DataLoader(dataset, {
    batch_size: 8,
    shuffle: true,
    generator: new Generator().manual_seed(1),
  });
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const train = () => {
    for (const [inputs, targets] of loader) {
      optimizer.zero_grad();
      new nn.MSELoss()(model(inputs), targets).backward();
      optimizer.step();
    }
  };
  return { model, optimizer, loader, train };
}

type SetUp = ReturnType<typeof setUp>;

/** All that the test could have changed. */
function everything({ model, optimizer, loader }: SetUp): Uint8Array {
  return torch.save({
    model: model.state_dict(),
    grads: model.parameters().map((p) => p.grad),
    training: model.modules().map((m) => m.training),
    optimizer: optimizer.state_dict(),
    rng: torch.get_rng_state(),
    loader: loader.generator!.get_state(),
  });
}

const find = ({ model, optimizer, loader }: SetUp, options = {}) =>
  lr_find(model, optimizer, new nn.MSELoss(), loader, options);

describe("lr_find", () => {
  it("leaves everything as it was, bit for bit, before and in the midst of training", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.boolean(), fc.integer({ min: 2, max: 30 }), (epochs, training, num_iter) => {
        const run = setUp();
        for (let i = 0; i < epochs; i++) run.train();
        run.model.train(training);
        const [group] = run.optimizer.param_groups;
        const grads = run.model.parameters().map((p) => p.grad);
        const before = everything(run);
        find(run, { num_iter });
        expect(everything(run)).toEqual(before);
        expect(run.optimizer.param_groups[0]).toBe(group);
        run.model.parameters().forEach((p, i) => void expect(p.grad === grads[i]).toBe(true));
      }),
      { numRuns: 20 },
    );
  });

  it("does so after an error, too", () => {
    const run = setUp();
    run.train();
    const before = everything(run);
    let calls = 0;
    const failing = (a: Tensor, b: Tensor): Tensor => {
      if (calls++ === 5) throw new Error("enough");
      return a.sub(b).pow(2).mean();
    };
    expect(() => lr_find(run.model, run.optimizer, failing, run.loader)).toThrow("enough");
    expect(everything(run)).toEqual(before);
  });

  it("goes from start_lr to end_lr by equal factors, or by equal steps", () => {
    const options = { start_lr: 1e-6, end_lr: 1e-2, num_iter: 5 };
    find(setUp(), options).lrs.forEach((lr, i) => void expect(lr).toBeCloseTo([1e-6, 1e-5, 1e-4, 1e-3, 1e-2][i], 12));
    const linear = find(setUp(), { ...options, step_mode: "linear", start_lr: 0.002 });
    linear.lrs.forEach((lr, i) => void expect(lr).toBeCloseTo(0.002 * (i + 1), 12));
  });

  it("trains as by hand with these rates", () => {
    const { lrs, losses } = find(setUp(), { num_iter: 12, end_lr: 0.1 });
    const run = setUp();
    const byHand: number[] = [];
    while (byHand.length < 12) {
      for (const [inputs, targets] of run.loader) {
        if (byHand.length === 12) break;
        run.optimizer.param_groups[0].lr = lrs[byHand.length];
        run.optimizer.zero_grad();
        const loss = new nn.MSELoss()(run.model(inputs), targets);
        loss.backward();
        run.optimizer.step();
        byHand.push(loss.item());
      }
    }
    expect(losses).toEqual(byHand);
  });

  it("suggests a rate at which the loss falls, and stops when it explodes", () => {
    const run = setUp();
    const optimizer = new optim.SGD(run.model.parameters());
    const { suggestion, diverged, lrs, smoothed, chart } = find({ ...run, optimizer } as unknown as SetUp);
    expect(diverged).toBe(true);
    expect(lrs.length).toBeLessThan(100);
    // the problem is x² per weight: below 1 all goes well
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(1);
    expect(Math.min(...smoothed)).toBeLessThan(smoothed[0] / 2);
    expect(plotSvg(chart)).toContain("steepest at");
    expect(plotText(chart)).toContain("┊ steepest at");
  });

  it("suggests nothing where nothing is learned", () => {
    const run = setUp();
    const constant = (a: Tensor): Tensor => a.mul(0).sum().add(1);
    expect(lr_find(run.model, run.optimizer, constant, run.loader).suggestion).toBeNull();
  });

  it("drives every group, also rates that are tensors, and optimizers that need a closure", () => {
    const run = setUp();
    const rate = torch.tensor(0.5);
    const groups = [
      { params: [run.model.linear.weight], lr: rate },
      { params: [run.model.linear.bias!], lr: 0.1 },
    ];
    for (const optimizer of [new optim.SGD(groups), new optim.LBFGS(run.model.parameters())]) {
      const { losses } = find({ ...run, optimizer } as unknown as SetUp, { num_iter: 10, end_lr: 0.1 });
      expect(new Set(losses).size).toBeGreaterThan(5);
    }
    expect(rate.item()).toBe(0.5);
  });

  it("does not make a scheduler complain", () => {
    const run = setUp();
    const scheduler = new lr_scheduler.StepLR(run.optimizer, 3);
    find(run);
    expect(scheduler.get_last_lr()).toEqual([0.01]);
    expect(run.optimizer.param_groups[0].lr).toBe(0.01);
  });

  it("refuses options that make no sense, and loaders without batches", () => {
    for (const [options, text] of [
      [{ start_lr: 0 }, "start_lr must be more than 0"],
      [{ end_lr: 1e-9 }, "end_lr must be more than start_lr"],
      [{ end_lr: Number.NaN }, "end_lr must be more than start_lr"],
      [{ num_iter: 1 }, "num_iter must be an integer of 2 or more"],
      [{ step_mode: "log" }, "step_mode must be"],
      [{ smooth_f: 0 }, "smooth_f must be more than 0"],
      [{ diverge_th: 1 }, "diverge_th must be more than 1"],
    ] as const) {
      expect(() => find(setUp(), options), text).toThrow(text);
    }
    const { model, optimizer } = setUp();
    expect(() => lr_find(model, optimizer, new nn.MSELoss(), [])).toThrow("the loader has no batches");
  });
});
