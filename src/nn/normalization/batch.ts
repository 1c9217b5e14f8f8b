import { NotImplementedError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { NormBase } from "./base.js";

/** The arguments of all of them. */
const OPTIONS =
  "int num_features, float eps=1e-5, float? momentum=0.1, bool affine=True, bool track_running_stats=True, str? device=None, ScalarType? dtype=None, *, bool bias=True";

/** The numbers of dimensions that an input may have. */
function checkDims(input: Tensor, allowed: readonly number[]): void {
  if (allowed.includes(input.ndim)) return;
  const text = allowed.map((n) => `${n}D`).join(" or ");
  throw new ValueError(`expected ${text} input (got ${input.ndim}D input)`);
}

/** What batch normalisation shares whatever the number of dimensions. */
abstract class BatchNorm extends NormBase {
  protected abstract readonly dims: readonly number[];

  override forward(input: Tensor): Tensor {
    checkDims(input, this.dims);
    const { training, track_running_stats, running_mean, running_var } = this;
    const tracks = training && track_running_stats && this.num_batches_tracked !== null;
    if (tracks) this.num_batches_tracked!.add_(1);
    const average = tracks && this.momentum === null ? 1 / this.num_batches_tracked!.item() : (this.momentum ?? 0);
    const uses = !training || track_running_stats;
    return F.batch_norm(
      input,
      uses ? running_mean : null,
      uses ? running_var : null,
      this.weight,
      this.bias,
      training || (running_mean === null && running_var === null),
      average,
      this.eps,
    );
  }
}

const signature1d = new Signature(`BatchNorm1d(${OPTIONS})`);

/**
 * Batch normalisation of inputs [N, C] or [N, C, L]: `(x - mean) / sqrt(var + eps) * weight + bias` for each channel.
 *
 * In training mode mean and variance are those of the batch, and the running ones, which evaluation uses, move towards
 * them by `momentum`; with `momentum: null` they are the mean over all batches. With `track_running_stats: false` there
 * are none, and evaluation uses the batch's too.
 *
 * @throws ValueError for other numbers of dimensions, or if a channel has only one value to train on
 * @example
 * const norm = new nn.BatchNorm1d(64);
 * norm(torch.randn(32, 64)).shape // [32, 64]
 */
export class BatchNorm1d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [2, 3];
  }

  constructor(...args: Arguments<typeof signature1d.text>) {
    super(...signature1d.bind(args));
  }
}

const signature2d = new Signature(`BatchNorm2d(${OPTIONS})`);

/** {@link BatchNorm1d} of inputs [N, C, H, W]. */
export class BatchNorm2d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [4];
  }

  constructor(...args: Arguments<typeof signature2d.text>) {
    super(...signature2d.bind(args));
  }
}

const signature3d = new Signature(`BatchNorm3d(${OPTIONS})`);

/** {@link BatchNorm1d} of inputs [N, C, D, H, W]. */
export class BatchNorm3d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [5];
  }

  constructor(...args: Arguments<typeof signature3d.text>) {
    super(...signature3d.bind(args));
  }
}

/** Batch normalisation over several processes: not supported. */
export class SyncBatchNorm {
  constructor(..._args: unknown[]) {
    throw new NotImplementedError(
      "SyncBatchNorm is not supported",
      "It shares statistics among processes, of which there is one here. Use BatchNorm1d, BatchNorm2d or BatchNorm3d.",
    );
  }

  /** Not supported either: a model with BatchNorm layers is right as it is. */
  static convert_sync_batchnorm(..._args: unknown[]): never {
    return new SyncBatchNorm() as never;
  }
}
