"""Records twelve steps of PyTorch's optimizers in many configurations, their printing, state dicts and error texts.

    python scripts/reference/optim_traces.py      writes test/fixtures/optim_traces.json

The two parameters are float32; the gradient of w is `w * curvature - pull`, that of b the same, and b has none in every
third step. An older release than PyTorch 2.13 leaves the recorded texts, layouts and newer options as they are.
"""
import json
import warnings
from pathlib import Path

import torch
from torch import optim
from torch.optim.optimizer import required

path = Path(__file__).parents[2] / "test" / "fixtures" / "optim_traces.json"
modern = tuple(int(n) for n in torch.__version__.split(".")[:2]) >= (2, 13)

start = {"w": [[1.5, -2.0, 0.25], [0.0, 3.0, -0.001]], "b": [0.5, -1.0]}
curvature = {"w": [[1.0, 0.1, 10.0], [2.0, 0.5, 100.0]], "b": [3.0, 0.01]}
pull = {"w": [[0.3, -0.2, 0.1], [0.0, 1.0, 0.5]], "b": [-0.1, 0.02]}

# A tensor is written as {"tensor": data}. `groups` holds options of the group of w and of the group of b.
configurations = [
    ("SGD", {"lr": 0.01}),
    ("SGD", {"lr": {"tensor": 0.01}}),
    ("SGD", {"lr": 0.01, "momentum": 0.9}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.001, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "foreach": True}),
    ("SGD", {"lr": 0.01, "groups": [{"lr": 0.002, "momentum": 0.9, "nesterov": True}, {"weight_decay": 0.5}]}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": {"tensor": 0.01}}),
    ("Adam", {"lr": 0.01, "betas": [0.5, 0.9], "eps": 1e-3}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.9}),
    ("Adam", {"lr": 0.01, "amsgrad": True}),
    ("Adam", {"lr": 0.01, "amsgrad": True, "weight_decay": 0.9, "maximize": True}),
    ("Adam", {"lr": 0.01, "foreach": True}),
    ("Adam", {"groups": [{"lr": 0.05, "betas": [0.8, 0.99]}, {"amsgrad": True, "weight_decay": 0.1}]}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.01, "weight_decay": 0.9}),
    ("AdamW", {"lr": 0.01, "amsgrad": True, "maximize": True}),
]
modern_configurations = [
    ("SGD", {}),
    ("SGD", {"lr": 0.01, "weight_decay": {"tensor": 0.1}}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True, "fused": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.9, "amsgrad": True, "fused": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.9, "decoupled_weight_decay": True}),
    ("Adam", {"lr": {"tensor": 0.01}, "betas": [{"tensor": 0.9}, {"tensor": 0.99}]}),
    ("AdamW", {"lr": {"tensor": [0.01]}, "weight_decay": 0.9}),
]


def value(x):
    if isinstance(x, dict):
        return torch.tensor(x["tensor"])
    return tuple(value(v) for v in x) if isinstance(x, list) else x


def values(options):
    return {name: value(v) for name, v in options.items()}


def build(name, options):
    params = {k: torch.tensor(v, requires_grad=True) for k, v in start.items()}
    options = dict(options)
    groups = options.pop("groups", None)
    given = list(params.values())
    if groups:
        given = [{"params": [p], **values(g)} for p, g in zip(given, groups)]
    return params, getattr(optim, name)(given, **values(options))


def run(name, options):
    params, optimizer = build(name, options)

    def closure():
        optimizer.zero_grad(set_to_none=True)
        for k, p in params.items():
            if k == "w" or i % 3 != 2:
                p.grad = p.detach() * torch.tensor(curvature[k]) - torch.tensor(pull[k])
        return i

    steps = []
    for i in range(12):
        assert optimizer.step(closure) == i
        steps.append([float(f"{x:.9g}") for p in params.values() for x in p.flatten().tolist()])
    return {"name": name, "options": options, "steps": steps}


def layout(name, options):
    """The texts and the keys of an optimizer after two steps."""
    params, optimizer = build(name, options)
    for _ in range(2):
        params["w"].grad = torch.ones_like(params["w"])
        optimizer.step()
    state = optimizer.state_dict()
    return {
        "name": name,
        "options": options,
        "repr": repr(optimizer),
        "group keys": list(state["param_groups"][0]),
        "ids": [g["params"] for g in state["param_groups"]],
        "state keys": {str(k): {n: [str(t.dtype), list(t.shape)] for n, t in s.items()} for k, s in state["state"].items()},
    }


def errors():
    p = torch.zeros(2, requires_grad=True)
    q = torch.zeros(2, requires_grad=True)
    sgd, adam = optim.SGD, optim.Adam

    def after_adding(group, first=[p], **options):
        sgd(first, lr=0.1, **options).add_param_group(group)

    class Required(optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {"lr": required})

    def load(change):
        state = sgd([p, q], lr=0.1).state_dict()
        change(state)
        sgd([p, q], lr=0.1).load_state_dict(state)

    return {
        "a tensor instead of a list": lambda: sgd(p, lr=0.1),
        "a number instead of a list": lambda: sgd(5, lr=0.1),
        "an empty list": lambda: sgd([], lr=0.1),
        "a number among the parameters": lambda: sgd([p, 5], lr=0.1),
        "a group after tensors": lambda: sgd([p, {"params": q}], lr=0.1),
        "a tensor after groups": lambda: sgd([{"params": q}, p.detach()], lr=0.1),
        "a group without params": lambda: sgd([{"lr": 1}], lr=0.1),
        "a set of parameters": lambda: sgd([{"params": {p, q}}], lr=0.1),
        "a tensor that was computed": lambda: sgd([p * 2], lr=0.1),
        "a parameter in two groups": lambda: sgd([{"params": [p, q]}, {"params": q}], lr=0.1),
        "some names missing": lambda: sgd([("a", p), q], lr=0.1),
        "a group with names beside one without": lambda: after_adding({"params": [("q", q)]}),
        "a group without names beside one with": lambda: after_adding({"params": [q]}, [("p", p)]),
        "a required option missing": lambda: Required([{"params": [p]}]),
        "an unknown option": lambda: sgd([p], foo=1),
        "lr negative": lambda: sgd([p], lr=-1),
        "lr a negative tensor": lambda: adam([p], lr=torch.tensor(-1.0)),
        "lr a tensor of two": lambda: sgd([p], lr=torch.tensor([0.1, 0.2])),
        "lr a tensor with foreach": lambda: adam([p], lr=torch.tensor(0.1), foreach=True),
        "lr nan": lambda: adam([p], lr=float("nan")),
        "momentum negative": lambda: sgd([p], momentum=-0.5),
        "weight_decay negative": lambda: sgd([p], weight_decay=-0.5),
        "nesterov without momentum": lambda: sgd([p], nesterov=True),
        "nesterov with dampening": lambda: sgd([p], momentum=0.9, dampening=0.1, nesterov=True),
        "eps negative": lambda: adam([p], eps=-1),
        "beta 0 too large": lambda: adam([p], betas=(1.0, 0.9)),
        "beta 1 negative": lambda: adam([p], betas=(0.0, -1.0)),
        "beta 0 a tensor, beta 1 none": lambda: adam([p], betas=(torch.tensor(0.9), 0.9)),
        "fused and foreach": lambda: adam([p], fused=True, foreach=True),
        "step of the base class": lambda: optim.Optimizer([p], {}).step(),
        "loading fewer groups": lambda: load(lambda s: s["param_groups"].pop()),
        "loading a smaller group": lambda: load(lambda s: s["param_groups"][0]["params"].pop()),
        "loading no state dict": lambda: sgd([p]).load_state_dict({}),
    }


def text_of(f):
    try:
        f()
    except Exception as e:
        short = isinstance(e, KeyError) and "\n" not in e.args[0]
        return [type(e).__name__, str(e) if short else e.args[0] if e.args else ""]
    raise AssertionError("no error")


def duplicate_warning():
    p = torch.zeros(2, requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        optim.SGD([p, p], lr=0.1)
    return [str(w.message) for w in caught]


old = json.loads(path.read_text()) if path.exists() else {}
recorded = {"start": start, "curvature": curvature, "pull": pull, "traces": [run(*c) for c in configurations]}
if modern:
    recorded["newer traces"] = [run(*c) for c in modern_configurations]
    recorded["layouts"] = [
        layout("SGD", {"lr": 0.1}),
        layout("SGD", {"lr": 0.1, "momentum": 0.9, "groups": [{"lr": 1e-5}, {"nesterov": True}]}),
        layout("Adam", {"lr": {"tensor": 0.01}, "betas": [0.0, 0.5]}),
        layout("Adam", {"lr": {"tensor": [0.01]}, "amsgrad": True}),
        layout("AdamW", {"fused": True}),
    ]
    recorded["errors"] = {name: text_of(f) for name, f in errors().items()}
    recorded["duplicate warning"] = duplicate_warning()
else:
    recorded.update({name: old[name] for name in old if name not in recorded})

lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in recorded.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
