"""Records what autograd answers, and how it complains, into test/fixtures/autograd_texts.json.

test/autograd/texts.test.ts holds the same programs under the same names. A tensor is recorded as its numbers, an operation
of the graph as its name, an error as its type and text.
"""

import json
import os
import sys
import warnings

import torch
import torch.nn as nn
import torch.utils.checkpoint as cp

if int(torch.__version__.split(".")[0]) < 2:
    print("autograd_texts.json stays as it is: PyTorch 1 words some messages otherwise")
    sys.exit()
warnings.simplefilter("ignore")

A = torch.autograd
F = A.functional
PROGRAMS = {}


def program(function):
    PROGRAMS[function.__name__] = function


def leaf(*values):
    return torch.tensor(values or (1.0, 2.0, 3.0), requires_grad=True)


def inference():
    with torch.inference_mode():
        return torch.ones(3)


# Views


def modify_output(split):
    def run():
        split(leaf().clone())[1].mul_(2)

    return run


PROGRAMS["piece_of_split"] = modify_output(lambda y: y.split(1))
PROGRAMS["piece_of_split_with_sizes"] = modify_output(lambda y: y.split([1, 2]))
PROGRAMS["piece_of_chunk"] = modify_output(lambda y: y.chunk(3))
PROGRAMS["piece_of_unbind"] = modify_output(lambda y: y.unbind())


@program
def view_of_a_piece():
    leaf().clone().unbind()[0].view(1).mul_(2)


@program
def base_of_pieces():
    y = leaf().clone()
    a, b = y.split([1, 2])
    y.mul_(2)
    return b + 1


@program
def piece_of_tensor_split():
    y = leaf().clone()
    pieces = y.tensor_split(3)
    pieces[0].mul_(2)
    return [y.grad_fn, pieces[0].grad_fn, y]


@program
def piece_of_data():
    y = torch.ones(3)
    y.split(1)[0].mul_(2)
    return y


@program
def piece_of_data_times_leaf():
    torch.ones(3).split(1)[0].mul_(leaf(2.0))


def without_grad(change):
    def run():
        y = leaf().clone()
        with torch.no_grad():
            v = y[:2]
        return change(y, v)

    return run


PROGRAMS["no_grad_view_changed"] = without_grad(lambda y, v: v.mul_(2))
PROGRAMS["no_grad_view_of_view_changed"] = without_grad(lambda y, v: v.view(2, 1).mul_(2))
PROGRAMS["no_grad_view_of_changed_base"] = without_grad(lambda y, v: [y.mul_(2), v.grad_fn])
PROGRAMS["no_grad_view_of_changed_base_is_leaf"] = without_grad(lambda y, v: [y.mul_(2), v.is_leaf])
PROGRAMS["no_grad_view_of_changed_base_printed"] = without_grad(lambda y, v: [y.mul_(2), str(v)])
PROGRAMS["no_grad_view"] = without_grad(lambda y, v: [v.requires_grad, v.grad_fn, v.is_leaf, v._is_view(), v._base is y])


@program
def no_grad_view_of_leaf():
    x = leaf()
    with torch.no_grad():
        v = x[:2]
    (v * 2).sum().backward()
    return [v.requires_grad, v.is_leaf, v.grad, x.grad]


@program
def no_grad_change_of_view():
    x = leaf()
    v = x.view(3)
    with torch.no_grad():
        v.add_(1)
    return [x, v.grad_fn, v._version]


@program
def view_before_requires_grad():
    x = torch.ones(3)
    v = x[:2]
    x.requires_grad_()
    return [v.requires_grad, v.grad_fn, v.is_leaf]


@program
def view_before_requires_grad_changed():
    x = torch.ones(3)
    v = x[:2]
    x.requires_grad_()
    v.mul_(2)


@program
def view_that_requires_grad():
    x = torch.ones(3)
    v = x[:2].requires_grad_()
    x.mul_(2)
    return [x.requires_grad, v.is_leaf, v.grad_fn]


@program
def view_that_requires_grad_changed():
    torch.ones(3)[:2].requires_grad_().mul_(2)


@program
def view_changed_by_leaf():
    x = torch.ones(3)
    v = x[:2]
    v.mul_(leaf(1.0, 2.0))
    return [x.requires_grad, x.grad_fn, v.grad_fn]


@program
def detached():
    x = leaf()
    d = x.clone().detach()
    return [d._is_view(), d._base, d.requires_grad, d.view(3, 1)._base is d]


@program
def detached_written():
    y = leaf().clone()
    d = y.detach()
    d.mul_(2)
    return [y, y._version, d._version, y.data._version]


@program
def detached_in_place():
    leaf().clone()[:2].detach_()


@program
def data_written():
    y = leaf().clone()
    y.data.mul_(2)
    return [y, y._version, y.data._is_view()]


@program
def data_replaced():
    x = leaf()
    x.data = torch.zeros(2)
    return [x, x._version, x.requires_grad]


@program
def data_replaced_by_number():
    leaf().data = 3


@program
def identity():
    x = torch.arange(6.0).view(2, 3)
    return [
        x.view(2, 3).is_set_to(x),
        x.t().is_set_to(x),
        x[1].data_ptr() - x.data_ptr(),
        x.untyped_storage().nbytes(),
        x.untyped_storage().data_ptr() == x.t().untyped_storage().data_ptr(),
        x.data_ptr() == x.clone().data_ptr(),
        torch.zeros(0).data_ptr(),
        list(x.t().stride()),
        x.t().stride(-1),
        x.t()[1:].storage_offset(),
        x.contiguous() is x,
        x.t().contiguous().is_contiguous(),
    ]


# Changes in place


@program
def leaf_changed():
    leaf().add_(1)


@program
def view_of_leaf_changed():
    leaf()[:2].add_(1)


@program
def saved_argument_changed():
    y = leaf() * 1
    z = y * y
    y.add_(1)
    z.sum().backward()


@program
def saved_result_changed():
    y = leaf().exp()
    y.add_(1)
    y.sum().backward()


@program
def saved_leaf_changed():
    w = torch.ones(3)
    y = w * leaf()
    w.add_(1)
    y.sum().backward()


@program
def saved_view_changed():
    y = torch.ones(3, 3, requires_grad=True).clone()
    z = y[0] * y[1]
    y[0].add_(1)
    z.sum().backward()


@program
def saved_changed_in_anomaly_mode():
    with A.set_detect_anomaly(True):
        y = leaf() * 1
        z = y * y
        y.add_(1)
        z.sum().backward()


@program
def twice_through_a_change():
    x = leaf()
    y = x.clone()
    y.pow_(3)
    (g,) = A.grad(y.sum(), x, create_graph=True)
    (h,) = A.grad(g.sum(), x)
    return [g, h]


@program
def twice_through_a_change_of_a_view():
    x = leaf()
    y = x * 1
    y[1:].pow_(3)
    (g,) = A.grad(y.sum(), x, create_graph=True)
    (h,) = A.grad(g.sum(), x)
    return [g, h]


# Inference mode


@program
def made_in_inference_mode():
    y = inference()
    return [
        y.is_inference(), (y * 2).is_inference(), y.view(3, 1).is_inference(), y.detach().is_inference(),
        y.clone().is_inference(), y.requires_grad,
    ]


@program
def inference_changed():
    inference().add_(1)


@program
def inference_view_changed():
    inference().view(3, 1).add_(1)


@program
def inference_saved():
    return inference() * leaf()


@program
def inference_not_saved():
    return (inference() + leaf()).grad_fn


@program
def inference_requires_grad():
    inference().requires_grad_()


@program
def inference_version():
    return inference()._version


@program
def normal_in_inference_mode():
    x = leaf().clone()
    with torch.inference_mode():
        x.mul_(2)
        leaf_inside = torch.ones(1, requires_grad=True)
        return [x._version, x.is_inference(), x.requires_grad, leaf_inside.requires_grad, (leaf_inside * 2).requires_grad]


@program
def inference_mode_view_of_normal():
    x = leaf().clone()
    with torch.inference_mode():
        v = x[:2]
    return [v.is_inference(), v.mul_(2)]


@program
def inference_mode_left():
    with torch.inference_mode():
        with torch.inference_mode(False):
            return [torch.is_inference_mode_enabled(), torch.is_grad_enabled(), (leaf() * 2).requires_grad]


# grad and backward


@program
def unused_input():
    A.grad(leaf().sum(), [leaf(), leaf()])


@program
def input_without_grad():
    A.grad(leaf().sum(), torch.ones(1))


@program
def no_inputs():
    A.grad(leaf().sum(), [])


@program
def materialized_but_not_unused():
    A.grad(leaf().sum(), leaf(), materialize_grads=True, allow_unused=False)


@program
def fewer_gradients_than_outputs():
    x = leaf()
    A.grad([x * 2, x * 3], x, [torch.ones(3)])


@program
def several_outputs():
    x = leaf()
    return A.grad([x * 2, (x * 3).sum()], x, [torch.ones(3), None])


@program
def other_dtypes_of_gradients():
    x = leaf()
    return [A.grad(x * 2, x, torch.ones(3, dtype=d))[0].dtype == torch.float32 for d in (torch.float64, torch.int64)]


@program
def batched():
    x = leaf()
    return A.grad(x * x, x, torch.eye(3), is_grads_batched=True)


@program
def batched_and_recorded():
    x = leaf()
    (g,) = A.grad(x**3, x, torch.eye(3), is_grads_batched=True, create_graph=True)
    return A.grad(g.sum(), x)


@program
def gradient_of_another_shape():
    x = leaf()
    (x * 2).backward(torch.ones(2))


@program
def no_scalar():
    (leaf() * 2).backward()


@program
def nothing_recorded():
    torch.ones(1).backward()


@program
def freed():
    y = leaf().exp().sum()
    y.backward()
    y.backward()


@program
def several_roots():
    x = leaf()
    A.backward([(x * 2).sum(), (x * 3).sum()], [None, torch.tensor(2.0)])
    return x.grad


@program
def former_name_of_gradients():
    x = leaf()
    A.backward((x * 2).sum(), grad_variables=torch.tensor(2.0))
    return x.grad


@program
def both_names_of_gradients():
    A.backward((leaf() * 2).sum(), torch.tensor(1.0), grad_variables=torch.tensor(2.0))


@program
def computed_inputs():
    x = leaf()
    y = x * 2
    y.sum().backward(inputs=[y])
    return [y.grad, x.grad, y.retains_grad]


@program
def empty_inputs():
    leaf().sum().backward(inputs=[])


@program
def inputs_without_grad():
    leaf().sum().backward(inputs=[torch.ones(1)])


@program
def unused_inputs():
    u = leaf()
    leaf().sum().backward(inputs=[u])
    return u.grad


@program
def gradient_edges():
    x = leaf()
    y = x * 2
    edge = A.graph.get_gradient_edge(y)
    return [edge.node, edge.output_nr, A.grad(edge, x, torch.ones(3))[0], A.grad((y * y).sum(), edge)[0]]


@program
def no_gradient_edge():
    A.graph.get_gradient_edge(torch.ones(1))


@program
def switched_off_for_computed():
    (leaf() * 2).requires_grad_(False)


@program
def assigned_gradient_of_another_size():
    leaf().grad = torch.ones(2)


@program
def assigned_gradient_of_another_dtype():
    leaf().grad = torch.ones(3, dtype=torch.float64)


@program
def assigned_gradient_no_tensor():
    leaf().grad = 3


@program
def assigned_gradient_itself():
    x = leaf()
    x.grad = x


# Hooks


@program
def retained_through_changes():
    x = leaf()
    y = x * 1
    y.retain_grad()
    y.mul_(3)
    y.sum().backward()
    z = x * 1
    z.retain_grad()
    z[:2].mul_(3)
    z.sum().backward()
    v = (x * 1)[:2]
    v.retain_grad()
    v.mul_(3)
    v.sum().backward()
    return [y.grad, z.grad, v.grad]


@program
def hooks_before_and_after_a_change():
    y = leaf() * 1
    seen = []
    y.register_hook(lambda g: seen.append(["before", g]))
    y.mul_(3)
    y.register_hook(lambda g: seen.append(["after", g]))
    y.sum().backward()
    return seen


def with_hook(hook):
    def run():
        y = leaf() * 2
        y.register_hook(hook)
        y.sum().backward()

    return run


PROGRAMS["hook_that_changes_the_size"] = with_hook(lambda g: torch.ones(5))
PROGRAMS["hook_that_changes_the_dtype"] = with_hook(lambda g: g.double())
PROGRAMS["hook_that_returns_a_number"] = with_hook(lambda g: 3)


@program
def node_hook_that_returns_too_much():
    y = leaf() * torch.ones(3, requires_grad=True)
    y.grad_fn.register_hook(lambda inputs, outputs: (1, 2, 3))
    y.sum().backward()


@program
def node_prehook():
    x = leaf()
    y = x * 2
    y.grad_fn.register_prehook(lambda outputs: (outputs[0] * 2,))
    y.sum().backward()
    return x.grad


@program
def hook_without_grad():
    torch.ones(1).register_hook(lambda g: g)


@program
def retained_without_grad():
    torch.ones(1).retain_grad()


@program
def accumulation_hook_of_computed():
    (leaf() * 2).register_post_accumulate_grad_hook(lambda p: None)


@program
def accumulation_hook_without_grad():
    torch.ones(1).register_post_accumulate_grad_hook(lambda p: None)


@program
def accumulation_hook_with_inputs():
    x = leaf()
    seen = []
    x.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.clone()))
    (x * 2).sum().backward(inputs=[x])
    return seen


# Saved tensors


@program
def packed():
    x = leaf()
    seen = []

    def pack(t):
        seen.append(["pack", t.requires_grad, t is x])
        return t * 1

    def unpack(t):
        seen.append(["unpack"])
        return t

    with A.graph.saved_tensors_hooks(pack, unpack):
        y = x * x
    x.data.add_(1)
    (g,) = A.grad(y.sum(), x, create_graph=True)
    (h,) = A.grad(g.sum(), x)
    return [seen, g, h]


@program
def packed_results_twice():
    x = leaf()
    with A.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
        z = (x * 1).exp()
    (g,) = A.grad(z.sum(), x, create_graph=True)
    return A.grad(g.sum(), x)


@program
def packed_and_changed():
    x = leaf().clone()
    with A.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        y = x * x
    x.add_(1)
    y.sum().backward()
    return "no check"


@program
def pack_hook_that_writes():
    with A.graph.saved_tensors_hooks(lambda t: t.mul_(2), lambda t: t):
        leaf() * leaf()


@program
def unpack_hook_that_returns_a_number():
    x = leaf()
    with A.graph.saved_tensors_hooks(lambda t: t, lambda t: 3):
        y = x * x
    y.sum().backward()


@program
def hooks_disabled():
    with A.graph.disable_saved_tensors_hooks("not here"):
        with A.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
            pass


# Anomaly mode


@program
def nan_found():
    with A.detect_anomaly():
        torch.tensor([-1.0, 0.0, 1.0], requires_grad=True).sqrt().sum().backward()


@program
def nan_found_in_second_output():
    with A.detect_anomaly():
        x = torch.tensor([0.0, 2.0], requires_grad=True)
        (x / torch.zeros(2, requires_grad=True)).sum().backward()


@program
def nan_not_looked_for():
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    with A.detect_anomaly(check_nan=False):
        x.sqrt().sum().backward()
    return x.grad.isnan()


@program
def anomaly_mode_known():
    with A.set_detect_anomaly(True):
        inside = [torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()]
    return [inside, torch.is_anomaly_enabled()]


# Functions of the user's


def function(forward, backward=lambda ctx, g: g):
    return type("Custom", (A.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


def doubled_in_place(ctx, x):
    x.mul_(2)
    ctx.mark_dirty(x)
    return x


Dirty = function(doubled_in_place, lambda ctx, g: g * 2)


@program
def dirty():
    y = leaf().clone()
    z = Dirty.apply(y)
    return [z is y, y._version, y.grad_fn, y.grad_fn.next_functions[0][0]]


@program
def dirty_without_grad():
    y = torch.ones(3)
    return [Dirty.apply(y) is y, y._version]


@program
def dirty_leaf():
    Dirty.apply(leaf())


@program
def dirty_view_of_leaf():
    Dirty.apply(leaf()[:2])


@program
def dirty_view():
    x = leaf()
    y = x.clone()
    Dirty.apply(y[:2])
    y.sum().backward()
    return [y.grad_fn, x.grad]


@program
def dirty_view_of_several():
    def forward(ctx, x):
        return doubled_in_place(ctx, x), x.clone()

    function(forward, lambda ctx, g, h: g).apply(leaf().clone()[:2])


@program
def dirty_not_returned():
    def forward(ctx, x):
        return doubled_in_place(ctx, x).clone()

    function(forward).apply(leaf().clone())


@program
def input_returned():
    y = leaf().clone()
    z = function(lambda ctx, x: x).apply(y)
    return [z is y, z._is_view(), z.grad_fn]


@program
def input_returned_and_changed():
    function(lambda ctx, x: x).apply(leaf().clone()).mul_(2)


@program
def view_returned_and_changed():
    function(lambda ctx, x: x.view(-1)).apply(leaf().clone()).mul_(2)


@program
def view_returned_and_base_changed():
    y = leaf().clone()
    z = function(lambda ctx, x: x.view(-1)).apply(y)
    y.mul_(2)
    return z.grad_fn


def square(ctx, x):
    ctx.save_for_backward(x)
    return x * x


@program
def once_differentiable():
    backward = A.function.once_differentiable(lambda ctx, g: 2 * g * ctx.saved_tensors[0])
    x = leaf()
    y = function(square, backward).apply(x * 1)
    (g,) = A.grad(y, x, torch.ones(3, requires_grad=True), create_graph=True)
    g.sum().backward()


@program
def not_materialized():
    seen = []

    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        return x * 1, x * 2

    def backward(ctx, g, h):
        seen.append([g, h])
        return h

    x = leaf()
    function(forward, backward).apply(x)[1].sum().backward()
    return [seen, x.grad]


@program
def non_differentiable():
    seen = []

    def forward(ctx, x):
        a, b = x * 1, x * 2
        ctx.mark_non_differentiable(b)
        return a, b

    def backward(ctx, g, h):
        seen.append([g, h])
        return g

    x = leaf()
    p, q = function(forward, backward).apply(x)
    p.sum().backward()
    return [seen, q.requires_grad, q.grad_fn, x.grad]


@program
def function_saves_a_number():
    def forward(ctx, x):
        ctx.save_for_backward(3)
        return x * 1

    function(forward).apply(leaf())


def returning(*grads):
    def run():
        function(lambda ctx, x: x * 1, lambda ctx, g: grads if len(grads) > 1 else grads[0]).apply(leaf()).sum().backward()

    return run


PROGRAMS["backward_returns_a_number"] = returning(3)
PROGRAMS["backward_returns_another_shape"] = returning(torch.ones(5))
PROGRAMS["backward_returns_too_much"] = returning(torch.ones(3), torch.ones(3))


@program
def backward_returns_too_little():
    function(lambda ctx, x, k: x * k).apply(leaf(), 2).sum().backward()


@program
def function_freed():
    z = function(square, lambda ctx, g: 2 * g * ctx.saved_tensors[0]).apply(leaf()).sum()
    z.backward()
    z.backward()


@program
def function_without_backward():
    class Bare(A.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

    Bare.apply(leaf()).sum().backward()


@program
def function_without_forward():
    class Bare(A.Function):
        pass

    Bare.apply(leaf())


# torch.autograd.functional


def cube(x):
    return x.pow(3).sum()


@program
def products():
    x, v = torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0])
    two = lambda a, b: (a * b, a.exp())
    return [
        F.vjp(lambda x: x**2, x, v), F.jvp(lambda x: x**2, x, v), F.vhp(cube, x, v), F.hvp(cube, x, v),
        F.jvp(two, (x, x), (v, v)), F.vjp(two, (x, x), (v, v)), F.vjp(cube, x), F.hvp(lambda a, b: (a * b * b).sum(), (x, x), (v, v)),
    ]


@program
def jacobians():
    x = torch.tensor([1.0, 2.0])
    return [
        F.jacobian(lambda x: x**2, x), F.jacobian(lambda a, b: (a * b, a.sum()), (x, x)), F.hessian(cube, x),
        F.hessian(lambda a, b: (a * b * b).sum(), (x, x)), F.jacobian(lambda x: x**2, x, vectorize=True),
        F.jacobian(lambda x: x**2, x, vectorize=True, strategy="forward-mode"), F.jacobian(lambda x: torch.ones(2), x),
        F.jacobian(lambda x: x.sum(0).exp(), torch.zeros(2, 3)), F.jacobian(lambda x: x.t() * 2, torch.zeros(1, 2)),
    ]


@program
def jacobian_recorded():
    x = leaf()
    j = F.jacobian(lambda x: x**3, x, create_graph=True)
    return [j.requires_grad, A.grad(j.sum(), x)[0], F.jacobian(lambda x: x**3, x).requires_grad]


def of(call):
    return lambda: call(torch.tensor([1.0, 2.0]), torch.ones(2))


for name, call in {
    "functional_of_a_number": lambda x, v: F.vjp(lambda x: x, 3),
    "functional_of_numbers": lambda x, v: F.jacobian(lambda a, b: a, (x, 3)),
    "functional_to_a_number": lambda x, v: F.jacobian(lambda x: 3, x),
    "vjp_without_v": lambda x, v: F.vjp(lambda x: x**2, x),
    "jvp_without_v": lambda x, v: F.jvp(lambda x: x**2, x),
    "v_of_another_shape": lambda x, v: F.vjp(lambda x: x**2, x, torch.ones(3)),
    "v_of_another_length": lambda x, v: F.jvp(lambda a, b: a * b, (x, x), v),
    "entry_of_v_of_another_shape": lambda x, v: F.jvp(lambda a, b: a * b, (x, x), (v, torch.ones(3))),
    "several_v": lambda x, v: F.jvp(lambda x: x**2, x, (v, v)),
    "hessian_of_a_vector": lambda x, v: F.hessian(lambda x: x**2, x),
    "hessian_of_several": lambda x, v: F.hessian(lambda x: (x.sum(), x.sum()), x),
    "hvp_of_a_vector": lambda x, v: F.hvp(lambda x: x**2, x, v),
    "strict_independent_output": lambda x, v: F.jacobian(lambda x: torch.ones(2), x, strict=True),
    "strict_independent_input": lambda x, v: F.jacobian(lambda a, b: a * 2, (x, x), strict=True),
    "strict_independent_jacobian": lambda x, v: F.jacobian(lambda x: x * 2, x, strict=True, create_graph=True),
    "strict_linear_hessian": lambda x, v: F.hessian(lambda x: (x * 2).sum(), x, strict=True),
    "strict_linear_jvp": lambda x, v: F.jvp(lambda x: x.detach() + v, x, v, strict=True),
    "strict_vjp": lambda x, v: F.vjp(lambda a, b: a * 2, (x, x), v, strict=True),
    "strict_vhp": lambda x, v: F.vhp(lambda x: (x * 2).sum(), x, v, strict=True),
    "strict_vectorize": lambda x, v: F.jacobian(lambda x: x * 2, x, strict=True, vectorize=True),
    "strategy_unknown": lambda x, v: F.jacobian(lambda x: x * 2, x, strategy="other"),
    "forward_without_vectorize": lambda x, v: F.jacobian(lambda x: x * 2, x, strategy="forward-mode"),
    "forward_strict": lambda x, v: F.jacobian(lambda x: x * 2, x, strict=True, strategy="forward-mode"),
    "forward_create_graph": lambda x, v: F.jacobian(lambda x: x * 2, x, create_graph=True, strategy="forward-mode"),
}.items():
    PROGRAMS[name] = of(call)

# torch.func

fn = torch.func
for name, call in {
    "func_grad": lambda x, v: [
        fn.grad(cube)(x), fn.grad(lambda a, b: (a * b).sum(), argnums=(0, 1))(x, v), fn.grad(lambda a, b: (a * b * b).sum(), argnums=-1)(x, x),
        fn.grad(lambda x: (cube(x), x), has_aux=True)(x), fn.grad_and_value(cube)(x), fn.grad_and_value(lambda x: (cube(x), x), has_aux=True)(x),
        fn.grad(lambda x: fn.grad(cube)(x).sum())(x), fn.grad(lambda y: (x * 2).sum())(x),
    ],
    "func_grad_in_no_grad": lambda x, v: torch.no_grad()(lambda: fn.grad(cube)(x))(),
    "func_jacobians": lambda x, v: [
        fn.jacrev(lambda x: x**2)(x), fn.jacrev(lambda a, b: a * b, argnums=(0, 1))(x, v), fn.jacrev(lambda x: (x**2, x.sum()))(x),
        fn.jacrev(lambda x: (x**2, x), has_aux=True)(x), fn.hessian(cube)(x), fn.jacfwd(lambda x: x**2)(x),
    ],
    "func_jvp": lambda x, v: fn.jvp(lambda x: x**2, (x,), (v,)),
    "func_vmap": lambda x, v: [
        fn.vmap(lambda x: (x * 2).sum())(torch.ones(2, 3)), fn.vmap(lambda a, b: a * b, in_dims=(1, None))(torch.ones(2, 3), v),
        fn.vmap(lambda x: x * 2, out_dims=1)(torch.ones(2, 3)), fn.vmap(fn.grad(cube))(torch.ones(2, 3)),
        fn.vmap(lambda a, b: (a + b, a.sum()))(torch.ones(2, 3), v),
    ],
    "func_grad_of_a_vector": lambda x, v: fn.grad(lambda x: x * 2)(x),
    "func_grad_to_a_number": lambda x, v: fn.grad(lambda x: 3.5)(x),
    "func_grad_of_integers": lambda x, v: fn.grad(cube)(torch.tensor([1, 2])),
    "func_grad_of_a_number": lambda x, v: fn.grad(cube)(3.5),
    "func_grad_argnums": lambda x, v: fn.grad(lambda a, b: (a * b).sum(), argnums=2)(x, x),
    "func_grad_aux": lambda x, v: fn.grad(cube, has_aux=True)(x),
    "func_jvp_no_list": lambda x, v: fn.jvp(cube, x, v),
    "func_jvp_size": lambda x, v: fn.jvp(cube, (x,), (torch.ones(4),)),
    "vmap_sizes": lambda x, v: fn.vmap(torch.mul)(torch.ones(2, 3), torch.ones(3)),
    "vmap_random": lambda x, v: fn.vmap(lambda x: x + torch.rand(1))(x),
}.items():
    PROGRAMS[name] = of(call)


@program
def func_grad_of_leaf():
    g = fn.grad(cube)(leaf())
    return [g, g.requires_grad]


@program
def func_grad_with_leaf_outside():
    w = leaf()
    g = fn.grad(lambda y: (w * y * y).sum())(torch.tensor([1.0, 2.0, 3.0]))
    return [g, A.grad(g.sum(), w)[0]]


@program
def func_vjp():
    x, ones = torch.tensor([1.0, 2.0]), torch.ones(2)
    y, pull = fn.vjp(lambda x: x**2, x)
    both, pull_both = fn.vjp(lambda a, b: (a * b, a + b), x, x)
    return [y, pull(ones), pull(ones * 2), both, pull_both((ones, ones))]


@program
def func_vjp_shape():
    fn.vjp(lambda x: x**2, torch.ones(3))[1](torch.ones(4))


@program
def vmap_draws():
    torch.manual_seed(0)
    f = lambda x: x + torch.rand(2)
    return [fn.vmap(f, randomness="different")(torch.zeros(3)), fn.vmap(f, randomness="same")(torch.zeros(3))]


@program
def functional_call():
    m = nn.Linear(3, 1)
    weights = {k: torch.ones_like(p) for k, p in m.named_parameters()}
    g = fn.grad(lambda w: fn.functional_call(m, w, (torch.tensor([1.0, 2.0, 3.0]),)).sum())(weights)
    return [fn.functional_call(m, weights, (torch.tensor([1.0, 2.0, 3.0]),)), g["weight"], g["bias"], isinstance(m.weight, nn.Parameter)]


@program
def functional_call_strict():
    fn.functional_call(nn.Linear(3, 1), {"weight": torch.ones(1, 3)}, (torch.ones(3),), strict=True)


# torch.utils.checkpoint


@program
def checkpoint():
    x = leaf()
    calls = []

    def f(x):
        calls.append(1)
        return (x * x).exp()

    y = cp.checkpoint(f, x, use_reentrant=False)
    before = len(calls)
    (g,) = A.grad(y.sum(), x, create_graph=True)
    between = len(calls)
    A.grad(g.sum(), x)
    return [before, between, len(calls), y.grad_fn]


@program
def checkpoint_random():
    torch.manual_seed(0)
    x = torch.ones(5, requires_grad=True)
    y = cp.checkpoint(lambda x: torch.rand(5) * x * x, x, use_reentrant=False)
    between = torch.rand(1)
    y.sum().backward()
    return [y.detach(), x.grad, between, torch.rand(1)]


@program
def checkpoint_reentrant():
    x = leaf()
    y = cp.checkpoint(lambda x: x * x, x, use_reentrant=True)
    y.sum().backward()
    return [y.grad_fn, x.grad]


@program
def checkpoint_sequential():
    x = leaf()
    y = cp.checkpoint_sequential([torch.exp, torch.sin, torch.cos], 2, x, use_reentrant=False)
    y.sum().backward()
    return [y.grad_fn, x.grad]


@program
def checkpoint_retained():
    x = leaf()
    y = cp.checkpoint(lambda x: x * x, x, use_reentrant=False)
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    return x.grad


@program
def checkpoint_freed():
    x = leaf()
    y = cp.checkpoint(lambda x: x * x, x, use_reentrant=False).sum()
    y.backward()
    y.backward()


def inconsistent(second):
    def run():
        calls = []

        def f(x):
            calls.append(1)
            return x * x if len(calls) == 1 else second(x)

        cp.checkpoint(f, leaf(), use_reentrant=False).sum().backward()

    return run


PROGRAMS["checkpoint_fewer"] = inconsistent(lambda x: x + 1)
PROGRAMS["checkpoint_other_shape"] = inconsistent(lambda x: x[:2] * x[:2])


@program
def checkpoint_reentrant_grad():
    x = leaf()
    A.grad(cp.checkpoint(lambda x: x * x, x, use_reentrant=True).sum(), x)


@program
def checkpoint_reentrant_keywords():
    cp.checkpoint(lambda x: x, leaf(), use_reentrant=True, other=3)


# Hooks of modules


def linear():
    m = nn.Linear(2, 1)
    with torch.no_grad():
        m.weight.fill_(2.0)
        m.bias.fill_(1.0)
    return m


def hooked(hook=None, pre=None, requires_grad=True):
    def run():
        m = linear()
        seen = []
        m.register_full_backward_hook(hook or (lambda m, gi, go: seen.append([gi, go])))
        if pre:
            m.register_full_backward_pre_hook(pre)
        x = torch.ones(3, 2, requires_grad=requires_grad)
        y = m(x)
        y.sum().backward()
        return [seen, y.grad_fn, x.grad, m.weight.grad]

    return run


PROGRAMS["module_hook"] = hooked()
PROGRAMS["module_hook_without_input_grad"] = hooked(requires_grad=False)
PROGRAMS["module_hook_that_replaces"] = hooked(lambda m, gi, go: (gi[0] * 10,))
PROGRAMS["module_prehook_that_replaces"] = hooked(None, lambda m, go: (go[0] * 10,))
PROGRAMS["module_hook_of_wrong_length"] = hooked(lambda m, gi, go: (gi[0], gi[0]))
PROGRAMS["module_prehook_of_wrong_length"] = hooked(None, lambda m, go: (go[0], go[0]))
PROGRAMS["module_hook_replaces_nothing"] = hooked(lambda m, gi, go: (go[0],), None, False)


@program
def module_hook_output_changed():
    m = linear()
    m.register_full_backward_hook(lambda m, gi, go: None)
    m(torch.ones(3, 2)).add_(1)


@program
def module_hook_of_several():
    class Two(nn.Module):
        def forward(self, a, k, b):
            return a * k, b * 2

    m = Two()
    seen = []
    m.register_full_backward_hook(lambda m, gi, go: seen.append([gi, go]))
    x, y = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    p, q = m(x, 2, y)
    q.sum().backward()
    return [seen, x.grad, y.grad]


def shown(value):
    if isinstance(value, torch.Tensor):
        return shown(value.detach().clone().tolist())
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    if hasattr(value, "next_functions"):
        return value.name().replace("torch::autograd::", "")
    if isinstance(value, float):
        return round(value, 6)
    return value


def outcome(run):
    try:
        return {"returns": shown(run())}
    except Exception as error:
        text = str(error).split("\n\nTip:")[0].split("\nException raised from")[0]
        return {"raises": f"{type(error).__name__}: {text}"}


record = {name: outcome(run) for name, run in PROGRAMS.items()}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/fixtures/autograd_texts.json")
with open(path, "w") as file:
    file.write("{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in record.items()) + "\n}\n")
print(f"{len(record)} programs")
