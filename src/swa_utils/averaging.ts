import { no_grad } from "../autograd/index.js";
import { ValueError } from "../python/errors.js";
import { define } from "../python/signature.js";
import type { Tensor } from "../tensor/index.js";

/** A new average from the average so far, the present value, and how many values were averaged so far. */
export type AveragingFunction = (averaged: Tensor, current: Tensor, num_averaged: Tensor) => Tensor;

/** The same for a list of tensors of one dtype, in place. */
export type MultiAveragingFunction = (
  averaged: readonly Tensor[],
  current: readonly Tensor[],
  num_averaged: Tensor,
) => void;

function checkDecay(decay: number): void {
  if (decay >= 0 && decay <= 1) return;
  throw new ValueError(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`);
}

/**
 * Exponential moving average, `decay averaged + (1 - decay) current`, for `avg_fn` of an {@link AveragedModel}.
 *
 * @param decay 0.999, between 0 and 1
 * @throws ValueError for another decay
 */
export const get_ema_avg_fn = define("get_ema_avg_fn(float decay=0.999) -> Callable", (decay): AveragingFunction => {
  checkDecay(decay);
  return (averaged, current) => no_grad(() => averaged.mul(decay).add(current.mul(1 - decay)));
});

/**
 * Exponential moving average for `multi_avg_fn` of an {@link AveragedModel}.
 *
 * @param decay 0.999, between 0 and 1
 * @throws ValueError for another decay
 * @example
 * const ema = new swa_utils.AveragedModel(model, { multi_avg_fn: swa_utils.get_ema_multi_avg_fn(0.9) });
 */
export const get_ema_multi_avg_fn = define(
  "get_ema_multi_avg_fn(float decay=0.999) -> Callable",
  (decay): MultiAveragingFunction => {
    checkDecay(decay);
    return (averaged, current) =>
      no_grad(() => {
        averaged.forEach((average, i) => {
          if (average.is_floating_point()) average.lerp_(current[i], 1 - decay);
          else average.copy_(average.mul(decay).add(current[i].mul(1 - decay)));
        });
      });
  },
);

/** The mean of all values, `averaged + (current - averaged) / (num_averaged + 1)`. */
export function get_swa_avg_fn(): AveragingFunction {
  return (averaged, current, num_averaged) =>
    no_grad(() => averaged.add(current.sub(averaged).div(num_averaged.add(1))));
}

/** The mean of all values, for a list of tensors. */
export function get_swa_multi_avg_fn(): MultiAveragingFunction {
  return (averaged, current, num_averaged) =>
    no_grad(() => {
      averaged.forEach((average, i) => {
        const step = 1 / (num_averaged.item() + 1);
        if (average.is_floating_point()) average.lerp_(current[i], step);
        else average.add_(current[i].sub(average).div(num_averaged.add(1)));
      });
    });
}
