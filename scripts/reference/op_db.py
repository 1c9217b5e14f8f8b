"""Runs PyTorch's own operator database and writes, for every entry, its samples and what PyTorch answers.

    python scripts/reference/op_db.py FOLDER [--only NAME]

One JSON file an entry, for scripts/op-db.ts to replay; they are large and not committed. A file is {name, variant,
aliases, samples}. A sample has `tensors`, a table to which {tensor: i} refers, the call (`input`, `args`, `kwargs`), the `output`,
and where there is something to differentiate `grads`: `of`, pairs of an output's place (among the output's tensors, in
order) and the random gradient given to it, and `to`, pairs of a tensor of the table and the gradient that arrives there,
null for none. `exact` has the output and the gradients in float64 where PyTorch's float32 is rounded off. Instead of all
that a sample may be {skipped: reason}.

A tensor is {dtype, shape, strides, offset, data, requires_grad}; `data` are the bytes of its memory in base64.
"""

import argparse
import base64
import json
import math
import os
import random
import sys
import tempfile
import types
import unittest
import warnings

import numpy
import torch

if int(torch.__version__.split(".")[0]) < 2:
    print("nothing to do: the database of PyTorch 1 is another one")
    sys.exit()

# PyTorch's test utilities import a package that only their own tests use
sys.modules.setdefault("expecttest", types.SimpleNamespace(TestCase=unittest.TestCase))

from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

# the entries that draw random numbers seed with 42 themselves
SEED = 42
LARGEST = 200_000
DTYPES = {torch.bool, torch.uint8, torch.int32, torch.int64, torch.float32, torch.float64}


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


class Run:
    """A call of an op, its output, and the gradients of its inputs for random gradients of the output."""

    def __init__(self, op, sample, call, seed):
        given, args, kwargs = call
        torch.manual_seed(SEED)
        self.output = op(given, *args, **kwargs)
        self.made = tensors_in(self.output)
        self.inputs = list({id(t): t for t in tensors_in(call)}.values())
        wanted = {id(t) for t in tensors_in(sample.output_process_fn_grad(self.output))}
        places = [i for i, t in enumerate(self.made) if t.requires_grad]
        self.of_places = [i for i in places if id(self.made[i]) in wanted] or places
        self.to_places = [i for i, t in enumerate(self.inputs) if t.requires_grad]
        generator = torch.Generator().manual_seed(seed)
        made = [self.made[i] for i in self.of_places]
        self.of = [torch.randn(t.shape, generator=generator).to(t.dtype) for t in made]
        self.to, self.error = [], None
        if made and self.to_places:
            try:
                inputs = [self.inputs[i] for i in self.to_places]
                self.to = torch.autograd.grad(made, inputs, self.of, allow_unused=True)
            except (RuntimeError, NotImplementedError) as error:
                self.error = str(error).split("\n")[0]


def rounded_off(single, double):
    """Do PyTorch's own float32 and float64 answers differ by more than a little, and yet mean the same?"""
    pairs = [(a.double(), b.double()) for a, b in zip(tensors_in(single), tensors_in(double)) if a.dtype == torch.float32]

    def close(relative, absolute):
        return all(torch.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True) for a, b in pairs)

    return all(a.shape == b.shape for a, b in pairs) and not close(3e-7, 3e-6) and close(1e-2, 1e-2)


def exact(op, sample, call, seed, run):
    """The answers in float64, where those in float32 are rounded off."""
    try:
        double = Run(op, sample, call, seed)
        if len(double.to) != len(run.to) or any((a is None) != (b is None) for a, b in zip(run.to, double.to)):
            return None
        if not rounded_off([run.output, list(run.to)], [double.output, list(double.to)]):
            return None
        to = [None if g is None else encode_tensor(g) for g in double.to]
        return {"output": encode(double.output, None), "to": to}
    except Exception:  # not everything exists in float64
        return None


def record(op, sample, seed):
    leaves = {}
    call = as_leaves([sample.input, list(sample.args), dict(sample.kwargs)], leaves)
    inputs = [leaf for _, leaf in leaves.values()]
    places = {id(leaf): i for i, leaf in enumerate(inputs)}
    if sum(t.numel() for t in inputs) > LARGEST:
        raise Skipped("large")
    given, args, kwargs = call
    entry = {
        "tensors": [encode_argument(t) for t in inputs],
        "input": encode(given, lambda t: places[id(t)]),
        "args": [encode(v, lambda t: places[id(t)]) for v in args],
        "kwargs": {name: encode(v, lambda t: places[id(t)]) for name, v in kwargs.items()},
    }
    doubled = in_double(call)
    run = Run(op, sample, call, seed)
    entry["output"] = encode(run.output, None)
    if run.error:
        entry["no_grads"] = run.error
    elif run.to:
        entry["grads"] = {
            "of": [[i, encode_tensor(g)] for i, g in zip(run.of_places, run.of)],
            "to": [[i, None if g is None else encode_tensor(g)] for i, g in zip(run.to_places, run.to)],
        }
    more = exact(op, sample, doubled, seed, run)
    if more:
        entry["exact"] = more
    return entry


def records(op):
    torch.manual_seed(0)
    random.seed(0)
    numpy.random.seed(0)
    samples = []
    for i, sample in enumerate(op.sample_inputs("cpu", torch.float32, requires_grad=op.supports_autograd)):
        drawn = torch.get_rng_state()
        try:
            samples.append(record(op, sample, i))
        except Skipped as reason:
            samples.append({"skipped": str(reason)})
        except Exception as error:  # an entry may need a compiler, a GPU or a package
            samples.append({"skipped": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})
        torch.set_rng_state(drawn)
    return samples


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default=os.path.join(tempfile.gettempdir(), "op-db"))
    parser.add_argument("--only", help="the name of an entry")
    chosen = parser.parse_args()
    os.makedirs(chosen.folder, exist_ok=True)
    warnings.simplefilter("ignore")
    supported = [op for op in op_db if op.supports_dtype(torch.float32, "cpu")]
    dense = whole = 0
    reasons = {}
    for op in supported:
        full = f"{op.name}.{op.variant_test_name}" if op.variant_test_name else op.name
        if chosen.only and chosen.only not in (op.name, full):
            continue
        try:
            samples = records(op)
        except Exception as error:
            print(f"{full}: no samples: {type(error).__name__}: {str(error).splitlines()[0]}")
            samples = []
        skips = [s["skipped"] for s in samples if "skipped" in s]
        for reason in skips:
            reasons[reason] = reasons.get(reason, 0) + 1
        dense += len(samples) > len(skips)
        whole += len(samples) > 0 and not skips
        if samples and len(skips) == len(samples):
            print(f"{full}: all {len(samples)} samples skipped: {', '.join(sorted(set(skips)))}")
        aliases = [alias.name for alias in op.aliases]
        entry = {"name": op.name, "variant": op.variant_test_name, "aliases": aliases, "samples": samples}
        with open(os.path.join(chosen.folder, f"{full}.json"), "w") as file:
            json.dump(entry, file, separators=(",", ":"))
    print(f"{len(op_db)} entries, {len(supported)} support float32 on the CPU")
    print(f"{dense} have dense real samples that can be replayed, {whole} of them can be replayed whole")
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1]):
        print(f"  skipped samples: {count:5} {reason}")


if __name__ == "__main__":
    main()
