import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import type { MultiheadAttention } from "../attention/index.js";
import { ModuleList } from "../containers/index.js";
import { deepcopy } from "../deepcopy.js";
import type { Dropout } from "../dropout.js";
import { Module } from "../module.js";
import type { LayerNorm } from "../normalization/index.js";
import { detectCausal, sequenceLength } from "./causal.js";
import { layerParameters, TransformerLayer } from "./layer.js";

const layerSignature = new Signature(`TransformerDecoderLayer(int d_model, int nhead, ${layerParameters})`);

const masks =
  "Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None";

const layerForward = new Signature(
  `forward(Tensor tgt, Tensor memory, ${masks}, bool tgt_is_causal=False, bool memory_is_causal=False)`,
);

/**
 * Self-attention, then attention to `memory`, the encoder's output, then two linear layers; see
 * {@link TransformerLayer}. `tgt` is (T, N, d_model) and `memory` (S, N, d_model), with `batch_first` N comes first; or
 * both without N.
 *
 * @example
 * const layer = new nn.TransformerDecoderLayer(16, 4, { batch_first: true });
 * layer(torch.randn(2, 3, 16), torch.randn(2, 5, 16)).shape // [2, 3, 16]
 */
export class TransformerDecoderLayer extends TransformerLayer {
  declare multihead_attn: MultiheadAttention;
  declare norm3: LayerNorm;
  declare dropout3: Dropout;

  constructor(...args: Arguments<typeof layerSignature.text>) {
    super(layerSignature.bindNamed(args), 3);
  }

  override forward(...args: Arguments<typeof layerForward.text>): Tensor {
    const [tgt, memory, tgt_mask, memory_mask, tgtPadding, memoryPadding, tgtCausal, memoryCausal] =
      layerForward.bind(args);
    const own = { attn_mask: tgt_mask, key_padding_mask: tgtPadding, is_causal: tgtCausal };
    const across = { attn_mask: memory_mask, key_padding_mask: memoryPadding, is_causal: memoryCausal };
    const attended = this.around(tgt, this.norm1, (x) => this.selfAttention(x, own));
    const informed = this.around(attended, this.norm2, (x) =>
      this.dropout2(this.multihead_attn(x, memory, memory, { ...across, need_weights: false })[0]),
    );
    return this.around(informed, this.norm3, (x) => this.feedForward(x, this.dropout3));
  }
}

const signature = new Signature("TransformerDecoder(Module decoder_layer, int num_layers, Module? norm=None)");

const forwardSignature = new Signature(
  `forward(Tensor tgt, Tensor memory, ${masks}, bool? tgt_is_causal=None, bool memory_is_causal=False)`,
);

/**
 * `num_layers` copies of a layer one after the other, and then `norm`, if given. They all begin with the weights of the
 * layer that was copied.
 *
 * @example
 * const decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(16, 4), 2);
 * decoder(torch.randn(3, 2, 16), torch.randn(5, 2, 16)).shape // [3, 2, 16]
 */
export class TransformerDecoder extends Module {
  layers: ModuleList;
  readonly num_layers: number;
  norm: Module | null;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const [decoder_layer, num_layers, norm] = signature.bind(args);
    this.layers = new ModuleList(Array.from({ length: num_layers }, () => deepcopy(decoder_layer)));
    this.num_layers = num_layers;
    this.norm = norm;
  }

  override forward(...args: Arguments<typeof forwardSignature.text>): Tensor {
    const bound = forwardSignature.bind(args);
    const [tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask] = bound;
    const [, , , , , , isCausal, memory_is_causal] = bound;
    const [first] = this.layers as Iterable<Module & { self_attn?: { batch_first: boolean } }>;
    const tgt_is_causal = detectCausal(tgt_mask, isCausal, sequenceLength(tgt, first.self_attn?.batch_first === true));
    const given = { tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask };
    let output = tgt;
    for (const layer of this.layers) output = layer(output, memory, { ...given, tgt_is_causal, memory_is_causal });
    return this.norm ? this.norm(output) : output;
  }
}
