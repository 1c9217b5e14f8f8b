import { ValueError } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import { Tensor } from "../tensor/index.js";
import {
  checkBetas,
  checkNotNegative,
  checkOneElement,
  complement,
  type Hyperparameter,
  isHyperparameter,
  numberOf,
  power,
  quotient,
} from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { inOnePass } from "./one_pass.js";
import { Optimizer } from "./optimizer.js";
import { type ParamGroup, setDefaults } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";
import { penalized, shrink } from "./weight_decay.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    pair: readonly [Hyperparameter, Hyperparameter];
  }
}
registerType("pair", (v) => Array.isArray(v) && v.length === 2 && v.every(isHyperparameter));

const signature = new Signature(
  "Adam(Params params, float|Tensor lr=0.001, pair betas=[0.9,0.999], float eps=1e-8, float weight_decay=0, bool amsgrad=False, *, bool? foreach=None, bool maximize=False, bool capturable=False, bool differentiable=False, bool? fused=None, bool decoupled_weight_decay=False)",
);

/** A parameter group of {@link Adam} and {@link AdamW}. */
export type AdamGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

interface AdamState {
  [name: string]: unknown;
  step: Tensor;
  exp_avg: Tensor;
  exp_avg_sq: Tensor;
  max_exp_avg_sq?: Tensor;
}

/**
 * Adam (Kingma and Ba, 2015). For a parameter p with gradient g (negated under `maximize`) at step t, with learning
 * rate γ, weight decay λ and decay rates β₁, β₂:
 *
 *     g ← g + λ p                         with decoupled_weight_decay p ← p - γ λ p instead
 *     m ← β₁ m + (1 - β₁) g               running mean of the gradient
 *     v ← β₂ v + (1 - β₂) g²              and of its square; amsgrad goes on with the largest v so far
 *     p ← p - γ m' / (√v' + ε)            m' = m / (1 - β₁ᵗ), v' = v / (1 - β₂ᵗ) undo the start from 0
 *
 * Arguments: `params`, `lr` (0.001), `betas` ([0.9, 0.999]), `eps` (1e-8), `weight_decay` (0), `amsgrad` (false); by
 * name only `maximize` (false), `decoupled_weight_decay` (false), and `foreach`, `fused`, which choose among PyTorch's
 * implementations and change no result.
 *
 * @throws ValueError for a hyperparameter out of its range or NaN
 * @example
 * const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });
 * optimizer.zero_grad();
 * criterion(model(x), y).backward();
 * optimizer.step();
 */
export class Adam extends Optimizer<AdamGroup> {
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
      amsgrad,
      foreach,
      maximize,
      capturable,
      differentiable,
      fused,
      decoupled_weight_decay,
    ] = signature.bind(args);
    checkTensors({ lr, "betas[0]": betas[0], "betas[1]": betas[1] }, foreach);
    checkNotNegative("learning rate", lr);
    checkNotNegative("epsilon value", eps);
    checkBetas(betas);
    checkNotNegative("weight_decay value", weight_decay);
    if (betas[0] instanceof Tensor !== betas[1] instanceof Tensor) {
      throw new ValueError("betas must be either both floats or both Tensors");
    }
    checkImplementation("Adam", { foreach, fused, capturable, differentiable });
    super(params, {
      lr,
      betas,
      eps,
      weight_decay,
      amsgrad,
      maximize,
      foreach,
      capturable,
      differentiable,
      fused,
      decoupled_weight_decay,
    });
  }

  protected override update(param: Tensor, grad: Tensor, group: AdamGroup): void {
    const { lr, betas, eps, weight_decay, amsgrad } = group;
    const [beta1, beta2] = betas;
    const state = this.stateOf(param, () => initialState(param, group));
    const { exp_avg, exp_avg_sq, max_exp_avg_sq } = state;
    const t = countStep(state.step);
    if (fusedStep(param, grad, state, group, t)) return;

    if (group.decoupled_weight_decay) shrink(param, lr, weight_decay);
    const g = group.decoupled_weight_decay ? grad : penalized(grad, param, weight_decay);
    exp_avg.lerp_(g, numberOf(complement(beta1)));
    exp_avg_sq.mul_(numberOf(beta2)).addcmul_(g, g, { value: numberOf(complement(beta2)) });
    const second = amsgrad ? max_exp_avg_sq!.copy_(max_exp_avg_sq!.maximum(exp_avg_sq)) : exp_avg_sq;

    const bias_correction1 = complement(power(beta1, t));
    const bias_correction2 = complement(power(beta2, t));
    const denominator = second
      .sqrt()
      .div_(numberOf(power(bias_correction2, 0.5)))
      .add_(eps);
    param.addcdiv_(exp_avg, denominator, { value: -numberOf(quotient(lr, bias_correction1)) });
  }

  protected override completeLoaded(group: ParamGroup): void {
    setDefaults(group, { amsgrad: false, decoupled_weight_decay: false });
    super.completeLoaded(group);
  }
}

/** The step in one pass over the elements, where all is float32 row by row and the hyperparameters are numbers. */
function fusedStep(param: Tensor, grad: Tensor, state: AdamState, group: AdamGroup, t: number): boolean {
  const { lr, eps, weight_decay, decoupled_weight_decay } = group;
  const [beta1, beta2] = group.betas;
  const { exp_avg, exp_avg_sq } = state;
  const max = group.amsgrad ? state.max_exp_avg_sq! : null;
  if (typeof lr !== "number" || typeof beta1 !== "number" || typeof beta2 !== "number") return false;
  const decay = decoupled_weight_decay ? 0 : weight_decay;
  const shrink = decoupled_weight_decay ? 1 - lr * weight_decay : 1;
  const bias2Root = Math.sqrt(1 - beta2 ** t);
  const step = -lr / (1 - beta1 ** t);
  return inOnePass([param, grad, exp_avg, exp_avg_sq, max], "addcdiv_", (fast, [p, g, m, v, most], n) =>
    fast.adam(p, g, m, v, most, n, 1 - beta1, beta2, 1 - beta2, decay, shrink, bias2Root, eps, step, 0),
  );
}

function initialState(param: Tensor, { amsgrad, fused }: AdamGroup): AdamState {
  const state: AdamState = { step: stepCount(fused), exp_avg: zerosLike(param), exp_avg_sq: zerosLike(param) };
  if (amsgrad) state.max_exp_avg_sq = zerosLike(param);
  return state;
}

function checkTensors(given: Record<string, Hyperparameter>, foreach: boolean | null): void {
  for (const [name, value] of Object.entries(given)) {
    if (foreach && value instanceof Tensor) {
      throw new ValueError(`${name} as a Tensor is not supported for capturable=False and foreach=True`);
    }
    checkOneElement(name, value);
  }
}
