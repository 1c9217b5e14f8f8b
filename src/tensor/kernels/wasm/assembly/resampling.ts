/*
 * Images whose lines and columns are weighted sums of others: padding, interpolation, averages. Sums are doubles, term by
 * term, first down the columns and then along the lines.
 */

/** A sparse matrix: new element `i` has the terms `starts[i]` to before `starts[i + 1]`. */
@unmanaged
class Taps {
  size: usize;
  count: usize;
  /** The addresses of 32-bit starts and places and of the weights, doubles; `starts = 0` where nothing changes. */
  starts: usize;
  places: usize;
  weights: usize;
}

/**
 * Applies two matrices to each of `planes` planes: the one at `rows` down the columns, the one at `columns` along the lines.
 * `line` has room for a line of doubles.
 */
export function resample(out: usize, x: usize, planes: usize, rows: usize, columns: usize, line: usize): void {
  const down = changetype<Taps>(rows);
  const along = changetype<Taps>(columns);
  const width = along.size;
  for (; planes; planes--, x += (down.size * width) << 2) {
    for (let i: usize = 0; i < down.count; i++, out += along.count << 2) {
      if (down.starts) sumOfLines(line, x, down, i, width);
      else scaled(line, x + ((i * width) << 2), 1, width);
      if (along.starts) sumsAlong(out, line, along);
      else rounded(out, line, width);
    }
  }
}

/** `line`, the weighted sum of the lines of `x` that new line `i` is made of. */
function sumOfLines(line: usize, x: usize, taps: Taps, i: usize, width: usize): void {
  let t: usize = load<i32>(taps.starts + (i << 2));
  const end: usize = load<i32>(taps.starts + (i << 2), 4);
  if (t == end) {
    memory.fill(line, 0, width << 3);
    return;
  }
  // the first term alone: 0 + -0 would lose the sign
  scaled(line, lineOf(x, taps, t, width), load<f64>(taps.weights + (t << 3)), width);
  for (t++; t < end; t++) addScaled(line, lineOf(x, taps, t, width), load<f64>(taps.weights + (t << 3)), width);
}

function lineOf(x: usize, taps: Taps, t: usize, width: usize): usize {
  return x + ((<usize>load<i32>(taps.places + (t << 2)) * width) << 2);
}

/** `line = weight * x` */
function scaled(line: usize, x: usize, weight: f64, n: usize): void {
  const w = f64x2.splat(weight);
  for (; n >= 2; n -= 2, line += 16, x += 8) {
    v128.store(line, f64x2.mul(w, f64x2.promote_low_f32x4(v128.load64_zero(x))));
  }
  if (n) store<f64>(line, weight * <f64>load<f32>(x));
}

/** `line += weight * x` */
function addScaled(line: usize, x: usize, weight: f64, n: usize): void {
  const w = f64x2.splat(weight);
  for (; n >= 2; n -= 2, line += 16, x += 8) {
    const term = f64x2.mul(w, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    v128.store(line, f64x2.add(v128.load(line), term));
  }
  if (n) store<f64>(line, load<f64>(line) + weight * <f64>load<f32>(x));
}

/** The new elements of a line. */
function sumsAlong(out: usize, line: usize, taps: Taps): void {
  let place = taps.places;
  let weight = taps.weights;
  let start = load<i32>(taps.starts);
  const last = taps.starts + (taps.count << 2);
  for (let at = taps.starts; at < last; at += 4, out += 4) {
    const end = load<i32>(at, 4);
    let sum: f64 = 0;
    if (start < end) {
      sum = load<f64>(weight) * load<f64>(line + (<usize>load<i32>(place) << 3));
      place += 4;
      weight += 8;
      for (start++; start < end; start++, place += 4, weight += 8) {
        sum += load<f64>(weight) * load<f64>(line + (<usize>load<i32>(place) << 3));
      }
    }
    store<f32>(out, <f32>sum);
  }
}

function rounded(out: usize, line: usize, n: usize): void {
  for (; n >= 2; n -= 2, out += 8, line += 16) {
    v128.store64_lane(out, f32x4.demote_f64x2_zero(v128.load(line)), 0);
  }
  if (n) store<f32>(out, <f32>load<f64>(line));
}
