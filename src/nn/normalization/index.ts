export { BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm } from "./batch.js";
export { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from "./instance.js";
export { GroupNorm, LayerNorm, RMSNorm } from "./layer.js";
export { CrossMapLRN2d, LocalResponseNorm } from "./response.js";
