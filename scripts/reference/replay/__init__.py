"""What the dumps of PyTorch's own test databases share: values as JSON for the TypeScript side to read.

A tensor is {dtype, shape, strides, offset, data, requires_grad}; `data` are the bytes of its memory in base64.
Importing this makes `torch.testing._internal` importable.
"""

import base64
import dataclasses
import math
import sys
import types
import unittest

import numpy
import torch

if int(torch.__version__.split(".")[0]) < 2:
    print("nothing to do: the databases of PyTorch 1 are others")
    sys.exit()

# PyTorch's test utilities import a package that only their own tests use
sys.modules.setdefault("expecttest", types.SimpleNamespace(TestCase=unittest.TestCase))

# the entries that draw random numbers seed with 42 themselves
SEED = 42
LARGEST = 200_000
DTYPES = {torch.bool, torch.uint8, torch.int32, torch.int64, torch.float32, torch.float64}


def new_module(cls, *args, **kwargs):
    """A module that remembers its arguments in `given`."""
    made = object.__new__(cls)
    object.__setattr__(made, "given", (args, kwargs))
    return made


torch.nn.Module.__new__ = new_module


class Skipped(Exception):
    """Why a sample cannot be replayed."""


def tensors_in(value):
    """All tensors inside arguments or results, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in tensors_in(v)]
    if isinstance(value, dict):
        return [t for v in value.values() for t in tensors_in(v)]
    return []


def encode_tensor(t, memory=None):
    """A tensor with the memory it lies in, or else with its own elements row by row."""
    if t.layout != torch.strided or t.is_nested:
        raise Skipped("sparse")
    if t.is_complex():
        raise Skipped("complex")
    if t.dtype not in DTYPES:
        raise Skipped(str(t.dtype)[6:])
    if t.device.type != "cpu":
        raise Skipped(f"device {t.device}")
    if t.numel() > LARGEST:
        raise Skipped("large")
    if memory is None:
        t = t.detach().resolve_neg().clone(memory_format=torch.contiguous_format)
        memory = t
    return {
        "dtype": str(t.dtype)[6:],
        "shape": list(t.shape),
        "strides": list(t.stride()),
        "offset": t.storage_offset(),
        "data": base64.b64encode(memory.numpy().tobytes()).decode(),
    }


def encode_argument(t):
    """A tensor with all of its storage: as_strided looks beyond a view's own part of it."""
    length = 0 if t.layout != torch.strided else t.untyped_storage().nbytes() // t.element_size()
    small = t.layout == torch.strided and not t.is_complex() and not t.is_neg() and length <= LARGEST
    memory = torch.as_strided(t.detach(), (length,), (1,), 0) if small else None
    return {**encode_tensor(t, memory), "requires_grad": t.requires_grad}


def encode(value, table):
    """A value as JSON; `table` gives the place of a tensor that is an argument, or is None for results."""
    if isinstance(value, torch.Tensor):
        return encode_tensor(value) if table is None else {"tensor": table(value)}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, numpy.integer)):
        if abs(int(value)) > 2**53:
            raise Skipped("integer beyond 2^53")
        return int(value)
    if isinstance(value, (float, numpy.floating)):
        return {"float": repr(float(value)) if math.isfinite(value) else str(float(value))}
    if isinstance(value, complex):
        raise Skipped("complex")
    if isinstance(value, tuple) and table is not None and not isinstance(value, torch.Size):
        return {"tuple": [encode(v, table) for v in value]}  # an index tells tuples from lists
    if isinstance(value, (list, tuple)):
        return [encode(v, table) for v in value]
    if isinstance(value, dict):
        return {"dict": {name: encode(v, table) for name, v in value.items()}}
    if isinstance(value, torch.dtype):
        return {"dtype_name": str(value)[6:]}
    if isinstance(value, slice):
        return {"slice": [encode(v, table) for v in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, torch.device):
        if value.type != "cpu":
            raise Skipped(f"device {value}")
        return "cpu"
    if isinstance(value, torch.layout):
        if value != torch.strided:
            raise Skipped("sparse")
        return str(value)
    if isinstance(value, torch.memory_format):
        return str(value)
    if hasattr(value, "given"):
        args, kwargs = value.given
        return {"made": type(value).__name__, "args": encode(args, table), "kwargs": encode(kwargs, table)["dict"]}
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {"made": type(value).__name__, "args": [], "kwargs": encode(fields, table)["dict"]}
    if callable(value):
        return {"function": getattr(value, "__name__", type(value).__name__)}
    raise Skipped(f"a {type(value).__name__}")


def as_leaves(value, leaves):
    """The arguments with every tensor taken out of the graph; `leaves` maps ids of old tensors to new ones."""
    if isinstance(value, torch.Tensor):
        if id(value) not in leaves:
            leaf = value.detach()
            if value.requires_grad:
                leaf.requires_grad_()
            leaves[id(value)] = (value, leaf)
        return leaves[id(value)][1]
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        parts = [as_leaves(v, leaves) for v in value]
        return type(value)(parts) if type(value) in (list, tuple) else parts
    if isinstance(value, dict):
        return {name: as_leaves(v, leaves) for name, v in value.items()}
    return value


def in_double(value):
    """Arguments with float64 for float32."""
    if isinstance(value, torch.Tensor) and value.dtype == torch.float32:
        return value.detach().double().requires_grad_(value.requires_grad)
    if value is torch.float32:
        return torch.float64
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        parts = [in_double(v) for v in value]
        return type(value)(parts) if type(value) in (list, tuple) else parts
    if isinstance(value, dict):
        return {name: in_double(v) for name, v in value.items()}
    return value


def rounded_off(single, double):
    """Do PyTorch's own float32 and float64 answers differ by more than a little, and yet mean the same?"""
    pairs = [(a.double(), b.double()) for a, b in zip(tensors_in(single), tensors_in(double)) if a.dtype == torch.float32]

    def close(relative, absolute):
        return all(torch.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True) for a, b in pairs)

    return all(a.shape == b.shape for a, b in pairs) and not close(3e-7, 3e-6) and close(1e-2, 1e-2)
