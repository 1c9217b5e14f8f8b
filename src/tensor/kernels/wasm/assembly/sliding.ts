/* How the windows of a convolution or of pooling lie on images of up to three dimensions. */

/**
 * Sizes along depth, height and width, laid out in memory as 32-bit integers in this order. Window `w` sees with the tap
 * `k`, along each dimension, the pixel `w * stride - padding + k * dilation`. Missing dimensions have one pixel.
 */
@unmanaged
export class Sliding {
  /** Channels of images and of windows in a group. */
  inner: usize;
  outer: usize;
  groups: usize;
  image0: usize;
  image1: usize;
  image2: usize;
  kernel0: usize;
  kernel1: usize;
  kernel2: usize;
  stride0: usize;
  stride1: usize;
  stride2: usize;
  padding0: usize;
  padding1: usize;
  padding2: usize;
  dilation0: usize;
  dilation1: usize;
  dilation2: usize;
  count0: usize;
  count1: usize;
  count2: usize;

  get taps(): usize {
    return this.kernel0 * this.kernel1 * this.kernel2;
  }

  get pixels(): usize {
    return this.image0 * this.image1 * this.image2;
  }

  get windows(): usize {
    return this.count0 * this.count1 * this.count2;
  }

  /** The sizes of an image with its padding. */
  get height(): usize {
    return this.image1 + 2 * this.padding1;
  }

  get width(): usize {
    return this.image2 + 2 * this.padding2;
  }

  get plane(): usize {
    return (this.image0 + 2 * this.padding0) * this.height * this.width;
  }
}

/** Copies `channels` of an image and puts zeros around each. */
export function padImage(to: usize, x: usize, channels: usize, s: Sliding): void {
  const row = s.width << 2;
  const own = s.image2 << 2;
  const side = s.padding2 << 2;
  const above = s.padding1 * row;
  for (; channels > 0; channels--) {
    const before = s.padding0 * s.height * row;
    memory.fill(to, 0, before);
    to += before;
    for (let d: usize = 0; d < s.image0; d++) {
      memory.fill(to, 0, above);
      to += above;
      for (let h: usize = 0; h < s.image1; h++) {
        for (let i: usize = 0; i < side; i += 4) store<f32>(to + i, 0);
        to += side;
        copy(to, x, own);
        to += own;
        x += own;
        for (let i: usize = 0; i < side; i += 4) store<f32>(to + i, 0);
        to += side;
      }
      memory.fill(to, 0, above);
      to += above;
    }
    memory.fill(to, 0, before);
    to += before;
  }
}

/** Copies `channels` of a padded image without its padding. */
export function unpadImage(to: usize, x: usize, channels: usize, s: Sliding): void {
  const row = s.width << 2;
  const own = s.image2 << 2;
  const first = (s.padding0 * s.height + s.padding1) * row + (s.padding2 << 2);
  for (; channels > 0; channels--) {
    for (let d: usize = 0; d < s.image0; d++) {
      let from = x + first + d * s.height * row;
      for (let h: usize = 0; h < s.image1; h++) {
        copy(to, from, own);
        to += own;
        from += row;
      }
    }
    x += s.plane << 2;
  }
}

/** `to[i * step] += from[i]`, `i < count`; the step in bytes. */
export function addRun(to: usize, step: usize, from: usize, count: usize): void {
  const end = from + (count << 2);
  if (step == 4) {
    for (const body = from + ((count & ~3) << 2); from < body; from += 16) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      to += 16;
    }
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    to += step;
  }
}

/** Copies `bytes`, a multiple of 4; for short runs faster than `memory.copy`. */
function copy(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  for (const body = to + (bytes & ~15); to < body; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(from));
    from += 4;
  }
}

/**
 * Writes the byte of a padded image where each of `count` rows of its columns begins, from row `first` on: what each tap of
 * each channel adds to the place of a window.
 */
export function findRows(to: usize, first: usize, count: usize, s: Sliding): void {
  let k2 = first % s.kernel2;
  let k1 = (first / s.kernel2) % s.kernel1;
  let k0 = (first / (s.kernel2 * s.kernel1)) % s.kernel0;
  let c = first / s.taps;
  for (; count > 0; count--) {
    const place = ((k0 * s.dilation0 * s.height + k1 * s.dilation1) * s.width + k2 * s.dilation2 + c * s.plane) << 2;
    store<i32>(to, <i32>place);
    to += 4;
    if (++k2 < s.kernel2) continue;
    k2 = 0;
    if (++k1 < s.kernel1) continue;
    k1 = 0;
    if (++k0 < s.kernel0) continue;
    k0 = 0;
    c++;
  }
}

/** Writes the byte of a padded image where each of `count` windows begins, from window `first` on. */
export function findWindows(to: usize, first: usize, count: usize, s: Sliding): void {
  let w2 = first % s.count2;
  let w1 = (first / s.count2) % s.count1;
  let w0 = first / (s.count2 * s.count1);
  for (; count > 0; count--) {
    const place = ((w0 * s.stride0 * s.height + w1 * s.stride1) * s.width + w2 * s.stride2) << 2;
    store<i32>(to, <i32>place);
    to += 4;
    if (++w2 < s.count2) continue;
    w2 = 0;
    if (++w1 < s.count1) continue;
    w1 = 0;
    w0++;
  }
}
