"""Runs PyTorch's own operator database and writes, for every entry, its samples and what PyTorch answers.

    python scripts/reference/op_db.py FOLDER [--only NAME]

One JSON file an entry, for scripts/op-db.ts to replay; they are large and not committed. A file is {name, variant,
aliases, samples}. A sample has `tensors`, a table to which {tensor: i} refers, the call (`input`, `args`, `kwargs`), the `output`,
and where there is something to differentiate `grads`: `of`, pairs of an output's place (among the output's tensors, in
order) and the random gradient given to it, and `to`, pairs of a tensor of the table and the gradient that arrives there,
null for none. `exact` has the output and the gradients in float64 where PyTorch's float32 is rounded off. Instead of all
that a sample may be {skipped: reason}. Tensors are as `replay` encodes them.
"""

import argparse
import json
import os
import random
import tempfile
import warnings

import numpy
import torch

from replay import LARGEST, SEED, Skipped, as_leaves, encode, encode_argument, encode_tensor, in_double, rounded_off, tensors_in
from torch.testing._internal.common_methods_invocations import op_db


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
