import type { RemovableHandle } from "../autograd/hooks.js";
import { AssertionError, AttributeError, NotImplementedError, ValueError } from "../python/errors.js";
import { pythonTypeOf, registerType, Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { type DType, empty_like, float32, float64, Tensor } from "../tensor/index.js";
import { callModule } from "./call.js";
import { checkDevice, type ToArguments, targetOf } from "./conversion.js";
import { MEMBERS, Members, typename } from "./members.js";
import { attribute, indent, join } from "./naming.js";
import { Parameter } from "./parameter.js";
import { loadOwnState, loadState, saveOwnState, saveState } from "./state.js";
import type {
  Destination,
  IncompatibleKeys,
  LoadArguments,
  LoadPostHook,
  LoadPreHook,
  StateDict,
  StateDictPostHook,
  StateDictPreHook,
} from "./state_dict.js";

// biome-ignore lint/suspicious/noExplicitAny: forward takes and returns what the module likes
type Any = any;

/** What a hook of {@link Module.register_forward_pre_hook} may return: new arguments. */
export type ForwardPreHook = (module: Module, ...args: readonly Any[]) => Any;
/** A hook of {@link Module.register_forward_hook}; what it returns, unless `undefined`, replaces the output. */
export type ForwardHook = (module: Module, ...args: readonly Any[]) => Any;

/** A hook of {@link Module.register_full_backward_pre_hook}. */
export type BackwardPreHook = (module: Module, grad_output: readonly Gradient[]) => Replaced;
/** A hook of {@link Module.register_full_backward_hook}. */
export type BackwardHook = (
  module: Module,
  grad_input: readonly Gradient[],
  grad_output: readonly Gradient[],
) => Replaced;

type Gradient = Tensor | null;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
type Replaced = Gradient | readonly Gradient[] | undefined | void;

/** Arguments of the methods that register hooks. */
interface HookOptions {
  /** Before the hooks registered so far? Default `false`. */
  prepend?: boolean;
}

interface ForwardHookOptions extends HookOptions {
  /** Is the hook given the keyword arguments as well, after the positional ones? Default `false`. */
  with_kwargs?: boolean;
}

/** Methods take their arguments by position or by name. */
const listing = new Signature("named_parameters(str prefix='', bool recurse=True, bool remove_duplicate=True)");
const walking = new Signature("named_modules(any memo=None, str prefix='', bool remove_duplicate=True)");
const every = new Signature("modules(bool remove_duplicate=True)");
const recursion = new Signature("parameters(bool recurse=True)");
const state = new Signature("state_dict(*, any destination=None, str prefix='', bool keep_vars=False)");
const loading = new Signature("load_state_dict(any state_dict, bool strict=True, bool assign=False)");
const zeroing = new Signature("zero_grad(bool set_to_none=True)");
const requiring = new Signature("requires_grad_(bool requires_grad=True)");
const emptying = new Signature("to_empty(*, str? device, bool recurse=True)");

/** A module is called like a function: `model(x)` runs hooks and `forward`. */
export interface Module {
  (...args: Parameters<this["forward"]>): ReturnType<this["forward"]>;
}

/**
 * The base of all neural network modules. A subclass assigns parameters and modules to its properties and defines
 * `forward`; both are found on the properties, in the order of assignment.
 *
 * @example
 * class MLP extends nn.Module {
 *   hidden = new nn.Linear(2, 8);
 *   out = new nn.Linear(8, 1);
 *   forward(x: Tensor) { return this.out(this.hidden(x).relu()); }
 * }
 * const model = new MLP();
 * const y = model(torch.randn(4, 2)); // shape [4, 1]
 */
export class Module {
  /** Whether the module is in training mode; see {@link train}. */
  declare training: boolean;
  /** @internal */
  declare readonly [MEMBERS]: Members<Module>;

  constructor() {
    // a function whose prototype is the class: callable, and in all else an instance
    const module: this = ((make) => make)((...args: Any[]) => callModule(module, calls, args)) as Any;
    Object.setPrototypeOf(module, new.target.prototype);
    const members = new Members<Module>(module);
    const { calls } = members;
    Object.defineProperty(module, MEMBERS, { value: members });
    // the length of a container is another; elsewhere the function keeps its own, since deleting makes properties slow
    if (module.namesAreData) delete (module as Any).length;
    module.training = true;
    // biome-ignore lint/correctness/noConstructorReturn: the function is the instance
    return module;
  }

  /** @internal */
  get namesAreData(): boolean {
    return false;
  }

  /** The computation; called through the module itself. */
  forward(..._args: Any[]): Any {
    throw new NotImplementedError(`Module [${this.constructor.name}] is missing the required "forward" function`);
  }

  // Finding what belongs to the module

  /** The parameters of this module alone, by name; `null` where a name is reserved. */
  get _parameters(): ReadonlyMap<string, Parameter | null> {
    return this[MEMBERS].look().parameters;
  }

  /** The buffers of this module alone, by name. */
  get _buffers(): ReadonlyMap<string, Tensor | null> {
    return this[MEMBERS].look().buffers;
  }

  /** The modules directly inside, by name. */
  get _modules(): ReadonlyMap<string, Module | null> {
    return this[MEMBERS].look().modules;
  }

  /** The modules directly inside with their names, each once. */
  *named_children(): IterableIterator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, module] of this._modules) {
      if (!module || seen.has(module)) continue;
      seen.add(module);
      yield [name, module];
    }
  }

  /** The modules directly inside. */
  children(): Module[] {
    return [...this.named_children()].map(([, module]) => module);
  }

  /**
   * This module and all modules inside, each once, with its path: `""`, `"0"`, `"encoder.0"`, ...
   *
   * @param args `memo`, a Set of modules to leave out; `prefix` before every path (`""`); `remove_duplicate` (`true`)
   */
  named_modules(...args: Arguments<typeof walking.text>): IterableIterator<[string, Module]> {
    const [memo, prefix, remove_duplicate] = walking.bind(args);
    return this.walk((memo as Set<Module> | null) ?? new Set(), prefix, remove_duplicate);
  }

  private *walk(memo: Set<Module>, prefix: string, remove_duplicate: boolean): IterableIterator<[string, Module]> {
    if (memo.has(this)) return;
    if (remove_duplicate) memo.add(this);
    yield [prefix, this];
    for (const [name, module] of this._modules) {
      if (module) yield* module.named_modules(memo, join(prefix, name), remove_duplicate);
    }
  }

  /** This module and all modules inside, each once unless told otherwise. */
  modules(...args: Arguments<typeof every.text>): Module[] {
    const [remove_duplicate] = every.bind(args);
    return [...this.named_modules({ remove_duplicate })].map(([, module]) => module);
  }

  /**
   * The parameters with their paths: `["0.weight", Parameter]`, ...
   *
   * @param args `prefix` before every path (`""`), `recurse` into the modules inside (`true`), `remove_duplicate`: list
   * a shared parameter once (`true`)
   */
  named_parameters(...args: Arguments<typeof listing.text>): IterableIterator<[string, Parameter]> {
    return this.members(listing.bind(args), (module) => module._parameters);
  }

  /** The parameters, each once; with `recurse: false` those of this module alone. */
  parameters(...args: Arguments<typeof recursion.text>): Parameter[] {
    const [recurse] = recursion.bind(args);
    return [...this.named_parameters("", recurse)].map(([, parameter]) => parameter);
  }

  /** The buffers with their paths. The arguments are those of {@link named_parameters}. */
  named_buffers(...args: Arguments<typeof listing.text>): IterableIterator<[string, Tensor]> {
    return this.members(listing.bind(args), (module) => module._buffers);
  }

  /** The buffers, each once; with `recurse: false` those of this module alone. */
  buffers(...args: Arguments<typeof recursion.text>): Tensor[] {
    const [recurse] = recursion.bind(args);
    return [...this.named_buffers("", recurse)].map(([, buffer]) => buffer);
  }

  private *members<T>(
    [prefix, recurse, remove_duplicate]: readonly [string, boolean, boolean],
    own: (module: Module) => ReadonlyMap<string, T | null>,
  ): IterableIterator<[string, T]> {
    const seen = new Set<T>();
    const modules: Iterable<[string, Module]> = recurse
      ? this.named_modules(new Set(), prefix, remove_duplicate)
      : [[prefix, this]];
    for (const [path, module] of modules) {
      for (const [name, member] of own(module)) {
        if (member === null || seen.has(member)) continue;
        if (remove_duplicate) seen.add(member);
        yield [join(path, name), member];
      }
    }
  }

  /**
   * Gives the module a buffer, a tensor of its state that is not trained.
   *
   * @param persistent `false` keeps it out of the state dict; default `true`
   */
  register_buffer(name: string, tensor: Tensor | null, persistent: boolean | { persistent?: boolean } = true): void {
    const members = this[MEMBERS].look();
    members.checkName("buffer", name);
    if (tensor !== null && !(tensor instanceof Tensor)) {
      throw new TypeError(
        `cannot assign '${typename(tensor)}' object to buffer '${name}' (torch Tensor or None required)`,
      );
    }
    members.register(name, "buffer", tensor);
    members.setPersistent(name, typeof persistent === "boolean" ? persistent : (persistent.persistent ?? true));
  }

  /** Gives the module a parameter, or reserves its name with `null`. */
  register_parameter(name: string, param: Parameter | null): void {
    const members = this[MEMBERS].look();
    members.checkName("parameter", name);
    if (param !== null && !(param instanceof Parameter)) {
      throw new TypeError(
        `cannot assign '${typename(param)}' object to parameter '${name}' (torch.nn.Parameter or None required)`,
      );
    }
    if (param?.grad_fn) {
      throw new ValueError(
        `Cannot assign non-leaf Tensor to parameter '${name}'. Model parameters must be created explicitly. To express '${name}' as a function of another Tensor, compute the value in the forward() method.`,
      );
    }
    members.register(name, "parameter", param);
  }

  /** Gives the module a module inside. Assigning to a property does the same. */
  add_module(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof Module))
      throw new TypeError(`${typename(module)} is not a Module subclass`);
    const members = this[MEMBERS].look();
    members.checkName("module", name);
    members.register(name, "module", module);
  }

  /** {@link add_module}. */
  register_module(name: string, module: Module | null): void {
    this.add_module(name, module);
  }

  /** Python's `del module.name`: takes out a parameter, buffer or module, or deletes any other property. */
  __delattr__(name: string): void {
    const members = this[MEMBERS].look();
    if (!members.has(name)) {
      throw new AttributeError(`'${this._get_name()}' object has no attribute '${name}'`);
    }
    members.remove(name);
  }

  /** The module at a path such as `"encoder.0"`; `""` is this one. */
  get_submodule(target: string): Module {
    if (target === "") return this;
    let module: Module = this;
    for (const name of target.split(".")) {
      const next: unknown = attribute(module, name);
      if (!(next instanceof Module)) throw new AttributeError(`\`${name}\` is not an nn.Module`);
      module = next;
    }
    return module;
  }

  /**
   * Puts a module at a path, in place of the one there or, unless `strict`, as a new one.
   *
   * @throws AttributeError if something else than a module stands there
   */
  set_submodule(target: string, module: Module, strict: boolean | { strict?: boolean } = false): void {
    if (target === "") throw new ValueError("Cannot set the submodule without a target name!");
    if (!(module instanceof Module)) {
      throw new ValueError(`\`module\` is not an nn.Module, found <class '${pythonTypeOf(module)}'>`);
    }
    const [parent, name] = this.parentOf(target);
    const mustBe = typeof strict === "boolean" ? strict : (strict.strict ?? false);
    if (mustBe || parent[MEMBERS].has(name)) {
      if (!(attribute(parent, name) instanceof Module)) throw new AttributeError(`\`${name}\` is not an nn.Module`);
    }
    parent.add_module(name, module);
  }

  /** The parameter at a path such as `"0.weight"`. */
  get_parameter(target: string): Parameter {
    const [module, name] = this.parentOf(target);
    const value: unknown = attribute(module, name);
    if (!(value instanceof Parameter)) throw new AttributeError(`\`${name}\` is not an nn.Parameter`);
    return value;
  }

  /** The buffer at a path such as `"1.running_mean"`. */
  get_buffer(target: string): Tensor {
    const [module, name] = this.parentOf(target);
    attribute(module, name);
    const buffer = module._buffers.get(name);
    if (!buffer) throw new AttributeError(`\`${name}\` is not a buffer`);
    return buffer;
  }

  private parentOf(target: string): [Module, string] {
    const dot = target.lastIndexOf(".");
    return [this.get_submodule(target.slice(0, Math.max(dot, 0))), target.slice(dot + 1)];
  }

  // Modes and conversions

  /** Sets training mode here and in all modules inside; it matters to layers such as dropout. */
  train(mode = true): this {
    if (typeof mode !== "boolean") throw new ValueError("training mode is expected to be boolean");
    this.training = mode;
    for (const module of this.children()) module.train(mode);
    return this;
  }

  /** {@link train} with `false`. */
  eval(): this {
    return this.train(false);
  }

  /** Sets `requires_grad` of all parameters. */
  requires_grad_(...args: Arguments<typeof requiring.text>): this {
    const [requires_grad] = requiring.bind(args);
    for (const p of this.parameters()) p.requires_grad_(requires_grad);
    return this;
  }

  /** Clears the gradients of all parameters: to `null`, or to zeros with `set_to_none: false`. */
  zero_grad(...args: Arguments<typeof zeroing.text>): void {
    const [set_to_none] = zeroing.bind(args);
    for (const p of this.parameters()) {
      if (set_to_none || p.peekGrad() === null) p.dropGrad();
      else p.grad = p.grad!.detach().zero_();
    }
  }

  /** Calls `fn` with every module inside, then with this one; for initialisation. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Replaces the memory of every parameter, its gradient and every buffer by what `fn` makes of it. */
  _apply(fn: (tensor: Tensor) => Tensor, recurse = true): this {
    if (recurse) for (const child of this.children()) child._apply(fn);
    for (const tensor of [...this._parameters.values(), ...this._buffers.values()]) {
      if (!tensor) continue;
      const { grad } = tensor;
      const made = fn(tensor.data);
      tensor.data = made;
      if (grad) tensor.grad = fn(grad);
    }
    return this;
  }

  /**
   * Converts floating point parameters and buffers to a dtype, in place: `to(dtype)`, `to(device, dtype)`, `to(tensor)`
   * for the dtype of a tensor. `"cpu"` is the only device.
   */
  to(...args: ToArguments): this {
    const dtype = targetOf(args);
    if (!dtype) return this;
    if (!dtype.is_floating_point) {
      throw new TypeError(`nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${dtype}`);
    }
    return this._apply((t) => (t.dtype.is_floating_point ? t.to(dtype) : t));
  }

  /** Converts to float32. */
  float(): this {
    return this.to(float32);
  }

  /** Converts to float64. */
  double(): this {
    return this.to(float64);
  }

  /** Converts all parameters and buffers, also those of integers. */
  type(dst_type: DType): this {
    return this._apply((t) => t.to(dst_type));
  }

  /** @throws NotImplementedError: there is no float16 */
  half(): never {
    throw new NotImplementedError("half() is not supported", "Floating point numbers are float32 or float64.");
  }

  /** @throws NotImplementedError: there is no bfloat16 */
  bfloat16(): never {
    throw new NotImplementedError("bfloat16() is not supported", "Floating point numbers are float32 or float64.");
  }

  /** Does nothing: everything is on the CPU. */
  cpu(): this {
    return this;
  }

  /** @throws AssertionError as a PyTorch without CUDA does */
  cuda(): never {
    throw new AssertionError("Torch not compiled with CUDA enabled", 'Every tensor lives on "cpu".');
  }

  /** Gives all parameters and buffers new memory, whose numbers are arbitrary. */
  to_empty(...args: Arguments<typeof emptying.text>): this {
    const [device, recurse] = emptying.bind(args);
    checkDevice(device);
    return this._apply((t) => empty_like(t), recurse);
  }

  /** @throws NotImplementedError: a tensor belongs to one thread */
  share_memory(): never {
    throw new NotImplementedError(
      "share_memory() is not supported",
      "A tensor belongs to the thread that made it. Send state_dict() to a worker and load it there.",
    );
  }

  // State

  /** The layout of the module's state, for {@link _load_from_state_dict} to tell older ones. */
  get _version(): number | null {
    return 1;
  }

  /**
   * All parameters and persistent buffers by path. They share memory with the module.
   *
   * @param args by name: `destination`, an object to write into; `prefix` before every path; `keep_vars`: give the
   * parameters themselves (`false`)
   */
  state_dict(...args: Arguments<typeof state.text>): StateDict {
    const [destination, prefix, keep_vars] = state.bind(args);
    return saveState(this, prefix, keep_vars, (destination ?? undefined) as Destination | undefined);
  }

  /** The part of {@link state_dict} that is this module's own; subclasses may override it. */
  _save_to_state_dict(destination: Destination, prefix: string, keep_vars: boolean): void {
    saveOwnState(this, destination, prefix, keep_vars);
  }

  /**
   * Copies the tensors of a {@link state_dict} into this module's. Everything is checked first: after an error nothing
   * has changed.
   *
   * @param args `strict`: missing and unexpected keys are errors (`true`); `assign`: take over the tensors themselves
   * (`false`)
   * @throws RuntimeError that lists missing and unexpected keys (unless `strict` is `false`) and mismatching sizes
   */
  load_state_dict(
    state_dict: StateDict,
    ...args: [strict?: boolean | LoadOptions, assign?: boolean | LoadOptions]
  ): IncompatibleKeys {
    const [, strict, assign] = loading.bind([0, ...args]);
    return loadState(this, this.constructor.name, state_dict, strict, assign);
  }

  /**
   * The part of {@link load_state_dict} that is this module's own; subclasses may override it, to read older layouts say.
   * `state_dict` may be changed.
   */
  _load_from_state_dict(...args: LoadArguments): void {
    loadOwnState(this, ...args);
  }

  // Hooks

  /**
   * Calls `hook(module, args)` before `forward`; what it returns, unless `undefined`, replaces the arguments. With
   * `with_kwargs` it is `hook(module, args, kwargs)` and returns `[args, kwargs]`.
   */
  register_forward_pre_hook(hook: ForwardPreHook, options: ForwardHookOptions = {}): RemovableHandle {
    const { prepend, with_kwargs = false } = options;
    return this[MEMBERS].calls.before.add({ hook, with_kwargs, always_call: false }, prepend);
  }

  /**
   * Calls `hook(module, args, output)` after `forward`; what it returns, unless `undefined`, replaces the output. With
   * `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` it also runs when `forward` throws.
   */
  register_forward_hook(
    hook: ForwardHook,
    options: ForwardHookOptions & { always_call?: boolean } = {},
  ): RemovableHandle {
    const { prepend, with_kwargs = false, always_call = false } = options;
    return this[MEMBERS].calls.after.add({ hook, with_kwargs, always_call }, prepend);
  }

  /**
   * Calls `hook(module, grad_output)` in a backward pass, before the gradients go through the module; what it returns,
   * if anything, replaces `grad_output`. The gradients are a list with `null` for outputs without one.
   */
  register_full_backward_pre_hook(hook: BackwardPreHook, options: HookOptions = {}): RemovableHandle {
    return this[MEMBERS].calls.backwardBefore.add(hook, options.prepend);
  }

  /**
   * Calls `hook(module, grad_input, grad_output)` in a backward pass, once the gradients of the module's inputs are
   * computed; what it returns, if anything, replaces `grad_input`. The gradients are lists with `null` for inputs that
   * are no tensors. A module with this hook returns views, which may not be changed in place.
   */
  register_full_backward_hook(hook: BackwardHook, options: HookOptions = {}): RemovableHandle {
    return this[MEMBERS].calls.backward.add(hook, options.prepend);
  }

  /** @throws NotImplementedError: it is deprecated, and wrong where a module is more than one operation */
  register_backward_hook(_hook: BackwardHook): never {
    throw new NotImplementedError("register_backward_hook() is not supported", "Use register_full_backward_hook().");
  }

  /** Calls `hook(module, prefix, keep_vars)` before the state of this module is saved. */
  register_state_dict_pre_hook(hook: StateDictPreHook): RemovableHandle {
    return this[MEMBERS].state.beforeSave.add(hook);
  }

  /** Calls `hook(module, state_dict, prefix, local_metadata)` after the state of this module is saved, to change it. */
  register_state_dict_post_hook(hook: StateDictPostHook): RemovableHandle {
    return this[MEMBERS].state.afterSave.add(hook);
  }

  /**
   * Calls `hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)` before
   * this module's part of a state dict is loaded.
   */
  register_load_state_dict_pre_hook(hook: LoadPreHook): RemovableHandle {
    return this[MEMBERS].state.beforeLoad.add(hook);
  }

  /** Calls `hook(module, incompatible_keys)` after this module's part of a state dict is read, to change the report. */
  register_load_state_dict_post_hook(hook: LoadPostHook): RemovableHandle {
    return this[MEMBERS].state.afterLoad.add(hook);
  }

  // Printing

  /** What stands between the parentheses of the printed module; for subclasses. */
  extra_repr(): string {
    return "";
  }

  toString(): string {
    const lines = [...this._modules].map(([name, child]) => `(${name}): ${indent(child ? String(child) : "None")}`);
    const extra = this.extra_repr();
    const extraLines = extra === "" ? [] : extra.split("\n");
    const name = this._get_name();
    if (lines.length === 0 && extraLines.length <= 1) return `${name}(${extra})`;
    return `${name}(\n  ${[...extraLines, ...lines].join("\n  ")}\n)`;
  }

  /** The class name that is printed. */
  _get_name(): string {
    return this.constructor.name;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

interface LoadOptions {
  strict?: boolean;
  assign?: boolean;
}

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Module: Module;
  }
}
registerType("Module", (value) => value instanceof Module);
