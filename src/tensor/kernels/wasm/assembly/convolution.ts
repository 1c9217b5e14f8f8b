/*
 * Convolutions as matrix products. With the columns X of an image, X[c * taps + tap, window] being the pixel of channel c
 * that the window sees with that tap, of images x, windows y and a weight w [groups * outer, inner, taps]
 *
 *     y = w X        x = col2im(w^T y)        w = y X^T
 *
 * X is not made: its panels are packed right from the padded image. The last argument of every kernel but one is the number
 * of an image, since images can be computed at the same time; `s` is the address of a `Sliding`.
 */

import { gemm } from "./gemm";
import { BEHIND_PANELS, blockOf, KC, MC, NC, PANELS, packA, packLines } from "./panels";
import { addRun, findRows, findWindows, padImage, Sliding, unpadImage } from "./sliding";
import { block } from "./tile";

/** Behind the panels the scratch memory holds columns, then the places of windows and of rows. */
const WINDOW_PLACES: usize = BEHIND_PANELS + ((KC * NC) << 2);
const ROW_PLACES: usize = WINDOW_PLACES + (NC << 2);

/** Puts zeros around image `task` of `x`, all channels of it, and writes it to `padded + task * slot`. */
export function padTask(padded: usize, slot: usize, x: usize, s: usize, scratch: usize, task: usize): void {
  const sliding = changetype<Sliding>(s);
  const channels = sliding.inner * sliding.groups;
  padImage(padded + task * slot, x + ((task * channels * sliding.pixels) << 2), channels, sliding);
}

/**
 * `y = w X + bias` for image `task`. `x` is padded; its images are `slot` bytes apart. `bias = 0` adds nothing. `y` lies
 * row by row: [images, groups * outer, windows].
 */
export function convolveTask(
  y: usize, x: usize, slot: usize, w: usize, bias: usize, s: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const outer = sliding.outer;
  const groups = sliding.groups;
  const windows = sliding.windows;
  const depth = sliding.inner * sliding.taps;
  const group = (sliding.inner * sliding.plane) << 2;
  x += task * slot;
  y += (task * groups * outer * windows) << 2;
  for (let g: usize = 0; g < groups; g++) {
    if (bias) {
      for (let o: usize = 0; o < outer; o++) fill(y + ((o * windows) << 2), load<f32>(bias + ((g * outer + o) << 2)), windows);
    }
    windowsOf(y, x, w, bias != 0, sliding, depth, windows, scratch);
    x += group;
    y += (outer * windows) << 2;
    w += (outer * depth) << 2;
  }
}

/** `y = w X`, or `y += w X`, of one group of one image. */
function windowsOf(
  y: usize, x: usize, w: usize, adds: bool, s: Sliding, depth: usize, windows: usize, scratch: usize,
): void {
  const panels = scratch + PANELS;
  const places = scratch + WINDOW_PLACES;
  const rows = scratch + ROW_PLACES;
  const step = blockOf(depth);
  for (let j: usize = 0; j < windows; j += NC) {
    const width = min(NC, windows - j);
    findWindows(places, j, width, s);
    for (let p: usize = 0; p < depth; p += step) {
      const length = min(step, depth - p);
      findRows(rows, p, length, s);
      packWindows(panels, x, rows, places, length, width);
      for (let i: usize = 0; i < s.outer; i += MC) {
        const height = min(MC, s.outer - i);
        packA(scratch, w + ((i * depth + p) << 2), depth << 2, 4, height, length);
        const to = y + ((i * windows + j) << 2);
        block(to, windows << 2, adds || p > 0 ? to : 0, windows << 2, scratch, panels, height, length, width);
      }
    }
  }
}

/** Packs panels of 8 windows: `to[j / 8][p][j % 8]` is what window `j` sees in row `p`. */
function packWindows(to: usize, x: usize, rows: usize, places: usize, k: usize, n: usize): void {
  for (let j: usize = 0; j < n; j += 8) {
    const at = places + (j << 2);
    if (n - j >= 8 && load<i32>(at, 28) - load<i32>(at) == 28) {
      // side by side, as most are
      const from = x + load<i32>(at);
      let row = rows;
      for (const end = to + (k << 5); to < end; to += 32) {
        const pixel = from + load<i32>(row);
        v128.store(to, v128.load(pixel));
        v128.store(to, v128.load(pixel, 16), 16);
        row += 4;
      }
    } else {
      const last = n - j - 1;
      packHalf(to, x, rows, at, last, k);
      packHalf(to + 16, x, rows, places + (min(j + 4, n - 1) << 2), last > 4 ? last - 4 : 0, k);
      to += k << 5;
    }
  }
}

/** Four windows of a panel; where fewer are left, number `last` stands for the others. */
function packHalf(to: usize, x: usize, rows: usize, places: usize, last: usize, k: usize): void {
  const a = x + load<i32>(places);
  const b = x + load<i32>(places + (min(1, last) << 2));
  const c = x + load<i32>(places + (min(2, last) << 2));
  const d = x + load<i32>(places + (min(3, last) << 2));
  for (const end = to + (k << 5); to < end; to += 32) {
    const row = load<i32>(rows);
    let v = v128.load32_zero(a + row);
    v = v128.load32_lane(b + row, v, 1);
    v = v128.load32_lane(c + row, v, 2);
    v = v128.load32_lane(d + row, v, 3);
    v128.store(to, v);
    rows += 4;
  }
}

/**
 * `w = y X^T`, summed over `n` images, for `columns` of its columns and one group: piece `task`, group by group. The images
 * of `x` are padded and `slot` bytes apart; both operands of the sum run over windows in order, image by image.
 */
export function convolveWeightTask(
  w: usize, x: usize, slot: usize, y: usize, n: usize, s: usize, columns: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const outer = sliding.outer;
  const groups = sliding.groups;
  const windows = sliding.windows;
  const depth = sliding.inner * sliding.taps;
  const pieces = (depth + columns - 1) / columns;
  const g = task / pieces;
  const from = (task % pieces) * columns;
  const to = min(depth, from + columns);
  x += (g * sliding.inner * sliding.plane) << 2;
  y += (g * outer * windows) << 2;
  w += (g * outer * depth) << 2;
  const panels = scratch + PANELS;
  const places = scratch + WINDOW_PLACES;
  const rows = scratch + ROW_PLACES;
  const step = blockOf(windows);
  for (let j = from; j < to; j += NC) {
    const width = min(NC, to - j);
    findRows(rows, j, width, sliding);
    for (let q: usize = 0; q < n; q++) {
      const image = x + q * slot;
      const seen = y + ((q * groups * outer * windows) << 2);
      for (let p: usize = 0; p < windows; p += step) {
        const length = min(step, windows - p);
        findWindows(places, p, length, sliding);
        packRows(panels, image, rows, places, p % sliding.count2, sliding, length, width);
        for (let i: usize = 0; i < outer; i += MC) {
          const height = min(MC, outer - i);
          packA(scratch, seen + ((i * windows + p) << 2), windows << 2, 4, height, length);
          const out = w + ((i * depth + j) << 2);
          block(out, depth << 2, p > 0 || q > 0 ? out : 0, depth << 2, scratch, panels, height, length, width);
        }
      }
    }
  }
}

/**
 * Packs panels of 8 rows of X: `to[j / 8][p][j % 8]` is what window `p` sees in row `j`. The first window is number `first`
 * of its line.
 */
function packRows(
  to: usize, x: usize, rows: usize, places: usize, first: usize, s: Sliding, k: usize, n: usize,
): void {
  const next = s.stride2 << 2;
  for (let j: usize = 0; j < n; j += 4) {
    const last = n - j - 1;
    const at = rows + (j << 2);
    const a = x + load<i32>(at);
    const b = x + load<i32>(at + (min(1, last) << 2));
    const c = x + load<i32>(at + (min(2, last) << 2));
    const d = x + load<i32>(at + (min(3, last) << 2));
    let out = to + (j >> 3) * (k << 5) + ((j & 4) << 2);
    let line = first;
    for (let p: usize = 0; p < k; ) {
      const run = min(s.count2 - line, k - p);
      const place = load<i32>(places + (p << 2));
      packLines(out, 32, a + place, b + place, c + place, d + place, next, run);
      out += run << 5;
      p += run;
      line = 0;
    }
  }
}

/**
 * `x = col2im(w^T y) + bias` for image `task`. `sums` is memory for an image with its padding, `slot` bytes for each task,
 * or 0 where there is no padding.
 */
export function convolveTransposedTask(
  x: usize, y: usize, w: usize, bias: usize, s: usize, sums: usize, slot: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const inner = sliding.inner;
  const outer = sliding.outer;
  const windows = sliding.windows;
  const depth = inner * sliding.taps;
  const channels = inner * sliding.groups;
  const plane = sliding.plane;
  x += (task * channels * sliding.pixels) << 2;
  y += (task * sliding.groups * outer * windows) << 2;
  const total = sums ? sums + task * slot : x;
  for (let c: usize = 0; c < channels; c++) {
    fill(total + ((c * plane) << 2), bias ? load<f32>(bias + (c << 2)) : 0, plane);
  }
  for (let g: usize = 0; g < sliding.groups; g++) {
    imagesOf(total + ((g * inner * plane) << 2), y, w, sliding, depth, windows, scratch);
    y += (outer * windows) << 2;
    w += (outer * depth) << 2;
  }
  if (sums) unpadImage(x, total, channels, sliding);
}

/** `x += col2im(w^T y)` of one group of one image. */
function imagesOf(
  x: usize, y: usize, w: usize, s: Sliding, depth: usize, windows: usize, scratch: usize,
): void {
  const columns = scratch + BEHIND_PANELS;
  const places = scratch + WINDOW_PLACES;
  const rows = scratch + ROW_PLACES;
  for (let j: usize = 0; j < windows; j += NC) {
    const width = min(NC, windows - j);
    findWindows(places, j, width, s);
    for (let p: usize = 0; p < depth; p += KC) {
      const length = min(KC, depth - p);
      findRows(rows, p, length, s);
      gemm(
        columns, width, w + (p << 2), 1, depth, y + (j << 2), windows, 1, 0, 0, length, s.outer, width, scratch,
      );
      for (let r: usize = 0; r < length; r++) {
        const from = x + load<i32>(rows + (r << 2));
        let column = columns + ((r * width) << 2);
        let line = j % s.count2;
        for (let i: usize = 0; i < width; ) {
          const run = min(s.count2 - line, width - i);
          addRun(from + load<i32>(places + (i << 2)), s.stride2 << 2, column, run);
          column += run << 2;
          i += run;
          line = 0;
        }
      }
    }
  }
}

/**
 * `to[g, c, o, tap] = w[g, o, c, taps - 1 - tap]`: the weight with which a convolution of stride 1 that goes over windows
 * computes what {@link convolveTransposedTask} does.
 */
export function flipWeight(to: usize, w: usize, s: usize): void {
  const sliding = changetype<Sliding>(s);
  const inner = sliding.inner;
  const outer = sliding.outer;
  const taps = sliding.taps;
  for (let g: usize = 0; g < sliding.groups; g++) {
    for (let c: usize = 0; c < inner; c++) {
      for (let o: usize = 0; o < outer; o++) {
        let from = w + ((((g * outer + o) * inner + c + 1) * taps - 1) << 2);
        for (let t: usize = 0; t < taps; t++) {
          store<f32>(to, load<f32>(from));
          to += 4;
          from -= 4;
        }
      }
    }
  }
}

function fill(to: usize, value: f32, count: usize): void {
  const v = f32x4.splat(value);
  const end = to + (count << 2);
  for (const body = to + ((count & ~3) << 2); to < body; to += 16) v128.store(to, v);
  for (; to < end; to += 4) store<f32>(to, value);
}
