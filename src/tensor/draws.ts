import type { Generator } from "./generator.js";

/** Draws at a time: enough to forget the cost of a call, few enough for the processor's nearest memory. */
const SIZE = 4096;
const block = new Uint32Array(SIZE);

/**
 * Calls `use` with the next 32-bit draws of `generator`, `each` for one of `n` elements: `count` elements at a time, from
 * element `first` on. `use` draws nothing itself.
 */
export function inDraws(
  generator: Generator,
  n: number,
  each: 1 | 2,
  use: (draws: Uint32Array, first: number, count: number) => void,
): void {
  const most = SIZE / each;
  for (let first = 0; first < n; first += most) {
    const count = Math.min(most, n - first);
    const draws = block.subarray(0, count * each);
    generator.fill(draws);
    use(draws, first, count);
  }
}

/** The 53 low bits of the 64 that the draws `2 i` and `2 i + 1` make, the high half first. */
export function bits53(draws: Uint32Array, i: number): number {
  return (draws[2 * i] & 0x1fffff) * 2 ** 32 + draws[2 * i + 1];
}
