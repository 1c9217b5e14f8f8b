import { AssertionError, RuntimeError } from "../../python/errors.js";
import { checkIndices, checkRows, noSparse, renormalize, rowGradients } from "../lookup.js";
import { op } from "../op.js";

export const _embedding = op(
  "Tensor::_embedding(Tensor self, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False) -> Tensor",
)({
  forward: (self, indices) => {
    const flat = indices.reshape(-1);
    return self.index_select(0, flat)._unsafe_view([...indices.shape, self.shape[1]]);
  },
  derivatives: {
    self: [
      "indices self_shape",
      (g, { indices, self_shape, padding_idx, scale_grad_by_freq }) => {
        const flat = indices.reshape(-1);
        let grads = g.reshape([flat.numel(), self_shape[1]]);
        if (padding_idx >= 0) grads = grads.masked_fill(flat.eq(padding_idx).unsqueeze(1), 0);
        return rowGradients(grads, flat, self_shape[0], scale_grad_by_freq);
      },
    ],
  },
  samples: [
    { self: [3, 2], indices: { int: [1, 0, 1] } },
    { self: [3, 2], indices: { int: [[1, 2]] } },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]])._embedding(torch.tensor([1]))", "tensor([[3, 4]])"],
});

/**
 * The rows of `weight` that `input` names. Row `padding_idx` gets no gradient; `scale_grad_by_freq` shares the gradient of
 * a row among those who named it. With `max_norm` the rows named are first, in place, brought to a `norm_type`-norm of at
 * most that.
 */
export const embedding = op(
  "nn.functional::embedding(Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, float norm_type=2, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor",
)({
  composite: (input, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse) => {
    const rows = weight.shape[0];
    if (padding_idx !== null && (padding_idx >= rows || padding_idx < -rows)) {
      throw new AssertionError("Padding_idx must be within num_embeddings");
    }
    if (sparse) throw noSparse("embedding");
    if (weight.ndim !== 2) throw new RuntimeError("'weight' must be 2-D");
    checkIndices("embedding", input);
    checkRows(input, rows);
    if (max_norm !== null) renormalize(weight, input, max_norm, norm_type);
    const padding = padding_idx === null ? -1 : padding_idx < 0 ? padding_idx + rows : padding_idx;
    return weight._embedding(input, padding, scale_grad_by_freq);
  },
  samples: [
    { input: { int: [1, 0, 1] }, weight: [3, 2] },
    { input: { int: [[1, 2]] }, weight: [3, 2] },
  ],
  example: [
    "nn.functional.embedding(torch.tensor([1, 0]), torch.tensor([[1, 2], [3, 4]]))",
    "tensor([[3, 4],\n        [1, 2]])",
  ],
});
