"""Special functions, parts of floating point numbers, quantiles and covariances."""

import torch

from . import EDGES, T, attempt, call, f32, f64, fixed, i64, inf, mask, nan

CALLS = []
for name in "real conj conj_physical resolve_conj resolve_neg isreal angle sgn positive isneginf isposinf".split():
    CALLS += [call(name, T(EDGES)), call(name, T([-2, 0, 3], torch.int64))]
CALLS += [attempt("positive", mask(2))]

for name in "fmax fmin logaddexp2 nextafter".split():
    CALLS += [
        call(name, T([1.0, nan, 2.0, nan, -1.0]), T([2.0, 1.0, nan, nan, -3.0])),
        call(name, f64(2, 3), f64(3)),
        attempt(name, i64(3), i64(3)),
    ]
CALLS += [
    call("nextafter", T([0.0, 0.0, 1.0, -1.0]), T([1.0, -1.0, inf, inf])),
    call("ldexp", f32(3), T([1, 2, 0], torch.int64)),
    call("ldexp", f32(3), f32(3)),
    call("ldexp", i64(2), i64(2)),
    call("frexp", T([0.75, -8.0, 3.0, 1e-40])),
    call("frexp", f64(2, 2, low=0.1)),
    attempt("frexp", i64(2)),
    call("float_power", f32(3, low=0.2), 2),
    call("float_power", i64(3), i64(3)),
    call("float_power", 2, f32(3)),
]

for name in """entr erfcx ndtr log_ndtr expit exp2 expm1 log1p erf erfc erfinv digamma psi gammaln logit""".split():
    CALLS += [call(f"special.{name}", f64(2, 2, low=0.1, high=0.9)), call(f"special.{name}", T([1, 2], torch.int64))]
for name in "entr erfcx ndtr log_ndtr".split():
    CALLS += [call(f"special.{name}", T([-3.0, -1.0, -0.5, 0.5, 3.0, 20.5]))]
CALLS += [
    call("special.ndtri", T([0.0, 1e-6, 0.1, 0.5, 0.9, 1.0])),
    call("special.xlog1py", T([0.0, 0.5, -2.0]), T([1.0, 0.5, 3.0])),
    call("special.xlog1py", 2, f32(2, low=0.5)),
    call("special.xlog1py", f32(2), 0.5),
    call("special.xlogy", f32(2), f32(2, low=0.5)),
    call("special.zeta", fixed(T([2.0, 1.0, 0.5, 3.0])), T([1.0, 1.0, 1.0, 2.5])),
    call("special.sinc", f64(2, 2, low=0.1, high=0.9)),
    call("special.zeta", 2, f32(2, low=0.5)),
    call("special.polygamma", 1, f32(2, low=0.5)),
    call("special.multigammaln", f32(2, low=2, high=4), 2),
    call("special.gammainc", fixed(f32(3, low=0.5)), f32(3, low=0.5)),
    call("special.gammaincc", fixed(f32(3, low=0.5)), f32(3, low=0.5)),
    call("special.round", T([1.25, -2.5]), decimals=1),
    call("special.softmax", f32(2, 3), 1),
    call("special.log_softmax", f32(2, 3), 1),
    call("special.logsumexp", f32(2, 3), 1),
    call("igamma", fixed(T([0.0, 1.0, 2.5, 100.0, inf])), T([1.0, 0.0, 4.0, 90.0, 1.0])),
    call("igammac", fixed(T([0.0, 1.0, 2.5, 100.0, inf])), T([1.0, 0.0, 4.0, 90.0, 1.0])),
    call("mvlgamma", f32(3, low=2, high=4), 3),
    attempt("mvlgamma", f32(2), 0),
]

for name in "quantile nanquantile".split():
    for interpolation in "linear lower higher midpoint nearest".split():
        CALLS += [call(name, f32(2, 5), 0.3, interpolation=interpolation)]
    CALLS += [
        call(name, T([[1.0, nan, 3.0], [2.0, 0.5, 1.0]]), fixed(T([0.25, 0.5])), dim=1),
        call(name, f32(2, 3), 0.5, 0, True),
        attempt(name, i64(3), 0.5),
        attempt(name, f32(3), 1.5),
        attempt(name, f32(3), T([1.5])),
        attempt(name, f32(3), f64(1, low=0, high=1)),
        attempt(name, f32(0), 0.5),
        attempt(name, f32(3), 0.5, interpolation="cubic"),
    ]
CALLS += [
    call("nanmedian", T([3.0, nan, 1.0, 2.0])),
    call("nanmedian", T([nan, nan])),
    call("nanmedian", T([[3.0, nan, 1.0], [nan, 2.0, nan]]), 1),
    call("renorm", f32(2, 3), 2, 0, 0.5),
    call("renorm", f32(2, 3, 2), 1, -1, 2),
    attempt("renorm", f32(2, 3), 2, 0, -1),
    attempt("renorm", f32(2, 3), -2, 0, 1),
    attempt("renorm", f32(3), 2, 0, 1),
    call("cov", f32(2, 4)),
    call("cov", f32(4), correction=0),
    call("cov", f32(2, 3), fweights=T([1, 2, 1], torch.int64)),
    call("cov", f32(2, 3), fweights=T([1, 2, 1], torch.int64), aweights=fixed(f32(3, low=0.5))),
    attempt("cov", f32(2, 2, 2)),
    attempt("cov", f32(2, 3), fweights=T([1.0, 2.0, 1.0])),
    attempt("cov", f32(2, 3), fweights=T([1, 2], torch.int64)),
    call("corrcoef", f32(2, 4)),
    call("corrcoef", fixed(f32(3))),
    attempt("corrcoef", f32(2, 2, 2)),
]
