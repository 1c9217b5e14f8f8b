"""Dropout and attention."""

import torch

from . import T, attempt, call, f32, f64, i64

# the second row takes part in nothing
NOTHING = T([[True, False, True], [False, False, False]], torch.bool)

CALLS = [
    call("dropout", f32(8), 0.5, True),
    call("dropout", f64(2, 5), 0.2, True),
    call("dropout", f32(2, 3), 1, True),
    call("dropout", f32(3), 0.5, False),
    attempt("dropout", f32(3), 1.5, True),
    call("F.scaled_dot_product_attention", f32(2, 3, 4), f32(2, 5, 4), f32(2, 5, 2)),
    call("F.scaled_dot_product_attention", f64(1, 2, 3, 2), f64(1, 2, 3, 2), f64(1, 2, 3, 2), is_causal=True),
    call("F.scaled_dot_product_attention", f32(1, 2, 2, 3), f32(1, 2, 4, 3), f32(1, 2, 4, 3), is_causal=True, scale=2.0),
    call("F.scaled_dot_product_attention", f32(2, 2, 3, 2), f32(2, 1, 3, 2), f32(1, 2, 3, 2), f32(3, 3)),
    call("F.scaled_dot_product_attention", f32(2, 2, 4), f32(2, 3, 4), f32(2, 3, 4), NOTHING, scale=0.0),
    call("F.scaled_dot_product_attention", f32(4, 3, 2), f32(2, 3, 2), f32(2, 3, 2), enable_gqa=True),
    call("F.scaled_dot_product_attention", f64(1, 2, 3, 4), f64(1, 2, 3, 4), f64(1, 2, 3, 4), dropout_p=0.4),
    call("F.scaled_dot_product_attention", f64(3, 4), f64(2, 4), f64(2, 4)),
    call("F.scaled_dot_product_attention", f32(2, 3, 4), f32(2, 0, 4), f32(2, 0, 2)),
    attempt("F.scaled_dot_product_attention", f32(2, 2, 4), f32(2, 3, 4), f32(2, 3, 4), NOTHING, is_causal=True),
    attempt("F.scaled_dot_product_attention", f32(1, 2, 3, 4), f32(1, 2, 3, 5), f32(1, 2, 3, 4)),
    attempt("F.scaled_dot_product_attention", f32(1, 2, 3, 4), f32(1, 3, 3, 4), f32(1, 3, 3, 4)),
    attempt("F.scaled_dot_product_attention", f32(2, 3, 4), f32(2, 3, 4), f32(2, 2, 4)),
    attempt("F.scaled_dot_product_attention", f32(2, 3, 4), f64(2, 3, 4), f32(2, 3, 4)),
    attempt("F.scaled_dot_product_attention", f32(3), f32(2, 3), f32(2, 3)),
    attempt("F.scaled_dot_product_attention", i64(1, 2, 3), i64(1, 2, 3), i64(1, 2, 3)),
    attempt("F.scaled_dot_product_attention", f32(2, 3), f32(2, 3), f32(2, 3), i64(2, 2)),
    attempt("F.scaled_dot_product_attention", f32(2, 3), f32(2, 3), f32(2, 3), f64(2, 2)),
    attempt("F.scaled_dot_product_attention", f32(2, 3), f32(2, 3), f32(2, 3), f32(3, 2)),
    attempt("F.scaled_dot_product_attention", f32(3, 2, 3), f32(2, 2, 3), f32(2, 2, 3), enable_gqa=True),
    attempt("F.scaled_dot_product_attention", f32(2, 3), f32(2, 3), f32(2, 3), dropout_p=1.5),
]
