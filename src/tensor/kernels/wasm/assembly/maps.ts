import { loadTail, splat, storeTail } from "./lanes";

/*
 * Loops over contiguous arrays, four elements at a time and the last one to three together. What is done to the elements
 * is a class with a method `of`, which is compiled into the loop; it has no state, so no object is made. `out` may be any
 * of the inputs.
 */

/** `out[i] = K.of(x[i])` */
export function map1<K>(out: usize, x: usize, n: usize): void {
  const k = changetype<K>(0);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16) v128.store(out, k.of(v128.load(x)));
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n)), n);
}

/** `out[i] = K.of(x[i], a, b)` */
export function map1Scalars<K>(out: usize, x: usize, a: f32, b: f32, n: usize): void {
  const k = changetype<K>(0);
  const s = splat(a);
  const t = splat(b);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16) v128.store(out, k.of(v128.load(x), s, t));
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n), s, t), n);
}

/** `out[i] = K.of(x[i], y[i])` */
export function map2<K>(out: usize, x: usize, y: usize, n: usize): void {
  const k = changetype<K>(0);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16, y += 16) v128.store(out, k.of(v128.load(x), v128.load(y)));
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n), loadTail(y, n)), n);
}

/** `out[i] = K.of(x[i], y)` */
export function map2Scalar<K>(out: usize, x: usize, y: f32, n: usize): void {
  const k = changetype<K>(0);
  const s = splat(y);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16) v128.store(out, k.of(v128.load(x), s));
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n), s), n);
}

/** `out[r, c] = K.of(x[r, c], row[c])` */
export function mapRow<K>(out: usize, x: usize, row: usize, rows: usize, columns: usize): void {
  for (const end = out + ((rows * columns) << 2); out < end; out += columns << 2, x += columns << 2) {
    map2<K>(out, x, row, columns);
  }
}

/** `out[r, c] = K.of(x[r, c], column[r])` */
export function mapColumn<K>(out: usize, x: usize, column: usize, rows: usize, columns: usize): void {
  for (const end = column + (rows << 2); column < end; column += 4, out += columns << 2, x += columns << 2) {
    map2Scalar<K>(out, x, load<f32>(column), columns);
  }
}

/** `out[i] = K.of(x[i], y[i], a, b)` */
export function map2Scalars<K>(out: usize, x: usize, y: usize, a: f32, b: f32, n: usize): void {
  const k = changetype<K>(0);
  const s = splat(a);
  const t = splat(b);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16, y += 16) v128.store(out, k.of(v128.load(x), v128.load(y), s, t));
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n), loadTail(y, n), s, t), n);
}

/** `out[i] = K.of(x[i], y[i], z[i], a)` */
export function map3<K>(out: usize, x: usize, y: usize, z: usize, a: f32, n: usize): void {
  const k = changetype<K>(0);
  const s = splat(a);
  const end = out + ((n & ~3) << 2);
  for (; out < end; out += 16, x += 16, y += 16, z += 16) {
    v128.store(out, k.of(v128.load(x), v128.load(y), v128.load(z), s));
  }
  n &= 3;
  if (n) storeTail(out, k.of(loadTail(x, n), loadTail(y, n), loadTail(z, n), s), n);
}
