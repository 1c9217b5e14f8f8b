import { ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, checkNotNegative, numberOf } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { inOnePass } from "./one_pass.js";
import { Optimizer } from "./optimizer.js";
import { type ParamGroup, setDefaults } from "./param_group.js";
import { zerosLike } from "./state.js";
import { penalized } from "./weight_decay.js";

const signature = new Signature(
  "SGD(Params params, float|Tensor lr=0.001, float momentum=0, float dampening=0, float|Tensor weight_decay=0, bool nesterov=False, *, bool maximize=False, bool? foreach=None, bool differentiable=False, bool? fused=None)",
);

/** A parameter group of {@link SGD}. */
export type SGDGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Stochastic gradient descent. For a parameter p with gradient g (negated under `maximize`), learning rate γ, weight
 * decay λ, momentum μ and dampening τ:
 *
 *     g ← g + λ p
 *     b ← μ b + (1 - τ) g       the first time b ← g
 *     p ← p - γ b               with nesterov p ← p - γ (g + μ b), without momentum p ← p - γ g
 *
 * Arguments: `params`, `lr` (0.001), `momentum` (0), `dampening` (0), `weight_decay` (0), `nesterov` (false); by name
 * only `maximize` (false), and `foreach`, `fused`, which choose among PyTorch's implementations and change no result.
 *
 * @throws ValueError for a negative or NaN hyperparameter, and for `nesterov` without momentum or with dampening
 * @example
 * const optimizer = new optim.SGD(model.parameters(), 0.1, { momentum: 0.9 });
 * optimizer.zero_grad();
 * criterion(model(x), y).backward();
 * optimizer.step();
 */
export class SGD extends Optimizer<SGDGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, momentum, dampening, weight_decay, nesterov, maximize, foreach, differentiable, fused] =
      signature.bind(args);
    checkLearningRate(lr);
    checkNotNegative("momentum value", momentum);
    checkNotNegative("weight_decay value", weight_decay);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ValueError("Nesterov momentum requires a momentum and zero dampening");
    }
    checkImplementation("SGD", { foreach, fused, differentiable });
    super(params, { lr, momentum, dampening, weight_decay, nesterov, maximize, foreach, differentiable, fused });
  }

  protected override update(param: Tensor, grad: Tensor, group: SGDGroup): void {
    const { momentum, dampening, nesterov } = group;
    if (this.fusedStep(param, grad, group)) return;
    let direction = penalized(grad, param, numberOf(group.weight_decay));
    if (momentum !== 0) {
      const velocity = this.velocity(param, direction, momentum, dampening);
      direction = nesterov ? direction.add(velocity, { alpha: momentum }) : velocity;
    }
    param.add_(direction, { alpha: -numberOf(group.lr) });
  }

  /** The step in one pass over the elements. */
  private fusedStep(param: Tensor, grad: Tensor, group: SGDGroup): boolean {
    const { lr, momentum, dampening, nesterov, weight_decay } = group;
    if (typeof lr !== "number" || typeof weight_decay !== "number") return false;
    let buffer: Tensor | null = null;
    let first = false;
    if (momentum !== 0) {
      const state = this.stateOf(param, () => ({ momentum_buffer: null as Tensor | null }));
      first = state.momentum_buffer === null;
      buffer = state.momentum_buffer ?? zerosLike(param);
      state.momentum_buffer = buffer;
    }
    const done = inOnePass([param, grad, buffer], "add_", (fast, [p, g, b], n) =>
      fast.sgd(p, g, b, n, -lr, momentum, 1 - dampening, weight_decay, +nesterov, +first, 0),
    );
    if (!done && first) this.state.delete(param);
    return done;
  }

  private velocity(param: Tensor, grad: Tensor, momentum: number, dampening: number): Tensor {
    const state = this.stateOf(param, () => ({ momentum_buffer: null as Tensor | null }));
    if (state.momentum_buffer) state.momentum_buffer.mul_(momentum).add_(grad, { alpha: 1 - dampening });
    else state.momentum_buffer = grad.detach().clone();
    return state.momentum_buffer;
  }

  protected override completeLoaded(group: ParamGroup): void {
    setDefaults(group, { nesterov: false, fused: false });
    super.completeLoaded(group);
  }
}
