import { readFileSync } from "node:fs";
import fc from "fast-check";
import { nn, type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

/* torch.nn against what scripts/reference/modules.py recorded. */

const recorded = JSON.parse(readFileSync("test/fixtures/modules.json", "utf8"));

class Net extends nn.Module {
  hidden = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU());
  scale = new nn.Parameter(torch.ones(1));
  declare mean: Tensor;
  declare scratch: Tensor;
  declare out: nn.Linear;

  constructor() {
    super();
    this.register_buffer("mean", torch.zeros(4));
    this.register_buffer("scratch", torch.zeros(2), false);
    this.out = new nn.Linear(4, 1, false);
  }

  override extra_repr(): string {
    return "width=4";
  }
}

/** The first line of what `f` throws, and its class. */
function message(f: () => unknown): [string, string] {
  try {
    f();
  } catch (error) {
    return [(error as Error).name, (error as Error).message.split("\n\n")[0]];
  }
  return ["", "no error"];
}

/** Python prints the message of a KeyError in quotes. */
const unquoted = ([name, text]: [string, string]): [string, string] => [
  name,
  name === "KeyError" ? text.slice(1, -1).replaceAll("\\'", "'") : text,
];

describe("Linear", () => {
  it.each(recorded.linear as { seed: number; args: unknown; weight: number[][]; bias: number[] | null }[])(
    "starts with PyTorch's weights for seed $seed",
    ({ seed, args, weight, bias }) => {
      torch.manual_seed(seed);
      const layer = new nn.Linear(...(args as [number, number, boolean?]));
      expect(layer.weight.tolist()).toEqual(weight);
      expect(layer.bias?.tolist() ?? null).toEqual(bias);
    },
  );

  it("is x W^T + b for any number of leading dimensions", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (lead, inputs, outputs) => {
          const layer = new nn.Linear(inputs, outputs, { dtype: torch.float64 });
          const x = torch.randn([...lead, inputs], { dtype: torch.float64 });
          const y = layer(x);
          expect(y.shape).toEqual([...lead, outputs]);
          const byHand = x.unsqueeze(-2).mul(layer.weight).sum(-1).add(layer.bias!);
          expect(torch.allclose(y, byHand)).toBe(true);
        },
      ),
    );
  });
});

describe("nn.init", () => {
  it.each(recorded.init.draws as { name: string; args: number[]; values: number[][] }[])(
    "$name draws what PyTorch draws, with $args",
    ({ name, args, values }) => {
      torch.manual_seed(11);
      const t = torch.empty(5, 4);
      const fill = nn.init[name as "normal_"] as unknown as (t: Tensor, ...rest: number[]) => Tensor;
      expect(fill(t, ...args)).toBe(t);
      expect(torch.allclose(t, torch.tensor(values, { dtype: torch.float32 }), 1e-5, 1e-6), String(t)).toBe(true);
    },
  );

  it.each(recorded.init.gains as [string, number | null, number][])(
    "calculate_gain(%s, %s) is %s",
    (name, param, gain) => {
      expect(nn.init.calculate_gain(name, param)).toBeCloseTo(gain, 14);
    },
  );

  it("orthogonal_ makes orthonormal rows or columns", () => {
    for (const [rows, columns] of [
      [3, 5],
      [5, 3],
      [4, 4],
    ] as const) {
      const t = nn.init.orthogonal_(torch.empty(rows, columns, { dtype: torch.float64 }), 2);
      const gram = rows < columns ? t.matmul(t.t()) : t.t().matmul(t);
      expect(torch.allclose(gram, torch.eye(Math.min(rows, columns), { dtype: torch.float64 }).mul(4))).toBe(true);
    }
  });
});

describe("Module", () => {
  const model = new Net();
  const { net } = recorded;

  it("is called like a function and is an instance of its class", () => {
    class Twice extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    const twice = new Twice();
    expect(twice(torch.tensor(3)).item()).toBe(6);
    expect(twice).toBeInstanceOf(Twice);
    expect(twice).toBeInstanceOf(nn.Module);
  });

  it("may have fields called name and length", () => {
    class Named extends nn.Module {
      override name = "x";
      override length = 3;
    }
    expect([new Named().name, new Named().length]).toEqual(["x", 3]);
  });

  it("finds parameters, buffers and modules on its properties, in order", () => {
    const names = (entries: Iterable<[string, unknown]>) => [...entries].map(([name]) => name);
    expect(names(model.named_parameters()).sort()).toEqual(net.parameters.toSorted());
    expect(names(model.named_buffers())).toEqual(net.buffers);
    expect(names(model.named_modules())).toEqual(net.modules);
    expect(names(model.named_children())).toEqual(net.children);
    expect(Object.keys(model.state_dict())).toEqual(net.keys);
  });

  it("lists a shared parameter or module once", () => {
    const shared = new nn.Linear(2, 2);
    const twice = new nn.Sequential(shared, shared);
    expect(twice.parameters()).toHaveLength(2);
    expect(Object.keys(twice.state_dict())).toHaveLength(4);
  });

  it("prints as PyTorch does", () => {
    expect(String(model)).toBe(net.repr);
    const modules = [
      new nn.Linear(3, 2),
      new nn.Linear(3, 2, { bias: false }),
      new nn.ReLU(),
      new nn.ReLU({ inplace: true }),
      new nn.Sigmoid(),
      new nn.Tanh(),
      new nn.LeakyReLU(0.2),
      new nn.GELU(),
      new nn.Softmax({ dim: 1 }),
      new nn.LogSoftmax(),
      new nn.Flatten(),
      new nn.Identity(5, { a: 1 }),
      new nn.BCELoss(),
      new nn.MSELoss(),
      new nn.CrossEntropyLoss(),
      new nn.Sequential(),
      new nn.Sequential(
        new nn.Linear(30, 64),
        new nn.ReLU(),
        new nn.Sequential(new nn.Linear(64, 1), new nn.Sigmoid()),
      ),
    ];
    expect(modules.map(String)).toEqual(recorded.printed.modules);
    expect(String(new nn.Parameter(torch.arange(4).float().view(2, 2)))).toBe(recorded.printed.parameter);
  });

  it("switches training mode everywhere", () => {
    expect(
      model
        .eval()
        .modules()
        .every((m) => !m.training),
    ).toBe(true);
    expect(
      model
        .train()
        .modules()
        .every((m) => m.training),
    ).toBe(true);
  });

  it("clears gradients", () => {
    const layer = new nn.Linear(2, 1);
    layer(torch.ones(1, 2)).sum().backward();
    layer.zero_grad({ set_to_none: false });
    expect(layer.weight.grad?.tolist()).toEqual([[0, 0]]);
    layer.zero_grad();
    expect(layer.weight.grad).toBeNull();
  });

  it("applies a function to the inner modules first", () => {
    const seen: string[] = [];
    expect(new nn.Sequential(new nn.Linear(1, 1)).apply((m) => seen.push(m.constructor.name))).toBeInstanceOf(
      nn.Sequential,
    );
    expect(seen).toEqual(["Linear", "Sequential"]);
  });

  it("converts its parameters in place", () => {
    const layer = new nn.Linear(2, 2);
    const { weight } = layer;
    layer.double();
    expect(layer.weight).toBe(weight);
    expect(weight.dtype).toBe(torch.float64);
    expect(() => layer.to(torch.int64)).toThrow(
      "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64",
    );
    expect(() => layer.to("cuda")).toThrow("not supported");
  });

  it("runs forward hooks around forward", () => {
    const layer = new nn.Identity();
    const pre = layer.register_forward_pre_hook((_, [x]) => [x.add(1)]);
    const post = layer.register_forward_hook((_, __, y) => y.mul(10));
    expect(layer(torch.tensor(1)).item()).toBe(20);
    pre.remove();
    expect(layer(torch.tensor(1)).item()).toBe(10);
    post.remove();
    expect(layer(torch.tensor(1)).item()).toBe(1);
  });
});

describe("state dicts", () => {
  const { errors } = recorded.net;
  const model = new Net();
  const good = model.state_dict();
  const { scale: _, ...missing } = good;

  it.each([
    ["missing", () => model.load_state_dict(missing)],
    ["surplus", () => model.load_state_dict({ ...good, extra: torch.ones(1) })],
    [
      "wrong",
      () =>
        model.load_state_dict({
          ...missing,
          extra: torch.ones(1),
          "out.weight": torch.ones(2, 4),
          mean: torch.ones(3),
        }),
    ],
    ["no forward", () => new Net()(torch.ones(1, 3))],
    ["get_submodule", () => model.get_submodule("hidden.7")],
    ["get_parameter", () => model.get_parameter("hidden")],
    ["register_buffer", () => model.register_buffer("forward", torch.ones(1))],
    ["dot", () => model.register_parameter("a.b", null)],
    ["features", () => new nn.Linear(3, 2)(torch.ones(1, 4))],
    ["bce range", () => new nn.BCELoss()(torch.tensor([1.5]), torch.ones(1))],
    ["bce size", () => new nn.BCELoss()(torch.ones(2, 1), torch.ones(2))],
    ["reduction", () => new nn.MSELoss({ reduction: "avg" })(torch.ones(1), torch.ones(1))],
  ])("and other mistakes give PyTorch's error: %s", (name, mistake) => {
    expect(message(mistake)).toEqual(unquoted(errors[name]));
  });

  it("report what did not match when told not to mind", () => {
    const report = model.load_state_dict({ ...missing, extra: torch.ones(1) }, { strict: false });
    expect(String(report)).toBe(recorded.net.report);
    expect(String(model.load_state_dict(good))).toBe(recorded.net["all matched"]);
  });

  it("change nothing when they do not fit", () => {
    const target = new Net();
    const before = String(target.hidden[0]);
    const weight = (target.hidden[0] as nn.Linear).weight.detach().clone();
    expect(() =>
      target.load_state_dict({ ...good, "hidden.0.weight": torch.zeros(4, 3), mean: torch.ones(9) }),
    ).toThrow("size mismatch");
    expect(torch.equal((target.hidden[0] as nn.Linear).weight, weight)).toBe(true);
    expect(String(target.hidden[0])).toBe(before);
  });

  it("carry one model's weights to another", () => {
    const other = new Net();
    other.load_state_dict(good);
    for (const [name, tensor] of Object.entries(other.state_dict())) expect(torch.equal(tensor, good[name])).toBe(true);
  });
});

describe("Sequential", () => {
  it("runs its modules in order, and can be indexed, sliced, grown and walked", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    model.append(new nn.Linear(3, 1)).insert(1, new nn.Tanh());
    expect([...model].map((m) => m.constructor.name)).toEqual(["Linear", "Tanh", "ReLU", "Linear"]);
    expect(model.length).toBe(4);
    expect(model.at(-1)).toBe(model[3]);
    expect(model(torch.ones(5, 2)).shape).toEqual([5, 1]);
    expect(model.slice(0, 2)(torch.ones(5, 2)).shape).toEqual([5, 3]);
    expect(() => model.at(4)).toThrow("index 4 is out of range");
  });

  it("takes names as an object", () => {
    const model = new nn.Sequential({ first: new nn.Linear(2, 3), act: new nn.ReLU() });
    expect(Object.keys(model.state_dict())).toEqual(["first.weight", "first.bias"]);
    expect(model.get_submodule("act")).toBeInstanceOf(nn.ReLU);
  });
});
