import { RuntimeError } from "../python/errors.js";
import { registerType } from "../python/signature.js";
import type { Shape } from "./shape.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Pooling: Pooling;
  }
}

/** The windows of a pool along one dimension: from each start to before its end, `step` apart. */
export interface PoolWindows {
  /** How many elements there are. */
  readonly size: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly step: number;
  /** How many elements each window counts when it averages, padding included or not. */
  readonly weights: Int32Array;
}

/** Windows over dimensions of an image, with the name of the recorded operation. */
export class Pooling {
  constructor(
    readonly name: string,
    readonly dims: readonly PoolWindows[],
  ) {}

  get counts(): Shape {
    return this.dims.map(({ count }) => count);
  }

  /** The windows of three dimensions, those that are not there having one element. */
  get three(): readonly PoolWindows[] {
    return [...Array<PoolWindows>(3 - this.dims.length).fill(single), ...this.dims];
  }
}

registerType("Pooling", (v) => v instanceof Pooling);

function windows(
  size: number,
  count: number,
  step: number,
  bounds: (i: number) => readonly [start: number, end: number, weight: number],
): PoolWindows {
  const all = Array.from({ length: count }, (_, i) => bounds(i));
  const [starts, ends, weights] = [0, 1, 2].map((k) => Int32Array.from(all, (b) => b[k]));
  return { size, count, starts, ends, step, weights };
}

const single = windows(1, 1, 1, () => [0, 1, 1]);

/** The settings of a pool, one for each dimension. */
export interface PoolSettings {
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly ceil_mode: boolean;
  /** Does padding count in averages? */
  readonly count_include_pad?: boolean;
}

/** How many windows there are along each dimension; with `ceil_mode` the last may reach over the edge. */
export function pooledSizes(sizes: Shape, { kernel, stride, padding, dilation, ceil_mode }: PoolSettings): number[] {
  return sizes.map((size, d) => {
    const [k, s, p] = [kernel[d], stride[d], padding[d]];
    const reach = dilation[d] * (k - 1) + 1;
    if (s === 0) throw new RuntimeError("stride should not be zero");
    if (p < 0) throw new RuntimeError(`pad must be non-negative, but got pad: ${p}`);
    if (p > Math.trunc(reach / 2)) {
      throw new RuntimeError(
        `pad should be at most half of effective kernel size, but got pad=${p}, kernel_size=${k} and dilation=${dilation[d]}`,
      );
    }
    const count = Math.floor((size + 2 * p - reach + (ceil_mode ? s - 1 : 0)) / s) + 1;
    // the last window begins inside, or in the padding before
    return ceil_mode && (count - 1) * s >= size + p ? count - 1 : count;
  });
}

/** Windows of the kernel's size that slide over images of `sizes`. */
export function slidingPool(name: string, sizes: Shape, counts: Shape, settings: PoolSettings): Pooling {
  const { kernel, stride, padding, dilation, count_include_pad = true } = settings;
  const dims = sizes.map((size, d) => {
    const step = dilation[d];
    return windows(size, counts[d], step, (i) => {
      const from = i * stride[d] - padding[d];
      const to = from + step * (kernel[d] - 1) + 1;
      // the first tap inside; taps stay a whole number of steps from the start
      const start = from < 0 ? from + step * Math.ceil(-from / step) : from;
      const end = Math.min(to, size);
      return [start, end, count_include_pad ? Math.min(to, size + padding[d]) - from : end - start];
    });
  });
  return new Pooling(name, dims);
}

/** As many windows as `counts` says, of about equal size, that cover images of `sizes`; `null` keeps a size. */
export function adaptivePool(name: string, sizes: Shape, counts: readonly (number | null)[]): Pooling {
  const dims = sizes.map((size, d) => {
    const count = counts[d] ?? size;
    return windows(size, count, 1, (i) => {
      const start = Math.floor((i * size) / count);
      const end = Math.ceil(((i + 1) * size) / count);
      return [start, end, end - start];
    });
  });
  return new Pooling(name, dims);
}

/** One starting point for each window, all of the same size. */
export function windowsFrom(size: number, starts: readonly number[], kernel: number): PoolWindows {
  return windows(size, starts.length, 1, (i) => [starts[i], starts[i] + kernel, kernel]);
}
