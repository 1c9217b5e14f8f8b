"""Records PyTorch's tensor printing and Python's number texts into test/fixtures/printing.json.

A case is {dtype, shape, values, expected} and, where they differ from the defaults, {options, requires_grad, ops,
grad_fn, parameter, head, default_dtype}. `values` is a list in row-major order, in which nan, inf, -inf and -0.0 are
strings, or the rule {start, step, modulus, scale}: element i is ((start + i * step) mod modulus) * scale.
"""

import json
import math
import os
import random
import struct
import sys

import torch

if int(torch.__version__.split(".")[0]) < 2:
    # 1.13 measures the width of sci_mode=True in fixed point, and fails at edgeitems=0
    print("printing.json stays as it is: PyTorch 1 prints otherwise")
    sys.exit()

FLOATS = ["float32", "float64"]
INTS = ["int64", "int32", "uint8"]
DTYPES = FLOATS + INTS + ["bool"]
rng = random.Random(0)


def encode(value):
    if isinstance(value, float) and (not math.isfinite(value) or (value == 0 and math.copysign(1, value) < 0)):
        return repr(value)
    return value


def generate(rule, n):
    start, step, modulus, scale = rule["start"], rule["step"], rule["modulus"], rule["scale"]
    return [((start + i * step) % modulus) * scale for i in range(n)]


class Measurement(torch.Tensor):
    pass


# each keeps every value as it is, -0.0 included
OPS = {
    "mul": lambda x: x * 1,
    "sub": lambda x: x - 0,
    "neg": lambda x: -(-x),
    "clone": lambda x: x.clone(),
    "view": lambda x: x.view(x.shape),
    "double": lambda x: x.double(),
    "transpose": lambda x: x.transpose(0, 0),
}

cases = []


def record(dtype, shape, values, options=None, requires_grad=False, op=None, parameter=False, head=None, default=None):
    n = math.prod(shape)
    flat = generate(values, n) if isinstance(values, dict) else values
    torch.set_printoptions(profile="default")
    x = torch.tensor(flat, dtype=getattr(torch, dtype)).reshape(shape)
    if not isinstance(values, dict):
        # what the tensor holds, after rounding to its dtype
        values = [encode(v) for v in x.reshape(-1).tolist()]
    if requires_grad or op:
        x.requires_grad_()
    if op:
        x = OPS[op](x)
    if parameter:
        x = torch.nn.Parameter(x, requires_grad=requires_grad)
    if head:
        x = x.as_subclass(Measurement)
    if default:
        torch.set_default_dtype(getattr(torch, default))
    torch.set_printoptions(**(options or {}))
    case = {"dtype": str(x.dtype).split(".")[1], "shape": list(shape), "values": values}
    if options:
        case["options"] = {k: repr(v) if v == math.inf else v for k, v in options.items()}
    if x.requires_grad:
        case["requires_grad"] = True
    if x.grad_fn is not None:
        case["grad_fn"] = type(x.grad_fn).__name__
    if parameter:
        case["parameter"] = True
    if head:
        case["head"] = head
    if default:
        case["default_dtype"] = default
    case["expected"] = repr(x)
    cases.append(case)
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")


def rule(start, step, modulus, scale):
    return {"start": start, "step": step, "modulus": modulus, "scale": scale}


def draw(dtype, n, kind="normal"):
    if dtype == "bool":
        return [rng.random() < 0.5 for _ in range(n)]
    if dtype == "uint8":
        return [rng.randrange(256) for _ in range(n)]
    if dtype in INTS:
        return [rng.randrange(-1000, 1000) for _ in range(n)]
    return {
        "normal": lambda: [rng.gauss(0, 1) for _ in range(n)],
        "whole": lambda: [float(rng.randrange(-20, 20)) for _ in range(n)],
        "wide": lambda: [rng.gauss(0, 1) * 10.0 ** rng.randrange(-6, 7) for _ in range(n)],
        "special": lambda: [
            rng.choice([math.nan, math.inf, -math.inf, -0.0, 0.0, 1.0, -2.5, 1000.0, 0.125]) for _ in range(n)
        ],
    }[kind]()


# every dtype in every small shape
for dtype in DTYPES:
    for shape in [(), (1,), (5,), (2, 3), (3, 1), (2, 2, 3), (1, 2, 2, 2), (30,), (2, 25)]:
        record(dtype, shape, draw(dtype, math.prod(shape)))
    for shape in [(0,), (0, 3), (2, 0), (1, 0, 2)]:
        record(dtype, shape, [])
for dtype in FLOATS:
    for kind in ["whole", "wide", "special"]:
        for shape in [(), (4,), (2, 4), (2, 1, 3)]:
            record(dtype, shape, draw(dtype, math.prod(shape), kind))

# values at which the notation changes
INTERESTING = [
    [0.0], [-0.0], [-0.0, 0.0], [math.nan], [math.inf], [-math.inf], [math.nan, math.inf, -math.inf],
    [1.0, math.nan], [1.5, math.nan, -math.inf], [1.0, 1000.0], [1.0, 1001.0], [0.5, 500.0], [0.5, 500.5],
    [1e8], [1e8 + 8], [1e-4], [0.99e-4], [1e-4, 0.0], [0.0001, 0.1], [0.0001, 0.2], [1e-30], [1e30], [1e21], [1e22, 1.0],
    [0.03125, 0.09375, -0.03125], [0.00005], [-0.00005, 0.01], [2.5, 3.5], [99999.5], [0.99999], [1e-45], [3.4e38],
    [-0.0, 0.5], [-1.0, -0.0, 1.0], [1e-3, 1.0], [0.9999e-3, 1.0], [123456789.0], [1e8, -1e8, 0.0], [1e5, -0.0, 1e-5],
]
for values in INTERESTING:
    for dtype in FLOATS:
        record(dtype, (len(values),), values)
for values in [[1.7e308, 5e-324], [1e300], [1e21], [1e100, -1.0], [0.1 + 0.2], [2.0**53 + 2]]:
    record("float64", (len(values),), values)
    record("float64", (len(values),), values, {"sci_mode": False})
for values in [[2**53 - 1], [-(2**53) + 1, 0], [0], [7], [-1, 10, 100]]:
    record("int64", (len(values),), values)
for value in [0.1, 1 / 3, 109 / 114, 1e-5, 12345.678, -0.0, math.nan, math.inf, 1e10, 3.0]:
    for dtype in FLOATS:
        record(dtype, (), [value])

# options
OPTIONS = [
    {"precision": 0}, {"precision": 1}, {"precision": 2}, {"precision": 8}, {"precision": 20}, {"sci_mode": True},
    {"sci_mode": False}, {"sci_mode": True, "precision": 2}, {"linewidth": 20}, {"linewidth": 40, "precision": 6},
    {"linewidth": 200}, {"linewidth": 1}, {"threshold": 5}, {"threshold": 5, "edgeitems": 1}, {"threshold": 0},
    {"edgeitems": 0, "threshold": 5}, {"profile": "short"}, {"profile": "full"},
    {"profile": "short", "edgeitems": 1, "threshold": 3}, {"threshold": math.inf},
    {"threshold": 3, "edgeitems": 2, "linewidth": 30, "sci_mode": True},
]
for options in OPTIONS:
    record("float32", (), [2.5], options)
    record("float32", (12,), draw("float32", 12), options)
    record("float64", (2, 8), draw("float64", 16, "wide"), options)
    record("float32", (3, 7), draw("float32", 21, "whole"), options)
    record("int64", (7, 2, 2), draw("int64", 28), options)
    record("bool", (9,), draw("bool", 9), options)
    record("uint8", (0, 2), [], options)
    record("float32", (4,), [math.nan, -0.0, math.inf, 0.0], options)

# summaries
LARGE = [(1001,), (1000,), (50, 50), (2000, 2), (2, 2000), (12, 10, 11), (3, 4, 100), (2, 8, 9, 8), (1, 1, 1, 1500), (6, 200), (1100, 1)]
for shape in LARGE:
    record("float32", shape, rule(-500, 7, 1999, 0.125))
    if shape not in [(1000,), (2, 8, 9, 8)]:
        record("int64", shape, rule(0, 1, 10**9, 1))
record("float64", (2000, 2), rule(-70, 1, 10**9, 1.0))
record("float32", (1200,), rule(3, 1299709, 999983, 2.0**-30))
record("int32", (40, 40), rule(5, 77, 1009, -3))
record("uint8", (2000,), rule(5, 77, 256, 1))
record("bool", (35, 35), rule(0, 3, 2, 1))
record("float32", (40, 40), rule(0, 1, 1600, 0.5), {"edgeitems": 1})
record("float32", (40, 40), rule(0, 1, 1600, 0.5), {"profile": "short"})
record("float32", (40, 40), rule(0, 1, 1600, 0.5), {"edgeitems": 6, "linewidth": 50, "precision": 0})
record("uint8", (1024,), rule(0, 37, 251, 1), {"profile": "full"})

# suffixes
for op in OPS:
    record("float32", (2, 3), draw("float32", 6), op=op)
    record("float32", (8,), draw("float32", 8), op=op)
for n in range(1, 9):
    record("float64", (n,), draw("float64", n), requires_grad=True)
    record("float64", (n,), draw("float64", n), op="mul")
for linewidth in range(20, 64):
    record("float64", (2,), [0.5, -1.25], {"linewidth": linewidth}, requires_grad=True)
for shape in [(), (1,), (3,), (2, 3), (0,), (0, 4), (30, 64)]:
    values = rule(-500, 7, 1999, 0.001) if math.prod(shape) > 100 else draw("float32", math.prod(shape))
    record("float32", shape, values, requires_grad=True)
    record("float32", shape, values, requires_grad=True, parameter=True)
    record("float32", shape, values, parameter=True)
    record("float64", shape, values, requires_grad=True, head="Measurement")
for dtype in DTYPES:
    record(dtype, (3,), draw(dtype, 3), default="float64")
    record(dtype, (0, 3), [], default="float64")
    record(dtype, (3,), draw(dtype, 3), requires_grad=dtype in FLOATS, options={"linewidth": 24})

# Python's texts of numbers
numbers = [
    0.0, 1.0, 0.1, 0.001, 0.0001, 1e-5, 1.5e-7, 1e-300, 5e-324, 1e15, 1e16, 123456789012345680.0, 1e17, 1e21, 1e22, 1e23,
    9.999999999999999e22, 1.7976931348623157e308, 2.5, 3.5, 0.5, 1.5, 0.125, 0.375, 0.03125, 0.09375, 1.25, 1.35, 0.15,
    99999.5, 9.99995, 9.5, 0.95, 999.5, 25.0, 35.0, 12500.0, 13500.0, 1e25, 0.1 + 0.2, 2 / 3, 109 / 114, math.inf, math.nan,
]
numbers += [rng.randrange(1, 4096) / 2 ** rng.randrange(1, 16) for _ in range(60)]
numbers += [x for x in (struct.unpack("d", rng.randbytes(8))[0] for _ in range(60)) if math.isfinite(x)]
floats = []
for x in numbers + [-x for x in numbers]:
    precision = rng.choice([0, 1, 2, 3, 4, 4, 8, 25]) if abs(x) > 1e-50 else 4
    floats.append([repr(x), precision, f"{x:.{precision}f}" if abs(x) < 1e40 else None, f"{x:.{precision}e}"])

strings = ["", "mean", "it's", 'say "so"', "both ' and \"", "a\nb\tc\r", "back\\slash", "\x00\x1f\x7f\x85", "naïve ☃"]
reprs = [
    [0, "0"], [3, "3"], [-12, "-12"], [0.5, "0.5"], [1e-5, "1e-05"], [None, "None"], [True, "True"], [False, "False"],
    *[[s, repr(s)] for s in strings],
    *[[v, repr(v), repr(tuple(v))] for v in ([], [1], [1, 2], [0.9, 0.999], ["a", None, True])],
]

path = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "printing.json")
with open(path, "w") as f:
    f.write('{"torch": %s,\n' % json.dumps(torch.__version__))
    parts = []
    for name, rows in [("cases", cases), ("floats", floats), ("reprs", reprs)]:
        parts.append('"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(row, allow_nan=False) for row in rows)))
    f.write(",\n".join(parts) + "}\n")
print(len(cases), "cases,", len(floats), "floats,", os.path.getsize(path), "bytes")
