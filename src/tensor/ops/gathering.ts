import { IndexError, RuntimeError } from "../../python/errors.js";
import { alongDim, checkBounds, checkIndex, checkRange, fitsInside, tooLarge } from "../along_dim.js";
import { int64 } from "../dtype.js";
import { addAlong, forEachIndexed, gatherAlong, putAlong } from "../kernels/gather.js";
import { op } from "../op.js";
import { broadcastShapes, type Shape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

// Positions of their own for every element, along one dimension

/** `out[i][j] = self[index[i][j]][j]` for `dim` 0, and so on: along `dim` the coordinate comes from `index`. */
export const gather = op("gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor")({
  forward: (self, dim, index) => {
    const d = wrapDim(dim, self.ndim);
    if (index.numel() > 0) {
      checkIndex("gather", self, index, "input");
      if (!fitsInside(index.shape, self.shape, d)) {
        throw new RuntimeError(
          `Size does not match at dimension ${tooLarge(index.shape, self.shape, d)} expected index ${showShape(index.shape)} to be no larger than self ${showShape(self.shape)} apart from dimension ${d}`,
        );
      }
      checkBounds(self, d, index);
    }
    const out = Tensor.unset(index.shape, self.dtype);
    alongDim(gatherAlong, d, index, self, out);
    return out;
  },
  derivatives: {
    self: [
      "index self_shape",
      (g, { dim, index, self_shape }) => Tensor.empty(self_shape, g.dtype).scatter_add_(dim, index, g),
    ],
  },
  samples: [
    { self: [3], dim: 0, index: { int: [2, 0, 2, 1] } },
    {
      self: [2, 3],
      dim: -1,
      index: {
        int: [
          [0, 0],
          [2, 1],
        ],
      },
    },
    { self: [3, 2], dim: 0, index: { int: [[2, 0]] } },
  ],
  example: [
    "torch.tensor([[1, 2], [3, 4]]).gather(1, torch.tensor([[0, 0], [1, 0]]))",
    "tensor([[1, 1],\n        [4, 3]])",
  ],
});

/**
 * The opposite of {@link gather}: `out[index[i][j]][j] = src[i][j]`, elsewhere `self`. `src` is a tensor or a number, which
 * may also be called `value`. Where positions meet one value stays; with `reduce` "add" or "multiply" all are joined to
 * what is there. As in PyTorch these have no gradient; {@link scatter_add} does.
 */
export const scatter = op(
  "scatter[_](Tensor self, int dim, Tensor index, Tensor|Scalar? src=None, Scalar? value=None, *, str? reduce=None) -> Tensor",
)({
  forward: (self, dim, index, src, value, reduce) => {
    const out = self.copied();
    scatterInto(out, dim, index, valueOf(src, value), joinOf(reduce));
    return out;
  },
  into: (self, dim, index, src, value, reduce) => scatterInto(self, dim, index, valueOf(src, value), joinOf(reduce)),
  derivatives: {
    self: ["index", (g, { dim, index, reduce }) => (reduce ? underivable() : g.scatter(dim, index, 0))],
    src: [
      "index src_shape",
      (g, { dim, index, src_shape, reduce }) => (reduce ? underivable() : gathered(g, dim, index, src_shape)),
    ],
  },
  nodeName: (_, __, ___, src) => `ScatterBackward${src instanceof Tensor ? 0 : 1}`,
  samples: [
    { self: [2, 3], dim: 0, index: { int: [[0, 1, 1]] }, src: [1, 3] },
    {
      self: [2, 3],
      dim: 1,
      index: {
        int: [
          [2, 0],
          [1, 0],
        ],
      },
      src: [3, 2],
    },
    { self: [3], dim: 0, index: { int: [1] }, value: 0.5 },
  ],
  example: ["torch.zeros(2, 2).scatter(1, torch.tensor([[1], [0]]), 1)", "tensor([[0., 1.],\n        [1., 0.]])"],
});

type Join = (x: number, v: number) => number;
const replace: Join = (_, v) => v;
const plus: Join = (x, v) => x + v;

function joinOf(reduce: string | null): Join {
  if (reduce === null) return replace;
  if (reduce === "add") return plus;
  if (reduce === "multiply") return (x, v) => x * v;
  throw new RuntimeError("reduce argument must be either add or multiply.");
}

function underivable(): never {
  throw new RuntimeError("derivative for aten::scatter is not implemented", 'Use scatter_add() for reduce "add".');
}

/** {@link scatter} that adds to what is there. */
export const scatter_add = op("scatter_add[_](Tensor self, int dim, Tensor index, Tensor src) -> Tensor")({
  forward: (self, dim, index, src) => {
    const out = self.copied();
    scatterInto(out, dim, index, src, plus);
    return out;
  },
  into: (self, dim, index, src) => scatterInto(self, dim, index, src, plus),
  derivatives: {
    self: (g) => g,
    src: ["index src_shape", (g, { dim, index, src_shape }) => gathered(g, dim, index, src_shape)],
  },
  samples: [
    { self: [2, 3], dim: 0, index: { int: [[0, 1, 1]] }, src: [2, 3] },
    { self: [2], dim: -1, index: { int: [1, 1, 0] }, src: [3] },
  ],
  example: ["torch.zeros(2).scatter_add(0, torch.tensor([0, 0, 1]), torch.ones(3))", "tensor([2., 1.])"],
});

function valueOf(src: Tensor | number | boolean | null, value: number | boolean | null): Tensor | number {
  if (src === null && value === null) {
    throw new TypeError('scatter() missing 1 required positional arguments: "src"');
  }
  return src instanceof Tensor ? src : Number(src ?? value);
}

function scatterInto(self: Tensor, dim: number, index: Tensor, src: Tensor | number, join: Join): void {
  const d = wrapDim(dim, self.ndim);
  if (index.numel() > 0) checkIndex("scatter", self, index, "self");
  if (src instanceof Tensor && src.dtype !== self.dtype) {
    throw new RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype");
  }
  const from = src instanceof Tensor ? src : Tensor.empty([], self.dtype).fill_(src).expand(index.shape);
  if (!fitsInside(index.shape, self.shape, d) || !fitsInside(index.shape, from.shape)) {
    const largerThanSrc = src instanceof Tensor ? ` and to be no larger size than src ${showShape(src.shape)}` : "";
    throw new RuntimeError(
      `Expected index ${showShape(index.shape)} to be no larger than self ${showShape(self.shape)} apart from dimension ${d}${largerThanSrc}`,
    );
  }
  checkBounds(self, d, index);
  if (join === replace || join === plus) {
    alongDim(join === plus ? addAlong : putAlong, d, index, self, from);
    return;
  }
  const [to, values] = [self.storage.data, from.storage.data];
  alongDim(forEachIndexed, d, index, self, from, (place, i) => {
    to[place] = join(to[place], values[i]);
  });
}

/** The gradient of `src`: 0 beyond the part that the index names. */
function gathered(g: Tensor, dim: number, index: Tensor, shape: Shape): Tensor {
  const part = g.gather(dim, index);
  return index.shape.reduce((x, size, d) => padded(x, d, shape[d] - size), part);
}

function padded(x: Tensor, dim: number, by: number): Tensor {
  if (by === 0) return x;
  const whole = Tensor.empty(x.shape.with(dim, x.shape[dim] + by), x.dtype);
  whole._slice(dim, 0, x.shape[dim]).copy_(x);
  return whole;
}

// Other ways to say it

/** {@link gather}, the other dimensions broadcast; without `dim` both are flattened. Negative positions count from the end. */
export const take_along_dim = op("take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor")({
  composite: (self, indices, dim) => {
    if (dim === null) return self.flatten().gather(0, fromFront(indices.flatten(), self.numel()));
    if (self.ndim !== indices.ndim) {
      throw new RuntimeError(
        `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${self.ndim} dimensions for input, and ${indices.ndim} dimensions for indices`,
      );
    }
    const d = wrapDim(dim, self.ndim);
    const shape = broadcastShapes(self.shape.with(d, 1), indices.shape.with(d, 1));
    const wrapped = fromFront(indices, self.shape[d]);
    return self.expand(shape.with(d, self.shape[d])).gather(d, wrapped.expand(shape.with(d, indices.shape[d])));
  },
  samples: [
    { self: [2, 3], indices: { int: [[0], [2]] }, dim: 1 },
    { self: [2, 3], indices: { int: [[1, 0]] }, dim: -1 },
    { self: [2, 3], indices: { int: [5, 0] } },
  ],
  example: [
    "torch.take_along_dim(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1], [0]]), 1)",
    "tensor([[2],\n        [3]])",
  ],
});

const fromFront = (indices: Tensor, size: number): Tensor => indices.add(indices.lt(0).mul(size));

/** The elements at positions of the flattened tensor, in the shape of `index`; negative positions count from the end. */
export const take = op("take(Tensor self, Tensor index) -> Tensor")({
  forward: (self, index) => {
    const n = self.numel();
    if (index.dtype !== int64) {
      throw new RuntimeError(`take(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    }
    if (n === 0 && index.numel() > 0) throw new IndexError("take(): tried to take from an empty tensor");
    checkRange(
      index,
      -n,
      n,
      (i) => new IndexError(`out of range: tried to access index ${i} on a tensor of ${n} elements.`),
    );
    const out = Tensor.empty(index.shape, self.dtype);
    const from = self.toTypedArray();
    index.toTypedArray().forEach((i, k) => {
      out.storage.data[k] = from[i < 0 ? i + n : i];
    });
    return out;
  },
  derivatives: {
    self: [
      "index self_shape",
      (g, { index, self_shape }) => {
        const flat = Tensor.empty([self_shape.reduce((a, b) => a * b, 1)], g.dtype);
        return flat.index_put([index], g, true).view(self_shape);
      },
    ],
  },
  samples: [
    {
      self: [2, 3],
      index: {
        int: [
          [0, -1],
          [0, 4],
        ],
      },
    },
    { self: [], index: { int: [0, 0] } },
  ],
  example: ["torch.tensor([[1, 2], [3, 4]]).take(torch.tensor([0, -1]))", "tensor([1, 4])"],
});
