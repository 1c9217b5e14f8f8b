import { AssertionError, IndexError, NotImplementedError, ValueError } from "../python/errors.js";
import { type DataSource, lengthOf, sampleAt } from "./source.js";

/**
 * Samples by number. A subclass defines `get(index)`, Python's `__getitem__`, and usually `length`, Python's `__len__`,
 * which samplers ask for. It may define `getItems(indices)`, Python's `__getitems__`, to fetch a batch in one go.
 *
 * @example
 * class Squares extends data.Dataset<number> {
 *   readonly length = 10;
 *   get(index: number): number {
 *     return index ** 2;
 *   }
 * }
 * [...new data.DataLoader(new Squares(), { batch_size: 4 })][2]; // tensor([64, 81])
 */
export abstract class Dataset<T> {
  /** Sample number `index`: `dataset[index]` in Python. */
  abstract get(index: number): T;

  /** The samples at `indices`, if the dataset can fetch them faster than one by one. */
  getItems?(indices: readonly number[]): T[];

  /** `dataset + other` in Python: the samples of both, one dataset after the other. */
  add<U>(other: DataSource<U>): ConcatDataset<T | U> | ChainDataset<T | U> {
    return new ConcatDataset<T | U>([this, other]);
  }
}

/**
 * Samples in a stream, for data that is read in order. A subclass defines `[Symbol.iterator]`, Python's `__iter__`, and
 * may define `length`, from which the length of a loader is estimated.
 *
 * @example
 * class Lines extends data.IterableDataset<string> {
 *   *[Symbol.iterator]() {
 *     yield* ["a", "b", "c"];
 *   }
 * }
 * [...new data.DataLoader(new Lines(), { batch_size: 2 })]; // [["a", "b"], ["c"]]
 */
export abstract class IterableDataset<T> extends Dataset<T> implements Iterable<T> {
  abstract [Symbol.iterator](): Iterator<T>;

  /** @throws NotImplementedError always */
  get(_index: number): T {
    throw new NotImplementedError(
      "Subclasses of Dataset should implement __getitem__.",
      "An IterableDataset has no samples by number: write `for (const sample of dataset)`.",
    );
  }

  /** `dataset + other` in Python: first this stream, then the other. */
  override add<U>(other: IterableDataset<U>): ChainDataset<T | U> {
    return new ChainDataset<T | U>([this, other]);
  }
}

/**
 * Datasets one after another.
 *
 * @example
 * new data.ConcatDataset([["a", "b"], ["c"]]).get(2); // "c"
 */
export class ConcatDataset<T> extends Dataset<T> {
  readonly datasets: readonly DataSource<T>[];
  /** Where each dataset ends. */
  readonly cumulative_sizes: readonly number[];

  /** @throws AssertionError when there are no datasets, or one is an {@link IterableDataset} */
  constructor(datasets: Iterable<DataSource<T>>) {
    super();
    this.datasets = [...datasets];
    if (this.datasets.length === 0) throw new AssertionError("datasets should not be an empty iterable");
    if (this.datasets.some((d) => d instanceof IterableDataset)) {
      throw new AssertionError("ConcatDataset does not support IterableDataset", "ChainDataset joins streams.");
    }
    let end = 0;
    this.cumulative_sizes = this.datasets.map((d) => (end += lengthOf(d)));
  }

  get length(): number {
    return this.cumulative_sizes[this.cumulative_sizes.length - 1];
  }

  /** Sample number `index` of all; a negative one counts from the end. */
  get(index: number): T {
    if (-index > this.length) throw new ValueError("absolute value of index should not exceed dataset length");
    const i = index < 0 ? index + this.length : index;
    const which = this.cumulative_sizes.findIndex((end) => i < end);
    if (which < 0) throw new IndexError("list index out of range", `The index is ${index}, the length ${this.length}.`);
    return sampleAt(this.datasets[which], which === 0 ? i : i - this.cumulative_sizes[which - 1]);
  }
}

/** Streams one after another. */
export class ChainDataset<T> extends IterableDataset<T> {
  constructor(readonly datasets: Iterable<IterableDataset<T>>) {
    super();
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const dataset of this.datasets) yield* stream(dataset);
  }

  /** The sum of the streams' lengths; a TypeError when one has none. */
  get length(): number {
    let total = 0;
    for (const dataset of this.datasets) total += lengthOf(stream(dataset));
    return total;
  }
}

function stream<T>(dataset: IterableDataset<T>): IterableDataset<T> {
  if (dataset instanceof IterableDataset) return dataset;
  throw new AssertionError("ChainDataset only supports IterableDataset");
}
