import { high, loadTail, low, splat, sumOfDoubles, tailMask } from "./lanes";

/*
 * Reductions of contiguous arrays by a class with a method `of`. Sums are of what it makes of the elements and are taken in
 * double precision: the error is that of one rounding, however many elements there are.
 */

/** The sum of `K.of(x[i])`. */
export function sum1<K>(x: usize, n: usize): f64 {
  const k = changetype<K>(0);
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let end = x + ((n & ~7) << 2);
  for (; x < end; x += 32) {
    const u = k.of(v128.load(x));
    const v = k.of(v128.load(x, 16));
    a = f64x2.add(a, low(u));
    b = f64x2.add(b, high(u));
    c = f64x2.add(c, low(v));
    d = f64x2.add(d, high(v));
  }
  n &= 7;
  if (n >= 4) {
    const u = k.of(v128.load(x));
    a = f64x2.add(a, low(u));
    b = f64x2.add(b, high(u));
    x += 16;
    n -= 4;
  }
  if (n) {
    const u = v128.and(k.of(loadTail(x, n)), tailMask(n));
    c = f64x2.add(c, low(u));
    d = f64x2.add(d, high(u));
  }
  return sumOfDoubles(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
}

/** The sum of `K.of(x[i], y[i])`. */
export function sum2<K>(x: usize, y: usize, n: usize): f64 {
  const k = changetype<K>(0);
  let a = f64x2.splat(0);
  let b = a;
  if (n == 0) return 0;
  while (true) {
    const whole = n >= 4;
    let u = k.of(whole ? v128.load(x) : loadTail(x, n), whole ? v128.load(y) : loadTail(y, n));
    if (!whole) u = v128.and(u, tailMask(n));
    a = f64x2.add(a, low(u));
    b = f64x2.add(b, high(u));
    if (n <= 4) return sumOfDoubles(f64x2.add(a, b));
    x += 16;
    y += 16;
    n -= 4;
  }
}

/** The sum of `K.of(x[i], c)`, computed in double precision throughout. */
export function sumOfWide<K>(x: usize, c: f64, n: usize): f64 {
  const k = changetype<K>(0);
  const s = f64x2.splat(c);
  let a = f64x2.splat(0);
  let b = a;
  const end = x + ((n & ~3) << 2);
  for (; x < end; x += 16) {
    const u = v128.load(x);
    a = f64x2.add(a, k.of(low(u), s));
    b = f64x2.add(b, k.of(high(u), s));
  }
  for (n &= 3; n; n--, x += 4) {
    const u = f64x2.replace_lane(s, 0, <f64>load<f32>(x));
    a = f64x2.add(a, f64x2.replace_lane(k.of(u, s), 1, 0));
  }
  return sumOfDoubles(f64x2.add(a, b));
}

/** `K.of(x[0], x[1], ...)` of one element or more, for a function that is associative and of two arguments. */
export function extreme<K>(x: usize, n: usize): f32 {
  const k = changetype<K>(0);
  const first = load<f32>(x);
  let a = splat(first);
  let b = a;
  let c = a;
  let d = a;
  // a maximum that keeps NaN is several instructions, one after another: four of them run side by side
  for (; n >= 16; n -= 16, x += 64) {
    a = k.of(a, v128.load(x));
    b = k.of(b, v128.load(x, 16));
    c = k.of(c, v128.load(x, 32));
    d = k.of(d, v128.load(x, 48));
  }
  a = k.of(a, c);
  b = k.of(b, d);
  for (; n >= 4; n -= 4, x += 16) a = k.of(a, v128.load(x));
  for (; n; n--, x += 4) b = k.of(b, v128.load_splat<f32>(x));
  a = k.of(a, b);
  a = k.of(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  a = k.of(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
  return f32x4.extract_lane(a, 0);
}
