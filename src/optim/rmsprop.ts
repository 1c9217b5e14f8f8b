import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, checkNotNegative, numberOf } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { inOnePass } from "./one_pass.js";
import { Optimizer } from "./optimizer.js";
import { type ParamGroup, setDefaults } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "RMSprop(Params params, float|Tensor lr=0.01, float alpha=0.99, float eps=1e-8, float weight_decay=0, float momentum=0, bool centered=False, bool capturable=False, bool? foreach=None, bool maximize=False, bool differentiable=False)",
);

/** A parameter group of {@link RMSprop}. */
export type RMSpropGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

interface RMSpropState {
  [name: string]: unknown;
  step: Tensor;
  square_avg: Tensor;
  momentum_buffer?: Tensor;
  grad_avg?: Tensor;
}

/**
 * RMSprop (Hinton, 2012): gradients divided by their running root mean square. For a parameter p with gradient g
 * (negated under `maximize`), learning rate γ, smoothing α, weight decay λ and momentum μ:
 *
 *     g ← g + λ p
 *     v ← α v + (1 - α) g²
 *     a ← α a + (1 - α) g            only when centered
 *     d = √v + ε                     centered: √(v - a²) + ε, by the variance of the gradient
 *     b ← μ b + g / d                only with momentum
 *     p ← p - γ b                    without momentum p ← p - γ g / d
 *
 * Arguments: `params`, `lr` (0.01), `alpha` (0.99), `eps` (1e-8), `weight_decay` (0), `momentum` (0), `centered`
 * (false), `capturable` (only false), `foreach`, which changes no result, `maximize` (false).
 *
 * @throws ValueError for a hyperparameter that is negative or NaN
 * @example
 * const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.001, momentum: 0.9 });
 */
export class RMSprop extends Optimizer<RMSpropGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, alpha, eps, weight_decay, momentum, centered, capturable, foreach, maximize, differentiable] =
      signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("epsilon value", eps);
    checkNotNegative("momentum value", momentum);
    checkNotNegative("weight_decay value", weight_decay);
    checkNotNegative("alpha value", alpha);
    checkImplementation("RMSprop", { foreach, capturable, differentiable });
    super(params, {
      lr,
      momentum,
      alpha,
      eps,
      centered,
      weight_decay,
      capturable,
      foreach,
      maximize,
      differentiable,
    });
  }

  protected override update(param: Tensor, grad: Tensor, group: RMSpropGroup): void {
    const { alpha, eps, momentum } = group;
    const rate = -numberOf(group.lr);
    const state = this.stateOf<RMSpropState>(param, () => ({ step: stepCount(), square_avg: zerosLike(param) }));
    // made when first needed: a scheduler may turn momentum on later
    if (momentum > 0) state.momentum_buffer ??= zerosLike(param);
    if (group.centered) state.grad_avg ??= zerosLike(param);
    const { step, square_avg, momentum_buffer, grad_avg } = state;
    countStep(step);
    if (typeof group.lr === "number") {
      const { lr, weight_decay } = group;
      const average = (group.centered && grad_avg) || null;
      const buffer = (momentum > 0 && momentum_buffer) || null;
      const done = inOnePass([param, grad, square_avg, average, buffer], "addcdiv_", (fast, [p, g, v, a, b], n) =>
        fast.rmsprop(p, g, v, a, b, n, -lr, alpha, 1 - alpha, eps, momentum, weight_decay, 0),
      );
      if (done) return;
    }
    const g = penalized(grad, param, group.weight_decay);
    square_avg.mul_(alpha).addcmul_(g, g, { value: 1 - alpha });

    let variance = square_avg;
    if (group.centered && grad_avg) {
      grad_avg.lerp_(g, 1 - alpha);
      variance = square_avg.addcmul(grad_avg, grad_avg, { value: -1 });
    }
    const denominator = variance.sqrt().add_(eps);
    if (momentum > 0 && momentum_buffer) {
      momentum_buffer.mul_(momentum).addcdiv_(g, denominator);
      param.add_(momentum_buffer, { alpha: rate });
    } else param.addcdiv_(g, denominator, { value: rate });
  }

  protected override completeLoaded(group: ParamGroup): void {
    setDefaults(group, { momentum: 0, centered: false });
    super.completeLoaded(group);
  }
}
