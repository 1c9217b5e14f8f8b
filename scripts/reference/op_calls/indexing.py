"""Indexing: reading and writing elements by their places."""

import torch

from . import T, attempt, call, f32, f64, i64, mask


def L(data):
    return T(data, torch.int64)


def M(data):
    return T(data, torch.bool)


CALLS = []
for index in (
    [0],
    [-1],
    ["1:"],
    ["::2"],
    [":", 1],
    [":", "0:2"],
    ["1:1"],
    ["-2:"],
    ["...", 0],
    ["...", None],
    [None, 1],
    [None],
    [[0, 1, 1]],
    [L([2, 0])],
    [L([[2, 0], [1, 1]])],
    [L([2, 0]), L([1, 2])],
    [L([[2], [0]]), L([1, 2])],
    [":", L([2, 0])],
    [L([1]), "1:"],
    [1, L([2, 0])],
    [M([True, False, True])],
    [":", M([True, False, True])],
    [M([[True, False, True], [False, False, True], [True, True, False]])],
    [M([True, False, True]), 1],
    [M([False, False, False])],
    [True],
    [False],
):
    CALLS.append(attempt("Tensor.index", f32(3, 3), index))
CALLS += [
    call("Tensor.index", f32(2, 3, 2), [L([0, 1]), ":", L([1, 0])]),
    call("Tensor.index", f32(2, 3, 2), [":", L([0, 2]), L([1, 0])]),
    call("Tensor.index", f32(2, 3, 2), ["...", "::2", 0]),
    call("Tensor.index", f32(2, 3, 2), [1, "...", None, "0:1"]),
    call("Tensor.index", i64(2, 3), [1, 2]),
    call("Tensor.index", T(2.0), ["..."]),
    call("Tensor.index", T(2.0), [None]),
    call("Tensor.index", f64(2, 2), [T([1, 0], torch.uint8)]),
    attempt("Tensor.index", f32(2, 3), [2]),
    attempt("Tensor.index", f32(2, 3), [":", -4]),
    attempt("Tensor.index", f32(2, 3), [0, 0, 0]),
    attempt("Tensor.index", f32(2, 3), [L([0, 2])]),
    attempt("Tensor.index", f32(2, 3), [M([True, False, True])]),
    attempt("Tensor.index", f32(2, 3), [T([0.5])]),
    attempt("Tensor.index", f32(2, 3), [L([0, 1]), L([0, 1, 2])]),
    attempt("Tensor.index", T(1.0), [0]),
    attempt("Tensor.index", T(1.0), 0),
    call("Tensor.index", f32(2, 3), 1),
    call("Tensor.index", f32(3, 2), "::2"),
]
for index, value in (
    ([0], 7.5),
    ([":", 1], f32(3)),
    (["1:"], f32(2, 3)),
    ([L([0, 0])], f32(2, 3)),
    ([L([2, 0]), L([1, 1])], f32(2)),
    ([M([True, False, True])], 0),
    ([M([[True, False, True], [False, False, True], [True, True, False]])], f32(5)),
    (["...", "::2"], f32(3, 1)),
):
    CALLS.append(call("Tensor.index_put_", f32(3, 3), index, value))
CALLS += [
    call("Tensor.index_put_", f32(3), [L([0, 0, 2])], f32(3), accumulate=True),
    call("index_put", f32(3, 2), [L([0, 2])], f32(2), accumulate=True),
    call("index_put", f32(3, 2), [L([0, 2])], T(1.5)),
    attempt("Tensor.index_put_", f32(3), [L([0, 2])], f32(3)),
    call("index_select", f32(3, 2), 0, L([2, 0, 2])),
    call("index_select", f32(2, 3), -1, L([1])),
    call("index_select", i64(3), 0, L([2, 0])),
    attempt("index_select", f32(3), 0, L([3])),
    attempt("index_select", f32(3), 0, L([[1]])),
    call("index_add", f32(3, 2), 0, L([0, 0, 2]), f32(3, 2)),
    call("index_add", f32(2, 3), 1, L([2]), f32(2, 1), alpha=0.5),
    attempt("index_add", f32(3, 2), 0, L([0]), f32(2, 2)),
    call("index_copy", f32(3, 2), 0, L([2, 0]), f32(2, 2)),
    call("index_fill", f32(3, 2), 0, L([2, 0]), 1.5),
    call("index_fill", f32(2, 3), 1, L([1]), T(0.5)),
    call("gather", f32(2, 3), 1, L([[0, 0], [2, 1]])),
    call("gather", f32(2, 3), 0, L([[1, 0, 1]])),
    call("gather", f32(3), -1, L([2, 2, 0])),
    attempt("gather", f32(2, 3), 1, L([[0, 3]])),
    attempt("gather", f32(2, 3), 1, L([0])),
    call("take", f32(2, 3), L([[0, 5], [2, -1]])),
    attempt("take", f32(2), L([2])),
    call("take_along_dim", f32(2, 3), L([[2], [0]]), 1),
    call("take_along_dim", f32(2, 3), L([5, 0])),
    call("scatter", f32(2, 3), 1, L([[0], [2]]), f32(2, 1)),
    call("scatter", f32(2, 3), 0, L([[1, 0, 1]]), 1.5),
    attempt("scatter", f32(3), 0, L([3]), f32(1)),
    call("scatter_add", f32(3, 2), 0, L([[0, 0], [0, 2]]), f32(2, 2)),
    call("scatter_add", i64(3), 0, L([1, 1]), L([2, 3])),
    attempt("scatter_add", f32(3), 0, L([0, 1]), f32(1)),
]
CALLS += [
    call("masked_select", f32(2, 3), mask(2, 3)),
    call("masked_select", f32(2, 3), M([True, False, True])),
    call("masked_select", i64(3), M([True, False, True])),
    attempt("masked_select", f32(2), L([1, 0])),
    call("masked_scatter", f32(2, 3), M([True, False, True]), f32(6)),
    call("Tensor.masked_scatter", f32(4), mask(4), f32(4)),
    call("F.one_hot", L([0, 2, 1])),
    call("F.one_hot", L([[0, 1], [1, 1]]), 3),
    attempt("F.one_hot", L([3]), 2),
    call("F.embedding", L([[0, 2], [1, 0]]), f32(3, 2)),
    call("F.embedding", L([1, 2]), f32(3, 2), padding_idx=2),
    attempt("F.embedding", L([3]), f32(3, 2)),
]
