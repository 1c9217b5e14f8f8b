import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkBetas, checkLearningRate, checkNotNegative, numberOf, quotient, times } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import { type ParamGroup, setDefaults } from "./param_group.js";
import { countStep, scalarState, stepCount, zerosLike } from "./state.js";
import { penalized, shrink } from "./weight_decay.js";

const signature = new Signature(
  "NAdam(Params params, float|Tensor lr=0.002, float[2] betas=[0.9,0.999], float eps=1e-8, float weight_decay=0, float momentum_decay=0.004, bool decoupled_weight_decay=False, *, bool? foreach=None, bool maximize=False, bool capturable=False, bool differentiable=False)",
);

/** A parameter group of {@link NAdam}. */
export type NAdamGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * NAdam (Dozat, 2016): {@link Adam} with Nesterov momentum. For a parameter p with gradient g (negated under
 * `maximize`) at step t, with learning rate γ, weight decay λ, decay rates β₁, β₂ and momentum decay ψ:
 *
 *     g ← g + λ p                                with decoupled_weight_decay p ← p - γ λ p instead
 *     μₜ = β₁ (1 - 0.96^(t ψ) / 2)               the momentum rises from β₁ / 2 to β₁
 *     m ← β₁ m + (1 - β₁) g
 *     v ← β₂ v + (1 - β₂) g²
 *     m' = μₜ₊₁ m / (1 - μ₁ ⋯ μₜ₊₁) + (1 - μₜ) g / (1 - μ₁ ⋯ μₜ)     a look ahead
 *     p ← p - γ m' / (√v' + ε)                   v' = v / (1 - β₂ᵗ)
 *
 * Arguments: `params`, `lr` (0.002), `betas` ([0.9, 0.999]), `eps` (1e-8), `weight_decay` (0), `momentum_decay`
 * (0.004), `decoupled_weight_decay` (false); by name only `maximize` (false), and `foreach`, which changes no result.
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.NAdam(model.parameters(), { lr: 0.002 });
 */
export class NAdam extends Optimizer<NAdamGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step", "mu_product"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [
      params,
      lr,
      betas,
      eps,
      weight_decay,
      momentum_decay,
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
    checkNotNegative("momentum_decay value", momentum_decay);
    checkImplementation("NAdam", { foreach, capturable, differentiable });
    super(params, {
      lr,
      betas,
      eps,
      weight_decay,
      momentum_decay,
      decoupled_weight_decay,
      maximize,
      foreach,
      capturable,
      differentiable,
    });
  }

  protected override update(param: Tensor, grad: Tensor, group: NAdamGroup): void {
    const { lr, eps, weight_decay, momentum_decay, decoupled_weight_decay } = group;
    const [beta1, beta2] = group.betas;
    const { step, mu_product, exp_avg, exp_avg_sq } = this.stateOf(param, () => ({
      step: stepCount(),
      mu_product: scalarState(1),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    }));
    const t = countStep(step);
    if (decoupled_weight_decay) shrink(param, lr, weight_decay);
    const g = decoupled_weight_decay ? grad : penalized(grad, param, weight_decay);

    const momentumAt = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay));
    const [mu, muNext] = [momentumAt(t), momentumAt(t + 1)];
    const product = mu_product.mul_(mu).item();
    exp_avg.lerp_(g, 1 - beta1);
    exp_avg_sq.mul_(beta2).addcmul_(g, g, { value: 1 - beta2 });

    const denominator = exp_avg_sq
      .div(1 - beta2 ** t)
      .sqrt_()
      .add_(eps);
    const rate = (weight: number, product: number) => -numberOf(quotient(times(lr, weight), 1 - product));
    param.addcdiv_(g, denominator, { value: rate(1 - mu, product) });
    param.addcdiv_(exp_avg, denominator, { value: rate(muNext, product * muNext) });
  }

  protected override completeLoaded(group: ParamGroup): void {
    setDefaults(group, { decoupled_weight_decay: false });
    super.completeLoaded(group);
  }
}
