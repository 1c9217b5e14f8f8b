import type { RemovableHandle } from "../../autograd/hooks.js";
import { RuntimeError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import type { Tensor } from "../../tensor/index.js";
import type { Module } from "../module.js";
import { is_lazy, Parameter } from "../parameter.js";
import { normExceptDim, normed, tensorOn } from "./norms.js";

type Properties = Record<string, unknown>;

/** What a module is given by {@link weight_norm}, by the name of the weight. */
const registered = new WeakMap<Module, Map<string, { handle: RemovableHandle; compute: () => Tensor }>>();

const signature = new Signature("weight_norm(str name='weight', int? dim=0)");

/**
 * The older way to weight normalisation: before every call the weight is computed as `g v / |v|` from the parameters
 * `weight_g` and `weight_v`. `parametrizations.weight_norm` takes its place.
 */
export function weight_norm<M extends Module>(module: M, ...args: Arguments<typeof signature.text>): M {
  const [name, given] = signature.bind(args);
  warn(
    "`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.",
    "FutureWarning",
  );
  const own = registered.get(module) ?? new Map();
  registered.set(module, own);
  if (own.has(name)) throw new RuntimeError(`Cannot register two weight_norm hooks on the same parameter ${name}`);
  const weight = tensorOn(module, name);
  if (is_lazy(weight)) {
    throw new ValueError(
      "The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to run the dummy forward before applying weight normalization",
    );
  }
  const dim = given ?? -1;
  module.__delattr__(name);
  module.register_parameter(`${name}_g`, new Parameter(normExceptDim(weight.data, dim)));
  module.register_parameter(`${name}_v`, new Parameter(weight.data));
  const properties = module as unknown as Properties;
  const compute = () => normed(tensorOn(module, `${name}_v`), tensorOn(module, `${name}_g`), dim);
  properties[name] = compute();
  const handle = module.register_forward_pre_hook(() => {
    properties[name] = compute();
  });
  own.set(name, { handle, compute });
  return module;
}

/** Takes {@link weight_norm} away: the weight is a parameter again. */
export function remove_weight_norm<M extends Module>(module: M, name = "weight"): M {
  const found = registered.get(module)?.get(name);
  if (!found) throw new ValueError(`weight_norm of '${name}' not found in ${module}`);
  const weight = found.compute();
  for (const gone of [name, `${name}_g`, `${name}_v`]) module.__delattr__(gone);
  module.register_parameter(name, new Parameter(weight.data));
  found.handle.remove();
  registered.get(module)!.delete(name);
  return module;
}
