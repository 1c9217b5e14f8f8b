import { RuntimeError } from "../../python/errors.js";
import { type DType, nnFunctions, type Tensor } from "../../tensor/index.js";
import { MultiheadAttention } from "../attention/index.js";
import { Dropout } from "../dropout.js";
import { Linear } from "../linear.js";
import { Module } from "../module.js";
import { LayerNorm } from "../normalization/index.js";

/** A function of one tensor: `F.relu`, a module, or one of your own. */
export type Activation = (x: Tensor) => Tensor;

/** The arguments of a layer, which those of a whole Transformer contain. */
export interface LayerOptions {
  readonly d_model: number;
  readonly nhead: number;
  readonly dim_feedforward: number;
  readonly dropout: number;
  readonly activation: string | Activation;
  readonly layer_norm_eps: number;
  readonly batch_first: boolean;
  readonly norm_first: boolean;
  readonly bias: boolean;
  readonly dtype: DType | null;
}

/** The masks of one attention. */
export interface Masks {
  readonly attn_mask: Tensor | null;
  readonly key_padding_mask: Tensor | null;
  readonly is_causal: boolean;
}

/** The parameters that layers and stacks of layers share, in their order. */
export const layerParameters =
  "int dim_feedforward=2048, float dropout=0.1, str|Callable activation='relu', float layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, bool bias=True, str? device=None, ScalarType? dtype=None";

/**
 * What the layers of encoder and decoder share: blocks of attention and two linear layers, each with a way around it and
 * a normalisation: `norm(x + block(x))`, or `x + block(norm(x))` with `norm_first`.
 */
export class TransformerLayer extends Module {
  // declared only: printing follows the order of assignment
  declare self_attn: MultiheadAttention;
  declare linear1: Linear;
  declare dropout: Dropout;
  declare linear2: Linear;
  declare norm_first: boolean;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;
  declare activation: Activation;

  /** @param blocks their number; the decoder has one more, of attention to the encoder's output */
  constructor(options: LayerOptions, blocks: 2 | 3) {
    super();
    const { d_model, nhead, dim_feedforward, dropout, bias, batch_first, dtype } = options;
    const attention = () => new MultiheadAttention(d_model, nhead, dropout, { bias, batch_first, dtype });
    const numbers = [1, 2, 3].slice(0, blocks);
    this.self_attn = attention();
    if (blocks === 3) this.add_module("multihead_attn", attention());
    this.linear1 = new Linear(d_model, dim_feedforward, { bias, dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dim_feedforward, d_model, { bias, dtype });
    this.norm_first = options.norm_first;
    const norm = () => new LayerNorm(d_model, { eps: options.layer_norm_eps, bias, dtype });
    for (const k of numbers) this.add_module(`norm${k}`, norm());
    for (const k of numbers) this.add_module(`dropout${k}`, new Dropout(dropout));
    this.activation = activationOf(options.activation);
  }

  /** A block with its normalisation and the way around it. */
  protected around(x: Tensor, norm: LayerNorm, block: (x: Tensor) => Tensor): Tensor {
    return this.norm_first ? x.add(block(norm(x))) : norm(x.add(block(x)));
  }

  /** Attention of `x` to itself. */
  protected selfAttention(x: Tensor, masks: Masks): Tensor {
    return this.dropout1(this.self_attn(x, x, x, { ...masks, need_weights: false })[0]);
  }

  /** `linear2(activation(linear1(x)))`. */
  protected feedForward(x: Tensor, last: Dropout): Tensor {
    return last(this.linear2(this.dropout(this.activation(this.linear1(x)))));
  }
}

function activationOf(activation: string | Activation): Activation {
  if (typeof activation !== "string") return activation;
  if (activation === "relu") return nnFunctions.relu;
  if (activation === "gelu") return nnFunctions.gelu;
  throw new RuntimeError(
    `activation should be relu/gelu, not ${activation}`,
    "Any other function of a tensor is given as itself: { activation: nn.functional.silu }.",
  );
}
