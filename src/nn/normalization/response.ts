import { Function, type FunctionCtx } from "../../autograd/index.js";
import { ValueError } from "../../python/errors.js";
import { pythonFloat, pythonRepr } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { type Tensor, tensor } from "../../tensor/index.js";
import * as F from "../functional.js";
import { SameShape } from "../same_shape.js";

// Channels that dampen their neighbours

const localSignature = new Signature("LocalResponseNorm(int size, float alpha=1e-4, float beta=0.75, float k=1.0)");

/** `x / (k + alpha * mean of x^2)^beta`, where the mean is over `size` neighbouring channels: input [N, C, ...]. */
export class LocalResponseNorm extends SameShape {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(...args: Arguments<typeof localSignature.text>) {
    super();
    [this.size, this.alpha, this.beta, this.k] = localSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return F.local_response_norm(input, this.size, this.alpha, this.beta, this.k);
  }

  override extra_repr(): string {
    const { size, alpha, beta, k } = this;
    return `${size}, alpha=${pythonFloat(alpha)}, beta=${pythonFloat(beta)}, k=${pythonFloat(k)}`;
  }
}

const crossSignature = new Signature("CrossMapLRN2d(int size, float alpha=1e-4, float beta=0.75, float k=1)");

/**
 * The ancestor of {@link LocalResponseNorm}, which old models use: input [N, C, H, W]. Its windows and its gradient are
 * PyTorch's, see {@link CrossMap}.
 */
export class CrossMapLRN2d extends SameShape {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(...args: Arguments<typeof crossSignature.text>) {
    super();
    [this.size, this.alpha, this.beta, this.k] = crossSignature.bind(args);
  }

  override forward(input: Tensor): Tensor {
    return CrossMap.apply(input, this.size, this.alpha, this.beta, this.k);
  }

  override extra_repr(): string {
    const { size, alpha, beta, k } = this;
    return `${size}, alpha=${pythonFloat(alpha)}, beta=${pythonFloat(beta)}, k=${pythonRepr(k)}`;
  }
}

/** A matrix [n, n] of 1 where `inside(row, column)`, by which the channels of [N, C, H, W] are summed. */
function window(like: Tensor, inside: (row: number, column: number) => boolean): Tensor {
  const n = like.shape[1];
  const rows = Array.from({ length: n }, (_, c) => Array.from({ length: n }, (_, j) => Number(inside(c, j))));
  return tensor(rows, { dtype: like.dtype });
}

const sumChannels = (by: Tensor, x: Tensor): Tensor => by.matmul(x.flatten(2)).view_as(x);

/**
 * `x scale^-beta` with `scale = k + alpha / size * sum of x^2` over neighbouring channels.
 *
 * PyTorch's windows are not quite centred: from the `reach`-th channel on the first one is never taken out of the sum,
 * and the gradient sums over channels that lie one lower. Both are kept, for the numbers to agree; the gradient is hence
 * not the derivative, and the function stays out of the op table, which tests that.
 */
class CrossMap extends Function {
  static override forward(ctx: FunctionCtx, x: Tensor, size: number, alpha: number, beta: number, k: number): Tensor {
    if (x.ndim !== 4) throw new ValueError(`CrossMapLRN2d: Expected input to be 4D, got ${x.ndim}D instead.`);
    const reach = Math.trunc((size - 1) / 2 + 1);
    const near = (c: number, j: number) => Math.abs(c - j) < reach || (j === 0 && c >= reach);
    const scale = sumChannels(window(x, near), x.mul(x))
      .mul(alpha / size)
      .add(k);
    const out = scale.pow(-beta).mul(x);
    ctx.save_for_backward(x, out, scale);
    Object.assign(ctx, { size, alpha, beta });
    return out;
  }

  static override backward(ctx: FunctionCtx, grad: Tensor): (Tensor | null)[] {
    const [x, out, scale] = ctx.saved_tensors as Tensor[];
    const { size, alpha, beta } = ctx as unknown as { size: number; alpha: number; beta: number };
    const below = Math.trunc(size - (size - 1) / 2);
    const near = (c: number, j: number) => j >= c - below && j < c - below + size;
    const shared = sumChannels(window(x, near), grad.mul(out).div(scale));
    const own = scale.pow(-beta).mul(grad);
    return [own.sub(x.mul(shared).mul((2 * alpha * beta) / size)), null, null, null, null];
  }
}
