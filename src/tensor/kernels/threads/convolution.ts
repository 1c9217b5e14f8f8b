import { isDepthwise } from "../depthwise.js";
import { room } from "../stage.js";
import { heap, kernels } from "../wasm/instance.js";
import { numThreads, runTasks } from "./pool.js";

/** How windows lie on images of one to three dimensions; see `Sliding`. */
interface Geometry {
  readonly image: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly counts: readonly number[];
  readonly groups: number;
}

/** Channels in a group. */
interface Channels {
  readonly inner: number;
  readonly outer: number;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Multiply-adds of a convolution of `n` images, in which way it may go: what `worthThreads` wants to know. */
export const convolutionWork = (n: number, { inner, outer }: Channels, s: Geometry): number =>
  n * s.groups * inner * outer * product(s.kernel) * product(s.counts);

/** Writes what the kernels must know; the address of it, or 0 if there is no room. */
function describe({ inner, outer }: Channels, s: Geometry): number {
  const address = room(21);
  if (address === 0) return 0;
  const three = (sizes: readonly number[], missing: number): number[] => [
    ...Array<number>(3 - sizes.length).fill(missing),
    ...sizes,
  ];
  const numbers = [
    ...[inner, outer, s.groups],
    ...three(s.image, 1),
    ...three(s.kernel, 1),
    ...three(s.stride, 1),
    ...three(s.padding, 0),
    ...three(s.dilation, 1),
    ...three(s.counts, 1),
  ];
  new Int32Array(heap().buffer, address, numbers.length).set(numbers);
  return address;
}

/** Have the groups so few channels, and windows side by side, that to pack what they see costs more than it saves? */
const areFew = ({ inner, outer }: Channels, { groups, stride, counts }: Geometry): boolean =>
  groups > 1 && outer % 4 === 0 && outer <= 16 && inner <= 64 && stride.at(-1) === 1 && counts.at(-1)! >= 4;

const isPadded = (s: Geometry): boolean => s.padding.some((p) => p > 0);

/** The bytes of one image of all channels with its padding. */
function paddedBytes({ inner }: Channels, s: Geometry): number {
  const bytes = 4 * s.groups * inner * product(s.image.map((size, d) => size + 2 * s.padding[d]));
  return Math.ceil(bytes / 64) * 64;
}

/**
 * The products of kernels/convolution.ts on addresses in the memory of the WebAssembly kernels: `y = w X + bias`, where
 * `bias = 0` adds nothing. All operands lie row by row. `threads` says whether they may share the work, see
 * `worthThreads`.
 *
 * @returns false if there is not enough memory; nothing is written then
 */
export function convolve(
  y: number,
  x: number,
  w: number,
  bias: number,
  n: number,
  channels: Channels,
  s: Geometry,
  threads: boolean,
): boolean {
  const shape = describe(channels, s);
  if (shape === 0) return false;
  const kernel = isDepthwise(channels, s) || areFew(channels, s) ? "directTask" : "convolveTask";
  const slot = paddedBytes(channels, s);
  if (!isPadded(s)) {
    runTasks(kernel, [y, x, 4 * s.groups * channels.inner * product(s.image), w, bias, shape], n, threads);
    return true;
  }
  const all = threads ? room((slot / 4) * n) : 0;
  if (all > 0) {
    runTasks("padTask", [all, slot, x, shape], n, true);
    runTasks(kernel, [y, all, slot, w, bias, shape], n, true);
    return true;
  }
  const padded = room(slot / 4);
  if (padded === 0) return false;
  // one image after the other in the same place, which then is in the cache
  const k = kernels()!;
  for (let i = 0; i < n; i++) {
    k.padTask(padded, 0, x, shape, 0, i);
    k[kernel](y, padded, 0, w, bias, shape, 0, i);
  }
  return true;
}

/**
 * With stride 1, how the pixels of images see the windows: as windows see pixels. Null where that is not so, or where there
 * are so many more pixels than windows that it costs more than it saves.
 */
function turnedRound(s: Geometry): Geometry | null {
  const padding = s.padding.map((p, d) => s.dilation[d] * (s.kernel[d] - 1) - p);
  if (s.stride.some((step) => step > 1) || padding.some((p) => p < 0)) return null;
  if (product(s.image) > 1.1 * product(s.counts)) return null;
  return { ...s, image: s.counts, counts: s.image, padding };
}

/** `x = col2im(w^T y) + bias`, as {@link convolve} otherwise. */
export function convolveTransposed(
  x: number,
  y: number,
  w: number,
  bias: number,
  n: number,
  channels: Channels,
  s: Geometry,
  threads: boolean,
): boolean {
  const shape = describe(channels, s);
  if (shape === 0) return false;
  const alone = isDepthwise(channels, s) && channels.outer === 1;
  const turned = channels.inner >= 4 || alone ? turnedRound(s) : null;
  if (turned) {
    const flipped = room(s.groups * channels.inner * channels.outer * product(s.kernel));
    if (flipped === 0) return false;
    kernels()!.flipWeight(flipped, w, shape);
    return convolve(x, y, flipped, bias, n, { inner: channels.outer, outer: channels.inner }, turned, threads);
  }
  const floats = isPadded(s) ? paddedBytes(channels, s) / 4 : 0;
  const all = threads && floats > 0 ? room(floats * n) : 0;
  const sums = all || floats === 0 ? all : room(floats);
  if (sums === 0 && floats > 0) return false;
  // without memory for all images one thread takes them in turn
  const together = threads && (all > 0 || floats === 0);
  const args = [x, y, w, bias, shape, sums, together ? 4 * floats : 0];
  runTasks(isDepthwise(channels, s) ? "depthwiseTransposedTask" : "convolveTransposedTask", args, n, together);
  return true;
}

/** `w = y X^T`, summed over all images, as {@link convolve} otherwise. */
export function convolveWeight(
  w: number,
  x: number,
  y: number,
  n: number,
  channels: Channels,
  s: Geometry,
  threads: boolean,
): boolean {
  const shape = describe(channels, s);
  if (shape === 0) return false;
  let images = x;
  let slot = 4 * s.groups * channels.inner * product(s.image);
  if (isPadded(s)) {
    slot = paddedBytes(channels, s);
    images = room((slot / 4) * n);
    if (images === 0) return false;
    runTasks("padTask", [images, slot, x, shape], n, threads);
  }
  if (isDepthwise(channels, s)) {
    runTasks("depthwiseWeightTask", [w, images, slot, y, n, shape], s.groups * channels.outer, threads);
    return true;
  }
  const depth = channels.inner * product(s.kernel);
  const pieces = threads ? Math.max(1, Math.floor((4 * numThreads()) / s.groups)) : 1;
  const columns = 8 * Math.ceil(depth / pieces / 8);
  const tasks = s.groups * Math.ceil(depth / columns);
  runTasks("convolveWeightTask", [w, images, slot, y, n, shape, columns], tasks, threads);
  return true;
}
