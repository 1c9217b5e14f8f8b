"""Dropout, normalisation and embedding."""

import torch

from . import T, attempt, call, f32, f64, fixed, i64

L = torch.int64
CALLS = [
    call("F.dropout", f32(2, 5)),
    call("F.dropout", f32(20), 0.25),
    call("F.dropout", fixed(f64(5)), 0.25, True, True),
    call("F.dropout", f32(3), 1.0),
    call("F.dropout", f32(3), training=False),
    attempt("F.dropout", f32(3), 1.5),
    call("F.dropout1d", f32(4, 2)),
    call("F.dropout1d", fixed(f32(2, 3, 2)), 0.25, inplace=True),
    attempt("F.dropout1d", f32(4)),
    call("F.dropout2d", f32(2, 3, 1, 2)),
    call("F.dropout2d", f32(2, 3, 2)),
    attempt("F.dropout2d", f32(3)),
    call("F.dropout3d", f32(2, 3, 1, 2, 1)),
    call("F.dropout3d", f32(4, 2, 1, 1)),
    call("F.alpha_dropout", f32(2, 5), training=True),
    call("F.alpha_dropout", fixed(f64(5)), 0.25, True, True),
    call("F.alpha_dropout", f32(3)),
    call("F.feature_alpha_dropout", f32(4, 2), training=True),
    attempt("F.feature_alpha_dropout", f32(4), training=True),
]
