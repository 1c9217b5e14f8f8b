import { no_grad } from "../autograd/grad_mode.js";
import { RuntimeError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { MEMBERS } from "./members.js";
import { Module } from "./module.js";
import { Buffer, Parameter } from "./parameter.js";

/**
 * A copy of a module, a tensor, a state dict, ... with tensors and modules of its own, as Python's `copy.deepcopy` makes
 * it: what was shared inside is shared in the copy. Parameters leave their gradients behind. Hooks, functions and other
 * objects are taken over as they are.
 *
 * @throws RuntimeError for a tensor that is the result of a recorded operation
 * @example
 * const best = copy.deepcopy(model.state_dict());
 */
export function deepcopy<T>(value: T): T {
  return no_grad(() => copied(value, new Map()));
}

function copied<T>(value: T, made: Map<unknown, unknown>): T {
  if (made.has(value)) return made.get(value) as T;
  const copy = value instanceof Module ? copyModule(value, made) : copyValue(value, made);
  made.set(value, copy);
  return copy as T;
}

function copyValue(value: unknown, made: Map<unknown, unknown>): unknown {
  if (value instanceof Tensor) return copyTensor(value);
  if (Array.isArray(value)) return value.map((item) => copied(item, made));
  if (!isKeywords(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item, made)]));
}

function copyTensor(tensor: Tensor): Tensor {
  if (!tensor.is_leaf) {
    throw new RuntimeError(
      "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001",
      "A copy would be cut off from the graph; say so with tensor.detach().clone().",
    );
  }
  const memory = tensor.detach().clone();
  if (tensor instanceof Parameter) {
    const copy = new Parameter(memory, tensor.requires_grad);
    return Object.setPrototypeOf(copy, Object.getPrototypeOf(tensor));
  }
  if (tensor instanceof Buffer) return new Buffer(memory, { persistent: tensor.persistent });
  const copy = memory.requires_grad_(tensor.requires_grad);
  if (tensor.grad) copy.grad = copyTensor(tensor.grad);
  return copy;
}

function copyModule(module: Module, made: Map<unknown, unknown>): Module {
  // a module of the same class, of which only Module's own constructor was run
  const copy: Module = Reflect.construct(Module, [], module.constructor);
  made.set(module, copy);
  const members = module[MEMBERS].look();
  members.copyTo(copy[MEMBERS], (value) => copied(value, made));
  for (const [name, value] of Object.entries(module)) {
    if (!members.isMember(name)) Reflect.set(copy, name, copied(value, made));
  }
  return copy;
}
