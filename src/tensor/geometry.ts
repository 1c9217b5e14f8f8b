import { IndexError, RuntimeError } from "../python/errors.js";
import { registerType } from "../python/signature.js";
import { contiguousStrides, isContiguous, numelOf, type Shape, showShape, wrapDim } from "./shape.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Geometry: Geometry;
  }
}

/**
 * How memory is read as a tensor: sizes, distances between neighbours, and where the first element lies. Views differ
 * from their base in nothing else, so each kind of view is a function from geometry to geometry.
 */
export class Geometry {
  constructor(
    readonly shape: Shape,
    readonly strides: Shape,
    readonly offset = 0,
  ) {}

  static of(tensor: { readonly shape: Shape; readonly strides: Shape; readonly offset: number }): Geometry {
    return new Geometry(tensor.shape, tensor.strides, tensor.offset);
  }

  /** Row by row, without gaps. */
  static rows(shape: Shape): Geometry {
    return new Geometry(shape, contiguousStrides(shape));
  }

  /** How much memory is reached: one more than the position of the last element. */
  get extent(): number {
    if (numelOf(this.shape) === 0) return 0;
    return this.shape.reduce((end, size, d) => end + (size - 1) * this.strides[d], this.offset + 1);
  }

  /** Does every element of memory up to the extent belong to exactly one index, in row-major order? */
  get isRows(): boolean {
    return this.offset === 0 && isContiguous(this.shape, this.strides);
  }

  /** May two indices lie at the same place? Not if each stride steps over all that the smaller ones reach. */
  get mayOverlap(): boolean {
    const dims = this.shape.map((size, d) => [size, this.strides[d]]).filter(([size]) => size !== 1);
    let reach = 0;
    for (const [size, stride] of dims.sort((a, b) => a[1] - b[1])) {
      if (stride <= reach) return true;
      reach += (size - 1) * stride;
    }
    return false;
  }

  /** Position `index` of dimension `dim`, which goes. */
  select(dim: number, index: number): Geometry {
    if (this.shape.length === 0) throw new IndexError("select() cannot be applied to a 0-dim tensor.");
    const d = wrapDim(dim, this.shape.length);
    const size = this.shape[d];
    if (index < -size || index >= size) {
      throw new IndexError(
        `select(): index ${index} out of range for tensor of size ${showShape(this.shape)} at dimension ${d}`,
      );
    }
    const at = index < 0 ? index + size : index;
    return new Geometry(without(this.shape, d), without(this.strides, d), this.offset + at * this.strides[d]);
  }

  /** Every `step`-th position of dimension `dim` from `start` to before `end`, which are cut to what exists. */
  slice(dim: number, start: number | null, end: number | null, step: number): Geometry {
    if (this.shape.length === 0) throw new RuntimeError("slice() cannot be applied to a 0-dim tensor.");
    if (step <= 0) throw new RuntimeError("slice step must be positive");
    const d = wrapDim(dim, this.shape.length);
    const size = this.shape[d];
    const cut = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
    const from = cut(start ?? 0);
    const count = Math.max(0, Math.ceil((cut(end ?? size) - from) / step));
    return new Geometry(
      this.shape.with(d, count),
      this.strides.with(d, this.strides[d] * step),
      this.offset + from * this.strides[d],
    );
  }

  /** The elements whose index along `dim2` is larger by `offset` than along `dim1`; they form a new last dimension. */
  diagonal(offset: number, dim1: number, dim2: number): Geometry {
    const a = wrapDim(dim1, this.shape.length);
    const b = wrapDim(dim2, this.shape.length);
    if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const rows = this.shape[a] - Math.max(-offset, 0);
    const columns = this.shape[b] - Math.max(offset, 0);
    const length = Math.max(Math.min(rows, columns), 0);
    const start = offset >= 0 ? offset * this.strides[b] : -offset * this.strides[a];
    const rest = (list: Shape) => list.filter((_, d) => d !== a && d !== b);
    return new Geometry(
      [...rest(this.shape), length],
      [...rest(this.strides), this.strides[a] + this.strides[b]],
      this.offset + (length > 0 ? start : 0),
    );
  }

  /** Windows of `size` neighbours along `dim`, `step` apart; their elements form a new last dimension. */
  unfold(dim: number, size: number, step: number): Geometry {
    const d = wrapDim(dim, this.shape.length);
    const scalar = this.shape.length === 0;
    const length = scalar ? 1 : this.shape[d];
    if (size < 0) throw new RuntimeError(`size is ${size} but must be >= 0`);
    if (size > length)
      throw new RuntimeError(`maximum size for tensor at dimension ${d} is ${length} but size is ${size}`);
    if (step <= 0) throw new RuntimeError(`step is ${step} but must be > 0`);
    if (scalar) return new Geometry([size], [1], this.offset);
    return new Geometry(
      [...this.shape.with(d, Math.floor((length - size) / step) + 1), size],
      [...this.strides.with(d, this.strides[d] * step), this.strides[d]],
      this.offset,
    );
  }
}

/** The list without element `d`. */
export const without = (list: Shape, d: number): Shape => list.toSpliced(d, 1);

registerType("Geometry", (v) => v instanceof Geometry);
