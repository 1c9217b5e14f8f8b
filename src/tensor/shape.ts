import { IndexError, RuntimeError } from "../python/errors.js";

/** Sizes of a tensor, outermost first. */
export type Shape = readonly number[];

/** `[2, 3]`, as PyTorch writes sizes in messages. */
export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** A number for each of `dims` dimensions; a single one counts for all. */
export function perDim(sizes: number | readonly number[], dims: number): readonly number[] {
  if (typeof sizes !== "number" && sizes.length !== 1) return sizes;
  return Array<number>(Math.max(dims, 0)).fill(typeof sizes === "number" ? sizes : sizes[0]);
}

/** The number of elements. */
export function numelOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The strides of a tensor whose elements lie in row-major order without gaps. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i], 1);
  }
  return strides;
}

const none: Shape = Object.freeze([]);
const unit: Shape = Object.freeze([1]);

/** {@link contiguousStrides} to look at; those of scalars and vectors are the same arrays for all. */
export function rowStrides(shape: Shape): Shape {
  return shape.length > 1 ? contiguousStrides(shape) : shape.length === 1 ? unit : none;
}

/** Do the elements lie in row-major order without gaps? Sizes of 1 may have any stride. */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i];
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[i] !== step) return false;
      step *= size;
    }
  }
  return true;
}

/** Does one element stand in several places, as after `expand`? */
export function isStretched(shape: Shape, strides: Shape): boolean {
  for (let i = 0; i < shape.length; i++) if (strides[i] === 0 && shape[i] > 1) return true;
  return false;
}

/**
 * The shape to which two shapes broadcast: aligned at the right, a size of 1 stretches.
 *
 * @throws RuntimeError if two sizes differ and neither is 1
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const n = Math.max(a.length, b.length);
  const out = new Array<number>(n);
  for (let i = n - 1; i >= 0; i--) {
    const x = a[a.length - n + i] ?? 1;
    const y = b[b.length - n + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new RuntimeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`,
        `The shapes are ${showShape(a)} and ${showShape(b)}. They are aligned at the right; two sizes fit if they are equal or one of them is 1.`,
      );
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Strides that read a tensor of `shape` as if it had the shape `to`: stretched sizes get stride 0. */
export function broadcastStrides(shape: Shape, strides: Shape, to: Shape): Shape {
  if (sameShape(shape, to)) return strides;
  const lead = to.length - shape.length;
  return to.map((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? 0 : strides[i - lead]));
}

/** Can `shape` be summed down to, or stretched from, `small`? */
export function expandsTo(small: Shape, shape: Shape): boolean {
  const lead = shape.length - small.length;
  return lead >= 0 && small.every((size, i) => size === shape[lead + i] || size === 1);
}

/**
 * A dimension counted from the front.
 *
 * @throws IndexError if it is out of range; a 0-d tensor has the dimensions -1 and 0
 */
export function wrapDim(dim: number, ndim: number): number {
  const n = Math.max(ndim, 1);
  if (!(dim >= -n && dim < n)) {
    throw new IndexError(`Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + n : dim;
}

/** Several dimensions, counted from the front; `null` or none means all of them. */
export function wrapDims(dims: number | readonly number[] | null, ndim: number, emptyMeansAll = true): number[] {
  if (dims === null) return Array.from({ length: ndim }, (_, i) => i);
  const list = typeof dims === "number" ? [dims] : dims;
  if (list.length === 0 && emptyMeansAll) return wrapDims(null, ndim);
  const seen = new Set<number>();
  for (const dim of list) {
    const d = wrapDim(dim, ndim);
    if (seen.has(d)) throw new RuntimeError(`dim ${d} appears multiple times in the list of dims`);
    seen.add(d);
  }
  return ndim === 0 ? [] : [...seen];
}

/** The shape that remains when `dims` are reduced. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  const out: number[] = [];
  shape.forEach((size, i) => {
    if (!dims.includes(i)) out.push(size);
    else if (keepdim) out.push(1);
  });
  return out;
}

/**
 * A shape with at most one -1, filled in.
 *
 * @throws RuntimeError if it cannot hold `numel` elements
 */
export function inferShape(shape: Shape, numel: number): number[] {
  let known = 1;
  let unknown = -1;
  shape.forEach((size, i) => {
    if (size === -1) {
      if (unknown >= 0) throw new RuntimeError("only one dimension can be inferred");
      unknown = i;
    } else if (size < 0) {
      throw new RuntimeError(`invalid shape dimension ${size} at index ${i} of shape ${showShape(shape)}`);
    } else known *= size;
  });
  const fits = unknown < 0 ? known === numel : known === 0 ? numel === 0 : numel % known === 0;
  if (!fits) throw new RuntimeError(`shape '${showShape(shape)}' is invalid for input of size ${numel}`);
  if (unknown < 0) return [...shape];
  if (known === 0) {
    throw new RuntimeError(
      `cannot reshape tensor of 0 elements into shape ${showShape(shape)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  }
  return shape.with(unknown, numel / known);
}

/**
 * The strides with which memory laid out as `shape`/`strides` can be read as `to`, or `null` if it must be copied.
 * Dimensions that lie densely in memory form blocks; each new dimension must lie inside one block.
 */
export function viewStrides(shape: Shape, strides: Shape, to: Shape): number[] | null {
  if (numelOf(shape) === 0) return sameShape(shape, to) ? [...strides] : contiguousStrides(to);
  const out = new Array<number>(to.length);
  let view = to.length - 1;
  let blockSize = 1;
  let blockStride = shape.length > 0 ? strides[shape.length - 1] : 1;
  for (let d = shape.length - 1; d >= -1; d--) {
    if (d >= 0) {
      blockSize *= shape[d];
      const joins = d > 0 && (shape[d - 1] === 1 || strides[d - 1] === blockSize * blockStride);
      if (joins) continue;
    } else if (shape.length > 0) break;
    let filled = 1;
    while (view >= 0 && (filled < blockSize || to[view] === 1)) {
      out[view] = filled * blockStride;
      filled *= to[view];
      view--;
    }
    if (filled !== blockSize) return null;
    if (d > 0) {
      blockSize = 1;
      blockStride = strides[d - 1];
    }
  }
  return view < 0 ? out : null;
}
