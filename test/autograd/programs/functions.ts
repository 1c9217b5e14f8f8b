import { nn, type Tensor, torch } from "rushlight";
import { leaf, type Programs, watching } from "./common.js";

const { functional: F, grad } = torch.autograd;
const fn = torch.func;
const cp = torch.utils.checkpoint;
// biome-ignore lint/suspicious/noExplicitAny: calls that the types forbid
type Any = any;

const cube = (x: Tensor): Tensor => x.pow(3).sum();
const squared = (x: Tensor): Tensor => x.pow(2);
const double = (x: Tensor): Tensor => x.mul(2);
const doubleSum = (x: Tensor): Tensor => x.mul(2).sum();
const quadratic = (a: Tensor, b: Tensor): Tensor => a.mul(b).mul(b).sum();
const two = (a: Tensor, b: Tensor): Tensor[] => [a.mul(b), a.exp()];

const x = torch.tensor([1, 2], { dtype: torch.float32 });
const v = torch.ones(2);
const abc = torch.tensor([1, 2, 3], { dtype: torch.float32 });

function inconsistent(second: (x: Tensor) => Tensor) {
  return () => {
    let calls = 0;
    const f = (x: Tensor) => (++calls === 1 ? x.mul(x) : second(x));
    cp.checkpoint(f, leaf(), { use_reentrant: false }).sum().backward();
  };
}

/** torch.autograd.functional, torch.func, torch.utils.checkpoint. */
export const functions: Programs = {
  products: () => {
    const w = torch.tensor([1, -1], { dtype: torch.float32 });
    return [
      F.vjp(squared, x, w),
      F.jvp(squared, x, w),
      F.vhp(cube, x, w),
      F.hvp(cube, x, w),
      F.jvp(two, [x, x], [w, w]),
      F.vjp(two, [x, x], [w, w]),
      F.vjp(cube, x),
      F.hvp(quadratic, [x, x], [w, w]),
    ];
  },
  jacobians: () => [
    F.jacobian(squared, x),
    F.jacobian((a, b) => [a.mul(b), a.sum()], [x, x]),
    F.hessian(cube, x),
    F.hessian(quadratic, [x, x]),
    F.jacobian(squared, x, { vectorize: true }),
    F.jacobian(squared, x, { vectorize: true, strategy: "forward-mode" }),
    F.jacobian(() => torch.ones(2), x),
    F.jacobian((x) => x.sum(0).exp(), torch.zeros(2, 3)),
    F.jacobian((x) => x.t().mul(2), torch.zeros(1, 2)),
  ],
  jacobian_recorded: () => {
    const x = leaf();
    const third = (x: Tensor) => x.pow(3);
    const j = F.jacobian(third, x, { create_graph: true });
    return [j.requires_grad, grad(j.sum(), x)[0], F.jacobian(third, x).requires_grad];
  },
  functional_of_a_number: () => F.vjp((x) => x, 3 as Any),
  functional_of_numbers: () => F.jacobian((a) => a, [x, 3] as Any),
  functional_to_a_number: () => F.jacobian(() => 3 as Any, x),
  vjp_without_v: () => F.vjp(squared, x),
  jvp_without_v: () => F.jvp(squared, x),
  v_of_another_shape: () => F.vjp(squared, x, torch.ones(3)),
  v_of_another_length: () => F.jvp((a, b) => a.mul(b), [x, x], v),
  entry_of_v_of_another_shape: () => F.jvp((a, b) => a.mul(b), [x, x], [v, torch.ones(3)]),
  several_v: () => F.jvp(squared, x, [v, v]),
  hessian_of_a_vector: () => F.hessian(squared, x),
  hessian_of_several: () => F.hessian((x) => [x.sum(), x.sum()], x),
  hvp_of_a_vector: () => F.hvp(squared, x, v),
  strict_independent_output: () => F.jacobian(() => torch.ones(2), x, { strict: true }),
  strict_independent_input: () => F.jacobian((a, _) => a.mul(2), [x, x], { strict: true }),
  strict_independent_jacobian: () => F.jacobian(double, x, { strict: true, create_graph: true }),
  strict_linear_hessian: () => F.hessian(doubleSum, x, { strict: true }),
  strict_linear_jvp: () => F.jvp((x) => x.detach().add(v), x, v, { strict: true }),
  strict_vjp: () => F.vjp((a, _) => a.mul(2), [x, x], v, { strict: true }),
  strict_vhp: () => F.vhp(doubleSum, x, v, { strict: true }),
  strict_vectorize: () => F.jacobian(double, x, { strict: true, vectorize: true }),
  strategy_unknown: () => F.jacobian(double, x, { strategy: "other" as Any }),
  forward_without_vectorize: () => F.jacobian(double, x, { strategy: "forward-mode" }),
  forward_strict: () => F.jacobian(double, x, { strict: true, strategy: "forward-mode" }),
  forward_create_graph: () => F.jacobian(double, x, { create_graph: true, strategy: "forward-mode" }),

  func_grad: () => [
    fn.grad(cube)(x),
    fn.grad((a: Tensor, b: Tensor) => a.mul(b).sum(), { argnums: [0, 1] })(x, v),
    fn.grad(quadratic, -1)(x, x),
    fn.grad((x: Tensor) => [cube(x), x], { has_aux: true })(x),
    fn.grad_and_value(cube)(x),
    fn.grad_and_value((x: Tensor) => [cube(x), x], { has_aux: true })(x),
    fn.grad((x: Tensor) => fn.grad(cube)(x).sum())(x),
    fn.grad((_: Tensor) => x.mul(2).sum())(x),
  ],
  func_grad_in_no_grad: () => torch.no_grad(() => fn.grad(cube)(x)),
  func_jacobians: () => [
    fn.jacrev(squared)(x),
    fn.jacrev((a: Tensor, b: Tensor) => a.mul(b), [0, 1])(x, v),
    fn.jacrev((x: Tensor) => [x.pow(2), x.sum()])(x),
    fn.jacrev((x: Tensor) => [x.pow(2), x], { has_aux: true })(x),
    fn.hessian(cube)(x),
    fn.jacfwd(squared)(x),
  ],
  func_jvp: () => fn.jvp(squared, [x], [v]),
  func_vmap: () => [
    fn.vmap(doubleSum)(torch.ones(2, 3)),
    fn.vmap((a: Tensor, b: Tensor) => a.mul(b), { in_dims: [1, null] })(torch.ones(2, 3), v),
    fn.vmap(double, { out_dims: 1 })(torch.ones(2, 3)),
    fn.vmap(fn.grad(cube))(torch.ones(2, 3)),
    fn.vmap((a: Tensor, b: Tensor) => [a.add(b), a.sum()])(torch.ones(2, 3), v),
  ],
  func_grad_of_a_vector: () => fn.grad(double)(x),
  func_grad_to_a_number: () => fn.grad(() => 3.5 as Any)(x),
  func_grad_of_integers: () => fn.grad(cube)(torch.tensor([1, 2])),
  func_grad_of_a_number: () => fn.grad(cube)(3.5 as Any),
  func_grad_argnums: () => fn.grad(quadratic, { argnums: 2 })(x, x),
  func_grad_aux: () => fn.grad(cube, { has_aux: true })(x),
  func_jvp_no_list: () => fn.jvp(cube, x as Any, v as Any),
  func_jvp_size: () => fn.jvp(cube, [x], [torch.ones(4)]),
  vmap_sizes: () => fn.vmap(torch.mul)(torch.ones(2, 3), torch.ones(3)),
  vmap_random: () => fn.vmap((x: Tensor) => x.add(torch.rand(1)))(x),
  func_grad_of_leaf: () => {
    const g = fn.grad(cube)(leaf());
    return [g, g.requires_grad];
  },
  func_grad_with_leaf_outside: () => {
    const w = leaf();
    const g = fn.grad((y: Tensor) => w.mul(y).mul(y).sum())(abc);
    return [g, grad(g.sum(), w)[0]];
  },
  func_vjp: () => {
    const [y, pull] = fn.vjp(squared, x);
    const [both, pullBoth] = fn.vjp((a: Tensor, b: Tensor) => [a.mul(b), a.add(b)], x, x);
    return [y, pull(v), pull(v.mul(2)), both, pullBoth([v, v])];
  },
  func_vjp_shape: () => fn.vjp(squared, torch.ones(3))[1](torch.ones(4)),
  vmap_draws: () => {
    torch.manual_seed(0);
    const f = (x: Tensor) => x.add(torch.rand(2));
    return [
      fn.vmap(f, { randomness: "different" })(torch.zeros(3)),
      fn.vmap(f, { randomness: "same" })(torch.zeros(3)),
    ];
  },
  functional_call: () => {
    const m = new nn.Linear(3, 1);
    const weights = Object.fromEntries([...m.named_parameters()].map(([k, p]) => [k, torch.ones_like(p)]));
    const g: Any = fn.grad((w: Any) => fn.functional_call(m, w, [abc]).sum())(weights);
    return [fn.functional_call(m, weights, [abc]), g.weight, g.bias, m.weight instanceof nn.Parameter];
  },
  functional_call_strict: () =>
    fn.functional_call(new nn.Linear(3, 1), { weight: torch.ones(1, 3) }, [torch.ones(3)], { strict: true }),

  checkpoint: () => {
    const x = leaf();
    let calls = 0;
    const f = (x: Tensor) => {
      calls++;
      return x.mul(x).exp();
    };
    const y = cp.checkpoint(f, x, { use_reentrant: false });
    const before = calls;
    const [g] = grad(y.sum(), x, { create_graph: true });
    const between = calls;
    grad(g!.sum(), x);
    return [before, between, calls, y.grad_fn];
  },
  checkpoint_random: () => {
    torch.manual_seed(0);
    const x = torch.ones(5, { requires_grad: true });
    const y = cp.checkpoint((x: Tensor) => torch.rand(5).mul(x).mul(x), x, { use_reentrant: false });
    const between = torch.rand(1);
    y.sum().backward();
    return [y, x.grad, between, torch.rand(1)];
  },
  checkpoint_reentrant: () => {
    const x = leaf();
    const y = cp.checkpoint((x: Tensor) => x.mul(x), x, { use_reentrant: true });
    y.sum().backward();
    return [y.grad_fn, x.grad];
  },
  checkpoint_sequential: () => {
    const x = leaf();
    const y = cp.checkpoint_sequential([torch.exp, torch.sin, torch.cos], 2, x, { use_reentrant: false });
    y.sum().backward();
    return [y.grad_fn, x.grad];
  },
  checkpoint_retained: () => {
    const x = leaf();
    const y = cp.checkpoint((x: Tensor) => x.mul(x), x, { use_reentrant: false });
    y.sum().backward({ retain_graph: true });
    y.sum().backward();
    return x.grad;
  },
  checkpoint_freed: () => {
    const y = cp.checkpoint((x: Tensor) => x.mul(x), leaf(), { use_reentrant: false }).sum();
    y.backward();
    y.backward();
  },
  checkpoint_fewer: inconsistent((x) => x.add(1)),
  checkpoint_other_shape: inconsistent((x) => x.narrow(0, 0, 2).mul(x.narrow(0, 0, 2))),
  checkpoint_reentrant_grad: () => {
    const x = leaf();
    grad(cp.checkpoint((x: Tensor) => x.mul(x), x, { use_reentrant: true }).sum(), x);
  },
  checkpoint_reentrant_keywords: () => cp.checkpoint((x: Tensor) => x, leaf(), { use_reentrant: true, other: 3 }),
};

type Hook = (m: nn.Module, gi: readonly (Tensor | null)[], go: readonly (Tensor | null)[]) => Any;

function linear(): nn.Linear {
  const m = new nn.Linear(2, 1);
  torch.no_grad(() => {
    m.weight.fill_(2);
    m.bias!.fill_(1);
  });
  return m;
}

const hooked =
  (
    hook: Hook | null,
    pre: ((m: nn.Module, go: readonly (Tensor | null)[]) => Any) | null = null,
    requires_grad = true,
  ) =>
  () =>
    watching((seen) => {
      const m = linear();
      m.register_full_backward_hook(hook ?? ((_, gi, go) => void seen.push([gi, go])));
      if (pre) m.register_full_backward_pre_hook(pre);
      const x = torch.ones(3, 2, { requires_grad });
      const y = m(x);
      y.sum().backward();
      return [y.grad_fn, x.grad, m.weight.grad];
    });

/** Backward hooks of modules. */
export const moduleHooks: Programs = {
  module_hook: hooked(null),
  module_hook_without_input_grad: hooked(null, null, false),
  module_hook_that_replaces: hooked((_, gi) => [gi[0]!.mul(10)]),
  module_prehook_that_replaces: hooked(null, (_, go) => [go[0]!.mul(10)]),
  module_hook_of_wrong_length: hooked((_, gi) => [gi[0], gi[0]]),
  module_prehook_of_wrong_length: hooked(null, (_, go) => [go[0], go[0]]),
  module_hook_replaces_nothing: hooked((_m, _gi, go) => [go[0]], null, false),
  module_hook_output_changed: () => {
    const m = linear();
    m.register_full_backward_hook(() => {});
    m(torch.ones(3, 2)).add_(1);
  },
  module_hook_of_several: () => {
    class Two extends nn.Module {
      override forward(a: Tensor, k: number, b: Tensor): Tensor[] {
        return [a.mul(k), b.mul(2)];
      }
    }
    return watching((seen) => {
      const m = new Two();
      m.register_full_backward_hook((_, gi, go) => void seen.push([gi, go]));
      const [x, y] = [torch.ones(2, { requires_grad: true }), torch.ones(2, { requires_grad: true })];
      m(x, 2, y)[1].sum().backward();
      return [x.grad, y.grad];
    });
  },
};
