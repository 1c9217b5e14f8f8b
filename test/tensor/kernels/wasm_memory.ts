import * as fc from "fast-check";
import { heap, heapBase, kernels } from "../../../src/tensor/kernels/wasm/instance.js";

/** The kernels under test. */
export const wasm = kernels()!;

export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Arrays in the memory of the kernels, one behind another, from a place that is aligned to nothing but one float. */
export class Arena {
  private end = heapBase + 4;

  /** Copies `values` into the memory. */
  place(values: Numbers): number {
    const address = this.end;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(heap().buffer).set(bytes, address);
    this.end += 4 * Math.ceil(values.byteLength / 4) + 12;
    return address;
  }

  /** What lies at `address` now, as an array of the kind of `like`. */
  read<A extends Numbers>(address: number, like: A): A {
    const bytes = heap().slice(address / 4, address / 4 + Math.ceil(like.byteLength / 4));
    return new (like.constructor as new (b: ArrayBuffer, o: number, n: number) => A)(
      bytes.buffer as ArrayBuffer,
      0,
      like.length,
    );
  }

  /** All bytes from the beginning of the arena to a little behind its end. */
  bytes(): Uint8Array {
    return new Uint8Array(heap().buffer).slice(heapBase, this.end + 64);
  }
}

/**
 * Calls `kernel` with the addresses of `out` and of the inputs and answers what is in `out` afterwards.
 *
 * @throws if anything else in memory has changed
 */
export function callOn<A extends Numbers>(
  out: A,
  inputs: readonly Numbers[],
  kernel: (out: number, ...inputs: number[]) => void,
): A {
  const arena = new Arena();
  const inputAddresses = inputs.map((x) => arena.place(x));
  const address = arena.place(out);
  const before = arena.bytes();
  kernel(address, ...inputAddresses);
  const after = arena.bytes();
  const start = address - heapBase;
  for (let i = 0; i < before.length; i++) {
    if (before[i] !== after[i] && (i < start || i >= start + out.byteLength)) {
      throw new Error(`byte ${i - start} of an output of ${out.byteLength} bytes was written`);
    }
  }
  return arena.read(address, out);
}

/** The distance of `y` from the exact `truth` in units in the last place of float32; 0 if they are the same. */
export function ulps(y: number, truth: number): number {
  const nearest = Math.fround(truth);
  if (Object.is(y, nearest)) return Number.isFinite(y) ? Math.abs(y - truth) / ulp(truth) : 0;
  if (!Number.isFinite(y) || !Number.isFinite(nearest)) {
    const huge = Math.abs(Number.isFinite(y) ? y : truth) >= LARGEST && Math.sign(y) === Math.sign(truth);
    return huge ? 1 : Infinity;
  }
  if (y === 0 && truth === 0) return Infinity; // zeros of different signs
  return Math.abs(y - truth) / ulp(truth);
}

const LARGEST = 3.4028234e38;
const ulp = (x: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);

/** The largest distance in ulps, and where, of those further away than `distance`; infinite if one of two is NaN. */
export function worst(found: Numbers, truth: (i: number) => number, distance = 0): { ulps: number; at: number } {
  const largest = { ulps: 0, at: -1 };
  for (let i = 0; i < found.length; i++) {
    const exact = truth(i);
    if (Math.abs(found[i] - exact) <= distance) continue;
    const size = ulps(found[i], exact);
    if (size > largest.ulps) Object.assign(largest, { ulps: size, at: i });
  }
  return largest;
}

const special = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-45,
  -1e-45,
  1.1754942e-38,
  3.4028235e38,
  -3.4028235e38,
  0.5,
];

/** A float32: of all sizes, of ordinary size, or one of the numbers at the edges. */
export const float32 = fc.oneof(
  fc.float(),
  fc.float({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(...special.map(Math.fround)),
);

/** A float32 between -4 and 4, in whole 64ths: sums and products of a few are exact. */
export const tame = fc.integer({ min: -256, max: 256 }).map((i) => i / 64);

/** Arrays of 0 to `maxLength` numbers. */
export const arrayOf = (number: fc.Arbitrary<number> = float32, maxLength = 100): fc.Arbitrary<Float32Array> =>
  fc.array(number, { maxLength, size: "max" }).map((values) => Float32Array.from(values));

/** As many arrays of one length as asked for. */
export const arraysOf = (count: number, number: fc.Arbitrary<number> = float32): fc.Arbitrary<Float32Array[]> =>
  fc
    .array(fc.tuple(...new Array<fc.Arbitrary<number>>(count).fill(number)), { maxLength: 100, size: "max" })
    .map((rows) => Array.from({ length: count }, (_, k) => Float32Array.from(rows, (row) => row[k])));

/** A matrix of up to so many rows and columns, with a row and a column to go with it. */
export const matrixOf = (number: fc.Arbitrary<number> = float32, maxRows = 6, maxColumns = 21) =>
  fc.tuple(fc.nat(maxRows), fc.nat(maxColumns)).chain(([rows, columns]) => {
    const numbers = (n: number) => fc.array(number, { minLength: n, maxLength: n }).map((v) => Float32Array.from(v));
    const [x, row, column] = [rows * columns, columns, rows].map(numbers);
    return fc.record({ rows: fc.constant(rows), columns: fc.constant(columns), x, row, column });
  });
