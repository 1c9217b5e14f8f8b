import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkBetas, checkLearningRate, checkNotNegative, numberOf, quotient } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "Adamax(Params params, float|Tensor lr=0.002, float[2] betas=[0.9,0.999], float eps=1e-8, float weight_decay=0, bool? foreach=None, *, bool maximize=False, bool differentiable=False, bool capturable=False)",
);

/** A parameter group of {@link Adamax}. */
export type AdamaxGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Adamax (Kingma and Ba, 2015): {@link Adam} with the largest gradient, not the mean square, as the measure. For a
 * parameter p with gradient g (negated under `maximize`) at step t, with learning rate γ, weight decay λ and decay
 * rates β₁, β₂:
 *
 *     g ← g + λ p
 *     m ← β₁ m + (1 - β₁) g
 *     u ← max(β₂ u, |g| + ε)         decays until a larger gradient comes
 *     p ← p - γ / (1 - β₁ᵗ) · m / u
 *
 * Arguments: `params`, `lr` (0.002), `betas` ([0.9, 0.999]), `eps` (1e-8), `weight_decay` (0), `foreach`, which changes
 * no result; by name only `maximize` (false).
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.Adamax(model.parameters(), { lr: 0.002 });
 */
export class Adamax extends Optimizer<AdamaxGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, betas, eps, weight_decay, foreach, maximize, differentiable, capturable] = signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("epsilon value", eps);
    checkBetas(betas);
    checkNotNegative("weight_decay value", weight_decay);
    checkImplementation("Adamax", { foreach, capturable, differentiable });
    super(params, { lr, betas, eps, weight_decay, foreach, maximize, differentiable, capturable });
  }

  protected override update(param: Tensor, grad: Tensor, group: AdamaxGroup): void {
    const [beta1, beta2] = group.betas;
    const { step, exp_avg, exp_inf } = this.stateOf(param, () => ({
      step: stepCount(),
      exp_avg: zerosLike(param),
      exp_inf: zerosLike(param),
    }));
    const t = countStep(step);
    const g = penalized(grad, param, group.weight_decay);
    exp_avg.lerp_(g, 1 - beta1);
    exp_inf.mul_(beta2);
    exp_inf.copy_(exp_inf.maximum(g.abs().add_(group.eps)));
    param.addcdiv_(exp_avg, exp_inf, { value: -numberOf(quotient(group.lr, 1 - beta1 ** t)) });
  }
}
