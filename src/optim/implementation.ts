import { NotImplementedError, RuntimeError } from "../python/errors.js";

/** The arguments by which PyTorch chooses among implementations of the same formulas. */
export interface Implementation {
  readonly foreach?: boolean | null;
  readonly fused?: boolean | null;
  readonly capturable?: boolean;
  readonly differentiable?: boolean;
}

/**
 * `foreach` and `fused` give the same numbers, so they are accepted.
 *
 * @throws RuntimeError for combinations that PyTorch rejects, NotImplementedError for what is not supported
 */
export function checkImplementation(
  name: string,
  { foreach, fused, capturable, differentiable }: Implementation,
): void {
  if (fused && differentiable) throw new RuntimeError("`fused` does not support `differentiable`");
  if (fused && foreach) throw new RuntimeError("`fused` and `foreach` cannot be `True` together.");
  if (capturable) {
    throw new NotImplementedError(
      `${name}: capturable=True is not supported`,
      "It is for CUDA graphs. Leave it out; the numbers are the same.",
    );
  }
  if (differentiable) {
    throw new NotImplementedError(
      `${name}: differentiable=True is not supported`,
      "To differentiate through an update, write it as operations on the parameters: p.sub(grad.mul(lr)).",
    );
  }
}
