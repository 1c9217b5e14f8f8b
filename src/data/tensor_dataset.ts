import { AssertionError, AttributeError, IndexError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { Dataset } from "./dataset.js";
import { elementAt } from "./source.js";

/** A sample of a {@link TensorDataset}: a row of each tensor. */
export type TensorSample<Tensors extends readonly Tensor[]> = { -readonly [K in keyof Tensors]: Tensor };

/**
 * Tensors whose rows belong together: sample i is the array of their i-th rows.
 *
 * @example
 * const dataset = new data.TensorDataset(torch.ones(3, 2), torch.arange(3));
 * dataset.get(2); // [tensor([1., 1.]), tensor(2)]
 */
export class TensorDataset<Tensors extends readonly Tensor[] = readonly Tensor[]> extends Dataset<
  TensorSample<Tensors>
> {
  readonly tensors: Tensors;

  /**
   * @param tensors of any shapes with the same size of dimension 0
   * @throws AssertionError when these sizes differ
   */
  constructor(...tensors: Tensors) {
    super();
    for (const t of tensors) {
      if (t instanceof Tensor) continue;
      throw new AttributeError(
        `'${pythonTypeOf(t)}' object has no attribute 'size'`,
        "TensorDataset takes tensors; torch.FloatTensor(x) or torch.tensor(x) makes one of an array.",
      );
    }
    if (tensors.some((t) => t.dim() === 0)) {
      throw new IndexError("Dimension specified as 0 but tensor has no dimensions", "Each tensor needs rows.");
    }
    const sizes = tensors.map((t) => t.size(0));
    if (sizes.some((size) => size !== sizes[0])) {
      throw new AssertionError("Size mismatch between tensors", `Their first sizes are ${sizes.join(", ")}.`);
    }
    this.tensors = tensors;
  }

  get length(): number {
    return elementAt(this.tensors, 0).size(0);
  }

  /** Row `index` of each tensor, a view; for several indices a copy of these rows. */
  get(index: number | readonly number[]): TensorSample<Tensors> {
    return this.tensors.map((t) => t.index([index])) as TensorSample<Tensors>;
  }
}
