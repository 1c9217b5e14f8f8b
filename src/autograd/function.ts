import { NotImplementedError, RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { is_grad_enabled, no_grad } from "./grad_mode.js";
import type { Edge, Node } from "./node.js";
import { checkVersion, graphFreed, keep, Packed } from "./saved.js";
import { type Form, Variable, VariableNode } from "./variable.js";

// biome-ignore lint/suspicious/noExplicitAny: an operation of the user's takes and returns what it likes
type Any = any;

/** What `forward` hands to `backward`: saved tensors, and any property the user assigns. */
export class FunctionCtx {
  [name: string]: Any;
  /** Which arguments of `apply` need a gradient. */
  needs_input_grad: readonly boolean[] = [];
  /** @internal */
  readonly state = {
    given: [] as readonly (Variable<Any> | null)[],
    saved: [] as readonly (Variable<Any> | Packed<Any> | null)[],
    versions: [] as readonly number[],
    freed: false,
    dirty: [] as readonly Variable<Any>[],
    nonDifferentiable: new Set<unknown>(),
    materialize: true,
    node: null as Node<Any> | null,
  };

  /** Keeps inputs or outputs for `backward`; each is checked for in-place changes when it is read. */
  save_for_backward(...tensors: (Variable<Any> | null)[]): void {
    const stray = tensors.findIndex((t) => t !== null && !(t instanceof Variable));
    if (stray >= 0) {
      throw new TypeError(
        `save_for_backward can only save variables, but argument ${stray} is of type ${pythonTypeOf(tensors[stray])}`,
      );
    }
    this.state.given = tensors;
  }

  /** What `save_for_backward` kept. */
  get saved_tensors(): Any[] {
    const { given, saved, versions, freed, node } = this.state;
    if (node === null) return [...given];
    if (freed) throw graphFreed(node.name());
    return saved.map((value, i) => {
      if (value instanceof Packed) return value.unpack((v) => v instanceof Variable);
      if (value) checkVersion(value, versions[i], node.name());
      return value;
    });
  }

  /** Says that `forward` changed these inputs in place; each must be returned as an output. */
  mark_dirty(...tensors: Variable<Any>[]): void {
    const stray = tensors.findIndex((t) => !(t instanceof Variable));
    if (stray >= 0) {
      throw new TypeError(
        `mark_dirty can only accept variables, but argument ${stray} is of type ${pythonTypeOf(tensors[stray])}`,
      );
    }
    this.state.dirty = tensors;
  }

  /** Says that these outputs have no gradient. */
  mark_non_differentiable(...tensors: Variable<Any>[]): void {
    this.state.nonDifferentiable = new Set(tensors);
  }

  /** Whether `backward` gets zeros (the default) or `null` for an output without a gradient. */
  set_materialize_grads(value: boolean): void {
    this.state.materialize = value;
  }
}

/** The form of an output that is no tensor. */
const nothing: Form<Any> = { fit: (grad) => grad, zeros: () => null };

class FunctionNode extends VariableNode<Any> {
  private readonly forms: readonly Form<Any>[];

  constructor(
    private readonly definition: typeof Function,
    readonly ctx: FunctionCtx,
    outputs: readonly Any[],
    edges: readonly (Edge<Any> | null)[],
  ) {
    super(edges, outputs.length);
    this.forms = outputs.map((out) => (out instanceof Variable ? out.form : nothing));
    ctx.state.node = this;
  }

  name(): string {
    return `${this.definition.name}Backward`;
  }

  protected form(index: number): Form<Any> {
    return this.forms[index];
  }

  override release(): void {
    const { state } = this.ctx;
    if (state.saved.length === 0) return;
    state.freed = true;
    state.saved = [];
  }

  apply(grads: readonly Any[]): readonly Any[] {
    const { ctx, definition } = this;
    const given = ctx.state.materialize ? grads.map((g, i) => g ?? this.form(i).zeros()) : grads;
    const result = definition.backward(ctx, ...given);
    const list: Any[] = Array.isArray(result) ? result : [result];
    const expected = this.edges.length;
    if (list.length < expected || list.slice(expected).some((g) => g != null)) {
      throw new RuntimeError(
        `function ${this.name()} returned an incorrect number of gradients (expected ${expected}, got ${list.length})`,
        "backward returns one gradient for each argument of forward, null for those that have none.",
      );
    }
    return list.slice(0, expected).map((g) => {
      if (g == null || g instanceof Variable) return g ?? null;
      throw new RuntimeError(`expected Variable or None (got ${pythonTypeOf(g)})`);
    });
  }
}

/**
 * An operation with a derivative of the user's own: subclass it with static `forward(ctx, ...args)` and
 * `backward(ctx, ...grad_outputs)`, and call `apply`. `forward` may leave out `ctx` when `setup_context(ctx, inputs,
 * output)` is given.
 *
 * @example
 * class Cube extends torch.autograd.Function {
 *   static override forward(ctx, x) { ctx.save_for_backward(x); return x.pow(3); }
 *   static override backward(ctx, grad) { const [x] = ctx.saved_tensors; return grad.mul(x.pow(2)).mul(3); }
 * }
 * const y = Cube.apply(x);
 */
export class Function {
  static forward(..._args: Any[]): Any {
    throw new NotImplementedError("You must implement the forward function for custom autograd.Function.");
  }

  static backward(_ctx: FunctionCtx, ..._grad_outputs: Any[]): Any {
    throw new NotImplementedError(
      "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.",
    );
  }

  static setup_context: ((ctx: FunctionCtx, inputs: Any[], output: Any) => void) | undefined = undefined;

  /** Runs `forward` on `args` and records `backward` in the graph. */
  static apply(...args: Any[]): Any {
    const ctx = new FunctionCtx();
    const { state } = ctx;
    const variables = args.map((a) => (a instanceof Variable ? a : null));
    ctx.needs_input_grad = variables.map((v) => v?.requires_grad ?? false);
    const edges = variables.map((v) => v?.gradientEdge() ?? null);
    const recorded = is_grad_enabled() && ctx.needs_input_grad.includes(true);

    const result: Any = no_grad(() => {
      const out = this.setup_context ? this.forward(...args) : this.forward(ctx, ...args);
      this.setup_context?.(ctx, args, out);
      return out;
    });
    const returned: readonly Any[] = Array.isArray(result) ? result : [result];
    const outputs = [...returned];
    checkDirty(ctx, args, outputs, recorded);
    for (const changed of state.dirty) changed.written(this.name);
    if (recorded) {
      no_grad(() => {
        for (const [i, out] of outputs.entries()) {
          // an input that comes back unchanged is a new value in the graph
          if (args.includes(out) && !state.dirty.includes(out)) outputs[i] = out.returnedAsIs();
          else if (out instanceof Variable && !state.dirty.includes(out)) out.returnedByFunction();
        }
      });
      const node = new FunctionNode(this, ctx, outputs, edges);
      outputs.forEach((out, i) => {
        if (!(out instanceof Variable) || !out.differentiable) return;
        if (state.nonDifferentiable.has(returned[i])) return;
        if (state.dirty.includes(out) && args.includes(out)) out.rebase(node, args.indexOf(out));
        else out.record(node, i);
      });
      state.saved = state.given.map((t) => t && keep(t));
      state.versions = state.given.map((t) => t?.writes ?? 0);
      state.given = [];
    }
    return Array.isArray(result) ? outputs : outputs[0];
  }
}

function checkDirty({ state }: FunctionCtx, args: readonly Any[], outputs: readonly Any[], recorded: boolean): void {
  for (const changed of state.dirty) {
    if (!args.includes(changed)) {
      warn(
        "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that have been mutated should be passed to ctx.mark_dirty().",
      );
    }
    if (!outputs.includes(changed)) {
      throw new RuntimeError(
        "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified inplace must all be outputs of the Function.",
      );
    }
    if (!recorded) continue;
    if (changed.base !== null && outputs.length > 1) {
      throw new RuntimeError(
        "If your Function modifies inplace an input that is a view of another Tensor, your Function cannot return more than one Tensor. This is not supported by the current autograd engine. You should either make sure the input is not a view (using .clone() for example) or make your Function only return one Tensor (potentially splitting it into two Functions: one doing the inplace that returns a single Tensor and a second one that does the other operations). You can ask on the forum https://discuss.pytorch.org/ if you need help to do this change.",
      );
    }
    changed.checkInPlace("has been");
  }
}

/** An operation whose derivative must not be asked for: it stands for the derivative of a derivative that has none. */
class DelayedError extends VariableNode<Any> {
  constructor(
    private readonly message: string,
    private readonly values: readonly Variable<Any>[],
  ) {
    super([], values.length);
  }

  protected form(index: number): Form<Any> {
    return this.values[index].form;
  }

  name(): string {
    return "Error";
  }

  apply(): never {
    throw new RuntimeError(this.message);
  }
}

/**
 * Marks a `backward` whose computation must not be recorded. Differentiating its result again is an error, not a wrong
 * number.
 *
 * @example
 * static override backward = torch.autograd.function.once_differentiable((ctx, grad) => ...);
 */
export function once_differentiable(
  backward: (ctx: FunctionCtx, ...grads: Any[]) => Any,
): (ctx: FunctionCtx, ...grads: Any[]) => Any {
  return (ctx, ...grads) => {
    const result: Any = no_grad(() => backward(ctx, ...grads));
    if (!is_grad_enabled() || !grads.some((g) => g instanceof Variable && g.requires_grad)) return result;
    const list: Any[] = Array.isArray(result) ? result : [result];
    const values = list.filter((v) => v instanceof Variable);
    const node = new DelayedError(
      "trying to differentiate twice a function that was marked with @once_differentiable",
      values,
    );
    const marked = list.map((v) => {
      if (!(v instanceof Variable)) return v;
      const fresh: Any = v.detach();
      fresh.record(node, values.indexOf(v));
      return fresh;
    });
    return Array.isArray(result) ? marked : marked[0];
  };
}
