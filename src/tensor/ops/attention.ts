import { RuntimeError } from "../../python/errors.js";
import { bool, float32 } from "../dtype.js";
import { attentionWeights } from "../kernels/attention.js";
import { attentionRows } from "../kernels/rows.js";
import { selected } from "../masking.js";
import { op } from "../op.js";
import { broadcastShapes, broadcastStrides, sameShape, showShape } from "../shape.js";
import { isRows, softmaxBackward } from "../softmax_rows.js";
import { Tensor } from "../tensor.js";
import { dropout } from "./dropout.js";

/**
 * Softmax of `scores + mask` along the last dimension, where a mask of truths takes out what is `false`, and
 * `is_causal` takes out position `j` of row `i` for `j > i`. A row in which nothing is left becomes zeros.
 */
export const _attention_weights = op(
  "_attention_weights(Tensor scores, Tensor? mask=None, bool is_causal=False) -> Tensor",
)({
  forward: (scores, mask, is_causal) => {
    const quick = weightsByRows(scores, mask, is_causal);
    if (quick !== null) return quick;
    const { shape } = scores;
    const out = Tensor.empty(shape, scores.dtype);
    const added = mask && {
      ...mask.operand(broadcastStrides(mask.shape, mask.strides, shape)),
      isTruth: mask.dtype === bool,
    };
    attentionWeights(shape, out.operand(), scores.operand(), added, is_causal);
    return out;
  },
  derivatives: {
    scores: ["result", (g, { result }) => softmaxBackward(g, { result, dim: -1 })],
    mask: ["result", (g, { result }) => softmaxBackward(g, { result, dim: -1 })],
  },
  samples: [
    { scores: [2, 3, 4], mask: [3, 4] },
    { scores: [3, 3], is_causal: true },
    {
      scores: [2, 2],
      mask: {
        bool: [
          [true, false],
          [true, true],
        ],
      },
    },
  ],
  example: [
    "torch._attention_weights(torch.zeros(2, 2), { is_causal: true })",
    "tensor([[1.0000, 0.0000],\n        [0.5000, 0.5000]])",
  ],
});

/** The weights of float32 scores that lie row by row, by a kernel; else `null`. */
function weightsByRows(scores: Tensor, mask: Tensor | null, is_causal: boolean): Tensor | null {
  if (!isRows(scores, scores.ndim - 1)) return null;
  let masked: Tensor | null = scores;
  if (mask?.dtype === bool) masked = selected(mask, scores, -Infinity);
  else if (mask) masked = scores.add(mask);
  if (masked === null || !sameShape(masked.shape, scores.shape)) return null;
  const { shape, ndim } = scores;
  const [columns, height] = [shape[ndim - 1], shape[ndim - 2]];
  const out = Tensor.unset(shape, float32);
  return attentionRows(out, masked, out.numel() / columns, columns, is_causal ? height : 0) ? out : null;
}

/**
 * `softmax(query key^T scale + attn_mask) value`: query (..., L, E), key (..., S, E), value (..., S, Ev), result
 * (..., L, Ev).
 *
 * @param attn_mask broadcasts to (..., L, S): added if floating point; of truths, `true` takes part
 * @param dropout_p the probability of zeroing a weight; also outside training
 * @param is_causal position `i` sees the positions up to `i`; not together with `attn_mask`
 * @param scale 1 / sqrt(E) by default
 * @param enable_gqa query may have more heads (dimension -3) than key and value, which are repeated
 */
export const scaled_dot_product_attention = op(
  "nn.functional::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor",
)({
  composite: (query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa) => {
    checkInputs(query, key, value, attn_mask, is_causal);
    const [k, v] = enable_gqa ? repeatHeads(query, key, value) : [key, value];
    const scores = query.mul(scale ?? 1 / Math.sqrt(query.size(-1))).matmul(k.transpose(-2, -1));
    if (attn_mask) checkMaskShape(attn_mask, scores);
    const weights = _attention_weights(scores, attn_mask, is_causal);
    return dropout(weights, dropout_p, true).matmul(v);
  },
  samples: [
    { query: [2, 3, 4], key: [2, 2, 4], value: [2, 2, 3] },
    { query: [1, 2, 3, 4], key: [1, 2, 3, 4], value: [1, 2, 3, 4], is_causal: true, scale: 0.3 },
    { query: [4, 3, 2], key: [2, 3, 2], value: [2, 3, 2], attn_mask: [3, 3], enable_gqa: true },
  ],
  example: [
    "nn.functional.scaled_dot_product_attention(torch.ones(2, 1), torch.ones(2, 1), torch.tensor([[1], [2]]).float(), { is_causal: true })",
    "tensor([[1.0000],\n        [1.5000]])",
  ],
});

function checkInputs(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | null, is_causal: boolean): void {
  const three = [query, key, value] as const;
  const each = (of: (t: Tensor) => string | number, name: string) => {
    const [q, k, v] = three.map(of);
    return `query.${name}: ${q} key.${name}: ${k} and value.${name}: ${v} instead.`;
  };
  if (three.some((t) => t.dtype !== query.dtype)) {
    const got = each((t) => t.dtype.cppName, "dtype");
    throw new RuntimeError(`Expected query, key, and value to have the same dtype, but got ${got}`);
  }
  if (three.some((t) => t.ndim < 2)) {
    const got = each((t) => t.ndim, "dim");
    throw new RuntimeError(`Expected query, key, and value to all be  at least 2 dimensional, but got ${got}`);
  }
  if (!query.dtype.is_floating_point) {
    throw new RuntimeError(`expected scalar type Float but found ${query.dtype.scalarName}`);
  }
  if (mask === null) return;
  if (mask.dtype !== bool && mask.dtype !== query.dtype) {
    throw new RuntimeError(
      `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${mask.dtype.cppName} and  query.dtype: ${query.dtype.cppName} instead.`,
    );
  }
  if (is_causal) {
    throw new RuntimeError(
      "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True",
      "Put both into one attn_mask: of truths, mask.tril().",
    );
  }
}

function checkMaskShape(mask: Tensor, scores: Tensor): void {
  const shape = broadcastShapes(scores.shape, mask.shape);
  if (sameShape(shape, scores.shape)) return;
  throw new RuntimeError(
    `output with shape ${showShape(scores.shape)} doesn't match the broadcast shape ${showShape(shape)}`,
    "The mask must broadcast to the shape of the scores, (..., L, S).",
  );
}

/** Grouped-query attention: each head of key and value serves as many heads of query. */
function repeatHeads(query: Tensor, key: Tensor, value: Tensor): [key: Tensor, value: Tensor] {
  const heads = query.size(-3);
  if (heads % key.size(-3) !== 0 || heads % value.size(-3) !== 0) {
    throw new RuntimeError(
      "Number of heads in key and value must divide the number of heads in ",
      `query has ${heads} heads, key ${key.size(-3)} and value ${value.size(-3)}.`,
    );
  }
  const repeated = (t: Tensor) => t.repeat_interleave(heads / t.size(-3), -3);
  return [repeated(key), repeated(value)];
}
