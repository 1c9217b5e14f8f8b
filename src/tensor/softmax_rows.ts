import { float32 } from "./dtype.js";
import { mapRowsBack } from "./kernels/rows.js";
import { quicker } from "./op.js";
import { wrapDim } from "./shape.js";
import { Tensor } from "./tensor.js";

/** Are the lines of dimension `d` the rows of float32 memory? */
export const isRows = (x: Tensor, d: number): boolean =>
  x.dtype === float32 && x.ndim > 0 && d === x.ndim - 1 && x.shape[d] > 0 && x.is_contiguous();

/** The gradient of softmax or its logarithm over rows in one pass, or `null` for what is no row. */
export function backRows(
  kernel: "softmaxRowsBackward" | "logSoftmaxRowsBackward",
  g: Tensor,
  result: Tensor,
  dim: number,
): Tensor | null {
  const d = wrapDim(dim, result.ndim);
  if (!isRows(result, d) || !isRows(g, d)) return null;
  const out = Tensor.unset(result.shape, float32);
  const columns = result.shape[d];
  return mapRowsBack(kernel, out, g, result, out.numel() / columns, columns) ? out : null;
}

/** What the derivative of softmax reads. */
interface Softmax {
  readonly result: Tensor;
  readonly dim: number;
}

/** The gradient of softmax along `dim`: `d y = y (dx - sum of y dx)`. */
export const softmaxBackward = quicker(
  (g: Tensor, { result, dim }: Softmax) => backRows("softmaxRowsBackward", g, result, dim),
  (g: Tensor, { result, dim }: Softmax) => g.sub(g.mul(result).sum(dim, true)).mul(result),
);
