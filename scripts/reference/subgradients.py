"""Records the gradients that PyTorch chooses where there is no derivative, or only a one-sided one, into
test/fixtures/subgradients.json: at kinks, among equal elements, at the border of a domain.

Each call is written in Python and in JavaScript, of float64 leaves x and y; recorded are the value and the gradients of
sum(value * [1, 2, 3, ...]). Numbers that JSON lacks are written as strings.
"""

import json
import os
import sys

import torch
import torch.nn.functional as F

if int(torch.__version__.split(".")[0]) < 2:
    print("subgradients.json stays as it is: PyTorch 1 chooses otherwise in places")
    sys.exit()

inf, nan = float("inf"), float("nan")
signs = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, -3.0]
ties = [2.0, 5.0, 5.0, 1.0, 1.0, 5.0]
grid = [[2.0, 2.0, 1.0], [0.0, 3.0, 3.0]]
zeros = [0.0, 0.0, 0.0]
one_zero = [2.0, 0.0, 3.0]
two_zeros = [2.0, 0.0, 0.0, 3.0]

# Python, JavaScript where it differs, x, y
CALLS = [
    # kinks of activations
    *[
        (f"F.{name}(x)", None, signs, None)
        for name in [
            "relu", "relu6", "leaky_relu", "elu", "celu", "selu", "gelu", "silu", "mish", "softplus", "softsign",
            "hardtanh", "hardsigmoid", "hardswish", "softshrink", "hardshrink", "tanhshrink", "logsigmoid",
        ]
    ],
    ("F.threshold(x, 0.5, -1)", None, signs, None),
    ("F.prelu(x, y)", None, signs, [0.25]),
    # kinks of functions
    *[
        (f"x.{name}()", None, signs, None)
        for name in ["abs", "sign", "floor", "ceil", "round", "trunc", "frac", "square", "sinc", "sgn"]
    ],
    *[(f"x.{name}()", None, [0.0, 1.0, -0.0], None) for name in ["sqrt", "rsqrt", "log", "log1p", "reciprocal", "asin", "acos", "acosh", "atanh", "erfinv", "log2", "log10"]],
    ("x.clamp(-1, 1)", None, signs, None),
    ("x.clamp(min=0)", "x.clamp({ min: 0 })", signs, None),
    ("x.clamp(max=0.5)", "x.clamp({ max: 0.5 })", signs, None),
    ("x.clamp(1, -1)", None, signs, None),
    ("x.clamp(nan, nan)", "x.clamp(NaN, NaN)", [nan, 1.0], None),
    ("x.clamp(y, y + 1)", "x.clamp(y, y.add(1))", [1.0, 2.0, 3.0, 0.0], [1.0, 1.0, 2.0, 1.0]),
    ("x.clamp_min(y)", None, [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]),
    ("x.clamp_max(y)", None, [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]),
    ("x.nan_to_num()", None, [nan, inf, -inf, 1.0], None),
    ("x.nan_to_num(0, 1, 2)", None, [nan, inf, -inf, 1.0], None),
    ("x ** 0", "x.pow(0)", [0.0, 2.0, -1.0], None),
    ("x ** 0.5", "x.pow(0.5)", [0.0, 4.0, -1.0], None),
    ("x ** 1", "x.pow(1)", zeros, None),
    ("x ** 2", "x.pow(2)", zeros, None),
    ("x ** -1", "x.pow(-1)", [0.0, 2.0], None),
    ("x ** y", "x.pow(y)", [0.0, 0.0, 0.0, 2.0, -1.0, 0.0], [0.0, 1.0, 2.0, 0.0, 2.0, -1.0]),
    ("0 ** y", "torch.pow(0, y)", None, [0.0, 1.0, -1.0]),
    ("x / y", "x.div(y)", [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]),
    ("x.fmod(y)", None, [3.0, -3.0, 2.5], [1.5, 2.0, -1.0]),
    ("x.remainder(y)", None, [3.0, -3.0, 2.5], [1.5, 2.0, -1.0]),
    ("x.atan2(y)", None, [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]),
    ("x.hypot(y)", None, [0.0, 3.0, 0.0], [0.0, 4.0, 2.0]),
    ("x.xlogy(y)", None, [0.0, 0.0, 2.0, 0.0], [0.0, 2.0, 0.0, nan]),
    ("x.copysign(y)", None, [0.0, 1.0, -2.0], [-1.0, -1.0, 0.0]),
    ("x.logaddexp(y)", None, [-inf, -inf, 1.0, inf], [-inf, 1.0, 1.0, inf]),
    ("torch.where(x > 0, x.sqrt(), 0)", "torch.where(x.gt(0), x.sqrt(), 0)", [-1.0, 0.0, 4.0], None),
    ("torch.where(x > 0, x, y)", "torch.where(x.gt(0), x, y)", [-1.0, 0.0, 4.0], [1.0, 2.0, 3.0]),
    # equal elements
    ("x.max()", None, ties, None),
    ("x.min()", None, ties, None),
    ("x.amax()", None, ties, None),
    ("x.amin()", None, ties, None),
    ("x.max(1).values", None, grid, None),
    ("x.min(1).values", None, grid, None),
    ("x.max(0).values", None, grid, None),
    ("x.amax(1)", None, grid, None),
    ("x.amin(0)", None, grid, None),
    ("x.aminmax().max", None, ties, None),
    ("x.aminmax().min", None, ties, None),
    ("torch.maximum(x, y)", None, [1.0, 2.0, nan], [1.0, 1.0, 1.0]),
    ("torch.minimum(x, y)", None, [1.0, 2.0, nan], [1.0, 1.0, 1.0]),
    ("torch.fmax(x, y)", None, [1.0, 2.0, nan], [1.0, 1.0, 1.0]),
    ("torch.fmin(x, y)", None, [1.0, 2.0, nan], [1.0, 1.0, 1.0]),
    ("x.cummax(0).values", None, ties, None),
    ("x.cummin(0).values", None, ties, None),
    ("x.sort().values", None, ties, None),
    ("x.sort(descending=True, stable=True).values", "x.sort({ descending: true, stable: true }).values", ties, None),
    ("x.topk(2).values", None, [5.0, 1.0, 5.0, 2.0], None),
    ("x.kthvalue(2).values", None, [1.0, 3.0, 2.0], None),
    ("x.median()", None, [3.0, 1.0, 2.0, 4.0], None),
    ("x.median()", None, [1.0, 1.0, 1.0], None),
    ("x.mode().values", None, [1.0, 2.0, 2.0, 3.0], None),
    ("x.quantile(0.5)", None, [1.0, 2.0, 2.0, 3.0], None),
    ("x.max()", None, [nan, 1.0, nan], None),
    ("x.amax()", None, [nan, 1.0, nan], None),
    # norms at 0
    *[
        (f"x.norm({p})", f"x.norm({js})", at, None)
        for p, js in [("1", "1"), ("2", "2"), ("3", "3"), ("0.5", "0.5"), ("0", "0"), ("inf", "Infinity"), ("-inf", "-Infinity")]
        for at in [zeros, [0.0, 3.0, -3.0]]
    ],
    ("x.norm(2, 1)", None, [[0.0, 0.0], [3.0, 4.0]], None),
    ("torch.linalg.vector_norm(x)", None, zeros, None),
    ("torch.dist(x, y)", None, [1.0, 2.0], [1.0, 2.0]),
    ("F.normalize(x, dim=0)", "F.normalize(x, { dim: 0 })", zeros, None),
    ("F.cosine_similarity(x, y, 0)", None, zeros, [1.0, 2.0, 3.0]),
    ("F.pairwise_distance(x, y)", None, [[1.0, 2.0]], [[1.0, 2.0]]),
    ("torch.cdist(x, y)", None, [[1.0, 2.0], [0.0, 0.0]], [[1.0, 2.0]]),
    ("torch.cdist(x, y, 1)", None, [[1.0, 2.0], [0.0, 0.0]], [[1.0, 2.0]]),
    ("torch.cdist(x, y, inf)", "torch.cdist(x, y, Infinity)", [[1.0, 2.0], [0.0, 1.0]], [[1.0, 2.0]]),
    ("x.std()", None, [2.0, 2.0, 2.0], None),
    ("x.var()", None, [2.0, 2.0, 2.0], None),
    ("x.std()", None, [2.0], None),
    # products with zeros
    ("x.prod()", None, one_zero, None),
    ("x.prod()", None, two_zeros, None),
    ("x.prod(1)", None, [[2.0, 0.0, 3.0], [0.0, 0.0, 4.0], [1.0, 2.0, 3.0]], None),
    ("x.cumprod(0)", None, one_zero, None),
    ("x.cumprod(0)", None, two_zeros, None),
    # infinities
    ("x.logsumexp(0)", None, [-inf, -inf], None),
    ("x.logsumexp(0)", None, [inf, 1.0], None),
    ("x.logcumsumexp(0)", None, [-inf, 1.0, 2.0], None),
    ("x.softmax(0)", None, [-inf, 1.0, 1.0], None),
    ("x.log_softmax(0)", None, [-inf, 1.0, 1.0], None),
    ("x.sigmoid()", None, [inf, -inf, 0.0], None),
    ("x.tanh()", None, [inf, -inf, 0.0], None),
    # losses at their corners
    ("F.l1_loss(x, y, reduction='none')", "F.l1_loss(x, y, { reduction: 'none' })", [1.0, 2.0], [1.0, 1.0]),
    ("F.smooth_l1_loss(x, y, reduction='none')", "F.smooth_l1_loss(x, y, { reduction: 'none' })", [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]),
    ("F.smooth_l1_loss(x, y, reduction='none', beta=0)", "F.smooth_l1_loss(x, y, { reduction: 'none', beta: 0 })", [1.0, 2.0], [1.0, 1.0]),
    ("F.huber_loss(x, y, reduction='none')", "F.huber_loss(x, y, { reduction: 'none' })", [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]),
    ("F.binary_cross_entropy(x, y.detach(), reduction='none')", "F.binary_cross_entropy(x, y.detach(), { reduction: 'none' })", [0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]),
    ("F.kl_div(x, y.detach(), reduction='none')", "F.kl_div(x, y.detach(), { reduction: 'none' })", [0.0, 1.0], [0.0, 1.0]),
]


def plain(value):
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value if value == value and abs(value) != inf else str(value)


records = []
for python, javascript, *at in CALLS:
    x, y = [None if v is None else torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in at]
    value = eval(python)
    weights = torch.arange(1, value.numel() + 1, dtype=torch.float64).view(value.shape)
    leaves = [v for v in (x, y) if v is not None]
    if value.requires_grad:
        grads = torch.autograd.grad(value, leaves, weights, allow_unused=True)
    else:
        grads = [None] * len(leaves)
    records.append(
        {
            "call": javascript or python,
            "x": plain(at[0]) if at[0] is not None else None,
            "y": plain(at[1]) if at[1] is not None else None,
            "value": plain(value.tolist()),
            "grads": [None if g is None else plain(g.clone().tolist()) for g in grads],
        }
    )

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/fixtures/subgradients.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(" " + json.dumps(r) for r in records) + "\n]\n")
print(f"{len(records)} calls")
