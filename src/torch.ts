import * as autograd from "./autograd_package.js";
import * as data from "./data/index.js";
import * as func from "./func/index.js";
import { load, save } from "./io/index.js";
import * as nn from "./nn/index.js";
import * as optim from "./optim_package.js";
import * as profiler from "./profiler/index.js";
import { LinAlgError } from "./python/errors.js";
import {
  inPlaceFunctions,
  linalgFunctions,
  maskedFunctions,
  specialFunctions,
  torchFunctions,
} from "./tensor/index.js";
import { leftOutOfLinalg, leftOutOfSpecial, leftOutOfTorch } from "./tensor/left_out.js";
import { leftOutProperties } from "./tensor/left_out_of_tensors.js";
import * as tensor from "./tensor/names.js";
import * as windows from "./tensor/windows.js";

const { checkpoint, functional: _, ...transforms } = func;

// not by spreading, for which V8 lays out an object anew for each of hundreds of properties
const functions = Object.assign({}, leftOutOfTorch, torchFunctions, inPlaceFunctions);

/**
 * What Python reaches as `torch.x`: functions, dtypes, modes, and the packages under their full names
 * (`torch.nn.functional`, `torch.optim.lr_scheduler`, `torch.utils.data`).
 */
export const torch = Object.defineProperties(
  Object.assign(functions, tensor, {
    float: tensor.float32,
    double: tensor.float64,
    int: tensor.int32,
    long: tensor.int64,
    autograd,
    enable_grad: autograd.enable_grad,
    func: transforms,
    inference_mode: autograd.inference_mode,
    is_anomaly_check_nan_enabled: autograd.is_anomaly_check_nan_enabled,
    is_anomaly_enabled: autograd.is_anomaly_enabled,
    is_grad_enabled: autograd.is_grad_enabled,
    is_inference_mode_enabled: autograd.is_inference_mode_enabled,
    linalg: { ...leftOutOfLinalg, ...linalgFunctions, LinAlgError },
    masked: maskedFunctions,
    special: { ...leftOutOfSpecial, ...specialFunctions },
    signal: { windows },
    no_grad: autograd.no_grad,
    set_anomaly_enabled: autograd.set_detect_anomaly,
    set_grad_enabled: autograd.set_grad_enabled,
    load,
    nn,
    optim,
    profiler,
    utils: { checkpoint, data },
    vmap: func.vmap,
    /** There is none: the tensors of a script that asks stay on the CPU. */
    cuda: { is_available: () => false, device_count: () => 0 },
    save,
    strided: "torch.strided",
    contiguous_format: "torch.contiguous_format",
    preserve_format: "torch.preserve_format",
    inf: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
    pi: Math.PI,
    e: Math.E,
  }),
  leftOutProperties,
);
