import type { Tensor } from "../tensor/index.js";
import { indexOf } from "./rows.js";
import type { DataSource } from "./source.js";
import { Subset } from "./subset.js";
import { TensorDataset } from "./tensor_dataset.js";

/**
 * What `default_collate` makes of the samples at `indices`, where it can be had with one copy a tensor: for a
 * {@link TensorDataset} or {@link Subset}s of one, unless a subclass changes the samples.
 *
 * @returns null where the samples must be fetched and stacked one by one
 */
export function gather(source: DataSource<unknown>, indices: readonly number[]): Tensor[] | null {
  if (source instanceof Subset && source.getItems === Subset.prototype.getItems) {
    return gather(
      source.dataset,
      indices.map((i) => source.indices[i]),
    );
  }
  if (!(source instanceof TensorDataset) || source.get !== TensorDataset.prototype.get || source.getItems) return null;
  const tensors: readonly Tensor[] = source.tensors;
  const n = tensors[0].shape[0];
  const inRange = indices.length > 0 && indices.every((i) => Number.isInteger(i) && i >= 0 && i < n);
  const plain = inRange && !tensors.some((t) => t.requires_grad);
  if (!plain) return null;
  const index = indexOf(indices);
  return tensors.map((t) => t.index_select(0, index));
}
