import { NotImplementedError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { type Generator, randperm } from "../tensor/index.js";
import { Dataset } from "./dataset.js";
import { type DataSource, elementAt, lengthOf, sampleAt, samplesAt } from "./source.js";

/**
 * The samples of a dataset at `indices`, in that order.
 *
 * @example
 * new data.Subset(["a", "b", "c"], [2, 0]).get(0); // "c"
 */
export class Subset<T> extends Dataset<T> {
  /** @throws NotImplementedError when a subclass overrides `get` and not `getItems`, which loaders call */
  constructor(
    readonly dataset: DataSource<T>,
    readonly indices: readonly number[],
  ) {
    super();
    if (this.get !== Subset.prototype.get && this.getItems === Subset.prototype.getItems) {
      throw new NotImplementedError(
        `${this.constructor.name} overrides __getitem__ but not __getitems__. When subclassing Subset and overriding __getitem__, you must also override __getitems__ to ensure DataLoader works correctly with your custom logic. A simple implementation:`,
        "getItems(indices: readonly number[]) {\n  return indices.map((i) => this.get(i));\n}",
      );
    }
  }

  get length(): number {
    return this.indices.length;
  }

  /** Sample number `index` of the subset; with several indices, whatever the dataset gives for an array of them. */
  get(index: number | readonly number[]): T {
    if (typeof index === "number") return sampleAt(this.dataset, elementAt(this.indices, index));
    const several = this.dataset as DataSource<T> & { get(indices: readonly number[]): T };
    return several.get(index.map((i) => elementAt(this.indices, i)));
  }

  override getItems(indices: readonly number[]): T[] {
    return samplesAt(
      this.dataset,
      indices.map((i) => elementAt(this.indices, i)),
    );
  }
}

/** Options of {@link random_split}. */
export interface RandomSplitOptions {
  /** Default: the default generator. */
  generator?: Generator | null;
}

const signature = new Signature("random_split(any dataset, float[] lengths, Generator? generator=None)");

/**
 * Splits a dataset into random parts without overlap: one permutation, cut into pieces.
 *
 * Lengths that sum to 1 are shares: each part gets `floor(share * n)` samples, and what is left goes to the parts one
 * by one from the first on.
 *
 * @param lengths numbers of samples, or shares
 * @throws ValueError when the lengths do not sum to the dataset's
 * @example
 * const [train, test] = data.random_split(dataset, [0.8, 0.2], new torch.Generator().manual_seed(42));
 */
export function random_split<T>(
  dataset: DataSource<T>,
  lengths: readonly number[],
  generator?: Generator | null | RandomSplitOptions,
): Subset<T>[];
export function random_split<T>(
  dataset: DataSource<T>,
  options: RandomSplitOptions & { lengths: readonly number[] },
): Subset<T>[];
export function random_split<T>(
  options: RandomSplitOptions & { dataset: DataSource<T>; lengths: readonly number[] },
): Subset<T>[];
export function random_split(...args: unknown[]): Subset<unknown>[] {
  const [source, given, generator] = signature.bind(args);
  const dataset = source as DataSource<unknown>;
  const n = lengthOf(dataset);
  const lengths = wholeLengths([given].flat(), n);
  if (sum(lengths) !== n) {
    throw new ValueError(
      "Sum of input lengths does not equal the length of the input dataset!",
      `The lengths sum to ${sum(lengths)}; the dataset has ${n} samples.`,
    );
  }
  const wrong = lengths.find((length) => !Number.isInteger(length) || length < 0);
  if (wrong !== undefined) {
    throw new ValueError(`random_split: a length is an integer, 0 or more, but got ${wrong}`);
  }
  const indices = randperm(n, { generator }).tolist() as number[];
  let end = 0;
  return lengths.map((length) => new Subset(dataset, indices.slice(end, (end += length))));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Shares of n as numbers of samples; lengths that do not sum to 1 are numbers of samples already. */
function wholeLengths(lengths: readonly number[], n: number): readonly number[] {
  const total = sum(lengths);
  if (total > 1 || total < 1 - 1e-9) return lengths;
  const wrong = lengths.findIndex((share) => !(share >= 0 && share <= 1));
  if (wrong >= 0) throw new ValueError(`Fraction at index ${wrong} is not between 0 and 1`);
  const whole = lengths.map((share) => Math.floor(n * share));
  const left = n - sum(whole);
  for (let i = 0; i < left; i++) whole[i % whole.length]++;
  for (const [i, length] of whole.entries()) {
    if (length === 0) warn(`Length of split at index ${i} is 0. This might result in an empty dataset.`);
  }
  return whole;
}
