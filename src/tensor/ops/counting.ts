import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { bool, float32, float64, int64, type TypedArray } from "../dtype.js";
import { LineSorter } from "../kernels/sorting.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { rowsOf } from "../rows.js";
import { wrapDim } from "../shape.js";
import { Tensor } from "../tensor.js";

// Equal elements

/** Items in an order in which equal ones are neighbours, put into groups. */
interface Groups {
  /** The first item of each group. */
  readonly first: number[];
  readonly counts: number[];
  /** The group of each item. */
  readonly inverse: Float64Array<ArrayBuffer>;
}

function groupsOf(order: ArrayLike<number>, same: (i: number, j: number) => boolean): Groups {
  const groups: Groups = { first: [], counts: [], inverse: new Float64Array(order.length) };
  for (let k = 0; k < order.length; k++) {
    if (k === 0 || !same(order[k - 1], order[k])) {
      groups.first.push(order[k]);
      groups.counts.push(0);
    }
    groups.counts[groups.counts.length - 1]++;
    groups.inverse[order[k]] = groups.first.length - 1;
  }
  return groups;
}

/** The tensor as a list of items, elements or slices along `dim`, each a row of `width` numbers. */
class Items {
  readonly count: number;
  readonly width: number;
  private readonly rows: TypedArray;

  constructor(
    private readonly self: Tensor,
    private readonly dim: number | null,
  ) {
    this.count = dim === null ? self.numel() : self.shape[dim];
    this.width = dim === null ? 1 : self.numel() / Math.max(this.count, 1);
    this.rows = (dim === null ? self : self.movedim(dim, 0)).toTypedArray();
  }

  /** Compares two items number by number; NaN is the greatest, and equal to nothing. */
  compare(i: number, j: number): number {
    const { rows, width } = this;
    for (let k = 0; k < width; k++) {
      const x = rows[i * width + k];
      const y = rows[j * width + k];
      if (x < y) return -1;
      if (x > y) return 1;
      if (x !== y) return Number.isNaN(x) ? 1 : -1;
    }
    return 0;
  }

  sorted(): Uint32Array {
    if (this.width === 1) return new LineSorter(this.count, this.rows).places(this.rows, 0, 1);
    const order = Uint32Array.from({ length: this.count }, (_, i) => i);
    const isNaNRow = (i: number) => Number.isNaN(this.rows[i * this.width]);
    return order.sort((i, j) => (isNaNRow(i) && isNaNRow(j) ? i - j : this.compare(i, j) || i - j));
  }

  /** The first of each group, and if wanted the group of each item and the sizes of the groups. */
  answer({ first, counts, inverse }: Groups, wantsInverse: boolean, wantsCounts: boolean): Tensor | Tensor[] {
    const { self, dim } = this;
    const places = Tensor.of(Float64Array.from(first), [first.length], int64);
    const values = dim === null ? self.reshape(-1).index_select(0, places) : self.index_select(dim, places);
    if (!wantsInverse && !wantsCounts) return values;
    const out = [values];
    if (wantsInverse) out.push(Tensor.of(inverse, dim === null ? self.shape : [this.count], int64));
    if (wantsCounts) out.push(Tensor.of(Float64Array.from(counts), [counts.length], int64));
    return out;
  }
}

function unique_(self: Tensor, inverse: boolean, counts: boolean, dim: number | null): Tensor | Tensor[] {
  const items = new Items(self.detach(), dim === null ? null : wrapDim(dim, self.ndim));
  return items.answer(
    groupsOf(items.sorted(), (i, j) => items.compare(i, j) === 0),
    inverse,
    counts,
  );
}

/** The different elements in order; with `dim` the different slices. They are sorted whether or not `sorted` asks for it. */
export const unique = op("unique(Tensor self, bool sorted=True, *, int? dim=None) -> Tensor")({
  composite: (self, _sorted, dim) => unique_(self, false, false, dim) as Tensor,
  samples: [
    { self: { int: [3, 1, 3] } },
    {
      self: {
        int: [
          [1, 2],
          [1, 2],
          [0, 3],
        ],
      },
      dim: 0,
    },
  ],
  example: ["torch.tensor([3, 1, 3, 2]).unique()", "tensor([1, 2, 3])"],
});

/** {@link unique} with, as further results, the place of each element among the different ones, and how often each occurs. */
export const unique_full = op(
  "unique.full(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Tensor[]",
)({
  composite: (self, _sorted, inverse, counts, dim) => unique_(self, inverse, counts, dim) as Tensor[],
  samples: [{ self: { int: [3, 1, 3] }, return_inverse: true, return_counts: true }],
  example: [
    "torch.tensor([3, 1, 3]).unique({ return_inverse: true, return_counts: true })",
    "[ tensor([1, 3]), tensor([1, 0, 1]), tensor([1, 2]) ]",
  ],
});

function consecutive(self: Tensor, inverse: boolean, counts: boolean, dim: number | null): Tensor | Tensor[] {
  const items = new Items(self.detach(), dim === null ? null : wrapDim(dim, self.ndim));
  const order = Array.from({ length: items.count }, (_, i) => i);
  return items.answer(
    groupsOf(order, (i, j) => items.compare(i, j) === 0),
    inverse,
    counts,
  );
}

/** The first element of each run of equal ones; with `dim` the first slice. */
export const unique_consecutive = op("unique_consecutive(Tensor self, *, int? dim=None) -> Tensor")({
  composite: (self, dim) => consecutive(self, false, false, dim) as Tensor,
  samples: [
    { self: { int: [3, 1, 3] } },
    {
      self: {
        int: [
          [1, 2],
          [1, 2],
          [0, 3],
        ],
      },
      dim: 0,
    },
  ],
  example: ["torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))", "tensor([1, 2, 1])"],
});

/** {@link unique_consecutive} with, as further results, the run of each element, and the lengths of the runs. */
export const unique_consecutive_full = op(
  "unique_consecutive.full(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Tensor[]",
)({
  composite: (self, inverse, counts, dim) => consecutive(self, inverse, counts, dim) as Tensor[],
  samples: [{ self: { int: [1, 1, 2] }, return_counts: true }],
  example: [
    "torch.unique_consecutive(torch.tensor([1, 1, 2]), { return_counts: true })",
    "[ tensor([1, 2]), tensor([2, 1]) ]",
  ],
});

/** Which elements are among `test_elements`; with `invert`, which are not. NaN is among none. */
export const isin = op(
  "isin(Tensor|Scalar elements, Tensor|Scalar test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor",
)({
  composite: (elements, test_elements, _assume_unique, invert) => {
    const listed = test_elements instanceof Tensor ? test_elements.toTypedArray() : [Number(test_elements)];
    const set = new Set<number>(Array.from(listed, (x) => x + 0).filter((x) => !Number.isNaN(x)));
    const values = elements instanceof Tensor ? elements.toTypedArray() : [Number(elements)];
    const found = Uint8Array.from(values, (x) => Number(set.has(x + 0) !== invert));
    return Tensor.of(found, elements instanceof Tensor ? elements.shape : [], bool);
  },
  samples: [{ elements: { int: [1, 2, 3] }, test_elements: { int: [2, 5] } }],
  example: ["torch.isin(torch.tensor([1, 2, 3]), torch.tensor([3, 1]))", "tensor([ True, False,  True])"],
});

// Histograms

/** How often each of the numbers 0, 1, 2, ... occurs, or the sum of their `weights`; at least `minlength` of them. */
export const bincount = op("bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor")({
  forward: (self, weights, minlength) => {
    if (self.dtype.is_floating_point || self.dtype === bool) {
      throw new NotImplementedError(`"bincount_cpu" not implemented for '${self.dtype.scalarName}'`);
    }
    if (minlength < 0) throw new RuntimeError("minlength should be >= 0");
    const values = rowsOf(self);
    let [least, most] = [0, -1];
    for (let i = 0; i < values.length; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    if ((self.ndim !== 1 && values.length > 0) || least < 0) {
      throw new RuntimeError("bincount only supports 1-d non-negative integral inputs.");
    }
    if (weights && (weights.ndim !== 1 || weights.shape[0] !== values.length)) {
      throw new RuntimeError("weights should be 1-d and have the same length as input");
    }
    const dtype = weights === null ? int64 : weights.dtype === float32 ? float32 : float64;
    const out = Tensor.empty([Math.max(minlength, most + 1)], dtype);
    const { data } = out.storage;
    if (weights === null) for (let i = 0; i < values.length; i++) data[values[i]]++;
    else {
      const list = rowsOf(weights);
      for (let i = 0; i < values.length; i++) data[values[i]] += list[i];
    }
    return out;
  },
  samples: [{ self: { int: [0, 2, 2] } }, { self: { int: [0, 2, 2] }, weights: { int: [1, 2, 3] }, minlength: 5 }],
  example: ["torch.bincount(torch.tensor([0, 2, 2]))", "tensor([1, 0, 2])"],
});

/** The range of a histogram that is left to the data: from its smallest to its largest element, and not empty. */
function rangeOf(name: string, values: ArrayLike<number>, low: number, high: number): [low: number, high: number] {
  let [a, b] = [low, high];
  if (a === b) {
    if (values.length === 0) return [0, 1];
    const list = Array.from(values);
    a = list.reduce((x, y) => Math.min(x, y));
    b = list.reduce((x, y) => Math.max(x, y));
  }
  if (!Number.isFinite(a) || !Number.isFinite(b)) {
    throw new RuntimeError(`${name}: range of [${show(a)}, ${show(b)}] is not finite`);
  }
  return a === b ? [a - 0.5, b + 0.5] : [a, b];
}

const show = (x: number): string => (Number.isFinite(x) ? String(x) : x > 0 ? "inf" : Number.isNaN(x) ? "nan" : "-inf");

function checkFloat(name: string, self: Tensor): void {
  if (self.dtype.is_floating_point) return;
  throw new NotImplementedError(`"${name}" not implemented for '${self.dtype.scalarName}'`, "Convert it with float().");
}

function checkBins(bins: number): void {
  if (bins <= 0) throw new RuntimeError(`torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
}

/**
 * How many elements lie in each of `bins` intervals of equal width between `min` and `max`; equal bounds stand for those
 * of the elements. The last interval has both its ends.
 */
export const histc = op("histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor")({
  forward: (self, bins, min, max) => {
    checkFloat("histogram_cpu", self);
    checkBins(bins);
    if (Number(min) > Number(max)) throw new RuntimeError("torch.histc: max must be larger than min");
    const values = self.toTypedArray();
    const [low, high] = rangeOf("torch.histc", values, Number(min), Number(max));
    const out = Tensor.empty([bins], self.dtype);
    for (const v of values) {
      if (!(v >= low && v <= high)) continue;
      const bin = Math.floor(((v - low) * bins) / (high - low));
      out.storage.data[Math.min(bin, bins - 1)]++;
    }
    return out;
  },
  samples: [{ self: [2, 3], bins: 4, min: -1, max: 1 }],
  example: ["torch.histc(torch.tensor([1, 2, 1]).float(), 4, 0, 3)", "tensor([0., 2., 1., 0.])"],
});

/**
 * How many elements lie between neighbouring edges, and the edges. `bins` gives the edges, or the number of intervals of
 * equal width in `range`, by default that of the elements. An element counts as its `weight`; with `density` the counts
 * are scaled to an integral of 1.
 */
export const histogram = op(
  "histogram(Tensor self, int|Tensor bins, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
)({
  forward: (self, bins, range, weight, density) => {
    checkFloat("histogram_cpu", self);
    const values = self.toTypedArray();
    const edges = bins instanceof Tensor ? bins.copied() : spacedEdges(self, values, bins, [range ?? [0, 0]].flat());
    const at = edges.storage.data;
    const n = at.length - 1;
    const hist = Tensor.empty([n], self.dtype);
    const { data } = hist.storage;
    const weights = weight?.toTypedArray();
    values.forEach((v, i) => {
      if (!(v >= at[0] && v <= at[n])) return;
      let bin = n - 1;
      while (v < at[bin]) bin--;
      data[bin] += weights ? weights[i] : 1;
    });
    if (density) {
      let total = 0;
      for (const count of data) total += count;
      for (let i = 0; i < n; i++) data[i] /= total * (at[i + 1] - at[i]);
    }
    return namedResults("histogram", { hist, bin_edges: edges });
  },
  samples: [
    { self: [4], bins: 3, range: [-3, 3] },
    { self: [2, 3], bins: 2, range: [-1, 1], density: true },
  ],
  example: ["torch.histogram(torch.tensor([1, 2, 1]).float(), 3).hist", "tensor([2., 0., 1.])"],
});

function spacedEdges(self: Tensor, values: ArrayLike<number>, bins: number, range: readonly number[]): Tensor {
  checkBins(bins);
  const [low, high] = rangeOf("torch.histogram", values, range[0], range[1]);
  const width = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i <= bins / 2 ? low + i * width : high - (bins - i) * width,
  );
  return Tensor.of(edges, [bins + 1], float64).converted(self.dtype);
}
