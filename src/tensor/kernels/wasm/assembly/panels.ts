/* What the matrix products share. */

/** `a * b + c`; rounded once or twice where relaxed SIMD is on, else twice. */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** A block of A is at most as many rows high; it stays in the second cache. */
export const MC: usize = 64;
/** A block of B is at most as many columns wide. */
export const NC: usize = 1024;
/** A block of k is at most as long: a panel of B, 8 wide, stays in the first cache. */
export const KC: usize = 256;

/** The length of the blocks of k: as few blocks as there must be, of one length but for the last. */
export function blockOf(k: usize): usize {
  const blocks = (k + KC - 1) / KC;
  return blocks > 1 ? (k + blocks - 1) / blocks : k;
}

/** The scratch memory holds a block of A, and from this byte on one of B. */
export const PANELS: usize = (MC * KC) << 2;
/** From this byte on it is free for other uses. */
export const BEHIND_PANELS: usize = PANELS + ((KC * NC) << 2);

/**
 * Packs the elements of 4 lines side by side: `to[p * step + i] = line i [p * next]`, `p < k`, all strides in bytes. The
 * lines begin at `a`, `b`, `c` and `d`.
 */
export function packLines(
  to: usize, step: usize, a: usize, b: usize, c: usize, d: usize, next: usize, k: usize,
): void {
  const end = to + k * step;
  if (next == 4) {
    // 4 by 4 elements at a time, transposed in registers
    const body = to + (k & ~3) * step;
    while (to < body) {
      const va = v128.load(a), vb = v128.load(b), vc = v128.load(c), vd = v128.load(d);
      const ab = i32x4.shuffle(va, vb, 0, 4, 1, 5);
      const cd = i32x4.shuffle(vc, vd, 0, 4, 1, 5);
      const ef = i32x4.shuffle(va, vb, 2, 6, 3, 7);
      const gh = i32x4.shuffle(vc, vd, 2, 6, 3, 7);
      v128.store(to, i32x4.shuffle(ab, cd, 0, 1, 4, 5));
      to += step;
      v128.store(to, i32x4.shuffle(ab, cd, 2, 3, 6, 7));
      to += step;
      v128.store(to, i32x4.shuffle(ef, gh, 0, 1, 4, 5));
      to += step;
      v128.store(to, i32x4.shuffle(ef, gh, 2, 3, 6, 7));
      to += step;
      a += 16;
      b += 16;
      c += 16;
      d += 16;
    }
  }
  while (to < end) {
    let v = v128.load32_zero(a);
    v = v128.load32_lane(b, v, 1);
    v = v128.load32_lane(c, v, 2);
    v = v128.load32_lane(d, v, 3);
    v128.store(to, v);
    to += step;
    a += next;
    b += next;
    c += next;
    d += next;
  }
}

/**
 * Packs 4 lines that are `line` bytes apart: `to[p * step + i] = from[i * line + p * next]`. Lines past the number
 * `last` are not there; that one stands for them.
 */
export function pack4(to: usize, step: usize, from: usize, line: usize, next: usize, last: usize, k: usize): void {
  if (line == 4 && last >= 3) {
    const end = to + k * step;
    while (to < end) {
      v128.store(to, v128.load(from));
      to += step;
      from += next;
    }
    return;
  }
  packLines(to, step, from, from + min(1, last) * line, from + min(2, last) * line, from + min(3, last) * line, next, k);
}

/** Packs rows of A in strips of 4: `to[i / 4][p][i % 4]`. */
export function packA(to: usize, x: usize, row: usize, col: usize, m: usize, k: usize): void {
  for (let i: usize = 0; i < m; i += 4) {
    pack4(to, 16, x, row, col, m - i - 1, k);
    x += row << 2;
    to += k << 4;
  }
}

/** Packs columns of B in panels of 8: `to[j / 8][p][j % 8]`. */
export function packB(to: usize, y: usize, row: usize, col: usize, k: usize, n: usize): void {
  for (let j: usize = 0; j < n; j += 8) {
    pack4(to, 32, y, col, row, n - j - 1, k);
    // where fewer than 5 columns are left, the other half holds the last again
    if (n > j + 4) pack4(to + 16, 32, y + (col << 2), col, row, n - j - 5, k);
    else pack4(to + 16, 32, y + (n - j - 1) * col, col, row, 0, k);
    y += col << 3;
    to += k << 5;
  }
}
