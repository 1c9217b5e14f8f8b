"""The workloads of run.ts in PyTorch on one thread: seconds a unit, as JSON."""

import json
import time

import torch
from torch import nn

torch.set_num_threads(1)


def article_step():
    torch.manual_seed(0)
    X, y = torch.randn(32, 30), torch.rand(32, 1).round()
    model = nn.Sequential(
        nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid()
    )
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def run():
        loss = criterion(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return run


def small_add():
    a, b = torch.randn(4, requires_grad=True), torch.randn(4, requires_grad=True)
    return lambda: a + b


def chain():
    a, b = torch.randn(4, requires_grad=True), torch.randn(4, requires_grad=True)

    def run():
        c = a
        for _ in range(100):
            c = c * b
        c.backward(b)
        a.grad = None
        b.grad = None

    return run


def measure(run):
    n = 1
    while True:
        start = time.perf_counter()
        for _ in range(n):
            run()
        seconds = time.perf_counter() - start
        if seconds > 0.3:
            return seconds / n
        n = int(n * max(2, 0.4 / max(seconds, 1e-4))) + 1


runs = [article_step(), small_add(), chain()]
for run in runs:
    measure(run)
print(json.dumps({"torch": torch.__version__, "seconds": [measure(run) for run in runs]}))
