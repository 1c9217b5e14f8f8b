/** `torch.nn.functional`: the ops with this home in the op table, and those of `torch` that PyTorch lists here too. */
import { nnFunctions, torchFunctions } from "../tensor/index.js";

export const {
  // Layers
  bilinear,
  embedding,
  fold,
  linear,
  normalize,
  one_hot,
  pad,
  pairwise_distance,
  unfold,
  // Activations
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leaky_relu,
  log_softmax,
  logsigmoid,
  mish,
  relu6,
  rrelu,
  selu,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
  // Losses
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  huber_loss,
  kl_div,
  l1_loss,
  mse_loss,
  nll_loss,
  smooth_l1_loss,
} = nnFunctions;

export const { channel_shuffle, cosine_similarity, pixel_shuffle, pixel_unshuffle, prelu, relu, sigmoid, tanh } =
  torchFunctions;
