import { begin, room } from "./kernels/stage.js";
import { heap, kernels } from "./kernels/wasm/instance.js";

/** Words of state, and how far ahead the word lies that a new one is mixed with. */
const N = 624;
const M = 397;
/** So many draws at a time are made in WebAssembly. */
const MANY = 2048;

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
    return tempered(this.#words[this.next++]) >>> 0;
  }

  /** Fills `out` with the next integers, as {@link random} gives them. */
  fill(out: Uint32Array): void {
    const fast = out.length >= MANY ? kernels() : null;
    begin();
    const [words, draws] = fast ? [room(N), room(out.length)] : [0, 0];
    if (fast === null || words === 0 || draws === 0) {
      this.#inPieces(
        out.length,
        () => twist(this.words),
        (at, next, n) => temper(this.#words, next, out, at, n),
      );
      return;
    }
    const memory = new Uint32Array(heap().buffer);
    memory.set(this.words, words >> 2);
    this.#inPieces(
      out.length,
      () => fast.twist(words),
      (at, next, n) => fast.temper(draws + 4 * at, words + 4 * next, n),
    );
    this.#words.set(memory.subarray(words >> 2, (words >> 2) + N));
    out.set(memory.subarray(draws >> 2, (draws >> 2) + out.length));
  }

  /** Goes `length` draws on: `take`s `n` of them, from place `at` on, from the words from `next` on, between twists. */
  #inPieces(length: number, twist: () => void, take: (at: number, next: number, n: number) => void): void {
    for (let at = 0; at < length; ) {
      if (this.left === 1) {
        twist();
        this.next = 0;
        this.left = N + 1; // the first draw from new words is not counted
      }
      const n = Math.min(this.left - 1, length - at);
      take(at, this.next, n);
      at += n;
      this.next += n;
      this.left -= n;
    }
  }

  #twist(): void {
    twist(this.words);
    this.left = N;
    this.next = 0;
  }
}

/** Replaces all words: w[k] = w[k + 397] xor (the top bit of w[k] and the low 31 bits of w[k + 1]) times A. */
function twist(words: Uint32Array): void {
  for (let k = 0; k < N - M; k++) words[k] = words[k + M] ^ mixed(words[k], words[k + 1]);
  for (let k = N - M; k < N - 1; k++) words[k] = words[k + M - N] ^ mixed(words[k], words[k + 1]);
  words[N - 1] = words[M - 1] ^ mixed(words[N - 1], words[0]);
}

function mixed(word: number, next: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}

/** A word of state as the draw that it gives, up to its sign. */
function tempered(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

/** The draws of `n` words from `next` on, in `out` from `at` on. */
function temper(words: Uint32Array, next: number, out: Uint32Array, at: number, n: number): void {
  for (let k = 0; k < n; k++) out[at + k] = tempered(words[next + k]);
}
