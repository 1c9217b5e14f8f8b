import { nn, torch } from "rushlight";
import { describe, expect, it } from "vitest";
import { Extra, message, Net, recorded, set } from "./members.js";

/* Mistakes with modules, containers, initial values and torch.nn.utils, in PyTorch's words. */

const { parametrizations, parametrize } = nn.utils;
const net = new Net();
net.parameters();
const t = torch.ones(2);
const sequence = new nn.Sequential(new nn.ReLU(), new nn.Tanh());
const linear = () => new nn.Linear(2, 2);
const state = (values: object) => values as Parameters<typeof net.load_state_dict>[0];

const mistakes: Record<string, () => unknown> = {
  "tensor as parameter": () => set(net.layer, "weight", t),
  "number as parameter": () => set(net, "scale", 5),
  "module as parameter": () => set(net, "scale", new nn.ReLU()),
  "tensor as module": () => set(net, "layer", t) && net.parameters(),
  "number as buffer": () => set(net, "mean", 5),
  reserved: () => set(net, "none", t),
  "register buffer": () => net.register_buffer("b", 5 as never),
  "register parameter": () => net.register_parameter("p", t as never),
  "add module": () => net.add_module("m", t as never),
  taken: () => net.register_buffer("layer", t),
  "taken by a method": () => net.add_module("train", new nn.ReLU()),
  "taken by a number": () => net.register_parameter("width", null),
  dot: () => net.add_module("a.b", new nn.ReLU()),
  empty: () => net.add_module("", new nn.ReLU()),
  "empty buffer": () => net.register_buffer("", t),
  name: () => net.register_buffer(5 as never, t),
  get_submodule: () => net.get_submodule("layer.inner"),
  "get_submodule of a parameter": () => net.get_submodule("scale"),
  get_parameter: () => net.get_parameter("layer.nothing"),
  "get_parameter of a buffer": () => net.get_parameter("mean"),
  get_buffer: () => net.get_buffer("scale"),
  set_submodule: () => net.set_submodule("", new nn.ReLU()),
  "set_submodule strictly": () => net.set_submodule("new", new nn.ReLU(), { strict: true }),
  "set_submodule on a parameter": () => net.set_submodule("scale", new nn.ReLU()),
  train: () => net.train("yes" as never),
  "state dict": () => net.load_state_dict([1] as never),
  "no tensor": () => net.load_state_dict(state({ ...net.state_dict(), scale: "x" })),
  "extra state": () => new Extra(1, 1).load_state_dict(new nn.Linear(1, 1).state_dict()),
  "surplus extra state": () => new nn.Linear(1, 1).load_state_dict(new Extra(1, 1).state_dict()),
  nested: () => new nn.Sequential(new Net()).load_state_dict({ "0.layer.weight": torch.ones(1), "1.bias": t, x: t }),
  "sequential index": () => sequence.at(2),
  "sequential insert": () => sequence.insert(5, new nn.ReLU()),
  "sequential product": () => sequence.mul(0),
  "module list": () => new nn.ModuleList([new nn.ReLU()]).at(-2),
  "module list extend": () => new nn.ModuleList().extend(3 as never),
  "module list call": () => new nn.ModuleList()(t),
  "module dict": () => new nn.ModuleDict<Record<string, nn.Module>>({ a: new nn.ReLU() }).at("b"),
  "module dict update": () => new nn.ModuleDict([["a"]] as never),
  "module dict name": () => new nn.ModuleDict({ keys: new nn.ReLU() }),
  "parameter list call": () => (new nn.ParameterList([t]) as unknown as () => void)(),
  "parameter list extend": () => new nn.ParameterList(t as never),
  bilinear: () => new nn.Bilinear(0, 1, 1),
  unflatten: () => new nn.Unflatten(1, [2, 2.5]),
  "unflatten type": () => new nn.Unflatten(1, 5 as never),
  dirac: () => nn.init.dirac_(torch.ones(3, 2, 2), 2),
  "dirac dimensions": () => nn.init.dirac_(torch.ones(3, 2)),
  orthogonal: () => nn.init.orthogonal_(torch.ones(3)),
  sparse: () => nn.init.sparse_(torch.ones(3), 0.5),
  fan: () => nn.init.xavier_uniform_(torch.ones(3)),
  mode: () => nn.init.kaiming_uniform_(torch.ones(3, 3), { mode: "fan" }),
  gain: () => nn.init.calculate_gain("gelu"),
  "weight norm twice": () => nn.utils.weight_norm(nn.utils.weight_norm(linear())),
  "no weight norm": () => nn.utils.remove_weight_norm(linear()),
  "no parametrization": () => parametrize.remove_parametrizations(linear(), "weight"),
  "nothing to parametrize": () => parametrize.register_parametrization(linear(), "w", new nn.Identity()),
  "shape changed": () => parametrize.register_parametrization(new nn.Linear(2, 3), "weight", new nn.Flatten(0)),
  "power iterations": () => parametrizations.spectral_norm(linear(), { n_power_iterations: 0 }),
  "norm not finite": () => {
    const p = new nn.Parameter(torch.ones(2));
    p.grad = torch.tensor([1, Infinity]);
    nn.utils.clip_grad_norm_([p], 1, { error_if_nonfinite: true });
  },
};

describe("errors of modules", () => {
  it("are those of which PyTorch was asked", () => {
    expect(Object.keys(mistakes)).toEqual(Object.keys(recorded.errors));
  });

  it.each(Object.entries(mistakes))("are worded as PyTorch words them: %s", (label, mistake) => {
    const [name, text] = recorded.errors[label];
    // a class of ours lies in no package
    expect(message(mistake)).toEqual([name, text.replace(/torch\.nn\.modules\.activation\./, "")]);
    net.layer = new nn.Linear(2, 3);
  });

  it("leave the member in place", () => {
    const layer = linear();
    const { weight } = layer;
    expect(() => set(layer, "weight", t)).toThrow(TypeError);
    expect(layer.weight).toBe(weight);
    expect(layer.parameters().includes(weight)).toBe(true);
  });
});
