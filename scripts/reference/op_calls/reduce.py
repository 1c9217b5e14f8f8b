"""Reductions, scans, sorting and searching."""

import torch

from . import T, attempt, call, f32, f64, fixed, i64, inf, mask, nan

CALLS = []

# reduce some dimensions, or all
for name in ("sum", "mean", "nansum", "nanmean", "amax", "amin", "all", "any", "logsumexp", "var", "std", "count_nonzero"):
    keeps = name != "count_nonzero"
    needs_dim = name == "logsumexp"
    if not needs_dim:
        CALLS.append(attempt(name, f32(2, 3)))
        CALLS.append(attempt(name, T([[1, 0, 3], [0, 5, 0]], torch.int64)))
        CALLS.append(attempt(name, T([[True, False], [True, True]], torch.bool)))
        CALLS.append(attempt(name, T([1.0, nan, inf])))
        CALLS.append(attempt(name, f32(0)))
        CALLS.append(attempt(name, T(2.5)))
    CALLS.append(attempt(name, f64(2, 3), 1))
    CALLS.append(attempt(name, f32(2, 3), -2))
    CALLS.append(attempt(name, f32(2, 2, 3), (0, 2)))
    CALLS.append(attempt(name, f32(2, 0), 1))
    CALLS.append(attempt(name, f32(2, 3), 2))
    CALLS.append(attempt(name, T([[1.0, nan], [-inf, 2.0], [inf, 3.0]]), 1))
    CALLS.append(attempt(name, T([[1, 0, 3], [0, 0, 0]], torch.int64), 1))
    if keeps:
        CALLS.append(attempt(name, f32(2, 3), 1, keepdim=True))
        CALLS.append(attempt(name, f32(2, 3), (0, 1), keepdim=True))

for name in ("var", "std"):
    CALLS += [
        call(name, f32(2, 3), 1, correction=0),
        call(name, f32(2, 3), 0, unbiased=False),
        call(name, f32(2, 3), unbiased=False),
        call(name, f32(4), correction=2),
        call(name, f32(2, 3), (0, 1), correction=1, keepdim=True),
        call(name + "_mean", f32(2, 3), 1),
        call(name + "_mean", f32(2, 3), 1, correction=0, keepdim=True),
        call(name + "_mean", f32(2, 3)),
    ]

for name in ("sum", "prod", "cumsum", "cumprod"):
    dim = [0] if name.startswith("cum") else []
    CALLS.append(call(name, f32(3), *dim, dtype=torch.float64))
    CALLS.append(call(name, T([1, 2, 3], torch.int64), *dim, dtype=torch.float32))
    CALLS.append(call(name, fixed(T([1.7, 2.7])), *dim, dtype=torch.int64))
CALLS += [
    call("mean", i64(3), dtype=torch.float32),
    call("mean", T([1, 2], torch.int64), 0, dtype=torch.float64),
    call("sum", f32(2, 3), []),
    attempt("sum", f32(2, 3), (0, 0)),
    call("prod", f32(2, 3)),
    call("prod", T([2.0, 0.0, 3.0])),
    call("prod", T([0.0, 0.0, 3.0])),
    call("prod", T([[2.0, 0.0, 3.0], [1.0, 4.0, 2.0]]), 1),
    call("prod", f64(2, 3), 0, keepdim=True),
    call("prod", f32(0)),
    call("prod", T([True, True]).bool()),
    call("prod", T([[1, 2], [3, 4]], torch.int64), -1),
    call("aminmax", f32(2, 3)),
    call("aminmax", f32(2, 3), dim=1),
    call("aminmax", f32(2, 3), dim=0, keepdim=True),
    call("logsumexp", T([[-inf, -inf], [inf, 1.0], [1000.0, 1000.0]]), 1),
]

TIES = [[1.0, 3.0, 3.0], [2.0, 2.0, -1.0]]
for name in ("max", "min"):
    CALLS += [
        call(name, T(TIES)),
        call(name, T([1.0, nan, 2.0])),
        call(name, i64(2, 3)),
        call(name, mask(3)),
        call(name, T(TIES), 1),
        call(name, T(TIES), 0, keepdim=True),
        call(name, f64(2, 2, 3), -2),
        call(name, T([[1.0, nan, 2.0], [-inf, 0.0, inf]]), 1),
        call(name, i64(2, 3), 1),
        call(name, T(1.5), 0),
        call(name, f32(2, 3), f32(3)),
        attempt(name, f32(0)),
        attempt(name, f32(2, 0), 1),
        call("arg" + name, T(TIES)),
        call("arg" + name, T(TIES), 1),
        call("arg" + name, f32(2, 3), 0, keepdim=True),
        call("arg" + name, T([1.0, nan, 2.0])),
        call("arg" + name, i64(2, 3), -1),
        attempt("arg" + name, f32(0)),
        call("cum" + name, T([1.0, 3.0, 3.0, 2.0, nan, 5.0]), 0),
        call("cum" + name, f32(2, 3), 1),
        call("a" + name, T(TIES), (0, 1)),
    ]
for name in ("cumsum", "cumprod"):
    CALLS += [
        call(name, f32(2, 3), 1),
        call(name, f64(2, 3), 0),
        call(name, i64(4), 0),
        call(name, mask(4), 0),
        call(name, T(2.0), 0),
        call(name, T([1.0, 0.0, 2.0, 0.0, 3.0]), 0),
        attempt(name, f32(2), 1),
    ]
CALLS += [call("logcumsumexp", f32(2, 3), 1), call("logcumsumexp", T([-inf, -inf, 0.0, inf]), 0)]

# norms and distances
for p in (2, 1, 0, inf, -inf, 3, 0.5, "fro"):
    CALLS.append(call("norm", f32(2, 3), p))
    CALLS.append(call("norm", T([[0.0, 2.0], [0.0, 0.0]]), p, 1))
for p in (2, 1, inf, -inf, 3):
    CALLS.append(call("dist", f32(2, 3), f32(3), p))
CALLS += [
    call("norm", f64(2, 3), dim=(0, 1), keepdim=True),
    call("norm", f32(3), dtype=torch.float64),
    attempt("norm", i64(3)),
]

# sorting, ranking
for name in ("sort", "argsort", "msort"):
    CALLS += [call(name, f32(5)), call(name, T([3.0, nan, -inf, 1.0, inf])), call(name, i64(2, 4))]
for name in ("sort", "argsort"):
    CALLS += [
        call(name, f32(2, 3), 0),
        call(name, f32(2, 3), 1, True),
        call(name, T([2.0, 1.0, 2.0, 1.0]), dim=0, stable=True),
        call(name, T([2.0, 1.0, 2.0, nan]), dim=0, descending=True, stable=True),
        call(name, mask(4), stable=True),
        attempt(name, f32(2), 1),
        call(name, T(2.0)),
    ]
CALLS += [
    call("topk", f32(5), 2),
    call("topk", f32(2, 4), 3, 1, False),
    call("topk", f32(3, 2), 1, 0),
    call("topk", T([1.0, nan, 3.0]), 2),
    call("topk", T([4, 1, 3], torch.int64), 2),
    attempt("topk", f32(2), 3),
    call("kthvalue", f32(5), 2),
    call("kthvalue", f32(2, 3), 1, 0, True),
    attempt("kthvalue", f32(2), 3),
    call("median", f32(5)),
    call("median", f32(4)),
    call("median", f32(2, 3), 1),
    call("median", f32(2, 4), 1, True),
    call("median", T([1.0, nan, 0.0])),
    call("median", T([3, 1, 2], torch.int64)),
    call("mode", T([1, 2, 2, 3, 1], torch.int64)),
    call("mode", T([[1.0, 2.0, 2.0], [3.0, 1.0, 5.0]]), 1),
    call("mode", T([[1.0, 2.0], [1.0, 3.0], [4.0, 3.0]]), 0, True),
    call("searchsorted", T([1.0, 3.0, 5.0]), T([[0.0, 3.0], [4.0, 6.0]])),
    call("searchsorted", T([1.0, 3.0, 5.0]), T([3.0, 5.0]), right=True),
    call("searchsorted", T([[1.0, 3.0], [2.0, 4.0]]), T([[2.0], [4.0]])),
    call("searchsorted", T([1.0, 3.0]), 2.0),
    call("bucketize", T([0.0, 3.0, 9.0]), T([1.0, 3.0, 5.0])),
    call("bucketize", T([0.0, 3.0, 9.0]), T([1.0, 3.0, 5.0]), right=True),
    call("equal", T([1.0, 2.0]), T([1.0, 2.0])),
    call("equal", T([1.0, nan]), T([1.0, nan])),
    call("equal", T([1.0, 2.0]), T([1.0])),
    call("allclose", T([1.0, 2.0]), T([1.0, 2.00001])),
    call("allclose", T([1.0, nan]), T([1.0, nan])),
    call("allclose", T([1.0, nan]), T([1.0, nan]), equal_nan=True),
    call("allclose", T([1.0, 2.0]), T([1.0, 2.1]), 0.1, 0),
    call("argwhere", T([[1, 0], [0, 2]], torch.int64)),
    call("nonzero", T([[1.0, 0.0], [0.0, nan]])),
    call("nonzero", T([0, 3, 5], torch.int64), as_tuple=True),
    call("nonzero", T(3.0)),
    call("nonzero", T([[True, False], [True, True]]).bool()),
    call("nonzero", i64(3)),
    call("Tensor.sum_to_size", f32(2, 3), 1, 3),
    call("Tensor.sum_to_size", f32(2, 3), (3,)),
]
