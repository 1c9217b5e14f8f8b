import { ValueError } from "../python/errors.js";
import { MT19937 } from "../tensor/mt19937.js";

/** The web's source of entropy, a global in Node 20 and browsers alike. */
declare const crypto: { getRandomValues(words: Uint32Array): Uint32Array };

/**
 * NumPy's legacy `RandomState`: the generator behind scikit-learn's `random_state`. The same seed gives the same
 * permutation, index by index.
 *
 * @example
 * new RandomState(2).permutation(5); // [2, 4, 1, 3, 0]
 */
export class RandomState {
  readonly #generator: MT19937;

  /**
   * @param seed an integer in [0, 2^32 - 1]; `null` (the default) takes one from the system's entropy
   * @throws ValueError for any other seed
   */
  constructor(seed: number | null = null) {
    if (seed !== null && !(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
      throw new ValueError("Seed must be between 0 and 2**32 - 1", `The seed given is ${seed}.`);
    }
    this.#generator = new MT19937(seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  }

  /** A shuffled copy of `x`, or of `0, 1, ..., x - 1` when `x` is a number. */
  permutation(x: number): number[];
  permutation<T>(x: readonly T[]): T[];
  permutation<T>(x: number | readonly T[]): (number | T)[] {
    const shuffled: (number | T)[] = typeof x === "number" ? Array.from({ length: x }, (_, i) => i) : x.slice();
    this.shuffle(shuffled);
    return shuffled;
  }

  /** Shuffles `x` in place: Fisher and Yates's walk, from the last element down. */
  shuffle(x: unknown[]): void {
    for (let i = x.length - 1; i > 0; i--) {
      const j = this.#upTo(i);
      [x[i], x[j]] = [x[j], x[i]];
    }
  }

  /** A uniform integer in [0, max]: draws under the smallest mask 2^k - 1 >= max, again until one fits. */
  #upTo(max: number): number {
    const mask = 0xffffffff >>> Math.clz32(max);
    let draw: number;
    do draw = (this.#generator.random() & mask) >>> 0;
    while (draw > max);
    return draw;
  }
}
