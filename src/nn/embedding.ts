import { no_grad } from "../autograd/index.js";
import { AssertionError } from "../python/errors.js";
import { pythonFloat, pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { type DType, empty, type Tensor } from "../tensor/index.js";
import * as F from "./functional.js";
import { normal_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** What {@link Embedding} and {@link EmbeddingBag} share. */
interface TableOptions {
  readonly num_embeddings: number;
  readonly embedding_dim: number;
  readonly padding_idx: number | null;
  readonly max_norm: number | null;
  readonly norm_type: number;
  readonly scale_grad_by_freq: boolean;
  readonly sparse: boolean;
}

/** A table of `num_embeddings` rows. */
abstract class Table extends Module {
  readonly num_embeddings: number;
  readonly embedding_dim: number;
  readonly padding_idx: number | null;
  readonly max_norm: number | null;
  readonly norm_type: number;
  readonly scale_grad_by_freq: boolean;
  readonly sparse: boolean;
  declare weight: Parameter;

  constructor(options: TableOptions, given: Tensor | null, trained: boolean, dtype: DType | null, paddingName: string) {
    super();
    const { num_embeddings, embedding_dim, padding_idx } = options;
    this.num_embeddings = num_embeddings;
    this.embedding_dim = embedding_dim;
    this.padding_idx = paddingRow(padding_idx, num_embeddings, paddingName);
    this.max_norm = options.max_norm;
    this.norm_type = options.norm_type;
    this.scale_grad_by_freq = options.scale_grad_by_freq;
    this.sparse = options.sparse;
    if (given !== null && (given.shape[0] !== num_embeddings || given.shape[1] !== embedding_dim)) {
      throw new AssertionError("Shape of weight does not match num_embeddings and embedding_dim");
    }
    const table = given ?? empty(num_embeddings, embedding_dim, { dtype });
    this.register_parameter("weight", new Parameter(table, trained));
    if (given === null) this.reset_parameters();
  }

  /** Draws the rows from the standard normal distribution; row `padding_idx` is 0. */
  reset_parameters(): void {
    normal_(this.weight);
    const { padding_idx, weight } = this;
    if (padding_idx !== null) no_grad(() => weight.select(0, padding_idx).fill_(0));
  }

  /** What is printed between the sizes and what is particular. */
  protected get options(): string {
    const { max_norm, norm_type, scale_grad_by_freq } = this;
    const norm = max_norm === null ? "" : `, max_norm=${pythonFloat(max_norm)}`;
    const type = norm_type === 2 ? "" : `, norm_type=${pythonFloat(norm_type)}`;
    return `${norm}${type}${scale_grad_by_freq ? ", scale_grad_by_freq=True" : ""}`;
  }
}

/** A row counted from the front. */
function paddingRow(padding_idx: number | null, rows: number, name: string): number | null {
  if (padding_idx === null) return null;
  if (padding_idx >= rows || padding_idx < -rows) throw new AssertionError(`${name} must be within num_embeddings`);
  return padding_idx < 0 ? padding_idx + rows : padding_idx;
}

const embeddingSignature = new Signature(
  "Embedding(int num_embeddings, int embedding_dim, int? padding_idx=None, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False, Tensor? _weight=None, bool _freeze=False, str? device=None, ScalarType? dtype=None)",
);
const embeddingFrom = new Signature(
  "from_pretrained(Tensor embeddings, bool freeze=True, int? padding_idx=None, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False)",
);

/**
 * A table of `num_embeddings` vectors, looked up by integers: input [*], output [*, embedding_dim], weight
 * [num_embeddings, embedding_dim], drawn from the standard normal distribution.
 *
 * Row `padding_idx` starts as 0 and gets no gradient. With `max_norm` the rows that are looked up are first, in place,
 * brought to a `norm_type`-norm of at most that. `scale_grad_by_freq` divides the gradient of a row by how often it was
 * looked up. `sparse: true` is an error when it is called: gradients are dense.
 *
 * @example
 * const words = new nn.Embedding(10, 3);
 * words(torch.tensor([[1, 2, 4, 5]])).shape // [1, 4, 3]
 */
export class Embedding extends Table {
  constructor(...args: Arguments<typeof embeddingSignature.text>) {
    const [num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, ...rest] =
      embeddingSignature.bind(args);
    const [weight, freeze, , dtype] = rest;
    const options = { num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse };
    super(options, weight, !freeze, dtype, "Padding_idx");
  }

  /** A table of the rows of `embeddings`, which is not trained unless `freeze` is `false`. */
  static from_pretrained(...args: Arguments<typeof embeddingFrom.text>): Embedding {
    const [embeddings, freeze, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse] = embeddingFrom.bind(args);
    if (embeddings.ndim !== 2) throw new AssertionError("Embeddings parameter is expected to be 2-dimensional");
    const options = { padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse };
    const [rows, columns] = embeddings.shape;
    return new Embedding(rows, columns, { ...options, _weight: embeddings, _freeze: freeze });
  }

  override forward(input: Tensor): Tensor {
    const { padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse } = this;
    return F.embedding(input, this.weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
  }

  override extra_repr(): string {
    const { num_embeddings, embedding_dim, padding_idx, sparse } = this;
    const padding = padding_idx === null ? "" : `, padding_idx=${padding_idx}`;
    return `${num_embeddings}, ${embedding_dim}${padding}${this.options}${sparse ? ", sparse=True" : ""}`;
  }
}

const bagSignature = new Signature(
  "EmbeddingBag(int num_embeddings, int embedding_dim, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? _weight=None, bool include_last_offset=False, int? padding_idx=None, str? device=None, ScalarType? dtype=None)",
);
const bagFrom = new Signature(
  "from_pretrained(Tensor embeddings, bool freeze=True, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, bool include_last_offset=False, int? padding_idx=None)",
);

/**
 * {@link Embedding}, and then the sum, mean or maximum (`mode`) of each bag of rows. An input [B, N] makes a bag of each
 * row; a flat one comes with `offsets`, the places where bags begin (with `include_last_offset` the last one is where the
 * last bag ends). Rows `padding_idx` are left out.
 *
 * @example
 * const bags = new nn.EmbeddingBag(10, 3, { mode: "sum" });
 * bags(torch.tensor([1, 2, 4, 5]), torch.tensor([0, 2])).shape // [2, 3]
 */
export class EmbeddingBag extends Table {
  readonly mode: string;
  readonly include_last_offset: boolean;

  constructor(...args: Arguments<typeof bagSignature.text>) {
    const [num_embeddings, embedding_dim, max_norm, norm_type, scale_grad_by_freq, mode, sparse, ...rest] =
      bagSignature.bind(args);
    const [weight, include_last_offset, padding_idx, , dtype] = rest;
    const options = { num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse };
    super(options, weight, true, dtype, "padding_idx");
    this.mode = mode;
    this.include_last_offset = include_last_offset;
  }

  /** Bags of the rows of `embeddings`, which are not trained unless `freeze` is `false`. */
  static from_pretrained(...args: Arguments<typeof bagFrom.text>): EmbeddingBag {
    const [
      embeddings,
      freeze,
      max_norm,
      norm_type,
      scale_grad_by_freq,
      mode,
      sparse,
      include_last_offset,
      padding_idx,
    ] = bagFrom.bind(args);
    if (embeddings.ndim !== 2) throw new AssertionError("Embeddings parameter is expected to be 2-dimensional");
    const options = { max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx };
    const bag = new EmbeddingBag(embeddings.shape[0], embeddings.shape[1], { ...options, _weight: embeddings });
    bag.weight.requires_grad = !freeze;
    return bag;
  }

  override forward(input: Tensor, offsets: Tensor | null = null, per_sample_weights: Tensor | null = null): Tensor {
    const { max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx } = this;
    const options = { max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx };
    return F.embedding_bag(input, this.weight, offsets, { ...options, per_sample_weights });
  }

  override extra_repr(): string {
    const { num_embeddings, embedding_dim, padding_idx, mode } = this;
    const padding = padding_idx === null ? "" : `, padding_idx=${padding_idx}`;
    return `${num_embeddings}, ${embedding_dim}${this.options}, mode=${pythonRepr(mode)}${padding}`;
  }
}
