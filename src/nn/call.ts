import { HookList } from "../autograd/hooks.js";
import { PythonError, RuntimeError, withHelp } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { BackwardHooks } from "./backward_hooks.js";

// biome-ignore lint/suspicious/noExplicitAny: forward takes and returns what the module likes
type Any = any;

/** A module as far as calling it goes. */
export interface Callable {
  forward(...args: Any[]): Any;
  named_modules(): Iterable<readonly [path: string, module: Callable]>;
  _get_name(): string;
}

type Keywords = Record<string, unknown>;

/** A hook before or after `forward`, and how it wants to be called. */
interface RegisteredHook {
  readonly hook: (...args: Any[]) => Any;
  /** Is it given the keyword arguments apart? */
  readonly with_kwargs: boolean;
  /** Does it run as well when `forward` throws? */
  readonly always_call: boolean;
}

/** The hooks of one module, or those of all. */
export class CallHooks {
  readonly before = new HookList<RegisteredHook>();
  readonly after = new HookList<RegisteredHook>();
  readonly backwardBefore = new HookList<(module: Any, grad_output: readonly Any[]) => Any>();
  readonly backward = new HookList<(module: Any, grad_input: readonly Any[], grad_output: readonly Any[]) => Any>();

  get any(): boolean {
    return this.before.size + this.after.size + this.backwardBefore.size + this.backward.size > 0;
  }

  /** Adds the hooks of another module. */
  adopt(other: CallHooks): void {
    for (const hook of other.before) this.before.add(hook);
    for (const hook of other.after) this.after.add(hook);
    for (const hook of other.backwardBefore) this.backwardBefore.add(hook);
    for (const hook of other.backward) this.backward.add(hook);
  }
}

/** The hooks of all modules; they run before a module's own. */
export const globalHooks = new CallHooks();

/** What calling a module does: hooks, `forward`, hooks. An error says in which module it happened. */
export function callModule(module: Callable, hooks: CallHooks, args: readonly Any[]): Any {
  try {
    if (!hooks.any && !globalHooks.any) return module.forward(...args);
    return callWithHooks(module, hooks, args);
  } catch (error) {
    if (error instanceof PythonError) locate(error, module);
    throw error;
  }
}

function callWithHooks(module: Callable, hooks: CallHooks, args: readonly Any[]): Any {
  const after = [...globalHooks.after, ...hooks.after];
  const done = new Set<RegisteredHook>();
  let given = args;
  let output: Any = null;
  try {
    for (const { hook, with_kwargs } of [...globalHooks.before, ...hooks.before]) {
      given = with_kwargs ? replacedWithKeywords(hook, module, given) : replacedArguments(hook, module, given);
    }
    const backward = [...globalHooks.backward, ...hooks.backward];
    const backwardBefore = [...globalHooks.backwardBefore, ...hooks.backwardBefore];
    const around =
      backward.length + backwardBefore.length > 0 ? new BackwardHooks(module, backward, backwardBefore) : null;
    if (around) given = around.enter(given);
    output = module.forward(...given);
    for (const hook of after) {
      done.add(hook);
      output = runAfter(hook, module, given, output);
    }
    return around ? around.leave(output) : output;
  } catch (error) {
    for (const hook of after) if (hook.always_call && !done.has(hook)) runDespite(hook, module, given, output);
    throw error;
  }
}

const apart = (args: readonly Any[]): [positional: readonly Any[], keywords: Keywords] =>
  isKeywords(args.at(-1)) ? [args.slice(0, -1), args.at(-1)] : [args, {}];

const together = (positional: readonly Any[], keywords: Keywords): readonly Any[] =>
  Object.keys(keywords).length > 0 ? [...positional, keywords] : positional;

function replacedArguments(hook: RegisteredHook["hook"], module: Callable, args: readonly Any[]): readonly Any[] {
  const [positional, keywords] = apart(args);
  const replaced = hook(module, positional);
  if (replaced === undefined || replaced === null) return args;
  return together(Array.isArray(replaced) ? replaced : [replaced], keywords);
}

function replacedWithKeywords(hook: RegisteredHook["hook"], module: Callable, args: readonly Any[]): readonly Any[] {
  const replaced = hook(module, ...apart(args));
  if (replaced === undefined || replaced === null) return args;
  if (!Array.isArray(replaced) || replaced.length !== 2) {
    throw new RuntimeError(
      `forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got ${replaced}.`,
    );
  }
  return together(replaced[0], replaced[1]);
}

function runAfter({ hook, with_kwargs }: RegisteredHook, module: Callable, args: readonly Any[], output: Any): Any {
  const [positional, keywords] = apart(args);
  return (with_kwargs ? hook(module, positional, keywords, output) : hook(module, positional, output)) ?? output;
}

/** After an error: a hook that always runs, whose own errors are only told. */
function runDespite(hook: RegisteredHook, module: Callable, args: readonly Any[], output: Any): void {
  try {
    runAfter(hook, module, args, output);
  } catch (error) {
    warn(
      `module forward hook with \`\`always_call=True\`\` raised an exception that was silenced as another error was raised in forward: ${(error as Error).message}`,
    );
  }
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
