import type { TypedArray } from "../dtype.js";
import type { Taps } from "../resampling.js";
import type { Shape } from "../shape.js";
import type { Operand } from "./strided.js";

/** Two planes of doubles between the passes; for all calls. */
const between = [new Float64Array(0), new Float64Array(0)];

/**
 * Applies the matrices `lines` along the last dimensions of `shape`, one after the other, to each of the planes that the
 * other dimensions number. Both operands lie row by row; sums are doubles.
 */
export function resample(out: Operand, x: Operand, shape: Shape, lines: readonly (Taps | null)[]): void {
  const first = shape.length - lines.length;
  const sizes = shape.slice(first);
  const passes: { taps: Taps; outer: number; inner: number }[] = [];
  let planes = 1;
  for (let d = 0; d < first; d++) planes *= shape[d];
  const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
  const pixels = product(sizes);
  lines.forEach((taps, d) => {
    if (taps === null) return;
    passes.push({ taps, outer: product(sizes.slice(0, d)), inner: product(sizes.slice(d + 1)) });
    sizes[d] = taps.count;
  });
  const made = product(sizes);
  const largest = Math.max(...passes.map(({ taps, outer, inner }) => taps.count * outer * inner));
  for (const i of [0, 1]) if (between[i].length < largest) between[i] = new Float64Array(largest);
  for (let p = 0; p < planes; p++) {
    let [from, at]: [TypedArray, number] = [x.data, x.offset + p * pixels];
    passes.forEach(({ taps, outer, inner }, i) => {
      const isLast = i === passes.length - 1;
      const to = isLast ? out.data : between[i % 2];
      const start = isLast ? out.offset + p * made : 0;
      if (inner === 1) alongRows(to, start, from, at, outer, taps);
      else acrossRows(to, start, from, at, outer, inner, taps);
      [from, at] = [to, start];
    });
  }
}

/** The last dimension: neighbours lie side by side. */
function alongRows(to: TypedArray, start: number, from: TypedArray, at: number, outer: number, taps: Taps): void {
  const { size, count, starts, places, weights } = taps;
  let o = start;
  for (let row = 0; row < outer; row++) {
    const base = at + row * size;
    for (let i = 0; i < count; i++) {
      let t = starts[i];
      const end = starts[i + 1];
      // the first term alone: 0 + -0 would lose the sign
      let sum = t < end ? weights[t] * from[base + places[t]] : 0;
      for (t++; t < end; t++) sum += weights[t] * from[base + places[t]];
      to[o++] = sum;
    }
  }
}

/** The sums of the run at hand, where the result's own type would round them. */
let run = new Float64Array(0);

/** Another dimension: runs of `inner` elements are added up. */
function acrossRows(
  to: TypedArray,
  start: number,
  from: TypedArray,
  at: number,
  outer: number,
  inner: number,
  { size, count, starts, places, weights }: Taps,
): void {
  if (run.length < inner) run = new Float64Array(inner);
  const sums = run;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const end = starts[i + 1];
      sums.fill(0, 0, inner);
      for (let t = starts[i]; t < end; t++) {
        const weight = weights[t];
        const line = at + (o * size + places[t]) * inner;
        if (t === starts[i]) for (let k = 0; k < inner; k++) sums[k] = weight * from[line + k];
        else for (let k = 0; k < inner; k++) sums[k] += weight * from[line + k];
      }
      const line = start + (o * count + i) * inner;
      for (let k = 0; k < inner; k++) to[line + k] = sums[k];
    }
  }
}
