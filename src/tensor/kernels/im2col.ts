import type { TypedArray } from "../dtype.js";
import { RUN, type Sliding } from "../sliding.js";

/**
 * Writes what the windows see of an image: `columns[start + (c * taps + tap) * apart + window]` is the pixel of channel
 * `c`. What lies beyond the edge is not written.
 *
 * @param at where the image begins in `x`, its channels one after the other, row by row
 */
export function im2col(
  columns: TypedArray,
  start: number,
  apart: number,
  x: TypedArray,
  at: number,
  channels: number,
  { runs, step, taps, pixels }: Sliding,
): void {
  for (let c = 0; c < channels; c++) {
    const image = at + c * pixels;
    const row = start + c * taps * apart;
    for (let r = 0; r < runs.length; r += RUN) {
      const to = row + runs[r] * apart + runs[r + 2];
      const length = runs[r + 3];
      let from = image + runs[r + 1];
      for (let i = 0; i < length; i++, from += step) columns[to + i] = x[from];
    }
  }
}

/** The transpose of {@link im2col}: adds each element of the columns to the pixel that it came from; sums are doubles. */
export function col2im(
  x: TypedArray,
  at: number,
  columns: TypedArray,
  start: number,
  apart: number,
  channels: number,
  { runs, step, taps, pixels }: Sliding,
): void {
  const plane = doubles(pixels);
  for (let c = 0; c < channels; c++) {
    const row = start + c * taps * apart;
    plane.fill(0, 0, pixels);
    for (let r = 0; r < runs.length; r += RUN) {
      const from = row + runs[r] * apart + runs[r + 2];
      const length = runs[r + 3];
      let to = runs[r + 1];
      for (let i = 0; i < length; i++, to += step) plane[to] += columns[from + i];
    }
    const image = at + c * pixels;
    for (let i = 0; i < pixels; i++) x[image + i] += plane[i];
  }
}

let kept = new Float64Array(0);

/** Memory for at least `length` doubles, for all calls. */
export function doubles(length: number): Float64Array {
  if (kept.length < length) kept = new Float64Array(length);
  return kept;
}
