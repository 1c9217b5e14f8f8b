import type { RemovableHandle } from "../autograd/hooks.js";
import { globalHooks } from "./call.js";

/* `torch.nn.modules.module`: hooks on all modules at once, for debugging and measuring. */

// biome-ignore lint/suspicious/noExplicitAny: arguments and results of modules
type Any = any;

/** Hooks on every module that is called, whichever it is; they run before the module's own. */
export function register_module_forward_pre_hook(hook: (module: Any, args: readonly Any[]) => Any): RemovableHandle {
  return globalHooks.before.add({ hook, with_kwargs: false, always_call: false });
}

/** {@link register_module_forward_pre_hook} for what runs after `forward`. */
export function register_module_forward_hook(
  hook: (module: Any, args: readonly Any[], output: Any) => Any,
  { with_kwargs = false, always_call = false }: { with_kwargs?: boolean; always_call?: boolean } = {},
): RemovableHandle {
  return globalHooks.after.add({ hook, with_kwargs, always_call });
}

/** {@link register_module_forward_pre_hook} for what runs before the gradients go through a module. */
export function register_module_full_backward_pre_hook(
  hook: (module: Any, grad_output: readonly Any[]) => Any,
): RemovableHandle {
  return globalHooks.backwardBefore.add(hook);
}

/** {@link register_module_forward_pre_hook} for what runs when the gradients of a module's inputs are computed. */
export function register_module_full_backward_hook(
  hook: (module: Any, grad_input: readonly Any[], grad_output: readonly Any[]) => Any,
): RemovableHandle {
  return globalHooks.backward.add(hook);
}
