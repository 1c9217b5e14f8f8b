import { RuntimeError } from "../../python/errors.js";
import { pythonFloat, pythonRepr } from "../../python/repr.js";
import { registerType, Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { DType, Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { Linear } from "../linear.js";
import { WeightedLoss } from "./loss.js";

const optionsSignature = new Signature(
  "LinearCrossEntropyOptions(bool allow_retain_graph=False, int? batch_chunk_size=None, str? chunking_method='auto', str acc_policy='auto', ScalarType? acc_dtype=None)",
);

/** How PyTorch saves memory in {@link LinearCrossEntropyLoss}. The numbers are the same with any; here nothing depends on it. */
export class LinearCrossEntropyOptions {
  readonly allow_retain_graph: boolean;
  readonly batch_chunk_size: number | null;
  readonly chunking_method: string | null;
  readonly acc_policy: string;
  readonly acc_dtype: DType | null;

  constructor(...args: Arguments<typeof optionsSignature.text>) {
    [this.allow_retain_graph, this.batch_chunk_size, this.chunking_method, this.acc_policy, this.acc_dtype] =
      optionsSignature.bind(args);
  }

  toString(): string {
    const fields = Object.entries(this).map(([name, value]) => `${name}=${pythonRepr(value)}`);
    return `LinearCrossEntropyOptions(${fields.join(", ")})`;
  }
}

declare module "../../python/signature-types.js" {
  interface Vocabulary {
    LinearCrossEntropyOptions: LinearCrossEntropyOptions;
  }
}

registerType("LinearCrossEntropyOptions", (v) => v instanceof LinearCrossEntropyOptions);

const lossSignature = new Signature(
  "LinearCrossEntropyLoss(int in_features, int num_classes, *, int[] out_features=[], bool bias=False, str? device=None, ScalarType? dtype=None, str reduction='mean', Tensor? weight=None, int? ignore_index=None, float label_smoothing=0.0, LinearCrossEntropyOptions? options=None)",
);

/**
 * A {@link Linear} layer from `in_features` to the scores of `num_classes` classes, and the {@link CrossEntropyLoss} of
 * them; with `out_features` (d1, ...) a score for each class in each of so many places.
 */
export class LinearCrossEntropyLoss extends WeightedLoss {
  readonly num_classes: number;
  readonly out_features: readonly number[];
  readonly ignore_index: number | null;
  readonly label_smoothing: number;
  readonly options: LinearCrossEntropyOptions | null;
  linear: Linear;

  constructor(...args: Arguments<typeof lossSignature.text>) {
    const [in_features, num_classes, out_features, bias, , dtype, reduction, weight, ignore_index, ...rest] =
      lossSignature.bind(args);
    const [label_smoothing, options] = rest;
    if (weight !== null && (weight.ndim !== 1 || weight.shape[0] !== num_classes)) {
      const [wanted, got] = [[num_classes], [...weight.shape]].map((size) => pythonRepr(size, { tuple: true }));
      throw new RuntimeError(`expected weight shape to be ${wanted}, got ${got}`);
    }
    if (label_smoothing < 0 || label_smoothing > 1) {
      throw new RuntimeError(`expected label_smoothing to be in range [0, 1], got ${pythonFloat(label_smoothing)}`);
    }
    super(weight, null, null, reduction);
    this.num_classes = num_classes;
    this.out_features = [out_features].flat();
    this.ignore_index = ignore_index;
    this.label_smoothing = label_smoothing;
    const scores = this.out_features.reduce((n, size) => n * size, num_classes);
    this.linear = new Linear(in_features, scores, { bias, dtype });
    this.options = options;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { linear, weight, reduction, ignore_index, label_smoothing, options } = this;
    const scores = [this.num_classes, ...this.out_features];
    return F.linear_cross_entropy(input, linear.weight.reshape([...scores, linear.in_features]), target, {
      linear_bias: linear.bias ? linear.bias.reshape(scores) : null,
      weight,
      reduction,
      ignore_index,
      label_smoothing,
      options,
    });
  }

  override extra_repr(): string {
    const { linear, num_classes, out_features, reduction, ignore_index, label_smoothing, options } = this;
    const sizes = pythonRepr(out_features, { tuple: true });
    return `in_features=${linear.in_features}, num_classes=${num_classes}, out_features=${sizes}, bias=${pythonRepr(linear.bias !== null)}, reduction=${reduction}, ignore_index=${pythonRepr(ignore_index)}, label_smoothing=${pythonFloat(label_smoothing)}, options=${pythonRepr(options)}`;
  }
}
