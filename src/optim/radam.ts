import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkBetas, checkLearningRate, checkNotNegative, numberOf } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import { type ParamGroup, setDefaults } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized, shrink } from "./weight_decay.js";

const signature = new Signature(
  "RAdam(Params params, float|Tensor lr=0.001, float[2] betas=[0.9,0.999], float eps=1e-8, float weight_decay=0, bool decoupled_weight_decay=False, *, bool? foreach=None, bool maximize=False, bool capturable=False, bool differentiable=False)",
);

/** A parameter group of {@link RAdam}. */
export type RAdamGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * RAdam (Liu et al., 2020): {@link Adam} that trusts its second moment only once enough gradients were seen, so that no
 * warmup is needed. For a parameter p with gradient g (negated under `maximize`) at step t, with learning rate γ,
 * weight decay λ and decay rates β₁, β₂:
 *
 *     g ← g + λ p                       with decoupled_weight_decay p ← p - γ λ p instead
 *     m ← β₁ m + (1 - β₁) g
 *     v ← β₂ v + (1 - β₂) g²
 *     m' = m / (1 - β₁ᵗ)
 *     ρ∞ = 2 / (1 - β₂) - 1
 *     ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ)      how many gradients the mean of squares stands for
 *     p ← p - γ m'                      while ρ ≤ 5, then p ← p - γ m' r √(1 - β₂ᵗ) / (√v + ε)
 *     r = √((ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ))
 *
 * Arguments: `params`, `lr` (0.001), `betas` ([0.9, 0.999]), `eps` (1e-8), `weight_decay` (0), `decoupled_weight_decay`
 * (false); by name only `maximize` (false), and `foreach`, which changes no result.
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.RAdam(model.parameters(), { lr: 0.001 });
 */
export class RAdam extends Optimizer<RAdamGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [
      params,
      lr,
      betas,
      eps,
      weight_decay,
      decoupled_weight_decay,
      foreach,
      maximize,
      capturable,
      differentiable,
    ] = signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("epsilon value", eps);
    checkBetas(betas);
    checkNotNegative("weight_decay value", weight_decay);
    checkImplementation("RAdam", { foreach, capturable, differentiable });
    super(params, {
      lr,
      betas,
      eps,
      weight_decay,
      maximize,
      foreach,
      capturable,
      decoupled_weight_decay,
      differentiable,
    });
  }

  protected override update(param: Tensor, grad: Tensor, group: RAdamGroup): void {
    const { lr, eps, weight_decay, decoupled_weight_decay } = group;
    const [beta1, beta2] = group.betas;
    const { step, exp_avg, exp_avg_sq } = this.stateOf(param, () => ({
      step: stepCount(),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    }));
    const t = countStep(step);
    if (decoupled_weight_decay) shrink(param, lr, weight_decay);
    const g = decoupled_weight_decay ? grad : penalized(grad, param, weight_decay);
    exp_avg.lerp_(g, 1 - beta1);
    exp_avg_sq.mul_(beta2).addcmul_(g, g, { value: 1 - beta2 });

    const update = exp_avg.div(1 - beta1 ** t).mul_(numberOf(lr));
    const bias_correction2 = 1 - beta2 ** t;
    const rhoInf = 2 / (1 - beta2) - 1;
    const rho = rhoInf - (2 * t * beta2 ** t) / bias_correction2;
    if (rho > 5) {
      const adaptive = exp_avg_sq
        .sqrt()
        .add_(eps)
        .reciprocal_()
        .mul_(bias_correction2 ** 0.5);
      const rectification = (((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho)) ** 0.5;
      update.mul_(adaptive).mul_(rectification);
    }
    param.sub_(update);
  }

  protected override completeLoaded(group: ParamGroup): void {
    setDefaults(group, { decoupled_weight_decay: false });
    super.completeLoaded(group);
  }
}
