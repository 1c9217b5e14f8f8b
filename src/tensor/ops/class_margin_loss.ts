import { RuntimeError, ValueError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { multilabelMargin } from "../kernels/class_margin.js";
import { checkReduction, reduced, reductionOf, shareOf } from "../losses.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { sameShape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { logsigmoid } from "./activation.js";

/** Losses of class scores (N, C) or (C) that ask for a margin, and their relative for several classes at once. */

/** Scores of a single class may stand without brackets. */
function scoresOf(input: Tensor): Tensor {
  if (input.ndim === 0) return input.reshape(1);
  if (input.ndim <= 2 && input.shape[input.ndim - 1] !== 0) return input;
  throw new RuntimeError(
    `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${showShape(input.shape)}`,
  );
}

function checkLong(target: Tensor): void {
  if (target.dtype === int64) return;
  throw new RuntimeError(
    `expected scalar type Long but found ${target.dtype.scalarName}`,
    "A target of class indices is an integer tensor: target.long().",
  );
}

interface MultiMargin {
  readonly target: Tensor;
  readonly p: number;
  readonly margin: number;
  readonly weight: Tensor | null;
}

/** `max(0, margin - x[y] + x[i])` for every class `i` but the target `y`, and the weight of `y` over the number of classes. */
function multiMargins(self: Tensor, { target, margin, weight }: MultiMargin): { hinges: Tensor; share: Tensor } {
  const index = target.reshape([...self.shape.slice(0, -1), 1]);
  const own = Tensor.empty(self.shape, self.dtype).scatter_(-1, index, 1).ne(0);
  const hinges = self.sub(self.gather(-1, index)).add(margin).clamp_min(0).masked_fill(own, 0);
  const classes = self.shape[self.ndim - 1];
  const ones = Tensor.empty(index.shape, self.dtype).fill_(1);
  const weights = weight ? weight.index_select(0, index.reshape(-1)).reshape([...index.shape]) : ones;
  return { hinges, share: weights.div(classes) };
}

export const _multi_margin_loss = op(
  "Tensor::_multi_margin_loss(Tensor self, Tensor target, int p=1, float margin=1.0, Tensor? weight=None, str reduction='mean') -> Tensor",
)({
  forward: (self, target, p, margin, weight, reduction) => {
    const { hinges, share } = multiMargins(self, { target, p, margin, weight });
    const losses = hinges.pow(p).mul(share).sum(-1);
    return reduced(losses._unsafe_view([...target.shape]), reduction);
  },
  derivatives: {
    // each hinge moves with its own score, and against that of the target
    self: [
      "self target weight",
      (g, { self, target, p, margin, weight, reduction }) => {
        const { hinges, share } = multiMargins(self, { target, p, margin, weight });
        const each = shareOf(g, reduction, target.numel()).reshape(reduction === "none" ? [...share.shape] : []);
        const slopes = (p === 1 ? hinges.sign() : hinges.mul(2)).mul(share).mul(each);
        return slopes.scatter_add(-1, target.reshape([...share.shape]), slopes.sum(-1, true).neg());
      },
    ],
  },
  samples: [
    { self: [2, 3], target: { int: [0, 2] } },
    { self: [2, 3], target: { int: [1, 0] }, p: 2, weight: { int: [1, 2, 3] }, reduction: "none" },
    { self: [3], target: { int: 2 }, reduction: "sum" },
  ],
  example: ["torch.tensor([[0.5, 0.25]])._multi_margin_loss(torch.tensor([0]))", "tensor(0.3750)"],
});

/**
 * `sum over i != y of max(0, margin - input[y] + input[i])^p / C`, times `weight[y]` if given, for the target class `y` of
 * each row; `p` is 1 or 2.
 */
export const multi_margin_loss = op(
  "nn.functional::multi_margin_loss(Tensor input, Tensor target, int p=1, float margin=1.0, Tensor? weight=None, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, p, margin, weight, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    if (p !== 1 && p !== 2) throw new ValueError("only p == 1 and p == 2 supported");
    if (weight && weight.ndim !== 1) throw new ValueError("weight must be one-dimensional");
    const scores = scoresOf(input);
    const rows = scores.ndim === 1 ? 1 : scores.shape[0];
    if (target.ndim > 1 || target.numel() !== rows) {
      throw new RuntimeError(
        `multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). Expected target size [${rows}], but got ${showShape(target.shape)}. Input has shape ${showShape(input.shape)}.`,
      );
    }
    const classes = scores.shape[scores.ndim - 1];
    if (weight && weight.numel() !== classes) {
      throw new RuntimeError(`inconsistent weight size, expected ${classes} but got ${showShape(weight.shape)}`);
    }
    floatOnly("multi_margin_loss_cpu_kernel")(input.dtype);
    checkLong(target);
    for (const y of target.toTypedArray()) {
      if (!(y >= 0 && y < classes)) {
        throw new RuntimeError("target out of range", `There are ${classes} classes; this target is ${y}.`);
      }
    }
    return scores._multi_margin_loss(target, p, margin, weight, how);
  },
  samples: [{ input: [2, 3], target: { int: [0, 2] } }],
  example: ["nn.functional.multi_margin_loss(torch.tensor([[0.5, 0.25]]), torch.tensor([0]))", "tensor(0.3750)"],
});

export const _multilabel_margin_loss = op(
  "Tensor::_multilabel_margin_loss(Tensor self, Tensor target, str reduction='mean') -> Tensor",
)({
  forward: (self, target, reduction) => {
    const losses = Tensor.empty(self.shape.slice(0, -1), self.dtype);
    multilabelMargin(rowsOf(self), rowsOf(target), { losses: losses.storage.data });
    return reduced(losses, reduction);
  },
  derivatives: {
    // the loss is made of straight lines: the slopes are constants
    self: [
      "self target",
      (g, { self, target, reduction }) => {
        const slopes = Tensor.empty(self.shape, self.dtype);
        multilabelMargin(rowsOf(self.detach()), rowsOf(target), { slopes: slopes.storage.data });
        const each = shareOf(g, reduction, self.numel() / self.shape[self.ndim - 1]);
        return slopes.mul(reduction === "none" ? each.unsqueeze(-1) : each);
      },
    ],
  },
  nodeName: "MultilabelMarginLossBackward0",
  samples: [
    {
      self: [2, 3],
      target: {
        int: [
          [0, 2, -1],
          [1, -1, 0],
        ],
      },
    },
    { self: [3], target: { int: [1, -1, 0] }, reduction: "sum" },
    {
      self: [2, 3],
      target: {
        int: [
          [0, 2, -1],
          [1, -1, 0],
        ],
      },
      reduction: "none",
    },
  ],
  example: ["torch.tensor([[0.5, 0.25]])._multilabel_margin_loss(torch.tensor([[0, -1]]))", "tensor(0.3750)"],
});

/** The elements row by row and the length of a row. */
const rowsOf = (t: Tensor) => ({ data: t.toTypedArray(), columns: t.shape[t.ndim - 1] });

/**
 * `sum over targets y and all other classes i of max(0, 1 - (input[y] - input[i])) / C`. The target has the shape of the
 * input; each of its rows names classes, up to the first -1.
 */
export const multilabel_margin_loss = op(
  "nn.functional::multilabel_margin_loss(Tensor input, Tensor target, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    checkReduction(how);
    const scores = scoresOf(input);
    if (!sameShape(input.shape, target.shape)) {
      throw new RuntimeError(
        `inconsistent target size: ${showShape(target.shape)} for input of size: ${showShape(input.shape)}`,
      );
    }
    floatOnly("multilabel_margin_loss_forward_out_frame")(input.dtype);
    const classes = scores.shape[scores.ndim - 1];
    for (const y of target.toTypedArray()) {
      if (y >= -1 && y < classes) continue;
      throw new RuntimeError(
        "argument #2 'target' is out of range",
        `There are ${classes} classes, and -1 ends a row; this target has ${y}.`,
      );
    }
    checkLong(target);
    return scores._multilabel_margin_loss(target.reshape([...scores.shape]), how);
  },
  samples: [{ input: [3], target: { int: [1, -1, 0] } }],
  example: [
    "nn.functional.multilabel_margin_loss(torch.tensor([[0.5, 0.25]]), torch.tensor([[0, -1]]))",
    "tensor(0.3750)",
  ],
});

/**
 * The binary cross-entropy of each class, `-(t ln sigmoid(input) + (1 - t) ln sigmoid(-input))`, times `weight` if given,
 * averaged over the last dimension.
 */
export const multilabel_soft_margin_loss = op(
  "nn.functional::multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
)({
  composite: (input, target, weight, size_average, reduce, reduction) => {
    const how = reductionOf(size_average, reduce, reduction);
    const each = target
      .mul(logsigmoid(input))
      .add(target.rsub(1).mul(logsigmoid(input.neg())))
      .neg();
    const losses = (weight ? each.mul(weight) : each).sum(-1).div(input.shape[input.ndim - 1]);
    if (how !== "none" && how !== "mean" && how !== "sum") throw new ValueError(`${how} is not valid`);
    return reduced(losses, how);
  },
  samples: [
    { input: [2, 3], target: [2, 3] },
    { input: [3], target: [3], weight: [3], reduction: "none" },
  ],
  example: ["nn.functional.multilabel_soft_margin_loss(torch.zeros(1, 2), torch.ones(1, 2))", "tensor(0.6931)"],
});
