import { Taps } from "./resampling.js";

/** How one dimension is interpolated. */
export interface Line {
  readonly size: number;
  readonly count: number;
  /** The given factor, if it and not the sizes decide. */
  readonly scale: number | null;
  readonly align_corners: boolean;
  /** To the precision of the input: float32 rounds each step as PyTorch does. */
  readonly round: (x: number) => number;
}

/** Old elements for each new one, between the first and last centres or between the edges. */
function ratio({ size, count, scale, align_corners, round }: Line): number {
  if (align_corners) return count > 1 ? round((size - 1) / (count - 1)) : 0;
  return scaleOf(size, count, scale, round);
}

const scaleOf = (size: number, count: number, scale: number | null, round: (x: number) => number): number =>
  scale !== null && scale > 0 ? round(1 / scale) : round(size / count);

/** Where the new element `i` lies among the old ones. */
function source(i: number, step: number, { align_corners, round }: Line): number {
  return align_corners ? round(step * i) : round(round(step * (i + 0.5)) - 0.5);
}

/** The old element at or before the place; PyTorch's float32 arithmetic, whatever the input. */
export function nearest({ size, count, scale }: Line): Taps {
  const step = scaleOf(size, count, scale, Math.fround);
  return Taps.copy(size, count, (i) => {
    if (count === size) return i;
    if (count === 2 * size) return i >> 1;
    return Math.min(Math.floor(Math.fround(i * step)), size - 1);
  });
}

/** The old element whose centre is nearest. */
export function nearestExact({ size, count, scale }: Line): Taps {
  const step = scaleOf(size, count, scale, Math.fround);
  return Taps.copy(size, count, (i) => Math.min(Math.floor(Math.fround((i + 0.5) * step)), size - 1));
}

/** Between the two neighbours, in proportion. */
export function linear(line: Line): Taps {
  const { size, count, round } = line;
  const step = ratio(line);
  return Taps.of(size, count, (i) => {
    if (count === size) return [[i, 1]];
    const at = Math.max(source(i, step, line), 0);
    const low = Math.min(Math.floor(at), size - 1);
    const share = round(Math.min(Math.max(round(at - low), 0), 1));
    return [
      [low, round(1 - share)],
      [Math.min(low + 1, size - 1), share],
    ];
  });
}

/** The cubic convolution kernel at distance `x`, with the free parameter `a`. */
function cubicKernel(x: number, a: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

/** The four neighbours by cubic convolution with `a = -0.75`; edges are repeated. */
export function cubic(line: Line): Taps {
  const { size, count, round } = line;
  const step = ratio(line);
  return Taps.of(size, count, (i) => {
    if (count === size) return [[i, 1]];
    const at = source(i, step, line);
    const low = Math.min(Math.floor(at), size - 1);
    const share = round(Math.min(Math.max(at - low, 0), 1));
    return [-1, 0, 1, 2].map((k) => [Math.min(Math.max(low + k, 0), size - 1), cubicKernel(share - k, -0.75)]);
  });
}

type Filter = { readonly width: number; readonly weight: (x: number) => number };

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** The kernels of antialiased interpolation, and how many elements each spans where nothing shrinks. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  bilinear: { width: 2, weight: (x) => Math.max(1 - Math.abs(x), 0) },
  bicubic: { width: 4, weight: (x) => cubicKernel(x, -0.5) },
  lanczos: { width: 6, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/**
 * Where an image shrinks the kernel widens with it, so that every old element counts; weights add up to 1. Aligned corners
 * change the step alone, as in PyTorch.
 */
export function antialiased(line: Line, { width, weight }: Filter): Taps {
  const { size, count } = line;
  const step = ratio(line);
  const support = step >= 1 ? (width / 2) * step : width / 2;
  const inverse = step >= 1 ? 1 / step : 1;
  return Taps.of(size, count, (i) => {
    const centre = step * (i + 0.5);
    const from = Math.max(Math.trunc(centre - support + 0.5), 0);
    const to = Math.min(Math.trunc(centre + support + 0.5), size);
    const weights = Array.from({ length: Math.max(to - from, 0) }, (_, k) =>
      weight((from + k - centre + 0.5) * inverse),
    );
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w, k) => [from + k, total === 0 ? w : w / total]);
  });
}
