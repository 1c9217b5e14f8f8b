import { RuntimeError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { type Tensor, torchFunctions, zeros } from "../tensor/index.js";
import { ModuleList, Sequential } from "./containers/index.js";
import { log_softmax } from "./functional.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";

const adaptiveSignature = new Signature(
  "AdaptiveLogSoftmaxWithLoss(int in_features, int n_classes, int[] cutoffs, float div_value=4.0, bool head_bias=False, str? device=None, ScalarType? dtype=None)",
);

/** What {@link AdaptiveLogSoftmaxWithLoss} returns: the log-probability of each target, and the mean of their negatives. */
export type AdaptiveOutput = readonly [Tensor, Tensor] & { readonly output: Tensor; readonly loss: Tensor };

/**
 * The negative log-likelihood of classes of which some are much more frequent than others, sorted by frequency. The
 * classes below `cutoffs[0]`, and one class for each further cluster, are scored at once; the clusters, which begin at the
 * cutoffs, only where a target lies in them, by a projection to `in_features / div_value^i` dimensions first.
 *
 * @throws ValueError unless the cutoffs are increasing integers between 1 and `n_classes - 1`
 * @example
 * const m = new nn.AdaptiveLogSoftmaxWithLoss(20, 200, [20, 100]);
 * const { output, loss } = m(torch.randn(128, 20), torch.randint(200, [128]));
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  readonly in_features: number;
  readonly n_classes: number;
  readonly cutoffs: readonly number[];
  readonly div_value: number;
  readonly head_bias: boolean;
  readonly shortlist_size: number;
  readonly n_clusters: number;
  readonly head_size: number;
  head: Linear;
  tail: ModuleList;

  constructor(...args: Arguments<typeof adaptiveSignature.text>) {
    super();
    const [in_features, n_classes, given, div_value, head_bias, , dtype] = adaptiveSignature.bind(args);
    const cutoffs = [given].flat();
    checkCutoffs(cutoffs, n_classes);
    this.in_features = in_features;
    this.n_classes = n_classes;
    this.cutoffs = [...cutoffs, n_classes];
    this.div_value = div_value;
    this.head_bias = head_bias;
    this.shortlist_size = cutoffs[0];
    this.n_clusters = cutoffs.length;
    this.head_size = this.shortlist_size + this.n_clusters;
    this.head = new Linear(in_features, this.head_size, { bias: head_bias, dtype });
    this.tail = new ModuleList();
    for (let i = 0; i < this.n_clusters; i++) {
      const hidden = Math.floor(in_features / div_value ** (i + 1));
      const classes = this.cutoffs[i + 1] - this.cutoffs[i];
      const plain = { bias: false, dtype };
      this.tail.append(new Sequential(new Linear(in_features, hidden, plain), new Linear(hidden, classes, plain)));
    }
  }

  /** Draws all weights anew. */
  reset_parameters(): void {
    for (const module of this.modules()) if (module instanceof Linear) module.reset_parameters();
  }

  override forward(input_: Tensor, target_: Tensor): AdaptiveOutput {
    checkTarget(input_, target_);
    const batched = target_.ndim > 0;
    const [input, target] = batched ? [input_, target_] : [input_.unsqueeze(0), target_.unsqueeze(0)];
    const targets = [...target.toTypedArray()];
    const stray = targets.find((t) => !(t >= 0 && t < this.n_classes));
    if (stray !== undefined) {
      throw new RuntimeError(
        `Target values should be in [0, ${this.n_classes - 1}], but values in range [${Math.min(...targets)}, ${Math.max(...targets)}] were found. `,
      );
    }
    let output = zeros(targets.length, { dtype: input.dtype });
    let scored = target;
    for (let i = 0; i < this.n_clusters; i++) {
      const [low, high] = [this.cutoffs[i], this.cutoffs[i + 1]];
      const mask = target.ge(low).logical_and(target.lt(high));
      const rows = mask.nonzero().squeeze(1);
      if (rows.numel() === 0) continue;
      const log = this.cluster(i, input.index_select(0, rows));
      const own = log.gather(1, target.index_select(0, rows).sub(low).unsqueeze(1));
      output = output.index_copy(0, rows, own.squeeze(1));
      scored = scored.index_fill(0, rows, this.shortlist_size + i);
    }
    const head = log_softmax(this.head(input), 1);
    output = output.add(head.gather(1, scored.unsqueeze(1)).squeeze(1));
    const loss = output.neg().mean();
    const result = batched ? output : output.squeeze(0);
    return Object.assign([result, loss] as const, { output: result, loss });
  }

  /** The log-probabilities of the classes of a cluster, given that the target is in it. */
  private cluster(i: number, input: Tensor): Tensor {
    const scores: Tensor = this.tail.at(i)!(input);
    return log_softmax(scores, 1);
  }

  /** The log-probabilities [N, n_classes] of all classes for the rows of `input` [N, in_features]. */
  log_prob(input: Tensor): Tensor {
    const head = log_softmax(this.head(input), 1);
    const parts = [head.narrow(1, 0, this.shortlist_size)];
    for (let i = 0; i < this.n_clusters; i++) {
      const cluster = this.cluster(i, input);
      parts.push(cluster.add(head.narrow(1, this.shortlist_size + i, 1)));
    }
    return torchFunctions.cat(parts, 1);
  }

  /** The most probable class of each row of `input`. */
  predict(input: Tensor): Tensor {
    return this.log_prob(input).argmax(1);
  }
}

function checkCutoffs(cutoffs: readonly number[], n_classes: number): void {
  if (cutoffs.length === 0) throw new ValueError("cutoffs should be a sequence of length larger than 0");
  const increase = cutoffs.every((c, i) => Number.isInteger(c) && c > (cutoffs[i - 1] ?? 0));
  if (increase && cutoffs[cutoffs.length - 1] <= n_classes - 1) return;
  throw new ValueError(
    "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and n_classes-1",
  );
}

function checkTarget(input: Tensor, target: Tensor): void {
  if (target.ndim > 1) throw new RuntimeError("0D or 1D target tensor expected, multi-target not supported");
  if (target.ndim === 1 && input.shape[0] !== target.shape[0]) {
    throw new RuntimeError("Input and target should have the same size in the batch dimension.");
  }
  if (input.ndim === target.ndim + 1) return;
  throw new RuntimeError(
    `${target.ndim}D target tensor expects ${target.ndim + 1}D input tensors, but found inputs with size torch.Size([${input.shape.join(", ")}])`,
  );
}
