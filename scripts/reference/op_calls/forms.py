"""In-place forms, second names, integers, counts drawn at random."""

import torch

from . import T, attempt, call, f32, f64, fixed, i64


def whole(*data):
    return T(list(data), torch.int64)


IN_PLACE = [
    call("Tensor.swapaxes_", f32(2, 3), 0, 1),
    call("Tensor.swapdims_", f32(2, 3), 0, -1),
    call("as_strided_", f32(4), (2, 2), (2, 1)),
    attempt("as_strided_", f32(4), (2, 3), (2, 1)),
    call("Tensor.fill_diagonal_", f32(2, 3), 1.5),
    call("Tensor.fill_diagonal_", f32(7, 3), 1.5, True),
    call("Tensor.fill_diagonal_", f32(4, 3), 1.5, wrap=True),
    call("Tensor.fill_diagonal_", f32(2, 2, 2), 1.5),
    attempt("Tensor.fill_diagonal_", f32(3), 1),
    attempt("Tensor.fill_diagonal_", f32(2, 2, 3), 1),
    call("square_", f32(3)),
    call("Tensor.polygamma_", f32(3, low=0.5), 1),
    call("conj_physical_", f32(3)),
    call("Tensor.addr_", f32(2, 3), f32(2), f32(3), beta=0.5, alpha=2),
    call("Tensor.addbmm_", f32(3, 2), f32(2, 3, 4), f32(2, 4, 2), alpha=2),
    call("Tensor.eq_", f32(3), 1),
    call("Tensor.ne_", T([1, 2.0, 3]), T([1, 0.0, 3])),
    call("Tensor.lt_", f32(3), f32(3)),
    call("Tensor.le_", whole(1, 2, 3), 2),
    call("Tensor.gt_", f32(3), 0),
    call("Tensor.ge_", f32(3), f32(3)),
    call("Tensor.not_equal_", whole(1, 2), 2),
    call("Tensor.less_", whole(1, 2), 2),
    call("Tensor.less_equal_", whole(1, 2), 1),
    call("Tensor.greater_", whole(1, 2), 1),
    call("Tensor.greater_equal_", whole(1, 2), 2),
    call("Tensor.logical_and_", whole(0, 2), whole(3, 4)),
    call("Tensor.logical_or_", whole(0, 2), whole(0, 4)),
    call("Tensor.logical_xor_", whole(0, 2), whole(3, 4)),
    call("Tensor.logical_not_", whole(0, 2)),
]

OTHERS = [
    call("adjoint", f32(2, 3)),
    call("adjoint", f32(2, 2, 3)),
    attempt("adjoint", f32(2)),
    call("hardshrink", f32(5)),
    call("hardshrink", f32(5), 1),
    call("linalg.matmul", f32(2, 3), f32(3, 2)),
    call("Tensor.new_tensor", f64(2), [1.5, 2]),
    call("Tensor.new_tensor", i64(2), 2.75),
    call("gcd", whole(12, 18, -4, 0, 0), whole(8, 27, 6, 5, 0)),
    call("lcm", whole(12, 18, -4, 0, 0), whole(8, 27, 6, 5, 0)),
    attempt("gcd", f32(2), f32(2)),
    attempt("lcm", T([True], torch.bool), T([True], torch.bool)),
    call("Tensor.gcd_", whole(12, 18), whole(8)),
    call("poisson", T([0, 0.5, 3, 9.5, 10, 40, 300])),
    attempt("poisson", fixed(T([-1.0]))),
    call("binomial", fixed(T([5.0, 10, 40, 1000, 3, 3])), T([0.5, 0.3, 0.9, 0.25, 0, 1])),
    attempt("binomial", fixed(T([5.0])), fixed(T([0.5], torch.float64))),
]

CALLS = [*IN_PLACE, *OTHERS]
