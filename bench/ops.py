"""PyTorch's side of ops.ts: reads the operations, prints the milliseconds of each."""
import json
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
# the same as in ops.ts
names = dict(
    torch=torch,
    F=F,
    a=torch.randn(1000, 1000),
    b=torch.randn(1000, 1000),
    c=torch.randn(1000, 1000),
    p=torch.rand(1000, 1000),
    line=torch.randn(100000),
    row=torch.randn(1000),
    square=torch.randn(300, 300),
    index=torch.randint(0, 1000, [1000, 1000]),
    labels=torch.randint(0, 1000, [1000]),
    words=torch.randint(0, 1000, [32, 30]),
    half=torch.arange(500),
    mask=torch.randn(1000, 1000).gt(0),
    images=torch.randn(32, 64, 14, 14),
    depthwise=torch.randn(64, 1, 3, 3),
    grouped=torch.randn(64, 8, 3, 3),
)


def prepared(op):
    compute = eval(f"lambda x: {op['py']}", names)
    if "differentiate" not in op:
        return lambda: compute(None)
    x = names[op["differentiate"]].detach().requires_grad_()

    def run():
        y = compute(x)
        y.backward(torch.ones_like(y))
        x.grad = None

    return run


def median(run):
    for _ in range(5):
        run()
    times = []
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)[len(times) // 2]


measured = {}
for op in json.load(sys.stdin):
    try:
        measured[op["name"]] = median(prepared(op))
    except (AttributeError, TypeError):
        pass  # this PyTorch does not have it
print(json.dumps(measured))
