/*
 * Convolutions whose groups have one image channel: window channel `o` sees image channel `o / outer` alone. Nothing is
 * packed; windows side by side see pixels side by side, or `stride2` apart. Of images x, windows y and a weight
 * w [groups * outer, taps],
 *
 *     y[o, window] = sum over taps of w[o, tap] x[c, pixel]
 *
 * and the other two products are its derivatives. As in convolution.ts `s` is the address of a `Sliding`, images lie in
 * their padding, `slot` bytes apart, and the scratch memory holds the place of each tap.
 */

import { findRows, Sliding, unpadImage } from "./sliding";

/** `y = w x + bias` for image `task`; `bias = 0` adds nothing. */
export function depthwiseTask(
  y: usize, x: usize, slot: usize, w: usize, bias: usize, s: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const taps = sliding.taps;
  const count = sliding.count2;
  const line = count << 2;
  findRows(scratch, 0, taps, sliding);
  x += task * slot;
  y += (task * sliding.groups * sliding.outer * sliding.windows) << 2;
  for (let c: usize = 0; c < sliding.groups; c++) {
    for (let o: usize = 0; o < sliding.outer; o++) {
      const added = bias ? load<f32>(bias) : 0;
      for (let d: usize = 0; d < sliding.count0; d++) {
        for (let h: usize = 0; h < sliding.count1; h++) {
          seeLine(y, x + firstOf(d, h, sliding), w, added, scratch, taps, count, sliding.stride2 << 2);
          y += line;
        }
      }
      w += taps << 2;
      if (bias) bias += 4;
    }
    x += sliding.plane << 2;
  }
}

/** The byte in a padded image where the first window of a line begins. */
function firstOf(d: usize, h: usize, s: Sliding): usize {
  return ((d * s.stride0 * s.height + h * s.stride1) * s.width) << 2;
}

/** A line of windows, `step` bytes apart: eight at a time, four, or one. Where four do not fit any more they overlap. */
function seeLine(
  y: usize, x: usize, w: usize, added: f32, places: usize, taps: usize, count: usize, step: usize,
): void {
  const last = places + (taps << 2);
  let i: usize = 0;
  if (count >= 4 && step == 4) {
    for (; i + 8 <= count; i += 8) {
      const from = x + (i << 2);
      let a = f32x4.splat(added);
      let b = a;
      let weight = w;
      for (let place = places; place < last; place += 4) {
        const pixel = from + load<i32>(place);
        const factor = v128.load32_splat(weight);
        a = f32x4.add(a, f32x4.mul(factor, v128.load(pixel)));
        b = f32x4.add(b, f32x4.mul(factor, v128.load(pixel, 16)));
        weight += 4;
      }
      v128.store(y + (i << 2), a);
      v128.store(y + (i << 2), b, 16);
    }
    while (i < count) {
      i = min(i, count - 4);
      const from = x + (i << 2);
      let a = f32x4.splat(added);
      let weight = w;
      for (let place = places; place < last; place += 4) {
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(weight), v128.load(from + load<i32>(place))));
        weight += 4;
      }
      v128.store(y + (i << 2), a);
      i += 4;
    }
    return;
  }
  for (; i < count; i++) {
    const from = x + i * step;
    let sum = added;
    let weight = w;
    for (let place = places; place < last; place += 4) {
      sum += load<f32>(weight) * load<f32>(from + load<i32>(place));
      weight += 4;
    }
    store<f32>(y + (i << 2), sum);
  }
}

/**
 * `x`, the sum of `w y` where the windows lie, plus `bias`, for image `task`. `sums` is memory for an image with its padding,
 * `slot` bytes for each task, or 0 where there is no padding.
 */
export function depthwiseTransposedTask(
  x: usize, y: usize, w: usize, bias: usize, s: usize, sums: usize, slot: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const taps = sliding.taps;
  const line = sliding.count2 << 2;
  const plane = sliding.plane << 2;
  findRows(scratch, 0, taps, sliding);
  x += (task * sliding.groups * sliding.pixels) << 2;
  y += (task * sliding.groups * sliding.outer * sliding.windows) << 2;
  const first = sums ? sums + task * slot : x;
  let total = first;
  for (let c: usize = 0; c < sliding.groups; c++) {
    const added = bias ? load<f32>(bias + (c << 2)) : 0;
    for (const end = total + plane; total < end; total += 4) store<f32>(total, added);
    total -= plane;
    for (let o: usize = 0; o < sliding.outer; o++) {
      for (let d: usize = 0; d < sliding.count0; d++) {
        for (let h: usize = 0; h < sliding.count1; h++) {
          const to = total + firstOf(d, h, sliding);
          for (let t: usize = 0; t < taps; t++) {
            addLine(to + load<i32>(scratch + (t << 2)), sliding.stride2 << 2, y, load<f32>(w + (t << 2)), line);
          }
          y += line;
        }
      }
      w += taps << 2;
    }
    total += plane;
  }
  if (sums) unpadImage(x, first, sliding.groups, sliding);
}

/** `to[i * step] += factor * from[i]` for a line of so many bytes; the step in bytes. */
function addLine(to: usize, step: usize, from: usize, factor: f32, line: usize): void {
  const end = from + line;
  if (step == 4) {
    const f = f32x4.splat(factor);
    for (const body = from + (line & ~15); from < body; from += 16) {
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(f, v128.load(from))));
      to += 16;
    }
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(to) + factor * load<f32>(from));
    to += step;
  }
}

/** The weights of window channel `task`: `w[o, tap]`, the sum over `n` images and windows of `y[o, window] x[c, pixel]`. */
export function depthwiseWeightTask(
  w: usize, x: usize, slot: usize, y: usize, n: usize, s: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const taps = sliding.taps;
  const windows = sliding.windows;
  findRows(scratch, 0, taps, sliding);
  x += ((task / sliding.outer) * sliding.plane) << 2;
  y += (task * windows) << 2;
  w += (task * taps) << 2;
  for (let t: usize = 0; t < taps; t++) {
    const place = load<i32>(scratch + (t << 2));
    let total: f64 = 0;
    for (let q: usize = 0; q < n; q++) {
      const seen = y + ((q * sliding.groups * sliding.outer * windows) << 2);
      total += weightIn(x + q * slot + place, seen, sliding);
    }
    store<f32>(w + (t << 2), <f32>total);
  }
}

/** The sum over the windows of one image of `y[window] x[window's pixel]`. */
function weightIn(x: usize, y: usize, s: Sliding): f64 {
  const step = s.stride2 << 2;
  const line = s.count2 << 2;
  let four = f32x4.splat(0);
  let one: f64 = 0;
  for (let d: usize = 0; d < s.count0; d++) {
    for (let h: usize = 0; h < s.count1; h++) {
      let from = x + firstOf(d, h, s);
      const end = y + line;
      if (step == 4) {
        for (const body = y + (line & ~15); y < body; y += 16) {
          four = f32x4.add(four, f32x4.mul(v128.load(from), v128.load(y)));
          from += 16;
        }
      }
      for (; y < end; y += 4) {
        one += <f64>load<f32>(from) * <f64>load<f32>(y);
        from += step;
      }
    }
  }
  one += <f64>f32x4.extract_lane(four, 0) + <f64>f32x4.extract_lane(four, 1);
  return one + (<f64>f32x4.extract_lane(four, 2) + <f64>f32x4.extract_lane(four, 3));
}
