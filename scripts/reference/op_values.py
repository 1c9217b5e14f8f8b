"""Records what PyTorch returns for the calls in op_calls/, with gradients, into test/fixtures/ops/*.json.

A call is {op, args, kwargs, result} or {op, args, kwargs, error}, and `grads` where something can be differentiated:
`of`, the random gradients given to the floating point outputs, and `to`, what arrives at the floating point inputs, both
in order; `to` is null for what PyTorch cannot differentiate. A tensor is {DTYPE: nested values}, with its `shape` where
it is empty, and `fixed` where it asks for no gradient; nan and the infinities are strings. A dtype is "torch.float32"; a number that JSON lacks is {number: "inf"}.
"""

import importlib
import json
import math
import os
import random
import sys

import torch

sys.path.insert(0, os.path.dirname(__file__))
from op_calls import is_fixed

FAMILIES = """pointwise reduce movement indexing linalg nn rearranging special linalg_solve masked attention
    losses activations layers
    forms
    convolution pooling resampling""".split()
OUT = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "ops")

if int(torch.__version__.split(".")[0]) < 2:
    print("test/fixtures/ops stays as it is: PyTorch 1 differs in some values and messages")
    sys.exit()


def python_index(index):
    """An index as Rushlight writes it: "1:3" for slices, "...", a list for a tuple."""

    def one(entry):
        if entry == "...":
            return Ellipsis
        if isinstance(entry, str):
            return slice(*[int(part) if part else None for part in entry.split(":")])
        return entry

    return tuple(one(entry) for entry in index) if isinstance(index, list) else one(index)


def index_put_(x, index, value, accumulate=False):
    if accumulate:
        return x.index_put_(tuple(index), value, accumulate=True)
    x[python_index(index)] = value
    return x


# what Python writes with brackets
BRACKETS = {
    "Tensor.index": lambda x, index: x[python_index(index)],
    "Tensor.index_put_": index_put_,
}


def function(op):
    if op in BRACKETS:
        return BRACKETS[op]
    if op.startswith("F."):
        return getattr(torch.nn.functional, op[2:])
    place = torch
    for name in op.split("."):
        place = getattr(place, name)
    return place


def tensors(value):
    """All tensors inside arguments or results, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in tensors(v)]
    return []


def copied(value):
    """Arguments of their own for a call, as it may change them."""
    if isinstance(value, torch.Tensor):
        copy = value.clone()
        copy.fixed = is_fixed(value)
        return copy
    if isinstance(value, (list, tuple)):
        return type(value)(copied(v) for v in value)
    return value


def shortest(x, dtype):
    """The number with as few digits as tell it from its neighbours; 13 digits of a float64."""
    for digits in range(1, 9):
        short = float(f"{x:.{digits}g}")
        if torch.tensor(short, dtype=dtype).item() == x:
            return short
    return float(f"{x:.{9 if dtype == torch.float32 else 13}g}")


def encode_number(x, dtype):
    if isinstance(x, bool):
        return int(x)
    if isinstance(x, float):
        if not math.isfinite(x):
            return repr(x)
        x = shortest(x, dtype)
        negative_zero = x == 0 and math.copysign(1, x) < 0
        return int(x) if x == int(x) and abs(x) < 1e6 and not negative_zero else x
    return x


def encode(value):
    if isinstance(value, torch.Tensor):
        if value._is_zerotensor():
            value = torch.zeros(value.shape, dtype=value.dtype)

        def nested(v):
            return [nested(w) for w in v] if isinstance(v, list) else encode_number(v, value.dtype)

        encoded = {str(value.dtype)[6:]: nested(value.tolist())}
        if value.numel() == 0:
            encoded["shape"] = list(value.shape)
        if is_fixed(value):
            encoded["fixed"] = True
        return encoded
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, torch.dtype):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": repr(value)}
    return value


def gradients(made, leaves, of):
    try:
        return [None if g is None else encode(g) for g in torch.autograd.grad(made, leaves, of, allow_unused=True)]
    except RuntimeError as error:
        if "is not implemented" not in str(error):
            raise
        return None


def record(call, rng):
    f = function(call.op)
    entry = {"op": call.op, "args": encode(call.args)}
    if call.kwargs:
        entry["kwargs"] = {name: encode(value) for name, value in call.kwargs.items()}
    args, kwargs = copied(call.args), {name: copied(value) for name, value in call.kwargs.items()}
    leaves = [t for t in tensors(args) + tensors(list(kwargs.values())) if t.is_floating_point() and not is_fixed(t)]
    for leaf in leaves:
        leaf.requires_grad_()
    if call.op.endswith("_"):
        # a leaf may not be changed in place
        args = (args[0].clone(), *args[1:])
    try:
        torch.manual_seed(0)
        result = f(*args, **kwargs)
    except (RuntimeError, IndexError, ValueError, NotImplementedError) as error:
        if not call.may_fail:
            raise AssertionError(f"{call.op} failed") from error
        entry["error"] = [type(error).__name__.lstrip("_"), str(error).split("\n")[0]]
        return entry
    entry["result"] = encode(result)
    made = [t for t in tensors(result) if t.is_floating_point() and t.requires_grad]
    if made:
        of = [torch.tensor([round(rng.uniform(-2, 2), 1) for _ in range(t.numel())], dtype=t.dtype).reshape(t.shape) for t in made]
        entry["grads"] = {"of": encode(of), "to": gradients(made, leaves, of)}
    return entry


def main():
    os.makedirs(OUT, exist_ok=True)
    for family in FAMILIES:
        rng = random.Random(1)
        calls = importlib.import_module(f"op_calls.{family}").CALLS
        lines = [json.dumps(record(call, rng), separators=(",", ":")) for call in calls]
        with open(os.path.join(OUT, f"{family}.json"), "w") as file:
            file.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
