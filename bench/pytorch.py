"""PyTorch as a contender: the workloads of bench/workloads in PyTorch, in the protocol of bench/worker.ts."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

threads = "1" if sys.argv[1] == "--list" else sys.argv[2]
# torch.set_num_threads alone does not reach every build's BLAS; these are read when it is loaded
for library in ["OMP", "MKL", "OPENBLAS"]:
    os.environ[f"{library}_NUM_THREADS"] = threads

import torch
from torch import nn
from torch.nn import functional as F

here = Path(__file__).parent


def step(model, criterion, X, y):
    """One step of training on one batch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def run():
        loss = criterion(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return run


def perceptron(sizes):
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return layers[:-1]


def binary(sizes, batch):
    model = nn.Sequential(*perceptron(sizes), nn.Sigmoid())
    return step(model, nn.BCELoss(), torch.randn(batch, sizes[0]), torch.rand(batch, 1).round())


def classifier(sizes, batch):
    labels = torch.randint(sizes[-1], (batch,))
    return step(nn.Sequential(*perceptron(sizes)), F.cross_entropy, torch.randn(batch, sizes[0]), labels)


def mlp():
    return classifier([784, 512, 512, 10], 128)


def cnn():
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    )
    return step(model, F.cross_entropy, torch.randn(32, 1, 28, 28), torch.randint(10, (32,)))


def memory():
    def measure():
        run = mlp()
        for _ in range(200):
            run()
        try:
            status = Path("/proc/self/status").read_text()
            return int(status.split("VmHWM:")[1].split()[0]) * 1024
        except (OSError, IndexError):
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    return Measured(measure)


def matmul(n):
    a, b = torch.randn(n, n), torch.randn(n, n)
    return lambda: a @ b


def million(op):
    a, b, row = torch.randn(1000, 1000), torch.randn(1000, 1000), torch.randn(1000)
    return (lambda: op(a, b, row)), (lambda: a.clone())


def small_add():
    a, b = torch.randn(4, requires_grad=True), torch.randn(4, requires_grad=True)
    return lambda: a + b


def chain(length):
    a, b = torch.randn(4, requires_grad=True), torch.ones(4, requires_grad=True)

    def run():
        c = a
        for _ in range(length):
            c = c * b
        c.backward(b)
        a.grad = None
        b.grad = None

    return run


class Measured:
    """A workload that measures itself."""

    def __init__(self, measure):
        self.measure = measure


def process_seconds(*arguments):
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def process(*arguments):
    return Measured(lambda: process_seconds(*arguments))


workloads = {
    "article-step": lambda: binary([30, 64, 32, 1], 32),
    "article-process": lambda: process(here / "article.py"),
    "article-bare": lambda: process(here / "article.py", "--bare"),
    "mlp": mlp,
    "cnn": cnn,
    "memory": memory,
    **{f"matmul-{n}": (lambda n: lambda: matmul(n))(n) for n in (64, 128, 256, 512, 1024)},
    "add": lambda: million(lambda a, b, row: a + b),
    "relu": lambda: million(lambda a, b, row: torch.relu(a)),
    "exp": lambda: million(lambda a, b, row: a.exp()),
    "broadcast": lambda: million(lambda a, b, row: torch.relu(a * row + a)),
    "sum": lambda: million(lambda a, b, row: a.sum()),
    "sum-rows": lambda: million(lambda a, b, row: a.sum(0)),
    "sum-columns": lambda: million(lambda a, b, row: a.sum(1)),
    "small-add": small_add,
    "chain": lambda: chain(100),
    "import": lambda: Measured(lambda: process_seconds("-c", "import torch") - process_seconds("-c", "")),
}
curves = {
    "by-batch": lambda batch: binary([30, 64, 32, 1], batch),
    "by-width": lambda n: classifier([n, n, n, 10], 32),
    "by-depth": lambda layers: binary([30, *[64] * layers, 1], 32),
    "by-length": chain,
}


clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter


def timed(run, units):
    start = clock()
    for _ in range(units):
        run()
    return clock() - start


def calibrated(run, seconds):
    """Warms up, and finds how many units take about so many seconds."""
    units, spent = 1, 0
    while True:
        took = timed(run, units)
        spent += took
        if took > seconds / 2 and spent > seconds:
            units = max(1, round(units * seconds / took))
            return lambda: timed(run, units) / units
        if took < seconds / 2:
            units = int(units * min(10, max(1.5, seconds / max(took, 1e-6)))) + 1


def say(message):
    print(json.dumps(message), flush=True)


if sys.argv[1] == "--list":
    say({"version": torch.__version__, "threads": True, "names": [*workloads, *curves]})
else:
    name, seconds, points = sys.argv[1], float(sys.argv[3]), sys.argv[4:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    work = [curves[name](int(point)) for point in points] if points else workloads[name]()
    if isinstance(work, Measured):
        measures = [work.measure]
    else:
        runs = work if isinstance(work, (list, tuple)) else [work]
        measures = [calibrated(run, seconds / len(runs)) for run in runs]
    say({"ready": True})
    for _ in sys.stdin:
        say({"values": [measure() for measure in measures]})
