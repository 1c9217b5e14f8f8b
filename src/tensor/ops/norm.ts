import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import type { DType } from "../dtype.js";
import { op } from "../op.js";
import { type Dims, normGradient, type Reduction, reduceDims, unreduced } from "../reduction.js";
import { broadcastShapes, reducedShape, wrapDims } from "../shape.js";
import type { Tensor } from "../tensor.js";

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
