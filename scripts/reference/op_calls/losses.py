"""Losses of counts, distributions, margins and several classes."""

import torch

from . import T, attempt, call, f32, f64, fixed, i64, inf

L = torch.int64
CALLS = []

ranks = T([1.0, -1.0, 1.0])
labels = T([[0, 2, -1], [1, -1, 0]], L)
for reduction in ("mean", "sum", "none"):
    how = {"reduction": reduction}
    CALLS += [
        call("F.poisson_nll_loss", f32(2, 3), f32(2, 3, low=0), **how),
        call("F.gaussian_nll_loss", f32(2, 3), f32(2, 3), f32(2, 3, low=0.1), **how),
        call("F.margin_ranking_loss", f32(3), f32(3), fixed(ranks), **how),
        call("F.hinge_embedding_loss", f32(3), fixed(ranks), **how),
        call("F.soft_margin_loss", f32(3), fixed(ranks), **how),
        call("F.cosine_embedding_loss", f32(3, 2), f32(3, 2), fixed(ranks), **how),
        call("F.triplet_margin_loss", f32(2, 3), f32(2, 3), f32(2, 3), **how),
        call("F.triplet_margin_with_distance_loss", f32(2, 3), f32(2, 3), f32(2, 3), **how),
        call("F.multi_margin_loss", f32(2, 3), T([0, 2], L), **how),
        call("F.multilabel_margin_loss", f32(2, 3), labels, **how),
        call("F.multilabel_soft_margin_loss", f32(2, 3), fixed(T([[0.0, 1, 1], [1, 0, 0.5]])), **how),
    ]
CALLS += [
    call("F.poisson_nll_loss", f32(3, low=0.1), f32(3, low=0), log_input=False),
    call("F.poisson_nll_loss", f64(3), fixed(T([0.0, 1.0, 2.5], torch.float64)), full=True),
    call("F.poisson_nll_loss", T([0.0, 1.0]), fixed(T([0.0, 3.0])), log_input=False, eps=0.1, reduction="none"),
    attempt("F.poisson_nll_loss", f32(3), f32(3), reduction="avg"),
    call("F.gaussian_nll_loss", f32(2, 3), f32(2, 3), f32(2, low=0.1), full=True),
    call("F.gaussian_nll_loss", f32(2, 3), f32(2, 3), f32(2, 1, low=0.1)),
    call("F.gaussian_nll_loss", f32(2), f32(2), T([0.0, 1.0]), eps=0.25, reduction="none"),
    call("F.gaussian_nll_loss", f32(2), f32(2), 0.5),
    attempt("F.gaussian_nll_loss", f32(2, 3), f32(2, 3), f32(4, low=0.1)),
    attempt("F.gaussian_nll_loss", f32(2), f32(2), T([-1.0, 1.0])),
    attempt("F.gaussian_nll_loss", f32(2), f32(2), T([1.0, 1.0]), reduction="avg"),
    call("F.margin_ranking_loss", f64(2, 2), f64(2, 2), f64(2, 2), 0.5),
    attempt("F.margin_ranking_loss", f32(2, 2), f32(2), f32(2)),
    call("F.hinge_embedding_loss", T([0.5, 1.0, -1.0, 2.0]), fixed(T([1.0, -1.0, -1.0, 0.0])), 0.75, reduction="none"),
    call("F.hinge_embedding_loss", T([0.5, 1.0, -1.0]), T([1, -1, -1], L)),
    call("F.soft_margin_loss", f32(2, 3), fixed(f32(2, 3))),
    attempt("F.soft_margin_loss", f32(2, 3), fixed(f32(4))),
    attempt("F.soft_margin_loss", f32(2), f32(2)),
    call("F.cosine_embedding_loss", f32(2), f32(2), T(-1, L), 0.1),
    call("F.cosine_embedding_loss", T([[0.0, 0.0], [1.0, 1.0]]), f32(2, 2), T([1, -1], L), reduction="none"),
    attempt("F.cosine_embedding_loss", f32(2, 3), f32(2, 3), f32(2, 2)),
    attempt("F.cosine_embedding_loss", f32(2, 3), f32(3), f32(2)),
    call("F.triplet_margin_loss", f32(2, 3), f32(2, 3), f32(2, 3), 2.0, 1, swap=True),
    call("F.triplet_margin_loss", f32(3), f32(3), f32(3), eps=0.1),
    attempt("F.triplet_margin_loss", f32(2, 3), f32(3), f32(2, 3)),
    attempt("F.triplet_margin_loss", f32(3), f32(3), f32(3), margin=0),
    call("F.triplet_margin_with_distance_loss", f32(2, 3), f32(2, 3), f32(2, 3), margin=3.0, swap=True),
    attempt("F.triplet_margin_with_distance_loss", f32(2, 3), f32(3), f32(2, 3)),
    call("F.multi_margin_loss", f64(2, 3), T([1, 0], L), 2, 0.5, fixed(T([1.0, 2.0, 3.0], torch.float64))),
    call("F.multi_margin_loss", f32(3), T(2, L)),
    call("F.multi_margin_loss", f32(3), T([2], L), reduction="none"),
    attempt("F.multi_margin_loss", f32(2, 3), T([0], L)),
    attempt("F.multi_margin_loss", f32(2, 3), T([[0, 1]], L)),
    attempt("F.multi_margin_loss", f32(2, 3), T([0, 3], L)),
    attempt("F.multi_margin_loss", f32(2, 3), f32(2)),
    attempt("F.multi_margin_loss", f32(2, 3), T([0, 1], L), weight=fixed(f32(2))),
    attempt("F.multi_margin_loss", f32(2, 3), T([0, 1], L), weight=fixed(f32(2, 3))),
    attempt("F.multi_margin_loss", f32(2, 3), T([0, 1], L), 3),
    attempt("F.multi_margin_loss", f32(2, 3, 4), T([0, 1], L)),
    attempt("F.multi_margin_loss", i64(2, 3), T([0, 1], L)),
    call("F.multilabel_margin_loss", f64(4), T([3, 0, -1, 1], L)),
    call("F.multilabel_margin_loss", f32(2, 2), T([[0, 1], [-1, 0]], L), reduction="none"),
    attempt("F.multilabel_margin_loss", f32(2, 3), T([0, 1], L)),
    attempt("F.multilabel_margin_loss", f32(2, 3), T([[0, 1, 3], [0, 1, 2]], L)),
    attempt("F.multilabel_margin_loss", f32(2, 3, 4), T([0, 1], L)),
    call("F.multilabel_soft_margin_loss", f64(2, 3), f64(2, 3), fixed(f64(3, low=0))),
    attempt("F.multilabel_soft_margin_loss", f32(2, 3), f32(2, 3), reduction="avg"),
]

four = T([0, 3], L)
CALLS += [
    call("F.linear_cross_entropy", f32(2, 3), f32(4, 3), four),
    call("F.linear_cross_entropy", f64(2, 3), f64(4, 3), four, linear_bias=f64(4), label_smoothing=0.1),
    call("F.linear_cross_entropy", f32(2, 3), f32(2, 2, 3), T([[0, 1], [1, 1]], L), reduction="none"),
    call("F.linear_cross_entropy", f32(3), f32(4, 3), T(2, L), ignore_index=1),
    call("F.linear_cross_entropy", f32(2, 3), f32(4, 3), f32(2, 4, low=0)),
    attempt("F.linear_cross_entropy", f32(2, 3), f32(4, 3), f32(2, 4), ignore_index=1),
    attempt("F.linear_cross_entropy", f32(2, 3), f32(4, 2), four),
    attempt("F.linear_cross_entropy", f32(2, 3), f32(3), four),
    attempt("F.linear_cross_entropy", f32(2, 3), f32(4, 3), four, linear_bias=f32(3)),
    attempt("F.linear_cross_entropy", f32(3), f32(4, 2, 3), four),
    call("pdist", f32(4, 3)),
    call("pdist", f64(3, 2), 1.0),
    call("pdist", f32(3, 2), inf),
    call("pdist", f32(3, 2), 0.0),
    attempt("pdist", f32(3)),
    attempt("pdist", f32(3, 2), -1.0),
    attempt("pdist", i64(3, 2)),
]
