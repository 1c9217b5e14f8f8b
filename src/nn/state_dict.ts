import { HookList } from "../autograd/hooks.js";
import type { Tensor } from "../tensor/index.js";

// biome-ignore lint/suspicious/noExplicitAny: modules of all kinds, and what they keep as extra state
type Any = any;

/** The tensors of a module by name: `"0.weight"`, `"0.bias"`, ... */
export type StateDict = Record<string, Tensor>;

/** What a state dict tells of a module beside its tensors. */
export interface LocalMetadata {
  /** The layout of the module's state, for reading older ones. */
  version?: number | null;
  assign_to_params_buffers?: boolean;
}

/** A state dict under way: `_metadata` belongs to its modules by path and is no entry. */
export type Destination = Record<string, Any> & { readonly _metadata?: Record<string, LocalMetadata> };

/** What loading a state dict reports. */
export class IncompatibleKeys {
  constructor(
    readonly missing_keys: string[],
    readonly unexpected_keys: string[],
  ) {}

  toString(): string {
    if (this.missing_keys.length === 0 && this.unexpected_keys.length === 0) return "<All keys matched successfully>";
    const list = (keys: readonly string[]) => `[${keys.map((k) => `'${k}'`).join(", ")}]`;
    return `_IncompatibleKeys(missing_keys=${list(this.missing_keys)}, unexpected_keys=${list(this.unexpected_keys)})`;
  }
}

export type StateDictPreHook = (module: Any, prefix: string, keep_vars: boolean) => void;
export type StateDictPostHook = (module: Any, state_dict: Any, prefix: string, local_metadata: LocalMetadata) => void;
/** What each module is given when a state dict is loaded; keys and messages go into the lists. */
export type LoadArguments = [
  state_dict: Destination,
  prefix: string,
  local_metadata: LocalMetadata,
  strict: boolean,
  missing_keys: string[],
  unexpected_keys: string[],
  error_msgs: string[],
];
export type LoadPreHook = (module: Any, ...args: LoadArguments) => void;
export type LoadPostHook = (module: Any, incompatible_keys: IncompatibleKeys) => void;

/** The hooks around saving and loading the state of one module. */
export class StateHooks {
  readonly beforeSave = new HookList<StateDictPreHook>();
  readonly afterSave = new HookList<StateDictPostHook>();
  readonly beforeLoad = new HookList<LoadPreHook>();
  readonly afterLoad = new HookList<LoadPostHook>();

  /** Adds the hooks of another module. */
  adopt(other: StateHooks): void {
    for (const hook of other.beforeSave) this.beforeSave.add(hook);
    for (const hook of other.afterSave) this.afterSave.add(hook);
    for (const hook of other.beforeLoad) this.beforeLoad.add(hook);
    for (const hook of other.afterLoad) this.afterLoad.add(hook);
  }
}
