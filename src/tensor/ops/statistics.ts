import { RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { medianGradient, type Pick, pickAlong, putBack } from "../reduction.js";
import { Tensor } from "../tensor.js";
import { where } from "./compare.js";
import { norm } from "./norm.js";

// Quantiles

const QUANTILE =
  "(Tensor self, Tensor|float q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor";
const QUANTILE_SAMPLES = [
  { self: [5], q: 0.3 },
  { self: [2, 3], q: 0.75, dim: 1 },
  { self: [3, 2], q: 0.5, dim: 0, keepdim: true },
];

/**
 * The value below which the fraction `q` of the elements lies, along `dim` or (`null`) of all. Between two elements it is
 * found as `interpolation` says: `"linear"`, `"lower"`, `"higher"`, `"nearest"` or `"midpoint"`. Several `q` add a first
 * dimension. NaN where there is any.
 */
export const quantile = op(`quantile${QUANTILE}`)({
  composite: (self, q, dim, keepdim, interpolation) => quantiles(self, q, dim, keepdim, interpolation, false),
  samples: QUANTILE_SAMPLES,
  example: ["torch.quantile(torch.tensor([0, 1, 2, 3.5]), 0.5)", "tensor(1.5000)"],
});

/** {@link quantile} of the elements that are not NaN. */
export const nanquantile = op(`nanquantile${QUANTILE}`)({
  composite: (self, q, dim, keepdim, interpolation) => quantiles(self, q, dim, keepdim, interpolation, true),
  samples: QUANTILE_SAMPLES,
  example: ["torch.nanquantile(torch.tensor([NaN, 1, 2.5]), 0.5)", "tensor(1.7500)"],
});

function quantiles(
  self: Tensor,
  q: Tensor | number,
  dim: number | null,
  keepdim: boolean,
  interpolation: string,
  ignoreNaN: boolean,
): Tensor {
  checkQuantile(self, q, interpolation);
  const asked = q instanceof Tensor ? q : self.detach().reshape(-1).narrow(0, 0, 1).mul(0).fill_(q).squeeze(0);
  // the lines to look at become the last dimension
  const lines = dim === null ? self.reshape(-1) : self.ndim === 0 ? self.unsqueeze(0) : self.movedim(dim, -1);
  const sorted = lines.sort(-1).values;
  const isNaN = sorted.detach().isnan();
  const n = sorted.shape[sorted.ndim - 1];
  // NaN is sorted last, so that a NaN at the end tells of any
  const count = isNaN.logical_not().sum(-1, true).to(self.dtype);
  const last = ignoreNaN ? count.sub(1).clamp_min(0) : count.mul(0).add(n - 1);
  let rank = asked.reshape(-1).mul(last);
  if (!ignoreNaN) rank = rank.masked_fill(isNaN.any(-1, true), n - 1);
  if (interpolation === "lower") rank = rank.floor();
  if (interpolation === "higher") rank = rank.ceil();
  if (interpolation === "nearest") rank = rank.round();
  const below = rank.detach().floor();
  let values = sorted.gather(-1, below.to(int64));
  if (interpolation === "linear" || interpolation === "midpoint") {
    const weight = interpolation === "midpoint" ? below.mul(0).add(0.5) : rank.sub(below);
    values = values.lerp(sorted.gather(-1, rank.detach().ceil().to(int64)), weight);
  }
  const result = asked.ndim === 0 ? values.squeeze(-1) : values.movedim(-1, 0);
  if (!keepdim) return result;
  if (dim === null) return result.reshape([...asked.shape, ...self.shape.map(() => 1)]);
  return self.ndim === 0 ? result : result.unsqueeze(dim < 0 ? dim : dim + asked.ndim);
}

function checkQuantile(self: Tensor, q: Tensor | number, interpolation: string): void {
  if (self.numel() === 0) throw new RuntimeError("quantile() input tensor must be non-empty");
  if (!self.dtype.is_floating_point) {
    throw new RuntimeError("quantile() input tensor must be either float or double dtype");
  }
  if (!["linear", "lower", "higher", "midpoint", "nearest"].includes(interpolation)) {
    throw new RuntimeError(
      `quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
    );
  }
  if (!(q instanceof Tensor)) {
    if (q >= 0 && q <= 1) return;
    throw new RuntimeError(`quantile() q must be in the range [0, 1] but got ${q}`);
  }
  if (q.ndim > 1) throw new RuntimeError("quantile() q must be a scalar or 1D tensor");
  if (q.dtype !== self.dtype) throw new RuntimeError("quantile() q tensor must be same dtype as the input tensor");
  if (q.toTypedArray().some((v: number) => !(v >= 0 && v <= 1))) {
    throw new RuntimeError("quantile() q values must be in the range [0, 1]");
  }
}

// The median without NaN

/** The middle element in order, the lower of two, of those that are not NaN. */
export const nanmedian = op("nanmedian(Tensor self) -> Tensor")({
  forward: (self) =>
    self.numel() === 0 ? self.median() : pickAlong("nanmedian", middle, self.reshape(-1), 0, false).values,
  derivatives: {
    self: ["self result", (g, { self, result }) => medianGradient(g, self, result)],
  },
  samples: [{ self: [5] }, { self: [2, 3] }],
  example: ["torch.tensor([NaN, 3, 1.5]).nanmedian()", "tensor(1.5000)"],
});

/** The middle elements along `dim` in order, the lower of two, of those that are not NaN, and where they are. */
export const nanmedian_dim = op(
  "nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
)({
  forward: (self, dim, keepdim) => pickAlong("nanmedian", middle, self, dim, keepdim),
  derivatives: {
    self: [
      "self_shape result",
      (g, { result, self_shape, dim, keepdim }) => putBack(g[0], result.indices, self_shape, dim, keepdim),
    ],
  },
  nodeName: "NanmedianBackward1",
  samples: [
    { self: [2, 3], dim: 1 },
    { self: [2, 3], dim: 0, keepdim: true },
  ],
  example: ["torch.tensor([[NaN, 1.5, 2]]).nanmedian(1).values", "tensor([1.5000])"],
});

const middle: Pick = (data, start, step, n) => {
  const places = Array.from({ length: n }, (_, i) => i).filter((i) => !Number.isNaN(data[start + i * step]));
  if (places.length === 0) return 0;
  places.sort((i, j) => data[start + i * step] - data[start + j * step] || i - j);
  return places[(places.length - 1) >> 1];
};

// Norms of parts

/** Each part along `dim` whose `p`-norm is above `maxnorm` made as small. */
export const renorm = op("renorm[_](Tensor self, float p, int dim, float maxnorm) -> Tensor")({
  composite: (self, p, dim, maxnorm) => {
    if (p <= 0) throw new RuntimeError("renorm: non-positive-norm not supported");
    if (maxnorm < 0) throw new RuntimeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
    if (self.ndim < 2) {
      throw new RuntimeError(`renorm: input needs at least 2 dimensions, got ${self.ndim} dimensions`);
    }
    const kept = dim < 0 ? dim + self.ndim : dim;
    const others = self.shape.map((_, d) => d).filter((d) => d !== kept);
    const norms = norm(self, p, others, true);
    return self.mul(where(norms.gt(maxnorm), norms.add(1e-7).reciprocal().mul(maxnorm), 1));
  },
  domain: { self: [0.3, 2] },
  samples: [
    { self: [2, 3], p: 2, dim: 0, maxnorm: 0.5 },
    { self: [2, 3], p: 1, dim: -1, maxnorm: 0.2 },
  ],
  example: ["torch.tensor([[1.5, 2]]).renorm(2, 0, 1)", "tensor([[0.6000, 0.8000]])"],
});

// Covariance

/**
 * The covariances of the variables in the rows, with the observations in the columns. `fweights` says how often each was
 * observed, `aweights` how much it counts; the sums of products are divided by the total weight less `correction`.
 */
export const cov = op("cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor")({
  composite: (self, correction, fweights, aweights) => {
    if (self.ndim > 2) {
      throw new RuntimeError(
        `cov(): expected input to have two or fewer dimensions but got an input with ${self.ndim} dimensions`,
      );
    }
    const x = self.ndim < 2 ? self.reshape(1, -1) : self;
    const n = x.shape[1];
    if (fweights) {
      checkWeights("fweights", fweights, n);
      if (fweights.dtype.is_floating_point) {
        throw new RuntimeError(
          `cov(): expected fweights to have integral dtype but got fweights with ${fweights.dtype.scalarName} dtype`,
        );
      }
    }
    if (aweights) checkWeights("aweights", aweights, n);
    const weights = fweights && aweights ? fweights.mul(aweights) : (fweights ?? aweights);
    const total = weights ? weights.sum() : n;
    const mean = weights ? x.mul(weights).sum(1, true).div(total) : x.sum(1, true).div(n);
    const centred = x.sub(mean);
    const products = centred.matmul((weights ? centred.mul(weights) : centred).t());
    if (!weights || !(total instanceof Tensor)) return products.div(Math.max(n - correction, 0)).squeeze();
    const less = aweights && correction !== 0 ? weights.mul(aweights).sum().mul(correction).div(total) : correction;
    return products.div(total.sub(less).clamp_min(0)).squeeze();
  },
  samples: [{ self: [2, 4] }, { self: [4], correction: 0 }, { self: [2, 3], fweights: { int: [1, 2, 1] } }],
  example: [
    "torch.cov(torch.tensor([[0, 1, 2.5], [2.5, 1, 0]]))",
    "tensor([[ 1.5833, -1.5417],\n        [-1.5417,  1.5833]])",
  ],
});

function checkWeights(name: string, weights: Tensor, n: number): void {
  if (weights.ndim > 1) {
    throw new RuntimeError(
      `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${weights.ndim} dimensions`,
    );
  }
  if (weights.numel() === n) return;
  throw new RuntimeError(
    `cov(): expected ${name} to have the same numel as there are observations in the input but got ${weights.numel()} != ${n}`,
  );
}

/** The correlation coefficients of the variables in the rows: covariances of variables scaled to variance 1. */
export const corrcoef = op("corrcoef(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim > 2) {
      throw new RuntimeError(
        `corrcoef(): expected input to have two or fewer dimensions but got an input with ${self.ndim} dimensions`,
      );
    }
    const covariances = cov(self);
    if (covariances.ndim === 0) return covariances.div(covariances);
    const deviation = covariances.diagonal().sqrt();
    return covariances.div(deviation.unsqueeze(1)).div(deviation).clamp(-1, 1);
  },
  samples: [{ self: [2, 4] }],
  example: [
    "torch.corrcoef(torch.tensor([[0, 1, 2.5], [2, 0, 1]]))",
    "tensor([[ 1.0000, -0.3974],\n        [-0.3974,  1.0000]])",
  ],
});
