"""Records what PyTorch prints, warns of or complains about in calls of reductions, products, activations and losses into
test/fixtures/outcomes.json: for each call in JavaScript a list of lines, warnings first.

Calls are written in Python; what JavaScript writes otherwise is translated by `javascript`. Names: z, o and r make zeros,
ones and leaves of counting numbers; x is [[1, 2, 2, 1, 3], [5, 5, 4, 4, 0]], e is empty [0, 3], i = [1, 2], b = [True,
False]; N makes a tensor of the numbers given, L one of integers.
"""

import ast
import json
import os
import re
import sys
import warnings

import torch
from translation import javascript

if int(torch.__version__.split(".")[0]) < 2:
    print("outcomes.json stays as it is: PyTorch 1 words some messages otherwise")
    sys.exit()

CALLS = {
    "reduce": """
        i.mean() | i.mean(dtype=torch.int64) | o(2).mean(dtype=torch.int32) | i.mean(dtype=torch.float64) | b.mean() | o(2, 3).mean([0, 0])
        N(0.5).sum(dtype=torch.bool) | N(1.75, 1.75).sum(dtype=torch.int32) | i.byte().sum() | b.sum() | x.sum(2) | x.sum(-3)
        torch.tensor(3.5).sum(0) | torch.tensor(3.5).sum([0, -1]) | x.sum([]) | x.sum([0, 1], True) | i.nansum() | i.nanmean() | i.prod() | b.prod()
        x.prod(1) | x.var() | i.var() | N(1.5).var() | x.var(False) | x.var(1, False) | x.var(1, False, True) | x.var(dim=1, correction=0)
        x.std(dim=0, keepdim=True) | torch.var_mean(x)[0] | torch.std_mean(x, 1)[1] | torch.tensor(3).var() | N(1.5).std()
        e.sum() | e.sum(0) | e.sum(1) | e.prod() | e.prod(0) | e.mean() | e.mean(0) | e.all() | e.any(0) | e.nansum() | e.nanmean(0) | e.var(1)
        e.max() | e.max(0) | e.max(1) | e.amax() | e.amin(0) | e.amax(1) | e.argmax() | e.argmin(0) | e.argmax(1) | e.aminmax() | e.median() | e.median(0)
        e.mode(0) | e.logsumexp(0) | e.logsumexp(1) | e.norm() | e.norm(dim=0) | e.cummax(0) | e.sort(0) | e.cumsum(0) | e.count_nonzero(0)
        x.max(0) | x.min(1, True) | x.max(2) | x.aminmax(dim=1, keepdim=True) | x.argmax(keepdim=True) | x.argmin(0) | b.amax() | b.max() | torch.max(x, o(1))
        N(1.5, nan, 2).max() | N(1.5, nan, 2, nan).max(0) | N(1.5, nan, 2).amin() | N(1.5, nan).argmax() | torch.tensor(3.5).max(0) | torch.tensor(3.5).argmax()
        x.mode() | x.mode(0) | x.median(1) | x.median(1, True) | x.median() | N(1.5, nan, 2).median() | N(1.5, nan, 2).median(0) | L(3, 1, 2, 1, 3, 1, 3).mode()
        L(3, 1, 2).kthvalue(2) | x.kthvalue(7) | x.kthvalue(0) | x.topk(7) | x.topk(-1) | x.topk(0) | L(3, 1, 2).topk(2, largest=False) | torch.tensor(3.5).topk(1)
        N(1.5, nan, 2).sort() | N(1.5, nan, 2).sort(descending=True) | x.sort(dim=0, stable=True) | x.argsort(stable=True) | x.argsort(0, True) | torch.tensor(3.5).sort()
        N(1.5, 1.5, nan, 2, 2).cummax(0) | N(1.5, 1.5, nan, 2, nan).cummin(0) | x.cummin(1) | i.cumsum(0, dtype=torch.float64) | b.cumsum(0) | i.cumprod(0)
        torch.tensor(3.5).cumsum(0) | torch.tensor(3.5).cumsum(1) | torch.tensor(3.5).cummax(0) | i.logcumsumexp(0) | x.logcumsumexp(1)
        x.bool().all([0, 1]) | x.byte().all() | x.byte().any(1) | x.count_nonzero(1) | x.count_nonzero()
        i.norm() | b.norm() | x.norm(inf) | x.norm(-1) | x.norm(0) | x.norm('foo') | z(0).norm(inf) | z(0).norm(-1) | x.norm(2, [0, 1], True) | x.norm(1, 0) | x.dist(x.mul(2)) | x.norm(p=3)
        i.logsumexp(0) | N(-inf, -inf).logsumexp(0) | N(inf, 1).logsumexp(0) | i.softmax(0) | i.softmax(0, dtype=torch.float64) | x.log_softmax(1) | x.softmax(2) | torch.tensor(3.5).softmax(0)
        F.softmax(x) | F.log_softmax(r(2)) | F.softmin(r(1, 2, 2)) | F.softmin(x, 1)
        r(3).sum() | r(3).mean() | r(3).prod() | r(3).max() | r(3).max(0)[0] | r(3).min() | r(3).min(0)[0] | r(3).amax() | r(3).var() | r(3).std(0) | r(3).norm() | r(3).logsumexp(0)
        r(3).softmax(0) | r(3).log_softmax(0) | r(3).cumsum(0) | r(3).cumprod(0) | r(3).cummax(0)[0] | r(3).logcumsumexp(0) | r(3).median() | r(3).median(0)[0]
        r(3).sort()[0] | r(3).topk(1)[0] | r(3).mode()[0] | r(3).kthvalue(1)[0] | r(3).nansum() | r(3).msort()
    """,
    "linalg": """
        torch.mm(z(2, 3), z(4, 5)) | torch.mm(z(2), z(4, 5)) | torch.mm(z(2, 3), z(4)) | torch.mm(z(2, 3), z(3, 5).double()) | torch.mm(z(2, 3).bool(), z(3, 5).bool())
        torch.mm(z(2, 3).long(), z(3, 5)) | torch.mm(o(2, 3).long(), o(3, 2).long()) | torch.mm(z(2, 0), z(0, 3)) | torch.mm(o(2, 3).byte(), o(3, 1).byte())
        torch.bmm(z(2, 3), z(2, 3, 4)) | torch.bmm(z(2, 3, 4), z(2, 3)) | torch.bmm(z(2, 3, 4), z(3, 4, 5)) | torch.bmm(z(2, 3, 4), z(2, 3, 5)) | torch.bmm(z(2, 3, 4), z(2, 4, 5).double())
        torch.mv(z(2, 3), z(4)) | torch.mv(z(2), z(4)) | torch.mv(z(2, 3), z(3, 1)) | torch.mv(z(2, 3), z(3).double())
        torch.dot(z(3), z(4)) | torch.dot(z(3, 1), z(3)) | torch.dot(z(3), z(3).double()) | torch.dot(b, b) | torch.dot(z(0), z(0))
        torch.matmul(z([]), z(3)) | torch.matmul(z(3), z([])) | torch.matmul(z(3), z(4)) | torch.matmul(z(3), z(4, 5)) | torch.matmul(z(2, 3), z(4)) | torch.matmul(z(2, 3), z(4, 5))
        torch.matmul(z(2, 3, 4), z(3, 4, 5)) | torch.matmul(z(2, 3, 4), z(5, 4)) | torch.matmul(z(2, 3, 4), z(5)) | torch.matmul(z(2, 3, 4), z(2, 5, 4)) | torch.matmul(z(4), z(2, 3, 4))
        torch.matmul(z(2, 3), z(3, 4).double()) | torch.matmul(z(2, 2, 3), z(2, 3, 4).double()) | torch.matmul(o(2), o(3, 2, 1)) | torch.matmul(o(0, 2), o(2, 3)) | torch.matmul(o(2, 1, 1, 2), o(2, 2, 1))
        torch.addmm(z(3), z(2, 3), z(4, 5)) | torch.addmm(z(3), z(2, 3), z(3, 5)) | torch.addmm(z(5).double(), z(2, 3), z(3, 5)) | torch.addmm(z(5), z(2, 3).double(), z(3, 5)) | torch.addmm(z(5), z(2), z(3, 5))
        torch.addmm(z(5), z(2, 3), z(3)) | torch.addmm(o(2), o(2, 3), o(3, 2), beta=0.5, alpha=2) | torch.addmm(N(nan), o(2, 3), o(3, 1), beta=0)
        torch.addmv(z(2), z(2, 3), z(4)) | torch.addmv(z(3), z(2, 3), z(3)) | torch.addmv(o(1), o(2, 3), o(3)) | torch.baddbmm(z(2), z(2, 3, 4), z(2, 4, 5)) | torch.baddbmm(z(5), z(2, 3, 4), z(3, 4, 5))
        torch.addbmm(o(2), o(2, 3, 4), o(2, 4, 2)) | torch.addr(z(2, 3), z(2), z(4)) | torch.addr(z(2, 3), z(2, 1), z(4)) | torch.addr(o(3), o(2), N(1.5, 2, 3), beta=2)
        torch.outer(z(2, 1), z(3)) | torch.outer(z(2), z(3, 1)) | torch.ger(N(1.5, 2), N(3, 4.5)) | torch.inner(z(2, 3), z(4, 5)) | torch.inner(torch.tensor(2.5), o(2, 2)) | torch.inner(x, x)
        torch.tensordot(z(2, 3), z(4, 5), 1) | torch.tensordot(o(2, 3), o(3, 2), dims=[[1], [0]]) | torch.tensordot(z(2, 3), z(3, 5), dims=[[1], [0, 1]]) | torch.tensordot(o(2), o(3), 0)
        torch.trace(z(3)) | torch.trace(L([1, 2], [3, 4])) | torch.kron(i, L([1, 10], [100, 0]))
        torch.einsum('ij,jk->ik', z(2, 3), z(4, 5)) | torch.einsum('ij,jk->ik', z(2, 3)) | torch.einsum('ij->ik', z(2, 3)) | torch.einsum('ijk->ik', z(2, 3)) | torch.einsum('i->ik', z(2, 3))
        torch.einsum('i1->i', z(2, 3)) | torch.einsum('ij->ii', z(2, 3)) | torch.einsum('ii->i', z(2, 3)) | torch.einsum('...->', o(2, 3)) | torch.einsum('i...', x) | torch.einsum('->', z(2, 3)) | torch.einsum('', torch.tensor(2.5))
        torch.einsum('ba', x) | torch.einsum('i.j->i', z(2, 3)) | torch.einsum('ij,jk->ik', z(2, 3), z(3, 5), z(2)) | torch.einsum('ij->...i', x) | torch.einsum('ij,kj', x, x) | torch.einsum('ij,ij->j', x, x)
        torch.einsum('i,i,i', i, i, i) | torch.einsum('ii', L([1, 2], [3, 4])) | torch.einsum('a...,a...', x, x) | torch.einsum('i,j->ji', i, i) | torch.einsum('ij,j', x, o(1)) | torch.einsum(' i j -> j i ', x)
        F.linear(z(2, 3), z(4, 5)) | F.linear(z(2, 3), z(4, 3), z(5)) | F.linear(z(3), z(4, 5)) | F.linear(z(2, 2, 3), z(4, 5)) | F.linear(z(2, 2, 3), z(4, 3), z(5)) | F.linear(z(2, 3), z(4, 3).double()) | F.linear(z(2, 3), z(4, 3), z(4).double())
        F.linear(z(2, 3).long(), z(4, 3)) | F.linear(z(2, 3).long(), z(4, 3), z(4)) | F.linear(x, o(5)) | F.linear(x, o(2, 5), o(1)) | F.linear(z([]), z(4, 3)) | F.linear(o(2, 3), o(3), o(2)) | F.linear(z(2, 3), z(2, 3, 4))
        F.bilinear(o(2, 3), o(2, 4), o(5, 3, 4)) | F.bilinear(z(2, 3), z(3, 4), z(5, 3, 4)) | F.bilinear(z(2, 3), z(2, 4), z(5, 3, 5)) | F.bilinear(z(2, 3), z(2, 4), z(5, 3, 4), z(4))
        torch.chain_matmul(o(2, 3), o(3, 4)) | torch.cosine_similarity(z(2, 3), z(2, 3)) | torch.cdist(o(1, 2), z(2, 2))
        torch.cdist(z(3), z(2, 3)) | torch.cdist(z(2, 3), z(3)) | torch.cdist(z(2, 3), z(2, 4)) | torch.cdist(z(2, 3), z(2, 3), -1) | torch.cdist(z(2, 3), z(2, 3), 2, 'x') | torch.cdist(z(2, 3).long(), z(2, 3)) | torch.cdist(z(2, 3), z(2, 3).long())
        torch.cdist(z(2, 3), z(2, 3).double()) | torch.cdist(z(2, 2, 3), z(5, 2, 3)) | torch.cdist(z(2, 0), z(1, 0)) | torch.cdist(r(1, 2), r(1, 2)) | torch.cdist(r(1, 2), r(1, 2), 1)
        F.linear(r(1, 3), r(4, 3), r(4)) | F.linear(r(1, 3), r(4, 3)) | F.linear(r(3), r(4, 3), r(4)) | F.linear(r(1, 2, 3), r(1, 3), r(1)) | r(3).matmul(r(3)) | r(2, 3).matmul(r(3)) | r(1, 2, 3).matmul(r(3, 1)) | r(1, 2, 3).matmul(r(1, 3, 1))
        torch.outer(r(2), r(3)) | torch.addmv(r(2), r(2, 3), r(3)) | torch.baddbmm(r(1, 1, 1), r(1, 1, 2), r(1, 2, 1))
    """,
    "activation": """
        torch.relu(b) | F.leaky_relu(i) | F.elu(i) | F.selu(i) | F.gelu(i) | F.silu(i) | F.mish(i) | F.softplus(i) | F.logsigmoid(i) | F.hardtanh(i) | F.relu6(i) | F.hardsigmoid(i) | F.hardswish(i)
        F.hardshrink(i) | F.softshrink(i) | F.tanhshrink(i) | F.softsign(i) | F.glu(i) | torch.sigmoid(i) | torch.erf(i) | torch.logit(i) | torch.sinc(N(0.5, 0)) | torch.deg2rad(i) | torch.nan_to_num(i) | torch.signbit(b)
        torch.bitwise_and(b, True) | i.bitwise_and(3) | i.bitwise_not() | b.bitwise_not() | o(2).bitwise_not() | o(2).bitwise_and(1) | i.byte().bitwise_not() | i.bitwise_left_shift(2) | L(-1, -2, -5).bitwise_right_shift(1)
        i.bitwise_left_shift(70) | L(1).bitwise_left_shift(40) | b.bitwise_left_shift(b) | torch.xlogy(i, i) | torch.hypot(i, i) | torch.heaviside(i, i) | torch.heaviside(o(2), i) | torch.copysign(i, -1)
        F.prelu(o(2, 3), o(2)) | F.prelu(o(3), o(3)) | F.prelu(o(2, 3).double(), o(3)) | F.prelu(N(-1.5, 2), N(0.5)) | F.glu(o(3)) | F.glu(torch.tensor(1.5)) | F.rrelu(N(-1.5, 2))
        torch.polygamma(-1, o(1)) | torch.polygamma(0, o(1)) | F.hardtanh(o(1), 1, -1) | F.celu(o(1), 0) | F.softshrink(o(1), -1) | torch.nan_to_num(N(nan, inf, -inf), 1, 2) | F.threshold(i, 1, 5) | torch.logit(i, eps=0.1)
        torch.erfinv(N(0, 1, -1, 2, 0.5)) | torch.lgamma(N(0, -1, -0.5, 1, 2, 100)) | torch.digamma(N(0, -1, -0.5, 1)) | torch.xlogy(2, i) | F.celu(N(-1.5, 2), 0.5) | F.gelu(N(-1.5, 2), approximate='tanh')
        torch.multiply(i, 2) | torch.true_divide(i, 2) | torch.divide(i, 2, rounding_mode='floor') | i.subtract(1, alpha=2) | i.greater_equal(2) | torch.arctan2(i, i) | i.negative() | torch.fix(N(-1.5))
        r(2).relu() | r(2).sigmoid() | r(2).tanh() | F.leaky_relu(r(2)) | F.elu(r(2)) | F.selu(r(2)) | F.celu(r(2)) | F.gelu(r(2)) | F.silu(r(2)) | F.mish(r(2)) | F.softplus(r(2)) | F.logsigmoid(r(2)) | F.hardtanh(r(2)) | F.relu6(r(2))
        F.hardsigmoid(r(2)) | F.hardswish(r(2)) | F.hardshrink(r(2)) | F.softshrink(r(2)) | F.tanhshrink(r(2)) | F.softsign(r(2)) | F.threshold(r(2), 1, 5) | torch.prelu(r(2), r(1)) | r(2).erf() | r(2).lgamma() | r(2).multiply(2)
        F.leaky_relu(N(-1.5, 2), 0.5, True) | F.elu(N(-1.5, 2), inplace=True) | F.hardtanh(r(2), inplace=True)
    """,
    "loss": """
        F.mse_loss(z(2, 3), z(3)) | F.mse_loss(z(2, 3), z(4)) | F.l1_loss(z(2, 3), z(2, 1)) | F.smooth_l1_loss(z(2, 3), z(3)) | F.huber_loss(z(2, 3), z(3)) | F.mse_loss(z(2), z(2), reduction='foo') | F.l1_loss(z(2), z(2), reduction='foo')
        F.mse_loss(z(2), o(2), False) | F.mse_loss(z(2), o(2), True, False) | F.mse_loss(z(2), o(2), None, False) | F.mse_loss(z(2), o(2), True) | F.mse_loss(i, i) | F.mse_loss(z(2), i)
        F.mse_loss(z(2), o(2), weight=N(1.5, 3)) | F.mse_loss(z(2), o(2), weight=N(1.5, 3), reduction='sum') | F.mse_loss(z(2), o(2), weight=o(3)) | F.l1_loss(z(2), o(2), weight=N(1.5, 3)) | F.huber_loss(z(2), o(2), weight=N(1.5, 3)) | F.huber_loss(z(2), o(2), weight=o(3))
        F.smooth_l1_loss(z(2), o(2), beta=-1) | F.smooth_l1_loss(z(2), o(2), beta=0) | F.huber_loss(z(2), o(2), delta=0) | F.smooth_l1_loss(N(0.5, 2), z(2), beta=2, reduction='none') | F.huber_loss(N(0.5, 2), z(2), delta=0.75, reduction='none')
        F.binary_cross_entropy(N(2.5), z(1)) | F.binary_cross_entropy(z(2), z(3)) | F.binary_cross_entropy(z(2, 1), z(2)) | F.binary_cross_entropy(z(1), N(2.5)) | F.binary_cross_entropy(z(2), o(2)) | F.binary_cross_entropy(z(2), i) | F.binary_cross_entropy(z(2).double(), z(2))
        F.binary_cross_entropy(z(2), o(2), o(3)) | F.binary_cross_entropy(z(2, 3), o(2, 3), N(1, 2, 0.5)) | F.binary_cross_entropy(N(nan), o(1)) | F.binary_cross_entropy(z(2), o(2), reduction='foo') | F.binary_cross_entropy(z(0), z(0)) | F.binary_cross_entropy(i, i) | F.binary_cross_entropy(N(0.5), o(1), r(1))
        F.binary_cross_entropy_with_logits(z(2), z(3)) | F.binary_cross_entropy_with_logits(z(2), o(2), pos_weight=N(3.5)) | F.binary_cross_entropy_with_logits(z(2), i) | F.binary_cross_entropy_with_logits(z(2), z(2), o(3)) | F.binary_cross_entropy_with_logits(N(20.5, -100.5), N(1.0, 0.5), reduction='none')
        F.nll_loss(z(2, 3), L(0, 3)) | F.nll_loss(z(2, 3), L(0, -1)) | F.nll_loss(z(2, 3), L(0)) | F.nll_loss(z(2, 3), N(0.5, 1)) | F.nll_loss(z(2, 3), L(0, 1), o(2)) | F.nll_loss(z([]), torch.tensor(1)) | F.nll_loss(o(2, 3), L(-100, -100)) | F.nll_loss(z(2, 3, 4), z(2, 5).long())
        F.nll_loss(z(2, 3, 4), z(3, 4).long()) | F.nll_loss(o(1, 3, 2), z(1, 2).long(), reduction='none') | F.nll_loss(z(2, 3), z(2, 3).long()) | F.nll_loss(z(2, 3), i.int()) | F.nll_loss(z(2, 3), L(0, 1), o(3).double()) | F.nll_loss(z(2, 3).long(), L(0, 1)) | F.nll_loss(o(2, 3), L(1, -100), N(1.5, 2, 3), reduction='none') | F.nll_loss(o(3), torch.tensor(1)) | F.nll_loss(z(2, 3), L(1, 2), reduction='foo')
        F.cross_entropy(z(2, 3), L(0, 3)) | F.cross_entropy(z(2, 3), z(2, 4)) | F.cross_entropy(z(2, 3), L(0, 1), label_smoothing=1.5) | F.cross_entropy(z(2, 3), N(0.5, 1)) | F.cross_entropy(z(2, 3), L([0], [1])) | F.cross_entropy(z(3), torch.tensor(1)) | F.cross_entropy(z(3), o(3)) | F.cross_entropy(z(2, 3), o(2, 3), ignore_index=1)
        F.cross_entropy(z(2, 3, 4), o(2, 3, 4), reduction='none') | F.cross_entropy(z(2, 3), o(2, 3), N(1.5, 2, 3)) | F.cross_entropy(z(2, 3), o(2, 3), N(1.5, 2, 3), label_smoothing=0.1) | F.cross_entropy(z(2, 3), L(0, 1), N(1.5, 2, 3), label_smoothing=0.1) | F.cross_entropy(x, L(0, -100), label_smoothing=0.1) | F.cross_entropy(z(2, 3), L(0, -100), N(1.5, 2, 3), label_smoothing=0.1)
        F.cross_entropy(x, L(0, -100), label_smoothing=0.1, reduction='none') | F.cross_entropy(z(2, 3, 2), z(2, 2).long(), N(1.5, 2, 3), label_smoothing=0.1, reduction='sum') | F.cross_entropy(z([]), torch.tensor(1)) | F.cross_entropy(z(2, 3).long(), L(0, 1)) | F.cross_entropy(z(2, 3), o(2, 3), o(2)) | F.cross_entropy(z(0, 3), z(0).long()) | F.cross_entropy(z(2, 3), z(2, 3).long())
        F.kl_div(z(2, 3), o(2, 3)) | F.kl_div(z(2, 3), z(2, 3), reduction='batchmean') | F.kl_div(x, x, reduction='sum', log_target=True) | F.kl_div(z(2, 3), N(0.5, 0.25, 0.25), reduction='sum') | F.kl_div(z(2, 3), o(2, 3), reduction='foo') | F.kl_div(z(2), N(-1.5, 1), reduction='none') | F.kl_div(z(2), o(2), False)
        F.mse_loss(r(2), z(2)) | F.l1_loss(r(2), z(2)) | F.smooth_l1_loss(r(2), z(2)) | F.huber_loss(r(2), z(2)) | F.binary_cross_entropy(r(2), z(2)) | F.binary_cross_entropy_with_logits(r(2), z(2)) | F.nll_loss(r(2, 3), L(0, 1)) | F.nll_loss(r(2, 3, 4), z(2, 4).long()) | F.cross_entropy(r(2, 3), L(0, 1)) | F.cross_entropy(r(2, 3), L(0, 1), label_smoothing=0.1) | F.kl_div(r(2), z(2), reduction='sum')
    """,
}


def names():
    def leaf(*shape):
        n = torch.Size(shape).numel()
        return (torch.arange(1.0, n + 1) / (n + 1)).view(shape).requires_grad_()

    return {
        "torch": torch,
        "F": torch.nn.functional,
        "z": torch.zeros,
        "o": torch.ones,
        "r": leaf,
        "x": torch.tensor([[1.0, 2, 2, 1, 3], [5, 5, 4, 4, 0]]),
        "e": torch.zeros(0, 3),
        "i": torch.tensor([1, 2]),
        "b": torch.tensor([True, False]),
        "N": lambda *numbers: torch.tensor(numbers, dtype=torch.float32),
        "L": lambda *numbers: torch.tensor(numbers),
        "inf": float("inf"),
        "nan": float("nan"),
    }


def outcome(python):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            said = repr(eval(python, names()))
        except Exception as error:
            said = f"{type(error).__name__}: {error}".split("\n")[0]
    warned = [f"{w.category.__name__}: {re.sub(r' [(]Triggered internally at .*', '', str(w.message))}" for w in told]
    return [*warned, *said.split("\n")]


if __name__ == "__main__":
    recorded = {
        family: {javascript(ast.parse(call, mode="eval")): outcome(call) for call in (c.strip() for c in re.split(r"[|\n]", calls)) if call}
        for family, calls in CALLS.items()
    }
    path = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "outcomes.json")
    with open(path, "w") as file:
        json.dump(recorded, file, indent=1, ensure_ascii=False)
        file.write("\n")
