"""Records gradients through views and in-place writes into test/fixtures/views.json.

Each program makes `y` from the leaves x [3, 4] and w [4], both float64. Recorded are y, the name of its grad_fn, and the
gradients of sum(y * [1, 2, 3, ...]). test/tensor/views.test.ts holds the same programs under the same names.
"""

import json
import os
import sys

import torch

if int(torch.__version__.split(".")[0]) < 2:
    print("views.json stays as it is: PyTorch 1 names some operations otherwise")
    sys.exit()


def assigned_row(x, w):
    y = x.clone()
    y[0] = w
    return y


def assigned_number(x, w):
    y = x * w
    y[1:, -1] = 7.0
    return y


def scaled_column(x, w):
    y = x.clone()
    y[:, 1].mul_(w[:3])
    return y


def view_of_view(x, w):
    y = x.clone()
    y.t()[1:3][0].add_(w[:3])
    return y


def changed_view(x, w):
    y = x.clone()
    v = y[0]
    v.mul_(w)
    return v


def view_of_changed_base(x, w):
    y = x.clone()
    v = y[1]
    y.mul_(w)
    return v


def sibling_view(x, w):
    y = x.clone()
    a = y[0]
    b = y[:, 0]
    a.mul_(w)
    return b * b


def two_writes(x, w):
    y = x.clone()
    y[0:2] = w
    y[1].mul_(x[2])
    return y


def row_from_row(x, w):
    y = x.clone()
    y[0] = y[1].exp()
    return y


def diagonal_filled(x, w):
    y = x.clone()
    y.diagonal().copy_(w[0])
    return y


def whole_written(x, w):
    y = x.clone()
    y[:] = w
    return y


def rows_by_list(x, w):
    y = x.clone()
    y[[2, 0]] = w
    return y


def added_rows(x, w):
    y = x.clone()
    y.index_put_((torch.tensor([0, 0, 2]),), w, accumulate=True)
    return y


def masked_number(x, w):
    y = x * w
    y[x > 0] = 0.5
    return y


def masked_values(x, w):
    y = x.clone()
    y[x > 1.1] = w
    return y


def slice_and_list(x, w):
    y = x.clone()
    y[1:, [0, 3]] = w[:2]
    return y


def written_through_window(x, w):
    y = x.flatten().clone()
    y.as_strided((2, 2), (5, 1), 1).mul_(w[:2])
    return y


def overlapping_windows(x, w):
    return x.as_strided((3, 2), (2, 1), 1) * w[:2]


def strides_of_repeated_rows(x, w):
    return w.expand(3, 4).as_strided((2, 4), (0, 1)) * x[:2]


def windows(x, w):
    return x.unfold(1, 2, 1) * w[:2]


def rows_by_unbind(x, w):
    a, b, _ = x.unbind()
    return a * b * w


def uneven_pieces(x, w):
    a, b = x.split([1, 3], dim=1)
    return a * b.exp()


def unused_piece(x, w):
    _, b = x.chunk(2, dim=1)
    return b


def repeated_rows(x, w):
    return x[[0, 0, 2]] * w


def scattered_back(x, w):
    y = torch.zeros(3, 4, dtype=torch.float64)
    y[1] = w
    return y * x


def transposed_copy(x, w):
    y = x.t().clone()
    y[0] = w[:3]
    return y


def detached_transposed(x, w):
    y = x.clone().t().detach()
    y[0] = w[:3]
    y[1:, 2].mul_(w[1:])
    return y


def second_derivative_of_windows(x, w):
    loss = (x[1:] * x[:-1] * w).pow(2).sum()
    return torch.autograd.grad(loss, x, create_graph=True)[0]


def second_derivative_of_strides(x, w):
    loss = x.as_strided((3, 3), (2, 1)).pow(3).sum()
    return torch.autograd.grad(loss, x, create_graph=True)[0] * w


def second_derivative_of_a_write(x, w):
    y = x.pow(2)
    y[0] = w.pow(3)
    return torch.autograd.grad(y.pow(2).sum(), w, create_graph=True)[0] * x[0]


def second_derivative_of_rows(x, w):
    loss = (x[:, [1, 1, 3]].pow(3) * w[:3]).sum()
    return torch.autograd.grad(loss, x, create_graph=True)[0] * w


PROGRAMS = [f for f in list(globals().values()) if callable(f) and getattr(f, "__module__", None) == __name__]


def record(program):
    x = (torch.arange(12, dtype=torch.float64).view(3, 4) * 0.3 - 1.1).requires_grad_()
    w = torch.tensor([0.5, -1.5, 2.0, 0.7], dtype=torch.float64, requires_grad=True)
    y = program(x, w)
    weights = torch.arange(1, y.numel() + 1, dtype=torch.float64).view(y.shape)
    gradients = torch.autograd.grad((y * weights).sum(), [x, w], allow_unused=True)
    return {
        "y": y.tolist(),
        "grad_fn": y.grad_fn.name().split("::")[-1],
        "gradients": [None if g is None else g.tolist() for g in gradients],
    }


path = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "views.json")
with open(path, "w") as file:
    json.dump({program.__name__: record(program) for program in PROGRAMS}, file, indent=1)
    file.write("\n")
