/*
 * Convolutions whose groups have few image channels, most of all one: then window channel `o` sees image channel
 * `o / outer` alone. Nothing is packed; windows side by side see pixels side by side, or `stride2` apart. Of images x,
 * windows y and a weight w [groups * outer, inner, taps],
 *
 *     y[o, window] = sum over channels c of its group, and taps, of w[o, c, tap] x[c, pixel]
 *
 * and the other two products, for groups of one image channel, are its derivatives. As in convolution.ts `s` is the address of a `Sliding`, images lie in
 * their padding, `slot` bytes apart, and the scratch memory holds the place of each tap.
 */

import { findRows, Sliding, unpadImage } from "./sliding";

/** `y = w x + bias` for image `task`; `bias = 0` adds nothing. */
export function directTask(
  y: usize, x: usize, slot: usize, w: usize, bias: usize, s: usize, scratch: usize, task: usize,
): void {
  const sliding = changetype<Sliding>(s);
  const outer = sliding.outer;
  const terms = sliding.inner * sliding.taps;
  const plane = sliding.windows << 2;
  findRows(scratch, 0, terms, sliding);
  x += task * slot;
  y += task * sliding.groups * outer * plane;
  const fours = sliding.stride2 == 1 && sliding.count2 >= 4 ? outer & ~3 : 0;
  for (let g: usize = 0; g < sliding.groups; g++) {
    let o: usize = 0;
    for (; o < fours; o += 4) {
      seeFourPlanes(y, plane, x, w, bias, scratch, terms, sliding);
      y += plane << 2;
      w += terms << 4;
      if (bias) bias += 16;
    }
    for (; o < outer; o++) {
      seePlane(y, x, w, bias ? load<f32>(bias) : 0, scratch, terms, sliding);
      y += plane;
      w += terms << 2;
      if (bias) bias += 4;
    }
    x += (sliding.inner * sliding.plane) << 2;
  }
}

/** The windows of one channel. */
function seePlane(y: usize, x: usize, w: usize, added: f32, places: usize, terms: usize, s: Sliding): void {
  const count = s.count2;
  for (let d: usize = 0; d < s.count0; d++) {
    for (let h: usize = 0; h < s.count1; h++) {
      seeLine(y, x + firstOf(d, h, s), w, added, places, terms, count, s.stride2 << 2);
      y += count << 2;
    }
  }
}

/** The windows of four channels, whose planes of windows are `apart` bytes apart; those of a line lie side by side. */
function seeFourPlanes(
  y: usize, apart: usize, x: usize, w: usize, bias: usize, places: usize, terms: usize, s: Sliding,
): void {
  const count = s.count2;
  for (let d: usize = 0; d < s.count0; d++) {
    for (let h: usize = 0; h < s.count1; h++) {
      seeFourLines(y, apart, x + firstOf(d, h, s), w, bias, places, terms, count);
      y += count << 2;
    }
  }
}

/** A line of each of four channels: eight windows at a time, or four, which overlap where four do not fit any more. */
function seeFourLines(
  y: usize, apart: usize, x: usize, w: usize, bias: usize, places: usize, terms: usize, count: usize,
): void {
  const last = places + (terms << 2);
  const w1 = terms << 2, w2 = terms << 3, w3 = w1 + w2;
  const zero = f32x4.splat(0);
  const bias0 = bias ? v128.load32_splat(bias) : zero;
  const bias1 = bias ? v128.load32_splat(bias, 4) : zero;
  const bias2 = bias ? v128.load32_splat(bias, 8) : zero;
  const bias3 = bias ? v128.load32_splat(bias, 12) : zero;
  let i: usize = 0;
  for (; i + 8 <= count; i += 8) {
    const from = x + (i << 2);
    let a0 = bias0, b0 = bias0, a1 = bias1, b1 = bias1, a2 = bias2, b2 = bias2, a3 = bias3, b3 = bias3;
    let weight = w;
    for (let place = places; place < last; place += 4) {
      const pixel = from + load<i32>(place);
      const left = v128.load(pixel);
      const right = v128.load(pixel, 16);
      let factor = v128.load32_splat(weight);
      a0 = f32x4.add(a0, f32x4.mul(factor, left));
      b0 = f32x4.add(b0, f32x4.mul(factor, right));
      factor = v128.load32_splat(weight + w1);
      a1 = f32x4.add(a1, f32x4.mul(factor, left));
      b1 = f32x4.add(b1, f32x4.mul(factor, right));
      factor = v128.load32_splat(weight + w2);
      a2 = f32x4.add(a2, f32x4.mul(factor, left));
      b2 = f32x4.add(b2, f32x4.mul(factor, right));
      factor = v128.load32_splat(weight + w3);
      a3 = f32x4.add(a3, f32x4.mul(factor, left));
      b3 = f32x4.add(b3, f32x4.mul(factor, right));
      weight += 4;
    }
    let to = y + (i << 2);
    v128.store(to, a0);
    v128.store(to, b0, 16);
    to += apart;
    v128.store(to, a1);
    v128.store(to, b1, 16);
    to += apart;
    v128.store(to, a2);
    v128.store(to, b2, 16);
    to += apart;
    v128.store(to, a3);
    v128.store(to, b3, 16);
  }
  while (i < count) {
    i = min(i, count - 4);
    const from = x + (i << 2);
    let a0 = bias0, a1 = bias1, a2 = bias2, a3 = bias3;
    let weight = w;
    for (let place = places; place < last; place += 4) {
      const pixels = v128.load(from + load<i32>(place));
      a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(weight), pixels));
      a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(weight + w1), pixels));
      a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(weight + w2), pixels));
      a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(weight + w3), pixels));
      weight += 4;
    }
    const to = y + (i << 2);
    v128.store(to, a0);
    v128.store(to + apart, a1);
    v128.store(to + (apart << 1), a2);
    v128.store(to + apart + (apart << 1), a3);
    i += 4;
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
