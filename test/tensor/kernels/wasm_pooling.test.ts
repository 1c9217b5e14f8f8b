import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addPlaces as plainAddPlaces, maxima as plainMaxima } from "../../../src/tensor/kernels/planes.js";
import { begin, room } from "../../../src/tensor/kernels/stage.js";
import { addPlaces, maxima } from "../../../src/tensor/kernels/threads/pooling.js";
import { heap, setEnabled } from "../../../src/tensor/kernels/wasm/instance.js";
import { adaptivePool, type Pooling, pooledSizes, slidingPool } from "../../../src/tensor/pooling.js";
import { difference, float } from "./floats.js";

const settings = fc.record({
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  ceil_mode: fc.boolean(),
});
const cases = fc.record({
  planes: fc.integer({ min: 1, max: 5 }),
  sizes: fc.array(fc.integer({ min: 6, max: 19 }), { minLength: 1, maxLength: 3 }),
  settings: fc.oneof(settings, fc.constant({ kernel: 2, stride: 2, dilation: 1, ceil_mode: false })),
  padded: fc.boolean(),
  adaptive: fc.boolean(),
  values: fc.array(float, { minLength: 90, maxLength: 90 }),
});

function poolOf(
  sizes: number[],
  { kernel, stride, dilation, ceil_mode }: typeof settings extends fc.Arbitrary<infer S> ? S : never,
  padded: boolean,
): Pooling {
  const all = (value: number): number[] => sizes.map(() => value);
  const padding = padded && kernel > 1 ? 1 : 0;
  const each = { kernel: all(kernel), stride: all(stride), padding: all(padding), dilation: all(dilation), ceil_mode };
  return slidingPool("", sizes, pooledSizes(sizes, each), each);
}

const operand = (data: Float32Array | Float64Array) => ({ data, offset: 0, strides: [] });

describe("max pooling", () => {
  it("finds the elements and places that the plain kernel finds, and adds up where they are", () => {
    fc.assert(
      fc.property(cases, ({ planes, sizes, settings, padded, adaptive, values }) => {
        const pool = adaptive
          ? adaptivePool(
              "",
              sizes,
              sizes.map((size) => size >> 1),
            )
          : poolOf(sizes, settings, padded);
        const dims = pool.three;
        const size = sizes.reduce((a, b) => a * b, 1);
        const count = pool.counts.reduce((a, b) => a * b, 1);
        const x = Float32Array.from({ length: planes * size }, (_, i) => values[(i * i + 3 * i) % values.length]);
        const [elements, places] = [new Float32Array(planes * count), new Float64Array(planes * count)];
        const gradient = new Float32Array(planes * size);
        setEnabled(false);
        plainMaxima(operand(elements), operand(places), operand(x), planes, dims);
        plainAddPlaces(operand(gradient), operand(elements), operand(places), planes * count, size, count);
        setEnabled(true);

        begin();
        const [xAt, out, placesAt] = [room(planes * size), room(planes * count), room(2 * planes * count)];
        heap().set(x, xAt / 4);
        expect(maxima(out, placesAt, xAt, planes, dims, false)).toBe(true);
        expect(difference(heap().slice(out / 4, out / 4 + planes * count), elements)).toBeNull();
        expect(difference(new Float64Array(heap().buffer, placesAt, planes * count), places)).toBeNull();
        addPlaces(xAt, out, placesAt, planes, size, count, false);
        expect(difference(heap().slice(xAt / 4, xAt / 4 + planes * size), gradient)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
