import { RuntimeError, ValueError } from "../python/errors.js";
import { MT19937 } from "./mt19937.js";

/** The web's source of entropy, a global in Node 20 and browsers alike. */
declare const crypto: { getRandomValues(words: Uint32Array): Uint32Array };

/** The seed of a new generator: the larger prime factor of 2^64 + 1. */
const DEFAULT_SEED = 67280421310721;

/** Where PyTorch's structure of 5056 bytes keeps each field, little endian. All other bytes are 0. */
const LAYOUT = {
  seed: 0, // uint64
  left: 8, // int32
  seeded: 12, // int32
  next: 16, // uint64
  words: 24, // 624 times uint64
  normal: 5024, // float64
  normalIsValid: 5040, // int32
  size: 5056,
} as const;

/**
 * PyTorch's random number generator on the CPU, `torch.Generator`: the same seed gives the same draws as in PyTorch.
 *
 * @example
 * const g = new Generator().manual_seed(0);
 * g.random(); // 2357136044
 */
export class Generator {
  #seed = BigInt(DEFAULT_SEED);
  readonly #engine = new MT19937(DEFAULT_SEED);
  /** The second half of the last Box-Muller pair, until it is used. @internal */
  cachedNormal: number | null = null;

  /**
   * Starts over from `seed`.
   *
   * @param seed an integer in [-2^63, 2^64 - 1], past 2^53 as a bigint; a negative one counts modulo 2^64
   * @returns this generator
   * @throws RuntimeError when `seed` is no integer; ValueError when it is out of range
   *
   * @example
   * new Generator().manual_seed(-1).initial_seed(); // 18446744073709551615n
   */
  manual_seed(seed: number | bigint): this {
    const integer = toInteger(seed);
    if (integer < -(2n ** 63n) || integer >= 2n ** 64n) {
      throw new ValueError("Overflow when unpacking long long", `A seed is in [-2^63, 2^64 - 1]; this one is ${seed}.`);
    }
    this.#seed = BigInt.asUintN(64, integer);
    this.#engine.seed(Number(this.#seed & 0xffffffffn));
    this.cachedNormal = null;
    return this;
  }

  /** The seed last given, in [0, 2^64): a number up to 2^53 - 1, a bigint past that. */
  initial_seed(): number | bigint {
    return this.#seed <= Number.MAX_SAFE_INTEGER ? Number(this.#seed) : this.#seed;
  }

  /** Seeds from the system's entropy and returns the seed, an integer in [0, 2^53). */
  seed(): number {
    const words = crypto.getRandomValues(new Uint32Array(2));
    const seed = (words[0] >>> 11) * 2 ** 32 + words[1];
    this.manual_seed(seed);
    return seed;
  }

  /** The state in the 5056 bytes of PyTorch's `Generator.get_state()`. */
  get_state(): Uint8Array {
    const view = new DataView(new ArrayBuffer(LAYOUT.size));
    view.setBigUint64(LAYOUT.seed, this.#seed, true);
    view.setInt32(LAYOUT.left, this.#engine.left, true);
    view.setInt32(LAYOUT.seeded, 1, true);
    view.setUint32(LAYOUT.next, this.#engine.next, true);
    this.#engine.words.forEach((word, k) => {
      view.setUint32(LAYOUT.words + 8 * k, word, true);
    });
    if (this.cachedNormal !== null) {
      view.setFloat64(LAYOUT.normal, this.cachedNormal, true);
      view.setInt32(LAYOUT.normalIsValid, 1, true);
    }
    return new Uint8Array(view.buffer);
  }

  /**
   * Continues where a `get_state()`, of this library or of PyTorch, was taken.
   *
   * @returns this generator
   * @throws TypeError when `state` is no Uint8Array; RuntimeError when its size or its contents are wrong
   */
  set_state(state: Uint8Array): this {
    if (!(state instanceof Uint8Array)) throw new TypeError("RNG state must be a torch.ByteTensor");
    if (state.length !== LAYOUT.size) {
      throw new RuntimeError(
        `Expected a CPUGeneratorImplState of size ${LAYOUT.size} but found the input RNG state size to be ${state.length}`,
        "Give the whole array that get_state() returned.",
      );
    }
    const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
    const left = view.getInt32(LAYOUT.left, true);
    const next = view.getBigUint64(LAYOUT.next, true);
    if (view.getInt32(LAYOUT.seeded, true) !== 1 || left < 1 || left > 624 || next > 624n) {
      throw new RuntimeError("Invalid mt19937 state", "The bytes were not written by get_state(), or were changed.");
    }
    this.#seed = view.getBigUint64(LAYOUT.seed, true);
    this.#engine.left = left;
    this.#engine.next = Number(next);
    this.#engine.words.forEach((_, k, words) => {
      words[k] = view.getUint32(LAYOUT.words + 8 * k, true);
    });
    const valid = view.getInt32(LAYOUT.normalIsValid, true) !== 0;
    this.cachedNormal = valid ? view.getFloat64(LAYOUT.normal, true) : null;
    return this;
  }

  /** An integer in [0, 2^32). One draw. */
  random(): number {
    return this.#engine.random();
  }

  /** Fills `out` with integers in [0, 2^32), one draw each: much faster than one by one. */
  fill(out: Uint32Array): void {
    this.#engine.fill(out);
  }

  /** An integer in [0, 2^64). Two draws, the first of which is the high half. */
  random64(): bigint {
    const high = this.#engine.random();
    const low = this.#engine.random();
    return (BigInt(high) << 32n) | BigInt(low);
  }

  /** The low 53 bits of {@link random64}, an integer in [0, 2^53) without the cost of a bigint. Two draws. */
  random53(): number {
    const high = this.#engine.random();
    const low = this.#engine.random();
    return (high & 0x1fffff) * 2 ** 32 + low;
  }

  /** A double in [0, 1), a multiple of 2^-53. Two draws. */
  uniform(): number {
    return this.random53() * 2 ** -53;
  }
}

/** A seed as an integer, or PyTorch's complaint. */
function toInteger(seed: unknown): bigint {
  if (typeof seed === "bigint") return seed;
  if (Number.isInteger(seed)) return BigInt(seed as number);
  const names: Record<string, string> = { number: "float", string: "str", boolean: "bool" };
  const name = seed === null || seed === undefined ? "NoneType" : (names[typeof seed] ?? "object");
  throw new RuntimeError(`manual_seed expected a long, but got ${name}`, `A seed is an integer; this one is ${seed}.`);
}

/** The generator that is used where none is given. Each program starts it from another seed. */
export const default_generator = new Generator();
// not from the system's entropy, which Node would have to load first: it takes 3 ms, and most programs give a seed
default_generator.manual_seed(Math.floor(Math.random() * 2 ** 53));

/**
 * Seeds the default generator, so that a run can be repeated.
 *
 * @param seed an integer in [-2^63, 2^64 - 1]; a fraction is cut off, as by Python's `int(seed)`
 * @returns the default generator
 *
 * @example
 * torch.manual_seed(42);
 */
export function manual_seed(seed: number | bigint): Generator {
  return default_generator.manual_seed(typeof seed === "number" ? Math.trunc(seed) : seed);
}

/** The seed of the default generator. */
export function initial_seed(): number | bigint {
  return default_generator.initial_seed();
}

/** Seeds the default generator from the system's entropy and returns the seed. */
export function seed(): number {
  return default_generator.seed();
}
