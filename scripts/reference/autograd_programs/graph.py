"""Views, changes in place, inference mode, gradients, hooks, saved tensors and anomaly mode."""

import torch

from autograd_programs import A, PROGRAMS, inference, leaf, program

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
