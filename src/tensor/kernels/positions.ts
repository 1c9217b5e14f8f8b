import type { TypedArray } from "../dtype.js";
import { contiguousStrides, type Shape } from "../shape.js";

/** Where the elements of a tensor lie, row by row: the offsets from its first element. */
export function rowOffsets(shape: Shape, strides: Shape): number[] {
  let offsets = [0];
  shape.forEach((size, d) => {
    const longer = new Array<number>(offsets.length * size);
    let i = 0;
    for (const start of offsets) for (let k = 0; k < size; k++) longer[i++] = start + k * strides[d];
    offsets = longer;
  });
  return offsets;
}

/** The indices of the elements other than 0 among `values`, which lie row by row: a list for each dimension. */
export function coordinates(shape: Shape, values: TypedArray): Float64Array<ArrayBuffer>[] {
  const strides = contiguousStrides(shape);
  const at: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) at.push(i);
  return shape.map((size, d) => Float64Array.from(at, (i) => Math.floor(i / strides[d]) % size));
}

/** `out[i] = x[positions[i]]`. */
export function gatherAt(out: TypedArray, x: TypedArray, positions: Int32Array): void {
  for (let i = 0; i < positions.length; i++) out[i] = x[positions[i]];
}

/** `x[positions[i]] = values[i]`; where positions meet the last value stays. */
export function putAt(x: TypedArray, positions: Int32Array, values: TypedArray): void {
  for (let i = 0; i < positions.length; i++) x[positions[i]] = values[i];
}

/** `x[positions[i]] += scale * values[i]`. */
export function addAt(x: TypedArray, positions: Int32Array, values: TypedArray, scale = 1): void {
  for (let i = 0; i < positions.length; i++) x[positions[i]] += scale * values[i];
}

/** `x[positions[i]] = value`. */
export function fillAt(x: TypedArray, positions: Int32Array, value: number): void {
  for (let i = 0; i < positions.length; i++) x[positions[i]] = value;
}

/** `x[positions[i]] ||= values[i]`, for bool. */
export function orAt(x: TypedArray, positions: Int32Array, values: TypedArray): void {
  for (let i = 0; i < positions.length; i++) if (values[i] !== 0) x[positions[i]] = 1;
}
