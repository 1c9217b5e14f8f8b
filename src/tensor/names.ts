/** The names of this folder that `torch` has as they are. */
export * from "./creation.js";
export {
  bool,
  can_cast,
  DType,
  float32,
  float64,
  get_default_dtype,
  int32,
  int64,
  promote_types,
  set_default_dtype,
  uint8,
} from "./dtype.js";
export { get_printoptions, set_printoptions } from "./format.js";
export { default_generator, Generator, initial_seed, manual_seed, seed } from "./generator.js";
export { finfo, iinfo } from "./number_info.js";
export * from "./queries.js";
export * from "./random.js";
export * from "./settings.js";
export { type NestedNumbers, Tensor } from "./tensor.js";
export { get_num_interop_threads, get_num_threads, set_num_interop_threads, set_num_threads } from "./threads.js";
export * from "./torch_windows.js";
