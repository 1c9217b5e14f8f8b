/** Datasets, samplers and loaders; scikit-learn's split, scaler and label encoder. */

export { type Collated, type Converted, default_collate, default_convert } from "./collate.js";
export { DataLoader, get_worker_info } from "./dataloader.js";
export { ChainDataset, ConcatDataset, Dataset, IterableDataset } from "./dataset.js";
export type { DataLoaderIterator } from "./loader_iterator.js";
export type { DataLoaderOptions, SamplerIndex } from "./loader_options.js";
export { LabelEncoder, NotFittedError, StandardScaler } from "./preprocessing.js";
export {
  BatchSampler,
  RandomSampler,
  Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "./sampler.js";
export type { DataSource } from "./source.js";
export { type SplitOptions, train_test_split } from "./split.js";
export { StackDataset } from "./stack_dataset.js";
export { StatefulDataLoader, type StatefulDataLoaderState } from "./stateful_dataloader.js";
export { type RandomSplitOptions, random_split, Subset } from "./subset.js";
export { TensorDataset, type TensorSample } from "./tensor_dataset.js";
