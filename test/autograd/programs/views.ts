import { type Tensor, torch } from "rushlight";
import { leaf, type Programs } from "./common.js";

const A = torch.autograd;

const modifyOutput = (split: (y: Tensor) => readonly Tensor[]) => () => {
  split(leaf().clone())[1].mul_(2);
};

const withoutGrad = (change: (y: Tensor, v: Tensor) => unknown) => () => {
  const y = leaf().clone();
  return change(
    y,
    torch.no_grad(() => y.narrow(0, 0, 2)),
  );
};

/** What views are, and changes in place. */
export const views: Programs = {
  piece_of_split: modifyOutput((y) => y.split(1)),
  piece_of_split_with_sizes: modifyOutput((y) => y.split([1, 2])),
  piece_of_chunk: modifyOutput((y) => y.chunk(3)),
  piece_of_unbind: modifyOutput((y) => y.unbind()),
  view_of_a_piece: () => leaf().clone().unbind()[0].view(1).mul_(2),
  base_of_pieces: () => {
    const y = leaf().clone();
    const [, b] = y.split([1, 2]);
    y.mul_(2);
    return b.add(1);
  },
  piece_of_tensor_split: () => {
    const y = leaf().clone();
    const pieces = y.tensor_split(3);
    pieces[0].mul_(2);
    return [y.grad_fn, pieces[0].grad_fn, y];
  },
  piece_of_data: () => {
    const y = torch.ones(3);
    y.split(1)[0].mul_(2);
    return y;
  },
  piece_of_data_times_leaf: () => torch.ones(3).split(1)[0].mul_(leaf(2)),
  no_grad_view_changed: withoutGrad((_, v) => v.mul_(2)),
  no_grad_view_of_view_changed: withoutGrad((_, v) => v.view(2, 1).mul_(2)),
  no_grad_view_of_changed_base: withoutGrad((y, v) => [y.mul_(2), v.grad_fn]),
  no_grad_view_of_changed_base_is_leaf: withoutGrad((y, v) => [y.mul_(2), v.is_leaf]),
  no_grad_view_of_changed_base_printed: withoutGrad((y, v) => [y.mul_(2), String(v)]),
  no_grad_view: withoutGrad((y, v) => [v.requires_grad, v.grad_fn, v.is_leaf, v._is_view(), v._base === y]),
  no_grad_view_of_leaf: () => {
    const x = leaf();
    const v = torch.no_grad(() => x.narrow(0, 0, 2));
    v.mul(2).sum().backward();
    return [v.requires_grad, v.is_leaf, v.grad, x.grad];
  },
  no_grad_change_of_view: () => {
    const x = leaf();
    const v = x.view(3);
    torch.no_grad(() => v.add_(1));
    return [x, v.grad_fn, v._version];
  },
  view_before_requires_grad: () => {
    const x = torch.ones(3);
    const v = x.narrow(0, 0, 2);
    x.requires_grad_();
    return [v.requires_grad, v.grad_fn, v.is_leaf];
  },
  view_before_requires_grad_changed: () => {
    const x = torch.ones(3);
    const v = x.narrow(0, 0, 2);
    x.requires_grad_();
    v.mul_(2);
  },
  view_that_requires_grad: () => {
    const x = torch.ones(3);
    const v = x.narrow(0, 0, 2).requires_grad_();
    x.mul_(2);
    return [x.requires_grad, v.is_leaf, v.grad_fn];
  },
  view_that_requires_grad_changed: () => torch.ones(3).narrow(0, 0, 2).requires_grad_().mul_(2),
  view_changed_by_leaf: () => {
    const x = torch.ones(3);
    const v = x.narrow(0, 0, 2);
    v.mul_(leaf(1, 2));
    return [x.requires_grad, x.grad_fn, v.grad_fn];
  },
  detached: () => {
    const d = leaf().clone().detach();
    return [d._is_view(), d._base, d.requires_grad, d.view(3, 1)._base === d];
  },
  detached_written: () => {
    const y = leaf().clone();
    const d = y.detach();
    d.mul_(2);
    return [y, y._version, d._version, y.data._version];
  },
  detached_in_place: () => leaf().clone().narrow(0, 0, 2).detach_(),
  data_written: () => {
    const y = leaf().clone();
    y.data.mul_(2);
    return [y, y._version, y.data._is_view()];
  },
  data_replaced: () => {
    const x = leaf();
    x.data = torch.zeros(2);
    return [x, x._version, x.requires_grad];
  },
  data_replaced_by_number: () => {
    Reflect.set(leaf(), "data", 3);
  },
  identity: () => {
    const x = torch.arange(6, { dtype: torch.float32 }).view(2, 3);
    return [
      x.view(2, 3).is_set_to(x),
      x.t().is_set_to(x),
      x.select(0, 1).data_ptr() - x.data_ptr(),
      x.untyped_storage().nbytes(),
      x.untyped_storage().data_ptr() === x.t().untyped_storage().data_ptr(),
      x.data_ptr() === x.clone().data_ptr(),
      torch.zeros(0).data_ptr(),
      x.t().stride(),
      x.t().stride(-1),
      x.t().narrow(0, 1, 2).storage_offset(),
      x.contiguous() === x,
      x.t().contiguous().is_contiguous(),
    ];
  },
  leaf_changed: () => leaf().add_(1),
  view_of_leaf_changed: () => leaf().narrow(0, 0, 2).add_(1),
  saved_argument_changed: () => {
    const y = leaf().mul(1);
    const z = y.mul(y);
    y.add_(1);
    z.sum().backward();
  },
  saved_result_changed: () => {
    const y = leaf().exp();
    y.add_(1);
    y.sum().backward();
  },
  saved_leaf_changed: () => {
    const w = torch.ones(3);
    const y = w.mul(leaf());
    w.add_(1);
    y.sum().backward();
  },
  saved_view_changed: () => {
    const y = torch.ones(3, 3, { requires_grad: true }).clone();
    const z = y.select(0, 0).mul(y.select(0, 1));
    y.select(0, 0).add_(1);
    z.sum().backward();
  },
  saved_changed_in_anomaly_mode: () =>
    A.set_detect_anomaly(true, true, () => {
      const y = leaf().mul(1);
      const z = y.mul(y);
      y.add_(1);
      z.sum().backward();
    }),
  twice_through_a_change: () => {
    const x = leaf();
    const y = x.clone();
    y.pow_(3);
    const [g] = A.grad(y.sum(), x, { create_graph: true });
    const [h] = A.grad(g!.sum(), x);
    return [g, h];
  },
  twice_through_a_change_of_a_view: () => {
    const x = leaf();
    const y = x.mul(1);
    y.narrow(0, 1, 2).pow_(3);
    const [g] = A.grad(y.sum(), x, { create_graph: true });
    const [h] = A.grad(g!.sum(), x);
    return [g, h];
  },
};
