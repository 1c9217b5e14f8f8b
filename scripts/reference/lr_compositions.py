"""Records cycles, restarts, averaging rates, plateaus and compositions of PyTorch's schedules, over random configurations.

    python scripts/reference/lr_compositions.py      writes test/fixtures/lr_compositions.json

A trace has the actions of lr_traces.py, or a number of plain steps, and 14 digits of each rate (and momentum). Needs
PyTorch 2.13; an older release leaves the file as it is.
"""
import json
import warnings
from pathlib import Path

import torch
from lr_calls import Draw, act, build, build_optimizer, functions, observe
from torch import optim
from torch.optim import lr_scheduler, swa_utils

path = Path(__file__).parents[2] / "test" / "fixtures" / "lr_compositions.json"
draw = Draw(1)
pick, integer, choice = draw.pick, draw.randint, draw.choice


def one_or_two(low, high):
    return choice([pick(low, high), [pick(low, high), pick(low, high)]])


def cyclic():
    mode = choice([{"mode": m} for m in ["triangular", "triangular2", "exp_range"]] + [{"scale_fn": "inverse", "scale_mode": m} for m in ["cycle", "iterations"]])
    return {
        "base_lr": one_or_two(0.001, 0.1), "max_lr": one_or_two(0.1, 1), "step_size_up": integer(1, 12),
        **choice([{}, {"step_size_down": integer(1, 12)}]), **mode, "gamma": pick(0.8, 1), "cycle_momentum": choice([True, True, False]),
        "base_momentum": one_or_two(0.5, 0.8), "max_momentum": one_or_two(0.8, 0.99),
    }


def one_cycle():
    return {
        "max_lr": one_or_two(0.1, 1), "total_steps": integer(40, 60), "pct_start": pick(0.1, 0.5), "anneal_strategy": choice(["cos", "linear"]),
        "cycle_momentum": choice([True, True, False]), "base_momentum": one_or_two(0.5, 0.85), "max_momentum": one_or_two(0.85, 0.99),
        "div_factor": pick(2, 50), "final_div_factor": pick(10, 1e4), "three_phase": choice([True, False]),
    }


single = {
    "StepLR": lambda: {"step_size": integer(1, 9), "gamma": pick(0.3, 1.2)},
    "MultiStepLR": lambda: {"milestones": sorted(integer(1, 30) for _ in range(3)), "gamma": pick(0.3, 1.2)},
    "ConstantLR": lambda: {"factor": pick(0.1, 1), "total_iters": integer(1, 15)},
    "LinearLR": lambda: {"start_factor": pick(0.1, 1), "end_factor": pick(0.1, 1), "total_iters": integer(1, 20)},
    "ExponentialLR": lambda: {"gamma": pick(0.7, 1.1)},
    "PolynomialLR": lambda: {"total_iters": integer(20, 45), "power": pick(0.3, 3)},
    "CosineAnnealingLR": lambda: {"T_max": integer(2, 45), "eta_min": choice([0, pick(0.0001, 0.01)])},
    "LambdaLR": lambda: {"lr_lambda": choice(["inverse", ["steps", "inverse"]])},
    "MultiplicativeLR": lambda: {"lr_lambda": "alternating"},
    "CosineAnnealingWarmRestarts": lambda: {"T_0": integer(1, 12), "T_mult": integer(1, 3), "eta_min": choice([0, pick(0.0001, 0.01)])},
}
late = {**single, "CyclicLR": cyclic, "SWALR": lambda: {"swa_lr": one_or_two(0.01, 0.1), "anneal_epochs": integer(0, 12), "anneal_strategy": choice(["cos", "linear"])}}


def drawn(table):
    name = choice(sorted(table))
    return [name, table[name]()]


def sequence(first=single, rest=late):
    n = integer(2, 4)
    parts = [drawn(first)] + [drawn(rest) for _ in range(n - 1)]
    return {"schedulers": parts, "milestones": sorted(draw.sample(range(1, 35), n - 1))}


def chain(n):
    return {"schedulers": [drawn(single) for _ in range(n)]}


def short(x):
    return float(f"{x:.14g}")


def trace(name, options, actions=40, optimizer_name="SGD", momentum=False):
    lrs = [pick(0.01, 0.5), pick(0.01, 0.5)]
    optimizer = build_optimizer(lrs, optimizer_name)
    scheduler = build(name, optimizer, options)
    seen = [observe(optimizer, momentum)]
    for action in [["step"]] * actions if isinstance(actions, int) else actions:
        act(optimizer, scheduler, action)
        seen.append(observe(optimizer, momentum))
    seen = [[short(x) for x in row] for row in seen]
    return {"name": name, "optimizer": optimizer_name, "options": options, "lrs": lrs, "momentum": momentum, "actions": actions, "seen": seen}


def edits():
    steps = [["step"] for _ in range(30)]
    for _ in range(3):
        steps.insert(integer(0, 30), ["edit", integer(0, 1), pick(0.01, 0.5)])
    return steps


def plateau():
    return {
        "mode": choice(["min", "max"]), "factor": pick(0.2, 0.9), "patience": integer(0, 3), "threshold": pick(0.001, 0.2),
        "threshold_mode": choice(["rel", "abs"]), "cooldown": integer(0, 3), "min_lr": one_or_two(0.0001, 0.05), "eps": choice([1e-8, 0.01]),
    }


def traces():
    for optimizer in ["SGD", "Adam"]:
        for name, options in [("CyclicLR", cyclic), ("OneCycleLR", one_cycle)]:
            for _ in range(4):
                yield trace(name, options(), 40, optimizer, True)
    yield trace("CyclicLR", cyclic(), edits(), momentum=True)
    yield trace("CyclicLR", cyclic(), [["epoch", integer(0, 60)] for _ in range(12)], momentum=True)
    yield trace("OneCycleLR", one_cycle(), [["epoch", integer(0, 40)] for _ in range(12)], momentum=True)
    for _ in range(3):
        yield trace("CosineAnnealingWarmRestarts", single["CosineAnnealingWarmRestarts"]())
    for _ in range(3):
        fractions = [["epoch", pick(0, 60)] for _ in range(15)] + [["step"]] * 8 + [["epoch", i + j / 4] for i in range(3) for j in range(4)]
        yield trace("CosineAnnealingWarmRestarts", single["CosineAnnealingWarmRestarts"](), fractions)
    for _ in range(4):
        yield trace("SWALR", late["SWALR"](), edits())
    for _ in range(8):
        yield trace("ReduceLROnPlateau", plateau(), [choice([["metric", pick(0, 1)], ["metric", pick(0.4, 0.5), integer(0, 50)]]) for _ in range(30)])
    for i in range(14):
        yield trace("SequentialLR", sequence(), 40 if i % 2 else edits())
    for i in range(8):
        yield trace("ChainedScheduler", chain(integer(1, 3)), 40 if i % 2 else edits())
    yield trace("SequentialLR", {"schedulers": [drawn(single), drawn(single)], "milestones": [0]}, 10)
    yield trace("SequentialLR", {"schedulers": [drawn(single) for _ in range(3)], "milestones": [12, 5]}, 20)
    for _ in range(3):
        yield trace("SequentialLR", {"schedulers": [["ChainedScheduler", chain(2)], drawn(single)], "milestones": [integer(5, 15)]}, 20)
    for _ in range(2):
        yield trace("SequentialLR", {"schedulers": [["SequentialLR", sequence()], drawn(single)], "milestones": [25]}, 30)
        yield trace("ChainedScheduler", {"schedulers": [["SequentialLR", sequence(single, single)], drawn(single)]}, 30)


def resumed_runs():
    """A scheduler built with last_epoch on an optimizer that took over the groups of another."""
    for name, options in [("CyclicLR", cyclic), ("OneCycleLR", one_cycle), ("CosineAnnealingWarmRestarts", single["CosineAnnealingWarmRestarts"]), ("SWALR", late["SWALR"])]:
        for before in [0, 5, 16]:
            given, lrs = options(), [pick(0.01, 0.5), pick(0.01, 0.5)]
            first = build_optimizer(lrs)
            scheduler = build(name, first, given)
            for _ in range(before):
                act(first, scheduler, ["step"])
            optimizer = build_optimizer(lrs)
            optimizer.load_state_dict(first.state_dict())
            scheduler = build(name, optimizer, {**given, "last_epoch": before})
            seen = [observe(optimizer, True)]
            for _ in range(10):
                act(optimizer, scheduler, ["step"])
                seen.append(observe(optimizer, True))
            yield {"name": name, "options": given, "lrs": lrs, "before": before, "seen": [[short(x) for x in row] for row in seen]}


def tensor_rates():
    """Rates of the groups, and bounds where a scheduler has any, that are float32 tensors."""
    for name, options in [
        ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3}),
        ("CyclicLR", {"base_lr": "0.01", "max_lr": "0.1", "base_momentum": "0.8", "max_momentum": "0.9", "step_size_up": 3, "mode": "triangular2"}),
        ("OneCycleLR", {"max_lr": "0.1", "total_steps": 20, "base_momentum": "0.85", "max_momentum": "0.95"}),
        ("OneCycleLR", {"max_lr": "0.1", "total_steps": 20, "anneal_strategy": "linear", "three_phase": True}),
        ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01}),
        ("SWALR", {"swa_lr": "0.05", "anneal_epochs": 5}),
        ("SequentialLR", {"schedulers": [["LinearLR", {"start_factor": 0.1, "total_iters": 4}], ["LinearLR", {"start_factor": 0.8, "end_factor": 0.1, "total_iters": 4}]], "milestones": [4]}),
        ("ChainedScheduler", {"schedulers": [["ExponentialLR", {"gamma": 0.9}], ["CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}]]}),
    ]:
        optimizer = build_optimizer([torch.tensor(0.3), torch.tensor([0.1])])
        scheduler = build(name, optimizer, {k: torch.tensor(float(v)) if isinstance(v, str) and v[0] == "0" else v for k, v in options.items()})
        look = lambda: [float(x) for x in observe(optimizer, True)]
        seen = [look()]
        for _ in range(16):
            act(optimizer, scheduler, ["step"])
            seen.append(look())
        yield {"name": name, "options": options, "seen": seen}


def state_dicts():
    """Keys in order, and values, after three steps."""
    for name, options in [
        ("CosineAnnealingWarmRestarts", {"T_0": 2}),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5}),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "cycle_momentum": False, "scale_fn": "inverse"}),
        ("SWALR", {"swa_lr": 0.05}),
        ("ReduceLROnPlateau", {"min_lr": [0.1, 0.2]}),
        ("SequentialLR", {"schedulers": [["StepLR", {"step_size": 2}], ["ConstantLR", {}]], "milestones": [2]}),
        ("ChainedScheduler", {"schedulers": [["StepLR", {"step_size": 2}], ["ConstantLR", {}]]}),
        ("SequentialLR", {"schedulers": [["ChainedScheduler", {"schedulers": [["StepLR", {"step_size": 2}]]}], ["ConstantLR", {}]], "milestones": [2]}),
    ]:
        optimizer = build_optimizer([0.5, 0.25])
        scheduler = build(name, optimizer, options)
        for _ in range(3):
            act(optimizer, scheduler, ["metric", 0.5] if name == "ReduceLROnPlateau" else ["step"])
        state = {k: "inf" if v == float("inf") else v for k, v in scheduler.state_dict().items()}
        yield {"name": name, "options": options, "state": list(state.items())}


def text_of(f):
    try:
        f()
    except Exception as e:
        return [type(e).__name__, e.args[0] if e.args else ""]
    raise AssertionError("no error")


def errors():
    def new(name, **options):
        return lambda: build(name, build_optimizer([0.5, 0.25]), options)

    momentumless = optim.Rprop([torch.zeros(1)])
    mine, other = build_optimizer([0.5, 0.25]), build_optimizer([0.5, 0.25])
    step = lambda optimizer: lr_scheduler.StepLR(optimizer, 2)
    return {
        "cyclic mode": new("CyclicLR", base_lr=0.1, max_lr=1.0, mode="CATS"),
        "cyclic base_lr": new("CyclicLR", base_lr=[0.1], max_lr=1.0),
        "cyclic max_lr": new("CyclicLR", base_lr=0.1, max_lr=[1.0]),
        "cyclic base_momentum": new("CyclicLR", base_lr=0.1, max_lr=1.0, base_momentum=[0.5]),
        "cyclic without momentum": lambda: lr_scheduler.CyclicLR(momentumless, 0.1, 1.0),
        "one cycle without momentum": lambda: lr_scheduler.OneCycleLR(momentumless, 0.1, 10),
        "T_0 of 0": new("CosineAnnealingWarmRestarts", T_0=0),
        "T_mult of 0": new("CosineAnnealingWarmRestarts", T_0=1, T_mult=0),
        "a negative epoch": lambda: new("CosineAnnealingWarmRestarts", T_0=1)().step(-1),
        "swa strategy": new("SWALR", swa_lr=0.1, anneal_strategy="exponential"),
        "swa epochs": new("SWALR", swa_lr=0.1, anneal_epochs=-1),
        "swa rates": new("SWALR", swa_lr=[0.1]),
        "an empty sequence": lambda: lr_scheduler.SequentialLR(mine, [], []),
        "an empty chain": lambda: lr_scheduler.ChainedScheduler([]),
        "too many milestones": lambda: lr_scheduler.SequentialLR(mine, [step(mine)], [3]),
        "a sequence of something else": lambda: lr_scheduler.SequentialLR(mine, [3], []),
        "a sequence on two optimizers": lambda: lr_scheduler.SequentialLR(mine, [step(mine), step(other)], [3]),
        "a chain on two optimizers": lambda: lr_scheduler.ChainedScheduler([step(mine), step(other)]),
        "a factor for a function": lambda: lr_scheduler.MultiplicativeLR(mine, 0.95),
        "ema decay": lambda: swa_utils.get_ema_multi_avg_fn(1.5),
        "both averages": lambda: swa_utils.AveragedModel(torch.nn.Linear(1, 1), avg_fn=lambda a, b, n: a, multi_avg_fn=lambda a, b, n: None),
    }


def averages():
    """An averaged model's weights and count after each of five updates."""
    for kind, options in {
        "swa": {}, "swa multi": {"multi_avg_fn": swa_utils.get_swa_multi_avg_fn()}, "ema": {"avg_fn": swa_utils.get_ema_avg_fn(0.9)},
        "ema multi": {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)}, "ema buffers": {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9), "use_buffers": True},
        "swa buffers": {"use_buffers": True},
    }.items():
        model = torch.nn.Sequential(torch.nn.Linear(2, 1))
        model.register_buffer("seen", torch.tensor([0.0, 0.0]))
        model.register_buffer("count", torch.tensor(0))
        averaged = swa_utils.AveragedModel(model, **options)
        states = []
        for i in range(5):
            with torch.no_grad():
                model[0].weight.copy_(torch.tensor([[i * i / 7, 1 / (i + 1)]]))
                model[0].bias.fill_(0.3 * i)
                model.seen.copy_(torch.tensor([i / 3, -i]))
                model.count.fill_(3 * i)
            averaged.update_parameters(model)
            states.append([[k, v.tolist()] for k, v in averaged.state_dict().items()])
        yield {"kind": kind, "states": states}


warnings.simplefilter("ignore")
if tuple(int(n) for n in torch.__version__.split(".")[:2]) >= (2, 13):
    recorded = {
        "traces": list(traces()), "resumed": list(resumed_runs()), "tensor rates": list(tensor_rates()),
        "state dicts": list(state_dicts()), "errors": {name: text_of(f) for name, f in errors().items()}, "averages": list(averages()),
    }
    lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in recorded.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
