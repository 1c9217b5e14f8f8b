"""Records twelve steps of every optimizer in the configurations of PyTorch's own tests (`optim_db`) and in some more, the
error texts for their bad inputs, printing and the layout of state dicts.

    python scripts/reference/optim_db.py      writes test/fixtures/optim_db.json

Needs PyTorch 2.13; an older release leaves the file as it is. Eight numbers are spread over the parameters, whose loss is
the sum of `curvature p^2 / 2 - pull p + sqrt(1 + p^2)`. In every third step the last parameter has no gradient. They are
float32, for LBFGS float64: its iterations blow up float32's rounding of a dot product, which depends on the machine.
"""
import json
import sys
import unittest
import warnings
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import optim

if tuple(int(n) for n in torch.__version__.split(".")[:2]) < (2, 13):
    print("optim_db.json is left as it is: it needs PyTorch 2.13")
    sys.exit()

# PyTorch's test helpers derive a class from this package's; it is not used here and need not be installed
sys.modules.setdefault("expecttest", SimpleNamespace(TestCase=unittest.TestCase))
from torch.optim.lbfgs import _strong_wolfe
from torch.testing._internal.common_optimizers import optim_db

path = Path(__file__).parents[2] / "test" / "fixtures" / "optim_db.json"

start = [1.5, -2.0, 0.25, 0.0, 3.0, -0.001, 0.5, -1.0]
curvature = [1.0, 0.1, 10.0, 2.0, 0.5, 50.0, 3.0, 0.01]
pull = [0.3, -0.2, 0.1, 0.0, 1.0, 0.5, -0.1, 0.02]
shapes = {"default": [[2, 3], [2]], "matrices": [[2, 3], [2, 1]], "batch": [[2, 2, 2]]}

# Arguments that `optim_db` leaves out; `groups` holds options of each parameter, `shapes` names another entry above, `dtype`
# another dtype.
more = [
    ("Adamax", {"lr": {"tensor": 0.01}, "betas": [0.5, 0.9], "eps": 1e-3}),
    ("Adamax", {"groups": [{"lr": 0.05}, {"betas": [0.8, 0.99], "weight_decay": 0.1}]}),
    ("Adamax", {"foreach": True}),
    ("NAdam", {"lr": {"tensor": [0.01]}, "betas": [0.5, 0.9], "eps": 1e-3}),
    ("NAdam", {"lr": {"tensor": 0.01}, "weight_decay": 0.5, "decoupled_weight_decay": True}),
    ("NAdam", {"foreach": True}),
    ("RAdam", {"lr": {"tensor": 0.01}, "betas": [0.5, 0.9], "weight_decay": 0.5, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.1, "betas": [0.9, 0.5]}),
    ("RAdam", {"foreach": True}),
    ("Adagrad", {"eps": 1e-2, "maximize": True, "groups": [{"lr": 0.3}, {"lr_decay": 0.1}]}),
    ("Adagrad", {"foreach": True, "weight_decay": 0.1}),
    ("Adagrad", {"fused": True, "weight_decay": 0.1}),
    ("Adadelta", {"lr": {"tensor": 0.5}, "eps": 1e-3}),
    ("Adadelta", {"foreach": True}),
    ("RMSprop", {"lr": {"tensor": 0.01}, "alpha": 0.5, "momentum": 0.9}),
    ("RMSprop", {"eps": 1e-3, "groups": [{"momentum": 0.5}, {"centered": True}]}),
    ("RMSprop", {"foreach": True, "centered": True, "momentum": 0.9}),
    ("Rprop", {"lr": {"tensor": 0.1}, "step_sizes": [0.01, 0.2]}),
    ("Rprop", {"foreach": True}),
    ("ASGD", {"lr": {"tensor": 0.02}, "lambd": 0.1, "alpha": 0.5}),
    ("ASGD", {"lr": 0.02, "t0": 3}),
    ("ASGD", {"foreach": True}),
    ("Adafactor", {"lr": {"tensor": [0.5]}, "weight_decay": 0.1}),
    ("Adafactor", {"eps": [0.1, 0.5], "lr": 0.5}),
    ("Adafactor", {"shapes": "batch", "lr": 0.1}),
    ("Adafactor", {"foreach": True}),
    ("Muon", {"nesterov": False, "lr": 0.1}),
    ("Muon", {"adjust_lr_fn": "match_rms_adamw", "lr": 0.1, "eps": 1.0}),
    ("Muon", {"groups": [{"lr": 0.1}, {"momentum": 0.5, "weight_decay": 0.0}]}),
    ("LBFGS", {"dtype": "float32"}),
    ("LBFGS", {"dtype": "float32", "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"max_iter": 3}),
    ("LBFGS", {"max_iter": 4, "history_size": 2, "lr": 0.5}),
    ("LBFGS", {"max_iter": 1}),
    ("LBFGS", {"max_iter": 2, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"max_iter": 3, "max_eval": 4, "lr": 0.1, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"max_iter": 2, "lr": 30, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"tolerance_grad": 0.5}),
    ("LBFGS", {"tolerance_change": 0.1}),
]


def plain(x):
    """A value as JSON: tensors as {"tensor": data}."""
    if isinstance(x, torch.Tensor):
        return {"tensor": x.tolist()}
    if isinstance(x, dict):
        return {name: plain(v) for name, v in x.items()}
    return [plain(v) for v in x] if isinstance(x, (tuple, list)) else x


def value(x):
    if isinstance(x, dict):
        return torch.tensor(x["tensor"])
    return tuple(value(v) for v in x) if isinstance(x, list) else x


def values(options):
    return {name: value(v) for name, v in options.items()}


def spread(numbers, shapes, dtype):
    parts = torch.tensor(numbers, dtype=dtype).split([torch.Size(s).numel() for s in shapes])
    return [part.view(s) for part, s in zip(parts, shapes)]


def build(name, options):
    options = dict(options)
    of = shapes[options.pop("shapes", "matrices" if name == "Muon" else "default")]
    dtype = getattr(torch, options.pop("dtype", "float64" if name == "LBFGS" else "float32"))
    groups = options.pop("groups", None)
    params = [p.clone().requires_grad_() for p in spread(start, of, dtype)]
    given = [{"params": [p], **values(g)} for p, g in zip(params, groups)] if groups else params
    return params, getattr(optim, name)(given, **values(options))


def loss_of(params, leave_out_last):
    of = [p.shape for p in params]
    dtype = params[0].dtype
    terms = list(zip(params, spread(curvature, of, dtype), spread(pull, of, dtype)))
    return sum((c * p * p / 2 - b * p + (1 + p * p).sqrt()).sum() for p, c, b in (terms[:-1] if leave_out_last else terms))


def run(name, options):
    params, optimizer = build(name, options)

    def closure():
        optimizer.zero_grad()
        loss = loss_of(params, len(params) > 1 and i % 3 == 2)
        loss.backward()
        return loss

    steps = []
    for i in range(12):
        optimizer.step(closure)
        steps.append([float(f"{float(str(x)):.10g}") for p in params for x in p.detach().flatten().numpy()])
    return steps


def kind(x):
    if isinstance(x, torch.Tensor):
        return [str(x.dtype), list(x.shape)]
    return [kind(v) for v in x[:2]] if isinstance(x, list) else type(x).__name__


def layout(name, options={}):
    """The texts and the keys of an optimizer after two steps."""
    params, optimizer = build(name, options)
    for _ in range(2):
        optimizer.zero_grad()
        loss_of(params, False).backward()
        optimizer.step(lambda: loss_of(params, False)) if name == "LBFGS" else optimizer.step()
    state = optimizer.state_dict()
    return {
        "name": name,
        "options": options,
        "repr": repr(optimizer),
        "group keys": list(state["param_groups"][0]),
        "state": {str(k): {n: kind(v) for n, v in s.items()} for k, s in state["state"].items()},
    }


def encoded(params, seen):
    """Parameters by the number of their first appearance; names, lists and groups around them as they are."""
    if isinstance(params, torch.Tensor):
        number = next((i for i, p in enumerate(seen) if p is params), len(seen))
        if number == len(seen):
            seen.append(params)
        return {"param": number, "shape": list(params.shape)}
    if isinstance(params, dict):
        return {name: encoded(v, seen) for name, v in params.items()}
    return [encoded(v, seen) for v in params] if isinstance(params, (list, tuple)) else params


def mistakes(info):
    for case in info.optim_error_inputs_func("cpu", torch.float32):
        given = case.optimizer_error_input
        params = [torch.ones(2, 2, requires_grad=True)] if given.params is None else given.params
        if isinstance(params, list) and any(isinstance(p, torch.Tensor) and p.is_complex() for p in params):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                info.optim_cls(params, **given.kwargs)
                raise AssertionError("no error")
            except case.error_type as e:
                yield [given.desc, encoded(params, []), plain(given.kwargs), type(e).__name__, str(e)]


def line_search(seed):
    """A line search along a polynomial that falls at 0: where it looked, and what it chose."""
    g = torch.Generator().manual_seed(seed)
    draw = lambda low, high: round(low + (high - low) * torch.rand((), generator=g, dtype=torch.float64).item(), 3)
    polynomial = [draw(-2, -0.1), draw(-2, 2), draw(-3, 3), draw(0.1, 3)]
    first = round(10 ** draw(-3, 1.5), 4)
    most = 25 if seed % 4 else seed % 16 // 4 + 1
    looked = []

    def evaluate(x, t, d):
        t = torch.as_tensor(t, dtype=torch.float64)
        looked.append(float(f"{t.item():.12g}"))
        f = sum(c * t ** (k + 1) for k, c in enumerate(polynomial))
        return f.item(), sum((k + 1) * c * t**k for k, c in enumerate(polynomial)).view(1)

    one = torch.ones(1, dtype=torch.float64)
    slope = polynomial[0] * one[0]
    _, _, t, count = _strong_wolfe(evaluate, None, first, one, 0.0, slope * one, slope, max_ls=most)
    assert count == len(looked)
    return {"polynomial": polynomial, "max_evaluations": most, "looked": looked, "chose": float(f"{float(t):.12g}")}


infos = [info for info in optim_db if info.name != "SparseAdam"]
traces = [
    {"name": info.name, "desc": given.desc, "options": plain(given.kwargs), "steps": run(info.name, plain(given.kwargs))}
    for info in infos
    for given in info.optim_inputs_func("cpu", torch.float32)
]
traces += [{"name": name, "desc": "", "options": options, "steps": run(name, options)} for name, options in more]
layouts = [layout(info.name) for info in infos]
layouts += [
    layout("RMSprop", {"momentum": 0.9, "centered": True}),
    layout("Adafactor", {"eps": [0.1, 0.5], "d": 2.0}),
    layout("Muon", {"adjust_lr_fn": "original"}),
    layout("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 7}),
    layout("Adagrad", {"fused": True}),
]
recorded = {
    "start": start,
    "curvature": curvature,
    "pull": pull,
    "shapes": shapes,
    "traces": traces,
    "layouts": layouts,
    "line searches": [line_search(seed) for seed in range(60)],
    "mistakes": {info.name: list(mistakes(info)) for info in infos},
}


def listing(v):
    return "[\n" + ",\n".join("  " + json.dumps(x, separators=(",", ":")) for x in v) + "\n ]"


def text(v):
    if isinstance(v, list) and isinstance(v[0], dict):
        return listing(v)
    if isinstance(v, dict) and "Adam" in v:
        return "{\n" + ",\n".join(f"  {json.dumps(k)}: {listing(x)}" for k, x in v.items()) + "\n }"
    return json.dumps(v)


path.write_text("{\n" + ",\n".join(f" {json.dumps(k)}: {text(v)}" for k, v in recorded.items()) + "\n}\n")
