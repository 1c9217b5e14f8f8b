import type { Taps } from "../resampling.js";
import { numelOf, type Shape } from "../shape.js";
import type { Operand } from "./strided.js";

/** Two planes of doubles, from one to the other of which the passes go; for all calls. */
let planesOfDoubles = [new Float64Array(0), new Float64Array(0)] as const;

/**
 * Applies the matrices `lines` along the last dimensions of `shape`, one after the other, to each of the planes that the
 * other dimensions number. Both operands lie row by row; all sums are doubles.
 */
export function resample(out: Operand, x: Operand, shape: Shape, lines: readonly (Taps | null)[]): void {
  const first = shape.length - lines.length;
  const sizes = shape.slice(first);
  const pixels = numelOf(sizes);
  let largest = pixels;
  const passes = lines.flatMap((taps, d) => {
    if (taps === null) return [];
    const [outer, inner] = [numelOf(sizes.slice(0, d)), numelOf(sizes.slice(d + 1))];
    sizes[d] = taps.count;
    largest = Math.max(largest, numelOf(sizes));
    return [{ taps, outer, inner }];
  });
  const made = numelOf(sizes);
  if (planesOfDoubles[0].length < largest) {
    planesOfDoubles = [new Float64Array(largest), new Float64Array(largest)];
  }
  const [source, target] = [x.data, out.data];
  const planes = numelOf(shape.slice(0, first));
  for (let p = 0; p < planes; p++) {
    let [from, to] = planesOfDoubles;
    const start = x.offset + p * pixels;
    for (let i = 0; i < pixels; i++) from[i] = source[start + i];
    for (const { taps, outer, inner } of passes) {
      if (inner === 1) alongRows(to, from, outer, taps);
      else acrossRows(to, from, outer, inner, taps);
      [from, to] = [to, from];
    }
    const end = out.offset + p * made;
    for (let i = 0; i < made; i++) target[end + i] = from[i];
  }
}

/** The last dimension: neighbours lie side by side. */
function alongRows(to: Float64Array, from: Float64Array, outer: number, taps: Taps): void {
  const { size, count, starts, places, weights } = taps;
  let o = 0;
  for (let row = 0; row < outer; row++) {
    const base = row * size;
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

/** Another dimension: runs of `inner` elements are added up. */
function acrossRows(to: Float64Array, from: Float64Array, outer: number, inner: number, taps: Taps): void {
  const { size, count, starts, places, weights } = taps;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const line = (o * count + i) * inner;
      if (starts[i] === starts[i + 1]) to.fill(0, line, line + inner);
      for (let t = starts[i]; t < starts[i + 1]; t++) {
        const weight = weights[t];
        const other = (o * size + places[t]) * inner;
        if (t === starts[i]) for (let k = 0; k < inner; k++) to[line + k] = weight * from[other + k];
        else for (let k = 0; k < inner; k++) to[line + k] += weight * from[other + k];
      }
    }
  }
}
