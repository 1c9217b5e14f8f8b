import { pythonRepr } from "../python/repr.js";
import { pythonTypeOf, Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { Module } from "./module.js";

const flattenSignature = new Signature("Flatten(int start_dim=1, int end_dim=-1)");

/** Joins the dimensions from `start_dim` to `end_dim` into one. */
export class Flatten extends Module {
  readonly start_dim: number;
  readonly end_dim: number;

  constructor(...args: Arguments<typeof flattenSignature.text>) {
    super();
    [this.start_dim, this.end_dim] = flattenSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return input.flatten(this.start_dim, this.end_dim);
  }

  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`;
  }
}

const unflattenSignature = new Signature("Unflatten(int dim, any unflattened_size)");

/**
 * Splits the dimension `dim` into several: the inverse of {@link Flatten}.
 *
 * @example
 * new nn.Unflatten(1, [2, 5, 5])(torch.randn(2, 50)).shape // [2, 2, 5, 5]
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattened_size: readonly number[];

  constructor(dim: number, unflattened_size: readonly number[] | { unflattened_size: readonly number[] });
  constructor(options: { dim: number; unflattened_size: readonly number[] });
  constructor(...args: unknown[]) {
    super();
    const [dim, size] = unflattenSignature.bind(args);
    this.dim = dim;
    this.unflattened_size = checkedSize(size);
  }

  override forward(input: Tensor): Tensor {
    return input.unflatten(this.dim, this.unflattened_size);
  }

  override extra_repr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonRepr(this.unflattened_size, { tuple: true })}`;
  }
}

function checkedSize(size: unknown): readonly number[] {
  if (!Array.isArray(size)) {
    throw new TypeError(`unflattened_size must be a tuple of ints, but found type ${pythonTypeOf(size)}`);
  }
  const at = size.findIndex((n) => !Number.isInteger(n));
  if (at >= 0) {
    throw new TypeError(
      `unflattened_size must be tuple of ints, but found element of type ${pythonTypeOf(size[at])} at pos ${at}`,
    );
  }
  return size;
}
