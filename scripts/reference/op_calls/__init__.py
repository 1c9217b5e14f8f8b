"""The calls that op_values.py records, a file a family, and the words in which they are written."""

import random

import torch

rng = random.Random(0)


class Call:
    """One recorded call: `op` is a name in torch, or `Tensor.name` or `F.name` where another place has it."""

    def __init__(self, op, args, kwargs, may_fail):
        self.op = op
        self.args = args
        self.kwargs = kwargs
        self.may_fail = may_fail


def call(op, *args, **kwargs):
    return Call(op, args, kwargs, False)


def attempt(op, *args, **kwargs):
    """A call of which the error is recorded if there is one."""
    return Call(op, args, kwargs, True)


def T(data, dtype=torch.float32):
    return torch.tensor(data, dtype=dtype)


def _draw(shape, dtype, value):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([value() for _ in range(count)], dtype=dtype).reshape(shape)


def f32(*shape, low=-2.0, high=2.0):
    return _draw(shape, torch.float32, lambda: round(rng.uniform(low, high), 2))


def f64(*shape, low=-2.0, high=2.0):
    return _draw(shape, torch.float64, lambda: round(rng.uniform(low, high), 2))


def i64(*shape, low=-4, high=4):
    return _draw(shape, torch.int64, lambda: rng.randint(low, high))


def mask(*shape):
    return _draw(shape, torch.bool, lambda: rng.random() < 0.5)


def fixed(tensor):
    """A floating point tensor that asks for no gradient."""
    tensor.fixed = True
    return tensor


def is_fixed(tensor):
    return getattr(tensor, "fixed", False)


inf = float("inf")
nan = float("nan")

# where functions of one number do something special
EDGES = [-inf, -2.5, -1.5, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.5, 20.5, inf, nan]
