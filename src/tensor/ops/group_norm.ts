import { RuntimeError, ValueError } from "../../python/errors.js";
import {
  channelSums,
  checkBatch,
  checkSameDtype,
  Found,
  type Normalization,
  normalizeForward,
  normalizeGradient,
  withoutGroups,
} from "../normalization.js";
import { op } from "../op.js";
import { floatOnly } from "../pointwise.js";
import { numelOf, showShape } from "../shape.js";
import { pad } from "./padding.js";

/** Normalisation of groups of channels, and of channels by their neighbours. */

interface GroupNorm extends Omit<Normalization, "by"> {
  readonly num_groups: number;
}

function groupNorm(call: GroupNorm): Normalization {
  const [repeats, channels, ...places] = call.self.shape;
  const { num_groups } = call;
  const by = { outer: 1, repeats, period: num_groups, count: channels / num_groups, run: numelOf(places) };
  return { ...withoutGroups(call), by };
}

export const _native_group_norm = op(
  "Tensor::_native_group_norm(Tensor self, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-5, Found? found=None) -> Tensor",
)({
  forward: (self, num_groups, weight, bias, eps, found) =>
    normalizeForward(groupNorm({ self, num_groups, weight, bias, eps, found })),
  derivatives: {
    self: ["self weight", (g, saved) => normalizeGradient(g, groupNorm(saved), "input")],
    weight: ["self weight", (g, saved) => normalizeGradient(g, groupNorm(saved), "weight", saved.weight!.shape)],
    bias: ["", (g, { found }) => channelSums(g, found)],
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
