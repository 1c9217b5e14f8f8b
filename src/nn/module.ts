import { no_grad } from "../autograd/grad_mode.js";
import type { RemovableHandle } from "../autograd/hooks.js";
import { AttributeError, KeyError, NotImplementedError, RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { DType, float32, float64, Tensor } from "../tensor/index.js";
import { CallHooks, callModule } from "./call.js";
import { Buffer, Parameter } from "./parameter.js";

// biome-ignore lint/suspicious/noExplicitAny: forward takes and returns what the module likes
type Any = any;

/** The tensors of a module by name: `"0.weight"`, `"0.bias"`, ... */
export type StateDict = Record<string, Tensor>;

/** What a hook of {@link Module.register_forward_pre_hook} may return: new arguments. */
export type ForwardPreHook = (module: Module, args: readonly Any[]) => Any;
/** A hook of {@link Module.register_forward_hook}; what it returns, unless `undefined`, replaces the output. */
export type ForwardHook = (module: Module, args: readonly Any[], output: Any) => Any;

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
  prepend?: boolean;
}

/** What {@link Module.load_state_dict} reports. */
export class IncompatibleKeys {
  constructor(
    readonly missing_keys: readonly string[],
    readonly unexpected_keys: readonly string[],
  ) {}

  toString(): string {
    if (this.missing_keys.length === 0 && this.unexpected_keys.length === 0) return "<All keys matched successfully>";
    const list = (keys: readonly string[]) => `[${keys.map((k) => `'${k}'`).join(", ")}]`;
    return `_IncompatibleKeys(missing_keys=${list(this.missing_keys)}, unexpected_keys=${list(this.unexpected_keys)})`;
  }
}

/** What a module keeps beside the user's own properties. */
interface Internals {
  /** Names given to `register_buffer`, and whether they belong to the state dict. */
  readonly buffers: Map<string, boolean>;
  readonly calls: CallHooks<Module>;
}

const INTERNALS = Symbol("internals");

/** A module is called like a function: `model(x)` runs hooks and `forward`. */
export interface Module {
  (...args: Parameters<this["forward"]>): ReturnType<this["forward"]>;
}

/**
 * The base of all neural network modules. A subclass assigns parameters and modules to its properties and defines
 * `forward`; both are found by looking at the properties, in the order of assignment.
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
  declare private readonly [INTERNALS]: Internals;

  constructor() {
    // a function whose prototype is the class: callable, and in all else an instance
    const calls = new CallHooks<Module>();
    const module = ((...args: Any[]) => callModule<Module>(module, calls, args)) as unknown as this;
    Object.setPrototypeOf(module, new.target.prototype);
    for (const own of ["name", "length"]) delete (module as unknown as Record<string, unknown>)[own];
    const internals: Internals = { buffers: new Map(), calls };
    Object.defineProperty(module, INTERNALS, { value: internals });
    module.training = true;
    // biome-ignore lint/correctness/noConstructorReturn: the function is the instance
    return module;
  }

  /** The computation; called through the module itself. */
  forward(..._args: Any[]): Any {
    throw new NotImplementedError(`Module [${this.constructor.name}] is missing the required "forward" function`);
  }

  // Finding what belongs to the module

  /** The modules directly inside, by property name. */
  *named_children(): IterableIterator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, value] of Object.entries(this)) {
      if (!(value instanceof Module) || seen.has(value)) continue;
      seen.add(value);
      yield [name, value];
    }
  }

  /** The modules directly inside. */
  children(): Module[] {
    return [...this.named_children()].map(([, module]) => module);
  }

  /** This module and all modules inside, each once, with its path: `""`, `"0"`, `"0.weight"`, ... */
  *named_modules(
    memo: Set<Module> = new Set(),
    prefix = "",
    remove_duplicate = true,
  ): IterableIterator<[string, Module]> {
    if (memo.has(this)) return;
    if (remove_duplicate) memo.add(this);
    yield [prefix, this];
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield* value.named_modules(memo, join(prefix, name), remove_duplicate);
    }
  }

  /** This module and all modules inside, each once. */
  modules(): Module[] {
    return [...this.named_modules()].map(([, module]) => module);
  }

  /** The parameters with their paths: `["0.weight", Parameter]`, ... */
  *named_parameters(prefix = "", recurse = true, remove_duplicate = true): IterableIterator<[string, Parameter]> {
    yield* this.members(prefix, recurse, remove_duplicate, (module) =>
      Object.entries(module).filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter),
    );
  }

  /** The parameters, each once. */
  parameters(recurse = true): Parameter[] {
    return [...this.named_parameters("", recurse)].map(([, parameter]) => parameter);
  }

  /** The buffers with their paths. */
  *named_buffers(prefix = "", recurse = true, remove_duplicate = true): IterableIterator<[string, Tensor]> {
    yield* this.members(prefix, recurse, remove_duplicate, (module) =>
      ownBuffers(module).map(({ name, tensor }) => [name, tensor]),
    );
  }

  /** The buffers, each once. */
  buffers(recurse = true): Tensor[] {
    return [...this.named_buffers("", recurse)].map(([, buffer]) => buffer);
  }

  private *members<T>(
    prefix: string,
    recurse: boolean,
    remove_duplicate: boolean,
    own: (module: Module) => readonly (readonly [string, T])[],
  ): IterableIterator<[string, T]> {
    const seen = new Set<T>();
    const modules: Iterable<[string, Module]> = recurse
      ? this.named_modules(new Set(), prefix, remove_duplicate)
      : [[prefix, this]];
    for (const [path, module] of modules) {
      for (const [name, member] of own(module)) {
        if (seen.has(member)) continue;
        if (remove_duplicate) seen.add(member);
        yield [join(path, name), member];
      }
    }
  }

  /** Gives the module a buffer; `persistent: false` keeps it out of the state dict. */
  register_buffer(name: string, tensor: Tensor | null, persistent = true): void {
    checkName("buffer", name, this);
    if (tensor !== null && !(tensor instanceof Tensor)) {
      throw new TypeError(
        `cannot assign '${pythonTypeOf(tensor)}' object to buffer '${name}' (torch Tensor or None required)`,
      );
    }
    this[INTERNALS].buffers.set(name, persistent);
    (this as Any)[name] = tensor;
  }

  /** Gives the module a parameter, or reserves its name with `null`. Assigning to a property does the same. */
  register_parameter(name: string, param: Parameter | null): void {
    checkName("parameter", name, this);
    if (param !== null && !(param instanceof Parameter)) {
      throw new TypeError(
        `cannot assign '${pythonTypeOf(param)}' object to parameter '${name}' (torch.nn.Parameter or None required)`,
      );
    }
    (this as Any)[name] = param;
  }

  /** Gives the module a module inside. Assigning to a property does the same. */
  add_module(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof Module))
      throw new TypeError(`${pythonTypeOf(module)} is not a Module subclass`);
    checkName("module", name, this);
    (this as Any)[name] = module;
  }

  /** {@link add_module}. */
  register_module(name: string, module: Module | null): void {
    this.add_module(name, module);
  }

  /** The module at a path such as `"encoder.0"`; `""` is this one. */
  get_submodule(target: string): Module {
    if (target === "") return this;
    let module: Module = this;
    for (const name of target.split(".")) {
      const next: unknown = (module as Any)[name];
      if (next === undefined) throw new AttributeError(`${module.constructor.name} has no attribute \`${name}\``);
      if (!(next instanceof Module)) throw new AttributeError(`\`${name}\` is not an nn.Module`);
      module = next;
    }
    return module;
  }

  /** The parameter at a path such as `"0.weight"`. */
  get_parameter(target: string): Parameter {
    const dot = target.lastIndexOf(".");
    const module = this.get_submodule(target.slice(0, Math.max(dot, 0)));
    const name = target.slice(dot + 1);
    const value: unknown = (module as Any)[name];
    if (value === undefined) throw new AttributeError(`${module.constructor.name} has no attribute \`${name}\``);
    if (!(value instanceof Parameter)) throw new AttributeError(`\`${name}\` is not an nn.Parameter`);
    return value;
  }

  // Modes and conversions

  /** Sets training mode here and in all modules inside; it matters to layers such as dropout. */
  train(mode = true): this {
    if (typeof mode !== "boolean") throw new TypeError("training mode is expected to be boolean");
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** {@link train} with `false`. */
  eval(): this {
    return this.train(false);
  }

  /** Sets `requires_grad` of all parameters. */
  requires_grad_(requires_grad = true): this {
    for (const p of this.parameters()) p.requires_grad_(requires_grad);
    return this;
  }

  /** Clears the gradients of all parameters: to `null`, or to zeros with `set_to_none: false`. */
  zero_grad(set_to_none: boolean | { set_to_none?: boolean } = true): void {
    const toNone = typeof set_to_none === "boolean" ? set_to_none : (set_to_none.set_to_none ?? true);
    for (const p of this.parameters()) {
      if (p.grad === null) continue;
      if (toNone) p.grad = null;
      else p.grad = p.grad.detach().zero_();
    }
  }

  /** Calls `fn` with every module inside, then with this one; for initialisation. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Converts floating point parameters and buffers to a dtype, in place. `"cpu"` is the only device. */
  to(target: DType | string | Tensor | { dtype?: DType; device?: string }): this {
    const dtype =
      target instanceof DType
        ? target
        : target instanceof Tensor
          ? target.dtype
          : typeof target === "string"
            ? undefined
            : target.dtype;
    const device =
      typeof target === "string"
        ? target
        : target instanceof DType || target instanceof Tensor
          ? undefined
          : target.device;
    if (device !== undefined && device !== "cpu") {
      throw new RuntimeError(`device '${device}' is not supported`, 'Every tensor lives on "cpu".');
    }
    if (dtype === undefined) return this;
    if (!dtype.is_floating_point) {
      throw new TypeError(`nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${dtype}`);
    }
    for (const tensor of [...this.parameters(), ...this.buffers()]) {
      if (!tensor.dtype.is_floating_point) continue;
      tensor.data = tensor.data.to(dtype);
      if (tensor.grad) tensor.grad = tensor.grad.to(dtype);
    }
    return this;
  }

  /** Converts to float32. */
  float(): this {
    return this.to(float32);
  }

  /** Converts to float64. */
  double(): this {
    return this.to(float64);
  }

  // State

  /** All parameters and persistent buffers by path. They share memory with the module. */
  state_dict({ prefix = "", keep_vars = false }: { prefix?: string; keep_vars?: boolean } = {}): StateDict {
    const state: StateDict = {};
    for (const [path, module] of this.named_modules(new Set(), "", false)) {
      for (const [name, tensor] of ownState(module))
        state[prefix + join(path, name)] = keep_vars ? tensor : tensor.detach();
    }
    return state;
  }

  /**
   * Copies the tensors of a {@link state_dict} into this module's. Everything is checked first: after an error nothing
   * has changed.
   *
   * @throws RuntimeError that lists missing and unexpected keys (unless `strict` is `false`) and mismatching sizes
   */
  load_state_dict(
    state_dict: StateDict,
    options: boolean | { strict?: boolean; assign?: boolean } = {},
    assignTensors = false,
  ): IncompatibleKeys {
    const { strict = true, assign = assignTensors } = typeof options === "boolean" ? { strict: options } : options;
    if (typeof state_dict !== "object" || state_dict === null) {
      throw new TypeError(`Expected state_dict to be dict-like, got <class '${pythonTypeOf(state_dict)}'>.`);
    }
    const own = this.state_dict({ keep_vars: true });
    const missing = Object.keys(own).filter((key) => !(key in state_dict));
    const unexpected = Object.keys(state_dict).filter((key) => !(key in own));
    const errors: string[] = [];
    const quoted = (keys: readonly string[]) => keys.map((k) => `"${k}"`).join(", ");
    if (strict && unexpected.length > 0) errors.push(`Unexpected key(s) in state_dict: ${quoted(unexpected)}. `);
    if (strict && missing.length > 0) errors.unshift(`Missing key(s) in state_dict: ${quoted(missing)}. `);
    const shared = Object.keys(own).filter((key) => key in state_dict);
    for (const key of shared) {
      const given = state_dict[key];
      if (!(given instanceof Tensor)) {
        errors.push(
          `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${pythonTypeOf(given)}`,
        );
      } else if (
        `${given.shape}` !== `${own[key].shape}` &&
        !(given.dim() === 1 && own[key].dim() === 0 && given.numel() === 1)
      ) {
        errors.push(
          `size mismatch for ${key}: copying a param with shape ${showSize(given)} from checkpoint, the shape in current model is ${showSize(own[key])}.`,
        );
      }
    }
    if (errors.length > 0) {
      throw new RuntimeError(`Error(s) in loading state_dict for ${this.constructor.name}:\n\t${errors.join("\n\t")}`);
    }
    no_grad(() => {
      for (const key of shared) {
        if (assign) own[key].data = state_dict[key].detach();
        else own[key].copy_(state_dict[key].reshape([...own[key].shape]));
      }
    });
    return new IncompatibleKeys(missing, unexpected);
  }

  // Hooks

  /**
   * Calls `hook(module, args)` before `forward`; what it returns, unless `undefined`, replaces the arguments.
   *
   * @param options `prepend`: before the hooks registered so far, default `false`
   */
  register_forward_pre_hook(hook: ForwardPreHook, options: HookOptions = {}): RemovableHandle {
    return this[INTERNALS].calls.before.add(hook, options.prepend);
  }

  /** Calls `hook(module, args, output)` after `forward`; what it returns, unless `undefined`, replaces the output. */
  register_forward_hook(hook: ForwardHook, options: HookOptions = {}): RemovableHandle {
    return this[INTERNALS].calls.after.add(hook, options.prepend);
  }

  /**
   * Calls `hook(module, grad_output)` in a backward pass, before the gradients go through the module; what it returns,
   * if anything, replaces `grad_output`. The gradients are a list with `null` for outputs without one.
   */
  register_full_backward_pre_hook(hook: BackwardPreHook, options: HookOptions = {}): RemovableHandle {
    return this[INTERNALS].calls.backwardBefore.add(hook, options.prepend);
  }

  /**
   * Calls `hook(module, grad_input, grad_output)` in a backward pass, once the gradients of the module's inputs are
   * computed; what it returns, if anything, replaces `grad_input`. The gradients are lists with `null` for inputs that
   * are no tensors. A module with this hook returns views, which may not be changed in place.
   */
  register_full_backward_hook(hook: BackwardHook, options: HookOptions = {}): RemovableHandle {
    return this[INTERNALS].calls.backward.add(hook, options.prepend);
  }

  // Printing

  /** What stands between the parentheses of the printed module; for subclasses. */
  extra_repr(): string {
    return "";
  }

  toString(): string {
    const lines = Object.entries(this)
      .filter((entry): entry is [string, Module] => entry[1] instanceof Module)
      .map(([name, child]) => `(${name}): ${indent(String(child))}`);
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

  /** @internal */
  static internalsOf(module: Module): Internals {
    return module[INTERNALS];
  }
}

const join = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

const showSize = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;

/** Indents all lines but the first by two spaces. */
const indent = (text: string): string => text.replaceAll("\n", "\n  ");

function ownBuffers(module: Module): { name: string; tensor: Tensor; persistent: boolean }[] {
  const { buffers } = Module.internalsOf(module);
  return Object.entries(module).flatMap(([name, value]) => {
    const registered = buffers.get(name);
    const isBuffer = value instanceof Buffer || (value instanceof Tensor && registered !== undefined);
    if (!isBuffer) return [];
    return [{ name, tensor: value, persistent: value instanceof Buffer ? value.persistent : registered! }];
  });
}

/** Parameters, then persistent buffers, as a state dict lists them. */
function ownState(module: Module): [string, Tensor][] {
  const parameters = Object.entries(module).filter(
    (entry): entry is [string, Parameter] => entry[1] instanceof Parameter,
  );
  const buffers = ownBuffers(module).filter((b) => b.persistent);
  return [...parameters, ...buffers.map(({ name, tensor }): [string, Tensor] => [name, tensor])];
}

function checkName(kind: string, name: string, module: Module): void {
  const label = kind === "module" ? "module name" : `${kind} name`;
  if (typeof name !== "string") throw new TypeError(`${label} should be a string. Got ${pythonTypeOf(name)}`);
  if (name.includes("."))
    throw new KeyError(
      kind === "module" ? `module name can't contain ".", got: ${name}` : `${label} can't contain "."`,
    );
  if (name === "")
    throw new KeyError(
      kind === "module" ? 'module name can\'t be empty string ""' : `${label} can't be empty string ""`,
    );
  const existing: unknown = (module as Any)[name];
  const replaceable =
    existing === undefined ||
    (Object.hasOwn(module, name) && (existing === null || existing instanceof Tensor || existing instanceof Module));
  if (!replaceable) throw new KeyError(`attribute '${name}' already exists`);
}
