import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, checkNotNegative, numberOf, plus, power, quotient, times } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, scalarState, stepCount, zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "ASGD(Params params, float|Tensor lr=0.01, float lambd=0.0001, float alpha=0.75, float t0=1000000, float weight_decay=0, bool? foreach=None, bool maximize=False, bool differentiable=False, bool capturable=False)",
);

/** A parameter group of {@link ASGD}. */
export type ASGDGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Averaged stochastic gradient descent (Polyak and Juditsky, 1992). The mean of the parameters over the steps is in the
 * state, as `ax`. For a parameter p with gradient g (negated under `maximize`) at step t, with learning rate γ, weight
 * decay λ and the decay `lambd`:
 *
 *     g ← g + λ p
 *     p ← (1 - lambd η) p - η g                  η = γ at first
 *     ax ← ax + μ (p - ax)                       μ = 1 at first, so that ax is p
 *     η ← γ / (1 + lambd γ t)^alpha
 *     μ ← 1 / max(1, t - t0)                     averages once step t0 is past
 *
 * Arguments: `params`, `lr` (0.01), `lambd` (0.0001), `alpha` (0.75), `t0` (1e6), `weight_decay` (0), `foreach`, which
 * changes no result, `maximize` (false).
 *
 * @throws ValueError for a learning rate or weight decay that is negative or NaN
 * @example
 * const optimizer = new optim.ASGD(model.parameters(), { lr: 0.01, t0: 100 });
 * const mean = optimizer.state.get(param).ax;
 */
export class ASGD extends Optimizer<ASGDGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step", "eta", "mu"];
  protected override readonly floatOptions = ["t0"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, lambd, alpha, t0, weight_decay, foreach, maximize, differentiable, capturable] =
      signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("weight_decay value", weight_decay);
    checkImplementation("ASGD", { foreach, capturable, differentiable });
    super(params, { lr, lambd, alpha, t0, weight_decay, foreach, maximize, differentiable, capturable });
  }

  protected override update(param: Tensor, grad: Tensor, group: ASGDGroup): void {
    const { lr, lambd, alpha, t0, weight_decay } = group;
    const { step, eta, mu, ax } = this.stateOf(param, () => ({
      step: stepCount(),
      eta: scalarState(numberOf(lr)),
      mu: scalarState(1),
      ax: zerosLike(param),
    }));
    const t = countStep(step);
    const rate = eta.item();
    const g = penalized(grad, param, weight_decay);
    param.mul_(1 - lambd * rate).add_(g, { alpha: -rate });
    if (mu.item() === 1) ax.copy_(param);
    else ax.add_(param.sub(ax).mul_(mu));
    eta.fill_(numberOf(quotient(lr, power(plus(times(times(lr, lambd), t), 1), alpha))));
    mu.fill_(1 / Math.max(1, t - t0));
  }
}
