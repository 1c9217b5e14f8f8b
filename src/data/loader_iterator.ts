import { observed, observer } from "../autograd/observer.js";
import { warn } from "../python/warnings.js";
import { default_generator, type Generator, Tensor } from "../tensor/index.js";
import { default_collate } from "./collate.js";
import { IterableDataset } from "./dataset.js";
import { gather } from "./gather.js";
import { take } from "./sampler.js";
import { type DataSource, lengthOf, sampleAt, samplesAt } from "./source.js";

/** What a pass needs to know of its loader. */
export interface Pass<Batch> {
  readonly dataset: DataSource<unknown>;
  /** The loader's `batch_sampler`, or its `sampler` when it makes no batches. */
  readonly index_sampler: Iterable<unknown>;
  readonly batched: boolean;
  readonly drop_last: boolean;
  readonly collate: (samples: unknown) => Batch;
  readonly generator: Generator | null;
  /** What an IterableDataset said of its length when the loader was asked for its own. */
  readonly reportedLength: number | null;
}

/** One pass over a `DataLoader`. It has no `return()`: after a `break` it goes on where it was left, as in Python. */
export class DataLoaderIterator<Batch> implements IterableIterator<Batch> {
  readonly #pass: Pass<Batch>;
  readonly #indices: Iterator<unknown>;
  readonly #fetch: Fetch<Batch>;
  #yielded = 0;

  /** @internal */
  constructor(pass: Pass<Batch>) {
    this.#pass = pass;
    this.#indices = pass.index_sampler[Symbol.iterator]();
    (pass.generator ?? default_generator).random64(); // the seed that PyTorch draws for its workers
    this.#fetch = pass.dataset instanceof IterableDataset ? fromStream(pass, pass.dataset) : byIndex(pass);
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** The number of batches in the pass. */
  get length(): number {
    return lengthOf(this.#pass.index_sampler);
  }

  next(): IteratorResult<Batch> {
    if (observer === null) return this.#next();
    return observed("annotation", "enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__", () => this.#next());
  }

  #next(): IteratorResult<Batch> {
    const index = this.#indices.next();
    if (index.done) return end;
    const result = this.#fetch(index.value);
    if (result.done) return end;
    this.#yielded++;
    const { reportedLength, dataset } = this.#pass;
    if (reportedLength !== null && this.#yielded > reportedLength) {
      warn(
        `Length of IterableDataset ${dataset.constructor.name} was reported to be ${reportedLength}(when accessing len(dataloader)), but ${this.#yielded} samples have been fetched. `,
      );
    }
    return result;
  }
}

/** The batch, or the sample, for what the sampler yielded. */
type Fetch<Batch> = (index: unknown) => IteratorResult<Batch>;

const end: IteratorResult<never> = { done: true, value: undefined };
const found = <X>(value: X): IteratorResult<X> => ({ done: false, value });

function byIndex<Batch>({ dataset, batched, collate }: Pass<Batch>): Fetch<Batch> {
  if (!batched) return (index) => found(collate(sampleAt(dataset, toIndex(index))));
  const gathers = collate === default_collate;
  return (batch) => {
    const indices = Array.isArray(batch) ? batch.map(toIndex) : Array.from(batch as Iterable<unknown>, toIndex);
    const gathered = gathers ? gather(dataset, indices) : null;
    return found(gathered ? (gathered as Batch) : collate(samplesAt(dataset, indices)));
  };
}

/** A sampler may be a tensor, whose elements are tensors. */
const toIndex = (index: unknown): number =>
  typeof index !== "number" && index instanceof Tensor ? index.item() : (index as number);

function fromStream<Batch>(
  { batched, drop_last, collate }: Pass<Batch>,
  dataset: IterableDataset<unknown>,
): Fetch<Batch> {
  const samples = dataset[Symbol.iterator]();
  let ended = false;
  if (!batched) {
    return () => {
      const { done, value } = samples.next();
      return done ? end : found(collate(value));
    };
  }
  return (batch) => {
    if (ended) return end;
    const size = lengthOf(batch);
    const taken = take(samples, size);
    ended = taken.length < size;
    return taken.length === 0 || (drop_last && ended) ? end : found(collate(taken));
  };
}
