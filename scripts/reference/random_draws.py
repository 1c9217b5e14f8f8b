"""Records PyTorch's random draws into test/fixtures/random_draws.json.

A run is a seed and a list of calls, made one after the other on one generator. A call is {call, dtype, n, args, values,
state, kept}: `values` are the n elements drawn, `state` a hash of the generator's state afterwards without the normal it
may keep, and `kept` that normal or null. `resume` is a whole state in base64, and the values drawn after it.
"""

import base64
import hashlib
import json
import os
import random
import struct
import sys
import warnings

import torch

if int(torch.__version__.split(".")[0]) < 2:
    # 1.13 takes 64 bits for an integer from a range of 2^32 on, not of 2^28
    print("random_draws.json stays as it is: PyTorch 1 draws otherwise")
    sys.exit()

warnings.simplefilter("ignore")  # float32 draws past 2^24 warn

SEEDS = [0, 1, 42, 2**32 + 5, -1, 2**63 + 11]
SIZES = [1, 5, 15, 16, 17, 31, 33, 100]
NORMAL = slice(5024, 5032)  # where a state keeps its normal
WEIGHTS = [0.5, 3.0, 0.0, 1.25, 10.0, 0.1]  # two rows of three
PROBABILITIES = [0.5, 0.1, 0.9, 0.0, 1.0, 0.3, 0.7]


def text(value):
    """A seed or an integer past 2^53 as a string."""
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value


def short(dtype, value):
    """A float32 in nine digits, which identify it."""
    return float("%.9g" % value) if dtype == "float32" else value


def draw(g, call, dtype, n, args):
    t = getattr(torch, dtype)
    if call == "randperm":
        return torch.randperm(n, dtype=t, generator=g)
    if call == "multinomial":
        samples, replacement = args
        return torch.multinomial(torch.tensor(WEIGHTS, dtype=t).reshape(2, 3), samples, replacement, generator=g)
    if call == "bernoulli_each":
        p = torch.tensor(PROBABILITIES, dtype=t).repeat(n)[:n]
        return torch.empty(n).bernoulli_(p, generator=g)
    if call == "randint":
        call = "random"
    return getattr(torch.empty(n, dtype=t), call + "_")(*args, generator=g)


def record(g, call, dtype, n, args):
    values = draw(g, call, dtype, n, args).reshape(-1).tolist()
    state = bytearray(g.get_state().tolist())
    (kept,) = struct.unpack("<d", state[NORMAL])
    state[NORMAL] = bytes(8)
    return {
        "call": call,
        "dtype": dtype,
        "n": n,
        "args": args,
        "values": [short(dtype, v) for v in values],
        "state": hashlib.sha256(state).hexdigest()[:16],
        "kept": kept or None,
    }


def calls(sizes):
    for n in sizes:
        for dtype in ("float32", "float64"):
            yield "normal", dtype, n, [0, 1]
            yield "uniform", dtype, min(n, 33), [-0.18257418583505536, 0.18257418583505536]
        yield "normal", "float32", min(n, 33), [3, 0.1]
        yield "randperm", "int64", n, []
    for dtype in ("float32", "float64"):
        yield "uniform", dtype, 3, [2, 7.5]
        yield "normal", dtype, 3, [-1e3, 1e-3]
        yield "log_normal", dtype, 5, [1, 2]
        yield "exponential", dtype, 17, [2.5]
        yield "cauchy", dtype, 17, [1, 2.5]
        yield "multinomial", dtype, 6, [3, True]
        yield "multinomial", dtype, 2, [1, False]
        yield "multinomial", dtype, 4, [2, False]
        yield "bernoulli_each", dtype, 17, []
    for dtype in ("float32", "int64", "int32", "uint8"):
        yield "geometric", dtype, 7, [0.3]
        yield "bernoulli", dtype, 9, [0.25]
    yield "bernoulli", "bool", 9, [0.75]
    yield "randperm", "int32", 2, []
    for dtype in ("float32", "float64", "int64", "int32", "uint8", "bool"):
        yield "random", dtype, 5, []
    for high in (10, 2**28 - 1, 2**28, 2**32 - 1, 2**32, 2**40):
        yield "randint", "int64", 5, [0, high]
    yield "randint", "int64", 5, [-7, 7]
    yield "randint", "int64", 3, [5, None]
    yield "randint", "int64", 3, [-(2**63), None]
    yield "randint", "int32", 3, [-(2**31), 2**31 - 1]
    yield "randint", "int32", 3, [-5, None]
    yield "randint", "uint8", 3, [3, None]
    yield "randint", "bool", 9, [0, 2]
    yield "randint", "float32", 3, [0, 2**24]
    yield "randint", "float32", 3, [0, 2**28]
    yield "randint", "float32", 3, [-(2**25) - 1, 2**25 - 1]
    yield "randint", "float32", 3, [2**25 + 1, 2**25 + 100]
    yield "randint", "float32", 3, [3, None]
    yield "randint", "float64", 3, [0, 2**53]


runs = []
for seed in SEEDS:
    order = list(calls(SIZES if seed in (0, 42) else [5, 17]))
    random.Random(seed).shuffle(order)
    g = torch.Generator().manual_seed(seed)
    runs.append({"seed": text(seed), "initial_seed": text(g.initial_seed()), "calls": [record(g, *c) for c in order]})

g = torch.Generator().manual_seed(7)
torch.empty(700).uniform_(generator=g)
torch.empty(3).normal_(generator=g)
state = base64.b64encode(bytes(g.get_state().tolist())).decode()
resume = {"state": state, "calls": [record(g, "normal", "float64", 3, [0, 1]), record(g, "random", "int32", 5, [])]}

path = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "random_draws.json")
fixture = {"torch": torch.__version__, "weights": WEIGHTS, "probabilities": PROBABILITIES, "resume": resume, "runs": runs}
with open(path, "w") as f:
    json.dump(fixture, f, separators=(",", ":"))
    f.write("\n")
print(sum(len(r["calls"]) for r in runs), "calls,", os.path.getsize(path), "bytes")
