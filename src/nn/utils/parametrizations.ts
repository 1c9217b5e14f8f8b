import { no_grad } from "../../autograd/grad_mode.js";
import { IndexError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import { Module } from "../module.js";
import {
  asMatrix,
  checkIterations,
  direction,
  normExceptDim,
  normed,
  outputDim,
  randomDirection,
  tensorOn,
} from "./norms.js";
import { register_parametrization } from "./parametrize.js";

class _WeightNorm extends Module {
  constructor(readonly dim: number) {
    super();
    this.dim = dim;
  }

  override forward(weight_g: Tensor, weight_v: Tensor): Tensor {
    return normed(weight_v, weight_g, this.dim);
  }

  right_inverse(weight: Tensor): [Tensor, Tensor] {
    return [normExceptDim(weight, this.dim), weight];
  }
}

const weightNorm = new Signature("weight_norm(str name='weight', int? dim=0)");

/**
 * Weight normalisation (Salimans and Kingma, 2016): the weight is `g v / |v|`, with the norm taken over all dimensions
 * but `dim` (over all with `null`). Length `g` and direction `v` are trained, as `parametrizations.weight.original0` and
 * `original1`.
 *
 * @example
 * const layer = nn.utils.parametrizations.weight_norm(new nn.Linear(20, 40));
 * layer.weight.shape // [40, 20]
 */
export function weight_norm<M extends Module>(module: M, ...args: Arguments<typeof weightNorm.text>): M {
  const [name, dim] = weightNorm.bind(args);
  register_parametrization(module, name, new _WeightNorm(dim ?? -1), { unsafe: true });
  // state dicts of torch.nn.utils.weight_norm are read as well
  module.register_load_state_dict_pre_hook((_, state_dict, prefix) => {
    const old = [`${prefix}${name}_g`, `${prefix}${name}_v`];
    if (!old.every((key) => key in state_dict)) return;
    for (const [i, key] of old.entries()) {
      state_dict[`${prefix}parametrizations.${name}.original${i}`] = state_dict[key];
      delete state_dict[key];
    }
  });
  return module;
}

class _SpectralNorm extends Module {
  readonly dim: number;
  readonly eps: number;
  readonly n_power_iterations: number;
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, n_power_iterations: number, dim: number, eps: number) {
    super();
    const n = weight.dim();
    if (dim >= n || dim < -n) {
      throw new IndexError(`Dimension out of range (expected to be in range of [-${n}, ${n - 1}] but got ${dim})`);
    }
    checkIterations(n_power_iterations);
    this.dim = dim < 0 ? dim + n : dim;
    this.eps = eps;
    this.n_power_iterations = n_power_iterations;
    if (n === 1) return;
    const matrix = no_grad(() => asMatrix(weight, this.dim));
    const [u, v] = [matrix.shape[0], matrix.shape[1]].map((size) => randomDirection(matrix, size, eps));
    this.register_buffer("_u", u);
    this.register_buffer("_v", v);
    this.iterate(matrix, 15);
  }

  /** The power method: `u` and `v` turn towards the singular vectors of the largest singular value. */
  private iterate(matrix: Tensor, times: number): void {
    no_grad(() => {
      for (let i = 0; i < times; i++) {
        this._u.copy_(direction(matrix.mv(this._v), this.eps));
        this._v.copy_(direction(matrix.t().mv(this._u), this.eps));
      }
    });
  }

  override forward(weight: Tensor): Tensor {
    if (weight.dim() === 1) return direction(weight, this.eps);
    const matrix = asMatrix(weight, this.dim);
    if (this.training) this.iterate(matrix, this.n_power_iterations);
    // copies, since the next call changes them before this one's gradients may have been asked for
    const [u, v] = [this._u.clone(), this._v.clone()];
    return weight.div(u.dot(matrix.mv(v)));
  }

  right_inverse(value: Tensor): Tensor {
    return value;
  }
}

const spectralNorm = new Signature(
  "spectral_norm(str name='weight', int n_power_iterations=1, float eps=1e-12, int? dim=None)",
);

/**
 * Spectral normalisation (Miyato et al., 2018): the weight, as a matrix with `dim` in front, divided by its largest
 * singular value, which is approached by the power method with `n_power_iterations` steps at every use in training mode.
 *
 * @example
 * const layer = nn.utils.parametrizations.spectral_norm(new nn.Linear(20, 40));
 */
export function spectral_norm<M extends Module>(module: M, ...args: Arguments<typeof spectralNorm.text>): M {
  const [name, n_power_iterations, eps, dim] = spectralNorm.bind(args);
  const weight = tensorOn(module, name);
  const parametrization = new _SpectralNorm(weight, n_power_iterations, dim ?? outputDim(module), eps);
  return register_parametrization(module, name, parametrization);
}
