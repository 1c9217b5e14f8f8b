import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begin, room } from "../../../src/tensor/kernels/stage.js";
import { convolve, convolveTransposed, convolveWeight } from "../../../src/tensor/kernels/threads/convolution.js";
import { numThreads, setNumThreads, startThreads } from "../../../src/tensor/kernels/threads/pool.js";
import { heap } from "../../../src/tensor/kernels/wasm/instance.js";
import { difference, noise } from "./floats.js";

interface Case {
  n: number;
  inner: number;
  outer: number;
  groups: number;
  dims: readonly { size: number; kernel: number; stride: number; padding: number; dilation: number }[];
}

const dim = fc.record({
  size: fc.integer({ min: 1, max: 13 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
});
const count = (d: Case["dims"][number]): number =>
  Math.floor((d.size + 2 * d.padding - d.dilation * (d.kernel - 1) - 1) / d.stride) + 1;
const cases: fc.Arbitrary<Case> = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 })),
  outer: fc.integer({ min: 1, max: 9 }),
  groups: fc.integer({ min: 1, max: 2 }),
  dims: fc.array(
    dim.filter((d) => count(d) > 0),
    { minLength: 1, maxLength: 3 },
  ),
});

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

function geometry({ dims, groups }: Case) {
  const field = (name: keyof Case["dims"][number]): number[] => dims.map((d) => d[name]);
  return {
    image: field("size"),
    kernel: field("kernel"),
    stride: field("stride"),
    padding: field("padding"),
    dilation: field("dilation"),
    counts: dims.map(count),
    groups,
  };
}

/** For all pairs of a window and a pixel it sees with some tap: their numbers within a channel. */
function* pairs({ dims }: Case): Generator<[tap: number, pixel: number, window: number]> {
  const counts = dims.map(count);
  const walk = function* (d: number, tap: number, pixel: number, window: number): Generator<[number, number, number]> {
    if (d === dims.length) {
      yield [tap, pixel, window];
      return;
    }
    const { size, kernel, stride, padding, dilation } = dims[d];
    for (let w = 0; w < counts[d]; w++) {
      for (let k = 0; k < kernel; k++) {
        const at = w * stride - padding + k * dilation;
        if (at >= 0 && at < size) yield* walk(d + 1, tap * kernel + k, pixel * size + at, window * counts[d] + w);
      }
    }
  };
  yield* walk(0, 0, 0, 0);
}

/** Sizes and operands of a case, and a way to add up over all products `w[...] * x[...] * y[...]`. */
function setting(example: Case) {
  const { n, inner, outer, groups, dims } = example;
  const taps = product(dims.map((d) => d.kernel));
  const pixels = product(dims.map((d) => d.size));
  const windows = product(dims.map(count));
  const x = noise(n * groups * inner * pixels, 1);
  const y = noise(n * groups * outer * windows, 2);
  const w = noise(groups * outer * inner * taps, 3);
  const found = [...pairs(example)];
  const each = (add: (w: number, x: number, y: number) => void): void => {
    for (let q = 0; q < n * groups; q++) {
      for (let o = 0; o < outer; o++) {
        for (let c = 0; c < inner; c++) {
          const kernel = (((q % groups) * outer + o) * inner + c) * taps;
          for (const [tap, pixel, window] of found) {
            add(kernel + tap, (q * inner + c) * pixels + pixel, (q * outer + o) * windows + window);
          }
        }
      }
    }
  };
  return { x, y, w, each, taps, pixels, windows };
}

const bring = (data: Float32Array): number => {
  const address = room(data.length);
  heap().set(data, address / 4);
  return address;
};
const back = (address: number, length: number): Float32Array => heap().slice(address / 4, address / 4 + length);

/** The largest difference. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return Number.isNaN(a[0]) ? Number.NaN : most;
};

/** The three products by the kernels. */
function products(example: Case, threads: boolean, biased: boolean): Float32Array[] {
  const { x, y, w } = setting(example);
  const { n, inner, outer, groups } = example;
  const s = geometry(example);
  const results: Float32Array[] = [];
  begin();
  const [xAt, yAt, wAt] = [bring(x), bring(y), bring(w)];
  const biasAt = (length: number): number => (biased ? bring(noise(length, 4)) : 0);
  // what stood there before does not matter
  const [yOut, xOut, wOut] = [y, x, w].map(({ length }) => bring(new Float32Array(length).fill(Number.NaN)));
  expect(convolve(yOut, xAt, wAt, biasAt(groups * outer), n, { inner, outer }, s, threads)).toBe(true);
  results.push(back(yOut, y.length));
  expect(convolveTransposed(xOut, yAt, wAt, biasAt(groups * inner), n, { inner, outer }, s, threads)).toBe(true);
  results.push(back(xOut, x.length));
  expect(convolveWeight(wOut, xAt, yAt, n, { inner, outer }, s, threads)).toBe(true);
  results.push(back(wOut, w.length));
  return results;
}

/** The three products as they are defined, in doubles. */
function definition(example: Case, biased: boolean): Float64Array[] {
  const { x, y, w, each, pixels, windows } = setting(example);
  const { inner, outer, groups } = example;
  const start = (length: number, each: number, channels: number): Float64Array => {
    const bias = noise(channels, 4);
    return Float64Array.from({ length }, (_, i) => (biased ? bias[Math.floor(i / each) % channels] : 0));
  };
  const [ys, xs] = [start(y.length, windows, groups * outer), start(x.length, pixels, groups * inner)];
  const ws = new Float64Array(w.length);
  each((wi, xi, yi) => {
    ys[yi] += w[wi] * x[xi];
    xs[xi] += w[wi] * y[yi];
    ws[wi] += x[xi] * y[yi];
  });
  return [ys, xs, ws];
}

describe("the products of convolutions", () => {
  const before = numThreads();
  beforeAll(() => setNumThreads(2));
  afterAll(() => setNumThreads(before));

  it("are what their definition says, for one to three dimensions", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (example, biased) => {
        const expected = definition(example, biased);
        products(example, false, biased).forEach((actual, i) => {
          expect(distance(actual, expected[i])).toBeLessThan(2e-5 * Math.sqrt(1 + expected[i].length));
        });
      }),
      { numRuns: 150 },
    );
    const example: Case = {
      n: 1,
      inner: 1,
      outer: 1,
      groups: 1,
      dims: [{ size: 4, kernel: 2, stride: 1, padding: 0, dilation: 1 }],
    };
    const [y] = products(example, false, false);
    expect(distance(y.with(1, y[1] + 0.01), definition(example, false)[0])).toBeGreaterThan(0.005);
  });

  const square = (size: number, kernel: number, padding: number, stride = 1): Case["dims"] =>
    [1, 2].map(() => ({ size, kernel, stride, padding, dilation: 1 }));
  const large: Case[] = [
    { n: 2, inner: 1, outer: 32, groups: 1, dims: square(28, 3, 1) },
    { n: 3, inner: 33, outer: 70, groups: 1, dims: square(12, 3, 1) },
    { n: 1, inner: 3, outer: 8, groups: 1, dims: square(40, 5, 2) },
    { n: 2, inner: 1, outer: 2, groups: 12, dims: square(15, 3, 1, 2) },
    { n: 2, inner: 8, outer: 8, groups: 3, dims: square(14, 3, 1) },
    { n: 2, inner: 5, outer: 12, groups: 2, dims: square(13, 2, 1).slice(1) },
    { n: 2, inner: 300, outer: 5, groups: 1, dims: square(6, 1, 0) },
  ];

  it("run over several blocks", () => {
    for (const example of large) {
      const expected = definition(example, true);
      products(example, false, true).forEach((actual, i) => {
        expect(distance(actual, expected[i])).toBeLessThan(2e-4);
      });
    }
  });

  it("do not depend on the number of threads, not in one bit", () => {
    const one = large.map((example) => products(example, false, true));
    startThreads();
    for (let round = 0; round < 3; round++) {
      large.forEach((example, e) => {
        products(example, true, true).forEach((actual, i) => expect(difference(actual, one[e][i])).toBeNull());
      });
    }
  });
});
