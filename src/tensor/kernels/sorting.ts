import type { TypedArray } from "../dtype.js";

/** Up to so many numbers are sorted by insertion: to count digits would take longer. */
const FEW = 64;

/**
 * Sorts lines of `n` numbers, one after another, by their bits: digit by digit of 8 bits, from the last one, each time
 * keeping the order of equal ones. NaN is the greatest of all, and zeros of both signs are equal.
 */
export class LineSorter {
  private readonly line: Float32Array | Float64Array;
  /** The 32 bits that order the numbers, and of doubles the 32 after these. */
  private readonly high: Uint32Array;
  private readonly low: Uint32Array | null;
  private readonly counts = new Uint32Array(256);
  private order: Uint32Array;
  private other: Uint32Array;

  /** @param kind where the numbers come from: those of a Float32Array have half as many digits */
  constructor(
    private readonly n: number,
    kind: TypedArray,
  ) {
    const isNarrow = kind instanceof Float32Array;
    this.line = isNarrow ? new Float32Array(n) : new Float64Array(n);
    this.high = new Uint32Array(n);
    this.low = isNarrow ? null : new Uint32Array(n);
    this.order = new Uint32Array(n);
    this.other = new Uint32Array(n);
  }

  /**
   * The places of `data[start + i * step]` in ascending order, or with `falling` in descending order; equal ones stay in
   * order. The array is good until the next call.
   */
  places(data: TypedArray, start: number, step: number, falling = false): Uint32Array {
    const { line, n } = this;
    // a sum with 0 makes 0 of -0
    for (let i = 0, j = start; i < n; i++, j += step) line[i] = data[j] + 0;
    if (line instanceof Float32Array) narrowKeys(line, this.high, falling);
    else wideKeys(line, this.high, this.low!, falling);
    for (let i = 0; i < n; i++) this.order[i] = i;
    if (n <= FEW) insert(this.order, this.high, this.low);
    else {
      if (this.low !== null) this.sortBy(this.low);
      this.sortBy(this.high);
    }
    return this.order;
  }

  private sortBy(keys: Uint32Array): void {
    const { n, counts } = this;
    for (let shift = 0; shift < 32; shift += 8) {
      counts.fill(0);
      for (let i = 0; i < n; i++) counts[(keys[i] >>> shift) & 255]++;
      if (counts[(keys[0] >>> shift) & 255] === n) continue;
      // each count becomes the first place of its digit
      for (let digit = 0, sum = 0; digit < 256; digit++) {
        const count = counts[digit];
        counts[digit] = sum;
        sum += count;
      }
      distribute(keys, shift, counts, this.order, this.other);
      [this.order, this.other] = [this.other, this.order];
    }
  }
}

function distribute(keys: Uint32Array, shift: number, next: Uint32Array, from: Uint32Array, to: Uint32Array): void {
  for (let i = 0; i < from.length; i++) {
    const place = from[i];
    to[next[(keys[place] >>> shift) & 255]++] = place;
  }
}

/** Whole numbers in the order of the floats: positive ones have their sign bit set, negative ones all bits turned. */
function narrowKeys(line: Float32Array, keys: Uint32Array, falling: boolean): void {
  const bits = new Int32Array(line.buffer);
  const turned = falling ? -1 : 0;
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i];
    const isNaN = (x & 0x7fffffff) > 0x7f800000;
    keys[i] = (isNaN ? -1 : x ^ ((x >> 31) | 0x80000000)) ^ turned;
  }
}

/** {@link narrowKeys} of doubles, whose low halves lie first. */
function wideKeys(line: Float64Array, high: Uint32Array, low: Uint32Array, falling: boolean): void {
  const bits = new Int32Array(line.buffer);
  const turned = falling ? -1 : 0;
  for (let i = 0; i < line.length; i++) {
    const x = bits[2 * i + 1];
    const isNaN = Number.isNaN(line[i]);
    high[i] = (isNaN ? -1 : x ^ ((x >> 31) | 0x80000000)) ^ turned;
    low[i] = (isNaN ? -1 : bits[2 * i] ^ (x >> 31)) ^ turned;
  }
}

function insert(order: Uint32Array, high: Uint32Array, low: Uint32Array | null): void {
  for (let i = 1; i < order.length; i++) {
    const h = high[i];
    const l = low === null ? 0 : low[i];
    let j = i;
    for (; j > 0; j--) {
      const before = order[j - 1];
      if (high[before] < h || (high[before] === h && (low === null || low[before] <= l))) break;
      order[j] = before;
    }
    order[j] = i;
  }
}

/** Of so many times as many numbers, the first are found without sorting all. */
const FEW_OF = 16;

/** Finds the first `k` of lines of `n` numbers in sorted order, one line after another. */
export class FirstOfLines {
  private readonly few: Uint32Array | null;
  private readonly best: Float64Array;
  private sorter: LineSorter | null = null;

  /** @param kind where the numbers come from */
  constructor(
    private readonly n: number,
    k: number,
    private readonly kind: TypedArray,
  ) {
    const isFew = k > 0 && k * FEW_OF <= n;
    this.few = isFew ? new Uint32Array(k) : null;
    this.best = new Float64Array(isFew ? k : 0);
  }

  /** Places as those of {@link LineSorter}, of which the first `k` count. */
  places(data: TypedArray, start: number, step: number, falling: boolean): Uint32Array {
    const { few, n } = this;
    if (few !== null && pickFew(data, start, step, n, falling, few, this.best)) return few;
    this.sorter ??= new LineSorter(n, this.kind);
    return this.sorter.places(data, start, step, falling);
  }
}

/**
 * The places of the `places.length` greatest of `n` numbers `data[start + i * step]` in descending order, or of the least in
 * ascending order; of equal ones the first. `best` is memory for as many numbers. False, and nothing found, where one is
 * NaN. For a few of many.
 */
export function pickFew(
  data: TypedArray,
  start: number,
  step: number,
  n: number,
  largest: boolean,
  places: Uint32Array,
  best: Float64Array,
): boolean {
  const last = places.length - 1;
  const sign = largest ? 1 : -1;
  for (let i = 0, at = start; i < n; i++, at += step) {
    const x = sign * data[at];
    if (i > last && x <= best[last]) continue;
    if (Number.isNaN(x)) return false;
    let j = Math.min(i, last);
    for (; j > 0 && best[j - 1] < x; j--) {
      best[j] = best[j - 1];
      places[j] = places[j - 1];
    }
    best[j] = x;
    places[j] = i;
  }
  return true;
}
