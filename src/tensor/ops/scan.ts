import { NotImplementedError } from "../../python/errors.js";
import { type DType, int64 } from "../dtype.js";
import { forEachLine, linesAlong } from "../kernels/reduce.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { putBack } from "../reduction.js";
import { rowsOf } from "../rows.js";
import { wrapDim } from "../shape.js";
import { checkInt64, Tensor } from "../tensor.js";

/** Running sums along `dim`. Integers and bools give int64; `dtype` converts first. */
export const cumsum = op("cumsum[_](Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, dtype) =>
    runningSums(self, dim, scanDtype(self, dtype)) ?? scan((sum, x) => sum + x, self, dim, scanDtype(self, dtype)),
  // x_k is in all sums from the k-th on
  derivatives: { self: (g, { dim }) => g.flip(dim).cumsum(dim).flip(dim) },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
    { self: [2, 3, 2], dim: 1 },
    { self: [], dim: 0 },
  ],
  example: ["torch.tensor([1, 2, 3]).cumsum(0)", "tensor([1, 3, 6])"],
});

/** Running products along `dim`. Integers and bools give int64; `dtype` converts first. */
export const cumprod = op("cumprod[_](Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")({
  forward: (self, dim, dtype) => scan((product, x) => product * x, self, dim, scanDtype(self, dtype)),
  derivatives: {
    // y_i = x_i y_(i-1), so that s_i = g_i + x_(i+1) s_(i+1) is the gradient of y_i, and s_i y_(i-1) that of x_i
    self: [
      "self result",
      (g, { self, result, dim }) => g._recurrence(self._shift(dim, -1), dim, true).mul(result._shift(dim, 1, 1)),
    ],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
    { self: [2, 3, 2], dim: 1 },
    { self: [], dim: 0 },
  ],
  example: ["torch.tensor([1, 2, 3]).cumprod(0)", "tensor([1, 2, 6])"],
});

/** Running `ln(sum of e^x)` along `dim`, without overflow. */
export const logcumsumexp = op("logcumsumexp(Tensor self, int dim) -> Tensor")({
  forward: (self, dim) => {
    if (!self.dtype.is_floating_point) {
      throw new NotImplementedError(`"logcumsumexp_out_cpu" not implemented for '${self.dtype.scalarName}'`);
    }
    return scan(logAddExp, self, dim, self.dtype);
  },
  derivatives: {
    // sum over i >= k of g_i e^(x_k - y_i) = e^(x_k - y_k) s_k with s_k = g_k + e^(y_k - y_(k+1)) s_(k+1); no exponent is positive
    self: [
      "self result",
      (g, { self, result, dim }) => {
        const decay = result.sub(result._shift(dim, -1, Infinity)).exp();
        return g._recurrence(decay, dim, true).mul(self.sub(result).exp());
      },
    ],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
    { self: [], dim: 0 },
  ],
  example: ["torch.zeros(3).logcumsumexp(0)", "tensor([0.0000, 0.6931, 1.0986])"],
});
const logAddExp = (x: number, y: number): number => {
  if (x === y && !Number.isFinite(x)) return x;
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
};

/** Running maxima along `dim` and where they are; of several the latest. NaN stays. */
export const cummax = op("cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)")({
  forward: (self, dim) => running("cummax", (x, best) => x >= best, self, dim),
  derivatives: {
    self: ["self_shape result", (g, { result, self_shape, dim }) => putBack(g[0], result.indices, self_shape, dim)],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
  ],
  example: ["torch.tensor([1, 3, 2]).cummax(0).values", "tensor([1, 3, 3])"],
});

/** Running minima along `dim` and where they are; of several the latest. NaN stays. */
export const cummin = op("cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)")({
  forward: (self, dim) => running("cummin", (x, best) => x <= best, self, dim),
  derivatives: {
    self: ["self_shape result", (g, { result, self_shape, dim }) => putBack(g[0], result.indices, self_shape, dim)],
  },
  samples: [
    { self: [4], dim: 0 },
    { self: [2, 3], dim: -1 },
  ],
  example: ["torch.tensor([3, 1, 2]).cummin(0).values", "tensor([3, 1, 1])"],
});

/**
 * `y_i = self_i + factor_i y_(i-1)` along `dim`, or `y_(i+1)` if `reverse`: the recurrence in the gradients of running
 * products. Its own gradient is the same recurrence the other way.
 */
export const _recurrence = op("_recurrence(Tensor self, Tensor factor, int dim, bool reverse=False) -> Tensor")({
  forward: (self, factor, dim, reverse) => {
    const out = Tensor.empty(self.shape, self.dtype);
    const y = out.storage.data;
    const x = self.storage.data;
    const a = factor.storage.data;
    forLines(dim, [out, self, factor], (starts, steps, n) => {
      const [sy, sx, sa] = reverse ? steps.map((s) => -s) : steps;
      let [iy, ix, ia] = reverse ? starts.map((start, k) => start + (n - 1) * steps[k]) : starts;
      let last = 0;
      for (let i = 0; i < n; i++, iy += sy, ix += sx, ia += sa) {
        last = i === 0 ? x[ix] : x[ix] + a[ia] * last;
        y[iy] = last;
      }
    });
    return out;
  },
  derivatives: {
    self: ["factor", (g, { factor, dim, reverse }) => adjoint(g, factor, dim, reverse)],
    factor: [
      "factor result",
      (g, { factor, result, dim, reverse }) =>
        adjoint(g, factor, dim, reverse).mul(result._shift(dim, reverse ? -1 : 1)),
    ],
  },
  samples: [
    { self: [4], factor: [4], dim: 0 },
    { self: [2, 3], factor: [2, 3], dim: -1, reverse: true },
  ],
  example: ["torch.tensor([1, 1, 1])._recurrence(torch.tensor([2, 2, 2]), 0)", "tensor([1, 3, 7])"],
});
const adjoint = (g: Tensor, factor: Tensor, dim: number, reverse: boolean): Tensor =>
  g._recurrence(factor._shift(dim, reverse ? 1 : -1), dim, !reverse);

/** The elements moved one place along `dim` (`by` is 1 or -1); `edge` fills the gap, and what falls off is lost. */
export const _shift = op("_shift(Tensor self, int dim, int by, Scalar edge=0) -> Tensor")({
  forward: (self, dim, by, edge) => {
    const out = Tensor.empty(self.shape, self.dtype);
    forLines(dim, [out, self], ([io, ix], [so, sx], n) => {
      for (let i = 0; i < n; i++) {
        const from = i - by;
        out.storage.data[io + i * so] = from < 0 || from >= n ? Number(edge) : self.storage.data[ix + from * sx];
      }
    });
    return out;
  },
  derivatives: { self: (g, { dim, by }) => g._shift(dim, -by) },
  samples: [
    { self: [4], dim: 0, by: 1, edge: 1 },
    { self: [2, 3], dim: 1, by: -1 },
  ],
  example: ["torch.tensor([1, 2, 3])._shift(0, 1)", "tensor([0, 1, 2])"],
});

/** The dtype of running sums and products. */
const scanDtype = (self: Tensor, dtype: DType | null): DType =>
  dtype ?? (self.dtype.is_floating_point ? self.dtype : int64);

/** `y_i = f(y_(i-1), x_i)` along `dim`, in double precision. */
function scan(f: (last: number, x: number) => number, self: Tensor, dim: number, dtype: DType): Tensor {
  const input = dtype.is_floating_point || dtype === self.dtype ? self : self.converted(dtype);
  const out = Tensor.empty(self.shape, dtype);
  const x = input.storage.data;
  const y = out.storage.data;
  forLines(dim, [out, input], ([io, ix], [so, sx], n) => {
    let last = 0;
    for (let i = 0; i < n; i++) {
      last = i === 0 ? x[ix] : f(last, x[ix + i * sx]);
      y[io + i * so] = dtype === int64 ? checkInt64(last) : last;
    }
  });
  return out;
}

/** Running sums of floating point numbers that lie row by row; else `null`. */
function runningSums(self: Tensor, dim: number, dtype: DType): Tensor | null {
  if (self.ndim === 0 || !dtype.is_floating_point || self.dtype !== dtype || !self.is_contiguous()) return null;
  const { outer, count, inner } = linesAlong(self.shape, wrapDim(dim, self.ndim));
  const out = Tensor.unset(self.shape, dtype);
  const x = rowsOf(self);
  const y = out.storage.data;
  const sums = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    if (inner === 1) {
      let sum = -0;
      for (const end = at + count; at < end; at++) {
        sum += x[at];
        y[at] = sum;
      }
      continue;
    }
    sums.fill(-0);
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < inner; c++, at++) {
        sums[c] += x[at];
        y[at] = sums[c];
      }
    }
  }
  return out;
}

/** The best so far along `dim`, where `wins` says whether an element is better; NaN is best of all. */
function running(type: string, wins: (x: number, best: number) => boolean, self: Tensor, dim: number) {
  const values = Tensor.empty(self.shape, self.dtype);
  const indices = Tensor.empty(self.shape, int64);
  const x = self.storage.data;
  forLines(dim, [self, values, indices], ([ix, iv, ii], [sx, sv, si], n) => {
    let at = 0;
    for (let i = 0; i < n; i++) {
      const [element, best] = [x[ix + i * sx], x[ix + at * sx]];
      if (Number.isNaN(element) || wins(element, best)) at = i;
      values.storage.data[iv + i * sv] = x[ix + at * sx];
      indices.storage.data[ii + i * si] = at;
    }
  });
  return namedResults(type, { values, indices });
}

/** Visits the lines of tensors of one shape along `dim`: where they begin, how far apart their elements lie, how many. */
function forLines(
  dim: number,
  tensors: readonly Tensor[],
  visit: (starts: readonly number[], steps: readonly number[], n: number) => void,
): void {
  const d = wrapDim(dim, tensors[0].ndim);
  // a single number is a line of one
  const shape = tensors[0].ndim === 0 ? [1] : tensors[0].shape;
  const operands = tensors.map((t) => t.operand(t.ndim === 0 ? [1] : t.strides));
  const steps = operands.map((o) => o.strides[d]);
  forEachLine(shape, d, operands, (starts) => visit(starts, steps, shape[d]));
}
