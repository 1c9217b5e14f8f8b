import { RuntimeError } from "../../python/errors.js";
import { lu } from "../kernels/factor.js";
import { batchOf, checkSquare, forEachMatrix, identityLike, matrixSize } from "../matrices.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { Tensor } from "../tensor.js";
import { cat } from "./joining.js";
import { _inverse, linalg_inv, linalg_solve } from "./linalg_solve.js";

/** Any number but 0 is a regular 1 x 1 matrix. */
const samples = [{ A: [1, 1] }, { A: [2, 1, 1] }] as const;
const domain = { A: [0.5, 2] } as const;

/** The sign of the determinant, and the logarithm of its absolute value, which the product of many pivots might leave. */
export const linalg_slogdet = op("linalg::slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)")({
  forward: (A) => {
    checkSquare("linalg.slogdet", A);
    const sign = Tensor.empty(batchOf(A), A.dtype);
    const logabsdet = Tensor.empty(batchOf(A), A.dtype);
    forEachPivots(A, (pivots, at) => {
      sign.storage.data[at] = pivots.reduce((s, p) => s * Math.sign(p), 1);
      logabsdet.storage.data[at] = pivots.reduce((sum, p) => sum + Math.log(Math.abs(p)), 0);
    });
    return namedResults("linalg_slogdet", { sign, logabsdet });
  },
  // d ln |det A| = tr(A^-1 dA)
  derivatives: { A: ["A", ([, g], { A }) => g && perMatrix(g).mul(_inverse(A).mT)] },
  nodeName: "LinalgSlogdetBackward0",
  domain,
  samples,
  example: ["torch.linalg.slogdet(torch.tensor([[0.5, 0], [0, -2]])).sign", "tensor(-1.)"],
});

/** {@link linalg_slogdet}. */
export const slogdet = op("slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)")({
  composite: (self) => linalg_slogdet(self),
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1] }],
  example: ["torch.tensor([[0.5, 0], [0, -2]]).slogdet().sign", "tensor(-1.)"],
});

/** The determinant of square matrices. */
export const linalg_det = op("linalg::det(Tensor A) -> Tensor")({
  forward: (A) => {
    checkSquare("linalg.det", A);
    const out = Tensor.empty(batchOf(A), A.dtype);
    forEachPivots(A, (pivots, at) => {
      out.storage.data[at] = pivots.reduce((product, p) => product * p, 1);
    });
    return out;
  },
  // d det A = det A tr(A^-1 dA); 0 where A is singular
  derivatives: { A: ["A result", (g, { A, result }) => perMatrix(g.mul(result)).mul(_inverse(A).mT)] },
  nodeName: "LinalgDetBackward0",
  domain,
  samples,
  example: ["torch.linalg.det(torch.tensor([[0.5, 1], [3, 2]]))", "tensor(-2.)"],
});

/** {@link linalg_det}. */
export const det = op("det(Tensor self) -> Tensor")({
  composite: (self) => linalg_det(self),
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1] }],
  example: ["torch.tensor([[0.5, 1], [3, 2]]).det()", "tensor(-2.)"],
});

/** The logarithm of the determinant; NaN where that is negative. */
export const logdet = op("logdet(Tensor self) -> Tensor")({
  composite: (self) => {
    checkSquare("logdet", self);
    const { sign, logabsdet } = linalg_slogdet(self);
    return logabsdet.masked_fill(sign.lt(0), Number.NaN);
  },
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1] }],
  example: ["torch.tensor([[0.5, 0], [0, 4]]).logdet()", "tensor(0.6931)"],
});

/** The pivots of each matrix; the first has the sign of all swaps of rows. */
function forEachPivots(A: Tensor, visit: (pivots: number[], at: number) => void): void {
  const [n] = matrixSize(A);
  forEachMatrix(A, (a, at) => {
    const swaps = lu(a, n, n);
    const pivots = Array.from(swaps, (row, i) => (row === i ? 1 : -1) * a[i * n + i]);
    visit(pivots, at);
  });
}

const perMatrix = (t: Tensor): Tensor => t.unsqueeze(-1).unsqueeze(-1);

// Powers, and inverses of tensors

/** `A` times itself `n` times; the inverse's powers for negative `n`. */
export const linalg_matrix_power = op("linalg::matrix_power(Tensor A, int n) -> Tensor")({
  composite: (A, n) => {
    checkSquare("linalg.matrix_power", A);
    if (n === 0) return A.clone().copy_(identityLike(A));
    // the squares of the squares, of those that the binary digits of n name
    let square = n < 0 ? linalg_inv(A) : A;
    let result: Tensor | null = null;
    for (let left = Math.abs(n); ; square = square.matmul(square)) {
      if (left % 2 === 1) result = result ? result.matmul(square) : square;
      left = Math.floor(left / 2);
      if (left === 0) return n === 1 ? result!.clone() : result!;
    }
  },
  domain,
  samples: [
    { A: [2, 2], n: 3 },
    { A: [2, 1, 1], n: -2 },
  ],
  example: [
    "torch.linalg.matrix_power(torch.tensor([[0.5, 1], [0, 2]]), 2)",
    "tensor([[0.2500, 2.5000],\n        [0.0000, 4.0000]])",
  ],
});

/** {@link linalg_matrix_power}. */
export const matrix_power = op("matrix_power(Tensor self, int n) -> Tensor")({
  composite: (self, n) => linalg_matrix_power(self, n),
  samples: [{ self: [2, 2], n: 3 }],
  example: ["torch.tensor([[1.5]]).matrix_power(2)", "tensor([[2.2500]])"],
});

/** `e^A = I + A + A^2 / 2 + ...` */
export const linalg_matrix_exp = op("linalg::matrix_exp(Tensor A) -> Tensor")({
  forward: (A) => {
    checkSquare("linalg.matrix_exp", A);
    return taylorExp(A.double()).to(A.dtype);
  },
  derivatives: {
    // exp of the blocks [A^T g; 0 A^T] has the gradient in place of g
    A: [
      "A",
      (g, { A }) => {
        const [n] = matrixSize(A);
        const top = cat([A.mT, g], -1);
        const bottom = cat([A.mT.mul(0), A.mT], -1);
        return linalg_matrix_exp(cat([top, bottom], -2))
          .narrow(-2, 0, n)
          .narrow(-1, n, n);
      },
    ],
  },
  nodeName: "LinalgMatrixExpBackward0",
  samples: [{ A: [2, 2] }, { A: [2, 1, 1] }],
  example: [
    "torch.linalg.matrix_exp(torch.tensor([[0, 1.5], [0, 0]]))",
    "tensor([[1.0000, 1.5000],\n        [0.0000, 1.0000]])",
  ],
});

/** Taylor's polynomial of `A / 2^s`, small enough that it converges at once, squared `s` times. */
function taylorExp(A: Tensor): Tensor {
  const size = A.numel() === 0 ? 0 : A.abs().sum(-1).max().item();
  const squarings = size > 0.5 ? Math.ceil(Math.log2(size)) + 1 : 0;
  const small = A.div(2 ** squarings);
  const one = identityLike(A);
  // Horner's scheme
  let result = one;
  for (let k = 16; k >= 1; k--) result = small.matmul(result).div(k).add(one);
  for (let i = 0; i < squarings; i++) result = result.matmul(result);
  return result;
}

/** {@link linalg_matrix_exp}. */
export const matrix_exp = op("matrix_exp(Tensor self) -> Tensor")({
  composite: (self) => linalg_matrix_exp(self),
  samples: [{ self: [2, 2] }],
  example: ["torch.tensor([[0.5]]).matrix_exp()", "tensor([[1.6487]])"],
});

/** The inverse of `tensordot`: of `A` read as a matrix with the first `ind` dimensions as rows. */
export const linalg_tensorinv = op("linalg::tensorinv(Tensor A, int ind=2) -> Tensor")({
  composite: (A, ind) => {
    if (ind <= 0) throw new RuntimeError("Expected a strictly positive integer for 'ind'");
    const [rows, columns] = [A.shape.slice(0, ind), A.shape.slice(ind)];
    const [m, n] = [sizeOf(rows), sizeOf(columns)];
    if (m !== n) {
      throw new RuntimeError(
        `Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got ${n} != ${m}`,
      );
    }
    return linalg_inv(A.reshape(m, n)).reshape([...columns, ...rows]);
  },
  domain,
  samples: [{ A: [1, 1, 1], ind: 1 }],
  example: ["torch.linalg.tensorinv(torch.tensor([[[2.5]]]), 1)", "tensor([[[0.4000]]])"],
});

/** The `X` with `tensordot(A, X, X.ndim) = B`, after moving the dimensions `dims` of `A` to the end. */
export const linalg_tensorsolve = op("linalg::tensorsolve(Tensor A, Tensor B, int[]? dims=None) -> Tensor")({
  composite: (A, B, dims) => {
    const list = dims === null ? [] : [dims].flat();
    const moved = A.movedim(
      list,
      list.map((_, i) => A.ndim - list.length + i),
    );
    const shape = moved.shape.slice(B.ndim);
    const [m, n] = [B.numel(), sizeOf(shape)];
    if (m !== n) {
      throw new RuntimeError(
        `Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got ${n} != ${m}`,
      );
    }
    return linalg_solve(moved.reshape(m, n), B.reshape(-1)).reshape([...shape]);
  },
  domain,
  samples: [{ A: [1, 1, 1], B: [1] }],
  example: ["torch.linalg.tensorsolve(torch.tensor([[2.5]]), torch.tensor([1.25]))", "tensor([0.5000])"],
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);
