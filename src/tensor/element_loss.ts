import { type LossKernel, slopesOfLosses, sumOfLosses } from "./kernels/losses.js";
import type { Scalar2 } from "./kernels/map.js";
import { checkReduction, reduced } from "./losses.js";
import { pointwise2, type Refusal } from "./pointwise.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** A loss of each element and its target, and its derivative by the element. */
export interface ElementLoss {
  /** The losses, reduced. */
  forward(input: Tensor, target: Tensor, reduction: string): Tensor;
  /** The gradient of the input in one pass over the elements, or `null` for arguments that want the formula. */
  gradient(g: Tensor, input: Tensor, target: Tensor, reduction: string): Tensor | null;
}

/** Lifts a loss of one element to tensors. `kernel` is its family of kernels in WebAssembly. */
export function elementLoss(loss: Scalar2, slope: Scalar2, kernel: LossKernel, refuse?: Refusal): ElementLoss {
  const each = pointwise2(loss, "same", refuse);
  return {
    forward: (input, target, reduction) => {
      checkReduction(reduction);
      if (reduction === "none" || !isPlain(input, target)) return reduced(each.forward(input, target), reduction);
      const out = Tensor.empty([], input.dtype);
      const n = input.numel();
      const total = sumOfLosses(loss, kernel, n, input, target);
      out.storage.block[out.storage.start] = reduction === "mean" ? total / n : total;
      return out;
    },
    gradient: (g, input, target, reduction) => {
      if (reduction === "none" || !isPlain(input, target)) return null;
      const out = Tensor.empty(input.shape, input.dtype);
      const n = input.numel();
      const share = reduction === "mean" ? g.item() / n : g.item();
      slopesOfLosses(slope, kernel, n, out, input, target, share);
      return out;
    },
  };
}

/** Two tensors of one shape and floating point dtype whose elements lie row by row. */
const isPlain = (x: Tensor, t: Tensor): boolean =>
  x.dtype === t.dtype &&
  x.dtype.is_floating_point &&
  sameShape(x.shape, t.shape) &&
  x.numel() > 0 &&
  x.is_contiguous() &&
  t.is_contiguous();
