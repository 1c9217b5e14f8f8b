import { MEMBERS } from "../nn/members.js";
import type { Module } from "../nn/module.js";
import { RuntimeError } from "../python/errors.js";
import type { Tensor } from "../tensor/index.js";

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Calls `module` with other tensors in the place of its parameters and buffers, which it has again afterwards. Gradients
 * reach the given tensors.
 *
 * @param parameter_and_buffer_dicts tensors by path, as in {@link Module.state_dict}; those left out stay
 * @param args the arguments of the call, a list, or the only one
 * @param options `strict`: the names must be exactly those of the module, default `false`
 * @throws RuntimeError with `strict` and missing or unexpected names
 * @example
 * const loss = (weights) => torch.func.functional_call(model, weights, [x]).pow(2).mean();
 * torch.func.grad(loss)(Object.fromEntries(model.named_parameters()));
 */
export function functional_call(
  module: Module,
  parameter_and_buffer_dicts: Tensors | readonly Tensors[],
  args: unknown,
  options: { strict?: boolean } = {},
  // biome-ignore lint/suspicious/noExplicitAny: what the module returns
): any {
  const given: Tensors = Array.isArray(parameter_and_buffer_dicts)
    ? Object.assign({}, ...parameter_and_buffer_dicts)
    : (parameter_and_buffer_dicts as Tensors);
  const own = [...module.named_parameters(), ...module.named_buffers()].map(([path]) => path);
  if (options.strict) checkNames(module, own, Object.keys(given));
  const places = own.filter((path) => path in given).map((path) => holder(module, path));
  const before = places.map(([owner, name]) => owner[MEMBERS].get(name) as Tensor | null);
  try {
    for (const [owner, name, path] of places) owner[MEMBERS].put(name, given[path]);
    const call = module as unknown as (...values: unknown[]) => unknown;
    return Array.isArray(args) ? call(...args) : call(args);
  } finally {
    places.forEach(([owner, name], i) => void owner[MEMBERS].put(name, before[i]));
  }
}

function holder(module: Module, path: string): [owner: Module, name: string, path: string] {
  const dot = path.lastIndexOf(".");
  return [module.get_submodule(path.slice(0, Math.max(dot, 0))), path.slice(dot + 1), path];
}

function checkNames(module: Module, own: readonly string[], given: readonly string[]): void {
  const quoted = (names: readonly string[]) => names.map((n) => `'${n}'`).join(", ");
  const missing = own.filter((path) => !given.includes(path));
  const unexpected = given.filter((path) => !own.includes(path));
  const lines: string[] = [];
  if (unexpected.length > 0) lines.push(`Unexpected key(s): ${quoted(unexpected)}.`);
  if (missing.length > 0) lines.push(`Missing key(s): ${quoted(missing)}.`);
  if (lines.length === 0) return;
  throw new RuntimeError(`Error(s) in reparametrizing for ${module._get_name()}:\n\t${lines.join("\n\t")}`);
}
