"""Functions of the user's, torch.autograd.functional, torch.func, checkpoints and hooks of modules."""

import torch
import torch.nn as nn
import torch.utils.checkpoint as cp

from autograd_programs import A, F, PROGRAMS, leaf, program

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
