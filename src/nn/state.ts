import { no_grad } from "../autograd/grad_mode.js";
import { AssertionError, RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { MEMBERS, type Members, type Owner } from "./members.js";
import { is_lazy, Parameter } from "./parameter.js";
import {
  type Destination,
  IncompatibleKeys,
  type LoadArguments,
  type LocalMetadata,
  type StateDict,
} from "./state_dict.js";

/* Saving and loading the state of modules. Each module saves and loads its own part, in methods that may be overridden. */

/** A module as far as its state goes. */
export interface Stateful extends Owner {
  readonly [MEMBERS]: Members<Stateful>;
  readonly _version: number | null;
  _save_to_state_dict(destination: Destination, prefix: string, keep_vars: boolean): void;
  _load_from_state_dict(...args: LoadArguments): void;
  get_extra_state?(): unknown;
  set_extra_state?(state: unknown): void;
}

const EXTRA_STATE = "_extra_state";

/** The state of a module and those inside, written into `destination`. */
export function saveState(
  module: Stateful,
  prefix: string,
  keep_vars: boolean,
  destination: Destination = Object.defineProperty({}, "_metadata", { value: {} }),
): StateDict {
  const { state, modules } = module[MEMBERS].look();
  const local_metadata: LocalMetadata = { version: module._version };
  if (destination._metadata) destination._metadata[prefix.slice(0, -1)] = local_metadata;
  for (const hook of state.beforeSave) hook(module, prefix, keep_vars);
  module._save_to_state_dict(destination, prefix, keep_vars);
  for (const [name, child] of modules) if (child) saveState(child, `${prefix}${name}.`, keep_vars, destination);
  for (const hook of state.afterSave) {
    if ((hook(module, destination, prefix, local_metadata) ?? null) !== null) {
      throw new RuntimeError("state_dict post-hook must return None");
    }
  }
  return destination;
}

/** Parameters, then persistent buffers, of one module. */
function ownState(module: Stateful): [string, Tensor][] {
  const { parameters, buffers, nonPersistent } = module[MEMBERS].look();
  return [...parameters, ...[...buffers].filter(([name]) => !nonPersistent.has(name))].filter(
    (entry): entry is [string, Tensor] => entry[1] !== null,
  );
}

/** One module's part of {@link saveState}. */
export function saveOwnState(module: Stateful, destination: Destination, prefix: string, keep_vars: boolean): void {
  for (const [name, tensor] of ownState(module)) {
    destination[prefix + name] = keep_vars || is_lazy(tensor) ? tensor : tensor.detach();
  }
  if (module.get_extra_state) destination[prefix + EXTRA_STATE] = module.get_extra_state();
}

/** What loading is going to change, once everything has been found to fit. */
let changes: (() => void)[] | null = null;

/** Loads a state dict into a module and those inside. After an error nothing has changed. */
export function loadState(module: Stateful, name: string, given: StateDict, strict: boolean, assign: boolean) {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`Expected state_dict to be dict-like, got <class '${pythonTypeOf(given)}'>.`);
  }
  const keys = new IncompatibleKeys([], []);
  const error_msgs: string[] = [];
  const outer = changes;
  changes = [];
  try {
    loadInto(module, { ...given }, "", (given as Destination)._metadata ?? {}, assign, keys, error_msgs);
    const quoted = (names: readonly string[]) => names.map((k) => `"${k}"`).join(", ");
    const { missing_keys, unexpected_keys } = keys;
    if (strict && unexpected_keys.length > 0) {
      error_msgs.unshift(`Unexpected key(s) in state_dict: ${quoted(unexpected_keys)}. `);
    }
    if (strict && missing_keys.length > 0) {
      error_msgs.unshift(`Missing key(s) in state_dict: ${quoted(missing_keys)}. `);
    }
    if (error_msgs.length > 0) {
      throw new RuntimeError(`Error(s) in loading state_dict for ${name}:\n\t${error_msgs.join("\n\t")}`);
    }
    no_grad(() => {
      for (const change of changes!) change();
    });
  } finally {
    changes = outer;
  }
  return keys;
}

function loadInto(
  module: Stateful,
  state_dict: Destination,
  prefix: string,
  metadata: Readonly<Record<string, LocalMetadata>>,
  assign: boolean,
  keys: IncompatibleKeys,
  error_msgs: string[],
): void {
  const local_metadata = { ...metadata[prefix.slice(0, -1)] };
  if (assign) local_metadata.assign_to_params_buffers = true;
  const { missing_keys, unexpected_keys } = keys;
  module._load_from_state_dict(state_dict, prefix, local_metadata, true, missing_keys, unexpected_keys, error_msgs);
  for (const [name, child] of module[MEMBERS].look().modules) {
    if (!child) continue;
    const inner = `${prefix}${name}.`;
    const part = Object.fromEntries(Object.entries(state_dict).filter(([key]) => key.startsWith(inner)));
    loadInto(child, part, inner, metadata, assign, keys, error_msgs);
  }
  for (const hook of module[MEMBERS].state.afterLoad) {
    const returned: unknown = hook(module, keys);
    if (returned !== undefined && returned !== null) {
      throw new AssertionError(
        "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new values, if incompatible_keys need to be modified, it should be done inplace.",
      );
    }
  }
}

/** One module's part of {@link loadState}. */
export function loadOwnState(module: Stateful, ...args: LoadArguments): void {
  const [state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs] = args;
  const members = module[MEMBERS].look();
  for (const hook of members.state.beforeLoad) {
    hook(module, ...args);
  }
  const own = new Map(ownState(module));
  for (const [name, tensor] of own) {
    const key = prefix + name;
    if (!(key in state_dict)) {
      if (strict) missing_keys.push(key);
      continue;
    }
    const given: unknown = state_dict[key];
    const problem = misfit(key, tensor, given);
    if (problem !== null) {
      error_msgs.push(problem);
      continue;
    }
    const source = given as Tensor;
    change(() => {
      if (local_metadata.assign_to_params_buffers) members.assign(name, asMember(tensor, source));
      else if (!is_lazy(tensor)) tensor.copy_(source.reshape([...tensor.shape]));
    });
  }
  const extra = prefix + EXTRA_STATE;
  if (module.set_extra_state) {
    if (extra in state_dict) change(() => module.set_extra_state!(state_dict[extra]));
    else if (strict) missing_keys.push(extra);
  } else if (strict && extra in state_dict) unexpected_keys.push(extra);
  if (!strict) return;
  for (const key of Object.keys(state_dict)) {
    if (!key.startsWith(prefix) || key === extra) continue;
    const [name, ...rest] = key.slice(prefix.length).split(".");
    if (rest.length > 0 ? !members.modules.has(name) : !own.has(name)) unexpected_keys.push(key);
  }
}

/** Makes a change at once, or once the whole state dict has been found to fit. */
function change(make: () => void): void {
  if (changes) changes.push(make);
  else no_grad(make);
}

/** A tensor of the state dict that takes the place of the module's own. */
function asMember(own: Tensor, given: Tensor): Tensor {
  if (!(own instanceof Parameter)) return given;
  return given instanceof Parameter
    ? given.requires_grad_(own.requires_grad)
    : new Parameter(given.detach(), own.requires_grad);
}

const showSize = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;

/** Why a value of the state dict does not fit, or null. */
function misfit(key: string, own: Tensor, given: unknown): string | null {
  if (!(given instanceof Tensor)) {
    return `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received <class '${pythonTypeOf(given)}'>`;
  }
  if (is_lazy(own) || `${given.shape}` === `${own.shape}`) return null;
  if (own.dim() === 0 && given.dim() === 1 && given.numel() === 1) return null;
  return `size mismatch for ${key}: copying a param with shape ${showSize(given)} from checkpoint, the shape in current model is ${showSize(own)}.`;
}
