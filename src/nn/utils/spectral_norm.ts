import { no_grad } from "../../autograd/grad_mode.js";
import type { RemovableHandle } from "../../autograd/hooks.js";
import { RuntimeError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import type { Module } from "../module.js";
import { is_lazy, Parameter } from "../parameter.js";
import { asMatrix, checkIterations, direction, outputDim, randomDirection, tensorOn } from "./norms.js";

type Properties = Record<string, unknown>;

/** What a module is given by {@link spectral_norm}, by the name of the weight. */
const registered = new WeakMap<
  Module,
  Map<string, { handle: RemovableHandle; compute: (iterate: boolean) => Tensor }>
>();

const signature = new Signature(
  "spectral_norm(str name='weight', int n_power_iterations=1, float eps=1e-12, int? dim=None)",
);

/**
 * The older way to spectral normalisation: before every call the weight is computed from the parameter `weight_orig` and
 * the buffers `weight_u` and `weight_v`. `parametrizations.spectral_norm` may take its place.
 */
export function spectral_norm<M extends Module>(module: M, ...args: Arguments<typeof signature.text>): M {
  const [name, n_power_iterations, eps, given] = signature.bind(args);
  const dim = given ?? outputDim(module);
  const own = registered.get(module) ?? new Map();
  registered.set(module, own);
  if (own.has(name)) throw new RuntimeError(`Cannot register two spectral_norm hooks on the same parameter ${name}`);
  checkIterations(n_power_iterations);
  const weight = module._parameters.get(name);
  if (!weight) throw new ValueError(`\`SpectralNorm\` cannot be applied as parameter \`${name}\` is None`);
  if (is_lazy(weight)) {
    throw new ValueError(
      "The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy forward before applying spectral normalization",
    );
  }
  const matrix = no_grad(() => asMatrix(weight, dim));
  const [u, v] = [matrix.shape[0], matrix.shape[1]].map((size) => randomDirection(weight, size, eps));
  module.__delattr__(name);
  module.register_parameter(`${name}_orig`, weight);
  const properties = module as unknown as Properties;
  properties[name] = weight.data;
  module.register_buffer(`${name}_u`, u);
  module.register_buffer(`${name}_v`, v);
  const compute = (iterate: boolean): Tensor => {
    const original = tensorOn(module, `${name}_orig`);
    const rows = asMatrix(original, dim);
    const [left, right] = [tensorOn(module, `${name}_u`), tensorOn(module, `${name}_v`)];
    if (iterate) {
      no_grad(() => {
        for (let i = 0; i < n_power_iterations; i++) {
          right.copy_(direction(rows.t().mv(left), eps));
          left.copy_(direction(rows.mv(right), eps));
        }
      });
    }
    // copies, since the next call changes them before this one's gradients may have been asked for
    return original.div(left.clone().dot(rows.mv(right.clone())));
  };
  const handle = module.register_forward_pre_hook(() => {
    properties[name] = compute(module.training);
  });
  own.set(name, { handle, compute });
  return module;
}

/** Takes {@link spectral_norm} away: the weight is a parameter again. */
export function remove_spectral_norm<M extends Module>(module: M, name = "weight"): M {
  const found = registered.get(module)?.get(name);
  if (!found) throw new ValueError(`spectral_norm of '${name}' not found in ${module}`);
  const weight = no_grad(() => found.compute(false));
  for (const gone of [name, `${name}_u`, `${name}_v`, `${name}_orig`]) module.__delattr__(gone);
  module.register_parameter(name, new Parameter(weight.detach()));
  found.handle.remove();
  registered.get(module)!.delete(name);
  return module;
}
