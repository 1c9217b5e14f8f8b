import { is_grad_enabled } from "../../autograd/index.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import { nnFunctions, type Tensor } from "../../tensor/index.js";
import { GELU, ReLU } from "../activations/index.js";
import { additiveMask } from "../attention/index.js";
import { ModuleList } from "../containers/index.js";
import { deepcopy } from "../deepcopy.js";
import { Module } from "../module.js";
import { detectCausal, sequenceLength } from "./causal.js";
import { type Activation, layerParameters, TransformerLayer } from "./layer.js";

const layerSignature = new Signature(`TransformerEncoderLayer(int d_model, int nhead, ${layerParameters})`);

const layerForward = new Signature(
  "forward(Tensor src, Tensor? src_mask=None, Tensor? src_key_padding_mask=None, bool is_causal=False)",
);

/**
 * Self-attention, then two linear layers; see {@link TransformerLayer}. `src` is (S, N, d_model), with `batch_first`
 * (N, S, d_model), or (S, d_model); the masks are those of {@link MultiheadAttention}.
 *
 * @example
 * const layer = new nn.TransformerEncoderLayer(16, 4, { batch_first: true });
 * layer(torch.randn(2, 5, 16)).shape // [2, 5, 16]
 */
export class TransformerEncoderLayer extends TransformerLayer {
  /** 1 for relu, 2 for gelu, 0 for another activation. */
  readonly activation_relu_or_gelu: number;

  constructor(...args: Arguments<typeof layerSignature.text>) {
    super(layerSignature.bindNamed(args), 2);
    this.activation_relu_or_gelu = kindOf(this.activation);
  }

  override forward(...args: Arguments<typeof layerForward.text>): Tensor {
    const [src, mask, padding, is_causal] = layerForward.bind(args);
    const key_padding_mask = additiveMask(padding, "src_key_padding_mask", src.dtype, { name: "src_mask", mask });
    const attn_mask = additiveMask(mask, "src_mask", src.dtype);
    const attended = this.around(src, this.norm1, (x) =>
      this.selfAttention(x, { attn_mask, key_padding_mask, is_causal }),
    );
    return this.around(attended, this.norm2, (x) => this.feedForward(x, this.dropout2));
  }
}

function kindOf(activation: Activation): number {
  if (activation === nnFunctions.relu || activation instanceof ReLU) return 1;
  return activation === nnFunctions.gelu || activation instanceof GELU ? 2 : 0;
}

const signature = new Signature(
  "TransformerEncoder(Module encoder_layer, int num_layers, Module? norm=None, bool enable_nested_tensor=True, bool mask_check=True)",
);

const forwardSignature = new Signature(
  "forward(Tensor src, Tensor? mask=None, Tensor? src_key_padding_mask=None, bool? is_causal=None)",
);

/**
 * `num_layers` copies of a layer one after the other, and then `norm`, if given. They all begin with the weights of the
 * layer that was copied.
 *
 * Where PyTorch computes with nested tensors (`enable_nested_tensor`, evaluation without gradients, a padding mask) it
 * leaves zeros at the padded positions; so does this.
 *
 * @example
 * const encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(16, 4, { batch_first: true }), 2);
 * encoder(torch.randn(2, 5, 16)).shape // [2, 5, 16]
 */
export class TransformerEncoder extends Module {
  layers: ModuleList;
  readonly num_layers: number;
  norm: Module | null;
  readonly enable_nested_tensor: boolean;
  use_nested_tensor: boolean;
  readonly mask_check: boolean;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const [encoder_layer, num_layers, norm, enable_nested_tensor, mask_check] = signature.bind(args);
    this.layers = new ModuleList(Array.from({ length: num_layers }, () => deepcopy(encoder_layer)));
    this.num_layers = num_layers;
    this.norm = norm;
    this.enable_nested_tensor = enable_nested_tensor;
    this.mask_check = mask_check;
    const obstacle = whyNotNested(encoder_layer);
    this.use_nested_tensor = enable_nested_tensor && obstacle === null;
    if (enable_nested_tensor && obstacle !== null) {
      warn(`enable_nested_tensor is True, but self.use_nested_tensor is False because ${obstacle}`);
    }
  }

  override forward(...args: Arguments<typeof forwardSignature.text>): Tensor {
    const [src, given, givenPadding, isCausal] = forwardSignature.bind(args);
    const other = { name: "mask", mask: given };
    const padding = additiveMask(givenPadding, "src_key_padding_mask", src.dtype, other);
    const src_mask = additiveMask(given, "mask", src.dtype);
    const [first] = this.layers as Iterable<Module & { self_attn?: { batch_first: boolean } }>;
    const is_causal = detectCausal(src_mask, isCausal, sequenceLength(src, first.self_attn?.batch_first === true));
    let output = src;
    for (const layer of this.layers) output = layer(output, { src_mask, is_causal, src_key_padding_mask: padding });
    if (padding && src_mask === null && this.leavesOutPadding(first, src, padding)) {
      output = output.masked_fill(padding.ne(0).unsqueeze(-1), 0);
    }
    return this.norm ? this.norm(output) : output;
  }

  /** Would PyTorch leave the padded positions out of the computation? */
  private leavesOutPadding(first: Module, src: Tensor, padding: Tensor): boolean {
    if (!this.use_nested_tensor || first.training || src.ndim !== 3) return false;
    if (is_grad_enabled() && (src.requires_grad || first.parameters().some((p) => p.requires_grad))) return false;
    const left = padding.ne(0).long();
    return !this.mask_check || left.equal(left.cummax(1).values);
  }
}

/** Why a layer cannot run on nested tensors; `null` if it can. */
function whyNotNested(layer: Module): string | null {
  if (!(layer instanceof TransformerEncoderLayer)) return "encoder_layer was not TransformerEncoderLayer";
  const { self_attn, norm1, norm2 } = layer;
  if (layer.norm_first) return "encoder_layer.norm_first was True";
  if (!self_attn.batch_first) {
    return "encoder_layer.self_attn.batch_first was not True(use batch_first for better inference performance)";
  }
  if (self_attn.in_proj_weight === null) return "encoder_layer.self_attn._qkv_same_embed_dim was not True";
  if (self_attn.in_proj_bias === null) return "encoder_layer.self_attn was passed bias=False";
  if (layer.activation_relu_or_gelu === 0) return "encoder_layer.activation_relu_or_gelu was not True";
  if (norm1.eps !== norm2.eps) return "encoder_layer.norm1.eps was not equal to encoder_layer.norm2.eps";
  return self_attn.num_heads % 2 === 1 ? "encoder_layer.self_attn.num_heads is odd" : null;
}
