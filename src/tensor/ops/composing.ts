import { RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { type Shape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { cat, hstack, stack, vstack } from "./joining.js";

// Splitting along the dimension that hstack, vstack and dstack join

function splitAlong(name: string, self: Tensor, at: number | readonly number[], dim: number, ndim: number): Tensor[] {
  if (self.ndim < ndim) {
    throw new RuntimeError(
      `torch.${name} requires a tensor with at least ${ndim} dimension, but got a tensor with ${self.ndim} dimensions!`,
    );
  }
  const size = self.shape[dim];
  if (typeof at === "number" && (at === 0 || size % at !== 0)) {
    throw new RuntimeError(
      `torch.${name} attempted to split along dimension ${dim}, but the size of the dimension ${size} is not divisible by the split_size ${at}!`,
    );
  }
  return self.tensor_split(at, dim);
}

/** Equal pieces, or those between the indices given, side by side: along dimension 1, or 0 for vectors. */
export const hsplit = op("hsplit(Tensor self, int|int[] indices_or_sections) -> Tensor[]")({
  view: true,
  composite: (self, at) => splitAlong("hsplit", self, at, self.ndim === 1 ? 0 : 1, 1),
  samples: [
    { self: [2, 4], indices_or_sections: 2 },
    { self: [4], indices_or_sections: [1, 3] },
  ],
  example: ["torch.hsplit(torch.arange(4), 2)", "[ tensor([0, 1]), tensor([2, 3]) ]"],
});

/** Equal pieces, or those between the indices given, one above the other: along dimension 0. */
export const vsplit = op("vsplit(Tensor self, int|int[] indices_or_sections) -> Tensor[]")({
  view: true,
  composite: (self, at) => splitAlong("vsplit", self, at, 0, 2),
  samples: [{ self: [4, 2], indices_or_sections: 2 }],
  example: ["torch.vsplit(torch.tensor([[1, 2], [3, 4]]), 2)", "[ tensor([[1, 2]]), tensor([[3, 4]]) ]"],
});

/** Equal pieces, or those between the indices given, one behind the other: along dimension 2. */
export const dsplit = op("dsplit(Tensor self, int|int[] indices_or_sections) -> Tensor[]")({
  view: true,
  composite: (self, at) => splitAlong("dsplit", self, at, 2, 3),
  samples: [{ self: [1, 2, 4], indices_or_sections: [1] }],
  example: ["torch.dsplit(torch.arange(2).view(1, 1, 2), 2)", "[ tensor([[[0]]]), tensor([[[1]]]) ]"],
});

/** {@link vstack}. */
export const row_stack = op("row_stack(Tensor[] tensors) -> Tensor")({
  composite: (tensors) => vstack(tensors),
  samples: [{ tensors: [[3], [2, 3]] }],
  example: ["torch.row_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])", "tensor([[1, 2],\n        [3, 4]])"],
});

/** Joined side by side, vectors being columns. */
export const column_stack = op("column_stack(Tensor[] tensors) -> Tensor")({
  composite: (tensors) => {
    if (tensors instanceof Tensor || tensors.length === 0) {
      throw new RuntimeError("column_stack expects a non-empty TensorList");
    }
    return hstack(tensors.map((t) => (t.ndim <= 1 ? t.reshape(t.numel(), 1) : t)));
  },
  samples: [{ tensors: [[2], [2, 3]] }, { tensors: [[], []] }],
  example: ["torch.column_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])", "tensor([[1, 3],\n        [2, 4]])"],
});

/** A matrix with the given ones as blocks along its diagonal and 0 elsewhere; vectors are rows. */
export const block_diag = op("block_diag(Tensor... tensors) -> Tensor")({
  forward: (tensors) => {
    const large = tensors.findIndex((t) => t.ndim > 2);
    if (large >= 0) {
      throw new RuntimeError(
        `torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${large} has ${tensors[large].ndim} dimensions`,
      );
    }
    const blocks = tensors.map((t) => t.atleast_2d());
    const width = blocks.reduce((sum, t) => sum + t.shape[1], 0);
    let left = 0;
    return cat(
      blocks.map((t) => {
        left += t.shape[1];
        return t.constant_pad_nd([left - t.shape[1], width - left]);
      }),
    );
  },
  derivatives: {
    tensors: [
      "tensors_shape",
      (g, { tensors_shape }) => {
        let [row, column] = [0, 0];
        return (tensors_shape as unknown as Shape[]).map((shape) => {
          const [height, width] = [1, 1, ...shape].slice(-2);
          const block = g.narrow(0, row, height).narrow(1, column, width);
          row += height;
          column += width;
          return block.reshape([...shape]);
        });
      },
    ],
  },
  samples: [{ tensors: [[2, 2], [3], []] }],
  example: ["torch.block_diag(torch.tensor([[1, 2]]), torch.tensor([3]))", "tensor([[1, 2, 0],\n        [0, 0, 3]])"],
});

/** The matrix with the elements, flattened, on its diagonal number `offset`. */
export const diagflat = op("diagflat(Tensor self, int offset=0) -> Tensor")({
  composite: (self, offset) => self.flatten().diag(offset),
  samples: [{ self: [2, 2] }, { self: [2], offset: -1 }],
  example: ["torch.diagflat(torch.tensor([1, 2]), 1)", "tensor([[0, 1, 0],\n        [0, 0, 2],\n        [0, 0, 0]])"],
});

/** All choices of `r` elements of a vector, a row each, in order; `with_replacement` an element may be chosen again. */
export const combinations = op("combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor")({
  composite: (self, r, with_replacement) => {
    if (self.ndim !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape ${showShape(self.shape)}`);
    if (r < 0) throw new RuntimeError(`Expect a non-negative number, but got ${r}`);
    if (r === 0) return Tensor.empty([0], self.dtype);
    let rows: number[][] = [[]];
    for (let k = 0; k < r; k++) {
      rows = rows.flatMap((row) => {
        const first = row.length === 0 ? 0 : row[row.length - 1] + (with_replacement ? 0 : 1);
        return Array.from({ length: Math.max(self.shape[0] - first, 0) }, (_, i) => [...row, first + i]);
      });
    }
    const places = Tensor.of(Float64Array.from(rows.flat()), [rows.length * r], int64);
    return stack(self.index_select(0, places).view(rows.length, r).unbind(1), 1);
  },
  samples: [{ self: [3] }, { self: [2], r: 3, with_replacement: true }],
  example: ["torch.combinations(torch.tensor([1, 2, 3]))", "tensor([[1, 2],\n        [1, 3],\n        [2, 3]])"],
});

/** The powers x^(N - 1), ..., x, 1 of a vector's elements, a row each; in opposite order if `increasing`. */
export const vander = op("vander(Tensor x, int? N=None, bool increasing=False) -> Tensor")({
  composite: (x, N, increasing) => {
    if (x.ndim !== 1) throw new RuntimeError("x must be a one-dimensional tensor.");
    const n = N ?? x.shape[0];
    if (n < 0) throw new RuntimeError("N must be non-negative.");
    const type = x.dtype.is_floating_point ? x.dtype : int64;
    const ones = Tensor.empty([x.shape[0], Math.min(n, 1)], type).fill_(1);
    const factors = x
      .to(type)
      .unsqueeze(1)
      .expand(x.shape[0], Math.max(n - 1, 0));
    const powers = cat([ones, factors.cumprod(1)], 1);
    return increasing ? powers : powers.fliplr();
  },
  samples: [{ x: [3] }, { x: [2], N: 4, increasing: true }],
  example: ["torch.vander(torch.tensor([2, 3]), 3)", "tensor([[4, 2, 1],\n        [9, 3, 1]])"],
});
