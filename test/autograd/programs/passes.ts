import { type Tensor, torch } from "rushlight";
import { leaf, type Programs, watching } from "./common.js";

const A = torch.autograd;
const inference = () => torch.inference_mode(() => torch.ones(3));

const withHook = (hook: (g: Tensor) => unknown) => () => {
  const y = leaf().mul(2);
  y.register_hook(hook as (g: Tensor) => Tensor);
  y.sum().backward();
};

/** Inference mode, backward passes, hooks. */
export const passes: Programs = {
  made_in_inference_mode: () => {
    const y = inference();
    return [...[y, y.mul(2), y.view(3, 1), y.detach(), y.clone()].map((t) => t.is_inference()), y.requires_grad];
  },
  inference_changed: () => inference().add_(1),
  inference_view_changed: () => inference().view(3, 1).add_(1),
  inference_saved: () => inference().mul(leaf()),
  inference_not_saved: () => inference().add(leaf()).grad_fn,
  inference_requires_grad: () => inference().requires_grad_(),
  inference_version: () => inference()._version,
  normal_in_inference_mode: () => {
    const x = leaf().clone();
    return torch.inference_mode(() => {
      x.mul_(2);
      const inside = torch.ones(1, { requires_grad: true });
      return [x._version, x.is_inference(), x.requires_grad, inside.requires_grad, inside.mul(2).requires_grad];
    });
  },
  inference_mode_view_of_normal: () => {
    const x = leaf().clone();
    const v = torch.inference_mode(() => x.narrow(0, 0, 2));
    return [v.is_inference(), v.mul_(2)];
  },
  inference_mode_left: () =>
    torch.inference_mode(() =>
      torch.inference_mode(false, () => [
        torch.is_inference_mode_enabled(),
        torch.is_grad_enabled(),
        leaf().mul(2).requires_grad,
      ]),
    ),

  unused_input: () => A.grad(leaf().sum(), [leaf(), leaf()]),
  input_without_grad: () => A.grad(leaf().sum(), torch.ones(1)),
  no_inputs: () => A.grad<Tensor>(leaf().sum(), []),
  materialized_but_not_unused: () => A.grad(leaf().sum(), leaf(), { materialize_grads: true, allow_unused: false }),
  fewer_gradients_than_outputs: () => {
    const x = leaf();
    A.grad([x.mul(2), x.mul(3)], x, [torch.ones(3)]);
  },
  several_outputs: () => {
    const x = leaf();
    return A.grad([x.mul(2), x.mul(3).sum()], x, [torch.ones(3), null]);
  },
  other_dtypes_of_gradients: () => {
    const x = leaf();
    return [torch.float64, torch.int64].map(
      (dtype) => A.grad(x.mul(2), x, torch.ones(3, { dtype }))[0]!.dtype === torch.float32,
    );
  },
  batched: () => {
    const x = leaf();
    return A.grad(x.mul(x), x, torch.eye(3), { is_grads_batched: true });
  },
  batched_and_recorded: () => {
    const x = leaf();
    const [g] = A.grad(x.pow(3), x, { grad_outputs: torch.eye(3), is_grads_batched: true, create_graph: true });
    return A.grad(g!.sum(), x);
  },
  gradient_of_another_shape: () => leaf().mul(2).backward(torch.ones(2)),
  no_scalar: () => leaf().mul(2).backward(),
  nothing_recorded: () => torch.ones(1).backward(),
  freed: () => {
    const y = leaf().exp().sum();
    y.backward();
    y.backward();
  },
  several_roots: () => {
    const x = leaf();
    A.backward([x.mul(2).sum(), x.mul(3).sum()], [null, torch.tensor(2.5).sub(0.5)]);
    return x.grad;
  },
  former_name_of_gradients: () => {
    const x = leaf();
    A.backward(x.mul(2).sum(), { grad_variables: torch.tensor(2) });
    return x.grad;
  },
  both_names_of_gradients: () => A.backward(leaf().mul(2).sum(), torch.tensor(1), { grad_variables: torch.tensor(2) }),
  computed_inputs: () => {
    const x = leaf();
    const y = x.mul(2);
    y.sum().backward({ inputs: [y] });
    return [y.grad, x.grad, y.retains_grad];
  },
  empty_inputs: () => leaf().sum().backward({ inputs: [] }),
  inputs_without_grad: () =>
    leaf()
      .sum()
      .backward({ inputs: [torch.ones(1)] }),
  unused_inputs: () => {
    const u = leaf();
    leaf()
      .sum()
      .backward({ inputs: [u] });
    return u.grad;
  },
  gradient_edges: () => {
    const x = leaf();
    const y = x.mul(2);
    const edge = A.graph.get_gradient_edge(y);
    return [edge.node, edge.output_nr, A.grad(edge, x, torch.ones(3))[0], A.grad(y.mul(y).sum(), edge)[0]];
  },
  no_gradient_edge: () => A.graph.get_gradient_edge(torch.ones(1)),
  switched_off_for_computed: () => leaf().mul(2).requires_grad_(false),
  assigned_gradient_of_another_size: () => {
    leaf().grad = torch.ones(2);
  },
  assigned_gradient_of_another_dtype: () => {
    leaf().grad = torch.ones(3, { dtype: torch.float64 });
  },
  assigned_gradient_no_tensor: () => {
    Reflect.set(leaf(), "grad", 3);
  },
  assigned_gradient_itself: () => {
    const x = leaf();
    x.grad = x;
  },

  retained_through_changes: () => {
    const x = leaf();
    const y = x.mul(1);
    y.retain_grad();
    y.mul_(3);
    y.sum().backward();
    const z = x.mul(1);
    z.retain_grad();
    z.narrow(0, 0, 2).mul_(3);
    z.sum().backward();
    const v = x.mul(1).narrow(0, 0, 2);
    v.retain_grad();
    v.mul_(3);
    v.sum().backward();
    return [y.grad, z.grad, v.grad];
  },
  hooks_before_and_after_a_change: () =>
    watching((seen) => {
      const y = leaf().mul(1);
      y.register_hook((g) => void seen.push(["before", g]));
      y.mul_(3);
      y.register_hook((g) => void seen.push(["after", g]));
      y.sum().backward();
      return [];
    })[0],
  hook_that_changes_the_size: withHook(() => torch.ones(5)),
  hook_that_changes_the_dtype: withHook((g) => g.double()),
  hook_that_returns_a_number: withHook(() => 3),
  node_hook_that_returns_too_much: () => {
    const y = leaf().mul(torch.ones(3, { requires_grad: true }));
    y.grad_fn!.register_hook(() => [null, null, null]);
    y.sum().backward();
  },
  node_prehook: () => {
    const x = leaf();
    const y = x.mul(2);
    y.grad_fn!.register_prehook(([g]) => [g!.mul(2)]);
    y.sum().backward();
    return x.grad;
  },
  hook_without_grad: () => torch.ones(1).register_hook((g) => g),
  retained_without_grad: () => torch.ones(1).retain_grad(),
  accumulation_hook_of_computed: () =>
    leaf()
      .mul(2)
      .register_post_accumulate_grad_hook(() => {}),
  accumulation_hook_without_grad: () => torch.ones(1).register_post_accumulate_grad_hook(() => {}),
  accumulation_hook_with_inputs: () =>
    watching((seen) => {
      const x = leaf();
      x.register_post_accumulate_grad_hook((p) => void seen.push(p.grad!.clone()));
      x.mul(2)
        .sum()
        .backward({ inputs: [x] });
      return [];
    })[0],
};
