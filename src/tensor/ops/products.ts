import { RuntimeError } from "../../python/errors.js";
import { warnOnce } from "../../python/warnings.js";
import { op } from "../op.js";
import { type Shape, showShape, wrapDim } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** `self[i] * vec2[j]` of two vectors. */
export const outer = op("outer(Tensor self, Tensor vec2) -> Tensor")({
  composite: (self, vec2) => {
    checkVector("outer", "self", self);
    checkVector("outer", "vec2", vec2);
    return self.unsqueeze(1).mul(vec2);
  },
  samples: [{ self: [2], vec2: [3] }],
  example: ["torch.tensor([1, 2]).outer(torch.tensor([3, 4]))", "tensor([[3, 4],\n        [6, 8]])"],
});

/** `beta * self + alpha * outer(vec1, vec2)`; with `beta` 0, `self` is not looked at. */
export const addr = op("addr[_](Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")({
  composite: (self, vec1, vec2, beta, alpha) => {
    checkVector("addr", "vec1", vec1);
    checkVector("addr", "vec2", vec2);
    const added = self.expand(vec1.shape[0], vec2.shape[0]);
    const scaled = vec1.outer(vec2).mul(alpha);
    return Number(beta) === 0 ? scaled : scaled.add(added.mul(beta));
  },
  samples: [{ self: [2, 3], vec1: [2], vec2: [3], beta: 0.5, alpha: 2 }],
  example: ["torch.ones(1, 2).addr(torch.tensor([2.0]), torch.tensor([3, 4.0]))", "tensor([[7., 9.]])"],
});

function checkVector(name: string, argument: string, t: Tensor): void {
  if (t.ndim !== 1) throw new RuntimeError(`${name}: Expected 1-D argument ${argument}, but got ${t.ndim}-D`);
}

/** `beta * self + alpha * (sum over b of batch1[b] @ batch2[b])`; with `beta` 0, `self` is not looked at. */
export const addbmm = op(
  "addbmm[_](Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
)({
  composite: (self, batch1, batch2, beta, alpha) => {
    for (const batch of [batch1, batch2]) wrapDim(2, batch.ndim);
    const scaled = batch1.bmm(batch2).sum(0).mul(alpha);
    return Number(beta) === 0 ? scaled : scaled.add(self.expand([...scaled.shape]).mul(beta));
  },
  samples: [{ self: [3, 2], batch1: [2, 3, 4], batch2: [2, 4, 2], beta: 0.5, alpha: 2 }],
  example: ["torch.ones(1).addbmm(torch.ones(2, 1, 2), torch.ones(2, 2, 1))", "tensor([[5.]])"],
});

/** The sums of products over the last dimension of both: `result[..., ,,,] = sum over k of self[..., k] * other[,,, k]`. */
export const inner = op("inner(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => {
    if (self.ndim === 0 || other.ndim === 0) return self.mul(other);
    if (self.shape[self.ndim - 1] !== other.shape[other.ndim - 1]) {
      throw new RuntimeError(
        `inner() the last dimension must match on both input tensors but got shapes ${showShape(self.shape)} and ${showShape(other.shape)}`,
      );
    }
    return tensordot(self, other, [[-1], [-1]]);
  },
  samples: [
    { self: [3], other: [3] },
    { self: [2, 3], other: [4, 3] },
  ],
  example: ["torch.tensor([1, 2]).inner(torch.tensor([3, 4]))", "tensor(11)"],
});

/**
 * Sums the products of two tensors over pairs of dimensions: `dims` is `[dimensions of a, dimensions of b]`, or a number
 * `n` for the last `n` of `a` and the first `n` of `b`. What remains of `a` comes first in the result, then of `b`.
 */
export const tensordot = op("tensordot(Tensor a, Tensor b, int|int[][] dims=2) -> Tensor")({
  composite: (a, b, dims) => {
    const [ofA, ofB] = contracted(a.shape, b.shape, dims as number | readonly (readonly number[])[]);
    const stretched = ofA.findIndex((d, i) => a.shape[d] !== b.shape[ofB[i]]);
    if (stretched >= 0) {
      // a single element meets the sum of those that it would be repeated for
      const [d, e] = [ofA[stretched], ofB[stretched]];
      return a.shape[d] === 1 ? tensordot(a, b.sum(e, true), [ofA, ofB]) : tensordot(a.sum(d, true), b, [ofA, ofB]);
    }
    const rest = (t: Tensor, taken: readonly number[]) => t.shape.map((_, d) => d).filter((d) => !taken.includes(d));
    const [keptA, keptB] = [rest(a, ofA), rest(b, ofB)];
    const sizes = (t: Tensor, list: readonly number[]) => list.map((d) => t.shape[d]);
    const numel = (list: readonly number[]) => list.reduce((n, size) => n * size, 1);
    const k = numel(sizes(a, ofA));
    const left = a.permute([...keptA, ...ofA]).reshape(numel(sizes(a, keptA)), k);
    const right = b.permute([...ofB, ...keptB]).reshape(k, numel(sizes(b, keptB)));
    return left.mm(right).reshape([...sizes(a, keptA), ...sizes(b, keptB)]);
  },
  samples: [
    { a: [2, 3], b: [3, 4], dims: 1 },
    {
      a: [2, 3, 4],
      b: [4, 2],
      dims: [
        [2, 0],
        [0, 1],
      ],
    },
    { a: [2], b: [3], dims: 0 },
  ],
  example: ["torch.tensordot(torch.ones(2, 3), torch.ones(2, 3))", "tensor(6.)"],
});

/** The dimensions over which `tensordot` sums, counted from the front. */
function contracted(a: Shape, b: Shape, dims: number | readonly (readonly number[])[]): [number[], number[]] {
  if (typeof dims === "number") {
    if (dims < 0) throw new RuntimeError(`tensordot expects dims >= 0, but got dims=${dims}`);
    if (dims > Math.min(a.length, b.length)) {
      throw new RuntimeError(`tensordot expects dims < ndim_a or ndim_b, but got dims=${dims}`);
    }
    const list = Array.from({ length: dims }, (_, i) => i);
    return contracted(a, b, [list.map((i) => i - dims), list]);
  }
  const [ofA, ofB] = dims;
  if (ofA.length !== ofB.length) throw new RuntimeError("both dimension lists should have same length");
  const wrappedA = ofA.map((d) => wrapDim(d, a.length));
  const wrappedB = ofB.map((d) => wrapDim(d, b.length));
  wrappedA.forEach((d, i) => {
    const [m, n] = [a[d], b[wrappedB[i]]];
    if (m === n || m === 1 || n === 1) return;
    throw new RuntimeError(
      `contracted dimensions need to match, but first has size ${m} in dim ${ofA[i]} and second has size ${n} in dim ${ofB[i]}`,
    );
  });
  return [wrappedA, wrappedB];
}

/** Each element of `self` times the whole of `other`, laid out as blocks. */
export const kron = op("kron(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => {
    const ndim = Math.max(self.ndim, other.ndim);
    const padded = (t: Tensor) => [...new Array<number>(ndim - t.ndim).fill(1), ...t.shape];
    const [a, b] = [padded(self), padded(other)];
    const blocks = self.reshape(a.flatMap((size) => [size, 1])).mul(other.reshape(b.flatMap((size) => [1, size])));
    return blocks.reshape(a.map((size, d) => size * b[d]));
  },
  samples: [
    { self: [2, 3], other: [2, 2] },
    { self: [2], other: [2, 3] },
  ],
  example: ["torch.kron(torch.tensor([1, 10]), torch.tensor([1, 2]))", "tensor([ 1,  2, 10, 20])"],
});

/** The sum of the diagonal of a matrix. */
export const trace = op("trace(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim !== 2) throw new RuntimeError(`trace: expected a matrix, but got tensor with dim ${self.ndim}`);
    return self.diagonal().sum();
  },
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([[1, 2], [3, 4]]).trace()", "tensor(5)"],
});

/** The product of matrices, from left to right. */
export const chain_matmul = op("chain_matmul(Tensor... matrices) -> Tensor")({
  composite: (matrices) => {
    warnOnce(
      "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot instead, which accepts a list of two or more tensors rather than multiple parameters.",
    );
    return matrices.reduce((x, y) => x.mm(y));
  },
  samples: [
    {
      matrices: [
        [2, 3],
        [3, 4],
        [4, 2],
      ],
    },
  ],
  example: ["torch.chain_matmul(torch.ones(1, 2), torch.ones(2, 2), torch.ones(2, 1))", "tensor([[4.]])"],
});

/**
 * `result[..., k] = sum over i and j of input1[..., i] * weight[k, i, j] * input2[..., j]`, plus `bias[k]`.
 * The shapes are (..., in1), (..., in2), (out, in1, in2) and (out).
 */
export const bilinear = op(
  "nn.functional::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor",
)({
  composite: (input1, input2, weight, bias) => {
    checkBilinear(input1, input2, weight, bias);
    const [out, in1, in2] = weight.shape as [number, number, number];
    const lead = input1.shape.slice(0, -1);
    // for each row: the matrix sum over i of input1[i] weight[:, i, :], times input2
    const matrices = input1
      .reshape(-1, in1)
      .mm(weight.transpose(0, 1).reshape(in1, out * in2))
      .reshape(-1, out, in2);
    const result = matrices.bmm(input2.reshape(-1, in2, 1)).reshape([...lead, out]);
    return bias ? result.add(bias) : result;
  },
  samples: [
    { input1: [2, 3], input2: [2, 4], weight: [5, 3, 4], bias: [5] },
    { input1: [3], input2: [4], weight: [2, 3, 4] },
  ],
  example: ["nn.functional.bilinear(torch.ones(2), torch.ones(2), torch.ones(1, 2, 2))", "tensor([4.])"],
});

function checkBilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null): void {
  const last = (t: Tensor) => t.shape[t.ndim - 1];
  if (input1.ndim !== input2.ndim) {
    throw new RuntimeError(`bilinear(): input dimensions do not match: got ${input1.ndim} and ${input2.ndim}`);
  }
  for (let d = 0; d < input1.ndim - 1; d++) {
    const [m, n] = [input1.shape[d], input2.shape[d]];
    if (m !== n)
      throw new RuntimeError(`bilinear(): input batch dimensions do not match at dim ${d}: got ${m} and ${n}`);
  }
  const fits = (what: string, got: number, expected: number) => {
    if (got !== expected) {
      throw new RuntimeError(
        `bilinear(): ${what} size does not match weight size: got ${got} but expected ${expected}`,
      );
    }
  };
  fits("input1", last(input1), weight.shape[1]);
  fits("input2", last(input2), weight.shape[2]);
  if (bias) fits("bias", bias.shape[0], weight.shape[0]);
}
