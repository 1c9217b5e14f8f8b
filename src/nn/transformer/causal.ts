import { type DType, full, type Tensor } from "../../tensor/index.js";

/** The mask (sz, sz) to add to scores so that no position attends to a later one: -infinity above the diagonal, else 0. */
export function generate_square_subsequent_mask(sz: number, dtype: DType | null = null): Tensor {
  return full([sz, sz], Number.NEGATIVE_INFINITY, { dtype }).triu(1);
}

/** Is the mask the causal one? What the user says, `isCausal`, is believed. */
export function detectCausal(mask: Tensor | null, isCausal: boolean | null, length: number): boolean {
  if (isCausal !== null || mask === null) return isCausal === true;
  const causal = generate_square_subsequent_mask(length, mask.dtype.is_floating_point ? mask.dtype : null);
  return `${mask.shape}` === `${causal.shape}` && mask.eq(causal).all().item<boolean>();
}

/** The number of time steps of (S, E), (S, N, E) or, with `batchFirst`, (N, S, E). */
export const sequenceLength = (x: Tensor, batchFirst: boolean): number => x.size(x.ndim === 3 && batchFirst ? 1 : 0);
