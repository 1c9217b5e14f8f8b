import type { TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";

/** Where the elements of a tensor lie, row by row: the offsets from its first element. */
export function rowOffsets(shape: Shape, strides: Shape): Int32Array {
  let offsets = new Int32Array(1);
  shape.forEach((size, d) => {
    const longer = new Int32Array(offsets.length * size);
    const stride = strides[d];
    for (let o = 0, i = 0; o < offsets.length; o++) {
      for (let k = 0, at = offsets[o]; k < size; k++, at += stride) longer[i++] = at;
    }
    offsets = longer;
  });
  return offsets;
}

/** The indices of the elements other than 0 among `values`, which lie row by row: a list for each dimension. */
export function coordinates(shape: Shape, values: TypedArray): Float64Array<ArrayBuffer>[] {
  const last = shape.length - 1;
  if (last < 0) return [];
  const found = values instanceof Uint8Array ? countTrue(values) : countOthers(values);
  const lists = shape.map(() => new Float64Array(found));
  const columns = shape[last];
  const at = shape.map(() => 0);
  for (let start = 0, n = 0; n < found; start += columns) {
    const end =
      values instanceof Uint8Array
        ? findTrue(lists[last], n, values, start, columns)
        : findOthers(lists[last], n, values, start, columns);
    for (let d = 0; d < last; d++) lists[d].fill(at[d], n, end);
    n = end;
    for (let d = last - 1; d >= 0 && ++at[d] === shape[d]; d--) at[d] = 0;
  }
  return lists;
}

// for masks in loops of their own, which see no other arrays

function countTrue(values: Uint8Array): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) n += values[i] !== 0 ? 1 : 0;
  return n;
}

function countOthers(values: TypedArray): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) n += values[i] !== 0 ? 1 : 0;
  return n;
}

/** Writes the columns of a row that are not 0 to `list`, from place `n` on; the place behind the last one. */
function findTrue(list: Float64Array, n: number, values: Uint8Array, start: number, columns: number): number {
  const end = list.length;
  for (let c = 0; c < columns && n < end; c++) {
    list[n] = c;
    n += isTrue(values[start + c]);
  }
  return n;
}

/** 1 for what is not 0, without a branch: of a mask a processor cannot guess which way it will go. */
const isTrue = (byte: number): number => -byte >>> 31;

/** The elements of `x` where `mask` is not 0. */
export function compress(x: TypedArray, mask: Uint8Array): TypedArray {
  const out = new (x.constructor as new (n: number) => TypedArray)(countTrue(mask));
  if (out instanceof Float32Array && x instanceof Float32Array) compressFloats(out, x, mask);
  else compressElements(out, x, mask);
  return out;
}

function compressFloats(out: Float32Array, x: Float32Array, mask: Uint8Array): void {
  for (let i = 0, n = 0; n < out.length; i++) {
    out[n] = x[i];
    n += isTrue(mask[i]);
  }
}

function compressElements(out: TypedArray, x: TypedArray, mask: Uint8Array): void {
  for (let i = 0, n = 0; n < out.length; i++) {
    out[n] = x[i];
    n += isTrue(mask[i]);
  }
}

function findOthers(list: Float64Array, n: number, values: TypedArray, start: number, columns: number): number {
  for (let c = 0; c < columns; c++) if (values[start + c] !== 0) list[n++] = c;
  return n;
}

/** `out[i] = x[positions[i]]`. */
export function gatherAt(out: TypedArray, x: TypedArray, positions: Int32Array): void {
  if (out instanceof Float32Array && x instanceof Float32Array) gatherFloatsAt(out, x, positions);
  else gatherElementsAt(out, x, positions);
}

function gatherFloatsAt(out: Float32Array, x: Float32Array, positions: Int32Array): void {
  for (let i = 0; i < positions.length; i++) out[i] = x[positions[i]];
}

function gatherElementsAt(out: TypedArray, x: TypedArray, positions: Int32Array): void {
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
