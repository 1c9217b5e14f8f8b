import { loadTail, splat, storeTail } from "./lanes";

/*
 * The loops of maps.ts for functions of many instructions: the last one to three elements go through the same
 * instructions as the others, which costs a test a step and halves the module. `out` may be any of the inputs.
 */

/** `out[i] = K.of(x[i])` */
export function longMap1<K>(out: usize, x: usize, n: usize): void {
  const k = changetype<K>(0);
  if (n == 0) return;
  while (true) {
    const whole = n >= 4;
    const result = k.of(whole ? v128.load(x) : loadTail(x, n));
    if (!whole) return storeTail(out, result, n);
    v128.store(out, result);
    out += 16;
    x += 16;
    n -= 4;
    if (n == 0) return;
  }
}

/** `out[i] = K.of(x[i], a, b)` */
export function longMap1Scalars<K>(out: usize, x: usize, a: f32, b: f32, n: usize): void {
  const k = changetype<K>(0);
  if (n == 0) return;
  while (true) {
    const whole = n >= 4;
    const result = k.of(whole ? v128.load(x) : loadTail(x, n), splat(a), splat(b));
    if (!whole) return storeTail(out, result, n);
    v128.store(out, result);
    out += 16;
    x += 16;
    n -= 4;
    if (n == 0) return;
  }
}

/** `out[i] = K.of(x[i], y[i])` */
export function longMap2<K>(out: usize, x: usize, y: usize, n: usize): void {
  const k = changetype<K>(0);
  if (n == 0) return;
  while (true) {
    const whole = n >= 4;
    const result = k.of(whole ? v128.load(x) : loadTail(x, n), whole ? v128.load(y) : loadTail(y, n));
    if (!whole) return storeTail(out, result, n);
    v128.store(out, result);
    out += 16;
    x += 16;
    y += 16;
    n -= 4;
    if (n == 0) return;
  }
}

/** `out[i] = K.of(x[i], y[i], a, b)` */
export function longMap2Scalars<K>(out: usize, x: usize, y: usize, a: f32, b: f32, n: usize): void {
  const k = changetype<K>(0);
  if (n == 0) return;
  while (true) {
    const whole = n >= 4;
    const result = k.of(whole ? v128.load(x) : loadTail(x, n), whole ? v128.load(y) : loadTail(y, n), splat(a), splat(b));
    if (!whole) return storeTail(out, result, n);
    v128.store(out, result);
    out += 16;
    x += 16;
    y += 16;
    n -= 4;
    if (n == 0) return;
  }
}
