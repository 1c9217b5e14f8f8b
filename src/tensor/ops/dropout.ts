import { RuntimeError } from "../../python/errors.js";
import { op } from "../op.js";
import { Tensor } from "../tensor.js";

/**
 * Zeroes each element with probability `p` and multiplies the others by `1 / (1 - p)`, which keeps the expectation. The
 * identity unless `train`.
 */
export const dropout = op("dropout(Tensor input, float p, bool train) -> Tensor")({
  composite: (input, p, train) => {
    if (!(p >= 0 && p <= 1)) throw new RuntimeError(`dropout probability has to be between 0 and 1, but got ${p}`);
    if (p === 0 || !train || input.numel() === 0) return input;
    if (p === 1) return input.mul(input.zeroGradient());
    return input.mul(
      emptyInOrder(input)
        .bernoulli_(1 - p)
        .div_(1 - p),
    );
  },
  samples: [
    { input: [2, 3], p: 0.5, train: true },
    { input: [2, 3], p: 1, train: true },
    { input: [3], p: 0.5, train: false },
  ],
  example: ["torch.manual_seed(0), torch.dropout(torch.ones(3), 0.5, true)", "tensor([0., 0., 2.])"],
});

/** New memory for a tensor like this one whose elements lie in the same order, in which random draws fill it. */
function emptyInOrder({ shape, strides, dtype }: Tensor): Tensor {
  const order = shape.map((_, d) => d).sort((a, b) => strides[b] - strides[a]);
  const rows = Tensor.empty(
    order.map((d) => shape[d]),
    dtype,
  );
  return rows.permute(shape.map((_, d) => order.indexOf(d)));
}
