"""What belongs to modules: assignment, containers, hooks, state dicts, torch.nn.utils -> test/fixtures/module_members.json."""

import json
import sys
import warnings
from copy import deepcopy
from pathlib import Path

import torch
from torch import nn
from torch.nn import utils
from torch.nn.utils import parametrizations, parametrize

if int(torch.__version__.split(".")[0]) < 2:
    print("module_members.json stays as it is: PyTorch 1 words some errors otherwise")
    sys.exit()

warnings.simplefilter("ignore")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("mean", torch.zeros(3))
        self.register_parameter("none", None)
        self.width = 4


class Extra(nn.Linear):
    def get_extra_state(self):
        return "kept"

    def set_extra_state(self, state):
        self.extra = state


def message(f):
    try:
        f()
    except Exception as error:
        return [type(error).__name__, str(error.args[0])]
    raise AssertionError("no error")


def errors():
    net = Net()
    t = torch.ones(2)
    sequence = nn.Sequential(nn.ReLU(), nn.Tanh())
    return {label: message(f) for label, f in {
        "tensor as parameter": lambda: setattr(net.layer, "weight", t),
        "number as parameter": lambda: setattr(net, "scale", 5),
        "module as parameter": lambda: setattr(net, "scale", nn.ReLU()),
        "tensor as module": lambda: setattr(net, "layer", t),
        "number as buffer": lambda: setattr(net, "mean", 5),
        "reserved": lambda: setattr(net, "none", t),
        "register buffer": lambda: net.register_buffer("b", 5),
        "register parameter": lambda: net.register_parameter("p", t),
        "add module": lambda: net.add_module("m", t),
        "taken": lambda: net.register_buffer("layer", t),
        "taken by a method": lambda: net.add_module("train", nn.ReLU()),
        "taken by a number": lambda: net.register_parameter("width", None),
        "dot": lambda: net.add_module("a.b", nn.ReLU()),
        "empty": lambda: net.add_module("", nn.ReLU()),
        "empty buffer": lambda: net.register_buffer("", t),
        "name": lambda: net.register_buffer(5, t),
        "get_submodule": lambda: net.get_submodule("layer.inner"),
        "get_submodule of a parameter": lambda: net.get_submodule("scale"),
        "get_parameter": lambda: net.get_parameter("layer.nothing"),
        "get_parameter of a buffer": lambda: net.get_parameter("mean"),
        "get_buffer": lambda: net.get_buffer("scale"),
        "set_submodule": lambda: net.set_submodule("", nn.ReLU()),
        "set_submodule strictly": lambda: net.set_submodule("new", nn.ReLU(), strict=True),
        "set_submodule on a parameter": lambda: net.set_submodule("scale", nn.ReLU()),
        "train": lambda: net.train("yes"),
        "state dict": lambda: net.load_state_dict([1]),
        "no tensor": lambda: net.load_state_dict({**net.state_dict(), "scale": "x"}),
        "extra state": lambda: Extra(1, 1).load_state_dict(nn.Linear(1, 1).state_dict()),
        "surplus extra state": lambda: nn.Linear(1, 1).load_state_dict(Extra(1, 1).state_dict()),
        "nested": lambda: nn.Sequential(Net()).load_state_dict({"0.layer.weight": torch.ones(1), "1.bias": t, "x": t}),
        "sequential index": lambda: sequence[2],
        "sequential insert": lambda: sequence.insert(5, nn.ReLU()),
        "sequential product": lambda: sequence * 0,
        "module list": lambda: nn.ModuleList([nn.ReLU()])[-2],
        "module list extend": lambda: nn.ModuleList().extend(3),
        "module list call": lambda: nn.ModuleList()(t),
        "module dict": lambda: nn.ModuleDict({"a": nn.ReLU()})["b"],
        "module dict update": lambda: nn.ModuleDict([["a"]]),
        "module dict name": lambda: nn.ModuleDict({"keys": nn.ReLU()}),
        "parameter list call": lambda: nn.ParameterList([t])(),
        "parameter list extend": lambda: nn.ParameterList(t),
        "bilinear": lambda: nn.Bilinear(0, 1, 1),
        "unflatten": lambda: nn.Unflatten(1, [2, 2.5]),
        "unflatten type": lambda: nn.Unflatten(1, 5),
        "dirac": lambda: nn.init.dirac_(torch.ones(3, 2, 2), 2),
        "dirac dimensions": lambda: nn.init.dirac_(torch.ones(3, 2)),
        "orthogonal": lambda: nn.init.orthogonal_(torch.ones(3)),
        "sparse": lambda: nn.init.sparse_(torch.ones(3), 0.5),
        "fan": lambda: nn.init.xavier_uniform_(torch.ones(3)),
        "mode": lambda: nn.init.kaiming_uniform_(torch.ones(3, 3), mode="fan"),
        "gain": lambda: nn.init.calculate_gain("gelu"),
        "weight norm twice": lambda: utils.weight_norm(utils.weight_norm(nn.Linear(2, 2))),
        "no weight norm": lambda: utils.remove_weight_norm(nn.Linear(2, 2)),
        "no parametrization": lambda: parametrize.remove_parametrizations(nn.Linear(2, 2), "weight"),
        "nothing to parametrize": lambda: parametrize.register_parametrization(nn.Linear(2, 2), "w", nn.Identity()),
        "shape changed": lambda: parametrize.register_parametrization(nn.Linear(2, 3), "weight", nn.Flatten(0)),
        "power iterations": lambda: parametrizations.spectral_norm(nn.Linear(2, 2), n_power_iterations=0),
        "norm not finite": lambda: infinite_norm(),
    }.items()}


def infinite_norm():
    p = nn.Parameter(torch.ones(2))
    p.grad = torch.tensor([1.0, float("inf")])
    utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)


def printed():
    shared = nn.Linear(2, 2)
    lists = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU(), nn.Sequential(nn.ReLU(), nn.Tanh())])
    torch.manual_seed(0)
    return {label: repr(m) for label, m in {
        "list": lists,
        "empty list": nn.ModuleList(),
        "dict": nn.ModuleDict({"a": nn.ReLU(), "list": nn.ModuleList([nn.ReLU()])}),
        "parameters": nn.ParameterList([torch.ones(3), torch.zeros(2, 2).double(), "text"]),
        "parameter dict": nn.ParameterDict({"b": torch.ones(3), "a": torch.zeros(2)}),
        "repeated": nn.Sequential(shared) * 2,
        "sliced": nn.Sequential(nn.ReLU(), nn.Tanh(), nn.GELU())[1:],
        "backwards": nn.Sequential(nn.ReLU(), nn.Tanh(), nn.GELU())[::-1],
        "nothing": nn.Sequential(nn.ReLU(), nn.Tanh()).append(nn.Sequential()),
        "bilinear": nn.Bilinear(2, 3, 4, bias=False),
        "lazy": nn.LazyLinear(3),
        "unflatten": nn.Unflatten(1, (2, 3)),
        "parametrized": parametrizations.weight_norm(nn.Linear(2, 3)),
    }.items()}


def hooks():
    """The order in which hooks run, by what they write down."""
    told = []
    net = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    inner = net[1]
    write = lambda *what: told.append(" ".join(what))
    net.register_forward_pre_hook(lambda m, a: write("pre"))
    net.register_forward_pre_hook(lambda m, a: write("pre first"), prepend=True)
    net.register_forward_hook(lambda m, a, o: write("post"))
    inner.register_forward_hook(lambda m, a, o: write("inner post"))
    net.register_forward_hook(lambda m, a, k, o: write("kwargs", str(len(k))), with_kwargs=True)
    everywhere = nn.modules.module.register_module_forward_hook(lambda m, a, o: write("all", type(m).__name__))
    net(torch.ones(1))
    everywhere.remove()
    for m, name in ((net, "net"), (inner, "inner")):
        m.register_state_dict_pre_hook(lambda m, prefix, keep, name=name: write("save", name, prefix))
        m.register_state_dict_post_hook(lambda m, s, prefix, meta, name=name: write("saved", name, prefix, str(len(s))))
        m.register_load_state_dict_pre_hook(lambda m, s, prefix, *rest, name=name: write("load", name, prefix, str(len(s))))
        m.register_load_state_dict_post_hook(lambda m, keys, name=name: write("loaded", name, str(len(keys.missing_keys))))
    state = net.state_dict()
    net.load_state_dict({"0.weight": state["0.weight"]}, strict=False)

    class Fails(nn.Module):
        def forward(self, x):
            raise ValueError("no")

    fails = Fails()
    fails.register_forward_hook(lambda m, a, o: write("always", str(o)), always_call=True)
    fails.register_forward_hook(lambda m, a, o: write("never"))
    message(lambda: fails(torch.ones(1)))
    return told


def keys():
    lists = nn.Sequential(nn.ParameterList([torch.ones(1), torch.ones(1)]), nn.ParameterDict({"b": torch.ones(1), "a": torch.ones(1)}))
    many = nn.Sequential(*[nn.Linear(1, 1, bias=False) for _ in range(12)])
    del many[1]
    named = nn.Module()
    for name in ("10", "2", "b", "a"):
        named.add_module(name, nn.Linear(1, 1, bias=False))
    return {
        "lists": list(lists.state_dict()),
        "many": list(many.state_dict()),
        "named": list(named.state_dict()),
        "extra": list(Extra(1, 1).state_dict()),
        "lazy": list(nn.LazyLinear(3).state_dict()),
        "parametrized": list(parametrizations.spectral_norm(parametrizations.weight_norm(nn.Linear(2, 3)), "bias").state_dict()),
        "weight norm": list(utils.weight_norm(nn.Linear(2, 3)).state_dict()),
        "spectral norm": list(utils.spectral_norm(nn.Linear(2, 3)).state_dict()),
    }


def trained(make, steps=2):
    """The weights after a few steps of gradient descent, and what the module then answers."""
    torch.manual_seed(3)
    net = make(nn.Linear(3, 4))
    x = torch.arange(6.0).view(2, 3) / 6
    for _ in range(steps):
        net.zero_grad()
        net(x).pow(2).sum().backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= 0.1 * p.grad
    return {"state": {k: v.tolist() for k, v in net.state_dict().items()}, "output": net.eval()(x).tolist()}


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T


def parametrized_twice(layer):
    layer = nn.Linear(3, 3)
    parametrize.register_parametrization(layer, "weight", Symmetric())
    parametrize.register_parametrization(layer, "weight", nn.Tanh())
    return layer


def removed(layer):
    return parametrize.remove_parametrizations(parametrizations.weight_norm(layer), "weight")


def assigned(layer):
    parametrizations.spectral_norm(layer)
    layer.weight = torch.eye(4, 3)
    return layer


TRAINED = {
    "weight_norm": parametrizations.weight_norm,
    "weight_norm over all": lambda m: parametrizations.weight_norm(m, dim=None),
    "weight_norm of inputs": lambda m: parametrizations.weight_norm(m, "weight", 1),
    "spectral_norm": parametrizations.spectral_norm,
    "spectral_norm of the bias": lambda m: parametrizations.spectral_norm(m, "bias"),
    "old weight_norm": utils.weight_norm,
    "old weight_norm removed": lambda m: utils.remove_weight_norm(utils.weight_norm(m)),
    "old spectral_norm": lambda m: utils.spectral_norm(m, n_power_iterations=2),
    "old spectral_norm removed": lambda m: utils.remove_spectral_norm(utils.spectral_norm(m)),
    "two parametrizations": parametrized_twice,
    "removed": removed,
    "assigned": assigned,
}


def gradients():
    def fresh():
        ps = [nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(2, 2)), nn.Parameter(torch.zeros(1))]
        ps[0].grad, ps[1].grad = torch.tensor([3.0, -4.0, 0.5]), torch.tensor([[1.0, 2.0], [-3.0, 0.25]])
        return ps

    def case(f):
        ps = fresh()
        result = f(ps)
        return [None if result is None else result.item(), [None if p.grad is None else p.grad.tolist() for p in ps]]

    return {
        "norm": case(lambda ps: utils.clip_grad_norm_(ps, 1.5)),
        "norm 1": case(lambda ps: utils.clip_grad_norm_(ps, 2.0, 1.0)),
        "norm inf": case(lambda ps: utils.clip_grad_norm_(ps, 2.0, float("inf"))),
        "small": case(lambda ps: utils.clip_grad_norm_(ps, 100.0)),
        "one": case(lambda ps: utils.clip_grad_norm_(ps[0], 1.0)),
        "value": case(lambda ps: utils.clip_grad_value_(ps, 1.25)),
        "total": case(lambda ps: utils.get_total_norm([p.grad for p in ps[:2]], 3.0)),
        "with norm": case(lambda ps: utils.clip_grads_with_norm_(ps, 1.0, torch.tensor(10.0))),
    }


def inits():
    cases = []
    for name, shape, args in [
        ("orthogonal_", (4, 3), []), ("orthogonal_", (3, 5), [2.0]), ("orthogonal_", (2, 3, 2), []),
        ("dirac_", (4, 2, 3), []), ("dirac_", (4, 2, 3, 2), [2]), ("kaiming_normal_", (4, 3, 2), [0.3, "fan_out"]),
        ("xavier_normal_", (4, 3, 2), []), ("sparse_", (5, 3), [0.5, 0.1]), ("trunc_normal_", (20,), [3.0, 1.0, -1.0, 1.5]),
    ]:
        torch.manual_seed(5)
        cases.append({"name": name, "shape": shape, "args": args, "values": getattr(nn.init, name)(torch.empty(shape), *args).tolist()})
    return cases


def lazy():
    torch.manual_seed(1)
    net = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2, bias=False))
    before = [repr(p) for p in net.parameters()]
    output = net(torch.arange(6.0).view(2, 3))
    copy = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2, bias=False))
    copy.load_state_dict(net.state_dict())
    return {"before": before, "after": repr(net), "output": output.tolist(), "loaded": repr(deepcopy(copy))}


out = {
    "errors": errors(), "printed": printed(), "hooks": hooks(), "keys": keys(),
    "trained": {label: trained(make) for label, make in TRAINED.items()},
    "gradients": gradients(), "init": inits(), "lazy": lazy(),
}
path = Path(__file__).parents[2] / "test" / "fixtures" / "module_members.json"
path.write_text(json.dumps(out, indent=1) + "\n")
print(f"{path.name}: {len(out['errors'])} errors, {len(out['printed'])} printed, {len(out['hooks'])} hooks, {len(out['trained'])} trained")
