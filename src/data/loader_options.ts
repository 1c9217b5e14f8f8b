import { NotImplementedError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Generator, Tensor } from "../tensor/index.js";

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

/** The arguments that may follow `batch_size`; one object of options ends the list anywhere. */
export type DataLoaderRest<O extends { [Name in keyof DataLoaderOptions<never, null, never>]?: unknown }> = [
  shuffle?: O["shuffle"] | O,
  sampler?: O["sampler"] | O,
  batch_sampler?: O["batch_sampler"] | O,
  num_workers?: O["num_workers"] | O,
  collate_fn?: O["collate_fn"] | O,
  pin_memory?: O["pin_memory"] | O,
  drop_last?: O["drop_last"] | O,
  timeout?: O["timeout"] | O,
  worker_init_fn?: O["worker_init_fn"] | O,
  multiprocessing_context?: O["multiprocessing_context"] | O,
  generator?: O["generator"] | O,
  options?: O,
];

/** @internal */
export const signature = new Signature(
  "DataLoader(any dataset, any batch_size=1, bool? shuffle=None, any sampler=None, any batch_sampler=None, int num_workers=0, Callable? collate_fn=None, bool pin_memory=False, UncheckedBool drop_last=False, float timeout=0, Callable? worker_init_fn=None, any multiprocessing_context=None, Generator? generator=None, *, int? prefetch_factor=None, bool persistent_workers=False, str pin_memory_device='', bool in_order=True)",
);

/** @internal */
export function checkWorkers(given: {
  num_workers: number;
  timeout: number;
  prefetch_factor: number | null;
  persistent_workers: boolean;
  multiprocessing_context: unknown;
}): void {
  if (given.num_workers < 0) {
    throw new ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.");
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

/** @internal A stream comes in its own order. */
export function checkUnordered(given: { shuffle: boolean | null; sampler: unknown; batch_sampler: unknown }): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === false) continue;
    throw new ValueError(
      `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${pythonRepr(value)}`,
    );
  }
}

/** @internal */
export function checkOrder(given: {
  batch_size: unknown;
  shuffle: boolean | null;
  sampler: unknown;
  batch_sampler: unknown;
  drop_last: boolean;
}): void {
  const { batch_size, shuffle, sampler, batch_sampler, drop_last } = given;
  if (sampler !== null && shuffle) throw new ValueError("sampler option is mutually exclusive with shuffle");
  if (batch_sampler !== null && (batch_size !== 1 || shuffle || sampler !== null || drop_last)) {
    throw new ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
  }
  if (batch_sampler === null && batch_size === null && drop_last) {
    throw new ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last");
  }
}
