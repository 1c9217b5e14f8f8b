import { AssertionError, RuntimeError } from "../../python/errors.js";
import { warn } from "../../python/warnings.js";
import { bool, type DType, type Tensor, zeros } from "../../tensor/index.js";

/** The other mask of a call, of which the dtype must be the same. */
interface Other {
  readonly name: string;
  readonly mask: Tensor | null;
}

/** A mask to add to the scores: of truths, `true` becomes -infinity in `dtype`, and `false` 0. */
export function additiveMask(mask: Tensor | null, name: string, dtype: DType, other?: Other): Tensor | null {
  if (mask === null) return null;
  if (mask.dtype !== bool && !mask.dtype.is_floating_point) {
    throw new AssertionError(
      `only bool and floating types of ${name} are supported`,
      "A mask of truths takes out what is true; a floating point mask is added to the scores.",
    );
  }
  if (other?.mask && other.mask.dtype !== mask.dtype) {
    warn(`Support for mismatched ${name} and ${other.name} is deprecated. Use same type for both instead.`);
  }
  if (mask.dtype !== bool) return mask;
  return zeros([...mask.shape], { dtype }).masked_fill_(mask, Number.NEGATIVE_INFINITY);
}

/** What is added to the scores of `heads` heads for each of `batch` sequences: shape (1 or batch * heads, L, S). */
export function mergedMask(
  attention: Tensor | null,
  padding: Tensor | null,
  batch: number,
  heads: number,
  source: number,
): Tensor | null {
  if (padding === null) return attention;
  [batch, source].forEach((expected, d) => {
    if (padding.shape[d] === expected) return;
    throw new AssertionError(`Expected key_padded_mask.shape[${d}] to be ${expected}, but got ${padding.shape[d]}`);
  });
  const wide = padding
    .view(batch, 1, 1, source)
    .expand([-1, heads, -1, -1])
    .reshape(batch * heads, 1, source);
  return attention ? attention.add(wide) : wide;
}

/** The mask with a dimension for batch and heads, of the size 1 if all share it. */
export function withHeads(mask: Tensor | null, sequences: number, target: number, source: number): Tensor | null {
  if (mask === null) return null;
  if (mask.ndim !== 2 && mask.ndim !== 3) {
    throw new RuntimeError(`attn_mask's dimension ${mask.ndim} is not supported`);
  }
  const expected = mask.ndim === 2 ? [target, source] : [sequences, target, source];
  if (`${mask.shape}` !== `${expected}`) {
    throw new RuntimeError(
      `The shape of the ${mask.ndim}D attn_mask is ${size(mask.shape)}, but should be ${tuple(expected)}.`,
      "A mask is (L, S) or (N * num_heads, L, S): L targets, S sources, N batch elements.",
    );
  }
  return mask.ndim === 2 ? mask.unsqueeze(0) : mask;
}

/** Checks dimensions; answers whether there is a batch dimension. */
export function isBatched(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  padding: Tensor | null,
  attention: Tensor | null,
  heads: number,
): boolean {
  const n = query.ndim;
  if (n !== 2 && n !== 3) {
    throw new AssertionError(
      `query should be unbatched 2D or batched 3D tensor but received ${n}-D query tensor`,
      "The query is (L, E), (L, N, E), or with batch_first (N, L, E).",
    );
  }
  const kind = n === 3 ? "For batched (3-D) `query`" : "For unbatched (2-D) `query`";
  if (key.ndim !== n || value.ndim !== n) {
    throw new AssertionError(
      `${kind}, expected \`key\` and \`value\` to be ${n}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
    );
  }
  if (padding && padding.ndim !== n - 1) {
    throw new AssertionError(
      `${kind}, expected \`key_padding_mask\` to be \`None\` or ${n - 1}-D but found ${padding.ndim}-D tensor instead`,
    );
  }
  if (attention && attention.ndim !== 2 && attention.ndim !== 3) {
    throw new AssertionError(
      `${kind}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${attention.ndim}-D tensor instead`,
    );
  }
  const expected = [heads, query.shape[0], key.shape[0]];
  if (n === 2 && attention?.ndim === 3 && `${attention.shape}` !== `${expected}`) {
    throw new AssertionError(`Expected \`attn_mask\` shape to be ${tuple(expected)} but got ${size(attention.shape)}`);
  }
  return n === 3;
}

/** A shape as PyTorch prints it, and a tuple as Python does. */
export const size = (shape: readonly number[]): string => `torch.Size([${shape.join(", ")}])`;
export const tuple = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
