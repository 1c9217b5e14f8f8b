import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonFloat } from "../../python/repr.js";
import { type DType, float32 } from "../dtype.js";
import { checkConstant, torchSize } from "../losses.js";
import {
  biasGradient,
  checkSameDtype,
  Found,
  type Normalization,
  normalizeForward,
  normalizeGradient,
  runningStatistics,
} from "../normalization.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { numelOf, type Shape, sameShape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { pad } from "./padding.js";

// Batches

interface BatchNorm extends Omit<Normalization, "by"> {
  readonly running_mean: Tensor | null;
  readonly running_var: Tensor | null;
  readonly training: boolean;
}

const channelsOf = (shape: Shape): number => shape[1];

/** Channels are dimension 1; each is a group. */
const batchNorm = ({ running_mean, running_var, training, ...call }: BatchNorm): Normalization => {
  const [outer, period, ...places] = call.self.shape;
  const given = training ? null : { mean: running_mean!, variance: running_var! };
  return { ...call, given, by: { outer, repeats: 1, period, count: 1, run: numelOf(places) } };
};

/** The gradient of biases that are one number a channel. */
const channelSums = (g: Tensor, found: Found | null): Tensor =>
  biasGradient(g, found, [channelsOf(g.shape)], () => g.sum(g.shape.map((_, d) => d).filter((d) => d !== 1)));

export const _native_batch_norm = op(
  "Tensor::_native_batch_norm(Tensor self, Tensor? weight=None, Tensor? bias=None, Tensor? running_mean=None, Tensor? running_var=None, bool training=False, float eps=1e-5, any? found=None) -> Tensor",
)({
  forward: (self, weight, bias, running_mean, running_var, training, eps, found) =>
    normalizeForward(
      batchNorm({ self, weight, bias, running_mean, running_var, training, eps, found: found as Found | null }),
    ),
  derivatives: {
    self: [
      "self weight running_mean running_var",
      (g, { self, weight, running_mean, running_var, training, eps, found }) => {
        const call = { self, weight, running_mean, running_var, training, eps, found: found as Found | null };
        return normalizeGradient(g, batchNorm(call), "input");
      },
    ],
    weight: [
      "self weight running_mean running_var",
      (g, { self, weight, running_mean, running_var, training, eps, found }) => {
        const call = { self, weight, running_mean, running_var, training, eps, found: found as Found | null };
        return normalizeGradient(g, batchNorm(call), "weight", weight!.shape);
      },
    ],
    bias: ["", (g, { found }) => channelSums(g, found as Found | null)],
  },
  domain: { running_var: [0.5, 2] },
  samples: [
    { self: [3, 2], weight: [2], bias: [2], training: true },
    { self: [2, 3, 2], training: true },
    { self: [2, 2, 3], weight: [2], bias: [2], running_mean: { int: [0, 1] }, running_var: { int: [2, 1] } },
  ],
  example: [
    "torch.tensor([[1.5], [3.5]])._native_batch_norm({ training: true })",
    "tensor([[-1.0000],\n        [ 1.0000]])",
  ],
});

/**
 * `(x - mean) / sqrt(var + eps) * weight + bias` for each channel (dimension 1) of the input (N, C, ...). While `training`
 * mean and variance are those of the batch, and `running_mean` and `running_var`, if given, move towards them by
 * `momentum`, the variance corrected for the size of the sample; otherwise they are the running ones.
 */
export const batch_norm = op(
  "nn.functional::batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, float momentum=0.1, float eps=1e-5) -> Tensor",
)({
  composite: (input, running_mean, running_var, weight, bias, training, momentum, eps) => {
    if (training) checkBatch(input.shape, torchSize(input.shape));
    if (training && eps <= 0) {
      throw new ValueError(`batch_norm eps must be positive during training, but got ${pythonFloat(eps)}`);
    }
    if (eps < 0) throw new ValueError(`batch_norm eps must be non-negative, but got ${pythonFloat(eps)}`);
    return batchNormalized(
      { self: input, running_mean, running_var, weight, bias, training, eps, found: null },
      momentum,
    );
  },
  samples: [
    { input: [3, 2], running_mean: null, running_var: null, weight: [2], bias: [2], training: true },
    { input: [2, 3, 2], running_mean: null, running_var: null, training: true },
  ],
  example: [
    "nn.functional.batch_norm(torch.tensor([[1.5], [3.5]]), null, null, { training: true })",
    "tensor([[-1.0000],\n        [ 1.0000]])",
  ],
});

/** One element has no variance. */
function checkBatch(shape: Shape, shown: string): void {
  if (shape.length < 2 || numelOf([shape[0], ...shape.slice(2)]) !== 1) return;
  throw new ValueError(`Expected more than 1 value per channel when training, got input size ${shown}`);
}

function batchNormalized(call: BatchNorm, momentum: number): Tensor {
  const { self, weight, bias, running_mean, running_var, training, eps } = call;
  self.size(1);
  const channels = channelsOf(self.shape);
  for (const [name, t] of Object.entries({ running_mean, running_var, weight, bias })) {
    if (t !== null && t !== undefined && t.numel() !== channels) {
      throw new RuntimeError(
        `${name} should contain ${channels} elements not ${t.numel()}`,
        `The input has the shape ${showShape(self.shape)}; its dimension 1 are the channels.`,
      );
    }
    if (t === null && !training && name.startsWith("running")) {
      throw new RuntimeError(`${name} must be defined in evaluation mode`);
    }
  }
  floatOnly("batch_norm")(self.dtype);
  checkSameDtype(self, weight, bias ?? null, running_mean, running_var);
  checkConstant("native_batch_norm", "running_mean", running_mean);
  checkConstant("native_batch_norm", "running_var", running_var);
  const found = new Found();
  const out = self._native_batch_norm(weight, bias ?? null, running_mean, running_var, training, eps, found);
  if (training && self.numel() > 0) runningStatistics(found, batchNorm(call).by, running_mean, running_var, momentum);
  return out;
}

/**
 * {@link batch_norm} of each example by itself: mean and variance are those of one channel of one example, (N, C, ...).
 * With `use_input_stats: false` they are the running ones.
 */
export const instance_norm = op(
  "nn.functional::instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, float momentum=0.1, float eps=1e-5) -> Tensor",
)({
  composite: (input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps) => {
    if (use_input_stats) checkPlaces(input.shape);
    if ((running_mean === null) !== (running_var === null)) {
      throw new ValueError("running_mean and running_var must either both be None or neither be None");
    }
    if (!use_input_stats && running_mean === null) {
      throw new RuntimeError("Expected running_mean and running_var to be defined when use_input_stats is false");
    }
    const [n, channels, ...places] = input.shape;
    const repeated = (t: Tensor | null) => (t === null ? null : t.repeat(n));
    const [mean, variance] = [repeated(running_mean), repeated(running_var)];
    const out = batchNormalized(
      {
        self: input.contiguous().view([1, n * channels, ...places]),
        running_mean: mean,
        running_var: variance,
        weight: repeated(weight),
        bias: repeated(bias),
        training: use_input_stats,
        eps,
        found: null,
      },
      momentum,
    );
    if (use_input_stats && mean !== null && variance !== null) {
      running_mean!.data.copy_(mean.view([n, channels]).mean(0));
      running_var!.data.copy_(variance.view([n, channels]).mean(0));
    }
    return out.view([...input.shape]);
  },
  samples: [{ input: [2, 2, 3], weight: [2], bias: [2] }, { input: [2, 1, 3] }],
  example: ["nn.functional.instance_norm(torch.tensor([[[1.5, 3.5]]]))", "tensor([[[-1.0000,  1.0000]]])"],
});

function checkPlaces(shape: Shape): void {
  if (numelOf(shape.slice(2)) !== 1) return;
  throw new ValueError(`Expected more than 1 spatial element when training, got input size ${torchSize(shape)}`);
}

// Rows

/** The last dimensions, those of `normalized_shape`, are one group. */
const layerNorm = ({
  normalized_shape,
  ...call
}: Omit<Normalization, "by"> & { readonly normalized_shape: number | Shape }): Normalization => {
  const count = numelOf([normalized_shape].flat());
  const rows = numelOf(call.self.shape.slice(0, call.self.ndim - [normalized_shape].flat().length));
  return { ...call, by: { outer: 1, repeats: rows, period: 1, count, run: 1 } };
};

export const _native_layer_norm = op(
  "Tensor::_native_layer_norm(Tensor self, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-5, any? found=None) -> Tensor",
)({
  forward: (self, normalized_shape, weight, bias, eps, found) =>
    normalizeForward(layerNorm({ self, normalized_shape, weight, bias, eps, found: found as Found | null })),
  derivatives: {
    self: [
      "self weight",
      (g, { self, normalized_shape, weight, eps, found }) =>
        normalizeGradient(g, layerNorm({ self, normalized_shape, weight, eps, found: found as Found | null }), "input"),
    ],
    weight: [
      "self weight",
      (g, { self, normalized_shape, weight, eps, found }) => {
        const call = layerNorm({ self, normalized_shape, weight, eps, found: found as Found | null });
        return normalizeGradient(g, call, "weight", weight!.shape);
      },
    ],
    bias: [
      "bias_shape",
      (g, { bias_shape, found }) =>
        biasGradient(g, found as Found | null, bias_shape, () => g.sum_to_size([...bias_shape])),
    ],
  },
  samples: [
    { self: [2, 3], normalized_shape: [3], weight: [3], bias: [3] },
    { self: [2, 2, 3], normalized_shape: [2, 3], weight: [2, 3] },
    { self: [4], normalized_shape: [4] },
  ],
  example: ["torch.tensor([1.5, 3.5])._native_layer_norm([2])", "tensor([-1.0000,  1.0000])"],
});

/**
 * `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimensions, which have the sizes `normalized_shape`; weight
 * and bias have that shape.
 */
export const layer_norm = op(
  "nn.functional::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-5) -> Tensor",
)({
  composite: (input, normalized_shape, weight, bias, eps) => {
    const shape = [normalized_shape].flat() as number[];
    checkLayer(input, shape, { weight, bias }, ", ");
    floatOnly("LayerNormKernelImpl")(input.dtype);
    checkSameDtype(input, weight, bias);
    return input._native_layer_norm(shape, weight, bias, eps, new Found());
  },
  samples: [{ input: [2, 3], normalized_shape: [3], weight: [3], bias: [3] }],
  example: ["nn.functional.layer_norm(torch.tensor([1.5, 3.5]), [2])", "tensor([-1.0000,  1.0000])"],
});

function checkLayer(
  input: Tensor,
  normalized: Shape,
  parameters: Readonly<Record<string, Tensor | null>>,
  separator: string,
): void {
  if (normalized.length === 0) {
    throw new RuntimeError(
      "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []",
    );
  }
  for (const [name, t] of Object.entries(parameters)) {
    if (t === null || sameShape(t.shape, normalized)) continue;
    throw new RuntimeError(
      `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${showShape(t.shape)} and normalized_shape = ${showShape(normalized)}`,
    );
  }
  if (input.ndim >= normalized.length && sameShape(input.shape.slice(input.ndim - normalized.length), normalized))
    return;
  throw new RuntimeError(
    `Given normalized_shape=${showShape(normalized)}, expected input with shape [*${separator}${normalized.join(", ")}], but got input of size${showShape(input.shape)}`,
    "The last dimensions of the input are those that are normalised.",
  );
}

export const _rms_norm = op(
  "Tensor::_rms_norm(Tensor self, int[] normalized_shape, Tensor? weight=None, float eps=1e-5, any? found=None) -> Tensor",
)({
  forward: (self, normalized_shape, weight, eps, found) =>
    normalizeForward(rmsNorm({ self, normalized_shape, weight, eps, found: found as Found | null })),
  derivatives: {
    self: [
      "self weight",
      (g, { self, normalized_shape, weight, eps, found }) =>
        normalizeGradient(g, rmsNorm({ self, normalized_shape, weight, eps, found: found as Found | null }), "input"),
    ],
    weight: [
      "self weight",
      (g, { self, normalized_shape, weight, eps, found }) => {
        const call = rmsNorm({ self, normalized_shape, weight, eps, found: found as Found | null });
        return normalizeGradient(g, call, "weight", weight!.shape);
      },
    ],
  },
  nodeName: "MulBackward0",
  samples: [
    { self: [2, 3], normalized_shape: [3], weight: [3] },
    { self: [2, 2, 3], normalized_shape: [2, 3] },
  ],
  example: ["torch.tensor([1.5, 1.5])._rms_norm([2])", "tensor([1.0000, 1.0000])"],
});

const rmsNorm: typeof layerNorm = (call) => layerNorm({ ...call, centered: false });

/** The distance from 1 to the next number of a dtype. */
const epsilon = (dtype: DType): number => (dtype === float32 ? 2 ** -23 : 2 ** -52);

/**
 * `x / sqrt(mean of x^2 + eps) * weight` over the last dimensions, which have the sizes `normalized_shape`. `eps` is the
 * distance from 1 to the next number of the dtype if not given.
 */
export const rms_norm = op(
  "nn.functional::rms_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor",
)({
  composite: (input, normalized_shape, weight, eps) => {
    const shape = [normalized_shape].flat() as number[];
    checkLayer(input, shape, { weight }, "");
    floatOnly("rms_norm")(input.dtype);
    const least = eps ?? epsilon(input.dtype);
    if (weight && weight.dtype !== input.dtype) return input._rms_norm(shape, null, least, new Found()).mul(weight);
    return input._rms_norm(shape, weight, least, new Found());
  },
  samples: [{ input: [2, 3], normalized_shape: [3], weight: [3] }],
  example: ["nn.functional.rms_norm(torch.tensor([1.5, 1.5]), [2])", "tensor([1., 1.])"],
});

// Groups of channels

const groupNorm = ({
  num_groups,
  ...call
}: Omit<Normalization, "by"> & { readonly num_groups: number }): Normalization => {
  const [repeats, channels, ...places] = call.self.shape;
  return {
    ...call,
    by: { outer: 1, repeats, period: num_groups, count: channels / num_groups, run: numelOf(places) },
  };
};

export const _native_group_norm = op(
  "Tensor::_native_group_norm(Tensor self, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-5, any? found=None) -> Tensor",
)({
  forward: (self, num_groups, weight, bias, eps, found) =>
    normalizeForward(groupNorm({ self, num_groups, weight, bias, eps, found: found as Found | null })),
  derivatives: {
    self: [
      "self weight",
      (g, { self, num_groups, weight, eps, found }) =>
        normalizeGradient(g, groupNorm({ self, num_groups, weight, eps, found: found as Found | null }), "input"),
    ],
    weight: [
      "self weight",
      (g, { self, num_groups, weight, eps, found }) => {
        const call = groupNorm({ self, num_groups, weight, eps, found: found as Found | null });
        return normalizeGradient(g, call, "weight", weight!.shape);
      },
    ],
    bias: ["", (g, { found }) => channelSums(g, found as Found | null)],
  },
  samples: [
    { self: [2, 4, 2], num_groups: 2, weight: [4], bias: [4] },
    { self: [2, 4], num_groups: 2 },
  ],
  example: ["torch.tensor([[1.5, 3.5]])._native_group_norm(1)", "tensor([[-1.0000,  1.0000]])"],
});

/**
 * `(x - mean) / sqrt(var + eps) * weight + bias`, where the channels (dimension 1) of each example are parted into
 * `num_groups` groups with a mean and a variance each; weight and bias are one number a channel.
 */
export const group_norm = op(
  "nn.functional::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-5) -> Tensor",
)({
  composite: (input, num_groups, weight, bias, eps) => {
    const { shape, ndim } = input;
    if (ndim < 2) throw new RuntimeError(`Expected at least 2 dimensions for input tensor but received ${ndim}`);
    if (num_groups <= 0) throw new RuntimeError(`Expected num groups to be greater than 0, got ${num_groups}`);
    const sizes = [Math.floor((shape[0] * shape[1]) / num_groups), num_groups, ...shape.slice(2)];
    checkBatch(sizes, showShape(sizes));
    if (shape[1] % num_groups !== 0) {
      throw new RuntimeError(
        `Expected number of channels in input to be divisible by num_groups, but got input of shape ${showShape(shape)} and num_groups=${num_groups}`,
      );
    }
    for (const [name, t] of Object.entries({ weight, bias })) {
      if (t === null || (t.ndim === 1 && t.numel() === shape[1])) continue;
      throw new RuntimeError(
        `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${showShape(t.shape)} and input of shape ${showShape(shape)}`,
      );
    }
    floatOnly("GroupNormKernelImpl")(input.dtype);
    checkSameDtype(input, weight, bias);
    return input._native_group_norm(num_groups, weight, bias, eps, new Found());
  },
  samples: [{ input: [2, 4, 2], num_groups: 2, weight: [4], bias: [4] }],
  example: ["nn.functional.group_norm(torch.tensor([[1.5, 3.5]]), 1)", "tensor([[-1.0000,  1.0000]])"],
});

/**
 * `x / (k + alpha * mean of x^2)^beta`, where the mean is over `size` neighbouring channels (dimension 1), with zeros beyond
 * the first and the last.
 */
export const local_response_norm = op(
  "nn.functional::local_response_norm(Tensor input, int size, float alpha=1e-4, float beta=0.75, float k=1.0) -> Tensor",
)({
  composite: (input, size, alpha, beta, k) => {
    const { ndim } = input;
    if (ndim < 3) {
      throw new ValueError(
        `Expected 3D or higher dimensionality                          input (got ${ndim} dimensions)`,
      );
    }
    if (input.numel() === 0) return input;
    const beside = new Array<number>(2 * (ndim - 2)).fill(0);
    const squares = pad(input.mul(input), [...beside, Math.floor(size / 2), Math.floor((size - 1) / 2)]);
    return input.div(squares.unfold(1, size, 1).mean(-1).mul(alpha).add(k).pow(beta));
  },
  samples: [
    { input: [2, 3, 2], size: 2, alpha: 0.5 },
    { input: [1, 4, 1, 2], size: 3, alpha: 1, beta: 0.5, k: 2 },
  ],
  example: ["nn.functional.local_response_norm(torch.ones(1, 1, 1), 1, 3, 0.5)", "tensor([[[0.5000]]])"],
});
