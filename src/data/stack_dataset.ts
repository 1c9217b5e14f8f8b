import { ValueError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { Dataset } from "./dataset.js";
import { type DataSource, lengthOf, sampleAt, samplesAt } from "./source.js";

/** The datasets of a {@link StackDataset} for samples of type `S`. */
export type StackSources<S> = { readonly [K in keyof S]: DataSource<S[K]> };

type Structure<X> = X[] | Record<string, X>;

/**
 * Datasets side by side: sample i holds sample i of each, in an array or under names.
 *
 * @example
 * new data.StackDataset([1, 2], ["a", "b"]).get(0); // [1, "a"]
 * new data.StackDataset({ image: [1, 2], text: ["a", "b"] }).get(0); // { image: 1, text: "a" }
 */
export class StackDataset<S extends object> extends Dataset<S> {
  readonly datasets: StackSources<S>;
  readonly length: number;

  /** @throws ValueError when there are no datasets, or their lengths differ */
  constructor(...given: (StackSources<S> & readonly DataSource<unknown>[]) | readonly [datasets: StackSources<S>]) {
    super();
    const named = given.filter(isNamed);
    if (named.length > 0 && given.length > 1) {
      throw new ValueError(
        "Supported either ``tuple``- (via ``args``) or``dict``- (via ``kwargs``) like input/output, but both types are given.",
      );
    }
    const lengths = Object.values(named[0] ?? given).map(lengthOf);
    if (lengths.length === 0) throw new ValueError("At least one dataset should be passed");
    if (lengths.some((length) => length !== lengths[0])) {
      throw new ValueError("Size mismatch between datasets", `The lengths are ${lengths.join(", ")}.`);
    }
    this.datasets = (named[0] ?? given) as StackSources<S>;
    this.length = lengths[0];
  }

  get(index: number): S {
    return mapValues(this.datasets as Structure<DataSource<unknown>>, (d) => sampleAt(d, index)) as S;
  }

  override getItems(indices: readonly number[]): S[] {
    const columns = mapValues(this.datasets as Structure<DataSource<unknown>>, (dataset) => {
      const samples = samplesAt(dataset, indices);
      if (samples.length === indices.length) return samples;
      throw new ValueError(
        `Nested dataset's output size mismatch. Expected ${indices.length}, got ${samples.length}`,
        "getItems() returns one sample for each index.",
      );
    });
    return indices.map((_, row) => mapValues(columns, (column) => column[row]) as S);
  }
}

const isNamed = (x: unknown): boolean => isKeywords(x) && typeof x.get !== "function";

function mapValues<A, B>(values: Structure<A>, f: (value: A) => B): Structure<B> {
  if (Array.isArray(values)) return values.map((v) => f(v));
  return Object.fromEntries(Object.entries(values).map(([name, v]) => [name, f(v)]));
}
