"""Arithmetic, comparison, rounding, conversion: what treats every element alike."""

import torch

from . import EDGES, T, attempt, call, f32, f64, i64, inf, mask, nan

UNARY = """abs absolute acos acosh asin asinh atan atanh ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1
    floor frac isfinite isinf isnan lgamma log log10 log1p log2 logical_not logit nan_to_num neg negative rad2deg
    reciprocal round rsqrt sigmoid sign signbit sin sinc sinh sqrt square tan tanh trunc fix bitwise_not arccos
    arccosh arcsin arcsinh arctan arctanh""".split()

BINARY = """add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow maximum minimum atan2
    arctan2 logaddexp eq ne lt le gt ge not_equal less less_equal greater greater_equal logical_and logical_or
    logical_xor hypot copysign xlogy heaviside bitwise_and bitwise_or bitwise_xor rsub isclose""".split()

TENSORS_ONLY = """maximum minimum atan2 arctan2 logaddexp logical_and logical_or logical_xor hypot heaviside isclose""".split()

LEFT = [-inf, -7.0, -2.5, -1.0, -0.0, 0.0, 1.0, 2.5, 7.0, inf, nan, 0.0, 0.0, -1.0, 2.0, 2.0]
RIGHT = [2.0, 2.0, -2.0, -1.0, 0.0, 0.0, 1.0, 0.5, -2.0, inf, 1.0, nan, 3.0, 0.5, -inf, -0.0]

CALLS = []
for name in UNARY:
    # at its poles PyTorch rounds pi, and the derivative is some large number
    edges = [x for x in EDGES if name != "digamma" or x > 0 or x % 1 == 0.5]
    CALLS.append(attempt(name, T(edges)))
    CALLS.append(attempt(name, f64(2, 2, low=0.1, high=0.9)))
    CALLS.append(attempt(name, T([-2, 0, 1, 3], torch.int64)))
    CALLS.append(attempt(name, T([True, False], torch.bool)))

for name in BINARY:
    CALLS.append(attempt(name, T(LEFT), T(RIGHT)))
    CALLS.append(attempt(name, f64(2, 3, low=0.2), f64(3, low=0.5)))
    CALLS.append(attempt(name, T([[-7], [3], [0]], torch.int64), T([2, -3, 1, 5], torch.int64)))
    CALLS.append(attempt(name, f32(2, low=0.5), T([1, 2], torch.int64)))
    CALLS.append(attempt(name, T([True, False], torch.bool), T([True, True], torch.bool)))
    if name not in TENSORS_ONLY:
        CALLS.append(attempt(name, T([True, False], torch.bool), 2))
        CALLS.append(attempt(name, f32(2), 1.5))
    CALLS.append(attempt(name, f32(2, 3), f32(2)))

for x in (T([7.0, -7.0, 2.5]), T([7, -7, 2], torch.int64)):
    for rounding_mode in ("trunc", "floor"):
        CALLS.append(call("div", x, 2, rounding_mode=rounding_mode))
        CALLS.append(call("div", x, T([2, -2, 3], torch.int64), rounding_mode=rounding_mode))

CALLS += [
    call("add", f32(2, 3), f32(3), alpha=0.5),
    call("add", i64(3), i64(3), alpha=-2),
    attempt("add", i64(3), i64(3), alpha=0.5),
    call("sub", f64(2), 1, alpha=2.5),
    attempt("sub", T([True]).bool(), T([True]).bool()),
    call("rsub", f32(3), f32(2, 3), alpha=2),
    call("add", T(2.0), i64(2)),
    call("add", T(2.0, torch.float64), f32(2)),
    call("mul", T([3], torch.uint8), T([2], torch.int32)),
    call("mul", T([200], torch.uint8), 2),
    call("add", T([2147483647], torch.int32), 1),
    call("mul", f32(0, 3), f32(3)),
    call("pow", T([0.0, 2.0, -2.0]), 0),
    call("pow", T([0.0, 2.0, -2.0]), 3),
    call("pow", T([0.0, 4.0, 2.25]), 0.5),
    call("pow", T([1.0, 4.0]), -1.5),
    call("pow", 2, T([0.0, 1.5, -1.0])),
    call("pow", 0.5, f32(2)),
    call("pow", T([2, 3], torch.int64), 2),
    attempt("pow", T([2, 3], torch.int64), -1),
    call("pow", T([2, 3], torch.int64), 0.5),
    call("remainder", 7, T([2.5, -2.0])),
    call("remainder", T([5, -5, 5, -5], torch.int64), T([3, 3, -3, -3], torch.int64)),
    call("fmod", T([5, -5, 5, -5], torch.int64), T([3, 3, -3, -3], torch.int64)),
    call("addcmul", f32(2, 3), f32(3), f32(2, 1), value=0.5),
    call("addcmul", i64(2), i64(2), i64(2), value=2),
    call("addcdiv", f32(2, 3), f32(3), f32(2, 1, low=0.5), value=-2),
    attempt("addcdiv", i64(2), i64(2), T([1, 2], torch.int64)),
    call("lerp", f32(3), f32(3), 0.3),
    call("lerp", f32(3), f32(2, 3), f32(3, low=0, high=1)),
    call("lerp", f64(2), f64(2), 1),
    call("clamp", T(EDGES), -1, 2),
    call("clamp", T(EDGES), min=0.25),
    call("clamp", T(EDGES), max=0),
    call("clamp", T([0.0, 3.0]), nan, 1),
    call("clamp", f32(2, 3), T([-0.5, 0.0, 0.5]), T([[0.25], [1.0]])),
    call("clamp", T([-3, 0, 9], torch.int64), -1, 5),
    call("clamp", T([-3, 0, 9], torch.int64), 0.5),
    call("clamp", T([1.0, 2.0, 3.0]), 2, 1),
    attempt("clamp", f32(2)),
    call("clip", f32(3), -1, 1),
    call("clamp_min", T([-1.0, 0.0, nan]), 0),
    call("clamp_max", T([-1.0, 0.0, nan]), 0),
    call("clamp_min", f32(3), T([0.0, 1.0, -1.0])),
    call("clamp_max", f32(3), T([0.0, 1.0, -1.0])),
    call("round", T([1.234, -2.345, 2.5, 3.5]), decimals=2),
    call("round", T([1234.0, -1250.0]), decimals=-2),
    call("round", T([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997])),
    call("nan_to_num", T([nan, inf, -inf, 1.0]), 1.5, 9.0, -9.0),
    call("logit", T([0.0, 0.2, 1.0]), 0.1),
    call("isclose", T([1.0, nan, inf]), T([1.00001, nan, inf]), equal_nan=True),
    call("isclose", T([1.0, 2.0]), T([1.1, 2.0]), rtol=0.2),
    attempt("isclose", f32(2), f64(2)),
    call("where", mask(2, 3), f32(2, 3), f32(3)),
    call("where", T([[True], [False]]).bool(), i64(2), 0.5),
    call("where", T([True, False]).bool(), 1, 2),
    call("where", T([True, False]).bool(), f64(2), 2),
    attempt("where", T([1, 0], torch.int64), f32(2), f32(2)),
    call("where", mask(2, 3)),
    call("Tensor.where", f32(2, 3), mask(3), 0),
    call("masked_fill", f32(2, 3), mask(3), -inf),
    call("masked_fill", f32(2, 3), mask(2, 1), T(0.5)),
    call("masked_fill", i64(3), mask(3), 7),
    attempt("masked_fill", f32(3), T([1, 0, 1], torch.int64), 7),
    call("mul", f32(2, 3), T(2.0)),
    call("heaviside", T([-1.0, 0.0, 2.0]), T([0.5])),
    call("xlogy", 2, f32(2, low=0.5)),
    call("xlogy", 0.5, T([0.0, nan, 2.0])),
    call("polygamma", 1, f32(2, low=0.5)),
    call("Tensor.polygamma", f32(2, low=0.5), 2),
    call("bitwise_left_shift", i64(3, low=0), T([1, 2, 0], torch.int64)),
    call("bitwise_right_shift", i64(3, low=0), T([1, 2, 0], torch.int64)),
    attempt("floor_divide", i64(2), 0),
    attempt("remainder", i64(2), T([1, 0], torch.int64)),
    attempt("div", i64(2), 0, rounding_mode="trunc"),
    call("pow", T([-3, 3, -1, -1, 1, 0], torch.int64), T([-1, -3, -3, -2, -5, -1], torch.int64)),
    attempt("sub", f32(2), True),
    attempt("rsub", f32(2), f32(2), alpha=2),
    # conversions and copies
    call("clone", f32(2, 3)),
    call("clone", mask(2)),
    call("Tensor.contiguous", f32(2, 3)),
    call("Tensor.to", f32(2), torch.float64),
    call("Tensor.to", T([1.7, -1.7]), torch.int64),
    call("Tensor.to", f32(2), "cpu"),
    call("Tensor.to", f32(2), f64(1)),
    call("Tensor.type_as", i64(2), f64(1)),
    call("Tensor.copy_", f64(2, 3), f32(3)),
    call("Tensor.copy_", i64(2), T([1.7, -1.7])),
    attempt("Tensor.copy_", f32(2), f32(3)),
    call("fill", f32(2), 1.5),
    call("fill", i64(2), 1.7),
    call("Tensor.fill_", f32(2), T(2.5)),
    attempt("Tensor.fill_", f32(2), T([2.5])),
    call("Tensor.zero_", f32(2)),
    call("Tensor.new_zeros", f32(2), (2, 1)),
    call("Tensor.new_zeros", i64(2), 3),
    call("Tensor.new_ones", f64(2), 2, 2),
    call("Tensor.new_ones", f32(2), (2,), dtype=torch.int64),
    call("Tensor.new_empty", f32(2), (0, 2)),
    call("Tensor.new_full", f32(2), (2, 2), 1.5),
    call("Tensor.new_full", i64(2), (2,), 7, dtype=torch.float64),
    call("Tensor.add_", f32(2, 3), f64(3)),
    attempt("Tensor.add_", f32(3), f32(2, 3)),
    attempt("Tensor.add_", i64(3), 0.5),
    attempt("Tensor.div_", i64(3), 2),
    call("Tensor.bitwise_and_", i64(2), 1),
]
for name in ("float", "double", "long", "int", "byte", "bool"):
    source = [0.0, 1.7, 2.0] if name == "byte" else [-1.7, 0.0, 2.0]
    CALLS += [call(f"Tensor.{name}", T(source)), call(f"Tensor.{name}", T([1, 0], torch.int64))]
    CALLS += [call(f"Tensor.{name}", T([True, False], torch.bool))]
