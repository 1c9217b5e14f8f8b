"""Activations, losses, normalisation, dropout and random draws."""

import torch

from . import EDGES, T, attempt, call, f32, f64, fixed, i64, inf, nan

CALLS = []
ACTIVATIONS = """relu6 leaky_relu elu selu celu gelu silu mish softplus softsign tanhshrink hardtanh hardsigmoid
    hardswish hardshrink softshrink logsigmoid rrelu""".split()
# the sign of relu(-0.0) depends on the machine
EDGES = [x for x in EDGES if str(x) != "-0.0"]
for name in ACTIVATIONS:
    # gelu(inf) is inf or nan, depending on how many elements there are
    edges = [x for x in EDGES if name != "gelu" or x < inf]
    CALLS += [attempt("F." + name, T(edges)), attempt("F." + name, T([-1, 2], torch.int64))]
    # PyTorch multiplies a float64 gradient by a float32 1/6 there
    if name != "hardsigmoid":
        CALLS.append(attempt("F." + name, f64(2, 2)))
CALLS += [
    call("relu", T(EDGES)),
    call("relu", i64(3)),
    attempt("relu", T([True, False], torch.bool)),
    call("F.leaky_relu", f32(4), 0.2),
    call("F.elu", f32(4), 0.5),
    call("F.celu", f32(4), 0.5),
    call("F.gelu", f32(4), approximate="tanh"),
    call("F.gelu", f64(4), approximate="tanh"),
    call("F.softplus", f32(4), 2, 1.5),
    call("F.hardtanh", f32(4), -0.5, 0.5),
    call("F.hardshrink", f32(4), 1),
    call("F.softshrink", f32(4), 1),
    call("F.threshold", f32(4), 0.5, -1),
    call("prelu", f32(2, 3), T([0.25])),
    call("F.glu", f32(2, 4)),
    call("F.glu", f32(4, 2), 0),
    attempt("F.glu", f32(2, 3)),
    call("softmax", f32(2, 3), 1),
    call("softmax", T([[1000.0, 0.0], [-inf, 0.0], [nan, 0.0]]), 1),
    call("softmax", f32(2, 3), -2, dtype=torch.float64),
    call("softmax", T(1.0), 0),
    call("log_softmax", f32(2, 3), 1),
    call("log_softmax", T([[1000.0, 0.0], [-inf, 0.0]]), 1),
    call("log_softmax", f32(2, 3), 0, dtype=torch.float64),
    attempt("softmax", i64(3), 0),
    attempt("softmax", f32(3), 1),
    call("F.softmax", f64(2, 3), dim=1),
    call("F.softmax", f32(2, 2, 2), dim=0),
    call("F.log_softmax", f64(2, 3), dim=1),
    call("F.softmin", f32(2, 3), dim=1),
]

targets = T([0, 2], torch.int64)
for reduction in ("mean", "sum", "none"):
    CALLS += [
        call("F.mse_loss", f32(2, 3), f32(2, 3), reduction=reduction),
        call("F.l1_loss", f32(2, 3), f32(2, 3), reduction=reduction),
        call("F.smooth_l1_loss", f32(2, 3), f32(2, 3), reduction=reduction),
        call("F.huber_loss", f32(2, 3), f32(2, 3), reduction=reduction, delta=0.5),
        call("F.binary_cross_entropy", f32(2, 2, low=0.1, high=0.9), T([[0.0, 1.0], [1.0, 0.25]]), reduction=reduction),
        call("F.binary_cross_entropy_with_logits", f32(2, 2), T([[0.0, 1.0], [1.0, 0.25]]), reduction=reduction),
        call("F.cross_entropy", f32(2, 3), targets, reduction=reduction),
        call("F.nll_loss", f32(2, 3), targets, reduction=reduction),
        call("F.kl_div", f32(2, 3), f32(2, 3, low=0.1), reduction=reduction),
    ]
CALLS += [
    call("F.mse_loss", f64(3), f64(3)),
    call("F.l1_loss", T([1.0, 2.0]), T([1.0, 3.0])),
    attempt("F.mse_loss", f32(2), f32(2), reduction="avg"),
    call("F.smooth_l1_loss", f32(3), f32(3), beta=0.5),
    attempt("F.smooth_l1_loss", f32(3), f32(3), beta=-1),
    call("F.huber_loss", f32(3), f32(3)),
    attempt("F.huber_loss", f32(3), f32(3), delta=0),
    call("F.binary_cross_entropy", T([0.0, 1.0, 0.5]), T([1.0, 1.0, 0.0])),
    call("F.binary_cross_entropy", f32(2, 1, low=0.1, high=0.9), T([[0.0], [1.0]]), fixed(T([[2.0], [0.5]]))),
    attempt("F.binary_cross_entropy", T([1.5]), T([1.0])),
    attempt("F.binary_cross_entropy", f32(2, 1, low=0.1, high=0.9), T([0.0, 1.0])),
    attempt("F.binary_cross_entropy", f32(2, low=0.1, high=0.9), T([0, 1], torch.int64)),
    attempt("F.binary_cross_entropy", f32(2, low=0.1, high=0.9), T([0.0, 1.0], torch.float64)),
    call("F.binary_cross_entropy_with_logits", T([-100.0, 100.0, 0.0]), T([1.0, 0.0, 1.0])),
    call("F.binary_cross_entropy_with_logits", f32(3), T([1.0, 0.0, 1.0]), pos_weight=fixed(T([2.0]))),
    call("F.binary_cross_entropy_with_logits", f32(3), T([1.0, 0.0, 1.0]), fixed(T([2.0, 1.0, 0.5]))),
    attempt("F.binary_cross_entropy_with_logits", f32(3), f32(2)),
    call("F.cross_entropy", f32(3), T(1, torch.int64)),
    call("F.cross_entropy", f32(2, 3, 2), T([[0, 2], [1, 1]], torch.int64)),
    call("F.cross_entropy", f32(2, 3), targets, fixed(T([1.0, 2.0, 0.5]))),
    call("F.cross_entropy", f32(2, 3), T([0, -100], torch.int64)),
    call("F.cross_entropy", f32(2, 3), T([0, 1], torch.int64), ignore_index=1),
    call("F.cross_entropy", f32(2, 3), targets, label_smoothing=0.1),
    call("F.cross_entropy", f32(2, 3), targets, fixed(T([1.0, 2.0, 0.5])), label_smoothing=0.1),
    call("F.cross_entropy", f32(2, 3), T([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])),
    call("F.cross_entropy", f64(2, 3), targets),
    attempt("F.cross_entropy", f32(2, 3), T([0, 3], torch.int64)),
    attempt("F.cross_entropy", f32(2, 3), T([0], torch.int64)),
    attempt("F.cross_entropy", f32(2, 3), T([0.5, 1.0])),
    call("F.nll_loss", f32(2, 3), targets, fixed(T([1.0, 2.0, 0.5]))),
    call("F.nll_loss", f32(2, 3), T([0, 1], torch.int64), ignore_index=1),
    call("F.nll_loss", f32(2, 3, 2), T([[0, 2], [1, 1]], torch.int64)),
    attempt("F.nll_loss", f32(2, 3), T([0, 3], torch.int64)),
    call("F.kl_div", f32(2, 3), f32(2, 3), reduction="batchmean", log_target=True),
    call("F.kl_div", f32(2, 3), f32(2, 3, low=0.1), reduction="batchmean"),
    # random draws
    call("Tensor.uniform_", f32(4)),
    call("Tensor.uniform_", f64(20), -1, 2),
    call("Tensor.normal_", f32(5)),
    call("Tensor.normal_", f32(20), 1, 0.5),
    call("Tensor.normal_", f64(3)),
    attempt("Tensor.normal_", f32(3), 0, -1),
    attempt("Tensor.uniform_", f32(3), 1, 0),
    call("Tensor.log_normal_", f32(4), 0, 0.5),
    call("Tensor.exponential_", f32(4), 2),
    call("Tensor.cauchy_", f32(4), 1, 0.5),
    call("Tensor.geometric_", f32(4), 0.3),
    call("Tensor.random_", f32(4)),
    call("Tensor.random_", i64(4), 10),
    call("Tensor.random_", i64(4), -5, 5),
    call("Tensor.bernoulli_", f32(6), 0.3),
    call("Tensor.bernoulli_", f32(3), T([0.0, 0.5, 1.0])),
    call("bernoulli", f32(6, low=0, high=1)),
    attempt("bernoulli", T([1.5])),
    call("multinomial", T([0.1, 0.2, 0.7]), 2),
    call("multinomial", f32(2, 4, low=0.1), 5, True),
    attempt("multinomial", T([0.5, 0.5]), 3),
    attempt("multinomial", T([-0.5, 0.5]), 1),
]
