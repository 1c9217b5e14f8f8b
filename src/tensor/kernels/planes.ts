import type { TypedArray } from "../dtype.js";
import type { PoolWindows } from "../pooling.js";
import * as staged from "./staged_convolution.js";
import type { Operand } from "./strided.js";

/*
 * Kernels on planes: the last dimensions of tensors that lie row by row, with the planes one after the other. An index
 * numbers the elements of its plane.
 */

/**
 * The largest element of each window of each plane, and its index; of equal ones the first, and NaN before all.
 *
 * @param windows those of a plane along its three dimensions, the same for all or other ones for each
 */
export function maxima(
  out: Operand,
  indices: Operand,
  x: Operand,
  planes: number,
  windows: readonly PoolWindows[] | ((plane: number) => readonly PoolWindows[]),
): void {
  if (typeof windows !== "function" && staged.maxima(out, indices, x, planes, windows)) return;
  const [data, values, places] = [x.data, out.data, indices.data];
  let [o, i] = [out.offset, indices.offset];
  for (let p = 0; p < planes; p++) {
    const [depth, height, width] = typeof windows === "function" ? windows(p) : windows;
    const start = x.offset + p * depth.size * height.size * width.size;
    for (let a = 0; a < depth.count; a++) {
      for (let b = 0; b < height.count; b++) {
        for (let c = 0; c < width.count; c++) {
          let best = -Infinity;
          let at = (depth.starts[a] * height.size + height.starts[b]) * width.size + width.starts[c];
          const right = width.ends[c];
          for (let d = depth.starts[a]; d < depth.ends[a]; d += depth.step) {
            for (let h = height.starts[b]; h < height.ends[b]; h += height.step) {
              const row = (d * height.size + h) * width.size;
              for (let w = width.starts[c]; w < right; w += width.step) {
                const value = data[start + row + w];
                if (value > best || Number.isNaN(value)) {
                  best = value;
                  at = row + w;
                }
              }
            }
          }
          values[o++] = best;
          places[i++] = at;
        }
      }
    }
  }
}

/** `out[i] = x[plane of i, indices[i]]`; planes of `x` have `size` elements, those of `out` have `count`. */
export function takePlaces(out: TypedArray, x: Operand, indices: Operand, size: number, count: number): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = x.data[x.offset + Math.floor(i / count) * size + indices.data[indices.offset + i]];
  }
}

/** `out[plane of i, indices[i]] += x[i]`, for all `n` elements of `x`. */
export function addPlaces(out: Operand, x: Operand, indices: Operand, n: number, size: number, count: number): void {
  if (staged.addPlaces(out, x, indices, n / count, size, count)) return;
  for (let i = 0; i < n; i++) {
    out.data[out.offset + Math.floor(i / count) * size + indices.data[indices.offset + i]] += x.data[x.offset + i];
  }
}

/** `out[plane of i, indices[i]] = x[i]`, for all `n` elements of `x`; where indices meet the last value stays. */
export function putPlaces(out: Operand, x: Operand, indices: Operand, n: number, size: number, count: number): void {
  for (let i = 0; i < n; i++) {
    out.data[out.offset + Math.floor(i / count) * size + indices.data[indices.offset + i]] = x.data[x.offset + i];
  }
}
