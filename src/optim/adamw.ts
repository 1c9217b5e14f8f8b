import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { Adam } from "./adam.js";
import type { ParamGroup } from "./param_group.js";

const signature = new Signature(
  "AdamW(Params params, float|Tensor lr=0.001, pair betas=[0.9,0.999], float eps=1e-8, float weight_decay=0.01, bool amsgrad=False, *, bool maximize=False, bool? foreach=None, bool capturable=False, bool differentiable=False, bool? fused=None)",
);

/**
 * AdamW (Loshchilov and Hutter, 2019): {@link Adam} with decoupled weight decay, which shrinks the parameters
 * themselves and leaves the running means alone. Arguments as for Adam; `weight_decay` is 0.01 by default.
 *
 * @example
 * const optimizer = new optim.AdamW(model.parameters(), { lr: 0.001, weight_decay: 0.05 });
 */
export class AdamW extends Adam {
  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, betas, eps, weight_decay, amsgrad, maximize, foreach, capturable, differentiable, fused] =
      signature.bind(args);
    super(params, lr, betas, eps, weight_decay, amsgrad, {
      foreach,
      maximize,
      capturable,
      differentiable,
      fused,
      decoupled_weight_decay: true,
    });
  }

  protected override completeLoaded(group: ParamGroup): void {
    super.completeLoaded(group);
    group.decoupled_weight_decay = true;
  }
}
