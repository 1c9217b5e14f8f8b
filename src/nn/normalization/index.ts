export { BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm } from "./batch.js";
export { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from "./instance.js";
export { GroupNorm, LayerNorm, RMSNorm } from "./layer.js";
export {
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyBatchNorm3d,
  LazyInstanceNorm1d,
  LazyInstanceNorm2d,
  LazyInstanceNorm3d,
} from "./lazy.js";
export { CrossMapLRN2d, LocalResponseNorm } from "./response.js";
