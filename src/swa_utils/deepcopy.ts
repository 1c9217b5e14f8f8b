import { Buffer, Module, Parameter } from "../nn/index.js";
import { isKeywords } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";

/**
 * A copy of a module with parameters, buffers and modules of its own, as Python's `copy.deepcopy` makes it: what was
 * shared in the module is shared in the copy, gradients are left behind. Hooks, functions and other objects are taken
 * over as they are.
 */
export function deepcopy(module: Module): Module {
  return copied(module, new Map()) as Module;
}

function copied(value: unknown, made: Map<unknown, unknown>): unknown {
  if (made.has(value)) return made.get(value);
  if (value instanceof Module) return copyModule(value, made);
  const copy = copyValue(value, made);
  made.set(value, copy);
  return copy;
}

function copyValue(value: unknown, made: Map<unknown, unknown>): unknown {
  if (value instanceof Parameter) return new Parameter(value.detach().clone(), value.requires_grad);
  if (value instanceof Buffer) return new Buffer(value.detach().clone(), { persistent: value.persistent });
  if (value instanceof Tensor) return value.detach().clone().requires_grad_(value.requires_grad);
  if (Array.isArray(value)) return value.map((item) => copied(item, made));
  if (!isKeywords(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item, made)]));
}

function copyModule(module: Module, made: Map<unknown, unknown>): Module {
  // a module of the same class, of which only Module's own constructor was run
  const copy: Module = Reflect.construct(Module, [], module.constructor);
  made.set(module, copy);
  const [from, to] = [Module.internalsOf(module), Module.internalsOf(copy)];
  for (const [name, persistent] of from.buffers) to.buffers.set(name, persistent);
  to.calls.adopt(from.calls);
  for (const [name, value] of Object.entries(module)) Reflect.set(copy, name, copied(value, made));
  return copy;
}
