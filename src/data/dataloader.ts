import { AssertionError, ValueError } from "../python/errors.js";
import { warn } from "../python/warnings.js";
import type { Generator, Tensor } from "../tensor/index.js";
import { type Collated, type Converted, default_collate, default_convert } from "./collate.js";
import { IterableDataset } from "./dataset.js";
import { DataLoaderIterator } from "./loader_iterator.js";
import {
  checkOrder,
  checkUnordered,
  checkWorkers,
  type DataLoaderOptions,
  type DataLoaderRest,
  type SamplerIndex,
  signature,
} from "./loader_options.js";
import { BatchSampler, RandomSampler, Sampler, SequentialSampler } from "./sampler.js";
import { bindSource, type DataSource, lengthOf, type Sized } from "./source.js";

/** What may not be assigned once the loader is made. */
const fixed = ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"] as const;

/**
 * Batches of a dataset's samples, in a new pass each time it is iterated. The dataset is a `Dataset`, an
 * `IterableDataset`, an array, a tensor, or any object with `get(index)` and `length`.
 *
 * `DataLoader<T>` loads samples of type `T`; its batches are what the default collation makes of them, or what
 * `collate_fn` returns.
 *
 * The same seed gives the same batches as in PyTorch: a pass draws 64 bits, a seed for workers, from `generator` or else
 * from the default generator; `shuffle` without a generator draws 64 more to seed a private one; then comes `randperm`.
 *
 * @throws ValueError for options that exclude one another, and for a `batch_size` that is no positive integer
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(X, y), { batch_size: 32, shuffle: true });
 * for (const [inputs, targets] of loader) train(inputs, targets);
 */
export class DataLoader<T, Size extends number | null = number, Batch = Size extends null ? Converted<T> : Collated<T>>
  implements Iterable<Batch>
{
  readonly dataset: DataSource<T>;
  /** `null` with a `batch_sampler`, and without batches. */
  readonly batch_size: number | null;
  readonly drop_last: boolean;
  readonly sampler: Iterable<SamplerIndex | null>;
  /** `null` without batches. */
  readonly batch_sampler: Iterable<readonly (SamplerIndex | null)[] | Tensor> | null;
  readonly num_workers: number;
  readonly prefetch_factor: number | null;
  readonly persistent_workers: boolean;
  readonly multiprocessing_context: unknown;
  collate_fn: (samples: Size extends null ? T : T[]) => Batch;
  generator: Generator | null;
  pin_memory: boolean;
  pin_memory_device: string;
  timeout: number;
  worker_init_fn: ((worker_id: number) => void) | null;
  in_order: boolean;
  #reportedLength: number | null = null;

  constructor(dataset: DataSource<T>, batch_size: Size, ...rest: DataLoaderRest<DataLoaderOptions<T, Size, Batch>>);
  constructor(dataset: DataSource<T>, options?: DataLoaderOptions<T, Size, Batch>);
  constructor(options: DataLoaderOptions<T, Size, Batch> & { dataset: DataSource<T> });
  constructor(...args: unknown[]) {
    const [
      dataset,
      batch_size,
      shuffle,
      sampler,
      batch_sampler,
      num_workers,
      collate_fn,
      pin_memory,
      drop_last,
      timeout,
      worker_init_fn,
      multiprocessing_context,
      generator,
      prefetch_factor,
      persistent_workers,
      pin_memory_device,
      in_order,
    ] = bindSource(signature, args);
    checkWorkers({ num_workers, timeout, prefetch_factor, persistent_workers, multiprocessing_context });
    if (dataset instanceof IterableDataset) checkUnordered({ shuffle, sampler, batch_sampler });
    checkOrder({ batch_size, shuffle, sampler, batch_sampler, drop_last });

    this.dataset = dataset as DataSource<T>;
    this.generator = generator;
    this.sampler = (sampler as Iterable<SamplerIndex> | null) ?? this.#defaultSampler(shuffle === true);
    if (batch_sampler !== null) {
      this.batch_size = null;
      this.batch_sampler = batch_sampler as Iterable<readonly number[]>;
    } else {
      this.batch_size = batch_size as number | null;
      this.batch_sampler = batch_size === null ? null : new BatchSampler(this.sampler, batch_size as number, drop_last);
    }
    this.drop_last = drop_last;
    this.num_workers = num_workers;
    this.prefetch_factor = prefetch_factor;
    this.persistent_workers = persistent_workers;
    this.multiprocessing_context = multiprocessing_context;
    this.collate_fn = collate_fn ?? (this.batch_sampler ? default_collate : default_convert);
    this.pin_memory = pin_memory;
    this.pin_memory_device = pin_memory_device;
    this.timeout = timeout;
    this.worker_init_fn = worker_init_fn;
    this.in_order = in_order;
    for (const name of fixed) this.#fix(name, this[name]);
  }

  #defaultSampler(shuffle: boolean): Iterable<number | null> {
    const { dataset, generator } = this;
    if (dataset instanceof IterableDataset) return new InfiniteConstantSampler();
    const source = dataset as DataSource<T> & Sized;
    return shuffle ? new RandomSampler(source, { generator }) : new SequentialSampler(source);
  }

  #fix(name: string, value: unknown): void {
    const set = (): never => {
      throw new ValueError(
        `${name} attribute should not be set after ${this.constructor.name} is initialized`,
        "Make a new loader with the options you want.",
      );
    };
    Object.defineProperty(this, name, { enumerable: true, get: () => value, set });
  }

  /**
   * The number of batches in a pass. For an IterableDataset an estimate from its own `length`.
   *
   * @throws TypeError when the sampler, or an IterableDataset, has no length
   */
  get length(): number {
    if (!(this.dataset instanceof IterableDataset)) return lengthOf(this.batch_sampler ?? this.sampler);
    this.#reportedLength = lengthOf(this.dataset);
    if (this.batch_size === null) return this.#reportedLength;
    const batches = this.#reportedLength / this.batch_size;
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Begins a pass. */
  [Symbol.iterator](): DataLoaderIterator<Batch> {
    if (this.pin_memory) {
      warn(
        "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
      );
    }
    if (this.timeout !== 0) throw new AssertionError("_SingleProcessDataLoaderIter requires timeout == 0");
    return new DataLoaderIterator<Batch>({
      dataset: this.dataset,
      index_sampler: this.batch_sampler ?? this.sampler,
      batched: this.batch_sampler !== null,
      drop_last: this.drop_last,
      collate: this.collate_fn as (samples: unknown) => Batch,
      generator: this.generator,
      reportedLength: this.#reportedLength,
    });
  }
}

/** Stands for the sampler of a stream, which has no indices. */
class InfiniteConstantSampler extends Sampler<null> {
  *[Symbol.iterator](): Iterator<null> {
    for (;;) yield null;
  }
}

/** PyTorch's `torch.utils.data.get_worker_info()`: null outside of a worker. */
export function get_worker_info(): null {
  return null;
}
