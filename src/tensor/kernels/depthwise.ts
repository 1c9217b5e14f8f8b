import { RUN, type Sliding } from "../sliding.js";
import { doubles } from "./im2col.js";
import type { Operand } from "./strided.js";

/*
 * The products of kernels/convolution.ts where a group has one image channel: window channel o sees image channel
 * floor(o / outer). They add up run by run, in doubles, without columns. In WebAssembly: assembly/depthwise.ts.
 */

/** Have the groups one image channel each? */
export const isDepthwise = ({ inner }: { readonly inner: number }, { groups }: { readonly groups: number }): boolean =>
  inner === 1 && groups > 1;

/** `y[o, window] = sum over taps of w[o, tap] * x[c, pixel] + bias[o]`. */
export function depthwiseWindows(
  y: Operand,
  x: Operand,
  w: Operand,
  bias: Operand | null,
  n: number,
  outer: number,
  { runs, step, taps, pixels, windows, groups }: Sliding,
): void {
  const total = doubles(windows);
  const [weight, image, out] = [w.data, x.data, y.data];
  for (let q = 0; q < n * groups * outer; q++) {
    const o = q % (groups * outer);
    const start = x.offset + Math.floor(q / outer) * pixels;
    total.fill(bias ? bias.data[bias.offset + o * bias.strides[0]] : 0, 0, windows);
    for (let r = 0; r < runs.length; r += RUN) {
      const factor = weight[w.offset + o * taps + runs[r]];
      let from = start + runs[r + 1];
      for (let i = runs[r + 2], end = i + runs[r + 3]; i < end; i++, from += step) total[i] += factor * image[from];
    }
    const to = y.offset + q * windows;
    for (let i = 0; i < windows; i++) out[to + i] = total[i];
  }
}

/** `x[c, pixel] += sum over o of c, and taps, of w[o, tap] * y[o, window]`. */
export function depthwiseImages(
  x: Operand,
  y: Operand,
  w: Operand,
  n: number,
  outer: number,
  { runs, step, taps, pixels, windows, groups }: Sliding,
): void {
  const total = doubles(pixels);
  const [weight, image, seen] = [w.data, x.data, y.data];
  for (let q = 0; q < n * groups; q++) {
    total.fill(0, 0, pixels);
    for (let o = 0; o < outer; o++) {
      const kernel = w.offset + ((q % groups) * outer + o) * taps;
      const start = y.offset + (q * outer + o) * windows;
      for (let r = 0; r < runs.length; r += RUN) {
        const factor = weight[kernel + runs[r]];
        let to = runs[r + 1];
        for (let i = start + runs[r + 2], end = i + runs[r + 3]; i < end; i++, to += step)
          total[to] += factor * seen[i];
      }
    }
    const at = x.offset + q * pixels;
    for (let i = 0; i < pixels; i++) image[at + i] += total[i];
  }
}

/** `w[o, tap] = sum over images and windows of y[o, window] * x[c, pixel]`. */
export function depthwiseWeight(
  w: Operand,
  x: Operand,
  y: Operand,
  n: number,
  outer: number,
  { runs, step, taps, pixels, windows, groups }: Sliding,
): void {
  const size = groups * outer * taps;
  const total = doubles(size).fill(0, 0, size);
  const [image, seen] = [x.data, y.data];
  for (let q = 0; q < n * groups * outer; q++) {
    const kernel = (q % (groups * outer)) * taps;
    const start = x.offset + Math.floor(q / outer) * pixels;
    const first = y.offset + q * windows;
    for (let r = 0; r < runs.length; r += RUN) {
      let sum = 0;
      let from = start + runs[r + 1];
      for (let i = first + runs[r + 2], end = i + runs[r + 3]; i < end; i++, from += step) sum += seen[i] * image[from];
      total[kernel + runs[r]] += sum;
    }
  }
  for (let i = 0; i < size; i++) w.data[w.offset + i] = total[i];
}
