import { ValueError } from "../python/errors.js";
import { pythonFloat } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, checkNotNegative, numberOf } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "Adadelta(Params params, float|Tensor lr=1.0, float rho=0.9, float eps=1e-6, float weight_decay=0, bool? foreach=None, *, bool capturable=False, bool maximize=False, bool differentiable=False)",
);

/** A parameter group of {@link Adadelta}. */
export type AdadeltaGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Adadelta (Zeiler, 2012): steps in the units of the parameters, with no learning rate to choose. For a parameter p
 * with gradient g (negated under `maximize`), learning rate γ, weight decay λ and decay rate ρ:
 *
 *     g ← g + λ p
 *     v ← ρ v + (1 - ρ) g²
 *     δ = √(u + ε) / √(v + ε) · g        u, the running mean of δ², gives the step its size
 *     u ← ρ u + (1 - ρ) δ²
 *     p ← p - γ δ
 *
 * Arguments: `params`, `lr` (1.0), `rho` (0.9), `eps` (1e-6), `weight_decay` (0), `foreach`, which changes no result;
 * by name only `maximize` (false).
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.Adadelta(model.parameters(), { rho: 0.95 });
 */
export class Adadelta extends Optimizer<AdadeltaGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];
  protected override readonly floatOptions = ["lr"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, rho, eps, weight_decay, foreach, capturable, maximize, differentiable] = signature.bind(args);
    checkLearningRate(lr);
    if (!(rho >= 0 && rho <= 1)) throw new ValueError(`Invalid rho value: ${pythonFloat(rho)}`, "It lies in [0, 1].");
    checkNotNegative("epsilon value", eps);
    checkNotNegative("weight_decay value", weight_decay);
    checkImplementation("Adadelta", { foreach, capturable, differentiable });
    super(params, { lr, rho, eps, weight_decay, maximize, capturable, foreach, differentiable });
  }

  protected override update(param: Tensor, grad: Tensor, group: AdadeltaGroup): void {
    const { lr, rho, eps, weight_decay } = group;
    const { step, square_avg, acc_delta } = this.stateOf(param, () => ({
      step: stepCount(),
      square_avg: zerosLike(param),
      acc_delta: zerosLike(param),
    }));
    countStep(step);
    const g = penalized(grad, param, weight_decay);
    square_avg.mul_(rho).addcmul_(g, g, { value: 1 - rho });
    const delta = acc_delta.add(eps).sqrt_().div_(square_avg.add(eps).sqrt_()).mul_(g);
    acc_delta.mul_(rho).addcmul_(delta, delta, { value: 1 - rho });
    param.add_(delta, { alpha: -numberOf(lr) });
  }
}
