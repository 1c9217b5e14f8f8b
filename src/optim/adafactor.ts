import { RuntimeError } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import { float32, Tensor } from "../tensor/index.js";
import { checkOneElement, checkShould, numberOf, quotient, times } from "./hyperparameter.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { shrink } from "./weight_decay.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    epsilons: readonly [number | null, number];
  }
}
registerType(
  "epsilons",
  (v) => Array.isArray(v) && v.length === 2 && (v[0] === null || typeof v[0] === "number") && typeof v[1] === "number",
);

const signature = new Signature(
  "Adafactor(Params params, float|Tensor lr=0.01, float beta2_decay=-0.8, epsilons eps=[null,0.001], float d=1.0, float weight_decay=0.0, *, bool? foreach=None, bool maximize=False)",
);

/** A parameter group of {@link Adafactor}. */
export type AdafactorGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

interface AdafactorState {
  [name: string]: unknown;
  step: Tensor;
  row_var?: Tensor;
  col_var?: Tensor;
  variance?: Tensor;
}

/**
 * Adafactor (Shazeer and Stern, 2018): remembers of a matrix of squared gradients only the means of its rows and
 * columns. For a parameter p with gradient g (negated under `maximize`) at step t, with learning rate γ, weight decay λ,
 * τ = `beta2_decay` and ε₁, ε₂ = `eps`:
 *
 *     α = max(ε₂, RMS(p)) min(γ, 1 / √t)            steps in proportion to the parameters
 *     p ← p - γ λ p
 *     r ← r + t^τ (mean of g² along a row - r)      c likewise along columns
 *     v = r c / max(mean of r, ε₁)                  for vectors v is the running mean of g² itself
 *     u = g / max(√v, ε₁)
 *     p ← p - α u / max(1, RMS(u) / d)              no update larger than d, in the mean
 *
 * Arguments: `params`, `lr` (0.01), `beta2_decay` (-0.8), `eps` ([null, 0.001]; null is the machine epsilon of the
 * parameter's dtype), `d` (1.0), `weight_decay` (0.0); by name only `maximize` (false), and `foreach`, which changes no
 * result.
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.Adafactor(model.parameters(), { lr: 0.01 });
 */
export class Adafactor extends Optimizer<AdafactorGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];
  protected override readonly floatOptions = ["d", "weight_decay"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, beta2_decay, eps, d, weight_decay, foreach, maximize] = signature.bind(args);
    checkOneElement("lr", lr);
    checkShould("Learning rate", numberOf(lr) >= 0, ">= 0", lr);
    checkShould("beta2_decay", beta2_decay <= 0, "<= 0", beta2_decay);
    if (eps[0] !== null) checkShould("epsilon1", eps[0] >= 0, ">= 0", eps[0]);
    checkShould("epsilon2", eps[1] >= 0, ">= 0", eps[1]);
    checkShould("Clipping threshold d", d >= 1, ">= 1", d);
    checkShould("weight_decay", weight_decay >= 0, ">= 0", weight_decay);
    super(params, { lr, beta2_decay, eps, d, weight_decay, foreach, maximize });
  }

  protected override update(param: Tensor, grad: Tensor, group: AdafactorGroup): void {
    const { lr, beta2_decay, d, weight_decay } = group;
    const [eps1, eps2] = group.eps;
    const epsilon = eps1 ?? (param.dtype === float32 ? 2 ** -23 : Number.EPSILON);
    const state = this.stateOf(param, () => initialState(grad));
    const t = countStep(state.step);

    const relative = numberOf(lr) > t ** -0.5 ? t ** -0.5 : lr;
    const alpha = times(relative, Math.max(eps2, rms(param)));
    shrink(param, lr, weight_decay);
    const variance = varianceOf(grad, state, t ** beta2_decay, epsilon);
    const update = variance
      .clamp_({ min: epsilon * epsilon })
      .rsqrt_()
      .mul_(grad);
    param.add_(update, { alpha: -numberOf(quotient(alpha, Math.max(1, rms(update) / d))) });
  }
}

function initialState(grad: Tensor): AdafactorState {
  const step = stepCount();
  if (grad.ndim < 2) return { step, variance: zerosLike(grad) };
  const flatAlong = (dim: number) => Tensor.empty(grad.shape.with(dim, 1), grad.dtype);
  return { step, row_var: flatAlong(-1), col_var: flatAlong(-2) };
}

/** The estimate of the mean of g², after it moved by `weight` towards the square of this gradient. */
function varianceOf(grad: Tensor, state: AdafactorState, weight: number, epsilon: number): Tensor {
  const { row_var, col_var, variance } = state;
  if (variance) return variance.lerp_(grad.mul(grad), weight).clone();
  if (!row_var || !col_var) throw new RuntimeError("Adafactor's state has neither row_var and col_var nor variance");
  row_var.lerp_(meanSquare(grad, -1), weight);
  col_var.lerp_(meanSquare(grad, -2), weight);
  return row_var.matmul(col_var).div_(row_var.mean({ dim: -2, keepdim: true }).clamp_({ min: epsilon }));
}

/** The mean of g² along `dim`, without the matrix of squares in between. */
function meanSquare(grad: Tensor, dim: number): Tensor {
  const norm = grad.norm({ dim, keepdim: true });
  return norm.mul_(norm).div_(grad.size(dim));
}

/** The root of the mean square. */
const rms = (x: Tensor): number => x.norm().item() / x.numel() ** 0.5;
