import { no_grad } from "../autograd/index.js";
import { deepcopy } from "../nn/deepcopy.js";
import { Module } from "../nn/index.js";
import { AssertionError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { int64, type Tensor, tensor } from "../tensor/index.js";
import { type AveragingFunction, get_swa_avg_fn, type MultiAveragingFunction } from "./averaging.js";

const signature = new Signature(
  "AveragedModel(Module model, str? device=None, Callable? avg_fn=None, Callable? multi_avg_fn=None, bool use_buffers=False)",
);

/**
 * A copy of a model whose weights are averages of the model's, taken whenever {@link update_parameters} is called: all
 * alike (stochastic weight averaging, Izmailov et al., 2018), or with an exponentially fading memory
 * ({@link get_ema_multi_avg_fn}). The first call copies the weights.
 *
 * Arguments: `model`, `device` (only "cpu"), `avg_fn` (averages one tensor) or `multi_avg_fn` (averages lists in place),
 * `use_buffers` (false: buffers are copied; true: they are averaged like parameters).
 *
 * The state dict has the model's keys behind `module.`, and `n_averaged`. Averaging functions are not in it.
 *
 * @example
 * const averaged = new swa_utils.AveragedModel(model);
 * for (let epoch = 0; epoch < 100; epoch++) {
 *   train(model);
 *   if (epoch >= 75) averaged.update_parameters(model);
 * }
 * swa_utils.update_bn(loader, averaged);
 * const y = averaged(x);
 */
export class AveragedModel extends Module {
  /** How many times the weights were taken: an int64 scalar. */
  declare n_averaged: Tensor;
  /** The copy. */
  declare module: Module;
  declare avg_fn: AveragingFunction | null;
  declare multi_avg_fn: MultiAveragingFunction | null;
  declare use_buffers: boolean;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const [model, device, avg_fn, multi_avg_fn, use_buffers] = signature.bind(args);
    if (avg_fn !== null && multi_avg_fn !== null) {
      throw new AssertionError("Only one of avg_fn and multi_avg_fn should be provided");
    }
    this.module = deepcopy(model);
    if (device !== null) this.module.to(device);
    this.register_buffer("n_averaged", tensor(0, { dtype: int64 }));
    this.avg_fn = avg_fn;
    this.multi_avg_fn = multi_avg_fn;
    this.use_buffers = use_buffers;
  }

  override forward(...args: Parameters<Module["forward"]>): ReturnType<Module["forward"]> {
    return this.module(...args);
  }

  /** Takes the present weights of `model` into the average. */
  update_parameters(model: Module): void {
    no_grad(() => {
      const averaged = this.averagedOf(this.module);
      const current = this.averagedOf(model);
      if (this.n_averaged.item() === 0) averaged.forEach((average, i) => void average.copy_(current[i]));
      else this.average(averaged, current);
      if (!this.use_buffers) {
        const buffers = model.buffers();
        this.module.buffers().forEach((buffer, i) => void buffer.copy_(buffers[i]));
      }
      this.n_averaged.add_(1);
    });
  }

  private averagedOf(module: Module): Tensor[] {
    const tensors = this.use_buffers ? [...module.parameters(), ...module.buffers()] : module.parameters();
    return tensors.map((t) => t.detach());
  }

  private average(averaged: readonly Tensor[], current: readonly Tensor[]): void {
    if (!this.multi_avg_fn) {
      const avg_fn = this.avg_fn ?? get_swa_avg_fn();
      averaged.forEach((average, i) => void average.copy_(avg_fn(average, current[i], this.n_averaged)));
      return;
    }
    for (const dtype of new Set(averaged.map((average) => average.dtype))) {
      const same = [...averaged.keys()].filter((i) => averaged[i].dtype === dtype);
      this.multi_avg_fn(
        same.map((i) => averaged[i]),
        same.map((i) => current[i]),
        this.n_averaged,
      );
    }
  }
}
