import { ValueError } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import { float64, type Tensor } from "../tensor/index.js";
import { roundToBfloat16 } from "./bfloat16.js";
import { checkOneElement, checkShould, numberOf, times } from "./hyperparameter.js";
import { Optimizer } from "./optimizer.js";
import type { ParamGroup, ParamGroupInput } from "./param_group.js";
import { zerosLike } from "./state.js";
import { shrink } from "./weight_decay.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    floats: readonly number[];
  }
}
registerType("floats", (v) => Array.isArray(v) && v.every((x) => typeof x === "number"));

const signature = new Signature(
  "Muon(Params params, float|Tensor lr=0.001, float weight_decay=0.1, float momentum=0.95, bool nesterov=True, floats ns_coefficients=[3.4445,-4.775,2.0315], float eps=1e-7, int ns_steps=5, str? adjust_lr_fn=None)",
);

/** A parameter group of {@link Muon}. */
export type MuonGroup = ParamGroup & Omit<Named<typeof signature.text>, "params">;

/**
 * Muon (Jordan et al., 2024), for the matrices of hidden layers: steps whose singular values are all about 1, so that
 * rare directions learn as fast as common ones. Biases, embeddings and the like go to another optimizer. For a matrix
 * p (A x B) with gradient g, learning rate γ, weight decay λ and momentum μ:
 *
 *     b ← μ b + (1 - μ) g
 *     u = orthogonalized(b)                   with nesterov of μ b + (1 - μ) g, where b is the new one
 *     p ← p - γ λ p
 *     p ← p - γ √max(1, A / B) u              adjust_lr_fn "match_rms_adamw": γ 0.2 √max(A, B)
 *
 * As in PyTorch the iteration that orthogonalizes computes in bfloat16, with 8 significant bits.
 *
 * Arguments: `params`, `lr` (0.001), `weight_decay` (0.1), `momentum` (0.95), `nesterov` (true), `ns_coefficients`
 * ([3.4445, -4.775, 2.0315]), `eps` (1e-7), `ns_steps` (5), `adjust_lr_fn` (null; `"original"`, which is the same, or
 * `"match_rms_adamw"`).
 *
 * @throws ValueError for a parameter that is no matrix, and for a hyperparameter out of its range or NaN
 * @example
 * const matrices = [...model.parameters()].filter((p) => p.ndim === 2);
 * const optimizer = new optim.Muon(matrices, { lr: 0.02 });
 */
export class Muon extends Optimizer<MuonGroup> {
  static {
    this.borrowsGradients(this.prototype.update);
  }

  protected override readonly floatOptions = ["ns_coefficients"];

  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, weight_decay, momentum, nesterov, ns_coefficients, eps, ns_steps, adjust_lr_fn] =
      signature.bind(args);
    checkOneElement("lr", lr);
    checkShould("Learning rate", numberOf(lr) >= 0, ">= 0", lr);
    checkShould("momentum", momentum >= 0, ">= 0", momentum);
    checkShould("weight decay", weight_decay >= 0, ">= 0", weight_decay);
    if (adjust_lr_fn !== null && !(adjust_lr_fn in ratios)) {
      throw new ValueError(
        `Adjust learning rate function ${adjust_lr_fn} is not supported`,
        `It is one of ${Object.keys(ratios).join(", ")}.`,
      );
    }
    super(params, { lr, weight_decay, momentum, nesterov, ns_coefficients, eps, ns_steps, adjust_lr_fn });
  }

  override add_param_group(param_group: ParamGroupInput): void {
    super.add_param_group(param_group);
    const other = this.param_groups.at(-1)?.params.find((param) => param.ndim !== 2);
    if (other === undefined) return;
    this.param_groups.pop();
    throw new ValueError(
      `Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([${other.shape.join(", ")}])`,
      "Give biases, embeddings and the like to another optimizer, for example AdamW.",
    );
  }

  protected override update(param: Tensor, grad: Tensor, group: MuonGroup): void {
    const { lr, momentum, weight_decay } = group;
    const { momentum_buffer } = this.stateOf(param, () => ({ momentum_buffer: zerosLike(grad) }));
    momentum_buffer.lerp_(grad, 1 - momentum);
    const direction = orthogonalized(group.nesterov ? grad.lerp(momentum_buffer, momentum) : momentum_buffer, group);
    const ratio = ratios[group.adjust_lr_fn ?? "original"](param.size(0), param.size(1));
    shrink(param, lr, weight_decay);
    param.add_(direction, { alpha: -numberOf(times(lr, ratio)) });
  }
}

/** What the learning rate is multiplied by for an A x B matrix. */
const ratios: Readonly<Record<string, (a: number, b: number) => number>> = {
  original: (a, b) => Math.sqrt(Math.max(1, a / b)),
  match_rms_adamw: (a, b) => 0.2 * Math.sqrt(Math.max(a, b)),
};

/**
 * Newton-Schulz iteration `x ← a x + (b x xᵀ + c (x xᵀ)²) x`: the singular vectors of `matrix`, with singular values
 * pushed towards 1. The default coefficients climb as fast as possible from 0 and settle between 0.5 and 1.5.
 */
function orthogonalized(
  matrix: Tensor,
  { ns_coefficients, ns_steps, eps }: Pick<MuonGroup, "ns_coefficients" | "ns_steps" | "eps">,
): Tensor {
  if (ns_steps >= 100) throw new ValueError("Number of steps must be less than 100 for computational efficiency");
  if (ns_coefficients.length !== 3) throw new ValueError("Coefficients must be a tuple of exactly 3 values");
  const [a, b, c] = ns_coefficients;
  const tall = matrix.size(0) > matrix.size(1);
  // sums of products in float64, each result rounded once, are what PyTorch's fused kernels give
  let x = roundToBfloat16(matrix.to(float64, { copy: true }));
  if (tall) x = x.T;
  const norm = roundToBfloat16(x.norm());
  x = roundToBfloat16(x.div(roundToBfloat16(norm.clamp({ min: eps }))));
  for (let i = 0; i < ns_steps; i++) {
    const gram = roundToBfloat16(x.matmul(x.T));
    const update = roundToBfloat16(gram.addmm(gram, gram, { beta: b, alpha: c }));
    x = roundToBfloat16(x.addmm(update, x, { beta: a }));
  }
  return (tall ? x.T : x).to(matrix.dtype);
}
