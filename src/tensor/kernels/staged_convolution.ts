import type { PoolWindows } from "../pooling.js";
import type { Channels, Sliding } from "../sliding.js";
import { begin, bringInArray, room, roomForArray, takeOutArray } from "./stage.js";
import type { Operand } from "./strided.js";
import * as inThreads from "./threads/convolution.js";
import { worthThreads } from "./threads/pool.js";
import * as poolsInThreads from "./threads/pooling.js";
import { heap, kernels } from "./wasm/instance.js";

/*
 * The products of convolution.ts and the max pools of planes.ts with float32 operands brought into the memory of the
 * WebAssembly kernels. Each answers whether it was done.
 */

/** Below so many multiply-adds the plain kernels are done before copies are made. */
const FEW = 2000;

const isFloat32 = (...operands: readonly Operand[]): boolean =>
  operands.every(({ data }) => data instanceof Float32Array);

/** The numbers of elements of images, windows and weight. */
const sizes = (n: number, { inner, outer }: Channels, s: Sliding) => ({
  images: n * s.groups * inner * s.pixels,
  windows: n * s.groups * outer * s.windows,
  weight: s.groups * outer * inner * s.taps,
});

/** An operand and its number of elements. */
type Sized = readonly [Operand, number];

/** A product of two operands, to which a vector may be added: at these addresses, by several threads or one. */
type Product = (out: number, x: number, y: number, bias: number, threads: boolean) => boolean;

/** Brings the operands in, has `product` done, and takes its result out, if that pays and there is room. */
function staged(work: number, [out, size]: Sized, x: Sized, y: Sized, bias: Sized | null, product: Product): boolean {
  if (!isFloat32(out, x[0], y[0]) || (bias !== null && bias[0].strides[0] !== 1)) return false;
  if (work < FEW || kernels() === null) return false;
  const threads = worthThreads(work);
  begin();
  const left = bringInArray(...x);
  const right = bringInArray(...y);
  const added = bias === null ? 0 : bringInArray(...bias);
  const to = roomForArray(out, size);
  if (left === 0 || right === 0 || to === 0 || !product(to, left, right, added, threads)) return false;
  takeOutArray(out, size, to);
  return true;
}

export function convolve(
  y: Operand,
  x: Operand,
  w: Operand,
  bias: Operand | null,
  n: number,
  channels: Channels,
  s: Sliding,
): boolean {
  const { images, windows, weight } = sizes(n, channels, s);
  const added: Sized | null = bias && [bias, s.groups * channels.outer];
  const work = inThreads.convolutionWork(n, channels, s);
  return staged(work, [y, windows], [x, images], [w, weight], added, (to, from, by, plus, threads) =>
    inThreads.convolve(to, from, by, plus, n, channels, s, threads),
  );
}

export function convolveTransposed(
  x: Operand,
  y: Operand,
  w: Operand,
  bias: Operand | null,
  n: number,
  channels: Channels,
  s: Sliding,
): boolean {
  const { images, windows, weight } = sizes(n, channels, s);
  const added: Sized | null = bias && [bias, s.groups * channels.inner];
  const work = inThreads.convolutionWork(n, channels, s);
  return staged(work, [x, images], [y, windows], [w, weight], added, (to, from, by, plus, threads) =>
    inThreads.convolveTransposed(to, from, by, plus, n, channels, s, threads),
  );
}

export function convolveWeight(w: Operand, x: Operand, y: Operand, n: number, channels: Channels, s: Sliding): boolean {
  const { images, windows, weight } = sizes(n, channels, s);
  const work = inThreads.convolutionWork(n, channels, s);
  return staged(work, [w, weight], [x, images], [y, windows], null, (to, seen, by, _, threads) =>
    inThreads.convolveWeight(to, seen, by, n, channels, s, threads),
  );
}

const countOf = (dims: readonly PoolWindows[]): number => dims.reduce((n, { count }) => n * count, 1);
const sizeOf = (dims: readonly PoolWindows[]): number => dims.reduce((n, { size }) => n * size, 1);

/** The greatest elements of windows that are the same in every plane. */
export function maxima(
  out: Operand,
  places: Operand,
  x: Operand,
  planes: number,
  dims: readonly PoolWindows[],
): boolean {
  const count = planes * countOf(dims);
  const size = planes * sizeOf(dims);
  if (!isFloat32(out, x) || size < FEW || kernels() === null) return false;
  const threads = worthThreads(size);
  begin();
  const from = bringInArray(x, size);
  const to = roomForArray(out, count);
  const at = room(2 * count);
  if (from === 0 || to === 0 || at === 0) return false;
  if (!poolsInThreads.maxima(to, at, from, planes, dims, threads)) return false;
  takeOutArray(out, count, to);
  places.data.set(new Float64Array(heap().buffer, at, count), places.offset);
  return true;
}

/** Adds `count` elements of each plane up at their places in planes of `size` zeros. */
export function addPlaces(
  out: Operand,
  x: Operand,
  places: Operand,
  planes: number,
  size: number,
  count: number,
): boolean {
  if (!isFloat32(out, x) || planes * count < FEW || kernels() === null) return false;
  const threads = worthThreads(planes * count);
  begin();
  const from = bringInArray(x, planes * count);
  const at = room(2 * planes * count);
  const to = roomForArray(out, planes * size);
  if (from === 0 || to === 0 || at === 0) return false;
  const { offset } = places;
  new Float64Array(heap().buffer, at, planes * count).set(places.data.subarray(offset, offset + planes * count));
  poolsInThreads.addPlaces(to, from, at, planes, size, count, threads);
  takeOutArray(out, planes * size, to);
  return true;
}
