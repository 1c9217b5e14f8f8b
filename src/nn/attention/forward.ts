import { AssertionError, RuntimeError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments, Named } from "../../python/signature-types.js";
import { nnFunctions, type Tensor, torchFunctions, zeros } from "../../tensor/index.js";
import { additiveMask, isBatched, mergedMask, size, withHeads } from "./masks.js";
import { projectEach, projectPacked, type Three } from "./projection.js";

const { cat, dropout } = torchFunctions;
const { linear, pad, scaled_dot_product_attention } = nnFunctions;

const signature = new Signature(
  "multi_head_attention_forward(Tensor query, Tensor key, Tensor value, int embed_dim_to_check, int num_heads, Tensor? in_proj_weight, Tensor? in_proj_bias, Tensor? bias_k, Tensor? bias_v, bool add_zero_attn, float dropout_p, Tensor out_proj_weight, Tensor? out_proj_bias, bool training=True, Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, bool use_separate_proj_weight=False, Tensor? q_proj_weight=None, Tensor? k_proj_weight=None, Tensor? v_proj_weight=None, Tensor? static_k=None, Tensor? static_v=None, bool average_attn_weights=True, bool is_causal=False)",
);

type Given = Named<typeof signature.text>;

/** What attention returns: the output, and the weights if they were asked for. */
export type Attended = [output: Tensor, weights: Tensor | null];

/**
 * What {@link MultiheadAttention} computes, of the parameters given: query (L, N, E), key and value (S, N, features), or
 * all without N. Returns the output (L, N, E) and, with `need_weights`, the weights: (N, L, S) averaged over the heads, or
 * (N, num_heads, L, S) with `average_attn_weights: false`.
 */
export function multi_head_attention_forward(...args: Arguments<typeof signature.text>): Attended {
  const given = signature.bindNamed(args);
  const { query, key, value, key_padding_mask: padding, attn_mask } = given;
  if (isBatched(query, key, value, padding, attn_mask, given.num_heads)) return attend(given);
  const batch = (t: Tensor) => t.unsqueeze(1);
  // one tensor in several places stays one: it is projected once
  const one = new Map([query, key, value].map((t) => [t, batch(t)]));
  const [output, weights] = attend({
    ...given,
    query: one.get(query)!,
    key: one.get(key)!,
    value: one.get(value)!,
    key_padding_mask: padding?.unsqueeze(0) ?? null,
  });
  return [output.squeeze(1), weights?.squeeze(0) ?? null];
}

/** A batch (L, N, E). */
function attend(given: Given): Attended {
  const { query, key, num_heads: heads, need_weights } = given;
  const [target, batch, E] = query.shape as [number, number, number];
  const { attention, padding, is_causal } = masks(given);
  checkSizes(given);
  const headDim = E / heads;
  const sequences = batch * heads;
  const [q, k, v] = addBias(given, project(given));
  const split = (t: Tensor) => t.view(t.shape[0], sequences, headDim).transpose(0, 1);
  const { static_k, static_v } = given;
  checkStatic("static_k", static_k, sequences, headDim);
  checkStatic("static_v", static_v, sequences, headDim);
  const keys = addZero(given, static_k ?? split(k));
  const values = addZero(given, static_v ?? split(v));
  const source = keys.shape[1];
  const more = (given.bias_k ? 1 : 0) + (given.add_zero_attn ? 1 : 0);
  const widen = (mask: Tensor | null) => (mask && more > 0 ? pad(mask, [0, more]) : mask);
  const own = widen(withHeads(attention, sequences, target, key.shape[0]));
  const mask = mergedMask(own, widen(padding), batch, heads, source);
  const p = given.training ? given.dropout_p : 0;
  const out = (t: Tensor): Tensor => linear(t, given.out_proj_weight, given.out_proj_bias).view(target, batch, -1);
  if (!need_weights) {
    const four = (t: Tensor) => t.view(batch, heads, t.shape[1], headDim);
    const added = mask && (mask.shape[0] === 1 ? mask.unsqueeze(0) : mask.view(batch, heads, -1, source));
    const attended = scaled_dot_product_attention(four(split(q)), four(keys), four(values), added, p, is_causal);
    return [out(attended.permute(2, 0, 1, 3).reshape(target * batch, E)), null];
  }
  const scaled = split(q).mul(Math.sqrt(1 / headDim));
  const transposed = keys.transpose(-2, -1);
  const scores = mask ? mask.baddbmm(scaled, transposed) : scaled.bmm(transposed);
  const weights = dropout(scores.softmax(-1), p, true);
  const attended = weights
    .bmm(values)
    .transpose(0, 1)
    .reshape(target * batch, E);
  const shown = weights.view(batch, heads, target, source);
  return [out(attended), given.average_attn_weights ? shown.mean(1) : shown];
}

interface Masks {
  readonly attention: Tensor | null;
  readonly padding: Tensor | null;
  readonly is_causal: boolean;
}

/** The masks to add. A causal mask that nothing joins is left to the attention, which knows it without looking. */
function masks({ query, key_padding_mask, attn_mask, is_causal, need_weights }: Given): Masks {
  const other = { name: "attn_mask", mask: attn_mask };
  const padding = additiveMask(key_padding_mask, "key_padding_mask", query.dtype, other);
  if (is_causal && attn_mask === null) {
    throw new RuntimeError(
      "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.",
    );
  }
  if (is_causal && padding === null && !need_weights) return { attention: null, padding, is_causal };
  const attention = additiveMask(attn_mask, "attn_mask", query.dtype);
  return { attention, padding, is_causal: false };
}

function checkSizes(given: Given): void {
  const { query, key, value, num_heads, embed_dim_to_check: expected } = given;
  const E = query.shape[2];
  if (E !== expected) {
    throw new AssertionError(
      `was expecting embedding dimension of ${expected}, but got ${E}`,
      "The last dimension of the query holds embed_dim features.",
    );
  }
  if (E % num_heads !== 0) throw new AssertionError(`embed_dim ${E} not divisible by num_heads ${num_heads}`);
  if (given.use_separate_proj_weight) {
    const [a, b] = [key, value].map((t) => size(t.shape.slice(0, 2)));
    if (a !== b) throw new AssertionError(`key's sequence and batch dims ${a} do not match value's ${b}`);
  } else if (`${key.shape}` !== `${value.shape}`) {
    throw new AssertionError(`key shape ${size(key.shape)} does not match value shape ${size(value.shape)}`);
  }
}

function project(given: Given): Three {
  const { query, key, value, in_proj_weight, in_proj_bias } = given;
  const three: Three = [query, key, value];
  if (given.use_separate_proj_weight) {
    const weights = (["q", "k", "v"] as const).map((name) => {
      const weight = given[`${name}_proj_weight`];
      if (weight) return weight;
      throw new AssertionError(`use_separate_proj_weight is True but ${name}_proj_weight is None`);
    });
    return projectEach(three, [weights[0], weights[1], weights[2]], in_proj_bias);
  }
  if (in_proj_weight === null) {
    throw new AssertionError("use_separate_proj_weight is False but in_proj_weight is None");
  }
  return projectPacked(three, in_proj_weight, in_proj_bias);
}

/** One more position in key and value, the same for every sequence. */
function addBias({ bias_k, bias_v, static_k, static_v }: Given, [q, k, v]: Three): Three {
  if (bias_k && bias_v) {
    if (static_k) throw new AssertionError("bias cannot be added to static key.");
    if (static_v) throw new AssertionError("bias cannot be added to static value.");
    const more = (t: Tensor, bias: Tensor) => cat([t, bias.repeat(1, t.shape[1], 1)]);
    return [q, more(k, bias_k), more(v, bias_v)];
  }
  if (bias_k) throw new AssertionError("bias_k is set but bias_v is None");
  if (bias_v) throw new AssertionError("bias_v is set but bias_k is None");
  return [q, k, v];
}

/** One more position of zeros. */
function addZero({ add_zero_attn }: Given, t: Tensor): Tensor {
  return add_zero_attn ? cat([t, zeros(t.shape[0], 1, t.shape[2], { dtype: t.dtype })], 1) : t;
}

function checkStatic(name: string, t: Tensor | null, sequences: number, headDim: number): void {
  if (t === null) return;
  for (const [d, expected] of [
    [0, sequences],
    [2, headDim],
  ]) {
    if (t.size(d) === expected) continue;
    throw new AssertionError(`expecting ${name}.size(${d}) of ${expected}, but got ${t.size(d)}`);
  }
}
