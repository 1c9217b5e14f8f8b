import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nn, swa_utils, type Tensor, torch } from "../../src/index.js";
import recorded from "../fixtures/lr_compositions.json" with { type: "json" };

const { AveragedModel, update_bn } = swa_utils;

/** A layer with the part of BatchNorm that update_bn works on. */
class RunningMean extends nn.Module {
  momentum: number | null;
  declare running_mean: Tensor;
  declare running_var: Tensor;
  declare num_batches_tracked: Tensor;

  constructor(features: number, momentum: number | null = 0.3) {
    super();
    this.momentum = momentum;
    this.register_buffer("running_mean", torch.zeros(features));
    this.register_buffer("running_var", torch.ones(features));
    this.register_buffer("num_batches_tracked", torch.tensor(0));
  }

  override forward(x: Tensor): Tensor {
    if (!this.training) return x;
    this.num_batches_tracked.add_(1);
    const weight = this.momentum ?? 1 / this.num_batches_tracked.item();
    this.running_mean.lerp_(x.mean(0), weight);
    return x;
  }
}

describe("an averaged model", () => {
  const options: Record<string, object> = {
    swa: {},
    "swa multi": { multi_avg_fn: swa_utils.get_swa_multi_avg_fn() },
    ema: { avg_fn: swa_utils.get_ema_avg_fn(0.9) },
    "ema multi": { multi_avg_fn: swa_utils.get_ema_multi_avg_fn(0.9) },
    "ema buffers": { multi_avg_fn: swa_utils.get_ema_multi_avg_fn(0.9), use_buffers: true },
    "swa buffers": { use_buffers: true },
  };

  for (const { kind, states } of recorded.averages) {
    it(`has PyTorch's weights, buffers and keys: ${kind}`, () => {
      const model = new nn.Sequential(new nn.Linear(2, 1));
      model.register_buffer("seen", torch.zeros(2));
      model.register_buffer("count", torch.tensor(0));
      const { seen, count } = model as unknown as Record<string, Tensor>;
      const [weight, bias] = model.parameters();
      const averaged = new AveragedModel(model, options[kind]);
      states.forEach((expected, i) => {
        torch.no_grad(() => {
          weight.copy_(torch.tensor([[(i * i) / 7, 1 / (i + 1)]]));
          bias.fill_(0.3 * i);
          seen.copy_(torch.tensor([i / 3, -i]));
          count.fill_(3 * i);
        });
        averaged.update_parameters(model);
        const state = averaged.state_dict();
        expect(Object.keys(state).sort()).toEqual(expected.map(([key]) => key as string).sort());
        for (const [key, value] of expected) {
          const error = state[key as string]
            .double()
            .sub(torch.tensor(value as number[]).double())
            .abs()
            .max()
            .item();
          expect(error, `${key} after ${i + 1} updates`).toBeLessThan(1e-7);
        }
      });
    });
  }

  it("is the mean of all weights it was given, in float64 to the last digits", () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.boolean(), (xs, multi) => {
        const model = new nn.Linear(1, 1, { bias: false }).double();
        const averaged = new AveragedModel(model, multi ? { multi_avg_fn: swa_utils.get_swa_multi_avg_fn() } : {});
        for (const x of xs) {
          torch.no_grad(() => model.weight.fill_(x));
          averaged.update_parameters(model);
        }
        expect(averaged.parameters()[0].item()).toBeCloseTo(xs.reduce((a, b) => a + b) / xs.length, 12);
        expect(averaged.n_averaged.item()).toBe(xs.length);
      }),
    );
  });

  it("runs, is saved and loaded, and leaves the model alone", () => {
    torch.manual_seed(0); // with some weights the ReLU answers 0 before and after
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
    const averaged = new AveragedModel(model);
    const x = torch.ones(4, 2);
    expect(averaged(x).tolist()).toEqual(model(x).tolist());
    expect(String(averaged)).toBe(`AveragedModel(\n  (module): ${String(model).replaceAll("\n", "\n  ")}\n)`);
    torch.no_grad(() => model.parameters()[0].zero_());
    expect(averaged(x).tolist()).not.toEqual(model(x).tolist());
    averaged.update_parameters(model);
    const copy = new AveragedModel(new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1)));
    copy.load_state_dict(averaged.state_dict());
    expect(copy(x).tolist()).toEqual(averaged(x).tolist());
    expect(copy.n_averaged.item()).toBe(1);
    copy.parameters()[0].requires_grad_(false);
    expect(model.parameters()[0].requires_grad).toBe(true);
  });

  it("keeps what the model shares, its classes, and frozen parameters", () => {
    class Tied extends nn.Module {
      a = new nn.Linear(2, 2);
      b = new nn.Linear(2, 2);
      layers = { list: [3] };
      constructor() {
        super();
        this.b.weight = this.a.weight;
        this.a.bias!.requires_grad_(false);
      }
      override forward(x: Tensor): Tensor {
        return this.b(this.a(x));
      }
    }
    const model = new Tied();
    const copy = new AveragedModel(model).module as Tied;
    expect(copy).toBeInstanceOf(Tied);
    expect(copy.b.weight === copy.a.weight).toBe(true);
    expect(copy.a.weight === model.a.weight).toBe(false);
    expect(copy.a.bias!.requires_grad).toBe(false);
    expect(copy.layers).toEqual({ list: [3] });
    expect(copy.layers.list).not.toBe(model.layers.list);
  });
});

describe("update_bn", () => {
  const batches = [
    torch.tensor([
      [1, 2],
      [3, 4],
    ]),
    torch.tensor([[5, 6]]),
    torch.tensor([
      [0, 0],
      [2, 6],
    ]),
  ].map((x) => x.float());

  it("gives running statistics the mean over all batches, from tensors or from pairs", () => {
    for (const loader of [batches, batches.map((x) => [x, x])]) {
      const layer = new RunningMean(2);
      const model = new nn.Sequential(layer, new nn.Identity()).eval();
      torch.no_grad(() => layer.running_mean.fill_(100));
      update_bn(loader, new AveragedModel(model).module);
      expect(layer.running_mean.tolist()).toEqual([100, 100]);
      update_bn(loader, model);
      [8 / 3, 4].forEach((mean, i) => void expect(layer.running_mean.index([i]).item()).toBeCloseTo(mean, 5));
      expect(layer.num_batches_tracked.item()).toBe(3);
      expect(layer.momentum).toBe(0.3);
      expect(model.training).toBe(false);
    }
  });

  it("puts mode and momentum back after an error", () => {
    const layer = new RunningMean(2);
    const model = new nn.Sequential(layer).eval();
    expect(() => update_bn([3], model)).toThrow();
    expect([layer.momentum, model.training]).toEqual([0.3, false]);
  });

  it("reads no data for a model without such layers", () => {
    const unread = (function* () {
      yield expect.unreachable("read");
    })();
    update_bn(unread, new nn.Linear(1, 1));
  });
});
