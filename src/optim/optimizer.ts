import { enable_grad, no_grad, type RemovableHandle } from "../autograd/index.js";
import { observed, observer } from "../autograd/observer.js";
import { NotImplementedError, RuntimeError, ValueError } from "../python/errors.js";
import { isKeywords, Signature } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { Hooks } from "./hooks.js";
import {
  checkBeside,
  completeGroup,
  formatGroup,
  listOf,
  type ParamGroup,
  type ParamGroupInput,
  type ParamState,
  type Params,
  setDefaults,
} from "./param_group.js";
import { scalarState } from "./state.js";
import { type OptimizerStateDict, pack, unpack } from "./state_dict.js";

type StepArguments = readonly [args: readonly unknown[], kwargs: Record<string, unknown>];

/** Runs before `step(...args, kwargs)`; may return what to call it with instead. */
export type StepPreHook = (
  optimizer: Optimizer,
  args: readonly unknown[],
  kwargs: Record<string, unknown>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
) => StepArguments | null | undefined | void;

/** Runs after `step(...args, kwargs)`. */
export type StepPostHook = (optimizer: Optimizer, args: readonly unknown[], kwargs: Record<string, unknown>) => void;

/** Runs with a state dict that was made or is to be loaded; may change it in place or return another. */
export type StateDictHook = (
  optimizer: Optimizer,
  state_dict: OptimizerStateDict,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
) => OptimizerStateDict | null | undefined | void;

const preHooksOfAll = new Hooks<StepPreHook>();
const postHooksOfAll = new Hooks<StepPostHook>();

/** Calls `hook` before every step of every optimizer. */
export function register_optimizer_step_pre_hook(hook: StepPreHook): RemovableHandle {
  return preHooksOfAll.add(hook);
}

/** Calls `hook` after every step of every optimizer. */
export function register_optimizer_step_post_hook(hook: StepPostHook): RemovableHandle {
  return postHooksOfAll.add(hook);
}

const signatures = {
  step: new Signature("step(Callable? closure=None)"),
  zero_grad: new Signature("zero_grad(bool set_to_none=True)"),
};

/** A function that evaluates the model again and returns the loss. */
export type Closure<T> = (() => T) | { closure: () => T };

/**
 * The base of all optimizers: parameter groups, state, hooks and state dicts. An optimizer of your own gives its
 * default options to `super` and says in {@link update} what a step does to one parameter (or overrides `step`).
 *
 * @example
 * class SignSGD extends optim.Optimizer {
 *   constructor(params: Params, lr: number) {
 *     super(params, { lr });
 *   }
 *   protected override update(param: Tensor, grad: Tensor, group: ParamGroup) {
 *     param.sub_(grad.sign().mul(group.lr));
 *   }
 * }
 */
export class Optimizer<Group extends ParamGroup = ParamGroup> {
  /** The options of groups that do not say otherwise. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Parameters that share their options; schedulers and users may change these between steps. */
  param_groups: Group[] = [];
  /** What is remembered of each parameter, from its first update on. */
  state: Map<Tensor | string, ParamState> = new Map();

  /** The numbers in the state of a parameter that are 0-d tensors, and plain numbers in older releases of PyTorch. */
  protected readonly scalarStates: readonly string[] = [];
  /** Options that print as floats though they be whole, because PyTorch's defaults are floats: `lr: 1.0`. */
  protected readonly floatOptions: readonly string[] = ["betas"];

  private static readonly borrowing = new WeakSet<object>();

  /** Says that an {@link update} keeps nothing of the gradients, so that their memory can serve the next ones. */
  protected static borrowsGradients(update: object): void {
    Optimizer.borrowing.add(update);
  }

  private readonly stepPreHooks = new Hooks<StepPreHook>();
  private readonly stepPostHooks = new Hooks<StepPostHook>();
  private readonly stateDictPreHooks = new Hooks<(optimizer: Optimizer) => void>();
  private readonly stateDictPostHooks = new Hooks<StateDictHook>();
  private readonly loadPreHooks = new Hooks<StateDictHook>();
  private readonly loadPostHooks = new Hooks<(optimizer: Optimizer) => void>();

  /**
   * @param params tensors, `[name, tensor]` pairs, or groups `{ params, ...options }`, which become `param_groups`
   * @param defaults options and their values for groups that do not give them; `required` for those that must
   */
  constructor(params: Params, defaults: Readonly<Record<string, unknown>>) {
    this.defaults = defaults;
    this.step = this.withHooks(this.step);
    if (params instanceof Tensor) {
      throw new TypeError(
        `params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.${params.dtype.scalarName}Tensor`,
      );
    }
    const items = listOf(params);
    if (items.length === 0) {
      throw new ValueError(
        "optimizer got an empty parameter list",
        "Has the model any parameters? An iterator (model.parameters()) can be read only once.",
      );
    }
    const groups = isKeywords(items[0]) ? items : [{ params: items }];
    for (const group of groups) this.add_param_group(group as ParamGroupInput);
  }

  /**
   * Adds parameters with options of their own, for example layers that are unfrozen later.
   *
   * @throws TypeError if it is no group of tensors, ValueError for tensors that are no leaves or are optimized already
   */
  add_param_group(param_group: ParamGroupInput): void {
    const group = completeGroup(param_group, this.defaults);
    checkBeside(group, this.param_groups);
    this.param_groups.push(group as Group);
  }

  /**
   * Updates all parameters that have a gradient.
   *
   * @param closure evaluates the model again and returns the loss; most optimizers need none
   * @returns what `closure` returned, else `null`
   */
  step(closure?: null): null;
  step<T>(closure: Closure<T>): T;
  step(...args: unknown[]): unknown {
    const [closure] = signatures.step.bind(args);
    if (!this.update) throw new NotImplementedError("", "An optimizer must define update() or step().");
    const loss: unknown = closure ? enable_grad(closure) : null;
    const borrows = Optimizer.borrowing.has(this.update);
    no_grad(() => {
      for (const group of this.param_groups) {
        for (const param of group.params) {
          const grad = borrows ? param.peekGrad() : param.grad;
          if (grad !== null) this.update!(param, group.maximize ? grad.neg() : grad, group);
        }
      }
    });
    return loss;
  }

  /** What a step does to one parameter, with recording off. `grad` has changed its sign under `maximize`. */
  protected update?(param: Tensor, grad: Tensor, group: Group): void;

  /** What is remembered of `param`; `initial` makes it before the first update. */
  protected stateOf<S extends ParamState>(param: Tensor, initial: () => S): S {
    let state = this.state.get(param);
    if (state === undefined || Object.keys(state).length === 0) {
      state = initial();
      this.state.set(param, state);
    }
    return state as S;
  }

  /** Forgets all gradients; with `set_to_none: false` sets them to 0 instead. */
  zero_grad(...args: [set_to_none?: boolean | { set_to_none?: boolean }]): void {
    const [set_to_none] = signatures.zero_grad.bind(args);
    if (observer === null) this.forgetGradients(set_to_none);
    else {
      const name = this.constructor.name;
      observed("annotation", `Optimizer.zero_grad#${name}.zero_grad`, () => this.forgetGradients(set_to_none));
    }
  }

  private forgetGradients(set_to_none: boolean): void {
    for (const { params } of this.param_groups) {
      for (const param of params) {
        if (set_to_none) {
          param.dropGrad();
          continue;
        }
        const { grad } = param;
        if (grad !== null) {
          if (grad.grad_fn !== null) grad.detach_();
          else grad.requires_grad_(false);
          grad.zero_();
        }
      }
    }
  }

  /** Options and state as plain objects in PyTorch's layout. The tensors are the optimizer's own, not copies. */
  state_dict(): OptimizerStateDict {
    for (const hook of this.stateDictPreHooks) hook(this);
    let dict = pack(this.param_groups, this.state);
    for (const hook of this.stateDictPostHooks) dict = hook(this, dict) ?? dict;
    return dict;
  }

  /**
   * Takes over the options and the state of a state dict; tensors are copied and converted to the parameters' dtype.
   * Build schedulers before: a scheduler overwrites the learning rates when it is built.
   *
   * @throws ValueError if the groups differ in number or size
   */
  load_state_dict(state_dict: OptimizerStateDict): void {
    let dict = { ...state_dict };
    for (const hook of this.loadPreHooks) dict = hook(this, dict) ?? dict;
    const { state, param_groups } = unpack(dict, this.param_groups);
    for (const group of param_groups) this.completeLoaded(group);
    for (const values of state.values()) {
      for (const name of this.scalarStates) {
        const x = values[name];
        if (typeof x === "number") values[name] = scalarState(x);
      }
    }
    this.state = state;
    this.param_groups = param_groups as Group[];
    for (const hook of this.loadPostHooks) hook(this);
  }

  /** Adds to a loaded group the options that state dicts of older PyTorch releases lack. */
  protected completeLoaded(group: ParamGroup): void {
    for (const [name, value] of Object.entries(newerOptions)) {
      if (name in this.defaults) setDefaults(group, { [name]: value });
    }
  }

  /** Calls `hook(optimizer, args, kwargs)` before each step; it may return `[args, kwargs]` to use instead. */
  register_step_pre_hook(hook: StepPreHook): RemovableHandle {
    return this.stepPreHooks.add(hook);
  }

  /** Calls `hook(optimizer, args, kwargs)` after each step. */
  register_step_post_hook(hook: StepPostHook): RemovableHandle {
    return this.stepPostHooks.add(hook);
  }

  /** Calls `hook(optimizer)` before a state dict is made. */
  register_state_dict_pre_hook(hook: (optimizer: Optimizer) => void, prepend: Prepend = false): RemovableHandle {
    return this.stateDictPreHooks.add(hook, isFirst(prepend));
  }

  /** Calls `hook(optimizer, state_dict)` with each state dict that is made. */
  register_state_dict_post_hook(hook: StateDictHook, prepend: Prepend = false): RemovableHandle {
    return this.stateDictPostHooks.add(hook, isFirst(prepend));
  }

  /** Calls `hook(optimizer, state_dict)` with a shallow copy of each state dict before it is loaded. */
  register_load_state_dict_pre_hook(hook: StateDictHook, prepend: Prepend = false): RemovableHandle {
    return this.loadPreHooks.add(hook, isFirst(prepend));
  }

  /** Calls `hook(optimizer)` after a state dict has been loaded. */
  register_load_state_dict_post_hook(hook: (optimizer: Optimizer) => void, prepend: Prepend = false): RemovableHandle {
    return this.loadPostHooks.add(hook, isFirst(prepend));
  }

  /** `step` as a subclass defines it, between the hooks. */
  private withHooks(step: (...args: never[]) => unknown): Optimizer["step"] {
    const hooked = (...given: unknown[]): unknown => {
      if (observer === null) return stepped(given);
      const name = this.constructor.name;
      return observed("annotation", `Optimizer.step#${name}.step`, () => stepped(given));
    };
    const stepped = (given: unknown[]): unknown => {
      const last = given.at(-1);
      let [args, kwargs]: StepArguments = isKeywords(last) ? [given.slice(0, -1), last] : [given, {}];
      for (const hook of [...preHooksOfAll, ...this.stepPreHooks]) {
        const result = hook(this, args, kwargs);
        if (result == null) continue;
        if (!Array.isArray(result) || result.length !== 2) {
          throw new RuntimeError(
            `${this.constructor.name}.step must return None or a tuple of (new_args, new_kwargs), but got ${result}.`,
            "A step pre hook returned this.",
          );
        }
        [args, kwargs] = result as StepArguments;
      }
      const out = Reflect.apply(step, this, Object.keys(kwargs).length > 0 ? [...args, kwargs] : args);
      for (const hook of [...this.stepPostHooks, ...postHooksOfAll]) hook(this, args, kwargs);
      return out;
    };
    return hooked as Optimizer["step"];
  }

  /** PyTorch's text: the options of each group. */
  toString(): string {
    const groups = this.param_groups.map(
      (group, i) => `\nParameter Group ${i}\n${formatGroup(group, this.floatOptions)}`,
    );
    return `${this.constructor.name} (${groups.join("")})`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Options that optimizers got in later releases of PyTorch, with what they were before. */
const newerOptions = { maximize: false, foreach: null, capturable: false, differentiable: false, fused: null };

type Prepend = boolean | { prepend?: boolean };
const isFirst = (prepend: Prepend): boolean => (typeof prepend === "boolean" ? prepend : prepend.prepend === true);
