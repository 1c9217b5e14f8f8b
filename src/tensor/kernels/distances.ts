import type { TypedArray } from "../dtype.js";

/** `n` rows of one matrix and `m` of another, of `width` numbers each. */
export interface Pairs {
  readonly n: number;
  readonly m: number;
  readonly width: number;
}

/** `out[i, j] = |x[i] - y[j]|_p`, the sums in double precision. */
export function distances(out: TypedArray, x: TypedArray, y: TypedArray, { n, m, width }: Pairs, p: number): void {
  const measure = p === 2 ? euclidean : p === 1 ? manhattan : other(p);
  for (let i = 0, at = 0; i < n; i++) {
    const row = x.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < m; j++) out[at++] = measure(row, y, j * width);
  }
}

type Measure = (row: TypedArray, y: TypedArray, start: number) => number;

const euclidean: Measure = (row, y, start) => {
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    const d = row[k] - y[start + k];
    sum += d * d;
  }
  return Math.sqrt(sum);
};

const manhattan: Measure = (row, y, start) => {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += Math.abs(row[k] - y[start + k]);
  return sum;
};

/** For 0, how many differ; for infinity, the largest difference. */
function other(p: number): Measure {
  const step =
    p === 0
      ? (count: number, d: number) => count + (d > 0 ? 1 : d)
      : p === Infinity
        ? Math.max
        : (sum: number, d: number) => sum + d ** p;
  return (row, y, start) => {
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum = step(sum, Math.abs(row[k] - y[start + k]));
    return p === 0 || p === Infinity ? sum : sum ** (1 / p);
  };
}

/**
 * `out[i, j] = |x[i] - y[j]|` from the products `out[i, j] = x[i] . y[j]`: the root of `|x|^2 + |y|^2 - 2 x . y`. Where that
 * is a small difference of large numbers, the differences are summed instead.
 */
export function distancesFromProducts(out: TypedArray, x: TypedArray, y: TypedArray, { n, m, width }: Pairs): void {
  const squares = (a: TypedArray, rows: number) =>
    Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let k = i * width, end = k + width; k < end; k++) sum += a[k] * a[k];
      return sum;
    });
  const [ofX, ofY] = [squares(x, n), squares(y, m)];
  for (let i = 0, at = 0; i < n; i++) {
    const row = x.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < m; j++, at++) {
      const sum = ofX[i] + ofY[j];
      const square = sum - 2 * out[at];
      // true for neither NaN nor infinities
      out[at] = square > 0.01 * sum ? Math.sqrt(square) : euclidean(row, y, j * width);
    }
  }
}

/** `out[i]`, the sum over j of `g[i, j]` times the slope of `distance[i, j] = |x[i] - y[j]|_p` along `x[i]`. */
export function distancesGradient(
  out: TypedArray,
  g: TypedArray,
  distance: TypedArray,
  x: TypedArray,
  y: TypedArray,
  { n, m, width }: Pairs,
  p: number,
): void {
  const sums = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) {
    sums.fill(0);
    const row = x.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < m; j++, at++) {
      // no slope where all is equal
      if (distance[at] === 0) continue;
      if (p === 2) addScaled(sums, row, y, j * width, g[at] / distance[at]);
      else addSlopes(sums, row, y, j * width, g[at], distance[at], p);
    }
    out.set(sums, i * width);
  }
}

function addScaled(sums: Float64Array, row: TypedArray, y: TypedArray, start: number, factor: number): void {
  for (let k = 0; k < row.length; k++) sums[k] += factor * (row[k] - y[start + k]);
}

/** `sign(d) (|d| / distance)^(p - 1)` of each difference d; 0 for d = 0, and for p infinite where it is not the distance. */
function addSlopes(
  sums: Float64Array,
  row: TypedArray,
  y: TypedArray,
  start: number,
  g: number,
  distance: number,
  p: number,
): void {
  for (let k = 0; k < row.length; k++) {
    const d = row[k] - y[start + k];
    if (d === 0) continue;
    const size = Math.abs(d);
    if (p === Infinity && size !== distance && Math.fround(size) !== distance) continue;
    const slope = p === 1 || p === Infinity ? 1 : (size / distance) ** (p - 1);
    sums[k] += d > 0 ? g * slope : -g * slope;
  }
}
