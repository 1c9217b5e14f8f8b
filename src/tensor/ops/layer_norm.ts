import { RuntimeError } from "../../python/errors.js";
import { type DType, float32 } from "../dtype.js";
import type { Grouping } from "../kernels/grouping.js";
import {
  biasGradient,
  checkSameDtype,
  Found,
  type Normalization,
  normalizeForward,
  normalizeGradient,
  withoutGroups,
} from "../normalization.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { numelOf, type Shape, sameShape, showShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** Normalisation of the last dimensions. */

/** The last dimensions, those of `normalized_shape`, are one group. */
const layerNorm = (call: LayerNorm): Normalization => ({ ...withoutGroups(call), by: rowsOfLayer(call) });

/** Without the mean taken off. */
const rmsNorm = (call: LayerNorm): Normalization => ({ ...layerNorm(call), centered: false });

interface LayerNorm extends Omit<Normalization, "by"> {
  readonly normalized_shape: number | Shape;
}

function rowsOfLayer({ self, normalized_shape }: LayerNorm): Grouping {
  const shape = [normalized_shape].flat();
  const repeats = numelOf(self.shape.slice(0, self.ndim - shape.length));
  return { outer: 1, repeats, period: 1, count: numelOf(shape), run: 1 };
}

export const _native_layer_norm = op(
  "Tensor::_native_layer_norm(Tensor self, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-5, Found? found=None) -> Tensor",
)({
  forward: (self, normalized_shape, weight, bias, eps, found) =>
    normalizeForward(layerNorm({ self, normalized_shape, weight, bias, eps, found })),
  derivatives: {
    self: ["self weight", (g, saved) => normalizeGradient(g, layerNorm(saved), "input")],
    weight: ["self weight", (g, saved) => normalizeGradient(g, layerNorm(saved), "weight", saved.weight!.shape)],
    bias: [
      "bias_shape",
      (g, { bias_shape, found }) => biasGradient(g, found, bias_shape, () => g.sum_to_size([...bias_shape])),
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
  "Tensor::_rms_norm(Tensor self, int[] normalized_shape, Tensor? weight=None, float eps=1e-5, Found? found=None) -> Tensor",
)({
  forward: (self, normalized_shape, weight, eps, found) =>
    normalizeForward(rmsNorm({ self, normalized_shape, weight, eps, found })),
  derivatives: {
    self: ["self weight", (g, saved) => normalizeGradient(g, rmsNorm(saved), "input")],
    weight: ["self weight", (g, saved) => normalizeGradient(g, rmsNorm(saved), "weight", saved.weight!.shape)],
  },
  nodeName: "MulBackward0",
  samples: [
    { self: [2, 3], normalized_shape: [3], weight: [3] },
    { self: [2, 2, 3], normalized_shape: [2, 3] },
  ],
  example: ["torch.tensor([1.5, 1.5])._rms_norm([2])", "tensor([1.0000, 1.0000])"],
});

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
