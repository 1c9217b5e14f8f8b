import { is_grad_enabled } from "../autograd/grad_mode.js";
import { RuntimeError, ValueError } from "../python/errors.js";
import { warn } from "../python/warnings.js";
import { type Shape, sameShape, showShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** What losses share: their reductions and PyTorch's complaints about their arguments. */

/** The reduction that the deprecated `size_average` and `reduce` mean, with a warning; `reduction` if neither is given. */
export function reductionOf(size_average: boolean | null, reduce: boolean | null, reduction: string): string {
  if (size_average === null && reduce === null) return reduction;
  const meant = (reduce ?? true) ? ((size_average ?? true) ? "mean" : "sum") : "none";
  warn(`size_average and reduce args will be deprecated, please use reduction='${meant}' instead.`);
  return meant;
}

/** The losses of all elements as they are (`"none"`), their sum or their mean. */
export function reduced(losses: Tensor, reduction: string): Tensor {
  checkReduction(reduction);
  if (reduction === "none") return losses;
  return reduction === "sum" ? losses.sum() : losses.mean();
}

/** What the gradient of a reduced loss means for each of its `n` elements. */
export const shareOf = (g: Tensor, reduction: string, n: number): Tensor => (reduction === "mean" ? g.div(n) : g);

export function checkReduction(reduction: string): void {
  if (reduction === "none" || reduction === "sum" || reduction === "mean") return;
  throw new ValueError(`${reduction} is not a valid value for reduction`, 'Give "mean", "sum" or "none".');
}

/** Warns of a target that will be broadcast. */
export function warnIfSizesDiffer(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  warn(
    `Using a target size (${torchSize(target.shape)}) that is different to the input size (${torchSize(input.shape)}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
  );
}

export const torchSize = (shape: Shape): string => `torch.Size(${showShape(shape)})`;

/** Weights of elements or classes are constants. */
export function checkConstant(op: string, argument: string, weight: Tensor | null): void {
  if (weight?.requires_grad && is_grad_enabled()) {
    throw new RuntimeError(
      `The function '${op}' is not differentiable with respect to argument '${argument}'. This input cannot have requires_grad True.`,
      "Give a detached tensor: weight.detach().",
    );
  }
}
