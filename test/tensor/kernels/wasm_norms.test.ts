import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena, type Numbers, wasm } from "./wasm_memory.js";

const number = fc.float({ min: -4, max: 4, noNaN: true });
const array = (n: number) => fc.array(number, { minLength: n, maxLength: n }).map((v) => Float32Array.from(v));
const total = (x: Iterable<number>): number => [...x].reduce((s, v) => s + v, 0);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Places arrays, calls the kernel with their addresses and answers what has become of them. */
function run(arrays: Numbers[], kernel: (...addresses: number[]) => void): Numbers[] {
  const arena = new Arena();
  const addresses = arrays.map((x) => arena.place(x));
  kernel(...addresses);
  return arrays.map((x, i) => arena.read(addresses[i], x));
}

const zeros = (n: number) => new Float32Array(n).fill(Number.NaN);

function expectNear(found: Numbers, exact: number[], size: number): void {
  expect(found.length).toBe(exact.length);
  found.forEach((v, i) => void expect(Math.abs(v - exact[i]), `${v} for ${exact[i]}`).toBeLessThanOrEqual(size));
}

describe("layer normalization", () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 21 })).chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      x: array(rows * columns),
      g: array(rows * columns),
      weight: fc.option(array(columns)),
      bias: fc.option(array(columns)),
      centered: fc.boolean(),
    }),
  );
  const eps = 0.01;

  it("forward and backward, with and without weight and bias", () => {
    fc.assert(
      fc.property(cases, ({ rows, columns, x, g, weight, bias, centered }) => {
        const n = rows * columns;
        const [w, b] = [weight ?? zeros(columns), bias ?? zeros(columns)];
        const [out, mean, rstd] = run([zeros(n), zeros(rows), zeros(rows), x, w, b], (o, m, r, a, wAt, bAt) =>
          wasm.layerNorm(o, m, r, a, weight ? wAt : 0, bias ? bAt : 0, rows, columns, eps, centered),
        );
        const row = (a: Float32Array, r: number) => [...a.slice(r * columns, (r + 1) * columns)];
        const means = range(rows).map((r) => (centered ? total(row(x, r)) / columns : 0));
        const roots = range(rows).map(
          (r) => 1 / Math.sqrt(total(row(x, r).map((v) => (v - means[r]) ** 2)) / columns + eps),
        );
        expectNear(mean, means, 1e-6);
        roots.forEach((v, r) => void expect(rstd[r] / v).toBeCloseTo(1, 6));
        const place = range(n).map((i) => ({ r: Math.floor(i / columns), c: i % columns }));
        const h = place.map(({ r }, i) => (x[i] - means[r]) * roots[r]);
        const scale = (c: number) => weight?.[c] ?? 1;
        const forward = place.map(({ c }, i) => h[i] * scale(c) + (bias?.[c] ?? 0));
        expectNear(out, forward, 4e-5);

        const [dx] = run([zeros(n), g, x, mean, rstd, w], (o, gAt, xAt, m, r, wAt) =>
          wasm.layerNormBackward(o, gAt, xAt, m, r, weight ? wAt : 0, rows, columns, centered),
        );
        const u = place.map(({ c }, i) => g[i] * scale(c));
        const of = (r: number, values: number[]) => total(values.filter((_, i) => place[i].r === r)) / columns;
        const backward = place.map(({ r }, i) => {
          const product = u.map((v, j) => v * h[j]);
          return roots[r] * (u[i] - (centered ? of(r, u) : 0) - h[i] * of(r, product));
        });
        expectNear(dx, backward, 2e-3);

        const sums = new Float64Array(columns + (-columns & 3));
        const [dw, db] = run([sums, sums, g, x, mean, rstd], (a, d, gAt, xAt, m, r) =>
          wasm.layerNormParametersBackward(a, d, gAt, xAt, m, r, rows, columns),
        ).map((found) => found.slice(0, columns));
        const down = (c: number, values: (i: number) => number) =>
          total(place.map((p, i) => (p.c === c ? values(i) : 0)));
        expectNear(
          dw,
          range(columns).map((c) => down(c, (i) => g[i] * h[i])),
          2e-4,
        );
        expectNear(
          db,
          range(columns).map((c) => down(c, (i) => g[i])),
          2e-5,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("batch normalization", () => {
  const size = fc.constantFrom(1, 2, 3, 4, 7, 9);
  const cases = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 10 }), size).chain(([b, c, s]) =>
    fc.record({
      batch: fc.constant(b),
      channels: fc.constant(c),
      size: fc.constant(s),
      x: array(b * c * s),
      g: array(b * c * s),
      numbers: fc.array(array(c), { minLength: 4, maxLength: 4 }),
    }),
  );

  it("moments, sums, and what is one number a channel", () => {
    fc.assert(
      fc.property(cases, ({ batch, channels, size, x, g, numbers }) => {
        const n = batch * channels * size;
        const channel = (i: number) => Math.floor(i / size) % channels;
        const sumOf = (f: (i: number) => number, c: number) =>
          total(range(n).map((i) => (channel(i) === c ? f(i) : 0)));
        const each = range(channels);
        const count = batch * size;

        const [mean, variance] = run([zeros(channels), zeros(channels), x], (m, v, a) =>
          wasm.channelMoments(m, v, a, batch, channels, size),
        );
        const means = each.map((c) => sumOf((i) => x[i], c) / count);
        expectNear(mean, means, 1e-6);
        expectNear(
          variance,
          each.map((c) => sumOf((i) => (x[i] - means[c]) ** 2, c) / count),
          3e-6,
        );

        const [sum, dot] = run([zeros(channels), zeros(channels), g, x, mean], (s, d, gAt, xAt, m) =>
          wasm.channelDots(s, d, gAt, xAt, m, batch, channels, size),
        );
        expectNear(
          sum,
          each.map((c) => sumOf((i) => g[i], c)),
          2e-5,
        );
        expectNear(
          dot,
          each.map((c) => sumOf((i) => g[i] * (x[i] - mean[c]), c)),
          2e-4,
        );

        const [scale, shift, slope, center] = numbers;
        const [affine] = run([zeros(n), x, scale, shift], (o, a, s, t) =>
          wasm.channelAffine(o, a, s, t, batch, channels, size),
        );
        expectNear(
          affine,
          range(n).map((i) => x[i] * scale[channel(i)] + shift[channel(i)]),
          4e-6,
        );
        const [dx] = run([zeros(n), g, x, shift, center, slope, scale], (o, gAt, xAt, t, m, k, s) =>
          wasm.channelSlope(o, gAt, xAt, t, m, k, s, batch, channels, size),
        );
        const exact = range(n).map((i) => {
          const c = channel(i);
          return g[i] * scale[c] - (x[i] - center[c]) * slope[c] - shift[c];
        });
        expectNear(dx, exact, 4e-5);
      }),
      { numRuns: 60 },
    );
  });
});
