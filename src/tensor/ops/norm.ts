import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { type DType, int64 } from "../dtype.js";
import { op } from "../op.js";
import { type Dims, type Reduction, reduceDims, unreduced } from "../reduction.js";
import { broadcastShapes, reducedShape, wrapDims } from "../shape.js";
import { Tensor } from "../tensor.js";

/**
 * The `p`-norm over `dim` (`null`: of all elements): `(sum of |x|^p)^(1/p)`; the largest and the smallest `|x|` for
 * `Infinity` and `-Infinity`; how many are not 0 for 0. `"fro"` is 2. The gradient at 0 is 0.
 */
export const norm = op(
  "norm(Tensor self, Scalar|str? p='fro', int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  forward: (self, p, dim, keepdim, dtype) => {
    if (!self.dtype.is_floating_point) {
      throw new RuntimeError(
        `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${self.dtype.scalarName}`,
        "Convert it first: x.float().norm().",
      );
    }
    return vectorNorm(self, orderOf(p), dim, keepdim, dtype ?? self.dtype);
  },
  derivatives: {
    self: [
      "self result",
      (g, { self, result, p, dim, keepdim }) => {
        const restored = (t: Tensor) => unreduced(t, self.shape, dim, keepdim);
        return normGradient(restored(g), self, restored(result), orderOf(p), dim);
      },
    ],
  },
  nodeName: "LinalgVectorNormBackward0",
  domain: { self: [0.3, 2] },
  samples: [
    { self: [2, 3] },
    { self: [2, 3], p: 1, dim: 0 },
    { self: [2, 3], p: 3, dim: [0, 1], keepdim: true },
    { self: [2, 3], p: Infinity, dim: -1 },
    { self: [2, 3], p: 0.5 },
  ],
  example: ["torch.tensor([3, 4], { dtype: torch.float32 }).norm()", "tensor(5.)"],
});

function orderOf(p: number | boolean | string | null): number {
  if (p === null || p === "fro") return 2;
  if (typeof p !== "string") return Number(p);
  const message = `linalg.matrix_norm: Order ${p}`;
  if (p !== "nuc") throw new RuntimeError(`${message} not supported.`, "norm() takes 'fro' or a number.");
  throw new NotImplementedError(`${message} is not supported.`, "The nuclear norm needs singular values.");
}

function vectorNorm(self: Tensor, p: number, dim: Dims, keepdim: boolean, dtype: DType): Tensor {
  if (p === Infinity || p < 0) {
    const dims = wrapDims(dim, self.ndim);
    if (dims.some((d) => self.shape[d] === 0) && !reducedShape(self.shape, dims, false).includes(0)) {
      throw new RuntimeError(
        `linalg.vector_norm cannot compute the ${p === Infinity ? "inf" : p} norm on an empty tensor because the operation does not have an identity`,
      );
    }
  }
  return reduceDims(normOf(p), self, dim, keepdim, dtype);
}

function normOf(p: number): Reduction {
  if (p === Infinity) return { start: 0, step: (m, x) => Math.max(m, Math.abs(x)) };
  if (p === -Infinity) return { start: Infinity, step: (m, x) => Math.min(m, Math.abs(x)) };
  if (p === 0) return { start: 0, step: "nonzero" };
  if (p === 1) return { start: 0, step: "sizes" };
  if (p === 2) return { start: 0, step: "squares", finish: Math.sqrt };
  return { start: 0, step: (s, x) => s + Math.abs(x) ** p, finish: (s) => s ** (1 / p) };
}

/** `d |x|_p = sign(x) (|x| / |x|_p)^(p-1) dx`, and 0 where the norm is 0. */
function normGradient(g: Tensor, x: Tensor, norm: Tensor, p: number, dim: Dims): Tensor | null {
  if (p === 0) return null;
  if (p === 1) return g.mul(x.sign());
  const safe = norm.masked_fill(norm.eq(0), 1);
  if (p === 2) return g.mul(x.div(safe));
  if (Math.abs(p) === Infinity) {
    const attain = x.abs().eq(norm);
    return g.div(attain.sum(dim, true)).mul(x.sign()).mul(attain);
  }
  // |x|^(p-1) has no slope at 0 for p < 2, where the element's part is taken as 0
  const zero = x.eq(0);
  const share = x
    .abs()
    .masked_fill(zero, 1)
    .div(safe)
    .pow(p - 1);
  return g.mul(x.sign()).mul(share.masked_fill(zero, 0));
}

/** The `p`-norm of `self - other`. */
export const dist = op("dist(Tensor self, Tensor other, Scalar p=2) -> Tensor")({
  composite: (self, other, p) => self.sub(other).norm(p),
  domain: { self: [2, 3], other: [0, 1] },
  samples: [
    { self: [2, 3], other: [2, 3] },
    { self: [2, 3], other: [3], p: 1 },
  ],
  example: ["torch.dist(torch.tensor([1.5, 0]), torch.tensor([0, 2]))", "tensor(2.5000)"],
});

/** The `p`-norms of `x1 - x2 + eps` along the last dimension. */
export const pairwise_distance = op(
  "nn.functional::pairwise_distance(Tensor x1, Tensor x2, float p=2.0, float eps=1e-6, bool keepdim=False) -> Tensor",
)({
  composite: (x1, x2, p, eps, keepdim) => x1.sub(x2).add(eps).norm(p, -1, keepdim),
  domain: { x1: [2, 3], x2: [0, 1] },
  samples: [{ x1: [2, 3], x2: [2, 3] }],
  example: ["nn.functional.pairwise_distance(torch.zeros(1, 2), torch.tensor([[3, 4]]))", "tensor([5.0000])"],
});

/** `x1 . x2 / (|x1| |x2|)` along `dim`; norms below `eps` count as `eps`. */
export const cosine_similarity = op("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-8) -> Tensor")({
  composite: (x1, x2, dim, eps) => {
    const unit = (x: Tensor) => x.div(x.norm(2, dim, true).clamp_min(eps));
    const shape = [...broadcastShapes(x1.shape, x2.shape)];
    return unit(x1.expand(shape))
      .mul(unit(x2.expand(shape)))
      .sum(dim);
  },
  samples: [
    { x1: [2, 3], x2: [2, 3] },
    { x1: [3], x2: [2, 3], dim: -1 },
    { x1: [1, 3], x2: [2, 1], dim: 0 },
  ],
  example: ["torch.cosine_similarity(torch.tensor([0.5, 0]), torch.ones(2), 0)", "tensor(0.7071)"],
});

/** `input / max(|input|, eps)` along `dim`: lines of norm 1. */
export const normalize = op(
  "nn.functional::normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor",
)({
  composite: (input, p, dim, eps) => input.div(input.norm(p, dim, true).clamp_min(eps)),
  samples: [{ input: [2, 3] }, { input: [4], dim: 0 }],
  example: ["nn.functional.normalize(torch.tensor([[1.5, 2]]))", "tensor([[0.6000, 0.8000]])"],
});

/** The `p`-norms of the differences of each row of `x1` and each row of `x2`. All `compute_mode`s compute the same. */
export const cdist = op(
  "cdist(Tensor x1, Tensor x2, float p=2.0, str? compute_mode='use_mm_for_euclid_dist_if_necessary') -> Tensor",
)({
  composite: (x1, x2, p) => {
    return lengths(x1.unsqueeze(-2).sub(x2.unsqueeze(-3)), p);
  },
  samples: [{ x1: [2, 3], x2: [4, 3] }],
  example: ["torch.cdist(torch.zeros(1, 2), torch.tensor([[3, 4.0]]))", "tensor([[5.]])"],
});

/** The `p`-norms of differences along the last dimension. */
function lengths(differences: Tensor, p: number): Tensor {
  if (p === Number.POSITIVE_INFINITY) return largest(differences.abs());
  // how many are not 0, with a gradient of zeros
  return p === 0 ? differences.sign().abs().sum(-1) : differences.norm(p, -1);
}

/** The `p`-norms of the differences of each row (N, D) and each later one: N (N - 1) / 2 of them. */
export const pdist = op("pdist(Tensor input, float p=2.0) -> Tensor")({
  composite: (input, p) => {
    if (input.ndim !== 2) throw new RuntimeError(`pdist only supports 2D tensors, got: ${input.ndim}D`);
    if (!input.dtype.is_floating_point) throw new RuntimeError("pdist only supports floating-point dtypes");
    if (!(p >= 0)) throw new RuntimeError("pdist only supports non-negative p values");
    const n = input.shape[0];
    const pairs = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n - i - 1 }, (_, k) => [i, i + k + 1]),
    ).flat();
    const rows = (which: 0 | 1) =>
      input.index_select(
        0,
        Tensor.of(
          Float64Array.from(pairs, (pair) => pair[which]),
          [pairs.length],
          int64,
        ),
      );
    return lengths(rows(0).sub(rows(1)), p);
  },
  samples: [{ input: [3, 2] }, { input: [4, 2], p: 1 }],
  example: ["torch.pdist(torch.tensor([[0, 0.5], [3, 4.5], [0, 4.5]]))", "tensor([5., 4., 3.])"],
});

/** The maximum of the last dimension; its gradient goes whole to each of several equal ones. */
function largest(sizes: Tensor): Tensor {
  const known = sizes.detach();
  const top = known.amax(-1, true);
  const slopes = sizes.sub(known).masked_fill(known.ne(top).logical_or(known.isinf()), 0);
  return top.squeeze(-1).add(slopes.sum(-1));
}
