import { type ModeScope, no_grad, scoped } from "../../autograd/grad_mode.js";
import { NotImplementedError, ValueError } from "../../python/errors.js";
import { pythonTypeOf } from "../../python/signature.js";
import { Tensor } from "../../tensor/index.js";
import { ModuleDict } from "../containers/index.js";
import { MEMBERS } from "../members.js";
import type { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import {
  checkSame,
  type Parametrization,
  ParametrizationList,
  registerTensor,
  setNumbers,
} from "./parametrization_list.js";

export { ParametrizationList } from "./parametrization_list.js";

type Lists = ModuleDict<Record<string, ParametrizationList>>;
type Properties = Record<string, unknown>;

/** Parameters that are computed once while {@link cached} lasts. */
let cache: Map<Module, Map<string, Tensor>> | null = null;

/**
 * Computes parametrized parameters once and not at every use, until the scope that it returns is disposed or while `body`
 * runs.
 *
 * @example
 * parametrize.cached(() => rnn(input));
 */
export function cached(): ModeScope;
export function cached<T>(body: () => T): T;
export function cached<T>(body?: () => T): T | ModeScope {
  const before = cache;
  cache ??= new Map();
  return scoped(() => {
    cache = before;
  }, body);
}

function listsOf(module: Module): Lists | null {
  const lists = module._modules.get("parametrizations");
  return lists instanceof ModuleDict ? (lists as Lists) : null;
}

/** Is the parameter or buffer of this name, or any, computed by a parametrization? */
export function is_parametrized(module: Module, tensor_name: string | null = null): boolean {
  const lists = listsOf(module);
  if (!lists) return false;
  return tensor_name === null ? lists.length > 0 : lists.has(tensor_name);
}

/**
 * Has a parameter or buffer of a module computed by another module from other numbers, which are trained in its place.
 * They stand under `module.parametrizations.NAME`. If the parametrization has a method `right_inverse`, the numbers are
 * chosen so that the parameter stays what it is, and it may be assigned to.
 *
 * @param options `unsafe`: may the parametrization change dtype and shape? Default `false`
 * @example
 * class Symmetric extends nn.Module {
 *   forward(x: Tensor) { return x.triu().add(x.triu(1).t()); }
 * }
 * const layer = new nn.Linear(3, 3);
 * nn.utils.parametrize.register_parametrization(layer, "weight", new Symmetric());
 */
export function register_parametrization<M extends Module>(
  module: M,
  tensor_name: string,
  parametrization: Parametrization,
  { unsafe = false }: { unsafe?: boolean } = {},
): M {
  parametrization.train(module.training);
  if (is_parametrized(module, tensor_name)) {
    if (!unsafe) checkNext(module, tensor_name, parametrization);
    const list = listsOf(module)!.at(tensor_name);
    list.append(parametrization);
    list.unsafe ||= unsafe;
    return module;
  }
  const original = module._parameters.get(tensor_name) ?? module._buffers.get(tensor_name);
  if (!original) {
    throw new ValueError(
      `Module '${module}' does not have a parameter, a buffer, or a parametrized element with name '${tensor_name}'`,
    );
  }
  const list = new ParametrizationList([parametrization], original, unsafe);
  module.__delattr__(tensor_name);
  if (!is_parametrized(module)) {
    becomeParametrized(module);
    module.register_module("parametrizations", new ModuleDict());
  }
  computeProperty(module, tensor_name);
  listsOf(module)!.update([[tensor_name, list]]);
  return module;
}

/** Is a further parametrization a function from tensors of a kind to tensors of the kind? */
function checkNext(module: Module, name: string, parametrization: Parametrization): void {
  const before = (module as unknown as Properties)[name] as Tensor;
  const after: unknown = parametrization(before);
  checkSame("the `unsafe` flag is enabled.", [`module.${name}.*`, `parametrization(module.${name}).*`], before, after);
  let start: unknown;
  try {
    start = parametrization.right_inverse?.(after) ?? before;
  } catch (error) {
    if (error instanceof NotImplementedError) return;
    throw error;
  }
  if (!(start instanceof Tensor)) {
    throw new ValueError(`parametrization.right_inverse must return a tensor. Got: ${pythonTypeOf(start)}`);
  }
  for (const what of ["dtype", "shape"] as const) {
    if (`${start[what]}` === `${before[what]}`) continue;
    const show = (t: Tensor) => (what === "dtype" ? t.dtype : `torch.Size([${t.shape.join(", ")}])`);
    throw new ValueError(
      `The tensor returned by parametrization.right_inverse must have the same ${what} as module.${name}, unless the \`unsafe\` flag is enabled.\nmodule.${name}.${what}: ${show(before)}\nreturned ${what}: ${show(start)}`,
    );
  }
}

/** Gives the module a class of its own, on which its computed properties can lie. */
function becomeParametrized(module: Module): void {
  const Base = module.constructor as new () => Module;
  const name = `Parametrized${Base.name}`;
  const Parametrized = { [name]: class extends Base {} }[name];
  Object.setPrototypeOf(module, Parametrized.prototype);
  module[MEMBERS].moved();
}

function computeProperty(module: Module, name: string): void {
  Object.defineProperty(Object.getPrototypeOf(module), name, {
    get(this: Module) {
      const list = listsOf(this)?.at(name);
      if (!list) return undefined;
      if (!cache) return list();
      const own = cache.get(this) ?? new Map<string, Tensor>();
      cache.set(this, own);
      const value = own.get(name) ?? list();
      own.set(name, value);
      return value;
    },
    set(this: Module, value: Tensor) {
      listsOf(this)!.at(name).right_inverse(value);
    },
    configurable: true,
  });
}

/**
 * Takes the parametrizations of a parameter or buffer away again. It keeps the value that they computed, or, with
 * `leave_parametrized: false`, gets that of the numbers from which they started.
 */
export function remove_parametrizations<M extends Module>(
  module: M,
  tensor_name: string,
  leave_parametrized: boolean | { leave_parametrized?: boolean } = true,
): M {
  const leave = typeof leave_parametrized === "boolean" ? leave_parametrized : leave_parametrized.leave_parametrized;
  if (!is_parametrized(module, tensor_name)) {
    throw new ValueError(`Module ${module} does not have a parametrization on ${tensor_name}`);
  }
  const lists = listsOf(module)!;
  const list = lists.at(tensor_name);
  const own = unparametrized(module, tensor_name, list, leave ?? true);
  delete Object.getPrototypeOf(module)[tensor_name];
  lists.__delitem__(tensor_name);
  registerTensor(module, tensor_name, own);
  if (!is_parametrized(module)) {
    module.__delattr__("parametrizations");
    Object.setPrototypeOf(module, Object.getPrototypeOf(Object.getPrototypeOf(module)));
    module[MEMBERS].moved();
  }
  return module;
}

/** The tensor that a module gets when its parametrizations are taken away. */
function unparametrized(module: Module, name: string, list: ParametrizationList, leave: boolean): Tensor {
  const value = () => (module as unknown as Properties)[name] as Tensor;
  if (list.is_tensor) {
    const [original] = list.originals();
    if (leave) no_grad(() => setNumbers(original, value()));
    return original;
  }
  if (!leave) {
    throw new ValueError(
      "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors.",
    );
  }
  const computed = value();
  return computed.requires_grad ? new Parameter(computed.detach()) : computed;
}

/** The class that the module has without its parametrizations. */
export function type_before_parametrizations(module: Module): new (...args: never[]) => Module {
  const { constructor } = module;
  return (is_parametrized(module) ? Object.getPrototypeOf(constructor) : constructor) as new () => Module;
}

/** Gives another module the same parametrizations, and the very numbers from which they start. */
export function transfer_parametrizations_and_params(
  from_module: Module,
  to_module: Module,
  tensor_name: string | null = null,
): Module {
  const lists = listsOf(from_module);
  if (!lists) return to_module;
  for (const name of tensor_name === null ? lists.keys() : [tensor_name]) {
    const list = lists.at(name);
    if (!to_module[MEMBERS].look().has(name)) {
      const value = (from_module as unknown as Properties)[name] as Tensor;
      to_module.register_parameter(name, new Parameter(value.detach()));
    }
    for (const parametrization of list) register_parametrization(to_module, name, parametrization as Parametrization);
    const other = listsOf(to_module)!.at(name);
    for (const [original, tensor] of list._parameters) other.register_parameter(original, tensor);
    for (const [original, tensor] of list._buffers) other.register_buffer(original, tensor);
  }
  return to_module;
}
