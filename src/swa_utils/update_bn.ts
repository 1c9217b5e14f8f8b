import { no_grad } from "../autograd/index.js";
import type { Module } from "../nn/index.js";
import { Tensor } from "../tensor/index.js";

/**
 * What {@link update_bn} asks of a normalising layer. In training mode the layer moves its running statistics towards
 * those of each batch by `momentum`; with `momentum: null` it keeps the plain mean over the `num_batches_tracked` batches.
 */
export interface BatchNormLike {
  running_mean: Tensor;
  running_var: Tensor;
  num_batches_tracked: Tensor | null;
  momentum: number | null;
}

/**
 * Computes the running statistics of a model's BatchNorm layers anew, in one pass over the data: an averaged model has
 * weights for which there are none yet. Layers are found by what they have, see {@link BatchNormLike}; a model without
 * any is left alone, and the data unread.
 *
 * @param loader batches: tensors, or arrays whose first element is the input
 * @param model run in training mode, without gradients; afterwards in its former mode, with its former momenta
 * @param device only "cpu"
 * @example
 * swa_utils.update_bn(loader, averaged);
 */
export function update_bn(loader: Iterable<unknown>, model: Module, device: string | null = null): void {
  const layers = model.modules().filter(isBatchNorm);
  if (layers.length === 0) return;
  const momenta = layers.map((layer) => layer.momentum);
  const wasTraining = model.training;
  model.train();
  try {
    for (const layer of layers) {
      reset(layer);
      layer.momentum = null;
    }
    no_grad(() => {
      for (const batch of loader) {
        const input = Array.isArray(batch) ? batch[0] : batch;
        model(device !== null && input instanceof Tensor ? input.to(device) : input);
      }
    });
  } finally {
    layers.forEach((layer, i) => {
      layer.momentum = momenta[i];
    });
    model.train(wasTraining);
  }
}

function isBatchNorm(module: Module): module is Module & BatchNormLike {
  const { running_mean, running_var } = module as Partial<BatchNormLike>;
  return running_mean instanceof Tensor && running_var instanceof Tensor && "momentum" in module;
}

/** The statistics of no data: mean 0, variance 1. */
function reset(layer: BatchNormLike): void {
  no_grad(() => {
    layer.running_mean.zero_();
    layer.running_var.fill_(1);
    layer.num_batches_tracked?.zero_();
  });
}
