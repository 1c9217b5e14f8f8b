import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { warnOnce } from "../../python/warnings.js";
import { checkFloat } from "../matrices.js";
import { op } from "../op.js";
import { wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";
import { cat } from "./joining.js";
import { norm } from "./norm.js";

/** The `ord`-norm over `dim` (`null`: of all elements): `(sum of |x|^ord)^(1/ord)`, as {@link norm}. */
export const linalg_vector_norm = op(
  "linalg::vector_norm(Tensor x, Scalar ord=2, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  composite: (x, ord, dim, keepdim, dtype) => {
    checkFloat("linalg.vector_norm", x);
    // no dimensions mean all
    const dims = dim === null ? null : [dim].flat();
    return norm(dtype ? x.to(dtype) : x, +ord, dims?.length === 0 ? null : dims, keepdim);
  },
  domain: { x: [0.3, 2] },
  samples: [{ x: [2, 3] }, { x: [2, 3], ord: 1, dim: 0 }, { x: [2, 3], ord: 3, dim: [0, 1], keepdim: true }],
  example: ["torch.linalg.vector_norm(torch.tensor([1.5, 2]))", "tensor(2.5000)"],
});

/**
 * A norm of the matrices in the dimensions `dim`: `"fro"`, the root of the sum of squares; `1` and `-1`, the largest and
 * smallest sum of a column's absolute values; `Infinity` and `-Infinity`, those of the rows. The norms that need singular
 * values (`"nuc"`, `2`, `-2`) are not supported.
 */
export const linalg_matrix_norm = op(
  "linalg::matrix_norm(Tensor A, Scalar|str ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  composite: (A, ord, dim, keepdim, dtype) => {
    checkFloat("linalg.matrix_norm", A);
    if (A.ndim < 2) throw new RuntimeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.");
    const dims = [dim].flat().map((d) => wrapDim(d, A.ndim));
    if (dims.length !== 2) {
      throw new RuntimeError(`linalg.matrix_norm: dim must be a 2-tuple. Got ${[dim].flat().join(" ")}`);
    }
    const [row, column] = dims as [number, number];
    if (row === column)
      throw new RuntimeError(`linalg.matrix_norm: dims must be different. Got (${[dim].flat().join(", ")})`);
    const x = dtype ? A.to(dtype) : A;
    if (ord === "fro") return linalg_vector_norm(x, 2, [row, column], keepdim);
    if (ord === "nuc" || Math.abs(Number(ord)) === 2) {
      throw new NotImplementedError(
        `linalg.matrix_norm: Order ${ord} is not supported.`,
        "It needs singular values. The orders 'fro', 1, -1, Infinity and -Infinity are supported.",
      );
    }
    const order = Number(ord);
    if (typeof ord === "string" || ![1, Infinity].includes(Math.abs(order))) {
      throw new RuntimeError(`linalg.matrix_norm: Order ${ord} not supported.`);
    }
    const [added, compared] = Math.abs(order) === 1 ? [row, column] : [column, row];
    const sums = linalg_vector_norm(x, 1, [added], true);
    const result = order > 0 ? sums.amax(compared, true) : sums.amin(compared, true);
    return keepdim ? result : result.squeeze([row, column]);
  },
  domain: { A: [0.3, 2] },
  samples: [{ A: [2, 3] }, { A: [2, 3], ord: 1 }, { A: [2, 3, 2], ord: -Infinity, dim: [0, 2], keepdim: true }],
  example: ["torch.linalg.matrix_norm(torch.tensor([[3, -4.5]]), 1)", "tensor(4.5000)"],
});

/**
 * {@link linalg_matrix_norm} for two dimensions and an order, {@link linalg_vector_norm} for one; without an order the
 * root of the sum of squares.
 */
export const linalg_norm = op(
  "linalg::norm(Tensor A, Scalar|str? ord=None, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
)({
  composite: (A, ord, dim, keepdim, dtype) => {
    const dims = dim === null ? null : [dim].flat();
    if (dims !== null && dims.length !== 1 && dims.length !== 2) {
      throw new RuntimeError(`linalg.norm: If dim is specified, it must be of length 1 or 2. Got ${showList(dims)}`);
    }
    if (ord === null) return linalg_vector_norm(A, 2, dims, keepdim, { dtype });
    if (dims === null && A.ndim !== 1 && A.ndim !== 2) {
      throw new RuntimeError(
        `linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${A.ndim}D.`,
      );
    }
    const isMatrix = (dims?.length ?? A.ndim) === 2;
    if (isMatrix) return linalg_matrix_norm(A, ord, dims ?? [0, 1], keepdim, { dtype });
    if (typeof ord === "string") throw new RuntimeError(`linalg.vector_norm: Order ${ord} not supported.`);
    return linalg_vector_norm(A, ord, dims ?? [0], keepdim, { dtype });
  },
  domain: { A: [0.3, 2] },
  samples: [
    { A: [2, 3] },
    { A: [2, 3], ord: 1 },
    { A: [2, 3], ord: 3, dim: [1] },
    { A: [2, 3], ord: "fro", keepdim: true },
  ],
  example: ["torch.linalg.norm(torch.tensor([1.5, 2]))", "tensor(2.5000)"],
});
const showList = (list: readonly number[]): string => `[${list.join(", ")}]`;

// Products

/** The sums of products along `dim`. */
export const linalg_vecdot = op("linalg::vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor")({
  composite: (x, y, dim) => x.mul(y).sum(dim),
  samples: [
    { x: [2, 3], y: [3] },
    { x: [2, 3], y: [2, 3], dim: 0 },
  ],
  example: ["torch.linalg.vecdot(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor(11)"],
});

/** {@link matmul}. */
export const linalg_matmul = op("linalg::matmul(Tensor input, Tensor other) -> Tensor")({
  composite: (input, other) => input.matmul(other),
  samples: [{ input: [2, 3], other: [3, 2] }],
  example: ["torch.linalg.matmul(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor(11)"],
});

/** {@link dot}: for real vectors the same. */
export const vdot = op("vdot(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => self.dot(other),
  samples: [{ self: [3], other: [3] }],
  example: ["torch.vdot(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor(11)"],
});

/** The vector products of the vectors of length 3 along `dim`. */
export const linalg_cross = op("linalg::cross(Tensor input, Tensor other, *, int dim=-1) -> Tensor")({
  forward: (input, other, dim) => {
    const [a, b] = [input.ndim, other.ndim];
    if (a !== b) throw new RuntimeError(`linalg.cross: inputs must have the same number of dimensions.`);
    const d = wrapDim(dim, a);
    const [m, n] = [input.shape[d], other.shape[d]];
    if (m !== 3 || n !== 3) {
      throw new RuntimeError(`linalg.cross: inputs dimension ${dim} must have length 3. Got ${m} and ${n}`);
    }
    // by turns: the next coordinate times the one after that
    const next = (t: Tensor) => t.roll(-1, d);
    const after = (t: Tensor) => t.roll(-2, d);
    return next(input)
      .mul(after(other))
      .sub(after(input).mul(next(other)));
  },
  // (a + da) x b - a x b = da x b, and g . (da x b) = da . (b x g)
  derivatives: {
    input: ["other", (g, { other, dim }) => linalg_cross(other.expand(g.shape), g, { dim })],
    other: ["input", (g, { input, dim }) => linalg_cross(g, input.expand(g.shape), { dim })],
  },
  nodeName: "LinalgCrossBackward0",
  samples: [
    { input: [2, 3], other: [2, 3] },
    { input: [3, 2], other: [3, 1], dim: 0 },
  ],
  example: ["torch.linalg.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]))", "tensor([0, 0, 1])"],
});

/** {@link linalg_cross}; without `dim` along the first dimension of size 3. */
export const cross = op("cross(Tensor self, Tensor other, int? dim=None) -> Tensor")({
  composite: (self, other, dim) => {
    const found = dim ?? self.shape.indexOf(3);
    if (dim === null) {
      warnOnce(
        "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future release.",
      );
    }
    if (dim === null && found < 0) throw new RuntimeError("no dimension of size 3 in input");
    return linalg_cross(self, other, { dim: found });
  },
  samples: [
    { self: [2, 3], other: [2, 3] },
    { self: [3, 2], other: [3, 2], dim: 0 },
  ],
  example: ["torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), 0)", "tensor([0, 0, 1])"],
});

/** The product of two matrices or more, in the order with the fewest multiplications; the ends may be vectors. */
export const linalg_multi_dot = op("linalg::multi_dot(Tensor[] tensors) -> Tensor")({
  composite: (tensors) => {
    const list = [tensors].flat() as Tensor[];
    if (list.length < 2) throw new RuntimeError(`multi_dot(): expected at least 2 tensors but got ${list.length}`);
    const [first, last] = [list[0], list[list.length - 1]];
    const matrices = [...list];
    if (first.ndim === 1) matrices[0] = first.unsqueeze(0);
    if (last.ndim === 1) matrices[list.length - 1] = last.unsqueeze(1);
    const bad = matrices.findIndex((t) => t.ndim !== 2);
    if (bad >= 0) {
      const isEnd = bad === 0 || bad === list.length - 1;
      const which =
        bad === 0
          ? "the first tensor must be 1D or 2D"
          : isEnd
            ? "the last tensor must be 1D or 2D"
            : `tensor ${bad} must be 2D`;
      throw new RuntimeError(`multi_dot(): ${which} but got ${list[bad].ndim}D`);
    }
    matrices.slice(1).forEach((t, i) => {
      if (matrices[i].shape[1] === t.shape[0]) return;
      const [a, b] = [list[i], list[i + 1]].map((m) => showList(m.shape));
      throw new RuntimeError(`multi_dot(): tensors ${i} and ${i + 1} with shapes ${a} and ${b} cannot be multiplied`);
    });
    const product = cheapestProduct(matrices);
    const shape = [...(first.ndim === 1 ? [] : [product.shape[0]]), ...(last.ndim === 1 ? [] : [product.shape[1]])];
    return shape.length === 2 ? product : product.reshape(shape);
  },
  samples: [
    {
      tensors: [
        [2, 3],
        [3, 4],
        [4, 2],
      ],
    },
    { tensors: [[3], [3, 2], [2]] },
    {
      tensors: [
        [2, 1],
        [1, 3],
      ],
    },
  ],
  example: ["torch.linalg.multi_dot([torch.ones(1, 2), torch.ones(2, 2), torch.ones(2)])", "tensor([4.])"],
});

/** Splits the chain where the two parts and their product cost least, from the shortest chains up. */
function cheapestProduct(chain: readonly Tensor[]): Tensor {
  const rows = [...chain.map((t) => t.shape[0]), chain[chain.length - 1].shape[1]];
  const cost = chain.map(() => chain.map(() => 0));
  const split = chain.map(() => chain.map(() => 0));
  for (let length = 2; length <= chain.length; length++) {
    for (let i = 0; i + length <= chain.length; i++) {
      const j = i + length - 1;
      cost[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i][k] + cost[k + 1][j] + rows[i] * rows[k + 1] * rows[j + 1];
        if (total < cost[i][j]) [cost[i][j], split[i][j]] = [total, k];
      }
    }
  }
  const multiply = (i: number, j: number): Tensor =>
    i === j ? chain[i] : multiply(i, split[i][j]).mm(multiply(split[i][j] + 1, j));
  return multiply(0, chain.length - 1);
}

// Views and matrices of a given form

/** {@link diagonal} of the matrices in the last two dimensions. */
export const linalg_diagonal = op("linalg::diagonal(Tensor A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor")({
  composite: (A, offset, dim1, dim2) => A.diagonal(offset, dim1, dim2),
  samples: [{ A: [2, 3] }, { A: [2, 3, 2], offset: 1, dim1: 0, dim2: 1 }],
  example: ["torch.linalg.diagonal(torch.tensor([[1, 2], [3, 4]]))", "tensor([1, 4])"],
});

/** The powers 0 to `N - 1` (default: as many as `x` is long) of the elements of `x`, in rows. */
export const linalg_vander = op("linalg::vander(Tensor x, *, int? N=None) -> Tensor")({
  composite: (input, N) => {
    const x = input.ndim === 0 ? input.unsqueeze(0) : input;
    const n = N ?? x.shape[x.ndim - 1];
    if (N !== null && N <= 1) throw new RuntimeError("N must be greater than 1.");
    const powers = x.unsqueeze(-1).expand([...x.shape, n - 1]);
    const rising = powers.cumprod(-1);
    const ones = Tensor.empty([...x.shape, 1], rising.dtype).fill_(1);
    return cat([ones, rising], -1);
  },
  samples: [{ x: [3] }, { x: [2, 3], N: 4 }],
  example: ["torch.linalg.vander(torch.tensor([2, 3]), { N: 3 })", "tensor([[1, 2, 4],\n        [1, 3, 9]])"],
});
