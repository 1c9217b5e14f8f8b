import type { Taps } from "../resampling.js";
import { numelOf, type Shape } from "../shape.js";
import { BLOCK, begin, bringIn, lives, room, roomFor, takeOut } from "./stage.js";
import type { Operand } from "./strided.js";
import { heap, kernels } from "./wasm/instance.js";

/**
 * Applies the matrices `lines` along the last dimensions of `shape`, one after the other, to each of the planes that the
 * other dimensions number. Both operands lie row by row; all sums are doubles.
 */
export function resample(out: Operand, x: Operand, shape: Shape, lines: readonly (Taps | null)[]): void {
  staged(out, x, shape, lines) || plain(out, x, shape, lines);
}

/** Fewer elements are done before copies are made. */
const FEW = 64;

/** {@link resample} of two dimensions of float32 in WebAssembly, some planes at a time. Answers whether it was done. */
function staged(out: Operand, x: Operand, shape: Shape, lines: readonly (Taps | null)[]): boolean {
  const [source, target] = [x.storage, out.storage];
  if (!(x.data instanceof Float32Array && out.data instanceof Float32Array) || !source || !target) return false;
  const fast = kernels();
  if (fast === null || numelOf(shape) < FEW || lines.slice(0, -2).some((taps) => taps !== null)) return false;
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1)!];
  const columns = lines.at(-1)!;
  const rows = lines.length > 1 ? lines.at(-2)! : null;
  const pixels = height * width;
  const made = (rows?.count ?? height) * (columns?.count ?? width);
  const planes = numelOf(shape) / pixels;
  const step = Math.max(1, Math.floor(BLOCK / Math.max(pixels, made)));
  lives(source);
  for (let p = 0; p < planes; p += step) {
    const n = Math.min(step, planes - p);
    begin();
    const [down, along] = [describe(rows, height), describe(columns, width)];
    const line = room(2 * width);
    const from = bringIn(source, x.offset + p * pixels, n * pixels);
    const to = roomFor(target, out.offset + p * made, n * made);
    if (Math.min(down, along, line, from, to) === 0) return false;
    fast.resample(to, from, n, down, along, line);
    takeOut(target, out.offset + p * made, n * made, to);
  }
  return true;
}

/** Writes a matrix as the kernels read it, `null` as one that changes none of `size` elements; the address, 0 without room. */
function describe(taps: Taps | null, size: number): number {
  const address = room(5);
  const terms = taps?.places.length ?? 0;
  const [starts, places, weights] = taps ? [room(taps.count + 1), room(terms), room(2 * terms)] : [0, 0, 0];
  if (address === 0 || (taps && Math.min(starts, places, weights) === 0)) return 0;
  const { buffer } = heap();
  if (taps) {
    new Int32Array(buffer, starts).set(taps.starts);
    new Int32Array(buffer, places).set(taps.places);
    new Float64Array(buffer, weights, terms).set(taps.weights);
  }
  new Int32Array(buffer, address).set([size, taps?.count ?? size, starts, places, weights]);
  return address;
}

/** Two planes of doubles, from one to the other of which the passes go; for all calls. */
let planesOfDoubles = [new Float64Array(0), new Float64Array(0)] as const;

function plain(out: Operand, x: Operand, shape: Shape, lines: readonly (Taps | null)[]): void {
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
