import { no_grad } from "../autograd/grad_mode.js";
import { NotImplementedError, RuntimeError } from "../python/errors.js";
import { MEMBERS } from "./members.js";
import type { Module } from "./module.js";
import { is_lazy } from "./parameter.js";
import type { LoadArguments } from "./state_dict.js";

// biome-ignore lint/suspicious/noExplicitAny: a mixin takes whatever its base takes
type Any = any;
type ModuleClass = abstract new (...args: Any[]) => Module;

/** What {@link lazy} adds to a class of modules. */
export interface LazyModule {
  /** Gives the parameters their shapes by the first input, and draws them. */
  initialize_parameters(...args: Any[]): void;
  /** Has the module parameters or buffers without a shape? */
  has_uninitialized_params(): boolean;
}

/**
 * A class of modules that find out the shapes of their parameters from their first input: `class LazyLinear extends
 * lazy(Linear)`. Until then the parameters are {@link UninitializedParameter}s; then the module becomes an ordinary one
 * of the base class.
 */
export function lazy<B extends ModuleClass>(Base: B) {
  abstract class Lazy extends Base implements LazyModule {
    initialize_parameters(..._args: Any[]): void {
      throw new NotImplementedError(`initialize_parameters is not implemented for ${this.constructor.name}`);
    }

    has_uninitialized_params(): boolean {
      return [...this._parameters.values(), ...this._buffers.values()].some(is_lazy);
    }

    override forward(...args: Any[]): Any {
      this.initialize_parameters(...args);
      if (this.has_uninitialized_params()) {
        throw new RuntimeError(`module ${this._get_name()} has not been fully initialized`);
      }
      Object.setPrototypeOf(this, Base.prototype);
      this[MEMBERS].moved();
      return this.forward(...args);
    }

    /** Parameters whose shape is not known yet take that of what is loaded. */
    override _load_from_state_dict(...args: LoadArguments): void {
      const [state_dict, prefix] = args;
      for (const [name, tensor] of [...this._parameters, ...this._buffers]) {
        const given = state_dict[prefix + name];
        if (is_lazy(tensor) && given !== undefined && !is_lazy(given)) no_grad(() => tensor.materialize(given.shape));
      }
      super._load_from_state_dict(...args);
    }
  }
  // calling it is typed as calling the module that it becomes
  return Lazy as unknown as B & (abstract new (...args: Any[]) => LazyModule);
}
