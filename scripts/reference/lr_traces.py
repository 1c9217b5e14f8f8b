"""Records learning rates under PyTorch's schedulers for forty steps, their state dicts, warnings and error texts.

    python scripts/reference/lr_traces.py      writes test/fixtures/lr_traces.json

A trace is built of actions: ["step"], ["epoch", n] for step(n), ["edit", group, lr] for a change by hand, ["metric", x]
for step(x). After the constructor and after each action the rates (and, for OneCycleLR, the momenta) are recorded.
An older release than PyTorch 2.13 leaves the resumed runs, tensor rates, state dicts and texts as they are.
"""
import json
import warnings
from pathlib import Path

import torch
from lr_calls import Draw, act, build, build_optimizer, functions, observe
from torch.optim import lr_scheduler

path = Path(__file__).parents[2] / "test" / "fixtures" / "lr_traces.json"
modern = tuple(int(n) for n in torch.__version__.split(".")[:2]) >= (2, 13)
draw = Draw(0)
pick = draw.pick

configurations = {
    "StepLR": lambda: {"step_size": draw.randint(1, 15), "gamma": pick(0.1, 1.2)},
    "MultiStepLR": lambda: {"milestones": [draw.randint(0, 40) for _ in range(draw.randint(0, 5))], "gamma": pick(0.1, 1.2)},
    "ConstantLR": lambda: {"factor": pick(0.1, 1), "total_iters": draw.randint(0, 45)},
    "LinearLR": lambda: {"start_factor": pick(0.1, 1), "end_factor": draw.choice([0, 1, pick(0, 1)]), "total_iters": draw.randint(0, 45)},
    "ExponentialLR": lambda: {"gamma": pick(0.5, 1.1)},
    "PolynomialLR": lambda: {"total_iters": draw.randint(1, 45), "power": draw.choice([1, 2, pick(0.3, 3)])},
    "CosineAnnealingLR": lambda: {"T_max": draw.randint(1, 45), "eta_min": draw.choice([0, pick(0.0001, 0.01)])},
    "LambdaLR": lambda: {"lr_lambda": draw.choice(["inverse", ["steps", "inverse"]])},
    "MultiplicativeLR": lambda: {"lr_lambda": draw.choice(["alternating", ["inverse", "alternating"]])},
}
closed_forms = ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR"]


def trace(name, options, actions, lrs=None, optimizer_name="SGD"):
    lrs = lrs or [pick(0.01, 0.5), pick(0.01, 0.5)]
    optimizer = build_optimizer(lrs, optimizer_name)
    scheduler = build(name, optimizer, options)
    momentum = options.get("cycle_momentum", False)
    seen = [observe(optimizer, momentum)]
    for action in actions:
        act(optimizer, scheduler, action)
        seen.append(observe(optimizer, momentum))
    record = {"name": name, "options": options, "lrs": lrs, "actions": actions, "seen": seen}
    return record if optimizer_name == "SGD" else {**record, "optimizer": optimizer_name}


def edited(n):
    """n steps, and a change by hand now and then."""
    steps = [["step"] for _ in range(n)]
    for _ in range(3):
        steps.insert(draw.randint(0, n), ["edit", draw.randint(0, 1), pick(0.01, 0.5)])
    return steps


def traces():
    for name, options in configurations.items():
        for _ in range(3):
            yield trace(name, options(), [["step"]] * 40)
        for _ in range(2):
            yield trace(name, options(), edited(40))
    for name in closed_forms:
        options = configurations[name]()
        if options.get("total_iters") == 0:
            options["total_iters"] = 7
        yield trace(name, options, [draw.choice([["epoch", draw.randint(0, 45)], ["step"]]) for _ in range(20)])
    for options in [{}, {"mode": "max", "threshold": 0.1, "cooldown": 2}, {"threshold_mode": "abs", "threshold": 0.05}]:
        options = {**options, "factor": 0.5, "patience": draw.randint(0, 3), "min_lr": draw.choice([0.01, [0.1, 0.001]])}
        yield trace("ReduceLROnPlateau", options, [["metric", pick(0, 1)] for _ in range(40)])
    for optimizer in ["SGD", "Adam"]:
        for options in [{"total_steps": 40}, {"epochs": 8, "steps_per_epoch": 5, "anneal_strategy": "linear", "three_phase": True}]:
            options = {**options, "max_lr": [pick(0.1, 1), pick(0.1, 1)], "pct_start": pick(0.1, 0.5), "cycle_momentum": True}
            yield trace("OneCycleLR", options, [["step"]] * 40, optimizer_name=optimizer)


def resumed(name, options, lrs, before, after):
    """A scheduler built with last_epoch on an optimizer that took over the groups of another."""
    optimizer = build_optimizer(lrs)
    scheduler = build(name, optimizer, options)
    for _ in range(before):
        act(optimizer, scheduler, ["step"])
    saved = optimizer.state_dict()
    optimizer = build_optimizer(lrs)
    optimizer.load_state_dict(saved)
    scheduler = build(name, optimizer, {**options, "last_epoch": before})
    seen = [observe(optimizer, False)]
    for _ in range(after):
        act(optimizer, scheduler, ["step"])
        seen.append(observe(optimizer, False))
    return {"name": name, "options": options, "lrs": lrs, "before": before, "seen": seen}


def resumed_runs():
    for name, options in configurations.items():
        for before in [0, 4, 9]:
            yield resumed(name, options(), [pick(0.01, 0.5), pick(0.01, 0.5)], before, 10)


def tensor_rates():
    """Learning rates that are float32 tensors, twenty steps."""
    for name, options in configurations.items():
        options = options()
        optimizer = build_optimizer([torch.tensor(0.3), torch.tensor([0.1])])
        scheduler = build(name, optimizer, options)
        seen = [observe(optimizer, False)]
        for _ in range(20):
            act(optimizer, scheduler, ["step"])
            seen.append(observe(optimizer, False))
        yield {"name": name, "options": options, "seen": seen}


def state_dicts():
    """Keys in order, and values, after two steps."""
    for name, options in [
        ("StepLR", {"step_size": 2}),
        ("MultiStepLR", {"milestones": [1, 3, 3]}),
        ("ConstantLR", {}),
        ("LinearLR", {}),
        ("ExponentialLR", {"gamma": 0.5}),
        ("PolynomialLR", {}),
        ("CosineAnnealingLR", {"T_max": 5}),
        ("LambdaLR", {"lr_lambda": "inverse"}),
        ("OneCycleLR", {"max_lr": 0.5, "total_steps": 10}),
    ]:
        optimizer = build_optimizer([0.5, 0.25])
        scheduler = build(name, optimizer, options)
        for _ in range(2):
            act(optimizer, scheduler, ["step"])
        yield {"name": name, "options": options, "state": list(scheduler.state_dict().items())}


def warned(*actions):
    """The warnings of a scheduler's life: what to do after it was built."""
    optimizer = build_optimizer([0.5])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scheduler = lr_scheduler.StepLR(optimizer, 2)
        for action in actions:
            if action == "optimizer.step":
                optimizer.step()
            elif action == "override":
                optimizer.step = lambda: None
            elif action == "get_lr":
                scheduler.get_lr()
            elif action == "step(3)":
                scheduler.step(3)
            else:
                scheduler.step()
    return [list(actions), [str(w.message) for w in caught]]


def text_of(f):
    try:
        f()
    except Exception as e:
        return [type(e).__name__, e.args[0] if e.args else ""]
    raise AssertionError("no error")


def errors():
    def new(name, *args, **options):
        return lambda: getattr(lr_scheduler, name)(build_optimizer([0.5, 0.25]), *args, **options)

    def grown():
        optimizer = build_optimizer([0.5, 0.25])
        scheduler = lr_scheduler.LambdaLR(optimizer, functions["inverse"])
        optimizer.add_param_group({"params": [torch.zeros(1)]})
        scheduler.step()

    def overrun():
        scheduler = new("OneCycleLR", 0.5, 2)()
        for _ in range(3):
            scheduler.step()

    return {
        "no optimizer": lambda: lr_scheduler.StepLR(torch.zeros(1), 2),
        "resuming without initial_lr": new("StepLR", 2, last_epoch=3),
        "the base class": lambda: lr_scheduler.LRScheduler(build_optimizer([0.5])),
        "an unknown option": new("StepLR", 2, verbose=True),
        "a group added later": grown,
        "ConstantLR factor 2": new("ConstantLR", 2.0),
        "LinearLR start_factor 0": new("LinearLR", 0.0),
        "LinearLR end_factor 2": new("LinearLR", 0.5, 2.0),
        "LambdaLR with one function for two groups": new("LambdaLR", [functions["inverse"]]),
        "plateau factor 1": new("ReduceLROnPlateau", factor=1.0),
        "plateau mode": new("ReduceLROnPlateau", "low"),
        "plateau threshold_mode": new("ReduceLROnPlateau", threshold_mode="half"),
        "plateau min_lr": new("ReduceLROnPlateau", min_lr=[0.1]),
        "one cycle without a length": new("OneCycleLR", 0.5),
        "one cycle of 0 steps": new("OneCycleLR", 0.5, 0),
        "one cycle of negative epochs": new("OneCycleLR", 0.5, None, -1, 5),
        "one cycle pct_start": new("OneCycleLR", 0.5, 10, pct_start=1.5),
        "one cycle strategy": new("OneCycleLR", 0.5, 10, anneal_strategy="log"),
        "one cycle max_lr": new("OneCycleLR", [0.5], 10),
        "one cycle past its end": overrun,
    }


warnings.simplefilter("ignore")
old = json.loads(path.read_text()) if path.exists() else {}
recorded = {"traces": list(traces())}
if modern:
    recorded["resumed"] = list(resumed_runs())
    recorded["tensor rates"] = list(tensor_rates())
    recorded["state dicts"] = list(state_dicts())
    recorded["warnings"] = [
        warned("optimizer.step", "step", "optimizer.step", "step"),
        warned("step", "optimizer.step", "step"),
        warned("optimizer.step", "override", "step"),
        warned("optimizer.step", "step", "get_lr"),
        warned("optimizer.step", "step(3)"),
    ]
    recorded["errors"] = {name: text_of(f) for name, f in errors().items()}
else:
    recorded.update({name: old[name] for name in old if name not in recorded})

lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in recorded.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
