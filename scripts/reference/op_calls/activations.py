"""The forms of activations that nn.py leaves out: in place, and those that draw."""

import torch

from . import T, attempt, call, f32, f64

CALLS = [
    call("F.relu", T([-1.0, 0.0, 2.5])),
    call("F.rrelu", f32(2, 3), training=True),
    call("F.rrelu", f64(4), 0.25, 0.5, True),
    attempt("F.rrelu", f32(3), 0.5, 0.25, True),
    attempt("F.rrelu", T([-1, 2], torch.int64), training=True),
    call("F.relu_", f32(4)),
    call("F.elu_", f32(4), 0.5),
    call("F.selu_", f32(4)),
    call("F.celu_", f32(4), 0.5),
    call("F.leaky_relu_", f32(4), 0.2),
    call("F.rrelu_", f32(4)),
    call("F.rrelu_", f32(4), training=True),
    call("F.hardtanh_", f32(4), -0.5, 0.5),
    call("F.threshold_", f32(4), 0.5, -1),
    call("F.gumbel_softmax", f32(2, 3)),
    call("F.gumbel_softmax", f32(2, 3), 2, True, dim=0),
]
