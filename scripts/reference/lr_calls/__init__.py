"""Building optimizers and schedulers from plain descriptions, stepping and observing them.

A scheduler is described by its name and options; functions are named; parts of a composition are [name, options].
"""
import random

import torch
from torch import optim
from torch.optim import lr_scheduler, swa_utils

functions = {
    "inverse": lambda epoch: 1 / (1 + epoch),
    "steps": lambda epoch: epoch // 30 + 0.5,
    "alternating": lambda epoch: 0.5 if epoch % 2 == 0 else 1.9,
}


class Draw(random.Random):
    def pick(self, low, high):
        """A number of few digits, so that the file stays small."""
        return float(f"{self.uniform(low, high):.3g}")


def build_optimizer(lrs, name="SGD"):
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in lrs]
    return getattr(optim, name)(groups, lr=0.5, **({"momentum": 0.9} if name == "SGD" else {}))


def build(name, optimizer, options):
    options = dict(options)
    for key in {"lr_lambda", "scale_fn"} & set(options):
        f = options[key]
        options[key] = [functions[n] for n in f] if isinstance(f, list) else functions[f]
    if "schedulers" in options:
        options["schedulers"] = [build(n, optimizer, o) for n, o in options["schedulers"]]
    package = swa_utils if name == "SWALR" else lr_scheduler
    if name == "ChainedScheduler":
        return lr_scheduler.ChainedScheduler(options["schedulers"])
    return getattr(package, name)(optimizer, **options)


def observe(optimizer, momentum):
    rates = [float(g["lr"]) for g in optimizer.param_groups]
    if not momentum:
        return rates
    return rates + [g["betas"][0] if "betas" in g else g["momentum"] for g in optimizer.param_groups]


def act(optimizer, scheduler, action):
    kind, *args = action
    if kind == "edit":
        optimizer.param_groups[args[0]]["lr"] = args[1]
    else:
        optimizer.step()
        scheduler.step(*args)
