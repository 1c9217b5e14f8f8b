import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { gemmMatrices } from "../kernels/gemm.js";
import { matmul as matmulKernel } from "../kernels/matmul.js";
import type { Operand } from "../kernels/strided.js";
import { op, quicker } from "../op.js";
import { summedTo } from "../reduction.js";
import { broadcastShapes, broadcastStrides, expandsTo, type Shape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

// Products of one rank, each with its own derivative

/** The product of two matrices. */
export const mm = op("mm(Tensor self, Tensor mat2) -> Tensor")({
  forward: (self, mat2) => {
    checkMatrices(self, mat2);
    return matrixProduct(self, mat2, false, false);
  },
  derivatives: {
    self: [
      "mat2",
      quicker(
        (g, { mat2 }) => matrixProduct(g, mat2, false, true),
        (g, { mat2 }) => g.mm(mat2.t()),
      ),
    ],
    mat2: [
      "self",
      quicker(
        (g, { self }) => matrixProduct(self, g, true, false),
        (g, { self }) => self.t().mm(g),
      ),
    ],
  },
  samples: [
    { self: [2, 3], mat2: [3, 4] },
    { self: [1, 3], mat2: [3, 1] },
    { self: [2, 0], mat2: [0, 3] },
  ],
  example: ["torch.tensor([[1, 2]]).mm(torch.tensor([[3], [4]]))", "tensor([[11]])"],
});

/** The products of the matrices of two batches, one by one. */
export const bmm = op("bmm(Tensor self, Tensor mat2) -> Tensor")({
  forward: (self, mat2) => {
    checkBatches(self, mat2);
    return product(self, mat2, null);
  },
  derivatives: {
    self: ["mat2", (g, { mat2 }) => g.bmm(mat2.transpose(1, 2))],
    mat2: ["self", (g, { self }) => self.transpose(1, 2).bmm(g)],
  },
  samples: [{ self: [2, 3, 4], mat2: [2, 4, 2] }],
  example: ["torch.ones(1, 1, 2).bmm(torch.ones(1, 2, 1))", "tensor([[[2.]]])"],
});

/** The product of a matrix and a vector. */
export const mv = op("mv(Tensor self, Tensor vec) -> Tensor")({
  forward: (self, vec) => {
    checkMatrixVector(self, vec, self.shape.slice(0, 1));
    return reshaped(product(self, column(vec), null), self.shape.slice(0, 1));
  },
  derivatives: {
    self: ["vec", (g, { vec }) => g.outer(vec)],
    vec: ["self", (g, { self }) => self.t().mv(g)],
  },
  samples: [{ self: [2, 3], vec: [3] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).mv(torch.tensor([1, 1]))", "tensor([3, 7])"],
});

/** The sum of the products of the elements of two vectors. */
export const dot = op("dot(Tensor self, Tensor tensor) -> Tensor")({
  forward: (self, other) => {
    checkVectors(self, other);
    return reshaped(product(self.unsqueeze(0), column(other), null), []);
  },
  derivatives: {
    self: ["tensor", (g, { tensor }) => g.mul(tensor)],
    tensor: ["self", (g, { self }) => g.mul(self)],
  },
  samples: [{ self: [3], tensor: [3] }],
  example: ["torch.tensor([1, 2]).dot(torch.tensor([3, 4]))", "tensor(11)"],
});

/** `beta * self + alpha * mat1 @ mat2`; with `beta` 0, `self` is not looked at. */
export const addmm = op("addmm[_](Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")({
  forward: (self, mat1, mat2, beta, alpha) => {
    for (const [name, matrix] of Object.entries({ mat1, mat2 })) {
      if (matrix.ndim !== 2) throw new RuntimeError(`${name} must be a matrix, got ${matrix.ndim}-D tensor`);
    }
    checkInner(mat1, mat2);
    checkPair("mat1", mat1, mat2);
    return addedProduct(self, mat1, mat2, beta, alpha);
  },
  derivatives: {
    self: (g, { beta }) => g.mul(beta),
    mat1: ["mat2", (g, { mat2, alpha }) => g.mm(mat2.t()).mul(alpha)],
    mat2: ["mat1", (g, { mat1, alpha }) => mat1.t().mm(g).mul(alpha)],
  },
  samples: [
    { self: [4], mat1: [2, 3], mat2: [3, 4] },
    { self: [2, 4], mat1: [2, 3], mat2: [3, 4], beta: 0.5, alpha: 2 },
  ],
  example: ["torch.ones(1).addmm(torch.ones(2, 2), torch.ones(2, 1))", "tensor([[3.],\n        [3.]])"],
});

/** `beta * self + alpha * batch1 @ batch2`, matrix by matrix; with `beta` 0, `self` is not looked at. */
export const baddbmm = op(
  "baddbmm[_](Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
)({
  forward: (self, batch1, batch2, beta, alpha) => {
    // PyTorch looks at the sizes of the result first
    for (const batch of [batch1, batch2]) wrapDim(2, batch.ndim);
    checkBatches(batch1, batch2);
    return addedProduct(self, batch1, batch2, beta, alpha);
  },
  derivatives: {
    self: (g, { beta }) => g.mul(beta),
    batch1: ["batch2", (g, { batch2, alpha }) => g.bmm(batch2.transpose(1, 2)).mul(alpha)],
    batch2: ["batch1", (g, { batch1, alpha }) => batch1.transpose(1, 2).bmm(g).mul(alpha)],
  },
  samples: [
    { self: [2], batch1: [2, 3, 4], batch2: [2, 4, 2] },
    { self: [2, 3, 2], batch1: [2, 3, 4], batch2: [2, 4, 2], beta: 0.5, alpha: 2 },
  ],
  example: ["torch.ones(1).baddbmm(torch.ones(1, 1, 2), torch.ones(1, 2, 1))", "tensor([[[3.]]])"],
});

/** `beta * self + alpha * mat @ vec`; with `beta` 0, `self` is not looked at. */
export const addmv = op("addmv[_](Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor")({
  forward: (self, mat, vec, beta, alpha) => {
    checkMatrixVector(mat, vec, self.shape);
    return reshaped(addedProduct(self.unsqueeze(-1), mat, column(vec), beta, alpha), mat.shape.slice(0, 1));
  },
  derivatives: {
    self: (g, { beta }) => g.mul(beta),
    mat: ["vec", (g, { vec, alpha }) => g.outer(vec).mul(alpha)],
    vec: ["mat", (g, { mat, alpha }) => mat.t().mv(g).mul(alpha)],
  },
  samples: [
    { self: [2], mat: [2, 3], vec: [3] },
    { self: [1], mat: [2, 3], vec: [3], beta: 0.5, alpha: 2 },
  ],
  example: ["torch.ones(2).addmv(torch.ones(2, 3), torch.ones(3))", "tensor([4., 4.])"],
});

/** `bias + input @ weight^T` for a matrix of inputs: what a linear layer computes, in one pass. */
export const _linear = op("_linear(Tensor bias, Tensor input, Tensor weight) -> Tensor")({
  forward: (bias, input, weight) => {
    checkPair("self", bias, weight);
    if (bias.ndim === 1 && bias.shape[0] === weight.shape[0] && bias.strides[0] === 1)
      return matrixProduct(input, weight, false, true, bias);
    return addedProduct(bias, input, weight.transpose(0, 1), 1, 1);
  },
  derivatives: {
    bias: [
      "bias_shape",
      quicker(
        (g, { bias_shape }) => summedTo(g, bias_shape),
        (g) => g,
      ),
    ],
    input: [
      "weight",
      quicker(
        (g, { weight }) => matrixProduct(g, weight, false, false),
        (g, { weight }) => g.mm(weight),
      ),
    ],
    weight: [
      "input",
      quicker(
        (g, { input }) => matrixProduct(g, input, true, false),
        (g, { input }) => g.t().mm(input),
      ),
    ],
  },
  nodeName: "AddmmBackward0",
  samples: [{ bias: [4], input: [2, 3], weight: [4, 3] }],
  example: ["torch._linear(torch.ones(1), torch.ones(1, 2), torch.ones(1, 2))", "tensor([[3.]])"],
});

// Products of every rank

/**
 * The matrix product by the ranks of its arguments: two vectors give their dot product, a matrix and a vector a vector,
 * two matrices a matrix, and more dimensions are batches, which broadcast. A vector at the left counts as a row.
 */
export const matmul = op("matmul(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => {
    const [a, b] = [self.ndim, other.ndim];
    if (a === 0 || b === 0) {
      throw new RuntimeError(`both arguments to matmul need to be at least 1D, but they are ${a}D and ${b}D`);
    }
    if (a === 1 && b === 1) return self.dot(other);
    if (a === 1 && b === 2) return self.unsqueeze(0).mm(other).squeeze(0);
    if (a === 2 && b === 1) return self.mv(other);
    if (a === 2 && b === 2) return self.mm(other);
    if (b <= 2) {
      // the rows of all matrices meet the same factor: one large product
      const lead = self.shape.slice(0, -1);
      const rows = self.reshape(numberOf(lead), self.shape[a - 1]);
      return b === 1 ? rows.mv(other)._unsafe_view([...lead]) : rows.mm(other)._unsafe_view([...lead, other.shape[1]]);
    }
    return a === 1 ? batched(self.unsqueeze(0), other).squeeze(-2) : batched(self, other);
  },
  samples: [
    { self: [3], other: [3] },
    { self: [3], other: [3, 2] },
    { self: [2, 3], other: [3] },
    { self: [2, 3], other: [3, 2] },
    { self: [2, 2, 3], other: [3, 2] },
    { self: [2, 1, 2, 3], other: [2, 3, 1] },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).matmul(torch.tensor([1, 1]))", "tensor([3, 7])"],
});

/** Products of matrices in batches that broadcast. */
function batched(x: Tensor, y: Tensor): Tensor {
  const lead = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2));
  const flat = (t: Tensor) => {
    const size = t.shape.slice(-2);
    const wide = t.expand([...lead, ...size]);
    return lead.length === 1 ? wide : wide.reshape(numberOf(lead), ...size);
  };
  return flat(x)
    .bmm(flat(y))
    ._unsafe_view([...lead, x.shape[x.ndim - 2], y.shape[y.ndim - 1]]);
}

/** `input @ weight^T + bias` along the last dimension of `input`; `weight` has the shape (out_features, in_features). */
export const linear = op("nn.functional::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor")({
  composite: (input, weight, bias) => {
    if (input.ndim === 0 || weight.ndim === 0) {
      throw new RuntimeError(
        `both arguments to linear need to be at least 1D, but they are ${input.ndim}D and ${weight.ndim}D`,
      );
    }
    if (bias === null) return input.matmul(weight.t());
    if (weight.ndim === 1) throw new RuntimeError("mat2 must be a matrix, got 1-D tensor");
    checkLinear(input, weight);
    if (input.ndim === 2) return _linear.info.apply([bias, input, weight]) as Tensor;
    const lead = input.shape.slice(0, -1);
    const rows = input.reshape(numberOf(lead), input.shape[input.ndim - 1]);
    return _linear(bias, rows, weight).view([...lead, weight.shape[0]]);
  },
  samples: [
    { input: [2, 3], weight: [4, 3], bias: [4] },
    { input: [2, 3], weight: [4, 3] },
    { input: [3], weight: [2, 3], bias: [2] },
    { input: [2, 2, 3], weight: [4, 3], bias: [4] },
  ],
  example: ["nn.functional.linear(torch.ones(2), torch.tensor([[1, 2.5]]), torch.ones(1))", "tensor([4.5000])"],
});

// The kernel

/** `x @ y` for two matrices, either of them turned (`x^T`) if so said, plus `row` to each row if given. */
function matrixProduct(x: Tensor, y: Tensor, turnX: boolean, turnY: boolean, row: Tensor | null = null): Tensor {
  const [m, k] = turnX ? [x.shape[1], x.shape[0]] : x.shape;
  const n = turnY ? y.shape[0] : y.shape[1];
  const out = Tensor.unset([m, n], x.dtype);
  const [xRow, xColumn] = turnX ? [x.strides[1], x.strides[0]] : x.strides;
  const [yRow, yColumn] = turnY ? [y.strides[1], y.strides[0]] : y.strides;
  if (gemmMatrices(out, x, xRow, xColumn, y, yRow, yColumn, row, m, k, n)) return out;
  const addend = row?.operand([0, 0, 1]);
  matmulKernel(
    1,
    m,
    k,
    n,
    out.operand([0, n, 1]),
    x.operand([0, xRow, xColumn]),
    y.operand([0, yRow, yColumn]),
    addend,
  );
  return out;
}

/** `x @ y` for matrices or batches of them, plus `add`, which broadcasts, if given. */
function product(x: Tensor, y: Tensor, add: Tensor | null): Tensor {
  const { ndim } = x;
  const [m, k] = x.shape.slice(-2) as [number, number];
  const n = y.shape[ndim - 1];
  const out = Tensor.unset([...x.shape.slice(0, -1), n], x.dtype);
  const operand = (t: Tensor, strides = t.strides): Operand => t.operand(ndim === 2 ? [0, ...strides] : strides);
  const addend = add && operand(add, broadcastStrides(add.shape, add.strides, out.shape));
  matmulKernel(ndim === 2 ? 1 : x.shape[0], m, k, n, operand(out), operand(x), operand(y), addend);
  return out;
}

/** `beta * self + alpha * x @ y`. */
function addedProduct(self: Tensor, x: Tensor, y: Tensor, beta: number | boolean, alpha: number | boolean): Tensor {
  const shape = [...x.shape.slice(0, -1), y.shape[y.ndim - 1]];
  if (!expandsTo(self.shape, shape)) self.expand(shape); // says why it cannot
  checkPair("self", self, y);
  if (beta === 1 && alpha === 1) return product(x, y, self);
  const scaled = product(x, y, null).mul(alpha);
  return Number(beta) === 0 ? scaled : scaled.add(self.mul(beta));
}

const column = (vec: Tensor): Tensor => vec.unsqueeze(-1);
const reshaped = (t: Tensor, shape: Shape): Tensor => new Tensor(t.storage, t.dtype, shape);
const numberOf = (sizes: Shape): number => sizes.reduce((n, size) => n * size, 1);

// Checks, in PyTorch's words

function checkMatrices(self: Tensor, mat2: Tensor): void {
  if (self.ndim !== 2) throw new RuntimeError("self must be a matrix");
  if (mat2.ndim !== 2) throw new RuntimeError("mat2 must be a matrix");
  checkInner(self, mat2);
  checkSameDtype(self, mat2);
}

function checkInner(self: Tensor, mat2: Tensor): void {
  if (self.shape[1] === mat2.shape[0]) return;
  throw new RuntimeError(
    `mat1 and mat2 shapes cannot be multiplied (${self.shape.join("x")} and ${mat2.shape.join("x")})`,
    `The columns of the first (${self.shape[1]}) must be as many as the rows of the second (${mat2.shape[0]}).`,
  );
}

function checkSameDtype(self: Tensor, mat2: Tensor): void {
  if (self.dtype !== mat2.dtype) {
    throw new RuntimeError(
      `expected m1 and m2 to have the same dtype, but got: ${self.dtype.cppName} != ${mat2.dtype.cppName}`,
      "Products of matrices do not promote dtypes. Convert one of them with to().",
    );
  }
  checkNotBool("addmm_impl_cpu_", self);
}

/** {@link checkSameDtype} where something is added. */
function checkPair(name: string, t: Tensor, mat2: Tensor): void {
  if (t.dtype === mat2.dtype) return;
  throw new RuntimeError(
    `${name} and mat2 must have the same dtype, but got ${t.dtype.scalarName} and ${mat2.dtype.scalarName}`,
    "Products of matrices do not promote dtypes. Convert one of them with to().",
  );
}

function checkNotBool(kernel: string, t: Tensor): void {
  if (t.dtype === bool) throw new NotImplementedError(`"${kernel}" not implemented for 'Bool'`);
}

/** A linear layer's input must have as many features as its weight has columns. */
function checkLinear(input: Tensor, weight: Tensor): void {
  const features = input.shape[input.ndim - 1];
  const [out, expected] = weight.shape as [number, number];
  if (features !== expected) {
    throw new RuntimeError(
      `mat1 and mat2 shapes cannot be multiplied (${numberOf(input.shape.slice(0, -1))}x${features} and ${expected}x${out})`,
      `The input has the shape ${showShape(input.shape)}, that is ${features} features; the layer expects ${expected}.`,
    );
  }
  checkPair("mat1", input, weight);
}

function checkBatches(batch1: Tensor, batch2: Tensor): void {
  if (batch1.ndim !== 3) throw new RuntimeError("batch1 must be a 3D tensor");
  if (batch2.ndim !== 3) throw new RuntimeError("batch2 must be a 3D tensor");
  const [b, , k] = batch1.shape as [number, number, number];
  if (batch2.shape[0] !== b || batch2.shape[1] !== k) {
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: ${showShape([b, k])} but got: ${showShape(batch2.shape.slice(0, 2))}.`,
    );
  }
  if (batch1.dtype !== batch2.dtype) {
    throw new RuntimeError(`expected scalar type ${batch1.dtype.scalarName} but found ${batch2.dtype.scalarName}`);
  }
  checkNotBool("bmm", batch1);
}

/** `self` is the shape of what is added to the product; none is meant where it is that of the product. */
function checkMatrixVector(mat: Tensor, vec: Tensor, self: Shape): void {
  if (mat.ndim !== 2 || vec.ndim !== 1) {
    throw new RuntimeError(`vector + matrix @ vector expected, got ${self.length}, ${mat.ndim}, ${vec.ndim}`);
  }
  const [m, k] = mat.shape as [number, number];
  const added = numberOf(self);
  if (k !== vec.shape[0] || (added !== m && added !== 1)) {
    throw new RuntimeError(`size mismatch, got input (${added}), mat (${m}x${k}), vec (${vec.shape[0]})`);
  }
  if (mat.dtype !== vec.dtype) {
    const [a, b] = [mat.dtype.scalarName, vec.dtype.scalarName];
    throw new RuntimeError(`addmv input tensors must have the same dtype, but got ${b}, ${a}, and ${b}`);
  }
  checkNotBool("addmv_impl_cpu", mat);
}

function checkVectors(self: Tensor, other: Tensor): void {
  if (self.ndim !== 1 || other.ndim !== 1) {
    throw new RuntimeError(`1D tensors expected, but got ${self.ndim}D and ${other.ndim}D tensors`);
  }
  if (self.dtype !== other.dtype) {
    throw new RuntimeError(
      `dot : expected both vectors to have same dtype, but found ${self.dtype.scalarName} and ${other.dtype.scalarName}`,
    );
  }
  const [a, b] = [self.numel(), other.numel()];
  if (a !== b) {
    throw new RuntimeError(
      `inconsistent tensor size, expected tensor [${a}] and src [${b}] to have the same number of elements, but got ${a} and ${b} elements respectively`,
    );
  }
  checkNotBool("dot", self);
}
