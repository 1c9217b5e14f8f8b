import { NotImplementedError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { default_generator, type Generator, Tensor } from "../tensor/index.js";
import { AssertionError } from "./assertion_error.js";
import { type Collated, type Converted, default_collate, default_convert } from "./collate.js";
import { IterableDataset } from "./dataset.js";
import { gather } from "./gather.js";
import { BatchSampler, RandomSampler, Sampler, SequentialSampler, take } from "./sampler.js";
import { bindSource, type DataSource, lengthOf, sampleAt, samplesAt } from "./source.js";

/** What a sampler may yield: an index; an array of indices, for a dataset that takes one, when `batch_size` is null. */
export type SamplerIndex = number | Tensor | readonly number[];

/** How a {@link DataLoader} loads; every option can stand in its place of the argument list, too. */
export interface DataLoaderOptions<T, Size extends number | null, Batch> {
  /** Samples in a batch. Default 1; `null` yields the samples themselves, one by one. */
  batch_size?: Size;
  /** A new random order for each pass? Default false. */
  shuffle?: boolean | null;
  /** The order of the samples, instead of `shuffle`. */
  sampler?: Iterable<SamplerIndex> | null;
  /** The batches of indices, instead of `batch_size`, `shuffle`, `sampler` and `drop_last`. */
  batch_sampler?: Iterable<readonly number[] | Tensor> | null;
  /** Only 0: everything is loaded in this thread. */
  num_workers?: number;
  /** Makes a batch of samples; without batches it is given each sample. Default: {@link default_collate}, {@link default_convert}. */
  collate_fn?: ((samples: Size extends null ? T : T[]) => Batch) | null;
  /** Has no effect, as in PyTorch without an accelerator, but for a warning. */
  pin_memory?: boolean;
  /** Leave out the last batch when it is not full? Default false. */
  drop_last?: boolean;
  /** Only 0: there are no workers to wait for. */
  timeout?: number;
  worker_init_fn?: ((worker_id: number) => void) | null;
  multiprocessing_context?: null;
  /** Where `shuffle` draws from. Default `null`: each pass seeds a private one from the default generator. */
  generator?: Generator | null;
  prefetch_factor?: null;
  persistent_workers?: false;
  pin_memory_device?: string;
  in_order?: boolean;
}

const signature = new Signature(
  "DataLoader(any dataset, any batch_size=1, bool? shuffle=None, any sampler=None, any batch_sampler=None, int num_workers=0, Callable? collate_fn=None, bool pin_memory=False, UncheckedBool drop_last=False, float timeout=0, Callable? worker_init_fn=None, any multiprocessing_context=None, Generator? generator=None, *, int? prefetch_factor=None, bool persistent_workers=False, str pin_memory_device='', bool in_order=True)",
);

/** What may not be assigned once the loader is made. */
const fixed = ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"] as const;

/**
 * Batches of a dataset's samples, in a new pass each time it is iterated. The dataset is a {@link Dataset}, an
 * {@link IterableDataset}, an array, a tensor, or any object with `get(index)` and `length`.
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
export class DataLoader<
  T,
  Size extends number | null = number,
  Batch = Size extends null ? Converted<T> : Collated<T>,
> implements Iterable<Batch>
{
  readonly dataset: DataSource<T>;
  /** `null` with a `batch_sampler`, and without batches. */
  readonly batch_size: number | null;
  readonly drop_last: boolean;
  readonly sampler: Iterable<SamplerIndex | null>;
  /** `null` without batches. */
  readonly batch_sampler: Iterable<readonly (SamplerIndex | null)[] | Tensor> | null;
  collate_fn: (samples: Size extends null ? T : T[]) => Batch;
  generator: Generator | null;
  readonly num_workers = 0;
  readonly prefetch_factor = null;
  readonly persistent_workers = false;
  readonly multiprocessing_context = null;
  pin_memory: boolean;
  pin_memory_device: string;
  timeout: number;
  worker_init_fn: ((worker_id: number) => void) | null;
  in_order: boolean;
  /** @internal The length of an IterableDataset when the loader's was last asked for. */
  reportedLength: number | null = null;

  constructor(
    dataset: DataSource<T>,
    batch_size: Size,
    shuffle?: boolean | null | DataLoaderOptions<T, Size, Batch>,
    sampler?: Iterable<SamplerIndex> | null | DataLoaderOptions<T, Size, Batch>,
    batch_sampler?: Iterable<readonly number[] | Tensor> | null | DataLoaderOptions<T, Size, Batch>,
    num_workers?: number | DataLoaderOptions<T, Size, Batch>,
    collate_fn?: ((samples: Size extends null ? T : T[]) => Batch) | null | DataLoaderOptions<T, Size, Batch>,
    pin_memory?: boolean | DataLoaderOptions<T, Size, Batch>,
    drop_last?: boolean | DataLoaderOptions<T, Size, Batch>,
    timeout?: number | DataLoaderOptions<T, Size, Batch>,
    worker_init_fn?: ((worker_id: number) => void) | null | DataLoaderOptions<T, Size, Batch>,
    multiprocessing_context?: null | DataLoaderOptions<T, Size, Batch>,
    generator?: Generator | null | DataLoaderOptions<T, Size, Batch>,
    options?: DataLoaderOptions<T, Size, Batch>,
  );
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
    this.sampler = (sampler as Iterable<SamplerIndex> | null) ?? this.defaultSampler(shuffle === true);
    if (batch_sampler !== null) {
      this.batch_size = null;
      this.batch_sampler = batch_sampler as Iterable<readonly number[]>;
    } else {
      this.batch_size = batch_size as number | null;
      this.batch_sampler = batch_size === null ? null : new BatchSampler(this.sampler, batch_size as number, drop_last);
    }
    this.drop_last = drop_last;
    this.collate_fn = collate_fn ?? (this.batch_sampler ? default_collate : default_convert);
    this.pin_memory = pin_memory;
    this.pin_memory_device = pin_memory_device;
    this.timeout = timeout;
    this.worker_init_fn = worker_init_fn;
    this.in_order = in_order;
    for (const name of fixed) this.fix(name, this[name]);
  }

  private defaultSampler(shuffle: boolean): Iterable<number | null> {
    const { dataset, generator } = this;
    if (dataset instanceof IterableDataset) return new InfiniteConstantSampler();
    const sized = dataset as { length: number };
    return shuffle ? new RandomSampler(sized, { generator }) : new SequentialSampler(sized);
  }

  private fix(name: string, value: unknown): void {
    Object.defineProperty(this, name, {
      enumerable: true,
      get: () => value,
      set: () => {
        throw new ValueError(
          `${name} attribute should not be set after ${this.constructor.name} is initialized`,
          "Make a new loader with the options you want.",
        );
      },
    });
  }

  /**
   * The number of batches in a pass. For an IterableDataset an estimate from its own `length`.
   *
   * @throws TypeError when the sampler, or an IterableDataset, has no length
   */
  get length(): number {
    if (!(this.dataset instanceof IterableDataset)) return lengthOf(this.batch_sampler ?? this.sampler);
    this.reportedLength = lengthOf(this.dataset);
    if (this.batch_size === null) return this.reportedLength;
    const batches = this.reportedLength / this.batch_size;
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Begins a pass. After a `break` the same iterator goes on where it was left. */
  [Symbol.iterator](): DataLoaderIterator<Batch> {
    if (this.pin_memory) {
      warn(
        "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
      );
    }
    if (this.timeout !== 0) throw new AssertionError("_SingleProcessDataLoaderIter requires timeout == 0");
    const indices = (this.batch_sampler ?? this.sampler)[Symbol.iterator]() as Iterator<unknown>;
    (this.generator ?? default_generator).random64(); // the seed that PyTorch draws for its workers
    return new DataLoaderIterator<Batch>(this, indices);
  }
}

/** One pass over a {@link DataLoader}. */
export class DataLoaderIterator<Batch> implements IterableIterator<Batch> {
  readonly #loader: DataLoader<unknown, number | null, Batch>;
  readonly #indices: Iterator<unknown>;
  readonly #fetch: (index: unknown) => IteratorResult<Batch>;
  #yielded = 0;

  /** @internal */
  constructor(loader: DataLoader<never, never, Batch>, indices: Iterator<unknown>) {
    this.#loader = loader as unknown as DataLoader<unknown, number | null, Batch>;
    this.#indices = indices;
    this.#fetch = fetcher(this.#loader);
  }

  [Symbol.iterator](): this {
    return this;
  }

  get length(): number {
    return lengthOf(this.#loader.batch_sampler ?? this.#loader.sampler);
  }

  next(): IteratorResult<Batch> {
    const index = this.#indices.next();
    if (index.done) return end;
    const result = this.#fetch(index.value);
    if (!result.done) this.#warnOfSurplus(++this.#yielded);
    return result;
  }

  #warnOfSurplus(yielded: number): void {
    const { reportedLength, dataset } = this.#loader;
    if (reportedLength === null || yielded <= reportedLength) return;
    warn(
      `Length of IterableDataset ${dataset.constructor.name} was reported to be ${reportedLength}(when accessing len(dataloader)), but ${yielded} samples have been fetched. `,
    );
  }
}

const end: IteratorResult<never> = { done: true, value: undefined };

/** How a loader gets from what its sampler yields to what it yields itself. */
function fetcher<Batch>(loader: DataLoader<unknown, number | null, Batch>): (index: unknown) => IteratorResult<Batch> {
  const { dataset, drop_last } = loader;
  const batched = loader.batch_sampler !== null;
  const collate = loader.collate_fn as (samples: unknown) => Batch;
  const yields = (samples: unknown): IteratorResult<Batch> => ({ done: false, value: collate(samples) });

  if (!(dataset instanceof IterableDataset)) {
    if (!batched) return (index) => yields(sampleAt(dataset, toIndex(index)));
    const gathers = collate === default_collate;
    return (batch) => {
      const indices = Array.from(batch as Iterable<unknown>, toIndex);
      const gathered = gathers ? gather(dataset, indices) : null;
      return gathered ? { done: false, value: gathered as Batch } : yields(samplesAt(dataset, indices));
    };
  }

  const samples: Iterator<unknown> = dataset[Symbol.iterator]();
  if (!batched) {
    return () => {
      const { done, value } = samples.next();
      return done ? end : yields(value);
    };
  }
  let ended = false;
  return (batch) => {
    if (ended) return end;
    const size = lengthOf(batch);
    const taken = take(samples, size);
    ended = taken.length < size;
    return taken.length === 0 || (drop_last && ended) ? end : yields(taken);
  };
}

/** A sampler may be a tensor, whose elements are tensors. */
const toIndex = (index: unknown): number => (index instanceof Tensor ? index.item() : (index as number));

/** Stands for the sampler of a stream, which has no indices. */
class InfiniteConstantSampler extends Sampler<null> {
  *[Symbol.iterator](): Iterator<null> {
    for (;;) yield null;
  }
}

/** PyTorch's `torch.utils.data.get_worker_info()` outside of a worker: null. */
export function get_worker_info(): null {
  return null;
}

function checkWorkers(given: {
  num_workers: number;
  timeout: number;
  prefetch_factor: number | null;
  persistent_workers: boolean;
  multiprocessing_context: unknown;
}): void {
  if (given.num_workers < 0) {
    throw new ValueError(
      "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.",
    );
  }
  if (!(given.timeout >= 0)) throw new ValueError("timeout option should be non-negative");
  if (given.num_workers > 0) {
    throw new NotImplementedError(
      `DataLoader with num_workers=${given.num_workers}: there are no worker processes`,
      "Samples are loaded in this thread, in the order that PyTorch's workers would deliver. Leave num_workers at 0.",
    );
  }
  if (given.prefetch_factor !== null) {
    throw new ValueError(
      "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None.",
    );
  }
  if (given.persistent_workers) throw new ValueError("persistent_workers option needs num_workers > 0");
  if (given.multiprocessing_context !== null) {
    throw new ValueError(
      "multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got num_workers=0",
    );
  }
}

/** A stream comes in its own order. */
function checkUnordered(given: { shuffle: boolean | null; sampler: unknown; batch_sampler: unknown }): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === false) continue;
    throw new ValueError(
      `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${pythonRepr(value)}`,
    );
  }
}

function checkOrder(given: {
  batch_size: unknown;
  shuffle: boolean | null;
  sampler: unknown;
  batch_sampler: unknown;
  drop_last: boolean;
}): void {
  const { batch_size, shuffle, sampler, batch_sampler, drop_last } = given;
  if (sampler !== null && shuffle) throw new ValueError("sampler option is mutually exclusive with shuffle");
  if (batch_sampler !== null && (batch_size !== 1 || shuffle || sampler !== null || drop_last)) {
    throw new ValueError(
      "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last",
    );
  }
  if (batch_sampler === null && batch_size === null && drop_last) {
    throw new ValueError(
      "batch_size=None option disables auto-batching and is mutually exclusive with drop_last",
    );
  }
}
