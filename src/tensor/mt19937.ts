/** Words of state, and how far ahead the word lies that a new one is mixed with. */
const N = 624;
const M = 397;

/**
 * The Mersenne Twister of Matsumoto and Nishimura, 32 bits wide: the source of all random numbers of PyTorch's CPU
 * generator and of NumPy's `RandomState`.
 *
 * `words`, `left` and `next` are the whole state. A fresh seed has `left` 1 and `next` 0; from the first draw on
 * `left + next` is 625.
 *
 * @example
 * new MT19937(0).random(); // 2357136044
 */
export class MT19937 {
  readonly #words = new Uint32Array(N);
  /** The seed from which the words are yet to be made: at the first draw, for most generators are seeded again before. */
  #seed: number | null = null;
  /** Draws until the next twist, which the last of them makes: 1 to 624. */
  left = 1;
  /** Index of the word that the next draw tempers: 0 to 624. */
  next = 0;

  /** @param seed the low 32 bits count. Default 5489, as in C++ */
  constructor(seed = 5489) {
    this.seed(seed);
  }

  /** Starts over from the low 32 bits of `seed`. */
  seed(seed: number): void {
    this.#seed = seed;
    this.left = 1;
    this.next = 0;
  }

  /** The words of state. */
  get words(): Uint32Array {
    const words = this.#words;
    if (this.#seed !== null) {
      words[0] = this.#seed;
      for (let j = 1; j < N; j++) {
        const previous = words[j - 1] ^ (words[j - 1] >>> 30);
        words[j] = Math.imul(1812433253, previous) + j;
      }
      this.#seed = null;
    }
    return words;
  }

  /** The next integer in [0, 2^32). */
  random(): number {
    if (--this.left === 0) this.#twist();
    let y = this.#words[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Replaces all words: w[k] = w[k + 397] xor (the top bit of w[k] and the low 31 bits of w[k + 1]) times A. */
  #twist(): void {
    const words = this.words;
    for (let k = 0; k < N; k++) {
      const y = (words[k] & 0x80000000) | (words[(k + 1) % N] & 0x7fffffff);
      words[k] = words[(k + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.left = N;
    this.next = 0;
  }
}
