"""Dropout and attention."""

import torch

from . import attempt, call, f32, f64

CALLS = [
    call("dropout", f32(8), 0.5, True),
    call("dropout", f64(2, 5), 0.2, True),
    call("dropout", f32(2, 3), 1, True),
    call("dropout", f32(3), 0.5, False),
    attempt("dropout", f32(3), 1.5, True),
]
