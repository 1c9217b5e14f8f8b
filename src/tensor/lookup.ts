import { no_grad } from "../autograd/grad_mode.js";
import { IndexError, NotImplementedError, RuntimeError } from "../python/errors.js";
import { checkRange } from "./along_dim.js";
import { int32, int64 } from "./dtype.js";
import { Tensor } from "./tensor.js";

/** What the ops share that look up rows of a table. */

/** The sum of the gradients of each of `count` rows; by `scale` shared among those who named it. */
export function rowGradients(grads: Tensor, rows: Tensor, count: number, scale: boolean): Tensor {
  const sums = Tensor.empty([count, grads.shape[1]], grads.dtype);
  if (!scale) return sums.index_add_(0, rows, grads);
  const ones = Tensor.empty(rows.shape, grads.dtype).fill_(1);
  const named = Tensor.empty([count], grads.dtype).index_add_(0, rows, ones);
  return sums.index_add_(0, rows, grads.div(named.index_select(0, rows).unsqueeze(1)));
}

export const noSparse = (name: string) =>
  new NotImplementedError(
    `${name}: sparse=True is not supported`,
    "Gradients are dense here. Leave it out: the gradient is the same, with zeros for the rows that were not named.",
  );

export function checkIndices(name: string, ...all: Tensor[]): void {
  for (const { dtype } of all) {
    if (dtype === int64 || dtype === int32) continue;
    throw new RuntimeError(
      `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.${dtype.scalarName}Tensor instead (while checking arguments for ${name})`,
      "Indices are integers: input.long().",
    );
  }
}

export function checkRows(indices: Tensor, rows: number): void {
  checkRange(
    indices,
    0,
    rows,
    (i) => new IndexError("index out of range in self", `The table has ${rows} rows; this index is ${i}.`),
  );
}

/** PyTorch adds it to the norms by which it divides. */
const LEAST_NORM = 1e-7;

export function renormalize(weight: Tensor, indices: Tensor, max_norm: number, norm_type: number): void {
  const table = weight.detach();
  no_grad(() => {
    for (const i of new Set(indices.toTypedArray())) {
      const row = table.select(0, i);
      const norm = row.norm(norm_type).item();
      if (norm > max_norm) row.mul_(max_norm / (norm + LEAST_NORM));
    }
  });
}
