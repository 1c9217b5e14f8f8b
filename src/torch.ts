import * as autograd from "./autograd/index.js";
import * as data from "./data/index.js";
import { load, save } from "./io/index.js";
import * as lr_scheduler from "./lr_scheduler/index.js";
import * as nn from "./nn/index.js";
import * as optim from "./optim/index.js";
import * as swa_utils from "./swa_utils/index.js";
import { gradcheck, gradgradcheck } from "./tensor/gradcheck.js";
import * as tensor from "./tensor/index.js";

const { nnFunctions: _, torchFunctions, linalgFunctions, maskedFunctions, specialFunctions, ...creation } = tensor;

/**
 * What Python reaches as `torch.x`: functions, dtypes, modes, and the packages under their full names
 * (`torch.nn.functional`, `torch.optim.lr_scheduler`, `torch.utils.data`).
 */
export const torch = {
  ...torchFunctions,
  ...creation,
  float: tensor.float32,
  double: tensor.float64,
  int: tensor.int32,
  long: tensor.int64,
  autograd: { ...autograd, gradcheck, gradgradcheck },
  enable_grad: autograd.enable_grad,
  inference_mode: autograd.inference_mode,
  is_grad_enabled: autograd.is_grad_enabled,
  is_inference_mode_enabled: autograd.is_inference_mode_enabled,
  linalg: linalgFunctions,
  masked: maskedFunctions,
  special: specialFunctions,
  no_grad: autograd.no_grad,
  set_grad_enabled: autograd.set_grad_enabled,
  load,
  nn,
  optim: { ...optim, lr_scheduler, swa_utils },
  utils: { data },
  save,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
  pi: Math.PI,
  e: Math.E,
};
