import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { warn } from "../../python/warnings.js";
import { op } from "../op.js";
import { Tensor } from "../tensor.js";

/**
 * Zeroes each element with probability `p` and multiplies the others by `1 / (1 - p)`, which keeps the expectation. The
 * identity unless `train`.
 */
export const dropout = op("dropout(Tensor input, float p, bool train) -> Tensor")({
  composite: (input, p, train) => {
    if (!(p >= 0 && p <= 1)) {
      throw new RuntimeError(`dropout probability has to be between 0 and 1, but got ${pythonRepr(p)}`);
    }
    return dropped(input, p, train, { noise: emptyInOrder });
  },
  samples: [
    { input: [2, 3], p: 0.5, train: true },
    { input: [2, 3], p: 1, train: true },
    { input: [3], p: 0.5, train: false },
  ],
  example: ["torch.manual_seed(0), torch.dropout(torch.ones(3), 0.5, true)", "tensor([0., 0., 2.])"],
});

interface How {
  /** Memory for the noise, of a shape that broadcasts with the input's. */
  readonly noise: (input: Tensor) => Tensor;
  /** Put dropped elements at SELU's lower bound, and scale and shift the result to mean 0 and variance 1? */
  readonly alpha?: boolean;
  readonly inplace?: boolean;
}

function dropped(input: Tensor, p: number, train: boolean, { noise, alpha = false, inplace = false }: How): Tensor {
  if (p === 0 || !train || input.numel() === 0) return input;
  const times = (factor: Tensor) => (inplace ? input.mul_(factor) : input.mul(factor));
  if (p === 1) return times(Tensor.empty([], input.dtype));
  const kept = noise(input).bernoulli_(1 - p);
  if (!alpha) return times(kept.div_(1 - p));
  const scale = 1 / Math.sqrt((SELU_BOUND * SELU_BOUND * p + 1) * (1 - p));
  const shift = kept
    .sub(1)
    .mul_(SELU_BOUND * scale)
    .add_(SELU_BOUND * scale * p);
  const scaled = times(kept.mul_(scale));
  return inplace ? scaled.add_(shift) : scaled.add(shift);
}

/** SELU tends to minus this. */
const SELU_BOUND = 1.7580993408473766;

/** New memory for a tensor like this one whose elements lie in the same order, in which random draws fill it. */
function emptyInOrder({ shape, strides, dtype }: Tensor): Tensor {
  const order = shape.map((_, d) => d).sort((a, b) => strides[b] - strides[a]);
  const rows = Tensor.empty(
    order.map((d) => shape[d]),
    dtype,
  );
  return rows.permute(shape.map((_, d) => order.indexOf(d)));
}

/** One element for each channel (dimension 1) of each example. */
function emptyForChannels({ shape, dtype }: Tensor): Tensor {
  if (shape.length < 2) throw new RuntimeError("Feature dropout requires at least 2 dimensions in the input");
  return Tensor.empty(
    shape.map((size, d) => (d < 2 ? size : 1)),
    dtype,
  );
}

function checkProbability(p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ValueError(`dropout probability has to be between 0 and 1, but got ${pythonRepr(p)}`);
}

// torch.nn.functional's own forms

/**
 * While `training`, zeroes each element with probability `p` and multiplies the others by `1 / (1 - p)`, which keeps the
 * expectation.
 */
export const functional_dropout = op(
  "nn.functional::dropout(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    return dropped(input, p, training, { noise: emptyInOrder, inplace });
  },
  samples: [{ input: [2, 3] }, { input: [3], p: 0.25, training: false }],
  example: ["torch.manual_seed(0), nn.functional.dropout(torch.ones(3))", "tensor([0., 0., 2.])"],
});

/** {@link dropout} of whole channels of the input (N, C, L) or (C, L). */
export const dropout1d = op(
  "nn.functional::dropout1d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    const { ndim } = input;
    if (ndim !== 2 && ndim !== 3) {
      throw new RuntimeError(
        `dropout1d: Expected 2D or 3D input, but received a ${ndim}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`,
      );
    }
    return ofChannels(input, p, training, inplace, 3);
  },
  samples: [{ input: [2, 2, 3] }, { input: [2, 3] }],
  example: [
    "torch.manual_seed(0), nn.functional.dropout1d(torch.ones(3, 1))",
    "tensor([[0.],\n        [0.],\n        [2.]])",
  ],
});

/** Dropout of channels; an input of fewer dimensions than `batched` is one example. */
function ofChannels(input: Tensor, p: number, training: boolean, inplace: boolean, batched: number): Tensor {
  const how: How = { noise: emptyForChannels, inplace };
  if (input.ndim === batched) return dropped(input, p, training, how);
  const one = inplace ? input.unsqueeze_(0) : input.unsqueeze(0);
  const result = dropped(one, p, training, how);
  return inplace ? result.squeeze_(0) : result.squeeze(0);
}

const deprecated = (name: string, ndim: number, spatial: number): string =>
  `${name}: Received a ${ndim}-D input to ${name}, which is deprecated and will result in an error in a future release. To retain the behavior and silence this warning, please use dropout instead. Note that ${name} exists to provide channel-wise dropout on inputs with ${spatial} spatial dimensions, a channel dimension, and an optional batch dimension (i.e. ${spatial + 1}D or ${spatial + 2}D inputs).`;

/** {@link dropout} of whole channels of the input (N, C, H, W); one of 3 dimensions counts as (N, C, L), with a warning. */
export const dropout2d = op(
  "nn.functional::dropout2d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    if (input.ndim !== 3 && input.ndim !== 4) warn(deprecated("dropout2d", input.ndim, 2));
    if (input.ndim === 3) {
      warn(
        "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead.",
      );
    }
    return dropped(input, p, training, { noise: emptyForChannels, inplace });
  },
  samples: [{ input: [2, 2, 2, 2] }],
  example: ["torch.manual_seed(0), nn.functional.dropout2d(torch.ones(3, 1, 1, 1)).view(-1)", "tensor([0., 0., 2.])"],
});

/** {@link dropout} of whole channels of the input (N, C, D, H, W) or (C, D, H, W). */
export const dropout3d = op(
  "nn.functional::dropout3d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    if (input.ndim !== 4 && input.ndim !== 5) warn(deprecated("dropout3d", input.ndim, 3));
    return ofChannels(input, p, training, inplace, 5);
  },
  samples: [{ input: [2, 2, 2, 1, 2] }, { input: [2, 2, 1, 2] }],
  example: ["torch.manual_seed(0), nn.functional.dropout3d(torch.ones(3, 1, 1, 1)).view(-1)", "tensor([0., 0., 2.])"],
});

/**
 * Dropout that keeps mean 0 and variance 1 as SELU does: dropped elements go to SELU's lower bound, and the result is
 * scaled and shifted.
 */
export const alpha_dropout = op(
  "nn.functional::alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    return dropped(input, p, training, { noise: emptyInOrder, alpha: true, inplace });
  },
  samples: [{ input: [2, 3], training: true }, { input: [3] }],
  example: [
    "torch.manual_seed(0), nn.functional.alpha_dropout(torch.zeros(3), 0.5, true)",
    "tensor([-0.7792, -0.7792,  0.7792])",
  ],
});

/** {@link alpha_dropout} of whole channels (dimension 1). */
export const feature_alpha_dropout = op(
  "nn.functional::feature_alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor",
)({
  composite: (input, p, training, inplace) => {
    checkProbability(p);
    return dropped(input, p, training, { noise: emptyForChannels, alpha: true, inplace });
  },
  samples: [{ input: [2, 2, 3], training: true }, { input: [2, 3] }],
  example: [
    "torch.manual_seed(0), nn.functional.feature_alpha_dropout(torch.zeros(3, 1), 0.5, true).view(-1)",
    "tensor([-0.7792, -0.7792,  0.7792])",
  ],
});
