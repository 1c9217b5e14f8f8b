/** Attention. */
export { type Attended, multi_head_attention_forward } from "./forward.js";
export { additiveMask } from "./masks.js";
export { MultiheadAttention } from "./multihead_attention.js";
