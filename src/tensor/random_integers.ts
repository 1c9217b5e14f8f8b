import { RuntimeError } from "../python/errors.js";
import { warn } from "../python/warnings.js";
import { exponential, uniform } from "./distributions.js";
import { inDraws } from "./draws.js";
import { default_generator, type Generator } from "./generator.js";
import { FirstOfLines } from "./kernels/sorting.js";

/* Random integers, permutations and samples, draw for draw as PyTorch's CPU kernels fill a contiguous tensor. */

type FloatArray = Float32Array | Float64Array;
type TypedArray = FloatArray | Int32Array | Uint8Array;
/** A dtype, or anything that carries its name: one typed array may hold several, so that `out` cannot tell. */
type Named = { readonly name: string };

/** By dtype: the name of its C++ type, the smallest integer it holds, and the largest one that `random_()` draws. */
const ranges: Record<string, { readonly cpp: string; readonly min: number; readonly max: bigint }> = {
  bool: { cpp: "bool", min: 0, max: 1n },
  uint8: { cpp: "unsigned char", min: 0, max: 255n },
  int32: { cpp: "int", min: -(2 ** 31), max: 2n ** 31n - 1n },
  int64: { cpp: "long", min: -(2 ** 63), max: 2n ** 63n - 1n },
  float32: { cpp: "float", min: -(2 ** 24), max: 2n ** 24n },
  float64: { cpp: "double", min: -(2 ** 53), max: 2n ** 53n },
};

/**
 * `random_()` without arguments: integers from 0 to the largest of the dtype, or to 2^24 in a float32 and 2^53 in a
 * float64. An int64 past 2^53 is rounded to a double, as `out` is an array of doubles.
 */
export function random(out: TypedArray, dtype: Named, generator: Generator = default_generator): void {
  const count = ranges[dtype.name].max + 1n;
  const wide = dtype.name === "int64" || dtype.name === "float64";
  for (let i = 0; i < out.length; i++) {
    out[i] = wide ? Number(generator.random64() % count) : generator.random() % Number(count);
  }
}

/**
 * Integers in [low, high), or in [low, largest of the dtype] when `high` is null: `random_(low, high)`, `randint`. One
 * 32-bit draw modulo `high - low` while that is below 2^28, else one of 64 bits.
 *
 * A float32 holds only every second, fourth, ... integer past 2^24: there `low` and `high` move inwards to values it
 * holds, with a warning.
 *
 * @throws RuntimeError when the range is empty or leaves the dtype
 *
 * @example
 * const dice = new Int32Array(3);
 * randint(dice, { name: "int32" }, 1, 7, new Generator().manual_seed(0)); // 3, 4, 6
 */
export function randint(
  out: TypedArray,
  dtype: Named,
  low: number,
  high: number | null,
  generator: Generator = default_generator,
): void {
  const { base, count } = interval(dtype.name, low, high);
  if (count < 2n ** 28n) {
    const range = Number(count);
    const least = Number(base);
    inDraws(generator, out.length, 1, (draws, first, n) => {
      for (let i = 0; i < n; i++) out[first + i] = remainder(draws[i], range) + least;
    });
  } else {
    for (let i = 0; i < out.length; i++) out[i] = Number(BigInt.asIntN(64, (generator.random64() % count) + base));
  }
}

/** `x % n` of integers in [0, 2^32): by division in doubles, exact enough for so small ones and faster than %. */
function remainder(x: number, n: number): number {
  return x - Math.floor(x / n) * n;
}

/** The first integer and the number of integers of a checked `random_(low, high)`. */
function interval(dtype: string, low: number, high: number | null): { base: bigint; count: bigint } {
  const { cpp, min, max } = ranges[dtype];
  let from = low;
  let to = high;
  check(to === null || from < to, `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${to}`);
  if (dtype === "float32") {
    from = roundUp(from);
    if (to !== null) to = roundDown(to);
    const wrong =
      to === null
        ? `less than or equal to 'to_inc' casted to dtype, but got from=${from} > to_inc=${max}`
        : `less than 'to' casted to dtype, but got from=${from} >= to=${to}`;
    check(from < (to ?? Number(max)), `random_ expects 'from' casted to dtype to be ${wrong}`);
    warnPast24Bits("from", from);
    if (to !== null) warnPast24Bits("to - 1", to - 1);
  }
  const last = to === null ? max : BigInt(to) - 1n;
  if (!dtype.startsWith("float")) {
    check(from >= min && from <= max, `from is out of bounds for ${cpp}`);
    check(last <= max, `to - 1 is out of bounds for ${cpp}`);
  }
  const count = last - BigInt(from) + 1n;
  return { base: count === 2n ** 64n ? 0n : BigInt(from), count };
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new RuntimeError(message);
}

/** The distance between neighbours among float32 numbers as large as x. */
function spacing(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23);
}

function roundUp(from: number): number {
  const rounded = Math.fround(from + 1);
  return rounded < from ? rounded + spacing(from + 1) : from;
}

function roundDown(to: number): number {
  const rounded = Math.fround(to - 1);
  return rounded >= to ? rounded - spacing(to - 1) : to;
}

function warnPast24Bits(name: string, value: number): void {
  if (Math.abs(value) <= 2 ** 24) return;
  warn(
    `${name} is out of bounds [-(2^24), 2^24]. Due to precision limitations float can support discrete uniform ` +
      "distribution only within this range. This warning will become an error in version 1.7 release, please fix the " +
      "code in advance",
  );
}

/**
 * A random permutation of 0, 1, ..., n - 1 for the n elements of `out`: n - 1 draws, each swaps element i with one at
 * or after it.
 *
 * @example
 * randperm(new Float64Array(4), new Generator().manual_seed(0)); // 0, 1, 3, 2
 */
export function randperm(out: TypedArray, generator: Generator = default_generator): void {
  const n = out.length;
  for (let i = 0; i < n; i++) out[i] = i;
  inDraws(generator, n - 1, 1, (draws, first, count) => {
    for (let i = first; i < first + count; i++) {
      const j = i + remainder(draws[i - first], n - i);
      const swapped = out[i];
      out[i] = out[j];
      out[j] = swapped;
    }
  });
}

/**
 * Indices of categories, each drawn with a probability proportional to its weight.
 *
 * @param weights rows of `categories` weights each, which need not sum to 1
 * @param samples how many to draw from each row
 * @param replacement may a row give an index twice? Without it, the row's largest values of weight / Exp(1) are taken;
 *   should a row have fewer positive weights than samples, the rest are its first zeros, where PyTorch takes any
 * @returns `samples` indices a row
 * @throws RuntimeError for a negative, infinite or NaN weight, a row of zeros, too many samples, or none
 *
 * @example
 * multinomial(new Float64Array([0, 10, 3, 0]), 4, 2, false, new Generator().manual_seed(0)); // 1, 2
 */
export function multinomial(
  weights: FloatArray,
  categories: number,
  samples: number,
  replacement: boolean,
  generator: Generator = default_generator,
): Float64Array {
  check(samples > 0, "cannot sample n_sample <= 0 samples");
  check(
    replacement || samples <= categories,
    "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
  );
  checkWeights(weights, categories);
  const rows = weights.length / categories;
  const out = new Float64Array(rows * samples);
  if (replacement) {
    const uniforms = new Float64Array(samples);
    for (let r = 0; r < rows; r++) {
      const cumulative = cumulate(weights.slice(r * categories, (r + 1) * categories));
      uniform(uniforms, 0, 1, generator);
      for (let k = 0; k < samples; k++) out[r * samples + k] = slot(cumulative, uniforms[k]);
    }
    return out;
  }
  // weight / Exp(1), in the array's own precision; 0 stays 0
  const scores = weights.slice();
  exponential(scores, 1, generator);
  for (let i = 0; i < scores.length; i++) scores[i] = weights[i] === 0 ? 0 : weights[i] / scores[i];
  const first = new FirstOfLines(categories, samples, scores);
  for (let r = 0; r < rows; r++) {
    const places = first.places(scores, r * categories, 1, true);
    for (let k = 0; k < samples; k++) out[r * samples + k] = places[k];
  }
  return out;
}

function checkWeights(weights: FloatArray, categories: number): void {
  let isPositive = true;
  for (let start = 0; start < weights.length; start += categories) {
    let largest = 0;
    for (let i = start; i < start + categories; i++) {
      const w = weights[i];
      if (!(w >= 0 && w < Infinity)) {
        throw new RuntimeError("probability tensor contains either `inf`, `nan` or element < 0");
      }
      if (w > largest) largest = w;
    }
    isPositive &&= largest > 0;
  }
  check(isPositive, "invalid multinomial distribution (sum of probabilities <= 0)");
}

/** Makes weights the cumulative distribution, summed and divided in the array's own precision. */
function cumulate(weights: FloatArray): FloatArray {
  for (let j = 1; j < weights.length; j++) weights[j] += weights[j - 1];
  const total = weights[weights.length - 1];
  for (let j = 0; j < weights.length; j++) weights[j] /= total;
  return weights;
}

/** The first index whose cumulative probability is not below u, by bisection. */
function slot(cumulative: FloatArray, u: number): number {
  let left = 0;
  let right = cumulative.length - 1;
  while (left < right) {
    const middle = (left + right) >> 1;
    if (cumulative[middle] < u) left = middle + 1;
    else right = middle;
  }
  return left;
}
