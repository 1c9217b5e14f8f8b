import { Function, type FunctionCtx } from "../../autograd/index.js";
import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { Tensor, tensor } from "../../tensor/index.js";
import { type CtcSequence, ctcGradient, ctcLoss } from "../../tensor/kernels/ctc.js";
import { checkReduction } from "../../tensor/losses.js";
import { Loss } from "./loss.js";

/** A batch: a sequence each, and where the classes of the log-probabilities lie. */
interface Batch {
  readonly lengths: readonly number[];
  readonly labels: readonly (readonly number[])[];
  readonly blank: number;
}

/** The sequences of dense log-probabilities [T, N, C], whose rows of one time lie next to one another. */
function sequencesOf(log_probs: Tensor, { lengths, labels, blank }: Batch): { data: Tensor; all: CtcSequence[] } {
  const [time, n, classes] = log_probs.shape;
  const data = log_probs.detach().transpose(0, 1).contiguous();
  const all = Array.from({ length: n }, (_, i) => ({
    data: data.storage.data,
    start: i * time * classes,
    timeStride: classes,
    time: lengths[i],
    labels: labels[i],
    blank,
  }));
  return { data, all };
}

/**
 * The loss of each sequence. PyTorch's gradient is that of the softmax with the loss, see {@link ctcGradient}: no
 * derivative with respect to the log-probabilities alone, so the function stays out of the op table, which tests that.
 */
class CtcLoss extends Function {
  static override forward(ctx: FunctionCtx, log_probs: Tensor, batch: Batch, zero_infinity: boolean): Tensor {
    const losses = sequencesOf(log_probs, batch).all.map(ctcLoss);
    ctx.save_for_backward(log_probs);
    Object.assign(ctx, { batch, skipped: losses.map((loss) => zero_infinity && loss === Infinity) });
    return tensor(losses, { dtype: log_probs.dtype });
  }

  static override backward(ctx: FunctionCtx, grad: Tensor): (Tensor | null)[] {
    const [log_probs] = ctx.saved_tensors as Tensor[];
    return [CtcLossBackward.apply(grad, log_probs, ctx.batch, ctx.skipped), null, null];
  }
}

class CtcLossBackward extends Function {
  static override forward(
    _ctx: FunctionCtx,
    grad: Tensor,
    log_probs: Tensor,
    batch: Batch,
    skipped: readonly boolean[],
  ): Tensor {
    const { data, all } = sequencesOf(log_probs, batch);
    const out = Tensor.empty(data.shape, data.dtype);
    const scales = grad.toTypedArray();
    all.forEach((sequence, i) => {
      if (!skipped[i]) ctcGradient(sequence, out.storage.data, scales[i]);
    });
    return out.transpose(0, 1);
  }

  static override backward(): never {
    throw new NotImplementedError("derivative for aten::_ctc_loss_backward is not implemented");
  }
}

const ctcSignature = new Signature(
  "ctc_loss(Tensor log_probs, Tensor targets, Tensor|int[] input_lengths, Tensor|int[] target_lengths, int blank=0, str reduction='mean', bool zero_infinity=False)",
);

/**
 * Connectionist temporal classification: `-ln` of the probability that a sequence of class probabilities spells the
 * target, with any number of repetitions and `blank`s.
 *
 * @param args `log_probs` [T, N, C] or [T, C]; `targets` [N, S], or all of them after one another; `input_lengths` and
 *   `target_lengths`, one for each sequence, as tensors or arrays; `blank`, `reduction` (`"mean"` divides each loss by the
 *   length of its target first); `zero_infinity`: a target that is too long for its input counts 0
 * @example
 * F.ctc_loss(log_probs, targets, input_lengths, target_lengths);
 */
export function ctc_loss(...args: Arguments<typeof ctcSignature.text>): Tensor {
  const [log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity] = ctcSignature.bind(args);
  checkReduction(reduction);
  const batched = log_probs.ndim === 3;
  const whole = log_probs.ndim === 2 ? log_probs.unsqueeze(1) : log_probs;
  const inputs = lengthsOf("input_lengths", input_lengths);
  const wanted = lengthsOf("target_lengths", target_lengths);
  check(whole, inputs, wanted, blank);
  const labels = labelsOf(targets, wanted, whole.shape[1], whole.shape[2]);
  let losses: Tensor = CtcLoss.apply(whole, { lengths: inputs, labels, blank }, zero_infinity);
  if (zero_infinity) losses = losses.masked_fill(losses.isinf(), 0);
  if (reduction === "sum") return losses.sum();
  if (reduction === "mean") {
    return losses
      .div(
        tensor(
          wanted.map((n) => Math.max(n, 1)),
          { dtype: losses.dtype },
        ),
      )
      .mean();
  }
  return batched ? losses : losses.squeeze(0);
}

function lengthsOf(name: string, lengths: Tensor | number | readonly number[]): number[] {
  if (!(lengths instanceof Tensor)) return [lengths].flat() as number[];
  if (lengths.dtype.is_floating_point) throw new RuntimeError(`${name} must be integral`);
  return [...lengths.toTypedArray()];
}

const WHERE = "(while checking arguments for ctc_loss_allocate_outputs)";

function check(log_probs: Tensor, inputs: readonly number[], wanted: readonly number[], blank: number): void {
  if (log_probs.ndim !== 3) {
    throw new RuntimeError(
      `Expected 3-dimensional tensor, but got ${log_probs.ndim}-dimensional tensor for argument #1 'log_probs' ${WHERE}`,
    );
  }
  if (!log_probs.dtype.is_floating_point) {
    throw new NotImplementedError(`"ctc_loss_cpu" not implemented for '${log_probs.dtype.scalarName}'`);
  }
  const [time, n, classes] = log_probs.shape;
  if (blank < 0 || blank >= classes) throw new RuntimeError("blank must be in label range");
  if (inputs.length !== n) throw new RuntimeError("input_lengths must be of size batch_size");
  if (wanted.length !== n) throw new RuntimeError("target_lengths must be of size batch_size");
  for (const [name, lengths] of Object.entries({ input_lengths: inputs, target_lengths: wanted })) {
    const least = Math.min(...lengths);
    if (least < 0) throw new RuntimeError(`Expected ${name} to have value at least 0, but got value ${least} ${WHERE}`);
  }
  const most = Math.max(...inputs);
  if (most > time) {
    throw new RuntimeError(`Expected input_lengths to have value at most ${time}, but got value ${most} ${WHERE}`);
  }
}

/** The labels of each sequence. */
function labelsOf(targets: Tensor, wanted: readonly number[], n: number, classes: number): number[][] {
  const flat = [...targets.toTypedArray()];
  const sum = wanted.reduce((a, b) => a + b, 0);
  const longest = Math.max(0, ...wanted);
  if (targets.ndim === 1 && flat.length !== sum) {
    throw new RuntimeError(
      `Expected tensor to have size ${sum} at dimension 0, but got size ${flat.length} for argument #2 'targets' ${WHERE}`,
      "Targets in one row are as many as the target_lengths say in sum.",
    );
  }
  if (targets.ndim === 2 && targets.shape[1] < longest) {
    throw new RuntimeError(
      `Expected tensor to have size at least ${longest} at dimension 1, but got size ${targets.shape[1]} for argument #2 'targets' ${WHERE}`,
    );
  }
  let at = 0;
  return Array.from({ length: n }, (_, i) => {
    const start = targets.ndim === 1 ? at : i * targets.shape[1];
    at += wanted[i];
    const labels = flat.slice(start, start + wanted[i]);
    const bad = labels.find((label) => !(label >= 0 && label < classes));
    if (bad !== undefined) {
      throw new RuntimeError(`Target ${bad} is out of bounds.`, `There are ${classes} classes, the blank included.`);
    }
    return labels;
  });
}

const lossSignature = new Signature("CTCLoss(int blank=0, str reduction='mean', bool zero_infinity=False)");

/**
 * Connectionist temporal classification, for sequences whose labels are known but not when each comes: see
 * {@link ctc_loss}.
 *
 * @example
 * const criterion = new nn.CTCLoss();
 * criterion(log_probs, targets, input_lengths, target_lengths); // log_probs [T, N, C]
 */
export class CTCLoss extends Loss {
  readonly blank: number;
  readonly zero_infinity: boolean;

  constructor(...args: Arguments<typeof lossSignature.text>) {
    const [blank, reduction, zero_infinity] = lossSignature.bind(args);
    super(null, null, reduction);
    this.blank = blank;
    this.zero_infinity = zero_infinity;
  }

  override forward(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | number | readonly number[],
    target_lengths: Tensor | number | readonly number[],
  ): Tensor {
    const { blank, reduction, zero_infinity } = this;
    return ctc_loss(log_probs, targets, input_lengths, target_lengths, { blank, reduction, zero_infinity });
  }
}
