import { IndexError, RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { AdvancedIndex, dimensionsOf, isMask, maskPositions, readIndices, Slice } from "../indices.js";
import { addAt, gatherAt, orAt, putAt } from "../kernels/positions.js";
import { linesAlong } from "../kernels/reduce.js";
import { addRows, takeRows } from "../kernels/slices.js";
import { op } from "../op.js";
import { broadcastStrides, expandsTo, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/**
 * `self[indices]`. An index is a number, a slice in a string (`"1:3"`, `":"`, `"::2"`), `"..."`, `null` for a new
 * dimension, a tensor or array of positions, or a mask of truth values. Several indices stand in an array; a single one
 * may stand alone. Without tensors, arrays and truth values the result is a view, else a copy.
 *
 * @throws IndexError for positions out of range, too many indices, or masks of the wrong shape
 */
export const index = op("Tensor::index(Tensor self, any indices) -> Tensor")({
  composite: (self, indices) => {
    const { view, advanced } = apply(self, indices, !Array.isArray(indices));
    if (advanced) return view._index(advanced);
    return view === self ? self._alias() : view;
  },
  samples: [
    { self: [3], indices: 1 },
    { self: [3, 4], indices: ["1:", "::2"] },
    { self: [2, 3], indices: [null, "...", -1] },
    { self: [3, 4], indices: [[0, 2, 0]] },
    { self: [2, 3, 2], indices: [[0, 1], ":", [1, 1]] },
    {
      self: [2, 3],
      indices: [
        [
          [true, false, true],
          [false, true, true],
        ],
      ],
    },
  ],
  example: ['torch.tensor([[1, 2, 3], [4, 5, 6]]).index([":", "1:"])', "tensor([[2, 3],\n        [5, 6]])"],
});

/**
 * `self[indices] = values`, in place; the indices are those of {@link index}. `values` broadcasts; with `accumulate` it is
 * added, as often as a position is named.
 */
export const index_put_ = op(
  "Tensor::index_put_(Tensor self, any indices, Tensor|Scalar values, bool accumulate=False) -> Tensor",
)({
  composite: (self, indices, values, accumulate) => {
    const { view, advanced } = apply(self, indices, false);
    const value = values instanceof Tensor ? values : Tensor.empty([], self.dtype).fill_(values);
    if (advanced) view._index_put_(advanced, dropLeading(value, advanced.result.length), accumulate);
    else if (accumulate) view.add_(value);
    else if (typeof values !== "object") view.fill_(values);
    else view.copy_(dropLeading(value, view.ndim).expand(view.shape));
    return self;
  },
  samples: [
    { self: [3, 2], indices: [0], values: [2] },
    { self: [3, 2], indices: ["...", 1], values: [3] },
    { self: [3, 2], indices: ["1:", [1, 0]], values: [2, 1] },
    { self: [3, 2], indices: [0], values: [], accumulate: true },
  ],
  example: ["torch.zeros(3).index_put_([0], 7)", "tensor([7., 0., 0.])"],
});

/** {@link index_put_} on a copy. */
export const index_put = op(
  "index_put(Tensor self, any indices, Tensor|Scalar values, bool accumulate=False) -> Tensor",
)({
  composite: (self, indices, values, accumulate) => self.clone().index_put_(indices, values, accumulate),
  samples: [
    { self: [3, 2], indices: [0], values: [2] },
    { self: [3, 2], indices: [[0, 2]], values: [2, 2] },
    { self: [3, 2], indices: [[0, 0], ":"], values: [2], accumulate: true },
    {
      self: [2, 2],
      indices: [
        [
          [true, false],
          [true, true],
        ],
      ],
      values: [3],
    },
    { self: [3], indices: ["1:"], values: 0.5 },
  ],
  example: ["torch.zeros(3).index_put([[0, 0]], 1, true)", "tensor([2., 0., 0.])"],
});

/** A view of everything. */
export const _alias = op("Tensor::_alias(Tensor self) -> Tensor")({
  view: true,
  forward: (self) => self.aliased(self.shape, self.strides, self.offset),
  derivatives: { self: (g) => g },
  example: ["torch.tensor([1, 2])._alias()", "tensor([1, 2])"],
});

/** Copies the elements at the positions of `index`. */
export const _index = op("Tensor::_index(Tensor self, AdvancedIndex index) -> Tensor")({
  forward: (self, index) => {
    const out = Tensor.unset(index.result, self.dtype);
    const { only } = index;
    if (only && self.is_contiguous()) takeRows(out, self, only.list, linesAlong(self.shape, only.dim));
    else gatherAt(out.storage.data, self.storage.data, index.positions(self.strides, self.offset));
    return out;
  },
  derivatives: {
    self: ["self_shape", (g, { self_shape, index }) => Tensor.empty(self_shape, g.dtype)._index_put_(index, g, true)],
  },
  samples: [{ self: [3, 2], index: new AdvancedIndex([3, 2], [positions(2, 0, 2)]) }],
  example: ["torch.tensor([1, 2]).index([[1, 1, 0]])", "tensor([2, 2, 1])"],
});

/** Writes `values` at the positions of `index`, or adds them. */
export const _index_put = op(
  "Tensor::_index_put[_](Tensor self, AdvancedIndex index, Tensor values, bool accumulate=False) -> Tensor",
)({
  forward: (self, index, values, accumulate) => {
    const out = self.copied();
    put(out, index, values, accumulate);
    return out;
  },
  into: put,
  derivatives: {
    self: (g, { index, accumulate }) => (accumulate ? g : g._index_put(index, Tensor.empty([], g.dtype))),
    values: (g, { index }) => g._index(index),
  },
  samples: [
    { self: [3, 2], index: new AdvancedIndex([3, 2], [positions(2, 0)]), values: [2] },
    { self: [3, 2], index: new AdvancedIndex([3, 2], [positions(2, 2)]), values: [2, 2], accumulate: true },
  ],
  example: ["torch.zeros(3).index_put([[0, 2]], torch.ones(2))", "tensor([1., 0., 1.])"],
});

function positions(...list: number[]): Tensor {
  const [index] = readIndices([list]);
  return index as Tensor;
}

function put(self: Tensor, index: AdvancedIndex, values: Tensor, accumulate: boolean): void {
  const { result } = index;
  if (values.dtype !== self.dtype) {
    throw new RuntimeError(
      `Index put requires the source and destination dtypes match, got ${self.dtype.scalarName} for the destination and ${values.dtype.scalarName} for the source.`,
      `Convert the values first: values.to(${self.dtype}).`,
    );
  }
  if (!expandsTo(values.shape, result)) {
    throw new RuntimeError(
      `shape mismatch: value tensor of shape ${showShape(values.shape)} cannot be broadcast to indexing result of shape ${showShape(result)}`,
    );
  }
  const { only } = index;
  const spread = values.aliased(result, broadcastStrides(values.shape, values.strides, result), values.offset);
  if (only && accumulate && self.dtype !== bool && self.is_contiguous()) {
    const isApart = spread.is_contiguous() && spread.storage !== self.storage;
    addRows(self, isApart ? spread : spread.copied(), only.list, linesAlong(self.shape, only.dim));
    return;
  }
  const list = spread.toTypedArray();
  const at = index.positions(self.strides, self.offset);
  if (!accumulate) putAt(self.storage.data, at, list);
  else if (self.dtype === bool) orAt(self.storage.data, at, list);
  else addAt(self.storage.data, at, list);
}

/** Leading sizes of 1 beyond `ndim` dimensions do not matter for an assignment. */
function dropLeading(value: Tensor, ndim: number): Tensor {
  let drop = 0;
  while (value.ndim - drop > ndim && value.shape[drop] === 1) drop++;
  return drop > 0 ? value.view(value.shape.slice(drop)) : value;
}

/**
 * Applies the indices that give views, one after the other, and collects the rest: what remains is `view[advanced]`.
 * A slice that takes everything is no view of its own, unless it stands alone (`keepSlices`).
 */
function apply(self: Tensor, given: unknown, keepSlices: boolean): { view: Tensor; advanced: AdvancedIndex | null } {
  const indices = readIndices(given);
  const used = indices.reduce<number>((sum, i) => sum + dimensionsOf(i), 0);
  if (used > self.ndim) throw tooMany(self, given);
  const advanced: Tensor[] = [];
  let view = self;
  let dim = 0;
  // messages name the place in the list as the dimension
  for (const [i, index] of indices.entries()) {
    if (index === "...") dim += self.ndim - used;
    else if (index === null) view = view.unsqueeze(dim++);
    else if (index instanceof Slice) {
      if (keepSlices || !index.covers(view.shape[dim])) view = view._slice(dim, index.start, index.end, index.step);
      dim++;
    } else if (typeof index === "number") view = selectAt(view, dim, index, i);
    else if (typeof index === "boolean" || (isMask(index) && index.ndim === 0)) {
      // a truth value takes no dimension and makes one of size 1 or 0
      view = view.unsqueeze(dim);
      advanced[dim++] = (index instanceof Tensor ? index.item() : index) ? positions(0) : positions();
    } else if (isMask(index)) {
      for (const list of maskPositions(index, view.shape, dim)) advanced[dim++] = list;
    } else {
      if (index.dtype.is_floating_point) {
        throw new IndexError("tensors used as indices must be long, int, byte or bool tensors");
      }
      if (index.ndim === 0) view = selectAt(view, dim, index.item(), i);
      else advanced[dim++] = index;
    }
  }
  return { view, advanced: advanced.length > 0 ? new AdvancedIndex(view.shape, advanced) : null };
}

function tooMany(self: Tensor, given: unknown): IndexError {
  if (self.ndim > 0 || typeof given === "object") {
    return new IndexError(`too many indices for tensor of dimension ${self.ndim}`);
  }
  if (typeof given === "string") return new IndexError("slice() cannot be applied to a 0-dim tensor.");
  return new IndexError(
    "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
  );
}

function selectAt(view: Tensor, dim: number, index: number, place: number): Tensor {
  const size = view.shape[dim];
  if (index < -size || index >= size) {
    throw new IndexError(`index ${index} is out of bounds for dimension ${place} with size ${size}`);
  }
  return view.select(dim, index);
}
