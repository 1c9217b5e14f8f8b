import { RuntimeError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { xavier_uniform_ } from "../init.js";
import { Module } from "../module.js";
import { LayerNorm } from "../normalization/index.js";
import { generate_square_subsequent_mask } from "./causal.js";
import { TransformerDecoder, TransformerDecoderLayer } from "./decoder.js";
import { TransformerEncoder, TransformerEncoderLayer } from "./encoder.js";

const signature = new Signature(
  "Transformer(int d_model=512, int nhead=8, int num_encoder_layers=6, int num_decoder_layers=6, int dim_feedforward=2048, float dropout=0.1, str|Callable activation='relu', Module? custom_encoder=None, Module? custom_decoder=None, float layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

const forwardSignature = new Signature(
  "forward(Tensor src, Tensor tgt, Tensor? src_mask=None, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? src_key_padding_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None, bool? src_is_causal=None, bool? tgt_is_causal=None, bool memory_is_causal=False)",
);

/**
 * An encoder and a decoder, both with a last LayerNorm. `src` is (S, N, d_model), `tgt` and the result (T, N, d_model);
 * with `batch_first` N comes first; or all without N. Matrices start by Xavier's rule.
 *
 * @example
 * const model = new nn.Transformer({ d_model: 16, nhead: 4, num_encoder_layers: 1, num_decoder_layers: 1 });
 * model(torch.randn(5, 2, 16), torch.randn(3, 2, 16)).shape // [3, 2, 16]
 */
export class Transformer extends Module {
  encoder: Module;
  decoder: Module;
  readonly d_model: number;
  readonly nhead: number;
  readonly batch_first: boolean;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const bound = signature.bind(args);
    const [d_model, nhead, encoderLayers, decoderLayers, dim_feedforward, dropout, activation, encoder, decoder] =
      bound;
    const [, , , , , , , , , eps, batch_first, norm_first, bias, device, dtype] = bound;
    const shared = { d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps: eps };
    const options = { ...shared, batch_first, norm_first, bias, device, dtype };
    const norm = () => new LayerNorm(d_model, { eps, bias, dtype });
    this.encoder = encoder ?? new TransformerEncoder(new TransformerEncoderLayer(options), encoderLayers, norm());
    this.decoder = decoder ?? new TransformerDecoder(new TransformerDecoderLayer(options), decoderLayers, norm());
    this._reset_parameters();
    this.d_model = d_model;
    this.nhead = nhead;
    this.batch_first = batch_first;
  }

  override forward(...args: Arguments<typeof forwardSignature.text>): Tensor {
    const bound = forwardSignature.bind(args);
    const [src, tgt, src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask] = bound;
    const [, , , , , , , memory_key_padding_mask, src_is_causal, tgt_is_causal, memory_is_causal] = bound;
    const N = this.batch_first ? 0 : 1;
    if (src.ndim === 3 && src.size(N) !== tgt.size(N)) {
      throw new RuntimeError("the batch number of src and tgt must be equal");
    }
    if (src.size(-1) !== this.d_model || tgt.size(-1) !== this.d_model) {
      throw new RuntimeError("the feature number of src and tgt must be equal to d_model");
    }
    const memory = this.encoder(src, { mask: src_mask, src_key_padding_mask, is_causal: src_is_causal });
    const masks = { tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask };
    return this.decoder(tgt, memory, { ...masks, tgt_is_causal, memory_is_causal });
  }

  /** Draws all matrices anew. */
  _reset_parameters(): void {
    for (const p of this.parameters()) if (p.ndim > 1) xavier_uniform_(p);
  }

  /** {@link generate_square_subsequent_mask}. */
  static generate_square_subsequent_mask = generate_square_subsequent_mask;
}
