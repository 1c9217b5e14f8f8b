import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { type Shape, wrapDim, wrapDims } from "../shape.js";
import { Tensor } from "../tensor.js";
import { cat } from "./joining.js";

// Repeated

/** Copies of the tensor side by side: dimension `d` repeats `repeats[d]` times; new dimensions come in front. */
export const repeat = op("Tensor::repeat(Tensor self, int... repeats) -> Tensor")({
  forward: (self, repeats) => {
    if (repeats.length < self.ndim) {
      throw new RuntimeError(
        "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
      );
    }
    const { shape, pairs } = repeated(self.shape, repeats);
    const negative = shape.find((size) => size < 0);
    if (negative !== undefined) {
      throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}: [${shape.join(", ")}]`);
    }
    const sizes = pairs.map((pair) => pair[1]);
    const x = self.reshape(sizes.flatMap((size) => [1, size]));
    return x.expand(pairs.flat()).copied()._unsafe_view(shape);
  },
  derivatives: {
    self: [
      "self_shape",
      (g, { self_shape, repeats }) => {
        const { pairs } = repeated(self_shape, [repeats].flat());
        const copies = pairs.map((_, d) => 2 * d);
        return copies.length === 0 ? g : g.reshape(pairs.flat()).sum(copies).reshape(self_shape);
      },
    ],
  },
  samples: [
    { self: [3], repeats: [2] },
    { self: [2, 3], repeats: [2, 1, 3] },
    { self: [2], repeats: [0] },
    { self: [], repeats: [] },
  ],
  example: ["torch.tensor([1, 2]).repeat(2, 2)", "tensor([[1, 2, 1, 2],\n        [1, 2, 1, 2]])"],
});

/** For each dimension of the repeated tensor how often and what size, and the shape that results. */
function repeated(own: Shape, repeats: Shape): { shape: number[]; pairs: [times: number, size: number][] } {
  const lead = repeats.length - own.length;
  const pairs = repeats.map((times, d): [number, number] => [times, d < lead ? 1 : own[d - lead]]);
  return { shape: pairs.map(([times, size]) => times * size), pairs };
}

/** {@link repeat}, the factors aligned at the right: missing ones are 1. */
export const tile = op("tile(Tensor self, int... dims) -> Tensor")({
  composite: (self, dims) => {
    const missing = Math.max(self.ndim - dims.length, 0);
    return self.repeat([...new Array<number>(missing).fill(1), ...dims]);
  },
  samples: [
    { self: [2, 3], dims: [2] },
    { self: [3], dims: [2, 2] },
  ],
  example: ["torch.tensor([[1], [2]]).tile(2)", "tensor([[1, 1],\n        [2, 2]])"],
});

/** Each element along `dim` (`null`: of the flattened tensor) `repeats` times in a row; a tensor says it for each. */
export const repeat_interleave = op(
  "repeat_interleave(Tensor self, Tensor|int repeats, int? dim=None, *, int? output_size=None) -> Tensor",
)({
  composite: (self, repeats, dim) => {
    const x = dim === null ? self.flatten() : self;
    const d = wrapDim(dim ?? 0, x.ndim);
    if (typeof repeats !== "number" && repeats.numel() !== 1) return x.index_select(d, copiesOf(repeats, x.shape[d]));
    const times = typeof repeats === "number" ? repeats : repeats.item();
    if (times < 0) throw new RuntimeError("Repeats must be non-negative");
    const copies = x.unsqueeze(d + 1).expand(x.shape.toSpliced(d + 1, 0, times));
    return copies.clone().view(x.shape.with(d, x.shape[d] * times));
  },
  samples: [
    { self: [2, 3], repeats: 2 },
    { self: [2, 3], repeats: 2, dim: 1 },
    { self: [2, 3], repeats: { int: [2, 0, 1] }, dim: -1 },
  ],
  example: ["torch.tensor([1, 2]).repeat_interleave(2)", "tensor([1, 1, 2, 2])"],
});

/** Each index `repeats` times in a row: `[0, 0, 1]` of `[2, 1]`. */
export const repeat_interleave_indices = op(
  "repeat_interleave.Tensor(Tensor repeats, *, int? output_size=None) -> Tensor",
)({
  forward: (repeats) => copiesOf(repeats, repeats.numel()),
  samples: [{ repeats: { int: [2, 0, 1] } }],
  example: ["torch.repeat_interleave(torch.tensor([2, 1]))", "tensor([0, 0, 1])"],
});

function copiesOf(repeats: Tensor, size: number): Tensor {
  if (repeats.dtype.is_floating_point) {
    throw new NotImplementedError(`"repeat_interleave_cpu" not implemented for '${repeats.dtype.scalarName}'`);
  }
  if (repeats.ndim !== 1) throw new RuntimeError("repeat_interleave only accept 1D vector as repeat");
  if (repeats.numel() !== size) {
    throw new RuntimeError(
      `repeats must have the same size as input along dim, but got repeats.size(0) = ${repeats.numel()} and input.size(0) = ${size}`,
    );
  }
  const times = Array.from(repeats.toTypedArray());
  if (times.some((n) => n < 0)) throw new RuntimeError("repeats can not be negative");
  const indices = Float64Array.from(times.flatMap((n, i) => new Array<number>(n).fill(i)));
  return Tensor.of(indices, [indices.length], int64);
}

// The same elements elsewhere

/** The order along `dims` reversed, in memory of its own. */
export const flip = op("flip(Tensor self, int... dims) -> Tensor")({
  forward: (self, dims) => {
    const reversed = wrapDims(dims, self.ndim, false);
    const strides = self.strides.map((s, d) => (reversed.includes(d) ? -s : s));
    const last = reversed.reduce((at, d) => at + Math.max(self.shape[d] - 1, 0) * self.strides[d], self.offset);
    return self.aliased(self.shape, strides, last).copied();
  },
  derivatives: { self: (g, { dims }) => g.flip([dims].flat()) },
  samples: [
    { self: [3], dims: [0] },
    { self: [2, 3, 2], dims: [0, -1] },
    { self: [0, 2], dims: [0] },
  ],
  example: ["torch.arange(3).flip(0)", "tensor([2, 1, 0])"],
});

/** Columns in opposite order. */
export const fliplr = op("fliplr(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim < 2) throw new RuntimeError("Input must be >= 2-d.");
    return self.flip(1);
  },
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([[1, 2]]).fliplr()", "tensor([[2, 1]])"],
});

/** Rows in opposite order. */
export const flipud = op("flipud(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim < 1) throw new RuntimeError("Input must be >= 1-d.");
    return self.flip(0);
  },
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([1, 2]).flipud()", "tensor([2, 1])"],
});

/** Elements moved by `shifts` along `dims`; what leaves at one end enters at the other. Without `dims` the tensor is flattened for it. */
export const roll = op("roll(Tensor self, int[] shifts, int[] dims=[]) -> Tensor")({
  forward: (self, shift, dim) => {
    const shifts = [shift].flat();
    const dims = [dim].flat();
    if (shifts.length === 0) throw new RuntimeError("`shifts` required");
    if (dims.length === 0 && shifts.length === 1) {
      return rolled(self.flatten(), shifts[0], 0)._unsafe_view(self.shape);
    }
    if (shifts.length !== dims.length) {
      throw new RuntimeError(`shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`);
    }
    return dims.reduce((x, d, i) => rolled(x, shifts[i], d), self);
  },
  derivatives: {
    self: (g, { shifts, dims }) =>
      g.roll(
        [shifts].flat().map((s) => -s),
        dims,
      ),
  },
  samples: [
    { self: [4], shifts: 1 },
    { self: [2, 3], shifts: -1 },
    { self: [2, 3], shifts: [1, -4], dims: [0, 1] },
  ],
  example: ["torch.arange(4).roll(1)", "tensor([3, 0, 1, 2])"],
});

function rolled(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[wrapDim(dim, x.ndim)];
  if (x.numel() === 0) return x.copied();
  const cut = (((size - shift) % size) + size) % size;
  return cat([x._slice(dim, cut), x._slice(dim, 0, cut)], dim);
}

/** Rotated `k` times by 90 degrees in the plane of `dims`, from the first dimension towards the second. */
export const rot90 = op("rot90(Tensor self, int k=1, int[] dims=[0,1]) -> Tensor")({
  forward: (self, k, dim) => {
    const dims = [dim].flat();
    if (dims.length !== 2) throw new RuntimeError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
    if (self.ndim < 2) throw new RuntimeError(`expected total dims >= 2, but got total dims = ${self.ndim}`);
    const [a, b] = dims.map((d) => wrapDim(d, self.ndim));
    if (a === b) {
      throw new RuntimeError(`expected rotation dims to be different, but got dim0 = ${dims[0]} and dim1 = ${dims[1]}`);
    }
    const quarters = ((k % 4) + 4) % 4;
    if (quarters === 0) return self.copied();
    if (quarters === 2) return self.flip(a, b);
    return self
      .flip(quarters === 1 ? b : a)
      .transpose(a, b)
      .copied();
  },
  derivatives: { self: (g, { k, dims }) => g.rot90(-k, dims) },
  samples: [{ self: [2, 3] }, { self: [2, 3, 2], k: -1, dims: [0, 2] }, { self: [2, 3], k: 2 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).rot90()", "tensor([[2, 4],\n        [1, 3]])"],
});

// Triangles

/** The elements on and below diagonal number `diagonal` of the matrices in the last two dimensions, 0 above. */
export const tril = op("tril[_](Tensor self, int diagonal=0) -> Tensor")({
  forward: (self, diagonal) => triangle("tril", self, (i, columns) => [i + diagonal + 1, columns]),
  derivatives: { self: (g, { diagonal }) => g.tril(diagonal) },
  samples: [{ self: [3, 3] }, { self: [2, 3, 4], diagonal: 1 }, { self: [3, 2], diagonal: -1 }],
  example: ["torch.ones(2, 2).tril()", "tensor([[1., 0.],\n        [1., 1.]])"],
});

/** The elements on and above diagonal number `diagonal` of the matrices in the last two dimensions, 0 below. */
export const triu = op("triu[_](Tensor self, int diagonal=0) -> Tensor")({
  forward: (self, diagonal) => triangle("triu", self, (i) => [0, i + diagonal]),
  derivatives: { self: (g, { diagonal }) => g.triu(diagonal) },
  samples: [{ self: [3, 3] }, { self: [2, 3, 4], diagonal: 1 }, { self: [3, 2], diagonal: -1 }],
  example: ["torch.ones(2, 2).triu()", "tensor([[1., 1.],\n        [0., 1.]])"],
});

/** A copy in which row `i` is 0 from one column up to another, as `zeros` says; these may lie outside of the matrix. */
function triangle(
  name: string,
  self: Tensor,
  zeros: (i: number, columns: number) => readonly [from: number, to: number],
): Tensor {
  if (self.ndim < 2) throw new RuntimeError(`${name}: input tensor must have at least 2 dimensions`);
  const [rows, columns] = self.shape.slice(-2);
  const out = self.copied();
  const { data } = out.storage;
  for (let row = 0, at = 0; at < data.length; row++, at += columns) {
    const [from, to] = zeros(row % rows, columns);
    data.fill(0, at + clamp(from, columns), at + clamp(to, columns));
  }
  return out;
}

const clamp = (column: number, columns: number): number => Math.min(Math.max(column, 0), columns);
