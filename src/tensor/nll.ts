import { is_grad_enabled } from "../autograd/grad_mode.js";
import { RuntimeError } from "../python/errors.js";
import { type Classes, nll, nllBackward, sumOfWeights } from "./kernels/nll.js";
import { rowsOf } from "./rows.js";
import { numelOf, type Shape, showShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** The negative log-likelihood of class indices, which the losses of class scores share. */

/** Losses of class scores: the classes are dimension 1, or the only one. */
export const classDim = (shape: Shape): number => (shape.length === 1 ? 0 : 1);

export interface NllOptions {
  readonly target: Tensor;
  readonly weight: Tensor | null;
  readonly reduction: string;
  readonly ignore_index: number;
}

/** The call as the kernels see it: the classes between rows and places. */
function classesOf(shape: Shape, { target, weight, ignore_index }: NllOptions): Classes {
  const dim = classDim(shape);
  return {
    rows: dim === 0 ? 1 : shape[0],
    classes: shape[dim],
    places: numelOf(shape.slice(dim + 1)),
    target: rowsOf(target),
    weight: weight && rowsOf(weight),
    ignored: ignore_index,
  };
}

/** `-weight[target] * self[target]`, reduced; a mean divides by the sum of the weights. */
export function nllForward(self: Tensor, options: NllOptions): Tensor {
  const { target, reduction } = options;
  const losses = Tensor.empty(reduction === "none" ? target.shape : [], self.dtype);
  const { data } = losses.storage;
  const { sum, weights } = nll(classesOf(self.shape, options), rowsOf(self), reduction === "none" ? data : null);
  if (reduction !== "none") data[0] = reduction === "mean" ? sum / weights : sum;
  return losses;
}

/** Each loss is linear in one score, whose gradient is `-weight[target]`. */
export function nllGradient(g: Tensor, shape: Shape, options: NllOptions): Tensor {
  const { target, reduction, ignore_index } = options;
  if (!is_grad_enabled()) {
    const classes = classesOf(shape, options);
    const slopes = Tensor.empty(shape, g.dtype);
    nllBackward(classes, slopes.storage.data, rowsOf(g), reduction === "mean" ? 1 / sumOfWeights(classes) : 1);
    return slopes;
  }
  const dim = classDim(shape);
  const zeros = Tensor.empty(shape, g.dtype);
  const weights = elementWeights(zeros, options);
  const slopes = g.mul(reduction === "mean" ? weights.div(weights.sum()) : weights).neg();
  return zeros.scatter(dim, places(target, ignore_index).unsqueeze(dim), slopes.unsqueeze(dim));
}

/** The targets as indices; those that are ignored become 0, for their weight is 0. */
const places = (target: Tensor, ignore_index: number): Tensor => target.long().masked_fill(target.eq(ignore_index), 0);

/** The weight of the class of each target; 0 where it is ignored. */
export function elementWeights(like: Tensor, { target, weight, ignore_index }: NllOptions): Tensor {
  const kept = target.ne(ignore_index).to(like.dtype);
  if (weight === null) return kept;
  return weight
    .gather(0, places(target, ignore_index).reshape(-1))
    .reshape([...target.shape])
    .mul(kept);
}

export function checkClassWeight(prefix: string, weight: Tensor | null, classes: number): void {
  if (weight === null || (weight.ndim === 1 && weight.shape[0] === classes)) return;
  throw new RuntimeError(
    `${prefix}weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${showShape(weight.shape)}`,
  );
}
