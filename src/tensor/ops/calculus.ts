import { RuntimeError } from "../../python/errors.js";
import { bool, get_default_dtype } from "../dtype.js";
import { op } from "../op.js";
import { showShape, wrapDim, wrapDims } from "../shape.js";
import { Tensor } from "../tensor.js";
import { cat } from "./joining.js";

// Differences and integrals of samples along a dimension

/** All positions of a dimension but the last, and all but the first: the neighbours x[i] and x[i + 1]. */
const neighbours = (x: Tensor, dim: number): [left: Tensor, right: Tensor] => [
  x._slice(dim, 0, -1),
  x._slice(dim, 1, null),
];

/** The differences x[i + 1] - x[i] along `dim`, taken `n` times; `prepend` and `append` are joined to `self` before. */
export const diff = op("diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor")({
  composite: (self, n, dim, prepend, append) => {
    if (self.ndim === 0) throw new RuntimeError("diff expects input to be at least one-dimensional");
    if (n < 0) throw new RuntimeError(`order must be non-negative but got ${n}`);
    const d = wrapDim(dim, self.ndim);
    for (const part of [prepend, append]) {
      if (part !== null && part.ndim !== self.ndim) {
        throw new RuntimeError("diff expects prepend or append to be the same dimension as input");
      }
    }
    if (n === 0) return self.clone();
    const parts = [prepend, self, append].filter((part) => part !== null);
    let x = parts.length > 1 ? cat(parts, d) : self;
    for (let times = Math.min(n, x.shape[d]); times > 0; times--) {
      const [left, right] = neighbours(x, d);
      x = x.dtype === bool ? right.logical_xor(left) : right.sub(left);
    }
    return x;
  },
  samples: [{ self: [4] }, { self: [2, 3], n: 2 }, { self: [2, 3], dim: 0, prepend: [1, 3], append: [2, 3] }],
  example: ["torch.diff(torch.tensor([1, 4, 9, 16]))", "tensor([3, 5, 7])"],
});

/** The widths of the intervals between the points `x`, or `dx` for all, in a form that broadcasts with samples `y`. */
function widths(
  name: string,
  y: Tensor,
  x: Tensor | null,
  dx: number | boolean,
  dim: number,
): Tensor | number | boolean {
  if (x === null) return dx;
  if (x.ndim === 1 && x.shape[0] !== y.shape[dim]) {
    throw new RuntimeError(`${name}: There must be one \`x\` value for each sample point`);
  }
  const along = x.ndim === 1 ? y.shape.map((_, d) => (d === dim ? x.shape[0] : 1)) : null;
  const lead = new Array<number>(Math.max(y.ndim - x.ndim, 0)).fill(1);
  return x.reshape(along ?? [...lead, ...x.shape]).diff(1, dim);
}

/** The integral along `dim` by the trapezoidal rule: the sum of dx (y[i] + y[i + 1]) / 2. The points are `x` or `dx` apart. */
export const trapezoid = op("trapezoid(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor")({
  composite: (y, x, dx, dim) => {
    const d = wrapDim(dim, y.ndim);
    if (y.shape[d] === 0) return Tensor.empty(y.shape.toSpliced(d, 1), y.dtype);
    const [left, right] = neighbours(y, d);
    const width = widths("trapezoid", y, x, dx, d);
    return left.add(right).mul(width).sum(d).div(2);
  },
  samples: [{ y: [4] }, { y: [2, 3], x: [3] }, { y: [3, 2], x: [3, 2], dim: 0 }, { y: [3], dx: 0.5 }],
  example: ["torch.trapezoid(torch.tensor([1, 2, 4]))", "tensor(4.5000)"],
});

/** {@link trapezoid} under its older name. */
export const trapz = op("trapz(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor")({
  composite: (y, x, dx, dim) => trapezoid(y, x, { dx, dim }),
  samples: [{ y: [4] }, { y: [2, 3], x: [3] }],
  example: ["torch.trapz(torch.tensor([1, 2, 4]), { dx: 2 })", "tensor(9.)"],
});

/** The integrals from the first point to each further one by the trapezoidal rule. */
export const cumulative_trapezoid = op(
  "cumulative_trapezoid(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor",
)({
  composite: (y, x, dx, dim) => {
    const d = wrapDim(dim, y.ndim);
    const [left, right] = neighbours(y, d);
    const width = widths("cumulative_trapezoid", y, x, dx, d);
    return left.add(right).mul(width).cumsum(d).div(2);
  },
  samples: [{ y: [4] }, { y: [2, 3], x: [3] }, { y: [3, 2], dim: 0, dx: 0.5 }],
  example: ["torch.cumulative_trapezoid(torch.tensor([1, 2, 4]))", "tensor([1.5000, 4.5000])"],
});

/**
 * Estimates the derivatives along the dimensions `dim` (all by default), a tensor each: inside from both neighbours, at
 * the ends from one neighbour, or from two with `edge_order` 2. `spacing` is the distance of the points, one for all
 * dimensions or one each.
 */
export const gradient = op(
  "gradient(Tensor self, *, Scalar|Scalar[]? spacing=None, int[]? dim=None, int edge_order=1) -> Tensor[]",
)({
  composite: (self, spacing, dim, edge_order) =>
    slopesAlong(self, Array.isArray(spacing) ? spacing : null, spacing as number | null, dim, edge_order),
  samples: [
    { self: [4] },
    { self: [3, 4], edge_order: 2 },
    { self: [3, 4], spacing: [0.5, 2] },
    { self: [2, 4], dim: 1, spacing: 2, edge_order: 2 },
  ],
  example: ["torch.gradient(torch.tensor([1, 2, 4, 8]).float())", "[ tensor([1.0000, 1.5000, 3.0000, 4.0000]) ]"],
});

/** {@link gradient} for points whose coordinates along each dimension are given. */
export const gradient_tensors = op(
  "gradient.tensors(Tensor self, *, Tensor[] spacing, int[]? dim=None, int edge_order=1) -> Tensor[]",
)({
  composite: (self, spacing, dim, edge_order) =>
    slopesAlong(self, spacing instanceof Tensor ? null : spacing, spacing as Tensor, dim, edge_order),
  samples: [{ self: [4], spacing: [{ int: [0, 1, 3, 4] }], edge_order: 2 }],
  example: [
    "torch.gradient(torch.tensor([1, 4, 16]).float(), { spacing: [torch.tensor([1, 2, 4])] })",
    "[ tensor([3., 4., 6.]) ]",
  ],
});

type Spacing = number | boolean | Tensor;

function slopesAlong(
  self: Tensor,
  each: readonly Spacing[] | null,
  all: Spacing | null,
  dim: number | readonly number[] | null,
  edge_order: number,
): Tensor[] {
  const dims = wrapDims(dim, self.ndim);
  if (each && each.length !== dims.length) {
    const length = dim === null ? `'self.dim() = ${self.ndim}'` : `'dim' argument (${dims.length})`;
    const because = dim === null ? ", since dim argument was not given," : ",";
    throw new RuntimeError(
      `torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to ${length}${because} but got a list of length ${each.length}`,
    );
  }
  if (edge_order !== 1 && edge_order !== 2) {
    throw new RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.");
  }
  if (dims.some((d) => self.shape[d] < edge_order + 1)) {
    throw new RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1");
  }
  const x = self.dtype.is_floating_point ? self : self.to(get_default_dtype());
  return dims.map((d, i) => slopes(x, d, steps(x, d, each ? each[i] : all), edge_order));
}

/** The distances of neighbours along `dim`, shaped to broadcast. */
function steps(x: Tensor, dim: number, spacing: number | boolean | Tensor | null): Tensor {
  const n = x.shape[dim];
  const shape = x.shape.map((_, d) => (d === dim ? n - 1 : 1));
  if (!(spacing instanceof Tensor) || spacing.ndim === 0) {
    return Tensor.empty(shape, x.dtype).fill_(spacing ?? 1);
  }
  if (spacing.ndim !== 1 || spacing.shape[0] !== n) {
    throw new RuntimeError(
      `torch.gradient expected each element of spacing to have the length of its dimension, ${n}, but got ${showShape(spacing.shape)}`,
    );
  }
  return spacing.diff().to(x.dtype).view(shape);
}

/**
 * The derivative of the parabola through three points with the distances h and k, at the middle one:
 * (-k/h x0 + (k/h - h/k) x1 + h/k x2) / (h + k); and at the outer ones for `edge_order` 2.
 */
function slopes(x: Tensor, dim: number, distances: Tensor, edge_order: number): Tensor {
  const at = (t: Tensor, start: number, end: number | null) => t._slice(dim, start, end);
  // from the slopes of the two lines between the three points
  const lines = x.diff(1, dim).div(distances);
  const [h, k] = neighbours(distances, dim);
  const [before, after] = neighbours(lines, dim);
  const inner = before.mul(k).add(after.mul(h)).div(h.add(k));
  let first = at(lines, 0, 1);
  let last = at(lines, -1, null);
  if (edge_order === 2) {
    // a parabola's slope at an end: twice the line's less that of the middle
    first = first.mul(2).sub(at(inner, 0, 1));
    last = last.mul(2).sub(at(inner, -1, null));
  }
  return cat([first, inner, last], dim);
}
