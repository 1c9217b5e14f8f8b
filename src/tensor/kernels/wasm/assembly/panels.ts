/* What the matrix products share. */

/** `a * b + c`; rounded once or twice where relaxed SIMD is on, else twice. */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Packs the elements of 4 lines side by side: `to[p * step + i] = from[i * line + p * next]`, `i < 4`, `p < k`, all
 * strides in bytes. Of the lines `count` are there; zeros stand for the others.
 */
export function pack4(to: usize, step: usize, from: usize, line: usize, next: usize, count: usize, k: usize): void {
  const end = to + k * step;
  if (count == 4 && line == 4) {
    while (to < end) {
      v128.store(to, v128.load(from));
      to += step;
      from += next;
    }
    return;
  }
  if (count == 4) {
    const two = line << 1;
    const three = two + line;
    if (next == 4) {
      // 4 by 4 elements at a time, transposed in registers
      const body = to + (k & ~3) * step;
      while (to < body) {
        const a = v128.load(from);
        const b = v128.load(from + line);
        const c = v128.load(from + two);
        const d = v128.load(from + three);
        const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
        const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
        const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
        const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
        v128.store(to, i32x4.shuffle(ab, cd, 0, 1, 4, 5));
        to += step;
        v128.store(to, i32x4.shuffle(ab, cd, 2, 3, 6, 7));
        to += step;
        v128.store(to, i32x4.shuffle(ef, gh, 0, 1, 4, 5));
        to += step;
        v128.store(to, i32x4.shuffle(ef, gh, 2, 3, 6, 7));
        to += step;
        from += 16;
      }
    }
    while (to < end) {
      let v = v128.load32_zero(from);
      v = v128.load32_lane(from + line, v, 1);
      v = v128.load32_lane(from + two, v, 2);
      v = v128.load32_lane(from + three, v, 3);
      v128.store(to, v);
      to += step;
      from += next;
    }
    return;
  }
  while (to < end) {
    let v = f32x4.splat(0);
    if (count > 0) v = v128.load32_lane(from, v, 0);
    if (count > 1) v = v128.load32_lane(from + line, v, 1);
    if (count > 2) v = v128.load32_lane(from + 2 * line, v, 2);
    v128.store(to, v);
    to += step;
    from += next;
  }
}
