import { RuntimeError } from "../python/errors.js";
import { boxMuller } from "./box_muller.js";
import { bits53, inDraws } from "./draws.js";
import { default_generator, type Generator } from "./generator.js";

/*
 * The continuous distributions and bernoulli, draw for draw as PyTorch's CPU kernels fill a contiguous tensor. The
 * integers are in random_integers.ts. `out` is filled from its first to its last element.
 */

type FloatArray = Float32Array | Float64Array;
type TypedArray = FloatArray | Int32Array | Uint8Array;

/**
 * Uniform on [from, to): x (to - from) + from, rounded once, of a 24-bit x for float32 and a 53-bit x for float64.
 *
 * @throws RuntimeError when `from > to`, or when either or their difference is out of range
 *
 * @example
 * uniform(new Float32Array(2), 0, 1, new Generator().manual_seed(0)); // 0.4963, 0.7682
 */
export function uniform(out: FloatArray, from: number, to: number, generator: Generator = default_generator): void {
  checkUniform(out, from, to);
  if (out instanceof Float32Array) {
    const base = Math.fround(from);
    const width = Math.fround(Math.fround(to) - base);
    // exact in double up to the sum, so that the store is the rounding of a fused multiply-add
    inDraws(generator, out.length, 1, (draws, first, count) => {
      const to = out.subarray(first, first + count);
      for (let i = 0; i < to.length; i++) to[i] = (draws[i] & 0xffffff) * 2 ** -24 * width + base;
    });
  } else if (from === 0 && to === 1) {
    inDraws(generator, out.length, 2, (draws, first, count) => {
      for (let i = 0; i < count; i++) out[first + i] = bits53(draws, i) * 2 ** -53;
    });
  } else {
    inDraws(generator, out.length, 2, (draws, first, count) => {
      for (let i = 0; i < count; i++) {
        out[first + i] = fusedMultiplyAdd(bits53(draws, i) * 2 ** -53, to - from, from);
      }
    });
  }
}

/**
 * Normal by Box and Muller. From 16 elements on, blocks of 16 turn uniforms of the array's own precision into normals,
 * and the last 16 elements are drawn again when the length is no multiple of 16; fewer elements are drawn one by one,
 * see {@link normalOneByOne}.
 *
 * float64 agrees with PyTorch to the last bits of `log`, `sin` and `cos`; float32 to 3 units in the last place, as
 * PyTorch approximates the three on its own.
 *
 * @throws RuntimeError when `std` is negative or NaN
 */
export function normal(out: FloatArray, mean: number, std: number, generator: Generator = default_generator): void {
  checkNormal(std);
  const n = out.length;
  if (n < 16) {
    normalOneByOne(out, mean, std, generator);
    return;
  }
  uniform(out, 0, 1, generator);
  boxMullerBlocks(out, mean, std);
  if (n % 16 !== 0) {
    const last = out.subarray(n - 16);
    uniform(last, 0, 1, generator);
    boxMullerBlocks(last, mean, std);
  }
}

/** Turns blocks of 16 uniforms into normals; the first 8 give the radii, the last 8 the angles. */
function boxMullerBlocks(out: FloatArray, mean: number, std: number): void {
  if (out instanceof Float32Array) {
    boxMuller(out, mean, std);
    return;
  }
  for (let start = 0; start + 16 <= out.length; start += 16) {
    for (let j = start; j < start + 8; j++) {
      const radius = Math.sqrt(-2 * Math.log(1 - out[j])); // 1 - u is in (0, 1]
      const theta = 2 * Math.PI * out[j + 8];
      out[j] = radius * Math.cos(theta) * std + mean;
      out[j + 8] = radius * Math.sin(theta) * std + mean;
    }
  }
}

/**
 * Normal, each element computed in double, two at a time: the generator keeps the second one for the next call. PyTorch
 * does so for fewer than 16 elements, and for tensors that are not contiguous.
 */
export function normalOneByOne(
  out: FloatArray,
  mean: number,
  std: number,
  generator: Generator = default_generator,
): void {
  checkNormal(std);
  for (let i = 0; i < out.length; i++) out[i] = standardNormal(generator) * std + mean;
}

/** One double of the standard normal distribution; every second one is the sine that the generator kept. */
function standardNormal(generator: Generator): number {
  const kept = generator.cachedNormal;
  if (kept !== null) {
    generator.cachedNormal = null;
    return kept;
  }
  const u1 = generator.uniform();
  const u2 = generator.uniform();
  const radius = Math.sqrt(-2 * Math.log1p(-u2));
  const theta = 2 * Math.PI * u1;
  generator.cachedNormal = radius * Math.sin(theta);
  return radius * Math.cos(theta);
}

/**
 * exp of a normal with the given mean and standard deviation, drawn one by one.
 *
 * @throws RuntimeError unless `std > 0`
 */
export function log_normal(out: FloatArray, mean: number, std: number, generator: Generator = default_generator): void {
  check(std > 0, `log_normal_ expects std > 0.0, but found std=${cpp(std)}`);
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(standardNormal(generator) * std + mean);
}

/**
 * Exponential with rate lambda: -log(1 - u) / lambda.
 *
 * @throws RuntimeError unless `lambda > 0`
 */
export function exponential(out: FloatArray, lambda: number, generator: Generator = default_generator): void {
  check(lambda > 0, `exponential_ expects lambda > 0.0, but found lambda=${cpp(lambda)}`);
  inDraws(generator, out.length, 2, (draws, first, count) => {
    for (let i = 0; i < count; i++) out[first + i] = (-1 / lambda) * Math.log1p(-bits53(draws, i) * 2 ** -53);
  });
}

/**
 * Cauchy: median + sigma tan(pi (u - 1/2)).
 *
 * @throws RuntimeError unless `sigma > 0`
 */
export function cauchy(out: FloatArray, median: number, sigma: number, generator: Generator = default_generator): void {
  check(sigma > 0, `cauchy_ expects sigma > 0.0, but found sigma=${cpp(sigma)}`);
  for (let i = 0; i < out.length; i++) out[i] = median + sigma * Math.tan(Math.PI * (generator.uniform() - 0.5));
}

/**
 * Geometric, the trials up to the first success: ceil(log u / log(1 - p)).
 *
 * @throws RuntimeError unless `0 < p < 1`
 */
export function geometric(out: TypedArray, p: number, generator: Generator = default_generator): void {
  check(0 < p && p < 1, `geometric_ expects p to be in (0, 1), but got p=${cpp(p)}`);
  for (let i = 0; i < out.length; i++) out[i] = Math.ceil(Math.log(generator.uniform()) / Math.log(1 - p));
}

/**
 * 1 with probability p, else 0: is u < p? One number `p` and a float64 array compare with 53-bit uniforms, a float32
 * array with 24-bit ones.
 *
 * @param p one probability, or one for each element
 * @throws RuntimeError when a probability is not in [0, 1]
 */
export function bernoulli(out: TypedArray, p: number | FloatArray, generator: Generator = default_generator): void {
  if (typeof p === "number") {
    check(0 <= p && p <= 1, `bernoulli_ expects p to be in [0, 1], but got p=${cpp(p)}`);
    inDraws(generator, out.length, 2, (draws, first, count) => {
      for (let i = 0; i < count; i++) out[first + i] = Number(bits53(draws, i) < p * 2 ** 53);
    });
    return;
  }
  checkProbabilities(p, out.length);
  if (p instanceof Float32Array) {
    inDraws(generator, out.length, 1, (draws, first, count) => {
      for (let i = 0; i < count; i++) out[first + i] = Number((draws[i] & 0xffffff) < p[first + i] * 2 ** 24);
    });
  } else {
    inDraws(generator, out.length, 2, (draws, first, count) => {
      for (let i = 0; i < count; i++) out[first + i] = Number(bits53(draws, i) < p[first + i] * 2 ** 53);
    });
  }
}

function checkProbabilities(p: FloatArray, n: number): void {
  for (let i = 0; i < n; i++) {
    if (0 <= p[i] && p[i] <= 1) continue;
    throw new RuntimeError(
      "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, " +
        "please report an enhancement request to PyTorch.)",
      `Every probability lies in [0, 1]; number ${i} is ${p[i]}.`,
    );
  }
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new RuntimeError(message);
}

function checkNormal(std: number): void {
  check(std >= 0, `normal expects std >= 0.0, but found std ${cpp(std)}`);
}

function checkUniform(out: FloatArray, from: number, to: number): void {
  const [name, max] = out instanceof Float32Array ? ["float", (2 - 2 ** -23) * 2 ** 127] : ["double", Number.MAX_VALUE];
  check(Math.abs(from) <= max, `from is out of bounds for ${name}`);
  check(Math.abs(to) <= max, `to is out of bounds for ${name}`);
  check(from <= to, `uniform_ expects to return a [from, to) range, but found from=${cpp(from)} > to=${cpp(to)}`);
  check(
    to - from <= max,
    `uniform_ expects to-from <= std::numeric_limits<${name === "float" ? "Float" : "Double"}>::max(), but found ` +
      `to=${cpp(to)} and from=${cpp(from)} which result in to-from to exceed the limit`,
  );
}

/** A double as C++ prints it: six significant digits. */
function cpp(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const [digits, power] = x.toExponential(5).split("e");
  const exponent = Number(power);
  if (-4 <= exponent && exponent < 6) return String(Number(x.toPrecision(6)));
  return `${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/**
 * x y + z rounded once, as processors do it. Dekker's product and Knuth's sum give the rounding errors of the two steps
 * exactly.
 */
function fusedMultiplyAdd(x: number, y: number, z: number): number {
  const xHigh = highHalf(x);
  const yHigh = highHalf(y);
  const xLow = x - xHigh;
  const yLow = y - yHigh;
  const product = x * y;
  const productError = xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
  const sum = product + z;
  const added = sum - product;
  const sumError = product - (sum - added) + (z - added);
  const result = sum + (productError + sumError);
  return Number.isFinite(result) ? result : sum;
}

/** The upper 26 of the 53 bits of x. */
function highHalf(x: number): number {
  const scaled = 134217729 * x;
  return scaled - (scaled - x);
}
