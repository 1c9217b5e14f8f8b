import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, checkNotNegative, numberOf, quotient } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { inOnePass } from "./one_pass.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "Adagrad(Params params, float|Tensor lr=0.01, float lr_decay=0, float weight_decay=0, float initial_accumulator_value=0, float eps=1e-10, bool? foreach=None, *, bool maximize=False, bool differentiable=False, bool? fused=None)",
);

/** A parameter group of {@link Adagrad}. */
export type AdagradGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): each weight slows down by all the gradients it has seen. For a parameter p
 * with gradient g (negated under `maximize`) at step t, with learning rate γ, its decay η and weight decay λ:
 *
 *     g ← g + λ p
 *     s ← s + g²                                s starts at initial_accumulator_value
 *     p ← p - γ / (1 + (t - 1) η) · g / (√s + ε)
 *
 * Arguments: `params`, `lr` (0.01), `lr_decay` (0), `weight_decay` (0), `initial_accumulator_value` (0), `eps` (1e-10),
 * `foreach`; by name only `maximize` (false) and `fused`. `foreach` and `fused` change no result.
 *
 * @throws ValueError for a hyperparameter that is negative or NaN
 * @example
 * const optimizer = new optim.Adagrad(model.parameters(), { lr: 0.01 });
 */
export class Adagrad extends Optimizer<AdagradGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [
      params,
      lr,
      lr_decay,
      weight_decay,
      initial_accumulator_value,
      eps,
      foreach,
      maximize,
      differentiable,
      fused,
    ] = signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("lr_decay value", lr_decay);
    checkNotNegative("weight_decay value", weight_decay);
    checkNotNegative("initial_accumulator_value value", initial_accumulator_value);
    checkNotNegative("epsilon value", eps);
    checkImplementation("Adagrad", { foreach, fused, differentiable });
    super(params, {
      lr,
      lr_decay,
      eps,
      weight_decay,
      initial_accumulator_value,
      foreach,
      maximize,
      differentiable,
      fused,
    });
    for (const group of this.param_groups) for (const param of group.params) this.sumOf(param, group);
  }

  protected override update(param: Tensor, grad: Tensor, group: AdagradGroup): void {
    const { step, sum } = this.sumOf(param, group);
    const t = countStep(step);
    const rate = quotient(group.lr, 1 + (t - 1) * group.lr_decay);
    const { eps, weight_decay } = group;
    if (typeof rate === "number") {
      const done = inOnePass([param, grad, sum], "addcdiv_", (fast, [p, g, s], n) =>
        fast.adagrad(p, g, s, n, -rate, eps, weight_decay, 0),
      );
      if (done) return;
    }
    const g = penalized(grad, param, group.weight_decay);
    sum.addcmul_(g, g);
    param.addcdiv_(g, sum.sqrt().add_(group.eps), { value: -numberOf(rate) });
  }

  /** The state of `param`, which other optimizers make at the first update, and Adagrad when it is built. */
  private sumOf(param: Tensor, { fused }: AdagradGroup): { step: Tensor; sum: Tensor } {
    return this.stateOf(param, () => ({
      step: stepCount(fused),
      sum: zerosLike(param).fill_(this.defaults.initial_accumulator_value as number),
    }));
  }
}
