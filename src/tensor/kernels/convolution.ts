import type { TypedArray } from "../dtype.js";
import type { Channels, Sliding } from "../sliding.js";
import { depthwiseImages, depthwiseWeight, depthwiseWindows, isDepthwise } from "./depthwise.js";
import { col2im, im2col } from "./im2col.js";
import { matmul } from "./matmul.js";
import * as staged from "./staged_convolution.js";
import type { Operand } from "./strided.js";

/**
 * The three products of a convolution between images x [n, groups * inner, pixels], windows y [n, groups * outer, windows]
 * and a weight w [groups * outer, inner, taps]; each is the derivative of the other two. With the columns X that im2col
 * makes of x, a group at a time,
 *
 *     y = w X        x = col2im(w^T y)        w = y X^T
 *
 * Operands lie row by row without gaps: their strides are not read.
 */
export type { Channels };

/** How many elements the columns of several images may have together: what a processor's cache holds. */
const CHUNK = 2 ** 18;

/** Memory for the columns and for the windows gathered, by dtype; for all calls. */
const memory = new Map<string, TypedArray>();

function scratch(use: string, like: TypedArray, length: number): TypedArray {
  const type = like.constructor as new (length: number) => TypedArray;
  const key = use + type.name;
  const kept = memory.get(key);
  if (kept && kept.length >= length) return kept;
  const made = new type(length);
  memory.set(key, made);
  return made;
}

/** Calls `body` for as many images at a time as {@link CHUNK} allows, and each group. */
function forEachChunk(
  n: number,
  { inner }: Channels,
  { taps, windows, groups }: Sliding,
  body: (first: number, count: number, group: number) => void,
): void {
  const most = Math.max(1, Math.floor(CHUNK / Math.max(inner * taps * windows, 1)));
  for (let first = 0; first < n; first += most) {
    for (let g = 0; g < groups; g++) body(first, Math.min(most, n - first), g);
  }
}

/** The columns of `count` images from `first` on, side by side: [inner * taps, count * windows]. */
function columnsOf(x: Operand, first: number, count: number, g: number, { inner }: Channels, s: Sliding): TypedArray {
  const apart = count * s.windows;
  const columns = scratch("columns", x.data, inner * s.taps * apart);
  if (!s.isFull) columns.fill(0, 0, inner * s.taps * apart);
  for (let i = 0; i < count; i++) {
    const image = x.offset + ((first + i) * s.groups + g) * inner * s.pixels;
    im2col(columns, i * s.windows, apart, x.data, image, inner, s);
  }
  return columns;
}

/** The windows of `count` images from `first` on, side by side: [outer, count * windows]. */
function windowsOf(y: Operand, first: number, count: number, g: number, { outer }: Channels, s: Sliding): TypedArray {
  const { windows } = s;
  const rows = scratch("windows", y.data, outer * count * windows);
  for (let i = 0; i < count; i++) {
    const from = y.offset + ((first + i) * s.groups + g) * outer * windows;
    copyBlock(rows, i * windows, count * windows, y.data, from, windows, outer, windows);
  }
  return rows;
}

/** Copies `count` rows of `length` elements, whose starts lie `toApart` and `fromApart` from each other. */
function copyBlock(
  to: TypedArray,
  toStart: number,
  toApart: number,
  from: TypedArray,
  fromStart: number,
  fromApart: number,
  count: number,
  length: number,
): void {
  for (let r = 0; r < count; r++) {
    const a = toStart + r * toApart;
    const b = fromStart + r * fromApart;
    for (let i = 0; i < length; i++) to[a + i] = from[b + i];
  }
}

/** Adds `bias[offset + r * step]` to row `r` of `count` rows of `length` elements that lie one after the other. */
function addToRows(
  to: TypedArray,
  start: number,
  count: number,
  length: number,
  bias: TypedArray,
  offset: number,
  step: number,
): void {
  for (let r = 0; r < count; r++) {
    const add = bias[offset + r * step];
    const a = start + r * length;
    for (let i = 0; i < length; i++) to[a + i] += add;
  }
}

const matrix = (data: TypedArray, offset: number, row: number, column: number): Operand => ({
  data,
  offset,
  strides: [0, row, column],
});

/** `y = w X + bias`: what a convolution computes. */
export function convolve(
  y: Operand,
  x: Operand,
  w: Operand,
  bias: Operand | null,
  n: number,
  channels: Channels,
  s: Sliding,
): void {
  const { inner, outer } = channels;
  const { windows, groups } = s;
  if (staged.convolve(y, x, w, bias, n, channels, s)) return;
  if (isDepthwise(channels, s)) {
    depthwiseWindows(y, x, w, bias, n, outer, s);
    return;
  }
  const depth = inner * s.taps;
  const kernel = (g: number): Operand => matrix(w.data, w.offset + g * outer * depth, depth, 1);
  if (s.isPointwise) {
    for (let g = 0; g < groups; g++) {
      const out = {
        data: y.data,
        offset: y.offset + g * outer * windows,
        strides: [groups * outer * windows, windows, 1],
      };
      const pixels = {
        data: x.data,
        offset: x.offset + g * depth * windows,
        strides: [groups * depth * windows, windows, 1],
      };
      const add = bias && matrix(bias.data, bias.offset + g * outer * bias.strides[0], bias.strides[0], 0);
      matmul(n, outer, depth, windows, out, kernel(g), pixels, add);
    }
    return;
  }
  forEachChunk(n, channels, s, (first, count, g) => {
    const columns = columnsOf(x, first, count, g, channels, s);
    const apart = count * windows;
    const rows = scratch("windows", y.data, outer * apart);
    matmul(1, outer, depth, apart, matrix(rows, 0, apart, 1), kernel(g), matrix(columns, 0, apart, 1));
    for (let i = 0; i < count; i++) {
      const to = y.offset + ((first + i) * groups + g) * outer * windows;
      copyBlock(y.data, to, windows, rows, i * windows, apart, outer, windows);
      if (bias)
        addToRows(y.data, to, outer, windows, bias.data, bias.offset + g * outer * bias.strides[0], bias.strides[0]);
    }
  });
}

/** `x = col2im(w^T y) + bias`: what a transposed convolution computes. `x` holds zeros before. */
export function convolveTransposed(
  x: Operand,
  y: Operand,
  w: Operand,
  bias: Operand | null,
  n: number,
  channels: Channels,
  s: Sliding,
): void {
  const { inner, outer } = channels;
  const { groups, pixels, windows } = s;
  if (staged.convolveTransposed(x, y, w, bias, n, channels, s)) return;
  if (bias) {
    for (let c = 0, at = x.offset; c < n * groups * inner; c++, at += pixels) {
      x.data.fill(bias.data[bias.offset + (c % (groups * inner)) * bias.strides[0]], at, at + pixels);
    }
  }
  if (isDepthwise(channels, s)) {
    depthwiseImages(x, y, w, n, outer, s);
    return;
  }
  const depth = inner * s.taps;
  forEachChunk(n, channels, s, (first, count, g) => {
    const apart = count * windows;
    const rows = windowsOf(y, first, count, g, channels, s);
    const columns = scratch("columns", x.data, depth * apart);
    const kernel = matrix(w.data, w.offset + g * outer * depth, 1, depth);
    matmul(1, depth, outer, apart, matrix(columns, 0, apart, 1), kernel, matrix(rows, 0, apart, 1));
    for (let i = 0; i < count; i++) {
      const image = x.offset + ((first + i) * groups + g) * inner * pixels;
      col2im(x.data, image, columns, i * windows, apart, inner, s);
    }
  });
}

/** `w = y X^T`: the gradient of the weight. `w` holds zeros before. */
export function convolveWeight(w: Operand, x: Operand, y: Operand, n: number, channels: Channels, s: Sliding): void {
  const { inner, outer } = channels;
  if (staged.convolveWeight(w, x, y, n, channels, s)) return;
  if (isDepthwise(channels, s)) {
    depthwiseWeight(w, x, y, n, outer, s);
    return;
  }
  const depth = inner * s.taps;
  forEachChunk(n, channels, s, (first, count, g) => {
    const apart = count * s.windows;
    const columns = matrix(columnsOf(x, first, count, g, channels, s), 0, 1, apart);
    const rows = matrix(windowsOf(y, first, count, g, channels, s), 0, apart, 1);
    const own = matrix(w.data, w.offset + g * outer * depth, depth, 1);
    if (first === 0) {
      matmul(1, outer, apart, depth, own, rows, columns);
      return;
    }
    const more = scratch("weight", w.data, outer * depth);
    matmul(1, outer, apart, depth, matrix(more, 0, depth, 1), rows, columns);
    for (let i = 0; i < outer * depth; i++) w.data[own.offset + i] += more[i];
  });
}
