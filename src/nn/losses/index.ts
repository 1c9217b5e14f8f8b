export {
  CrossEntropyLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
  NLLLoss2d,
} from "./classes.js";
export { CTCLoss } from "./ctc.js";
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from "./difference.js";
export { BCELoss, BCEWithLogitsLoss, GaussianNLLLoss, KLDivLoss, PoissonNLLLoss } from "./likelihood.js";
export { LinearCrossEntropyLoss, LinearCrossEntropyOptions } from "./linear_cross_entropy.js";
export {
  CosineEmbeddingLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  SoftMarginLoss,
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
} from "./margin.js";
