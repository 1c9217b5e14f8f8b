import { IndexError, RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { op } from "../op.js";
import { type Shape, showShape, wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";
import { cat, stack } from "./joining.js";

/** `length` positions of dimension `dim`, beginning with `start`. */
export const narrow = op("narrow(Tensor self, int dim, int|Tensor start, int length) -> Tensor")({
  view: true,
  composite: (self, dim, first, length) => {
    const start = typeof first === "number" ? first : first.item();
    if (self.ndim === 0) throw new RuntimeError("narrow() cannot be applied to a 0-dim tensor.");
    if (length < 0) throw new RuntimeError("narrow(): length must be non-negative.");
    const size = self.shape[wrapDim(dim, self.ndim)];
    if (start < -size || start > size) {
      throw new IndexError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`);
    }
    const from = start < 0 ? start + size : start;
    if (from + length > size) {
      throw new RuntimeError(`start (${from}) + length (${length}) exceeds dimension size (${size}).`);
    }
    return self._slice(dim, from, from + length);
  },
  samples: [
    { self: [4], dim: 0, start: 1, length: 2 },
    { self: [2, 3], dim: -1, start: -2, length: 1 },
  ],
  example: ["torch.arange(4).narrow(0, 1, 2)", "tensor([1, 2])"],
});

/** The tensors along `dim`, without that dimension. */
export const unbind = op("unbind(Tensor self, int dim=0) -> Tensor[]")({
  view: true,
  forward: (self, dim) => {
    if (self.ndim === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
    return Array.from({ length: self.shape[wrapDim(dim, self.ndim)] }, (_, i) => self.select(dim, i));
  },
  derivatives: {
    self: [
      "self_shape",
      (grads, { self_shape, dim }) => {
        const part = self_shape.toSpliced(wrapDim(dim, self_shape.length), 1);
        return stack(
          withZeros(
            grads,
            grads.map(() => part),
          ),
          dim,
        );
      },
    ],
  },
  samples: [{ self: [3] }, { self: [2, 3], dim: -1 }],
  example: ["torch.tensor([[1, 2], [3, 4]]).unbind()", "[ tensor([1, 2]), tensor([3, 4]) ]"],
});

/** Pieces of `split_size` along `dim`; the last may be smaller. */
export const split = op("split(Tensor self, int split_size, int dim=0) -> Tensor[]")({
  view: true,
  forward: (self, split_size, dim) => pieces(self, evenSizes(self.shape, split_size, dim), dim),
  derivatives: {
    self: [
      "self_shape",
      (grads, { self_shape, split_size, dim }) =>
        joined(grads, self_shape, evenSizes(self_shape, split_size, dim), dim),
    ],
  },
  samples: [
    { self: [5], split_size: 2 },
    { self: [2, 3], split_size: 1, dim: -1 },
  ],
  example: ["torch.arange(5).split(2)", "[ tensor([0, 1]), tensor([2, 3]), tensor([4]) ]"],
});

/** Pieces of the sizes given along `dim`. */
export const split_with_sizes = op("split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]")({
  view: true,
  forward: (self, split_sizes, dim) => {
    const sizes = [split_sizes].flat();
    const size = self.shape[wrapDim(dim, self.ndim)];
    if (sizes.some((n) => n < 0)) {
      throw new RuntimeError(
        `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${showShape(sizes)}`,
      );
    }
    if (sizes.reduce((a, b) => a + b, 0) !== size) {
      throw new RuntimeError(
        `split_with_sizes expects split_sizes to sum exactly to ${size} (input tensor's size at dimension ${dim}), but got split_sizes=${showShape(sizes)}`,
      );
    }
    return pieces(self, sizes, dim);
  },
  derivatives: {
    self: [
      "self_shape",
      (grads, { self_shape, split_sizes, dim }) => joined(grads, self_shape, [split_sizes].flat(), dim),
    ],
  },
  samples: [{ self: [5, 2], split_sizes: [1, 4] }],
  example: ["torch.split_with_sizes(torch.arange(5), [2, 3])", "[ tensor([0, 1]), tensor([2, 3, 4]) ]"],
});

/** {@link split_with_sizes}. */
export const split_sizes = op("split.sizes(Tensor self, int[] split_size, int dim=0) -> Tensor[]")({
  view: true,
  composite: (self, split_size, dim) => self.split_with_sizes(split_size, dim),
  samples: [{ self: [2, 5], split_size: [2, 0, 3], dim: 1 }],
  example: ["torch.arange(5).split([2, 3])", "[ tensor([0, 1]), tensor([2, 3, 4]) ]"],
});

/** The sizes of pieces of `size` along `dim`. */
function evenSizes(shape: Shape, size: number, dim: number): number[] {
  if (shape.length === 0) throw new RuntimeError("split expects at least a 1-dimensional tensor");
  if (size < 0) throw new RuntimeError(`split expects split_size be non-negative, but got split_size=${size}`);
  const length = shape[wrapDim(dim, shape.length)];
  if (size === 0 && length > 0) {
    throw new RuntimeError(`split_size can only be 0 if dimension size is 0, but got dimension size of ${length}`);
  }
  const count = Math.max(Math.ceil(length / Math.max(size, 1)), 1);
  return Array.from({ length: count }, (_, i) => Math.min(size, length - i * size));
}

function pieces(self: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  let start = 0;
  return sizes.map((size) => self._slice(dim, start, (start += size)));
}

/** The gradient of {@link pieces}. */
function joined(grads: readonly (Tensor | null)[], shape: Shape, sizes: readonly number[], dim: number): Tensor {
  const d = wrapDim(dim, shape.length);
  return cat(
    withZeros(
      grads,
      sizes.map((size) => shape.with(d, size)),
    ),
    d,
  );
}

/** Gradients of several outputs, with zeros for the outputs that were not used. */
function withZeros(grads: readonly (Tensor | null)[], shapes: readonly Shape[]): Tensor[] {
  const { dtype } = grads.find((g) => g !== null)!;
  return grads.map((g, i) => g ?? Tensor.empty(shapes[i], dtype));
}

/** At most `chunks` pieces of one size along `dim`; the last may be smaller. */
export const chunk = op("chunk(Tensor self, int chunks, int dim=0) -> Tensor[]")({
  view: true,
  composite: (self, chunks, dim) => {
    if (self.ndim === 0) throw new RuntimeError("chunk expects at least a 1-dimensional tensor");
    if (chunks <= 0) throw new RuntimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const length = self.shape[wrapDim(dim, self.ndim)];
    const size = Math.ceil(length / chunks);
    return size > 0 ? self.split(size, dim) : self.split_with_sizes(new Array<number>(chunks).fill(0), dim);
  },
  samples: [
    { self: [5], chunks: 2 },
    { self: [2, 3], chunks: 3, dim: 1 },
  ],
  example: ["torch.arange(5).chunk(2)", "[ tensor([0, 1, 2]), tensor([3, 4]) ]"],
});

/** Exactly so many pieces along `dim`, whose sizes differ by at most 1; or the pieces between the indices given. */
export const tensor_split = op("tensor_split(Tensor self, int|int[] indices_or_sections, int dim=0) -> Tensor[]")({
  view: true,
  composite: (self, indices_or_sections, dim) => {
    if (self.ndim === 0) {
      throw new RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims");
    }
    const size = self.shape[wrapDim(dim, self.ndim)];
    const cuts = typeof indices_or_sections === "number" ? evenCuts(size, indices_or_sections) : indices_or_sections;
    return [...cuts, null].map((end, i) => self._slice(dim, i === 0 ? 0 : cuts[i - 1], end));
  },
  samples: [
    { self: [5], indices_or_sections: 3 },
    { self: [2, 4], indices_or_sections: [1, 3], dim: 1 },
  ],
  example: ["torch.arange(5).tensor_split(3)", "[ tensor([0, 1]), tensor([2, 3]), tensor([4]) ]"],
});

/** {@link tensor_split} where a tensor says the number of pieces or the indices. */
export const tensor_split_tensor = op(
  "tensor_split.tensor(Tensor self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor[]",
)({
  view: true,
  composite: (self, at, dim) => {
    if (at.dtype !== int64 || at.ndim > 1) {
      throw new RuntimeError(
        `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${at.ndim} dims`,
      );
    }
    return self.tensor_split(at.tolist() as number | number[], dim);
  },
  samples: [{ self: [5], tensor_indices_or_sections: { int: [1, 3] } }],
  example: ["torch.arange(5).tensor_split(torch.tensor([1, 3]))", "[ tensor([0]), tensor([1, 2]), tensor([3, 4]) ]"],
});

/** Where to cut `size` positions into `sections`, the first ones larger by 1 if it does not divide. */
function evenCuts(size: number, sections: number): number[] {
  if (sections <= 0) throw new RuntimeError(`number of sections must be larger than 0, got ${sections}`);
  const small = Math.floor(size / sections);
  return Array.from({ length: sections - 1 }, (_, i) => (i + 1) * small + Math.min(i + 1, size % sections));
}
