import { no_grad } from "../autograd/grad_mode.js";
import { RuntimeError, ValueError } from "../python/errors.js";
import { define } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import {
  empty,
  empty_like,
  eye,
  float64,
  type Generator,
  randn,
  randperm,
  type Tensor,
  tensor as tensorOf,
} from "../tensor/index.js";
import { orthonormalize } from "../tensor/kernels/factor.js";

/* Initial values for parameters. Every function fills its tensor in place, without recording, and returns it. */

type Mode = "fan_in" | "fan_out";

/** Fills with the uniform distribution on [a, b). */
export const uniform_ = define(
  "uniform_(Tensor tensor, float a=0, float b=1, Generator? generator=None) -> Tensor",
  (tensor, a, b, generator) => no_grad(() => tensor.uniform_(a, b, { generator })),
);

/** Fills with the normal distribution. */
export const normal_ = define(
  "normal_(Tensor tensor, float mean=0, float std=1, Generator? generator=None) -> Tensor",
  (tensor, mean, std, generator) => no_grad(() => tensor.normal_(mean, std, { generator })),
);

/**
 * Fills with the normal distribution cut off at `a` and `b`, by rejection: draws outside are drawn again.
 *
 * Where the interval holds little of the distribution, candidates are uniform on it and kept with a probability in
 * proportion to the density.
 */
export const trunc_normal_ = define(
  "trunc_normal_(Tensor tensor, float mean=0, float std=1, float a=-2, float b=2, Generator? generator=None) -> Tensor",
  (tensor, mean, std, a, b, generator) => {
    if (mean < a - 2 * std || mean > b + 2 * std) {
      warn(
        "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.",
      );
    }
    const [low, high] = tensorOf([a, b], { dtype: float64 })
      .sub(mean)
      .div(std * Math.SQRT2)
      .erf()
      .tolist() as number[];
    const inside = (high - low) / 2;
    return no_grad(() =>
      inside > 0.3
        ? redrawOutside(tensor, mean, std, a, b, generator)
        : rejectByDensity(tensor, mean, std, a, b, generator),
    );
  },
);

type MaybeGenerator = Generator | null;

function redrawOutside(
  tensor: Tensor,
  mean: number,
  std: number,
  a: number,
  b: number,
  generator: MaybeGenerator,
): Tensor {
  tensor.normal_(mean, std, { generator });
  for (;;) {
    const outside = tensor.lt(a).logical_or(tensor.gt(b));
    if (!outside.any().item<boolean>()) return tensor;
    tensor.copy_(empty_like(tensor).normal_(mean, std, { generator }).where(outside, tensor));
  }
}

function rejectByDensity(
  tensor: Tensor,
  mean: number,
  std: number,
  a: number,
  b: number,
  generator: MaybeGenerator,
): Tensor {
  const mode = Math.max(a, Math.min(mean, b));
  const logPeak = -0.5 * ((mode - mean) / std) ** 2;
  const rejected = (candidates: Tensor): Tensor => {
    const logDensity = candidates.sub(mean).div(std).pow(2).mul(-0.5).sub(logPeak);
    return empty_like(tensor).uniform_(0, 1, { generator }).log().gt(logDensity);
  };
  tensor.uniform_(a, b, { generator });
  let pending = rejected(tensor);
  while (pending.any().item<boolean>()) {
    const candidates = empty_like(tensor).uniform_(a, b, { generator });
    tensor.copy_(candidates.where(pending, tensor));
    pending = pending.logical_and(rejected(candidates));
  }
  return tensor;
}

/** Fills with one value. */
export const constant_ = define("constant_(Tensor tensor, float val) -> Tensor", (tensor, val) =>
  no_grad(() => tensor.fill_(val)),
);
/** Fills with 1. */
export const ones_ = define("ones_(Tensor tensor) -> Tensor", (tensor) => no_grad(() => tensor.fill_(1)));
/** Fills with 0. */
export const zeros_ = define("zeros_(Tensor tensor) -> Tensor", (tensor) => no_grad(() => tensor.zero_()));

/** Fills a matrix with the identity. */
export const eye_ = define("eye_(Tensor tensor) -> Tensor", (tensor) => {
  if (tensor.dim() !== 2) throw new ValueError("Only tensors with 2 dimensions are supported");
  return no_grad(() => tensor.copy_(eye(tensor.shape[0], tensor.shape[1])));
});

/**
 * Fills the weight of a convolution (3 to 5 dimensions) so that it passes its input on: 1 in the middle of the kernel
 * where output and input channel agree, within each group.
 */
export const dirac_ = define("dirac_(Tensor tensor, int groups=1) -> Tensor", (tensor, groups) => {
  if (tensor.dim() < 3 || tensor.dim() > 5) {
    throw new ValueError("Only tensors with 3, 4, or 5 dimensions are supported");
  }
  const [out, channels, ...kernel] = tensor.shape;
  if (out % groups !== 0) throw new ValueError("dim 0 must be divisible by groups");
  const perGroup = out / groups;
  return no_grad(() => {
    tensor.zero_();
    for (let g = 0; g < groups; g++) {
      for (let d = 0; d < Math.min(perGroup, channels); d++) {
        tensor.index_put_([g * perGroup + d, d, ...kernel.map((k) => Math.floor(k / 2))], 1);
      }
    }
    return tensor;
  });
});

/** Fan-in and fan-out: inputs to, and outputs from, one unit of a weight of shape [out, in, ...kernel]. */
function fans(tensor: Tensor): { fan_in: number; fan_out: number } {
  if (tensor.dim() < 2)
    throw new ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  const [out, inputs, ...kernel] = tensor.shape;
  const field = kernel.reduce((a, b) => a * b, 1);
  return { fan_in: inputs * field, fan_out: out * field };
}

function fan(tensor: Tensor, mode: string): number {
  const known: readonly string[] = ["fan_in", "fan_out"];
  if (!known.includes(mode.toLowerCase())) {
    throw new ValueError(`Mode ${mode} not supported, please use one of ['fan_in', 'fan_out']`);
  }
  return fans(tensor)[mode.toLowerCase() as Mode];
}

/**
 * The factor by which an activation scales deviations, to be undone by the initial weights.
 *
 * @param param the negative slope of `leaky_relu`, 0.01 by default
 */
export const calculate_gain = define(
  "calculate_gain(str nonlinearity, float? param=None) -> float",
  (nonlinearity, param) => {
    const gains: Record<string, number> = {
      linear: 1,
      conv1d: 1,
      conv2d: 1,
      conv3d: 1,
      conv_transpose1d: 1,
      conv_transpose2d: 1,
      conv_transpose3d: 1,
      sigmoid: 1,
      tanh: 5 / 3,
      relu: Math.SQRT2,
      selu: 3 / 4,
      leaky_relu: Math.sqrt(2 / (1 + (param ?? 0.01) ** 2)),
    };
    const gain = gains[nonlinearity];
    if (gain === undefined) throw new ValueError(`Unsupported nonlinearity ${nonlinearity}`);
    return gain;
  },
);

/** Xavier (Glorot) uniform: on [-b, b) with `b = gain sqrt(6 / (fan_in + fan_out))`. */
export const xavier_uniform_ = define(
  "xavier_uniform_(Tensor tensor, float gain=1, Generator? generator=None) -> Tensor",
  (tensor, gain, generator) => {
    const { fan_in, fan_out } = fans(tensor);
    const bound = Math.sqrt(3) * (gain * Math.sqrt(2 / (fan_in + fan_out)));
    return no_grad(() => tensor.uniform_(-bound, bound, { generator }));
  },
);

/** Xavier (Glorot) normal: with standard deviation `gain sqrt(2 / (fan_in + fan_out))`. */
export const xavier_normal_ = define(
  "xavier_normal_(Tensor tensor, float gain=1, Generator? generator=None) -> Tensor",
  (tensor, gain, generator) => {
    const { fan_in, fan_out } = fans(tensor);
    return no_grad(() => tensor.normal_(0, gain * Math.sqrt(2 / (fan_in + fan_out)), { generator }));
  },
);

/** Kaiming (He) uniform: on [-b, b) with `b = gain sqrt(3 / fan)`; `a` is the slope of `leaky_relu`. */
export const kaiming_uniform_ = define(
  "kaiming_uniform_(Tensor tensor, float a=0, str mode='fan_in', str nonlinearity='leaky_relu', Generator? generator=None) -> Tensor",
  (tensor, a, mode, nonlinearity, generator) => {
    if (tensor.shape.includes(0)) {
      warn("Initializing zero-element tensors is a no-op");
      return tensor;
    }
    const std = calculate_gain(nonlinearity, a) / Math.sqrt(fan(tensor, mode));
    const bound = Math.sqrt(3) * std;
    return no_grad(() => tensor.uniform_(-bound, bound, { generator }));
  },
);

/** Kaiming (He) normal: with standard deviation `gain / sqrt(fan)`; `a` is the slope of `leaky_relu`. */
export const kaiming_normal_ = define(
  "kaiming_normal_(Tensor tensor, float a=0, str mode='fan_in', str nonlinearity='leaky_relu', Generator? generator=None) -> Tensor",
  (tensor, a, mode, nonlinearity, generator) => {
    if (tensor.shape.includes(0)) {
      warn("Initializing zero-element tensors is a no-op");
      return tensor;
    }
    const std = calculate_gain(nonlinearity, a) / Math.sqrt(fan(tensor, mode));
    return no_grad(() => tensor.normal_(0, std, { generator }));
  },
);

/** Orthonormal rows or columns, whichever are fewer, times `gain`: the Q of a random normal matrix. */
export const orthogonal_ = define(
  "orthogonal_(Tensor tensor, float gain=1, Generator? generator=None) -> Tensor",
  (tensor, gain, generator) => {
    if (tensor.dim() < 2) throw new ValueError("Only tensors with 2 or more dimensions are supported");
    if (tensor.numel() === 0) return tensor;
    const rows = tensor.shape[0];
    const columns = tensor.numel() / rows;
    const wide = rows < columns;
    const random = randn(rows, columns, { generator, dtype: tensor.dtype });
    // the vectors of the basis, one after the other
    const [n, k] = wide ? [columns, rows] : [rows, columns];
    const basis = Float64Array.from((wide ? random : random.t()).contiguous().toTypedArray());
    orthonormalize(basis, n, k);
    return no_grad(() => {
      const vectors = empty([k, n], { dtype: float64 });
      vectors.storage.data.set(basis);
      return tensor.copy_((wide ? vectors : vectors.t()).reshape([...tensor.shape])).mul_(gain);
    });
  },
);

/** Normal with standard deviation `std`, and in each column a share `sparsity` of zeros. */
export const sparse_ = define(
  "sparse_(Tensor tensor, float sparsity, float std=0.01, Generator? generator=None) -> Tensor",
  (tensor, sparsity, std, generator) => {
    if (tensor.dim() !== 2) throw new ValueError("Only tensors with 2 dimensions are supported");
    const [rows, columns] = tensor.shape;
    const zeros = Math.ceil(sparsity * rows);
    if (zeros > rows) throw new RuntimeError("sparsity must lie between 0 and 1");
    return no_grad(() => {
      tensor.normal_(0, std, { generator });
      for (let column = 0; column < columns; column++) {
        const chosen = randperm(rows).index([`:${zeros}`]);
        tensor.index_put_([chosen, column], 0);
      }
      return tensor;
    });
  },
);
