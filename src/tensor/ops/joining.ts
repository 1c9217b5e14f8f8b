import { RuntimeError, ValueError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { type DType, promote_types } from "../dtype.js";
import { Geometry } from "../geometry.js";
import { op } from "../op.js";
import { broadcastAll } from "../pointwise.js";
import { type Shape, sameShape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

/** The tensors one after another along `dim`; their other sizes must agree, and 1-d tensors of size 0 are left out. */
export const cat = op("cat(Tensor[] tensors, int dim=0) -> Tensor")({
  forward: (tensors, dim) => {
    const list = listOf("cat", tensors);
    if (list.length === 0) throw new ValueError("torch.cat(): expected a non-empty list of Tensors");
    checkJoinable(list, dim);
    const parts = list.filter((t) => !isLeftOut(t.shape));
    if (parts.length === 0) return Tensor.empty([0], commonDtype(list));
    const d = wrapDim(dim, parts[0].ndim);
    const length = parts.reduce((sum, t) => sum + t.shape[d], 0);
    const out = Tensor.empty(parts[0].shape.with(d, length), commonDtype(list));
    let start = 0;
    for (const part of parts) {
      const { shape, strides, offset } = Geometry.of(out).slice(d, start, (start += part.shape[d]), 1);
      out.aliased(shape, strides, offset).write(part);
    }
    return out;
  },
  derivatives: {
    tensors: [
      "tensors_shape",
      (g, { tensors_shape, dim }) => {
        let start = 0;
        return (tensors_shape as unknown as readonly Shape[]).map((shape) => {
          if (isLeftOut(shape)) return Tensor.empty(shape, g.dtype);
          const size = shape[wrapDim(dim, shape.length)];
          start += size;
          return g.narrow(dim, start - size, size);
        });
      },
    ],
  },
  samples: [
    {
      tensors: [
        [2, 3],
        [1, 3],
      ],
    },
    {
      tensors: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      dim: -1,
    },
    { tensors: [[2], [0]] },
  ],
  example: ["torch.cat([torch.tensor([1, 2]), torch.tensor([3])])", "tensor([1, 2, 3])"],
});

function listOf(name: string, tensors: Tensor | readonly Tensor[]): readonly Tensor[] {
  if (!(tensors instanceof Tensor)) return tensors;
  throw new TypeError(`${name}(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor`);
}

const commonDtype = (tensors: readonly Tensor[]): DType => tensors.map((t) => t.dtype).reduce(promote_types);

/** An empty list may stand for a tensor of any shape. */
const isLeftOut = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0;

function checkJoinable(tensors: readonly Tensor[], dim: number): void {
  const zeroDim = tensors.findIndex((t) => t.ndim === 0);
  if (zeroDim >= 0) {
    throw new RuntimeError(
      `zero-dimensional tensor (at position ${zeroDim}) cannot be concatenated`,
      "Use torch.stack(), which makes a new dimension.",
    );
  }
  const first = tensors.find((t) => !isLeftOut(t.shape));
  if (!first) return;
  const d = wrapDim(dim, first.ndim);
  tensors.forEach((t, i) => {
    if (isLeftOut(t.shape)) return;
    if (t.ndim !== first.ndim) {
      throw new RuntimeError(`Tensors must have same number of dimensions: got ${first.ndim} and ${t.ndim}`);
    }
    const differs = t.shape.findIndex((size, k) => k !== d && size !== first.shape[k]);
    if (differs >= 0) {
      throw new RuntimeError(
        `Sizes of tensors must match except in dimension ${d}. Expected size ${first.shape[differs]} but got size ${t.shape[differs]} for tensor number ${i} in the list.`,
      );
    }
  });
}

/** {@link cat}. */
export const concat = op("concat(Tensor[] tensors, int dim=0) -> Tensor")({
  composite: (tensors, dim) => cat(tensors, dim),
  samples: [
    {
      tensors: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  example: ["torch.concat([torch.tensor([1, 2]), torch.tensor([3])])", "tensor([1, 2, 3])"],
});

/** {@link cat}. */
export const concatenate = op("concatenate(Tensor[] tensors, int dim=0) -> Tensor")({
  composite: (tensors, dim) => cat(tensors, dim),
  samples: [
    {
      tensors: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  example: ["torch.concatenate([torch.tensor([1, 2]), torch.tensor([3])])", "tensor([1, 2, 3])"],
});

/** Tensors of one shape one after another along a new dimension `dim`. */
export const stack = op("stack(Tensor[] tensors, int dim=0) -> Tensor")({
  forward: (tensors, dim) => {
    const list = listOf("stack", tensors);
    if (list.length === 0) throw new RuntimeError("stack expects a non-empty TensorList");
    const [{ shape, ndim }] = list;
    const d = wrapDim(dim, ndim + 1);
    const other = list.findIndex((t) => !sameShape(t.shape, shape));
    if (other >= 0) {
      throw new RuntimeError(
        `stack expects each tensor to be equal size, but got ${showShape(shape)} at entry 0 and ${showShape(list[other].shape)} at entry ${other}`,
      );
    }
    return cat(
      list.map((t) => t.unsqueeze(d)),
      d,
    );
  },
  derivatives: { tensors: (g, { dim }) => g.unbind(dim) },
  samples: [
    {
      tensors: [
        [2, 3],
        [2, 3],
      ],
    },
    { tensors: [[2], [2], [2]], dim: -1 },
    { tensors: [[], []] },
  ],
  example: ["torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])])", "tensor([[1, 2],\n        [3, 4]])"],
});

/** Joined side by side: along dimension 1, or 0 for vectors. */
export const hstack = op("hstack(Tensor[] tensors) -> Tensor")({
  composite: (tensors) => {
    const rows = nonEmpty("hstack", tensors).map((t) => t.atleast_1d());
    return cat(rows, rows[0].ndim === 1 ? 0 : 1);
  },
  samples: [
    { tensors: [[2], [3]] },
    {
      tensors: [
        [2, 3],
        [2, 1],
      ],
    },
  ],
  example: ["torch.hstack([torch.tensor([1, 2]), torch.tensor([3])])", "tensor([1, 2, 3])"],
});

/** Joined one above the other: along dimension 0, vectors being rows. */
export const vstack = op("vstack(Tensor[] tensors) -> Tensor")({
  composite: (tensors) => cat(nonEmpty("vstack", tensors).map((t) => t.atleast_2d())),
  samples: [{ tensors: [[3], [2, 3]] }],
  example: ["torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])])", "tensor([[1, 2],\n        [3, 4]])"],
});

/** Joined one behind the other: along dimension 2. */
export const dstack = op("dstack(Tensor[] tensors) -> Tensor")({
  composite: (tensors) =>
    cat(
      nonEmpty("dstack", tensors).map((t) => t.atleast_3d()),
      2,
    ),
  samples: [{ tensors: [[3], [3]] }],
  example: ["torch.dstack([torch.tensor([1, 2]), torch.tensor([3, 4])])", "tensor([[[1, 3],\n         [2, 4]]])"],
});

function nonEmpty(name: string, tensors: Tensor | readonly Tensor[]): readonly Tensor[] {
  const list = listOf(name, tensors);
  if (list.length === 0) throw new RuntimeError(`${name} expects a non-empty TensorList`);
  return list;
}

/** The tensor with at least one dimension. */
export const atleast_1d = op("atleast_1d(Tensor self) -> Tensor")({
  composite: (self) => (self.ndim === 0 ? self.reshape(1) : self),
  samples: [{ self: [] }, { self: [2] }],
  example: ["torch.atleast_1d(torch.tensor(5))", "tensor([5])"],
});

/** {@link atleast_1d} of each tensor. */
export const atleast_1d_each = op("atleast_1d.each(Tensor... tensors) -> Tensor[]")({
  composite: (tensors) => tensors.map((t) => atleast_1d(t)),
  samples: [{ tensors: [[], [2]] }],
  example: ["torch.atleast_1d(torch.tensor(5), torch.tensor([6]))", "[ tensor([5]), tensor([6]) ]"],
});

/** The tensor with at least two dimensions; a vector becomes a row. */
export const atleast_2d = op("atleast_2d(Tensor self) -> Tensor")({
  composite: (self) => (self.ndim === 0 ? self.reshape(1, 1) : self.ndim === 1 ? self.unsqueeze(0) : self),
  samples: [{ self: [] }, { self: [2] }],
  example: ["torch.atleast_2d(torch.tensor([1, 2]))", "tensor([[1, 2]])"],
});

/** {@link atleast_2d} of each tensor. */
export const atleast_2d_each = op("atleast_2d.each(Tensor... tensors) -> Tensor[]")({
  composite: (tensors) => tensors.map((t) => atleast_2d(t)),
  samples: [{ tensors: [[], [2]] }],
  example: ["torch.atleast_2d(torch.tensor(5), torch.tensor([6]))", "[ tensor([[5]]), tensor([[6]]) ]"],
});

/** The tensor with at least three dimensions: a vector gets one on both sides, a matrix one behind. */
export const atleast_3d = op("atleast_3d(Tensor self) -> Tensor")({
  composite: (self) => {
    if (self.ndim === 0) return self.reshape(1, 1, 1);
    if (self.ndim === 1) return self.unsqueeze(0).unsqueeze(-1);
    return self.ndim === 2 ? self.unsqueeze(-1) : self;
  },
  samples: [{ self: [] }, { self: [2] }, { self: [2, 3] }],
  example: ["torch.atleast_3d(torch.tensor([1, 2])).shape", "[ 1, 2, 1 ]"],
});

/** {@link atleast_3d} of each tensor. */
export const atleast_3d_each = op("atleast_3d.each(Tensor... tensors) -> Tensor[]")({
  composite: (tensors) => tensors.map((t) => atleast_3d(t)),
  samples: [{ tensors: [[], [2]] }],
  example: ["torch.atleast_3d(torch.tensor(5), torch.tensor([6]))", "[ tensor([[[5]]]), tensor([[[6]]]) ]"],
});

// Tensors that are stretched to meet

/** The tensors expanded to the shape to which all of them broadcast. */
export const broadcast_tensors = op("broadcast_tensors(Tensor... tensors) -> Tensor[]")({
  composite: (tensors) => {
    const shape = broadcastAll(tensors);
    return tensors.map((t) => t.expand(shape));
  },
  samples: [{ tensors: [[3], [2, 1]] }],
  example: [
    "torch.broadcast_tensors(torch.tensor([1, 2]), torch.tensor([[3]]))",
    "[ tensor([[1, 2]]), tensor([[3, 3]]) ]",
  ],
});

/** The coordinates of the grid over vectors: one tensor for each, all of the grid's shape. `"xy"` exchanges the first two dimensions. */
export const meshgrid = op("meshgrid(Tensor... tensors, *, str? indexing=None) -> Tensor[]")({
  composite: (tensors, indexing) => {
    if (indexing === null) {
      warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.");
    }
    checkAxes(tensors);
    if (indexing !== null && indexing !== "xy" && indexing !== "ij") {
      throw new RuntimeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
    }
    if (indexing === "xy" && tensors.length >= 2) {
      const [x, y, ...rest] = tensors;
      const [gridY, gridX, ...others] = grid([y, x, ...rest]);
      return [gridX, gridY, ...others];
    }
    return grid(tensors);
  },
  samples: [
    { tensors: [[2], [3]], indexing: "ij" },
    { tensors: [[2], [3], []], indexing: "xy" },
  ],
  example: [
    'torch.meshgrid([torch.tensor([1, 2]), torch.tensor([3, 4])], { indexing: "ij" })[1]',
    "tensor([[3, 4],\n        [3, 4]])",
  ],
});

function grid(tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.map((t) => t.numel());
  return tensors.map((t, d) => t.view(shape.map((size, k) => (k === d ? size : 1))).expand(shape));
}

function checkAxes(tensors: readonly Tensor[]): void {
  if (tensors.length === 0) throw new RuntimeError("meshgrid expects a non-empty TensorList");
  const [{ dtype }] = tensors;
  if (tensors.some((t) => t.dtype !== dtype)) {
    throw new RuntimeError("meshgrid expects all tensors to have the same dtype");
  }
  const bad = tensors.find((t) => t.ndim > 1);
  if (bad) throw new RuntimeError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${bad}`);
}

/** All combinations of one element of each vector, a row each. */
export const cartesian_prod = op("cartesian_prod(Tensor... tensors) -> Tensor")({
  composite: (tensors) => {
    for (const { ndim, shape } of tensors) {
      if (ndim !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape ${showShape(shape)}`);
    }
    if (tensors.length === 1) return tensors[0];
    return stack(
      grid(tensors).map((t) => t.flatten()),
      1,
    );
  },
  samples: [{ tensors: [[2], [3]] }],
  example: [
    "torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))",
    "tensor([[1, 3],\n        [1, 4],\n        [2, 3],\n        [2, 4]])",
  ],
});
