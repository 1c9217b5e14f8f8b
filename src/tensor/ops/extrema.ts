import { IndexError, RuntimeError } from "../../python/errors.js";
import type { Extreme } from "../kernels/extremes.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { type Dims, pickAlong, pickedIndices, putBack, type Reduction, reduceDims, unreduced } from "../reduction.js";
import { numelOf, type Shape, wrapDims } from "../shape.js";
import type { Tensor } from "../tensor.js";

// A NaN among the elements is the answer, as maximum and as minimum.
const largest = { start: -Infinity, step: "max" } as const;
const smallest = { start: Infinity, step: "min" } as const;

/** What {@link amax} and {@link amin} share. */
const overDims = (name: string, extreme: Reduction) => ({
  forward: (self: Tensor, dim: Dims, keepdim: boolean) => {
    checkNotEmpty(name, self.shape, dim);
    return reduceDims(extreme, self, dim, keepdim, self.dtype);
  },
  derivatives: { self: ["self result", shareAmongTies] as const },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 1 }, { self: [2, 3, 2], dim: [0, -1], keepdim: true }, { self: [] }],
});

/** What {@link max} and {@link min} share. */
const overAll = (name: string, extreme: Reduction) => ({
  forward: (self: Tensor) => {
    checkNotEmpty(name, self.shape, null);
    return reduceDims(extreme, self, null, false, self.dtype);
  },
  derivatives: { self: ["self result", shareAmongAll] as const },
  nodeName: `${name === "max" ? "Max" : "Min"}Backward1`,
  samples: [{ self: [2, 3] }, { self: [] }],
});

interface Picked {
  readonly result: { readonly indices: Tensor };
  readonly self_shape: Shape;
  readonly dim: number;
  readonly keepdim: boolean;
}

/** What {@link max_dim} and {@link min_dim} share. */
const picked = {
  derivatives: {
    self: [
      "self_shape result",
      (g: readonly (Tensor | null)[], { result, self_shape, dim, keepdim }: Picked) =>
        putBack(g[0], result.indices, self_shape, dim, keepdim),
    ] as const,
  },
  samples: [
    { self: [2, 3], dim: 1 },
    { self: [2, 3], dim: 0, keepdim: true },
    { self: [], dim: -1 },
  ],
};

/** The largest element over `dim` (none: over all). Elements that tie share the gradient evenly. */
export const amax = op("amax(Tensor self, int[] dim=[], bool keepdim=False) -> Tensor")({
  ...overDims("amax", largest),
  example: ["torch.tensor([[1, 5], [7, 2]]).amax(1)", "tensor([5, 7])"],
});

/** The smallest element over `dim` (none: over all). Elements that tie share the gradient evenly. */
export const amin = op("amin(Tensor self, int[] dim=[], bool keepdim=False) -> Tensor")({
  ...overDims("amin", smallest),
  example: ["torch.tensor([[1, 5], [7, 2]]).amin(1)", "tensor([1, 2])"],
});

/** `amin` and `amax` at once, over one dimension or all. */
export const aminmax = op("aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)")({
  forward: (self, dim, keepdim) => {
    if (dim === null && self.numel() === 0) {
      throw new RuntimeError(
        "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.",
      );
    }
    const dims = dim ?? [];
    return namedResults("aminmax", { min: self.amin(dims, keepdim), max: self.amax(dims, keepdim) });
  },
  derivatives: {
    self: [
      "self result",
      (grads, { self, result, dim, keepdim }) => {
        const [low, high] = grads.map(
          (g, i) => g && shareAmongTies(g, { self, result: result[i], dim: dim ?? [], keepdim }),
        );
        return low && high ? low.add(high) : (low ?? high);
      },
    ],
  },
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: 1, keepdim: true }],
  example: ["torch.tensor([3, 1, 2]).aminmax().min", "tensor(1)"],
});

/** The largest element. Elements that tie share the gradient evenly. */
export const max = op("max(Tensor self) -> Tensor")({
  ...overAll("max", largest),
  example: ["torch.tensor([1, 5, 2]).max()", "tensor(5)"],
});

/** The smallest element. Elements that tie share the gradient evenly. */
export const min = op("min(Tensor self) -> Tensor")({
  ...overAll("min", smallest),
  example: ["torch.tensor([1, 5, 2]).min()", "tensor(1)"],
});

/** The largest elements along `dim` and where they are; of several the first, and it alone gets the gradient. */
export const max_dim = op("max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")({
  forward: (self, dim, keepdim) => pickAlong("max", "max", self, dim, keepdim),
  ...picked,
  example: ["torch.tensor([[1, 5], [7, 2]]).max(1).indices", "tensor([1, 0])"],
});

/** The smallest elements along `dim` and where they are; of several the first, and it alone gets the gradient. */
export const min_dim = op("min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")({
  forward: (self, dim, keepdim) => pickAlong("min", "min", self, dim, keepdim),
  ...picked,
  example: ["torch.tensor([[1, 5], [7, 2]]).min(1).indices", "tensor([0, 1])"],
});

/** The larger of two, element by element: `maximum`. */
export const max_other = op("max.other(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => self.maximum(other),
  example: ["torch.tensor([1, 5]).max(torch.tensor([3, 2]))", "tensor([3, 5])"],
});

/** The smaller of two, element by element: `minimum`. */
export const min_other = op("min.other(Tensor self, Tensor other) -> Tensor")({
  composite: (self, other) => self.minimum(other),
  example: ["torch.tensor([1, 5]).min(torch.tensor([3, 2]))", "tensor([1, 2])"],
});

/** Where the largest element along `dim` is; without `dim`, in the flattened tensor. Of several the first. */
export const argmax = op("argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")({
  forward: (self, dim, keepdim) => argBest("argmax", "max", self, dim, keepdim),
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: -1 }],
  example: ["torch.tensor([[1, 5], [7, 2]]).argmax(1)", "tensor([1, 0])"],
});

/** Where the smallest element along `dim` is; without `dim`, in the flattened tensor. Of several the first. */
export const argmin = op("argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")({
  forward: (self, dim, keepdim) => argBest("argmin", "min", self, dim, keepdim),
  samples: [{ self: [2, 3] }, { self: [2, 3], dim: -1 }],
  example: ["torch.tensor([[1, 5], [7, 2]]).argmin()", "tensor(0)"],
});

function argBest(name: string, extreme: Extreme, self: Tensor, dim: number | null, keepdim: boolean): Tensor {
  if (dim !== null) return pickedIndices(name, extreme, self, dim, keepdim);
  if (self.numel() === 0) {
    throw new IndexError(`${name}(): Expected reduction dim to be specified for input.numel() == 0.`);
  }
  const indices = pickedIndices(name, extreme, self.reshape(-1), 0, false);
  return keepdim ? indices.reshape(self.shape.map(() => 1)) : indices;
}

/** An extremum over nothing is not defined. */
function checkNotEmpty(name: string, shape: Shape, dim: Dims): void {
  if (numelOf(shape) > 0) return;
  if (dim === null || (typeof dim !== "number" && dim.length === 0)) {
    throw new RuntimeError(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  }
  for (const d of wrapDims(dim, shape.length)) {
    if (shape[d] === 0) throw new IndexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
  }
}

interface Attained {
  readonly self: Tensor;
  readonly result: Tensor;
}
interface Over {
  readonly dim: Dims;
  readonly keepdim: boolean;
}

/** {@link shareAmongTies} for the whole tensor, where moreover NaN is attained by NaN. */
function shareAmongAll(g: Tensor, { self, result }: Attained): Tensor {
  const attain = self.eq(result).logical_or(self.isnan().logical_and(result.isnan()));
  return g.div(attain.sum()).mul(attain);
}

/** The gradient of an extremum, divided by how many elements attain it, at those elements. */
function shareAmongTies(g: Tensor, { self, result, dim, keepdim }: Attained & Over): Tensor {
  const attain = self.eq(unreduced(result, self.shape, dim, keepdim));
  const shares = attain.sum(dim, true);
  return unreduced(g, self.shape, dim, keepdim).div(shares).mul(attain);
}
