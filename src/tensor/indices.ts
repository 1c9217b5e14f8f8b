import { IndexError, ValueError } from "../python/errors.js";
import { pythonTypeOf, registerType } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { type TensorData, tensor } from "./creation.js";
import { bool, int64, uint8 } from "./dtype.js";
import { coordinates, rowOffsets } from "./kernels/positions.js";
import { rowsOf } from "./rows.js";
import {
  broadcastShapes,
  broadcastStrides,
  contiguousStrides,
  numelOf,
  type Shape,
  sameShape,
  showShape,
} from "./shape.js";
import { Tensor } from "./tensor.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    AdvancedIndex: AdvancedIndex;
  }
}

/** `start:end:step`. */
export class Slice {
  constructor(
    readonly start: number | null,
    readonly end: number | null,
    readonly step: number,
  ) {}

  /** Does it take a whole dimension of `size`? */
  covers(size: number): boolean {
    return this.step === 1 && (this.start ?? 0) === 0 && (this.end ?? size) >= size;
  }
}

/** One index, read: a position, a slice, `...`, a new dimension (`null`), a truth value, or positions or a mask. */
export type Index = number | Slice | "..." | null | boolean | Tensor;

/**
 * Reads what stands between the brackets of `x[...]`: an array of indices, or a single one.
 *
 * @throws IndexError for what is no index, ValueError for a slice that does not step forward
 */
export function readIndices(indices: unknown): Index[] {
  return (Array.isArray(indices) ? indices : [indices]).map(readIndex);
}

function readIndex(index: unknown): Index {
  if (index === null || typeof index === "boolean" || index === "...") return index;
  if (typeof index === "number" && Number.isInteger(index)) return index;
  if (typeof index === "string") return readSlice(index);
  if (Array.isArray(index) || ArrayBuffer.isView(index)) {
    const list = tensor(index as TensorData);
    return list.numel() === 0 ? list.long() : list;
  }
  if (index instanceof Tensor) return index;
  throw notAnIndex(index);
}

const notAnIndex = (index: unknown): IndexError =>
  new IndexError(
    `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${pythonTypeOf(index)})`,
    'Slices and the ellipsis are strings here: x.index(["1:3", "...", 0]) is x[1:3, ..., 0].',
  );

function readSlice(text: string): Slice {
  const match = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(text);
  if (!match) throw notAnIndex(text);
  const [start, end, step] = match.slice(1).map((part) => (part === undefined ? null : Number(part)));
  if (step === 0) throw new ValueError("slice step cannot be zero");
  if (step !== null && step < 0)
    throw new ValueError("step must be greater than zero", "Use flip() for the opposite order.");
  return new Slice(start, end, step ?? 1);
}

/** Masks count as many dimensions as they have, other tensors one. */
export const isMask = ({ dtype }: Tensor): boolean => dtype === bool || dtype === uint8;

/** How many dimensions of the tensor an index uses up. */
export function dimensionsOf(index: Index): number {
  if (index === null || index === "..." || typeof index === "boolean") return 0;
  if (typeof index === "number" || index instanceof Slice) return 1;
  return isMask(index) ? index.ndim : 1;
}

/** The positions at which a mask is true, a tensor for each of its dimensions; `dim` and `shape` say what it lies on. */
export function maskPositions(mask: Tensor, shape: Shape, dim: number): Tensor[] {
  if (mask.dtype === uint8) {
    warn("indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.");
  }
  mask.shape.forEach((size, d) => {
    if (size === shape[dim + d]) return;
    throw new IndexError(
      `The shape of the mask ${showShape(mask.shape)} at index ${d} does not match the shape of the indexed tensor ${showShape(shape)} at index ${dim + d}`,
    );
  });
  return coordinates(mask.shape, mask.toTypedArray()).map((list) => Tensor.of(list, [list.length], int64));
}

/**
 * Tensors of positions, one for each of some dimensions of a tensor: element `b` of the indexed part lies where
 * `indices[0][b], indices[1][b], ...` say, all of them broadcast together. In the result their common shape stands where
 * the first of those dimensions stood if they are neighbours, else in front.
 */
export class AdvancedIndex {
  /** The shape of the tensor with the index applied. */
  readonly result: number[];
  private readonly dims: readonly number[];
  private readonly lists: readonly Float64Array[];
  private readonly place: number;

  constructor(
    private readonly shape: Shape,
    indices: readonly (Tensor | null | undefined)[],
  ) {
    this.dims = shape.flatMap((_, d) => (indices[d] ? [d] : []));
    const used = this.dims.map((d) => indices[d]!);
    const common = commonShape(used);
    const neighbours = this.dims.every((d, i) => d === this.dims[0] + i);
    this.place = neighbours ? this.dims[0] : 0;
    this.result = shape.filter((_, d) => !this.dims.includes(d));
    this.result.splice(this.place, 0, ...common);
    if (numelOf(common) > 0 && this.dims.some((d) => shape[d] === 0)) {
      throw new IndexError("index is out of bounds for dimension with size 0");
    }
    this.lists = used.map((index, i) => wrapAll(spread(index, common), i, shape[this.dims[i]]));
  }

  /** The dimension and the positions along it, if there is one dimension only. */
  get only(): { dim: number; list: Float64Array } | null {
    return this.dims.length === 1 ? { dim: this.dims[0], list: this.lists[0] } : null;
  }

  /** Where the indexed elements lie in the memory of a tensor of this shape, in the order of the result. */
  positions(strides: Shape, offset: number): Int32Array {
    const [first] = this.lists;
    const middle = new Int32Array(first.length);
    this.lists.forEach((list, i) => {
      const stride = strides[this.dims[i]];
      for (let b = 0; b < middle.length; b++) middle[b] += list[b] * stride;
    });
    const rest = this.shape.map((_, d) => d).filter((d) => !this.dims.includes(d));
    const along = (dims: readonly number[]) =>
      rowOffsets(
        dims.map((d) => this.shape[d]),
        dims.map((d) => strides[d]),
      );
    const before = along(rest.slice(0, this.place));
    const after = along(rest.slice(this.place));
    const all = new Int32Array(before.length * middle.length * after.length);
    let i = 0;
    for (let p = 0; p < before.length; p++) {
      for (let m = 0; m < middle.length; m++) {
        const start = offset + before[p] + middle[m];
        for (let q = 0; q < after.length; q++) all[i++] = start + after[q];
      }
    }
    return all;
  }
}

function commonShape(indices: readonly Tensor[]): Shape {
  try {
    return indices.reduce<Shape>((shape, index) => broadcastShapes(shape, index.shape), []);
  } catch {
    throw new IndexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${indices.map((t) => showShape(t.shape)).join(", ")}`,
    );
  }
}

/** The elements of `index` stretched to `shape`, row by row. */
function spread(index: Tensor, shape: Shape): ArrayLike<number> {
  if (sameShape(index.shape, shape)) return rowsOf(index);
  const list = rowsOf(index);
  const offsets = rowOffsets(shape, broadcastStrides(index.shape, contiguousStrides(index.shape), shape));
  return Float64Array.from(offsets, (at) => list[at]);
}

/** Negative positions counted from the end. */
function wrapAll(list: ArrayLike<number>, which: number, size: number): Float64Array {
  const wrapped = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const at = list[i];
    if (at < -size || at >= size) {
      throw new IndexError(`index ${at} is out of bounds for dimension ${which} with size ${size}`);
    }
    wrapped[i] = at < 0 ? at + size : at;
  }
  return wrapped;
}

registerType("AdvancedIndex", (v) => v instanceof AdvancedIndex);
