/* Max pooling of float32. A place numbers an element of its plane and is a double, as int64 tensors hold it. */

/** The windows along one dimension, 32-bit integers: each goes from its start to before its end, `step` apart. */
@unmanaged
class Windows {
  size: usize;
  count: usize;
  step: usize;
  /** The address of the starts and of the ends. */
  starts: usize;
  ends: usize;
}

/**
 * The largest element of each window of a plane, and its place: of equal ones the first, and NaN before all. For planes
 * `task * each` to `(task + 1) * each` of `planes`, one behind the other. `windows` is the address of the windows of three
 * dimensions: of each its size, count and step, and the addresses of starts and ends. `halves` says that they are pairs of
 * lines and pairs of columns.
 */
export function maximaTask(
  out: usize, places: usize, x: usize, windows: usize, halves: usize, planes: usize, each: usize, scratch: usize,
  task: usize,
): void {
  const depth = changetype<Windows>(windows);
  const height = changetype<Windows>(windows + 20);
  const width = changetype<Windows>(windows + 40);
  const count = depth.count * height.count * width.count;
  const size = (depth.size * height.size * width.size) << 2;
  const first = task * each;
  const last = min(planes, first + each);
  out += (first * count) << 2;
  places += (first * count) << 3;
  x += first * size;
  for (let p = first; p < last; p++) {
    for (let a: usize = 0; a < depth.count; a++) {
      for (let b: usize = 0; b < height.count; b++) {
        let c: usize = 0;
        if (halves) {
          const at = (a * height.size + 2 * b) * width.size;
          c = width.count & ~3;
          pairs(out, places, x + (at << 2), at, width.size, c);
          out += c << 2;
          places += c << 3;
        }
        for (; c < width.count; c++) {
          largest(out, places, x, depth, height, width, a, b, c);
          out += 4;
          places += 8;
        }
      }
    }
    x += size;
  }
}

function start(w: Windows, i: usize): usize {
  return load<i32>(w.starts + (i << 2));
}

function end(w: Windows, i: usize): usize {
  return load<i32>(w.ends + (i << 2));
}

/** The largest element of one window. */
function largest(
  out: usize, places: usize, x: usize, depth: Windows, height: Windows, width: Windows, a: usize, b: usize, c: usize,
): void {
  let best: f32 = -Infinity;
  const left = start(width, c);
  const right = end(width, c);
  let at = (start(depth, a) * height.size + start(height, b)) * width.size + left;
  for (let d = start(depth, a); d < end(depth, a); d += depth.step) {
    for (let h = start(height, b); h < end(height, b); h += height.step) {
      const row = (d * height.size + h) * width.size;
      for (let w = left; w < right; w += width.step) {
        const value = load<f32>(x + ((row + w) << 2));
        if (value > best || value != value) {
          best = value;
          at = row + w;
        }
      }
    }
  }
  store<f32>(out, best);
  store<f64>(places, <f64>at);
}

/** The larger lanes of `best` and `next`, of equal ones the first, as a mask of where `next` is taken; NaN is largest. */
function beats(next: v128, best: v128): v128 {
  return v128.or(f32x4.gt(next, best), f32x4.ne(next, next));
}

/** Windows of two lines of `width` elements by two columns, four windows at a time, from place `at` on. */
function pairs(out: usize, places: usize, x: usize, at: usize, width: usize, count: usize): void {
  const below = width << 2;
  let here = i32x4.add(i32x4.splat(<i32>at), i32x4(0, 2, 4, 6));
  const one = i32x4.splat(1);
  const line = i32x4.splat(<i32>width);
  for (const last = out + (count << 2); out < last; out += 16) {
    const upper = v128.load(x), upper4 = v128.load(x, 16);
    const lower = v128.load(x + below), lower4 = v128.load(x + below, 16);
    let best = i32x4.shuffle(upper, upper4, 0, 2, 4, 6);
    let place = here;
    let next = i32x4.shuffle(upper, upper4, 1, 3, 5, 7);
    let taken = beats(next, best);
    best = v128.bitselect(next, best, taken);
    place = v128.bitselect(i32x4.add(here, one), place, taken);
    next = i32x4.shuffle(lower, lower4, 0, 2, 4, 6);
    taken = beats(next, best);
    best = v128.bitselect(next, best, taken);
    place = v128.bitselect(i32x4.add(here, line), place, taken);
    next = i32x4.shuffle(lower, lower4, 1, 3, 5, 7);
    taken = beats(next, best);
    best = v128.bitselect(next, best, taken);
    place = v128.bitselect(i32x4.add(i32x4.add(here, line), one), place, taken);
    v128.store(out, best);
    v128.store(places, f64x2.convert_low_i32x4_s(place));
    v128.store(places, f64x2.convert_low_i32x4_s(i32x4.shuffle(place, place, 2, 3, 2, 3)), 16);
    x += 32;
    places += 32;
    here = i32x4.add(here, i32x4.splat(8));
  }
}

/**
 * `out[place] = sum of x`, plane by plane: `out` has `size` elements a plane, `x` and `places` have `count`. For planes
 * `task * each` to `(task + 1) * each` of `planes`.
 */
export function addPlacesTask(
  out: usize, x: usize, places: usize, size: usize, count: usize, planes: usize, each: usize, scratch: usize, task: usize,
): void {
  const first = task * each;
  const last = min(planes, first + each);
  out += (first * size) << 2;
  x += (first * count) << 2;
  places += (first * count) << 3;
  for (let p = first; p < last; p++) {
    memory.fill(out, 0, size << 2);
    for (const next = x + (count << 2); x < next; x += 4) {
      const to = out + (<usize>(<u32>load<f64>(places)) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(x));
      places += 8;
    }
    out += size << 2;
  }
}
