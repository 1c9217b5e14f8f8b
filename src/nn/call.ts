import { HookList } from "../autograd/hooks.js";
import { PythonError, withHelp } from "../python/errors.js";
import { BackwardHooks } from "./backward_hooks.js";

// biome-ignore lint/suspicious/noExplicitAny: forward takes and returns what the module likes
type Any = any;

/** A module as far as calling it goes. */
export interface Callable {
  forward(...args: Any[]): Any;
  named_modules(): Iterable<readonly [path: string, module: Callable]>;
  _get_name(): string;
}

/** The hooks of one module. */
export class CallHooks<M> {
  readonly before = new HookList<(module: M, args: readonly Any[]) => Any>();
  readonly after = new HookList<(module: M, args: readonly Any[], output: Any) => Any>();
  readonly backwardBefore = new HookList<(module: M, grad_output: readonly Any[]) => Any>();
  readonly backward = new HookList<(module: M, grad_input: readonly Any[], grad_output: readonly Any[]) => Any>();

  /** Adds the hooks of another module. */
  adopt(other: CallHooks<M>): void {
    for (const hook of other.before) this.before.add(hook);
    for (const hook of other.after) this.after.add(hook);
    for (const hook of other.backwardBefore) this.backwardBefore.add(hook);
    for (const hook of other.backward) this.backward.add(hook);
  }
}

/** What calling a module does: hooks, `forward`, hooks. An error says in which module it happened. */
export function callModule<M extends Callable>(module: M, hooks: CallHooks<M>, args: readonly Any[]): Any {
  try {
    return callWithHooks(module, hooks, args);
  } catch (error) {
    if (error instanceof PythonError) locate(error, module);
    throw error;
  }
}

function callWithHooks<M extends Callable>(module: M, hooks: CallHooks<M>, args: readonly Any[]): Any {
  const { before, after, backward, backwardBefore } = hooks;
  let given = args;
  if (before.size > 0) {
    for (const hook of before) {
      const replaced = hook(module, given);
      if (replaced !== undefined && replaced !== null) given = Array.isArray(replaced) ? replaced : [replaced];
    }
  }
  const around =
    backward.size > 0 || backwardBefore.size > 0 ? new BackwardHooks(module, backward, backwardBefore) : null;
  if (around) given = around.enter(given);
  let output = module.forward(...given);
  if (after.size > 0) for (const hook of after) output = hook(module, given, output) ?? output;
  return around ? around.leave(output) : output;
}

/** Where an error on its way up has happened: in the module at `path` inside `root`. */
interface Place {
  root: Callable;
  path: string;
  readonly name: string;
  sentence: string;
}

const places = new WeakMap<PythonError, Place>();

/** Adds to the error in which module it happened, the path beginning at the outermost module that runs. */
function locate(error: PythonError, module: Callable): void {
  const place = places.get(error);
  if (!place) {
    const text = String(module);
    const name = text.includes("\n") ? module._get_name() : text;
    const first = { root: module, path: "", name, sentence: `In module ${name}` };
    places.set(error, first);
    // one blank line parts PyTorch's text from our explanation
    const explained = error.message.includes("\n\n");
    rewrite(error, explained ? `${error.message}\n${first.sentence}` : withHelp(error.message, first.sentence));
    return;
  }
  for (const [path, inner] of module.named_modules()) {
    if (inner !== place.root || path === "") continue;
    place.root = module;
    place.path = place.path === "" ? path : `${path}.${place.path}`;
    const sentence = `In module ${place.path}: ${place.name}`;
    rewrite(error, error.message.slice(0, -place.sentence.length) + sentence);
    place.sentence = sentence;
    return;
  }
}

/** Changes the message, also where the stack shows it. */
function rewrite(error: Error, message: string): void {
  const { stack } = error;
  const old = error.message;
  error.message = message;
  if (stack?.includes(old)) error.stack = stack.replace(old, () => message);
}
