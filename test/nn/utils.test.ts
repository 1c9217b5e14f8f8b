import { nn, Tensor, torch } from "rushlight";
import { describe, expect, it, vi } from "vitest";
import { recorded } from "./members.js";

/* torch.nn.utils and initial values against what PyTorch does. */

const { utils } = nn;
const { parametrizations, parametrize } = utils;

class Symmetric extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.triu().add(x.triu(1).t());
  }
}

function parametrizedTwice(): nn.Linear {
  const layer = new nn.Linear(3, 3);
  parametrize.register_parametrization(layer, "weight", new Symmetric());
  return parametrize.register_parametrization(layer, "weight", new nn.Tanh());
}

const trained: Record<string, (layer: nn.Linear) => nn.Module> = {
  weight_norm: (m) => parametrizations.weight_norm(m),
  "weight_norm over all": (m) => parametrizations.weight_norm(m, { dim: null }),
  "weight_norm of inputs": (m) => parametrizations.weight_norm(m, "weight", 1),
  spectral_norm: (m) => parametrizations.spectral_norm(m),
  "spectral_norm of the bias": (m) => parametrizations.spectral_norm(m, "bias"),
  "old weight_norm": (m) => utils.weight_norm(m),
  "old weight_norm removed": (m) => utils.remove_weight_norm(utils.weight_norm(m)),
  "old spectral_norm": (m) => utils.spectral_norm(m, { n_power_iterations: 2 }),
  "old spectral_norm removed": (m) => utils.remove_spectral_norm(utils.spectral_norm(m)),
  "two parametrizations": parametrizedTwice,
  removed: (m) => parametrize.remove_parametrizations(parametrizations.weight_norm(m), "weight"),
  assigned: (m) => {
    parametrizations.spectral_norm(m);
    m.weight = torch.eye(4, 3) as nn.Parameter;
    return m;
  },
};

const near = (ours: Tensor, values: unknown) =>
  torch.allclose(ours, torch.tensor(values as number[], { dtype: ours.dtype }), 1e-5, 1e-6);

describe("parametrized modules", () => {
  it.each(Object.keys(recorded.trained))("train as PyTorch's do: %s", (label) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    torch.manual_seed(3);
    const net = trained[label](new nn.Linear(3, 4));
    const x = torch.arange(6).float().view(2, 3).div(6);
    for (let step = 0; step < 2; step++) {
      net.zero_grad();
      net(x).pow(2).sum().backward();
      torch.no_grad(() => {
        for (const p of net.parameters()) p.sub_(p.grad!.mul(0.1));
      });
    }
    const { state, output } = recorded.trained[label];
    const ours = net.state_dict();
    expect(Object.keys(ours)).toEqual(Object.keys(state));
    for (const [name, values] of Object.entries(state)) expect(near(ours[name], values), name).toBe(true);
    expect(near(net.eval()(x), output)).toBe(true);
  });

  it("know that they are, and stop to be", () => {
    const layer = new nn.Linear(3, 3);
    const { weight } = layer;
    const before = weight.detach().clone();
    parametrize.register_parametrization(layer, "weight", new Symmetric());
    expect(parametrize.is_parametrized(layer, "weight")).toBe(true);
    expect(parametrize.type_before_parametrizations(layer)).toBe(nn.Linear);
    expect(torch.equal(layer.weight, layer.weight.t())).toBe(true);
    expect(layer.parameters().includes(weight)).toBe(true);
    const computed = parametrize.cached(() => [layer.weight, layer.weight]);
    expect(computed[0] === computed[1]).toBe(true);
    expect(layer.weight === computed[0]).toBe(false);
    const other = parametrize.transfer_parametrizations_and_params(layer, new nn.Linear(3, 3)) as nn.Linear;
    expect(torch.equal(other.weight, layer.weight)).toBe(true);
    parametrize.remove_parametrizations(layer, "weight", { leave_parametrized: false });
    expect([layer.constructor === nn.Linear, layer.weight === weight]).toEqual([true, true]);
    expect(torch.equal(layer.weight, before)).toBe(true);
    expect(parametrize.is_parametrized(layer)).toBe(false);
  });

  it("read the state dicts of the older weight_norm", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const old = utils.weight_norm(new nn.Linear(2, 3));
    const layer = parametrizations.weight_norm(new nn.Linear(2, 3));
    layer.load_state_dict(old.state_dict());
    expect(torch.equal(layer(torch.ones(2)), old(torch.ones(2)))).toBe(true);
  });
});

describe("clipping of gradients", () => {
  const cases: Record<string, (ps: nn.Parameter[]) => unknown> = {
    norm: (ps) => utils.clip_grad_norm_(ps, 1.5),
    "norm 1": (ps) => utils.clip_grad_norm_(ps, 2, 1),
    "norm inf": (ps) => utils.clip_grad_norm_(ps, 2, { norm_type: Infinity }),
    small: (ps) => utils.clip_grad_norm_(ps, 100),
    one: (ps) => utils.clip_grad_norm_(ps[0], 1),
    value: (ps) => utils.clip_grad_value_(ps, 1.25),
    total: (ps) => utils.get_total_norm([ps[0].grad!, ps[1].grad!], 3),
    "with norm": (ps) => utils.clip_grads_with_norm_(ps, 1, torch.tensor(10).float()),
  };

  it.each(Object.keys(recorded.gradients))("gives PyTorch's numbers: %s", (label) => {
    const ps = [[3], [2, 2], [1]].map((shape) => new nn.Parameter(torch.zeros(shape)));
    ps[0].grad = torch.tensor([3, -4, 0.5]);
    ps[1].grad = torch.tensor([
      [1, 2],
      [-3, 0.25],
    ]);
    const [result, grads] = recorded.gradients[label];
    const ours = cases[label](ps);
    expect(ours instanceof Tensor ? ours.item<number>() : null).toEqual(
      result === null ? null : expect.closeTo(result, 6),
    );
    ps.forEach((p, i) => {
      expect(grads[i] === null ? p.grad === null : near(p.grad!, grads[i])).toBe(true);
    });
  });

  it("is told when there is nothing to clip", () => {
    const told = vi.spyOn(console, "warn").mockImplementation(() => {});
    utils.clip_grad_norm_([][Symbol.iterator](), 1);
    expect(told.mock.calls.flat().join()).toContain("`parameters` is an empty generator");
  });
});

it("parameters go into one vector and back", () => {
  const from = new nn.Linear(3, 2);
  const to = new nn.Linear(3, 2);
  const vector = utils.parameters_to_vector(from.parameters());
  expect(vector.shape).toEqual([8]);
  utils.vector_to_parameters(vector, to.parameters());
  expect(torch.equal(to.weight, from.weight)).toBe(true);
  expect(torch.equal(to.bias!, from.bias!)).toBe(true);
});

describe("nn.init", () => {
  it.each(recorded.init as { name: string; shape: number[]; args: unknown[]; values: unknown }[])(
    "$name($shape, $args) is PyTorch's",
    ({ name, shape, args, values }) => {
      torch.manual_seed(5);
      const fill = nn.init[name as "ones_"] as (t: Tensor, ...args: unknown[]) => Tensor;
      const ours = fill(torch.empty(shape), ...args);
      expect(near(ours, values), String(ours)).toBe(true);
    },
  );
});
