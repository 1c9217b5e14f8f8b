import { RuntimeError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { TypedArray } from "../tensor/dtype.js";
import {
  as_tensor,
  default_generator,
  float64,
  Generator,
  randint,
  randperm,
  type Tensor,
  type TensorData,
} from "../tensor/index.js";
import { bindSource, elementAt, lengthOf, type Sized } from "./source.js";

/**
 * The order in which samples are drawn: an iterable of indices, or of batches of indices. A subclass defines
 * `[Symbol.iterator]` and usually `length`. Any iterable can stand for a sampler.
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  abstract [Symbol.iterator](): Iterator<T>;
}

const signatures = {
  sequential: new Signature("SequentialSampler(Sized data_source)"),
  random: new Signature(
    "RandomSampler(Sized data_source, UncheckedBool replacement=False, UncheckedInt? num_samples=None, Generator? generator=None)",
  ),
  subset: new Signature("SubsetRandomSampler(any indices, Generator? generator=None)"),
  weighted: new Signature(
    "WeightedRandomSampler(any weights, UncheckedInt num_samples, UncheckedBool replacement=True, Generator? generator=None)",
  ),
  batch: new Signature("BatchSampler(any sampler, UncheckedInt batch_size, UncheckedBool drop_last)"),
};

/** 0, 1, ..., n - 1. */
export class SequentialSampler extends Sampler {
  readonly data_source: Sized;

  constructor(...args: Arguments<typeof signatures.sequential.text>) {
    super();
    [this.data_source] = bindSource(signatures.sequential, args);
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }

  get length(): number {
    return lengthOf(this.data_source);
  }
}

/**
 * Random indices of a data source: a new permutation for each pass, or with `replacement` any index at each draw.
 *
 * Arguments: `data_source`, `replacement` (false), `num_samples` (the length of the source; more than that begins
 * further permutations), `generator` (null: each pass seeds a private one from the default generator).
 *
 * @throws ValueError unless `num_samples` is a positive integer, so also for an empty data source
 * @example
 * [...new data.RandomSampler([1, 2, 3], { generator: new torch.Generator().manual_seed(0) })]; // [2, 0, 1]
 */
export class RandomSampler extends Sampler {
  readonly data_source: Sized;
  readonly replacement: boolean;
  generator: Generator | null;
  readonly #num_samples: number | null;

  constructor(...args: Arguments<typeof signatures.random.text>) {
    super();
    const [data_source, replacement, num_samples, generator] = bindSource(signatures.random, args);
    this.data_source = data_source;
    this.replacement = replacement;
    this.#num_samples = num_samples;
    this.generator = generator;
    if (typeof replacement !== "boolean") {
      throw new TypeError(`replacement should be a boolean value, but got replacement=${shown(replacement)}`);
    }
    checkPositive("num_samples", this.num_samples);
  }

  /** How many indices a pass draws. */
  get num_samples(): number {
    return this.#num_samples ?? lengthOf(this.data_source);
  }

  *[Symbol.iterator](): Iterator<number> {
    const n = lengthOf(this.data_source);
    const generator = this.generator ?? privateGenerator();
    const parts = this.replacement
      ? draws(n, this.num_samples, generator)
      : permutations(n, this.num_samples, generator);
    for (const part of parts) for (let i = 0; i < part.length; i++) yield part[i];
  }

  get length(): number {
    return this.num_samples;
  }
}

/** A generator seeded by one draw of the default generator, modulo 2^63. */
function privateGenerator(): Generator {
  return new Generator().manual_seed(BigInt.asUintN(63, default_generator.random64()));
}

/** PyTorch draws 32 at a time. */
function* draws(n: number, count: number, generator: Generator): Iterable<TypedArray> {
  for (let left = count; left > 0; left -= 32) {
    yield randint(0, n, [Math.min(left, 32)], { generator }).toTypedArray();
  }
}

/** As many permutations as are needed, the last one cut; PyTorch draws that last one even when nothing is left of it. */
function* permutations(n: number, count: number, generator: Generator): Iterable<TypedArray> {
  if (n === 0) throw new RuntimeError("integer division or modulo by zero", "The data source is empty.");
  for (let left = count; left >= n; left -= n) yield randperm(n, { generator }).toTypedArray();
  yield randperm(n, { generator })
    .toTypedArray()
    .slice(0, count % n);
}

/**
 * The given indices in random order, each once.
 *
 * Arguments: `indices`, `generator` (null: the default generator).
 */
export class SubsetRandomSampler<T = number> extends Sampler<T> {
  readonly indices: ArrayLike<T>;
  generator: Generator | null;

  constructor(indices: ArrayLike<T>, generator?: Generator | null | { generator?: Generator | null });
  constructor(options: { indices: ArrayLike<T>; generator?: Generator | null });
  constructor(...args: unknown[]) {
    super();
    const [indices, generator] = signatures.subset.bind(args);
    this.indices = indices as ArrayLike<T>;
    this.generator = generator;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const i of randperm(this.length, { generator: this.generator }).toTypedArray()) {
      yield elementAt(this.indices, i);
    }
  }

  get length(): number {
    return lengthOf(this.indices);
  }
}

/**
 * Indices drawn with probabilities in proportion to `weights`.
 *
 * Arguments: `weights` (a number for each index), `num_samples`, `replacement` (true; false draws each index at most
 * once), `generator` (null: the default generator).
 *
 * @throws ValueError unless `num_samples` is a positive integer and the weights are one row of numbers
 * @example
 * [...new data.WeightedRandomSampler([0, 1, 0], 2)]; // [1, 1]
 */
export class WeightedRandomSampler extends Sampler {
  /** float64, shape [n]. */
  readonly weights: Tensor;
  readonly num_samples: number;
  readonly replacement: boolean;
  generator: Generator | null;

  constructor(...args: WeightedArguments) {
    super();
    const [weights, num_samples, replacement, generator] = signatures.weighted.bind(args);
    checkPositive("num_samples", num_samples);
    checkBoolean("replacement", replacement);
    this.weights = as_tensor(weights as TensorData, { dtype: float64 });
    if (this.weights.dim() !== 1) {
      throw new ValueError(
        `weights should be a 1d sequence but given weights have shape ${pythonRepr([...this.weights.shape], { tuple: true })}`,
      );
    }
    this.num_samples = num_samples;
    this.replacement = replacement;
    this.generator = generator;
  }

  *[Symbol.iterator](): Iterator<number> {
    const { generator } = this;
    yield* this.weights.multinomial(this.num_samples, this.replacement, { generator }).toTypedArray();
  }

  get length(): number {
    return this.num_samples;
  }
}

/** `weights` is checked when it becomes a tensor. */
type WeightedArguments =
  Arguments<typeof signatures.weighted.text> extends infer A
    ? A extends [unknown, ...infer Rest]
      ? [weights: TensorData, ...Rest]
      : A
    : never;

/**
 * The indices of another sampler in batches.
 *
 * Arguments: `sampler`, `batch_size`, `drop_last` (leave out the last batch when it is not full).
 *
 * @throws ValueError unless `batch_size` is a positive integer and `drop_last` a boolean
 * @example
 * [...new data.BatchSampler([0, 1, 2, 3, 4], 2, false)]; // [[0, 1], [2, 3], [4]]
 */
export class BatchSampler<T = number> extends Sampler<T[]> {
  readonly sampler: Iterable<T>;
  readonly batch_size: number;
  readonly drop_last: boolean;

  constructor(sampler: Iterable<T>, batch_size: number, drop_last: boolean | { drop_last: boolean });
  constructor(sampler: Iterable<T>, options: { batch_size: number; drop_last: boolean });
  constructor(options: { sampler: Iterable<T>; batch_size: number; drop_last: boolean });
  constructor(...args: unknown[]) {
    super();
    const [sampler, batch_size, drop_last] = signatures.batch.bind(args);
    checkPositive("batch_size", batch_size);
    checkBoolean("drop_last", drop_last);
    this.sampler = sampler as Iterable<T>;
    this.batch_size = batch_size;
    this.drop_last = drop_last;
  }

  *[Symbol.iterator](): Iterator<T[]> {
    const indices = this.sampler[Symbol.iterator]();
    for (let full = true; full; ) {
      const batch = take(indices, this.batch_size);
      full = batch.length === this.batch_size;
      if (full || (batch.length > 0 && !this.drop_last)) yield batch;
    }
  }

  /** The number of batches. */
  get length(): number {
    const batches = lengthOf(this.sampler) / this.batch_size;
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches);
  }
}

/** The next `count` values of an iterator, or as many as there are. */
export function take<T>(values: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = values.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function checkPositive(name: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) > 0) return;
  throw new ValueError(`${name} should be a positive integer value, but got ${name}=${shown(value)}`);
}

function checkBoolean(name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new ValueError(`${name} should be a boolean value, but got ${name}=${shown(value)}`);
}

/** Python's `str(x)`. */
const shown = (x: unknown): string => (typeof x === "string" ? x : pythonRepr(x));
