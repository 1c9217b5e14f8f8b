import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonFloat } from "../../python/repr.js";
import { checkConstant, torchSize } from "../losses.js";
import {
  channelSums,
  checkBatch,
  checkSameDtype,
  Found,
  type Normalization,
  normalizeForward,
  normalizeGradient,
  runningStatistics,
} from "../normalization.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { numelOf, type Shape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** Normalisation of the channels of a batch, and of each of its examples. */

interface BatchNorm extends Omit<Normalization, "by"> {
  readonly running_mean: Tensor | null;
  readonly running_var: Tensor | null;
  readonly training: boolean;
}

/** Channels are dimension 1; each is a group. */
function batchNorm({ self, weight, bias, running_mean, running_var, training, eps, found }: BatchNorm): Normalization {
  const [outer, period, ...places] = self.shape;
  const given = training ? null : { mean: running_mean!, variance: running_var! };
  const by = { outer, repeats: 1, period, count: 1, run: numelOf(places) };
  return { self, weight, bias, eps, found, given, by };
}

export const _native_batch_norm = op(
  "Tensor::_native_batch_norm(Tensor self, Tensor? weight=None, Tensor? bias=None, Tensor? running_mean=None, Tensor? running_var=None, bool training=False, float eps=1e-5, Found? found=None) -> Tensor",
)({
  forward: (self, weight, bias, running_mean, running_var, training, eps, found) =>
    normalizeForward(batchNorm({ self, weight, bias, running_mean, running_var, training, eps, found })),
  derivatives: {
    self: ["self weight running_mean running_var", (g, saved) => normalizeGradient(g, batchNorm(saved), "input")],
    weight: [
      "self weight running_mean running_var",
      (g, saved) => normalizeGradient(g, batchNorm(saved), "weight", saved.weight!.shape),
    ],
    bias: ["", (g, { found }) => channelSums(g, found)],
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

function batchNormalized(call: BatchNorm, momentum: number): Tensor {
  const { self, weight, bias, running_mean, running_var, training, eps } = call;
  self.size(1);
  const channels = self.shape[1];
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
