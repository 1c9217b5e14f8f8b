import fc from "fast-check";

/** Floats as kernels meet them: ordinary ones, and with some chance zeros of both signs, denormals, infinities and NaN. */
export const float = fc.oneof(
  { weight: 12, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-40, -1e-45, 3e38, Infinity, -Infinity, NaN) },
);

/** Pseudorandom floats in -1 .. 1. */
export function noise(length: number, seed: number): Float32Array {
  let state = seed | 0 || 1;
  return Float32Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
}

/** The first place where two arrays differ in value or sign of zero, or null; NaN equals NaN. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): string | null {
  if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) return `at ${i}: ${actual[i]}, expected ${expected[i]}`;
  }
  return null;
}
