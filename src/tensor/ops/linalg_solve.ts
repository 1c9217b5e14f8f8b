import { RuntimeError } from "../../python/errors.js";
import { warnOnce } from "../../python/warnings.js";
import { int32 } from "../dtype.js";
import { cholesky as choleskyKernel, firstZero, lu, solveByLU, solveTriangle } from "../kernels/factor.js";
import {
  batchOf,
  checkFloat,
  checkInverted,
  checkPositive,
  checkSolved,
  checkSquare,
  forEachMatrix,
  identityLike,
  matrixSize,
} from "../matrices.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { broadcastShapes } from "../shape.js";
import { Tensor } from "../tensor.js";

// The primitives, in batches; linalg is made of them

/** The solutions of `A X = B` for square matrices, and 0 or the place (from 1) of a pivot that is 0; X is not defined then. */
export const _solve = op("_solve(Tensor A, Tensor B) -> (Tensor result, Tensor info)")({
  forward: (A, B) => {
    const [n, k] = matrixSize(B);
    const out = Tensor.empty(B.shape, B.dtype);
    const info = Tensor.empty(batchOf(A), int32);
    const rights = B.toTypedArray();
    forEachMatrix(A, (a, at) => {
      const pivots = lu(a, n, n);
      info.storage.data[at] = firstZero(a, n);
      const b = Float64Array.from(rights.subarray(at * n * k, (at + 1) * n * k));
      solveByLU(a, pivots, b, n, k);
      out.storage.data.set(b, at * n * k);
    });
    return namedResults("_solve", { result: out, info });
  },
  derivatives: {
    // dX = A^-1 (dB - dA X)
    A: ["A result", ([g], { A, result }) => g && _solve(A.mT, g).result.matmul(result.result.mT).neg()],
    B: ["A", ([g], { A }) => g && _solve(A.mT, g).result],
  },
  domain: { A: [0.2, 2] },
  samples: [
    { A: [2, 2], B: [2, 3] },
    { A: [2, 1, 1], B: [2, 1, 2] },
  ],
  example: ["torch._solve(torch.tensor([[2.5]]), torch.tensor([[1.25]])).result", "tensor([[0.5000]])"],
});

/** The inverse; a pivot that is 0 counts as the smallest number that is not. */
export const _inverse = op("_inverse(Tensor A) -> Tensor")({
  forward: (A) => {
    const [n] = matrixSize(A);
    const out = Tensor.empty(A.shape, A.dtype);
    forEachMatrix(A, (a, at) => {
      const pivots = lu(a, n, n);
      for (let i = 0; i < n; i++) a[i * n + i] ||= Number.EPSILON;
      const inverse = identity(n);
      solveByLU(a, pivots, inverse, n, n);
      out.storage.data.set(inverse, at * n * n);
    });
    return out;
  },
  // d(A^-1) = -A^-1 dA A^-1
  derivatives: { A: ["result", (g, { result }) => result.mT.matmul(g).matmul(result.mT).neg()] },
  domain: { A: [0.5, 2] },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1] }],
  example: ["torch._inverse(torch.tensor([[2.5]]))", "tensor([[0.4000]])"],
});

function identity(n: number): Float64Array {
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return eye;
}

/** The factor `L` of `A = L L^T`, and 0 or the order of the first minor that is not positive. */
export const _cholesky = op("_cholesky(Tensor A) -> (Tensor L, Tensor info)")({
  forward: (A) => {
    const [n] = matrixSize(A);
    const out = Tensor.empty(A.shape, A.dtype);
    const info = Tensor.empty(batchOf(A), int32);
    forEachMatrix(A, (a, at) => {
      info.storage.data[at] = choleskyKernel(a, n);
      out.storage.data.set(a, at * n * n);
    });
    return namedResults("cholesky_ex", { L: out, info });
  },
  derivatives: {
    // L^-T phi(L^T g) L^-1, where phi keeps the lower triangle and halves its diagonal, made symmetric
    A: [
      "result",
      ([g], { result: { L } }) => {
        if (!g) return null;
        const inner = L.mT.matmul(g).tril();
        const phi = inner.sub(inner.diagonal(0, -2, -1).div(2).diag_embed());
        const symmetric = phi.add(phi.mT).div(2);
        const left = linalg_solve_triangular(L.mT, symmetric, { upper: true });
        return linalg_solve_triangular(L.mT, left.mT, { upper: true }).mT;
      },
    ],
  },
  domain: { A: [0.5, 2] },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1] }],
  example: ["torch._cholesky(torch.tensor([[6.25]])).L", "tensor([[2.5000]])"],
});

/**
 * The solutions of `A X = B` (`left=False`: `X A = B`) where `A` is triangular; the other triangle is not looked at, nor
 * the diagonal if `unitriangular`, when it is 1.
 */
export const linalg_solve_triangular = op(
  "linalg::solve_triangular(Tensor A, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor",
)({
  composite: (A, B, upper, left, unitriangular) => {
    checkSquare("linalg.solve_triangular", A);
    checkEquation("linalg.solve_triangular", A, B, left);
    if (!left) return linalg_solve_triangular(A.mT, B.mT, { upper: !upper, unitriangular }).mT;
    return _solve_triangular(...broadcastBatches(A, B), upper, unitriangular);
  },
  domain: { A: [0.5, 2] },
  samples: [
    { A: [3, 3], B: [3, 2], upper: true },
    { A: [2, 2, 2], B: [2, 1], upper: false },
    { A: [2, 2], B: [3, 2], upper: false, left: false, unitriangular: true },
  ],
  example: [
    "torch.linalg.solve_triangular(torch.tensor([[2.5, 0], [1, 1]]), torch.tensor([[1.25], [3]]), { upper: false })",
    "tensor([[0.5000],\n        [2.5000]])",
  ],
});

/** {@link linalg_solve_triangular} for `A X = B` in equal batches. */
export const _solve_triangular = op("_solve_triangular(Tensor A, Tensor B, bool upper, bool unitriangular) -> Tensor")({
  forward: (A, B, upper, unitriangular) => {
    const [n, k] = matrixSize(B);
    const out = Tensor.empty(B.shape, B.dtype);
    const rights = B.toTypedArray();
    forEachMatrix(A, (a, at) => {
      const b = Float64Array.from(rights.subarray(at * n * k, (at + 1) * n * k));
      solveTriangle(a, b, n, k, upper, unitriangular);
      out.storage.data.set(b, at * n * k);
    });
    return out;
  },
  derivatives: {
    A: [
      "A result",
      (g, { A, result, upper, unitriangular }) => {
        const full = _solve_triangular(A.mT, g, !upper, unitriangular).matmul(result.mT).neg();
        return upper ? full.triu(+unitriangular) : full.tril(-unitriangular);
      },
    ],
    B: ["A", (g, { A, upper, unitriangular }) => _solve_triangular(A.mT, g, !upper, unitriangular)],
  },
  domain: { A: [0.5, 2] },
  samples: [
    { A: [3, 3], B: [3, 2], upper: true, unitriangular: false },
    { A: [2, 2, 2], B: [2, 2, 1], upper: false, unitriangular: false },
    { A: [2, 2], B: [2, 3], upper: false, unitriangular: true },
  ],
  example: [
    "torch._solve_triangular(torch.tensor([[2.5]]), torch.tensor([[1.25]]), true, false)",
    "tensor([[0.5000]])",
  ],
});

/** Both with the batch sizes to which theirs broadcast. */
function broadcastBatches(A: Tensor, B: Tensor): [Tensor, Tensor] {
  const lead = broadcastShapes(batchOf(A), batchOf(B));
  const wide = (t: Tensor) => t.expand([...lead, ...matrixSize(t)]);
  return [wide(A), wide(B)];
}

// Inverses and solutions

/** The inverse of square matrices and 0, or the place (from 1) of the pivot that is 0, for each. */
export const linalg_inv_ex = op(
  "linalg::inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)",
)({
  composite: (A, check_errors) => {
    checkSquare("linalg.inv", A);
    const { result, info } = _solve(A, identityLike(A));
    if (check_errors) checkInverted("linalg.inv_ex", A, info.toTypedArray());
    return namedResults("linalg_inv_ex", { inverse: result, info });
  },
  domain: { A: [0.5, 2] },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1] }],
  example: ["torch.linalg.inv_ex(torch.tensor([[2.5]])).inverse", "tensor([[0.4000]])"],
});

/** The inverse of square matrices. */
export const linalg_inv = op("linalg::inv(Tensor A) -> Tensor")({
  composite: (A) => {
    const { inverse, info } = linalg_inv_ex(A);
    checkInverted("linalg.inv", A, info.toTypedArray());
    return inverse;
  },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1] }],
  domain: { A: [0.5, 2] },
  example: [
    "torch.linalg.inv(torch.tensor([[2, 1], [0, 0.5]]))",
    "tensor([[ 0.5000, -1.0000],\n        [ 0.0000,  2.0000]])",
  ],
});

/** {@link linalg_inv}. */
export const inverse = op("inverse(Tensor self) -> Tensor")({
  composite: (self) => linalg_inv(self),
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1] }],
  example: ["torch.tensor([[2.5]]).inverse()", "tensor([[0.4000]])"],
});

/** {@link linalg_solve}, and for each matrix 0 or the place (from 1) of the pivot that is 0. */
export const linalg_solve_ex = op(
  "linalg::solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)",
)({
  composite: (A, B, left, check_errors) => {
    checkSquare("linalg.solve", A);
    checkFloat("linalg.solve", B);
    if (A.dtype !== B.dtype) {
      throw new RuntimeError(
        `linalg.solve: Expected A and B to have the same dtype, but found A of type ${A.dtype.scalarName} and B of type ${B.dtype.scalarName} instead`,
      );
    }
    const isVector = B.ndim === 1 || (A.ndim - 1 === B.ndim && B.shape.every((size, d) => size === A.shape[d]));
    if (isVector) {
      checkEquation("linalg.solve", A, B.unsqueeze(-1), true);
      const { result, info } = solveMatrices(A, B.unsqueeze(-1), check_errors);
      return namedResults("linalg_solve_ex", { result: result.squeeze(-1), info });
    }
    checkEquation("linalg.solve", A, B, left);
    if (left) return solveMatrices(A, B, check_errors);
    const { result, info } = solveMatrices(A.mT, B.mT, check_errors);
    return namedResults("linalg_solve_ex", { result: result.mT, info });
  },
  domain: { A: [0.5, 2] },
  samples: [
    { A: [1, 1], B: [1, 3] },
    { A: [2, 1, 1], B: [3, 1], left: false },
    { A: [1, 1], B: [1] },
  ],
  example: ["torch.linalg.solve_ex(torch.tensor([[2.5]]), torch.tensor([1.25])).result", "tensor([0.5000])"],
});

function solveMatrices(A: Tensor, B: Tensor, check_errors: boolean) {
  const { result, info } = _solve(...broadcastBatches(A, B));
  if (check_errors) checkSolved("torch.linalg.solve_ex", A, info.toTypedArray());
  return namedResults("linalg_solve_ex", { result, info: batchOf(A).length < info.ndim ? _solve(A, A).info : info });
}

/** As many rows of `B` (for `X A = B`: columns) as `A` has. */
function checkEquation(name: string, A: Tensor, B: Tensor, left: boolean): void {
  const [n] = matrixSize(A);
  const [m, k] = matrixSize(B);
  if ((left ? m : k) === n) return;
  throw new RuntimeError(
    `${name}: Incompatible shapes of A and B for the equation ${left ? "AX" : "XA"} = B (${n}x${n} and ${m}x${k})`,
  );
}

/** The solutions `X` of `A X = B`, or of `X A = B` if not `left`. */
export const linalg_solve = op("linalg::solve(Tensor A, Tensor B, *, bool left=True) -> Tensor")({
  composite: (A, B, left) => {
    const { result, info } = linalg_solve_ex(A, B, { left });
    checkSolved("torch.linalg.solve", A, info.toTypedArray());
    return result;
  },
  domain: { A: [0.5, 2] },
  samples: [
    { A: [1, 1], B: [1, 3] },
    { A: [2, 1, 1], B: [3, 1], left: false },
    { A: [1, 1], B: [1] },
  ],
  example: ["torch.linalg.solve(torch.tensor([[2, 1], [0, 0.5]]), torch.tensor([2.5, 1]))", "tensor([0.2500, 2.0000])"],
});

/** The solution of `A X = b` with a triangular `A` (`transpose`: of `A^T X = b`), and `A`. */
export const triangular_solve = op(
  "triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)",
)({
  composite: (self, A, upper, transpose, unitriangular) => {
    warnOnce(
      "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangularand will be removed in a future PyTorch release.\ntorch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of the inputs.\nX = torch.triangular_solve(B, A).solution\nshould be replaced with\nX = torch.linalg.solve_triangular(A, B).",
    );
    const turned = transpose ? A.mT : A;
    const solution = linalg_solve_triangular(turned, self, { upper: upper !== transpose, unitriangular });
    return namedResults("triangular_solve", { solution, cloned_coefficient: A.clone() });
  },
  domain: { A: [0.5, 2] },
  samples: [
    { self: [2, 1], A: [2, 2] },
    { self: [2, 1], A: [2, 2], transpose: true, upper: false },
  ],
  example: ["torch.triangular_solve(torch.tensor([[1.25]]), torch.tensor([[2.5]])).solution", "tensor([[0.5000]])"],
});

// Cholesky

/** The factor of {@link linalg_cholesky}, and 0 or the order of the first minor that is not positive, for each matrix. */
export const linalg_cholesky_ex = op(
  "linalg::cholesky_ex(Tensor A, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)",
)({
  composite: (A, upper, check_errors) => {
    checkSquare("linalg.cholesky", A);
    const { L, info } = _cholesky(upper ? A.mT : A);
    if (check_errors) checkPositive("linalg.cholesky_ex", A, info.toTypedArray());
    return namedResults("linalg_cholesky_ex", { L: upper ? L.mT : L, info });
  },
  domain: { A: [0.5, 2] },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1], upper: true }],
  example: ["torch.linalg.cholesky_ex(torch.tensor([[6.25]])).L", "tensor([[2.5000]])"],
});

/** The lower triangle `L` with `A = L L^T` for symmetric positive definite matrices; `upper`: its transpose. */
export const linalg_cholesky = op("linalg::cholesky(Tensor A, *, bool upper=False) -> Tensor")({
  composite: (A, upper) => {
    const { L, info } = linalg_cholesky_ex(A, { upper });
    checkPositive("linalg.cholesky", A, info.toTypedArray());
    return L;
  },
  domain: { A: [0.5, 2] },
  samples: [{ A: [1, 1] }, { A: [2, 1, 1], upper: true }],
  example: [
    "torch.linalg.cholesky(torch.tensor([[4, 1], [1, 2.5]]))",
    "tensor([[2.0000, 0.0000],\n        [0.5000, 1.5000]])",
  ],
});

/** {@link linalg_cholesky}. */
export const cholesky = op("cholesky(Tensor self, bool upper=False) -> Tensor")({
  composite: (self, upper) => {
    warnOnce(
      "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch release.\nL = torch.cholesky(A)\nshould be replaced with\nL = torch.linalg.cholesky(A)\nand\nU = torch.cholesky(A, upper=True)\nshould be replaced with\nU = torch.linalg.cholesky(A).mH\nThis transform will produce equivalent results for all valid (symmetric positive definite) inputs.",
    );
    const { L, info } = linalg_cholesky_ex(self, { upper });
    checkPositive("cholesky", self, info.toTypedArray());
    return L;
  },
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1], upper: true }],
  example: ["torch.cholesky(torch.tensor([[6.25]]))", "tensor([[2.5000]])"],
});

/** The solution of `A X = self`, given Cholesky's factor `input2` of `A`. */
export const cholesky_solve = op("cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor")({
  composite: (self, input2, upper) => {
    const [L, B] = broadcastBatches(input2, self);
    return _cholesky_solve(B, upper ? L.mT : L);
  },
  domain: { input2: [0.5, 2] },
  samples: [
    { self: [1, 2], input2: [1, 1] },
    { self: [1, 2], input2: [2, 1, 1], upper: true },
  ],
  example: ["torch.cholesky_solve(torch.tensor([[6.25]]), torch.tensor([[2.5]]))", "tensor([[1.]])"],
});

/** {@link cholesky_solve} with a lower triangle, in equal batches. */
export const _cholesky_solve = op("_cholesky_solve(Tensor B, Tensor L) -> Tensor")({
  forward: (B, L) => _solve_triangular(L.mT, _solve_triangular(L, B, false, false), true, false),
  derivatives: {
    B: ["L", (g, { L }) => _cholesky_solve(g, L)],
    // A = L L^T: dX = A^-1 (dB - (dL L^T + L dL^T) X)
    L: [
      "L result",
      (g, { L, result }) => {
        const outer = _cholesky_solve(g, L).matmul(result.mT);
        return outer.add(outer.mT).matmul(L).neg();
      },
    ],
  },
  domain: { L: [0.5, 2] },
  samples: [
    { B: [1, 2], L: [1, 1] },
    { B: [2, 1, 2], L: [2, 1, 1] },
  ],
  example: ["torch._cholesky_solve(torch.tensor([[6.25]]), torch.tensor([[2.5]]))", "tensor([[1.]])"],
});

/** The inverse of `A`, given its Cholesky factor. */
export const cholesky_inverse = op("cholesky_inverse(Tensor self, bool upper=False) -> Tensor")({
  composite: (self, upper) => {
    return cholesky_solve(identityLike(self), self, upper);
  },
  domain: { self: [0.5, 2] },
  samples: [{ self: [1, 1] }, { self: [2, 1, 1], upper: true }],
  example: ["torch.cholesky_inverse(torch.tensor([[0.5]]))", "tensor([[4.]])"],
});
