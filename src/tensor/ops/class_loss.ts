import { IndexError, RuntimeError, ValueError } from "../../python/errors.js";
import { int64, uint8 } from "../dtype.js";
import { checkConstant, checkReduction, reductionOf } from "../losses.js";
import { checkClassWeight, classDim, nllForward, nllGradient } from "../nll.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { rowsOf } from "../rows.js";
import { sameShape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

export const _nll_loss = op(
  "Tensor::_nll_loss(Tensor self, Tensor target, Tensor? weight=None, str reduction='mean', int ignore_index=-100) -> Tensor",
)({
  forward: (self, target, weight, reduction, ignore_index) =>
    nllForward(self, { target, weight, reduction, ignore_index }),
  derivatives: { self: ["target weight self_shape", (g, saved) => nllGradient(g, saved.self_shape, saved)] },
  samples: [
    { self: [3, 4], target: { int: [1, 0, 3] } },
    { self: [3, 4], target: { int: [1, -100, 3] }, weight: { int: [1, 2, 3, 4] } },
    { self: [3, 4], target: { int: [1, -100, 3] }, reduction: "sum" },
    { self: [3], target: { int: 2 } },
  ],
  example: ["torch.tensor([[-0.5, -1]])._nll_loss(torch.tensor([1]))", "tensor(1.)"],
});

export const _nll_loss2d = op(
  "Tensor::_nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, str reduction='mean', int ignore_index=-100) -> Tensor",
)({
  forward: (self, target, weight, reduction, ignore_index) =>
    nllForward(self, { target, weight, reduction, ignore_index }),
  derivatives: { self: ["target weight self_shape", (g, saved) => nllGradient(g, saved.self_shape, saved)] },
  nodeName: "NllLoss2DBackward0",
  samples: [
    {
      self: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      reduction: "none",
    },
    {
      self: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      weight: { int: [1, 2, 3] },
    },
  ],
  example: ["torch.zeros(1, 2, 1)._nll_loss2d(torch.tensor([[1]]))", "tensor(0.)"],
});

/**
 * The negative log-likelihood `-weight[target] * input[target]` of log-probabilities of shape (C), (N, C) or
 * (N, C, d1, ...) and class indices of that shape without C. Targets equal to `ignore_index` count nothing; a mean divides
 * by the sum of the weights.
 */
export const nll_loss = op(
  "nn.functional::nll_loss(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, weight, size_average, ignore_index, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    checkTarget(input, target, weight, ignore_index);
    const flat = input.ndim === 1 ? target.reshape([]) : target;
    return input.ndim <= 2
      ? input._nll_loss(flat, weight, how, ignore_index)
      : input._nll_loss2d(flat, weight, how, ignore_index);
  },
  samples: [
    { input: [3, 4], target: { int: [1, 0, 3] } },
    {
      input: [2, 3, 2],
      target: {
        int: [
          [1, 0],
          [2, 2],
        ],
      },
      reduction: "sum",
    },
  ],
  example: ["nn.functional.nll_loss(torch.tensor([[-0.5, -1]]), torch.tensor([1]))", "tensor(1.)"],
});

function checkTarget(input: Tensor, target: Tensor, weight: Tensor | null, ignore_index: number): void {
  if (input.ndim === 0) throw new ValueError("Expected 1 or more dimensions (got 0)");
  if (input.ndim > 1 && input.shape[0] !== target.shape[0]) {
    throw new ValueError(
      `Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0] ?? 0}).`,
    );
  }
  if (input.ndim <= 2 && target.ndim > 1) {
    throw new RuntimeError(
      "0D or 1D target tensor expected, multi-target not supported",
      `The input has the shape ${showShape(input.shape)}, so the target holds one class index a row; its shape is ${showShape(target.shape)}.`,
    );
  }
  const expected = [input.shape[0], ...input.shape.slice(2)];
  if (input.ndim > 2 && !sameShape(target.shape, expected)) {
    throw new RuntimeError(`Expected target size ${showShape(expected)}, got ${showShape(target.shape)}`);
  }
  floatOnly("nll_loss_out_frame")(input.dtype);
  if (target.dtype !== int64 && target.dtype !== uint8) {
    throw new RuntimeError(
      `expected target dtype to be Long or Byte, but got ${target.dtype.scalarName}`,
      "A target of class indices is an integer tensor: target.long().",
    );
  }
  const classes = input.shape[classDim(input.shape)];
  checkClassWeight("", weight, classes);
  if (weight && weight.dtype !== input.dtype) {
    throw new RuntimeError(`expected scalar type ${input.dtype.scalarName} but found ${weight.dtype.scalarName}`);
  }
  checkConstant("nll_loss_forward", "weight", weight);
  for (const index of rowsOf(target)) {
    if (index === ignore_index || (index >= 0 && index < classes)) continue;
    throw new IndexError(
      `Target ${index} is out of bounds.`,
      `There are ${classes} classes, so targets lie between 0 and ${classes - 1}; ${ignore_index} is ignored.`,
    );
  }
}
