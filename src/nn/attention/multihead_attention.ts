import { AssertionError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { type DType, empty, type Tensor } from "../../tensor/index.js";
import { constant_, xavier_normal_, xavier_uniform_ } from "../init.js";
import { Linear } from "../linear.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { type Attended, multi_head_attention_forward } from "./forward.js";
import { additiveMask } from "./masks.js";

const signature = new Signature(
  "MultiheadAttention(int embed_dim, int num_heads, float dropout=0.0, bool bias=True, bool add_bias_kv=False, bool add_zero_attn=False, int? kdim=None, int? vdim=None, bool batch_first=False, str? device=None, ScalarType? dtype=None)",
);

const forwardSignature = new Signature(
  "forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, bool average_attn_weights=True, bool is_causal=False)",
);

/** A Linear under the name that PyTorch prints. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention of `num_heads` heads side by side: each projects query, key and value to embed_dim / num_heads features,
 * weighs the values by `softmax(q k^T / sqrt(features))`, and all are projected together to the output.
 *
 * Query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim); with `batch_first` N comes first; or all without N.
 * Returns the output, like the query, and the weights (N, L, S), averaged over the heads, or (N, num_heads, L, S) with
 * `average_attn_weights: false`, or `null` with `need_weights: false`, which is faster.
 *
 * - `key_padding_mask` (N, S): `true` takes a key out; a floating point mask is added to the scores
 * - `attn_mask` (L, S) or (N * num_heads, L, S): the same for pairs of target and source
 * - `is_causal` says that `attn_mask` is the causal one
 * - `add_bias_kv` appends a trained key and value, `add_zero_attn` zeros; `dropout` zeroes weights in training
 *
 * `in_proj_weight` (3 embed_dim, embed_dim), or `q_proj_weight`, `k_proj_weight`, `v_proj_weight` where kdim or vdim differ;
 * `in_proj_bias` (3 embed_dim); `out_proj`; `bias_k`, `bias_v` (1, 1, embed_dim).
 *
 * @example
 * const attention = new nn.MultiheadAttention(8, 2, { batch_first: true });
 * const x = torch.randn(4, 5, 8);
 * const [output, weights] = attention(x, x, x); // shapes [4, 5, 8] and [4, 5, 5]
 */
export class MultiheadAttention extends Module {
  readonly embed_dim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly num_heads: number;
  readonly head_dim: number;
  dropout: number;
  readonly batch_first: boolean;
  readonly add_zero_attn: boolean;
  declare q_proj_weight: Parameter | null;
  declare k_proj_weight: Parameter | null;
  declare v_proj_weight: Parameter | null;
  declare in_proj_weight: Parameter | null;
  declare in_proj_bias: Parameter | null;
  out_proj: Linear;
  declare bias_k: Parameter | null;
  declare bias_v: Parameter | null;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const [embed_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim, vdim, batch_first, , dtype] =
      signature.bind(args);
    if (embed_dim <= 0 || num_heads <= 0) {
      throw new ValueError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embed_dim} and num_heads=${num_heads} instead`,
      );
    }
    if (embed_dim % num_heads !== 0) throw new AssertionError("embed_dim must be divisible by num_heads");
    this.embed_dim = embed_dim;
    this.kdim = kdim ?? embed_dim;
    this.vdim = vdim ?? embed_dim;
    this.num_heads = num_heads;
    this.head_dim = embed_dim / num_heads;
    this.dropout = dropout;
    this.batch_first = batch_first;
    const parameter = (name: string, wanted: boolean, ...size: number[]) =>
      this.register_parameter(name, wanted ? newParameter(size, dtype) : null);
    const apart = this.kdim !== embed_dim || this.vdim !== embed_dim;
    parameter("q_proj_weight", apart, embed_dim, embed_dim);
    parameter("k_proj_weight", apart, embed_dim, this.kdim);
    parameter("v_proj_weight", apart, embed_dim, this.vdim);
    parameter("in_proj_weight", !apart, 3 * embed_dim, embed_dim);
    parameter("in_proj_bias", bias, 3 * embed_dim);
    this.out_proj = new NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, { dtype });
    parameter("bias_k", add_bias_kv, 1, 1, embed_dim);
    parameter("bias_v", add_bias_kv, 1, 1, embed_dim);
    this.add_zero_attn = add_zero_attn;
    this._reset_parameters();
  }

  /** Draws the weights anew by Xavier's rules; biases become 0. `out_proj.weight` stays as its Linear drew it. */
  _reset_parameters(): void {
    for (const weight of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight]) {
      if (weight) xavier_uniform_(weight);
    }
    if (this.in_proj_bias) {
      constant_(this.in_proj_bias, 0);
      constant_(this.out_proj.bias!, 0);
    }
    if (this.bias_k) xavier_normal_(this.bias_k);
    if (this.bias_v) xavier_normal_(this.bias_v);
  }

  override forward(...args: Arguments<typeof forwardSignature.text>): Attended {
    const [query, key, value, padding, need_weights, attention, average_attn_weights, is_causal] =
      forwardSignature.bind(args);
    const other = { name: "attn_mask", mask: attention };
    const key_padding_mask = additiveMask(padding, "key_padding_mask", query.dtype, other);
    const attn_mask = additiveMask(attention, "attn_mask", query.dtype);
    const turned = this.batch_first && query.ndim === 3;
    // one tensor in several places stays one: it is projected once
    const distinct = new Map([query, key, value].map((t) => [t, turned ? t.transpose(1, 0) : t]));
    const { q_proj_weight, k_proj_weight, v_proj_weight } = this;
    const [output, weights] = multi_head_attention_forward({
      query: distinct.get(query)!,
      key: distinct.get(key)!,
      value: distinct.get(value)!,
      embed_dim_to_check: this.embed_dim,
      num_heads: this.num_heads,
      in_proj_weight: this.in_proj_weight,
      in_proj_bias: this.in_proj_bias,
      bias_k: this.bias_k,
      bias_v: this.bias_v,
      add_zero_attn: this.add_zero_attn,
      dropout_p: this.dropout,
      out_proj_weight: this.out_proj.weight,
      out_proj_bias: this.out_proj.bias,
      training: this.training,
      key_padding_mask,
      need_weights,
      attn_mask,
      use_separate_proj_weight: this.in_proj_weight === null,
      q_proj_weight,
      k_proj_weight,
      v_proj_weight,
      average_attn_weights,
      is_causal,
    });
    return [turned ? output.transpose(1, 0) : output, weights];
  }

  /**
   * Joins an attention mask (L, L) or (N * num_heads, L, L) and a padding mask (N, L) to one, (N, num_heads, L, L) where the
   * first is given, and says of which type it is: 2, or 1 for a padding mask alone, or `null` without any.
   */
  merge_masks(
    attn_mask: Tensor | null,
    key_padding_mask: Tensor | null,
    query: Tensor,
  ): [merged: Tensor | null, type: number | null] {
    if (attn_mask === null) return key_padding_mask ? [key_padding_mask, 1] : [null, null];
    const [batch, length] = query.shape;
    const wide =
      attn_mask.ndim === 3
        ? attn_mask.view(batch, -1, length, length)
        : attn_mask.view(1, 1, length, length).expand([batch, this.num_heads, -1, -1]);
    if (key_padding_mask === null) return [wide, 2];
    return [wide.add(key_padding_mask.view(batch, 1, 1, length).expand([-1, this.num_heads, -1, -1])), 2];
  }
}

const newParameter = (size: number[], dtype: DType | null): Parameter => new Parameter(empty(size, { dtype }));
