import { ValueError } from "../python/errors.js";
import { pythonFloat } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { checkLearningRate, numberOf } from "./hyperparameter.js";
import { checkImplementation } from "./implementation.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup } from "./param_group.js";
import { countStep, stepCount, zerosLike } from "./state.js";

const signature = new Signature(
  "Rprop(Params params, float|Tensor lr=0.01, float[2] etas=[0.5,1.2], float[2] step_sizes=[1e-6,50], *, bool capturable=False, bool? foreach=None, bool maximize=False, bool differentiable=False)",
);

/** A parameter group of {@link Rprop}. */
export type RpropGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Resilient backpropagation (Riedmiller and Braun, 1993), for gradients of all the data: only the sign of a gradient
 * counts, and each weight has a step size η of its own. For a parameter p with gradient g (negated under `maximize`),
 * and g' the gradient of the step before:
 *
 *     g g' > 0:  η ← min(η η₊, largest)      the same way again: faster
 *     g g' < 0:  η ← max(η η₋, smallest)     stepped over a minimum: slower, and g ← 0
 *     p ← p - η sign(g)
 *
 * Arguments: `params`, `lr` (0.01, the first step size), `etas` ([0.5, 1.2], η₋ and η₊), `step_sizes` ([1e-6, 50], the
 * smallest and the largest); by name only `maximize` (false), and `foreach`, which changes no result.
 *
 * @throws ValueError for a negative or NaN `lr`, and unless 0 < η₋ < 1 < η₊
 * @example
 * const optimizer = new optim.Rprop(model.parameters(), { lr: 0.01 });
 */
export class Rprop extends Optimizer<RpropGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly scalarStates = ["step"];
  protected override readonly floatOptions = ["etas"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, etas, step_sizes, capturable, foreach, maximize, differentiable] = signature.bind(args);
    checkLearningRate(lr);
    const [minus, plus] = etas;
    if (!(minus > 0 && minus < 1 && plus > 1)) {
      throw new ValueError(
        `Invalid eta values: ${pythonFloat(minus)}, ${pythonFloat(plus)}`,
        "The first makes steps smaller and lies between 0 and 1, the second makes them larger and is more than 1.",
      );
    }
    checkImplementation("Rprop", { foreach, capturable, differentiable });
    super(params, { lr, etas, step_sizes, foreach, maximize, differentiable, capturable });
  }

  protected override update(param: Tensor, grad: Tensor, group: RpropGroup): void {
    const [minus, plus] = group.etas;
    const { step, prev, step_size } = this.stateOf(param, () => ({
      step: stepCount(),
      prev: zerosLike(param),
      step_size: zerosLike(param).fill_(numberOf(group.lr)),
    }));
    countStep(step);
    const agreement = grad.mul(prev);
    const turned = agreement.lt(0);
    const factor = agreement.sign().masked_fill_(agreement.gt(0), plus).masked_fill_(turned, minus);
    factor.masked_fill_(agreement.eq(0), 1);
    step_size.mul_(factor).clamp_(...group.step_sizes);
    prev.copy_(grad).masked_fill_(turned, 0);
    param.addcmul_(prev.sign(), step_size, { value: -1 });
  }
}
