import { NotImplementedError } from "../python/errors.js";
import { BESSEL, COMPLEX, FACTORS, LAYOUTS, type LeftOut, leftOut, SPECTRA } from "./left_out.js";
import { addMethods } from "./prototype.js";

/* Methods of tensors, and dtypes, that PyTorch has and Rushlight leaves out on purpose: see left_out.ts. */

const DTYPES = "The dtypes are float32, float64, int64, int32, uint8 and bool.";
const DEVICES = "Tensors live in this process's own memory.";
const ARRAYS = "x.toTypedArray() copies the elements into a typed array, x.tolist() into nested arrays.";
const REMOVED = "PyTorch has removed it as well; torch.linalg has what took its place.";

/** Of `Tensor`. */
export const leftOutOfTensors = {
  ...leftOut("Tensor", COMPLEX, ["cdouble", "cfloat", "chalf", "istft", "stft"]),
  ...leftOut("Tensor", DTYPES, ["bfloat16", "char", "half", "short"]),
  ...leftOut("Tensor", LAYOUTS, [
    "ccol_indices",
    "coalesce",
    "col_indices",
    "crow_indices",
    "dequantize",
    "indices",
    "int_repr",
    "is_coalesced",
    "q_per_channel_axis",
    "q_per_channel_scales",
    "q_per_channel_zero_points",
    "q_scale",
    "q_zero_point",
    "qscheme",
    "resize_as_sparse_",
    "row_indices",
    "smm",
    "sparse_dim",
    "sparse_mask",
    "sparse_resize_",
    "sparse_resize_and_clear_",
    "sspaddmm",
    "to_mkldnn",
    "to_padded_tensor",
    "to_sparse",
    "to_sparse_bsc",
    "to_sparse_bsr",
    "to_sparse_coo",
    "to_sparse_csc",
    "to_sparse_csr",
    "values",
  ]),
  ...leftOut("Tensor", DEVICES, ["cuda", "ipu", "mtia", "pin_memory", "record_stream", "share_memory_", "xpu"]),
  ...leftOut("Tensor", SPECTRA, ["geqrf", "orgqr", "ormqr", "pinverse", "qr", "svd"]),
  ...leftOut("Tensor", FACTORS, ["lu", "lu_solve"]),
  ...leftOut("Tensor", BESSEL, ["i0", "i0_"]),
  ...leftOut("Tensor", ARRAYS, ["numpy"]),
  ...leftOut("Tensor", REMOVED, ["eig", "lstsq", "reinforce", "solve", "symeig"]),
};

declare module "./tensor.js" {
  interface Tensor extends LeftOut<keyof typeof leftOutOfTensors> {}
}

addMethods(Object.entries(leftOutOfTensors));

const dtypes = `bfloat16 cdouble cfloat chalf complex128 complex32 complex64 float16 float8_e4m3fn float8_e5m2 half int16
  int8 qint32 qint8 quint8 short uint16 uint32 uint64`;

const layouts = "sparse_bsc sparse_bsr sparse_coo sparse_csc sparse_csr";
const orders = "channels_last channels_last_3d";

/** Dtypes, layouts and orders of memory that are left out, as properties of `torch` that throw when they are read. */
export const leftOutProperties: PropertyDescriptorMap = {
  ...throwing(dtypes, DTYPES),
  ...throwing(layouts, LAYOUTS),
  ...throwing(orders, "Tensors are made row by row; permute() gives them another order."),
};

function throwing(names: string, why: string): PropertyDescriptorMap {
  return Object.fromEntries(
    names.split(/\s+/).map((name) => [
      name,
      {
        get: () => {
          throw new NotImplementedError(`torch.${name} is not supported`, why);
        },
      },
    ]),
  );
}
