import { IndexError, RuntimeError } from "../../python/errors.js";
import { checkRange } from "../along_dim.js";
import { int32, int64 } from "../dtype.js";
import { AdvancedIndex } from "../indices.js";
import { addAt, fillAt, gatherAt, putAt } from "../kernels/positions.js";
import { linesAlong } from "../kernels/reduce.js";
import { addRows, takeRows } from "../kernels/slices.js";
import { op } from "../op.js";
import { rowsOf } from "../rows.js";
import { sameShape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

/** The positions `index`, a vector, along `dim`. */
export const index_select = op("index_select(Tensor self, int dim, Tensor index) -> Tensor")({
  forward: (self, dim, index) => {
    const d = wrapDim(dim, self.ndim);
    if (index.ndim > 1) throw new IndexError("index_select(): Index is supposed to be a vector");
    if (index.dtype !== int64 && index.dtype !== int32) {
      throw new RuntimeError("index_select(): Expected dtype int32 or int64 for index");
    }
    if (self.ndim === 0 && index.numel() !== 1) {
      throw new RuntimeError(`index_select(): Index to scalar can have only 1 value, got ${index.numel()} value(s)`);
    }
    checkPositions(self, d, index, () => new IndexError("index out of range in self"));
    const out = Tensor.unset(self.ndim === 0 ? [] : self.shape.with(d, index.numel()), self.dtype);
    if (self.ndim > 0 && self.is_contiguous()) takeRows(out, self, rowsOf(index), linesAlong(self.shape, d));
    else gatherAt(out.storage.data, self.storage.data, positions(self, d, index));
    return out;
  },
  derivatives: {
    self: [
      "index self_shape",
      (g, { dim, index, self_shape }) => Tensor.empty(self_shape, g.dtype).index_add_(dim, index, g),
    ],
  },
  samples: [
    { self: [3, 2], dim: 0, index: { int: [2, 0, 2] } },
    { self: [2, 3], dim: -1, index: { int: [1] } },
  ],
  example: [
    "torch.tensor([[1, 2], [3, 4]]).index_select(1, torch.tensor([1, 1]))",
    "tensor([[2, 2],\n        [4, 4]])",
  ],
});

/** Adds `alpha` times the slices of `source` to the positions `index` along `dim`. */
export const index_add = op(
  "index_add[_](Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor",
)({
  forward: (self, ...args) => onCopy(self, (out) => addSlices(out, ...args)),
  into: addSlices,
  derivatives: {
    self: (g) => g,
    source: [
      "index source_shape",
      (g, { dim, index, source_shape, alpha }) => g.index_select(dim, index).mul(alpha).view(source_shape),
    ],
  },
  samples: [
    { self: [3, 2], dim: 0, index: { int: [2, 0, 2] }, source: [3, 2] },
    { self: [2, 3], dim: -1, index: { int: [1] }, source: [2, 1], alpha: 2 },
  ],
  example: ["torch.zeros(3).index_add(0, torch.tensor([0, 0, 2]), torch.ones(3))", "tensor([2., 0., 1.])"],
});

function addSlices(self: Tensor, dim: number, index: Tensor, source: Tensor, alpha: number | boolean): void {
  const d = wrapDim(dim, self.ndim);
  if (index.ndim > 1) {
    throw new IndexError(
      `index_add_(): Index is supposed to be a vector, but got dim: ${index.ndim} with type: ${index.dtype.scalarName} and size: ${showShape(index.shape)}`,
    );
  }
  if (index.dtype !== int64 && index.dtype !== int32) {
    throw new RuntimeError(`index_add_(): Expected dtype int32/int64 for index but got: ${index.dtype.scalarName}`);
  }
  if (source.dtype !== self.dtype) {
    throw new RuntimeError(
      `index_add_(): self (${self.dtype.scalarName}) and source (${source.dtype.scalarName}) must have the same scalar type`,
    );
  }
  const length = source.ndim === 0 ? 1 : source.shape[d];
  if (index.numel() !== length) {
    throw new RuntimeError(
      `index_add_(): Number of indices (${index.numel()}) should be equal to source.size(dim): (${length}), for dim: ${d}`,
    );
  }
  if (self.ndim > 0 && !sameShape(source.shape, self.shape.with(d, length))) {
    throw new RuntimeError(
      `source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = ${showShape(self.shape)} source.shape = ${showShape(source.shape)}`,
    );
  }
  checkPositions(self, d, index, outOfBounds(self, d));
  if (self.ndim > 0 && self.is_contiguous() && Number(alpha) === 1) {
    const [from, list] = [source, index].map((t) => (t.storage === self.storage ? t.copied() : t));
    addRows(self, from.is_contiguous() ? from : from.copied(), rowsOf(list), linesAlong(self.shape, d));
  } else addAt(self.storage.data, positions(self, d, index), source.toTypedArray(), Number(alpha));
}

/** Writes the slices of `source` to the positions `index` along `dim`. */
export const index_copy = op("index_copy[_](Tensor self, int dim, Tensor index, Tensor source) -> Tensor")({
  forward: (self, ...args) => onCopy(self, (out) => copySlices(out, ...args)),
  into: copySlices,
  derivatives: {
    self: ["index", (g, { dim, index }) => g.index_fill(dim, index, 0)],
    source: ["index source_shape", (g, { dim, index, source_shape }) => g.index_select(dim, index).view(source_shape)],
  },
  samples: [
    { self: [3, 2], dim: 0, index: { int: [2, 0] }, source: [2, 2] },
    { self: [2, 3], dim: -1, index: { int: [1] }, source: [2, 1] },
  ],
  example: ["torch.zeros(3).index_copy(0, torch.tensor([2, 0]), torch.tensor([5, 6]).float())", "tensor([6., 0., 5.])"],
});

function copySlices(self: Tensor, dim: number, index: Tensor, source: Tensor): void {
  const d = wrapDim(dim, self.ndim);
  if (index.ndim > 1) throw new IndexError(`index_copy_(): Index should have dimension 1 or 0 (got ${index.ndim})`);
  if (source.ndim !== self.ndim && source.ndim > 0 && self.ndim > 0) {
    throw new IndexError(
      `index_copy_(): When source and destination are not scalars, their dimensionality must match. Source dimensionality (${source.ndim}), destination dimensionality (${self.ndim})`,
    );
  }
  if (index.dtype !== int64) throw new IndexError("index_copy_(): Expected a long tensor for index");
  if (source.dtype !== self.dtype) {
    throw new RuntimeError(
      `index_copy_(): self and source expected to have the same dtype, but got (self) ${self.dtype.scalarName} and (source) ${source.dtype.scalarName}`,
    );
  }
  const others = (t: Tensor) => (t.ndim > 0 ? t.shape.toSpliced(d, 1) : []);
  if (!sameShape(others(self), others(source))) {
    throw new RuntimeError(
      `index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: ${others(self).join(" ")} at dimension ${d} and source slice shape: ${others(source).join(" ")} at dimension 0.`,
    );
  }
  const length = source.ndim === 0 ? 1 : source.shape[d];
  if (index.numel() !== length) {
    throw new IndexError(
      `index_copy_(): Number of indices (${index.numel()}) should be equal to source.size(dim) (${length})`,
    );
  }
  checkPositions(
    self,
    d,
    index,
    (i) => new IndexError(`index_copy_(): index ${i} is out of bounds for dimension ${d} with size ${sizeOf(self, d)}`),
  );
  putAt(self.storage.data, positions(self, d, index), source.toTypedArray());
}

/** Sets the positions `index` along `dim` to `value`. Negative positions count from the end. */
export const index_fill = op("index_fill[_](Tensor self, int dim, Tensor index, Tensor|Scalar value) -> Tensor")({
  forward: (self, ...args) => onCopy(self, (out) => fillSlices(out, ...args)),
  into: fillSlices,
  derivatives: {
    self: ["index", (g, { dim, index }) => g.index_fill(dim, index, 0)],
    // a position that is named twice is filled once
    value: ["index", (g, { dim, index }) => g.sub(g.index_fill(dim, index, 0)).sum()],
  },
  nodeName: (_, __, ___, value) => `IndexFillBackward${value instanceof Tensor ? 1 : 0}`,
  samples: [
    { self: [3, 2], dim: 0, index: { int: [2, 0, 2] }, value: [] },
    { self: [2, 3], dim: -1, index: { int: [-1] }, value: 0.5 },
  ],
  example: ["torch.zeros(3).index_fill(0, torch.tensor([0, 2]), 7)", "tensor([7., 0., 7.])"],
});

function fillSlices(self: Tensor, dim: number, index: Tensor, value: Tensor | number | boolean): void {
  const d = wrapDim(dim, self.ndim);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new RuntimeError(
      `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
    );
  }
  if (index.dtype !== int64) throw new IndexError("index_fill_(): Expected dtype int64 for index.");
  if (index.ndim > 1) throw new RuntimeError("Index has to be a vector/scalar");
  const size = sizeOf(self, d);
  const list = index.toTypedArray().map((i) => (i < 0 ? i + size : i));
  const wrapped = Tensor.of(list, [list.length], int64);
  checkPositions(self, d, wrapped, (i) => outOfBounds(self, d, IndexError)(i < 0 ? i - size : i));
  const filling = Tensor.empty([], self.dtype).fill_(value instanceof Tensor ? value.detach() : value);
  fillAt(self.storage.data, positions(self, d, wrapped), filling.storage.data[0]);
}

function onCopy(self: Tensor, change: (copy: Tensor) => void): Tensor {
  const out = self.copied();
  change(out);
  return out;
}

const sizeOf = (self: Tensor, dim: number): number => (self.ndim === 0 ? 1 : self.shape[dim]);

const outOfBounds =
  (self: Tensor, dim: number, kind: typeof IndexError | typeof RuntimeError = RuntimeError) =>
  (i: number): Error =>
    new kind(`index ${i} is out of bounds for dimension ${dim} with size ${sizeOf(self, dim)}`);

function checkPositions(self: Tensor, dim: number, index: Tensor, error: (i: number) => Error): void {
  const size = sizeOf(self, dim);
  checkRange(index, 0, size, error);
}

/** Where the slices at the positions `index` of dimension `dim` lie. */
function positions(self: Tensor, dim: number, index: Tensor): Int32Array {
  const { shape, strides } = self.ndim > 0 ? self : { shape: [1], strides: [1] };
  const along: Tensor[] = [];
  along[dim] = index.reshape(-1);
  return new AdvancedIndex(shape, along).positions(strides, self.offset);
}
