import { RuntimeError } from "../../python/errors.js";
import { bool, type DType, int32, int64 } from "../dtype.js";
import { compress, coordinates } from "../kernels/positions.js";
import { op } from "../op.js";
import { broadcastShapes, broadcastStrides, type Shape, sameShape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";

// Masks

/** The elements where `mask` is true, row by row, in one dimension. Both broadcast. */
export const masked_select = op("masked_select(Tensor self, Tensor mask) -> Tensor")({
  forward: (self, mask) => {
    if (mask.dtype !== bool) throw new RuntimeError("masked_select: expected BoolTensor for mask");
    const [x, keep] = broadcastLists(self, mask);
    const kept = compress(x, keep as Uint8Array);
    return Tensor.of(kept, [kept.length], self.dtype);
  },
  derivatives: {
    self: [
      "mask self_shape",
      (g, { mask, self_shape }) =>
        Tensor.empty(broadcastShapes(self_shape, mask.shape), g.dtype).masked_scatter(mask, g),
    ],
  },
  samples: [
    {
      self: [2, 3],
      mask: {
        bool: [
          [true, false, true],
          [false, false, true],
        ],
      },
    },
    { self: [2, 3], mask: { bool: [true, false, true] } },
    { self: [3], mask: { bool: [[true], [true]] } },
  ],
  example: ["torch.tensor([1, 2, 3]).masked_select(torch.tensor([true, false, true]))", "tensor([1, 3])"],
});

/** The elements of `source`, in order, where `mask` is true; the tensor elsewhere. The mask broadcasts. */
export const masked_scatter = op("masked_scatter[_](Tensor self, Tensor mask, Tensor source) -> Tensor")({
  forward: (self, mask, source) => {
    if (mask.dtype !== bool) {
      throw new RuntimeError(
        `masked_scatter_ only supports boolean masks, but got mask with dtype ${mask.dtype.scalarName}`,
      );
    }
    if (self.dtype !== source.dtype) {
      throw new RuntimeError(
        `masked_scatter: expected self and source to have same dtypes but got${self.dtype.scalarName} and ${source.dtype.scalarName}`,
      );
    }
    const [x, from] = broadcastLists(self, mask);
    const values = source.toTypedArray();
    let next = 0;
    for (let i = 0; i < x.length; i++) if (from[i] !== 0) x[i] = values[next++];
    if (next > values.length) throw new RuntimeError("Number of elements of source < number of ones in mask");
    return Tensor.of(x, broadcastShapes(self.shape, mask.shape), self.dtype);
  },
  derivatives: {
    self: ["mask", (g, { mask }) => g.masked_fill(mask, 0)],
    source: [
      "mask source_shape",
      (g, { mask, source_shape }) => {
        const used = g.masked_select(mask);
        const all = Tensor.empty([source_shape.reduce((a, b) => a * b, 1)], g.dtype);
        all._slice(0, 0, used.numel()).copy_(used);
        return all.view(source_shape);
      },
    ],
  },
  samples: [
    {
      self: [2, 3],
      mask: {
        bool: [
          [true, false, true],
          [false, false, true],
        ],
      },
      source: [4],
    },
    { self: [2, 3], mask: { bool: [true, false, true] }, source: [2, 2] },
  ],
  example: [
    "torch.zeros(3).masked_scatter(torch.tensor([true, false, true]), torch.tensor([5, 6]).float())",
    "tensor([5., 0., 6.])",
  ],
});

/** The elements of both tensors, row by row, in the shape to which they broadcast. */
function broadcastLists(a: Tensor, b: Tensor): [Tensor["storage"]["data"], Tensor["storage"]["data"]] {
  const shape = broadcastShapes(b.shape, a.shape);
  const list = (t: Tensor) => t.aliased(shape, broadcastStrides(t.shape, t.strides, shape), t.offset).toTypedArray();
  return [list(a), list(b)];
}

/** The indices of the elements other than 0, a row each. With `as_tuple: true` see {@link nonzero_tuple}. */
export const nonzero = op("nonzero(Tensor self) -> Tensor")({
  forward: (self) => {
    const lists = coordinates(self.shape, self.toTypedArray());
    const n = self.ndim > 0 ? lists[0].length : self.item<boolean>() ? 1 : 0;
    const out = Tensor.empty([n, self.ndim], int64);
    lists.forEach((list, d) => {
      out.storage.data.set(list, d * n);
    });
    return new Tensor(out.storage, int64, [n, self.ndim], [1, n]);
  },
  samples: [{ self: [2, 3] }],
  example: ["torch.tensor([[0, 1], [2, 0]]).nonzero()", "tensor([[0, 1],\n        [1, 0]])"],
});

/** The indices of the elements other than 0, a vector for each dimension: `x.index(x.nonzero({ as_tuple: true }))` are they. */
export const nonzero_tuple = op("nonzero.tuple(Tensor self, *, bool as_tuple) -> Tensor[]")({
  forward: (self, as_tuple) => {
    // said explicitly, false means the other form
    if (!as_tuple) return nonzero(self) as unknown as Tensor[];
    const shape = self.ndim > 0 ? self.shape : [1];
    return coordinates(shape, self.toTypedArray()).map((list) => Tensor.of(list, [list.length], int64));
  },
  samples: [{ self: [2, 3], as_tuple: true }],
  example: ["torch.tensor([[0, 1], [2, 0]]).nonzero({ as_tuple: true })", "[ tensor([0, 1]), tensor([1, 0]) ]"],
});

/** {@link nonzero} under NumPy's name. */
export const argwhere = op("argwhere(Tensor self) -> Tensor")({
  composite: (self) => nonzero(self),
  samples: [{ self: [2, 3] }],
  example: ["torch.argwhere(torch.tensor([0, 5]))", "tensor([[1]])"],
});

/** `nonzero({ as_tuple: true })` of the condition. */
export const where_condition = op("where.condition(Tensor condition) -> Tensor[]")({
  composite: (condition) => nonzero_tuple(condition, { as_tuple: true }),
  samples: [{ condition: { bool: [true, false, true] } }],
  example: ["torch.where(torch.tensor([true, false, true]))", "[ tensor([0, 2]) ]"],
});

// Search

/**
 * Where each value would be inserted into the rows of `sorted_sequence` (ascending along the last dimension, or in the
 * order of `sorter`) to keep them sorted: before equal elements, or after them with `right` or `side: "right"`.
 */
export const searchsorted = op(
  "searchsorted(Tensor sorted_sequence, Tensor|Scalar input, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor",
)({
  forward: (sequence, input, out_int32, right, side, sorter) => {
    if (side !== null && side !== "left" && side !== "right") {
      throw new RuntimeError(`torch.searchsorted(): side can only be 'left' or 'right' but got ${side}`);
    }
    if (right && side === "left") {
      throw new RuntimeError(
        "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
      );
    }
    const values = input instanceof Tensor ? input : null;
    checkRows(sequence, values, sorter);
    const rows = sorter ? sequence.gather(-1, sorter).toTypedArray() : sequence.toTypedArray();
    return insertions(rows, sequence.shape, input, right || side === "right", out_int32 ? int32 : int64);
  },
  samples: [{ sorted_sequence: { int: [1, 3, 5] }, input: [2, 3] }],
  example: ["torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6]))", "tensor([1, 3])"],
});

function checkRows(sequence: Tensor, values: Tensor | null, sorter: Tensor | null): void {
  const who = "torch.searchsorted():";
  if (sequence.ndim !== 1 && (values === null || values.ndim === 0)) {
    throw new RuntimeError(
      `${who} input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim(${sequence.ndim}) and input value's dim(0) numel(1)`,
    );
  }
  if (values && sequence.ndim !== 1 && !sameShape(sequence.shape.slice(0, -1), values.shape.slice(0, -1))) {
    throw new RuntimeError(
      `${who} boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${showShape(sequence.shape)} and input value tensor ${showShape(values.shape)}`,
    );
  }
  if (sorter === null) return;
  if (!sameShape(sorter.shape, sequence.shape)) {
    throw new RuntimeError(
      `${who} boundary and sorter must have the same size, but got boundary tensor ${showShape(sequence.shape)}and got sorter tensor ${showShape(sorter.shape)}`,
    );
  }
  if (sorter.dtype !== int64) {
    throw new RuntimeError(`${who} sorter must be a tensor of long dtype but got dtype ${sorter.dtype.scalarName}`);
  }
  const length = sequence.shape[sequence.ndim - 1];
  if (sorter.toTypedArray().some((i) => i < 0 || i >= length)) {
    throw new RuntimeError(`${who} sorter index out of range`);
  }
}

/** {@link searchsorted} with the arguments exchanged: the numbers of the intervals between `boundaries` in which the values lie. */
export const bucketize = op(
  "bucketize(Tensor|Scalar input, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor",
)({
  forward: (input, boundaries, out_int32, right) => {
    if (boundaries.ndim !== 1) {
      throw new RuntimeError(`boundaries tensor must be 1 dimension, but got dim(${boundaries.ndim})`);
    }
    return insertions(boundaries.toTypedArray(), boundaries.shape, input, right, out_int32 ? int32 : int64);
  },
  samples: [{ input: [2, 3], boundaries: { int: [1, 3, 5] } }],
  example: [
    "torch.bucketize(torch.tensor([[3, 6], [0, 5]]), torch.tensor([1, 3, 5]))",
    "tensor([[1, 3],\n        [0, 2]])",
  ],
});

/** A binary search for each value in its row; one row serves all. */
function insertions(
  rows: ArrayLike<number>,
  shape: Shape,
  input: Tensor | number | boolean,
  right: boolean,
  dtype: DType,
): Tensor {
  const values = input instanceof Tensor ? input.toTypedArray() : [Number(input)];
  const out = Tensor.empty(input instanceof Tensor ? input.shape : [], dtype);
  const length = shape[shape.length - 1];
  const perRow = shape.length === 1 || !(input instanceof Tensor) ? values.length : input.shape[input.ndim - 1];
  // "not at least" rather than "less": so NaN goes to the end
  const before = right ? (x: number, v: number) => !(x > v) : (x: number, v: number) => !(x >= v);
  for (let i = 0; i < values.length; i++) {
    const start = Math.floor(i / perRow) * length;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(rows[start + middle], values[i])) low = middle + 1;
      else high = middle;
    }
    out.storage.data[i] = low;
  }
  return out;
}

/** A vector for each class number that is 1 at that place and 0 elsewhere; -1 classes means as many as are needed. */
export const one_hot = op("nn.functional::one_hot(Tensor tensor, int num_classes=-1) -> Tensor")({
  forward: (tensor, num_classes) => {
    if (tensor.dtype !== int64) {
      throw new RuntimeError("one_hot is only applicable to index tensor of type LongTensor.");
    }
    const classes = tensor.toTypedArray();
    if (classes.length === 0 && num_classes <= 0) {
      throw new RuntimeError("Can not infer total number of classes from empty tensor.");
    }
    const largest = Array.from(classes).reduce((a, b) => Math.max(a, b), -1);
    const n = num_classes === -1 ? largest + 1 : num_classes;
    if (classes.some((c) => c < 0)) throw new RuntimeError("Class values must be non-negative.");
    if (largest >= n) throw new RuntimeError("Class values must be smaller than num_classes.");
    const out = Tensor.empty([...tensor.shape, n], int64);
    classes.forEach((c, i) => {
      out.storage.data[i * n + c] = 1;
    });
    return out;
  },
  samples: [{ tensor: { int: [0, 2, 1] } }, { tensor: { int: [[0], [1]] }, num_classes: 3 }],
  example: ["nn.functional.one_hot(torch.tensor([0, 2]))", "tensor([[1, 0, 0],\n        [0, 0, 1]])"],
});
