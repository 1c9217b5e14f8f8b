import { choose, loadTail, splat, storeTail } from "./lanes";

/* Comparisons to bytes of 1 and 0, and choices by such bytes, which need not be aligned; of `n` elements. */

/** Stores 1 where a lane of `mask` is set, 0 elsewhere, as `n` bytes, 1 to 4. */
function storeBytes(address: usize, mask: v128, n: usize): void {
  const half = i16x8.narrow_i32x4_s(mask, mask);
  let bytes = i32x4.extract_lane(i8x16.narrow_i16x8_s(half, half), 0) & 0x01010101;
  if (n == 4) {
    store<i32>(address, bytes);
    return;
  }
  for (; n; n--, address++, bytes >>= 8) store<u8>(address, <u8>bytes);
}

/** All bits of a lane set where one of the `n` bytes, 1 to 4, is not 0. */
function loadBytes(address: usize, n: usize): v128 {
  let bytes: i32 = 0;
  if (n == 4) bytes = load<i32>(address);
  else for (; n; n--) bytes = (bytes << 8) | load<u8>(address + n - 1);
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
  return i32x4.ne(wide, i32x4.splat(0));
}

/** `out[i] = K.of(x[i], y[i])` */
function compare<K>(out: usize, x: usize, y: usize, n: usize): void {
  const k = changetype<K>(0);
  for (const end = out + (n & ~3); out < end; out += 4, x += 16, y += 16) {
    storeBytes(out, k.of(v128.load(x), v128.load(y)), 4);
  }
  n &= 3;
  if (n) storeBytes(out, k.of(loadTail(x, n), loadTail(y, n)), n);
}

/** `out[i] = K.of(x[i], y)` */
function compareScalar<K>(out: usize, x: usize, y: f32, n: usize): void {
  const k = changetype<K>(0);
  const s = splat(y);
  for (const end = out + (n & ~3); out < end; out += 4, x += 16) storeBytes(out, k.of(v128.load(x), s), 4);
  n &= 3;
  if (n) storeBytes(out, k.of(loadTail(x, n), s), n);
}

class Eq {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.eq(x, y);
  }
}
/** `x == y` */
export function eq(out: usize, x: usize, y: usize, n: usize): void {
  compare<Eq>(out, x, y, n);
}
/** `x == y`, `y` a number */
export function eqScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Eq>(out, x, y, n);
}

class Ne {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.ne(x, y);
  }
}
/** `x != y` */
export function ne(out: usize, x: usize, y: usize, n: usize): void {
  compare<Ne>(out, x, y, n);
}
/** `x != y`, `y` a number */
export function neScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Ne>(out, x, y, n);
}

class Lt {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.lt(x, y);
  }
}
/** `x < y` */
export function lt(out: usize, x: usize, y: usize, n: usize): void {
  compare<Lt>(out, x, y, n);
}
/** `x < y`, `y` a number */
export function ltScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Lt>(out, x, y, n);
}

class Le {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.le(x, y);
  }
}
/** `x <= y` */
export function le(out: usize, x: usize, y: usize, n: usize): void {
  compare<Le>(out, x, y, n);
}
/** `x <= y`, `y` a number */
export function leScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Le>(out, x, y, n);
}

class Gt {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.gt(x, y);
  }
}
/** `x > y` */
export function gt(out: usize, x: usize, y: usize, n: usize): void {
  compare<Gt>(out, x, y, n);
}
/** `x > y`, `y` a number */
export function gtScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Gt>(out, x, y, n);
}

class Ge {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.ge(x, y);
  }
}
/** `x >= y` */
export function ge(out: usize, x: usize, y: usize, n: usize): void {
  compare<Ge>(out, x, y, n);
}
/** `x >= y`, `y` a number */
export function geScalar(out: usize, x: usize, y: f32, n: usize): void {
  compareScalar<Ge>(out, x, y, n);
}

/** `x` where `mask` is not 0, `y` elsewhere. */
export function where(out: usize, mask: usize, x: usize, y: usize, n: usize): void {
  for (const end = mask + (n & ~3); mask < end; mask += 4, out += 16, x += 16, y += 16) {
    v128.store(out, choose(loadBytes(mask, 4), v128.load(x), v128.load(y)));
  }
  n &= 3;
  if (n) storeTail(out, choose(loadBytes(mask, n), loadTail(x, n), loadTail(y, n)), n);
}

/** `value` where `mask` is not 0, `x` elsewhere. */
export function maskedFill(out: usize, x: usize, mask: usize, value: f32, n: usize): void {
  const s = splat(value);
  for (const end = mask + (n & ~3); mask < end; mask += 4, out += 16, x += 16) {
    v128.store(out, choose(loadBytes(mask, 4), s, v128.load(x)));
  }
  n &= 3;
  if (n) storeTail(out, choose(loadBytes(mask, n), s, loadTail(x, n)), n);
}

/** `x` where `mask` is not 0, `value` elsewhere. */
export function maskedKeep(out: usize, x: usize, mask: usize, value: f32, n: usize): void {
  const s = splat(value);
  for (const end = mask + (n & ~3); mask < end; mask += 4, out += 16, x += 16) {
    v128.store(out, choose(loadBytes(mask, 4), v128.load(x), s));
  }
  n &= 3;
  if (n) storeTail(out, choose(loadBytes(mask, n), loadTail(x, n), s), n);
}

class And {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.and(x, y);
  }
}
/** 1 where neither byte is 0, else 0 */
export function logicalAnd(out: usize, x: usize, y: usize, n: usize): void {
  logical<And>(out, x, y, n);
}

class Or {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.or(x, y);
  }
}
/** 1 where not both bytes are 0, else 0 */
export function logicalOr(out: usize, x: usize, y: usize, n: usize): void {
  logical<Or>(out, x, y, n);
}

class Xor {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.xor(x, y);
  }
}
/** 1 where exactly one of the bytes is 0, else 0 */
export function logicalXor(out: usize, x: usize, y: usize, n: usize): void {
  logical<Xor>(out, x, y, n);
}

class Nor {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.not(v128.or(x, y));
  }
}
/** 1 where both bytes are 0, else 0 */
export function logicalNor(out: usize, x: usize, y: usize, n: usize): void {
  logical<Nor>(out, x, y, n);
}

/** `K.of` of bytes that are all ones where those of `x` and `y` are not 0; up to 15 bytes behind the last are written too. */
function logical<K>(out: usize, x: usize, y: usize, n: usize): void {
  const k = changetype<K>(0);
  const zero = i8x16.splat(0);
  for (const end = out + n; out < end; out += 16, x += 16, y += 16) {
    const result = k.of(i8x16.ne(v128.load(x), zero), i8x16.ne(v128.load(y), zero));
    v128.store(out, v128.and(result, i8x16.splat(1)));
  }
}
