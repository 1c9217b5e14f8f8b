import { ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import type { Tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { NormBase } from "./base.js";

/** The arguments of all of them. */
const OPTIONS =
  "int num_features, float eps=1e-5, float? momentum=0.1, bool affine=False, bool track_running_stats=False, str? device=None, ScalarType? dtype=None, *, bool bias=True";

/** What instance normalisation shares whatever the number of dimensions. */
abstract class InstanceNorm extends NormBase {
  /** The number of dimensions of one example, [C, ...]. */
  protected abstract readonly ofExample: number;

  override forward(input: Tensor): Tensor {
    const { ofExample, num_features } = this;
    const { ndim } = input;
    if (ndim !== ofExample && ndim !== ofExample + 1) {
      throw new ValueError(`expected ${ofExample}D or ${ofExample + 1}D input (got ${ndim}D input)`);
    }
    const dim = ndim - ofExample;
    if (input.shape[dim] !== num_features) {
      if (this.affine) {
        throw new ValueError(
          `expected input's size at dim=${dim} to match num_features (${num_features}), but got: ${input.shape[dim]}.`,
        );
      }
      warn(
        `input's size at dim=${dim} does not match num_features. You can silence this warning by not passing in num_features, which is not used because affine=False`,
      );
    }
    return dim === 0 ? this.normalized(input.unsqueeze(0)).squeeze(0) : this.normalized(input);
  }

  private normalized(input: Tensor): Tensor {
    const { running_mean, running_var, weight, bias, eps } = this;
    const own = this.training || !this.track_running_stats;
    return F.instance_norm(input, running_mean, running_var, weight, bias, own, this.momentum ?? 0, eps);
  }
}

const signature1d = new Signature(`InstanceNorm1d(${OPTIONS})`);

/**
 * Instance normalisation of inputs [N, C, L] or [C, L]: each channel of each example is brought to mean 0 and variance 1;
 * with `affine` it is then multiplied by `weight` and `bias` is added. With `track_running_stats` evaluation uses running
 * statistics.
 */
export class InstanceNorm1d extends InstanceNorm {
  protected get ofExample(): number {
    return 2;
  }

  constructor(...args: Arguments<typeof signature1d.text>) {
    super(...signature1d.bind(args));
  }
}

const signature2d = new Signature(`InstanceNorm2d(${OPTIONS})`);

/** {@link InstanceNorm1d} of inputs [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  protected get ofExample(): number {
    return 3;
  }

  constructor(...args: Arguments<typeof signature2d.text>) {
    super(...signature2d.bind(args));
  }
}

const signature3d = new Signature(`InstanceNorm3d(${OPTIONS})`);

/** {@link InstanceNorm1d} of inputs [N, C, D, H, W] or [C, D, H, W]. */
export class InstanceNorm3d extends InstanceNorm {
  protected get ofExample(): number {
    return 4;
  }

  constructor(...args: Arguments<typeof signature3d.text>) {
    super(...signature3d.bind(args));
  }
}
