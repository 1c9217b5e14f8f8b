/** `torch.optim.swa_utils`: averages of weights over the course of training. */
export { AveragedModel } from "./averaged_model.js";
export {
  type AveragingFunction,
  get_ema_avg_fn,
  get_ema_multi_avg_fn,
  get_swa_avg_fn,
  get_swa_multi_avg_fn,
  type MultiAveragingFunction,
} from "./averaging.js";
export { SWALR } from "./swalr.js";
export { type BatchNormLike, update_bn } from "./update_bn.js";
