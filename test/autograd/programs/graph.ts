import { type autograd, type Tensor, torch } from "rushlight";
import { leaf, type Programs, watching } from "./common.js";

const A = torch.autograd;
const { saved_tensors_hooks } = A.graph;
type Ctx = autograd.FunctionCtx;
// biome-ignore lint/suspicious/noExplicitAny: arguments of operations of the user's
type Any = any;

const same = (t: Tensor): Tensor => t;
const around = <T>(pack: (t: Tensor) => Any, unpack: (packed: Any) => Any, body: () => T): T =>
  saved_tensors_hooks(pack, unpack, body);

function operation(
  forward: (ctx: Ctx, ...args: Any[]) => Any,
  backward: (ctx: Ctx, ...grads: Tensor[]) => Any = (_, g) => g,
): typeof A.Function {
  return class Custom extends A.Function {
    static override forward = forward;
    static override backward = backward;
  };
}

function doubledInPlace(ctx: Ctx, x: Tensor): Tensor {
  x.mul_(2);
  ctx.mark_dirty(x);
  return x;
}

const Dirty = operation(doubledInPlace, (_, g) => g.mul(2));
const square = (ctx: Ctx, x: Tensor): Tensor => {
  ctx.save_for_backward(x);
  return x.mul(x);
};
const twice = (ctx: Ctx, g: Tensor): Tensor => g.mul(2).mul(ctx.saved_tensors[0]);
const returning =
  (...grads: Any[]) =>
  () =>
    operation(
      (_, x) => x.mul(1),
      () => (grads.length > 1 ? grads : grads[0]),
    )
      .apply(leaf())
      .sum()
      .backward();

/** What operations save, anomaly mode, operations of the user's. */
export const graph: Programs = {
  packed: () =>
    watching((seen) => {
      const x = leaf();
      const pack = (t: Tensor) => {
        seen.push(["pack", t.requires_grad, t === x]);
        return t.mul(1);
      };
      const unpack = (t: Tensor) => {
        seen.push(["unpack"]);
        return t;
      };
      const y = around(pack, unpack, () => x.mul(x));
      x.data.add_(1);
      const [g] = A.grad(y.sum(), x, { create_graph: true });
      return [g, A.grad(g!.sum(), x)[0]];
    }),
  packed_results_twice: () => {
    const x = leaf();
    const z = around(
      (t) => t.clone(),
      same,
      () => x.mul(1).exp(),
    );
    const [g] = A.grad(z.sum(), x, { create_graph: true });
    return A.grad(g!.sum(), x);
  },
  packed_and_changed: () => {
    const x = leaf().clone();
    const y = around(same, same, () => x.mul(x));
    x.add_(1);
    y.sum().backward();
    return "no check";
  },
  pack_hook_that_writes: () =>
    around(
      (t) => t.mul_(2),
      same,
      () => leaf().mul(leaf()),
    ),
  unpack_hook_that_returns_a_number: () => {
    const x = leaf();
    around(
      same,
      () => 3,
      () => x.mul(x),
    )
      .sum()
      .backward();
  },
  hooks_disabled: () => A.graph.disable_saved_tensors_hooks("not here", () => around(same, same, () => 0)),

  nan_found: () => A.detect_anomaly(() => leaf(-1, 0, 1).sqrt().sum().backward()),
  nan_found_in_second_output: () =>
    A.detect_anomaly(() =>
      leaf(0, 2)
        .div(torch.zeros(2, { requires_grad: true }))
        .sum()
        .backward(),
    ),
  nan_not_looked_for: () => {
    const x = leaf(-1, 0, 1);
    A.detect_anomaly(() => x.sqrt().sum().backward(), { check_nan: false });
    return x.grad!.isnan();
  },
  anomaly_mode_known: () => [
    A.set_detect_anomaly(true, true, () => [torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()]),
    torch.is_anomaly_enabled(),
  ],

  dirty: () => {
    const y = leaf().clone();
    const z = Dirty.apply(y);
    return [z === y, y._version, y.grad_fn, y.grad_fn!.next_functions[0][0]];
  },
  dirty_without_grad: () => {
    const y = torch.ones(3);
    return [Dirty.apply(y) === y, y._version];
  },
  dirty_leaf: () => Dirty.apply(leaf()),
  dirty_view_of_leaf: () => Dirty.apply(leaf().narrow(0, 0, 2)),
  dirty_view: () => {
    const x = leaf();
    const y = x.clone();
    Dirty.apply(y.narrow(0, 0, 2));
    y.sum().backward();
    return [y.grad_fn, x.grad];
  },
  dirty_view_of_several: () =>
    operation((ctx, x) => [doubledInPlace(ctx, x), x.clone()]).apply(leaf().clone().narrow(0, 0, 2)),
  dirty_not_returned: () => operation((ctx, x) => doubledInPlace(ctx, x).clone()).apply(leaf().clone()),
  input_returned: () => {
    const y = leaf().clone();
    const z = operation((_, x) => x).apply(y);
    return [z === y, z._is_view(), z.grad_fn];
  },
  input_returned_and_changed: () =>
    operation((_, x) => x)
      .apply(leaf().clone())
      .mul_(2),
  view_returned_and_changed: () =>
    operation((_, x) => x.view(-1))
      .apply(leaf().clone())
      .mul_(2),
  view_returned_and_base_changed: () => {
    const y = leaf().clone();
    const z = operation((_, x) => x.view(-1)).apply(y);
    y.mul_(2);
    return z.grad_fn;
  },
  once_differentiable: () => {
    const x = leaf();
    const y = operation(square, A.function.once_differentiable(twice)).apply(x.mul(1));
    const grad_outputs = torch.ones(3, { requires_grad: true });
    A.grad(y as Tensor, x, { grad_outputs, create_graph: true })[0]!
      .sum()
      .backward();
  },
  not_materialized: () =>
    watching((seen) => {
      const forward = (ctx: Ctx, x: Tensor) => {
        ctx.set_materialize_grads(false);
        return [x.mul(1), x.mul(2)];
      };
      const backward = (_: Ctx, g: Tensor, h: Tensor) => {
        seen.push([g, h]);
        return h;
      };
      const x = leaf();
      operation(forward, backward).apply(x)[1].sum().backward();
      return [x.grad];
    }),
  non_differentiable: () =>
    watching((seen) => {
      const forward = (ctx: Ctx, x: Tensor) => {
        const [a, b] = [x.mul(1), x.mul(2)];
        ctx.mark_non_differentiable(b);
        return [a, b];
      };
      const backward = (_: Ctx, g: Tensor, h: Tensor) => {
        seen.push([g, h]);
        return g;
      };
      const x = leaf();
      const [p, q] = operation(forward, backward).apply(x);
      p.sum().backward();
      return [q.requires_grad, q.grad_fn, x.grad];
    }),
  function_saves_a_number: () =>
    operation((ctx, x) => {
      ctx.save_for_backward(3 as Any);
      return x.mul(1);
    }).apply(leaf()),
  backward_returns_a_number: returning(3),
  backward_returns_another_shape: returning(torch.ones(5)),
  backward_returns_too_much: returning(torch.ones(3), torch.ones(3)),
  backward_returns_too_little: () =>
    operation((_, x, k) => x.mul(k))
      .apply(leaf(), 2)
      .sum()
      .backward(),
  function_freed: () => {
    const z = operation(square, twice).apply(leaf()).sum();
    z.backward();
    z.backward();
  },
  function_without_backward: () => {
    class Bare extends A.Function {
      static override forward(_: Ctx, x: Tensor): Tensor {
        return x.mul(1);
      }
    }
    Bare.apply(leaf()).sum().backward();
  },
  function_without_forward: () => class extends A.Function {}.apply(leaf()),
};
