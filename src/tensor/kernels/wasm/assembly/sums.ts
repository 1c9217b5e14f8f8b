import { high, loadTail, low, sumOfDoubles, tailMask } from "./lanes";

/*
 * Sums over contiguous arrays of what a class with a method `of` makes of the elements, in double precision: the error is
 * that of one rounding, however many elements there are.
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
