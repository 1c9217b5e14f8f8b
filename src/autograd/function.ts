import { RuntimeError } from "../python/errors.js";
import { is_grad_enabled, swapGradMode } from "./grad_mode.js";
import { type Edge, Node } from "./node.js";
import { checkVersion, graphFreed } from "./saved.js";
import { Variable } from "./variable.js";

// biome-ignore lint/suspicious/noExplicitAny: an operation of the user's takes and returns what it likes
type Any = any;

/** What `forward` hands to `backward`: saved tensors, and any property the user assigns. */
export class FunctionCtx {
  [name: string]: Any;
  /** Which arguments of `apply` need a gradient. */
  needs_input_grad: readonly boolean[] = [];
  /** @internal */
  readonly state = {
    saved: [] as (Variable<Any> | null)[],
    versions: [] as number[],
    freed: false,
    dirty: new Set<unknown>(),
    nonDifferentiable: new Set<unknown>(),
    materialize: true,
    node: null as Node<Any> | null,
  };

  /** Keeps inputs or outputs for `backward`; each is checked for in-place changes when it is read. */
  save_for_backward(...tensors: (Variable<Any> | null)[]): void {
    this.state.saved = tensors;
  }

  /** What `save_for_backward` kept. */
  get saved_tensors(): Any[] {
    const { saved, versions, freed, node } = this.state;
    if (freed && saved.length === 0) throw graphFreed(node!.name());
    saved.forEach((t, i) => {
      if (t && versions[i] !== undefined) checkVersion(t, versions[i], node!.name());
    });
    return [...saved];
  }

  /** Says that `forward` changed these inputs in place. */
  mark_dirty(...tensors: Variable<Any>[]): void {
    this.state.dirty = new Set(tensors);
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

class FunctionNode extends Node<Any> {
  constructor(
    private readonly definition: typeof Function,
    readonly ctx: FunctionCtx,
    private readonly made: readonly Any[],
    edges: readonly (Edge<Any> | null)[],
    private readonly takesGradient: readonly boolean[],
  ) {
    super(edges, made.length);
    ctx.state.node = this;
  }

  name(): string {
    return `${this.definition.name}Backward`;
  }

  accumulate(a: Any, b: Any): Any {
    return a.plus(b);
  }

  override receive(index: number, grad: Any): Any {
    return this.made[index].fitGradient(grad, this, index);
  }

  override release(): void {
    if (this.ctx.state.saved.length === 0) return;
    this.ctx.state.freed = true;
    this.ctx.state.saved = [];
  }

  apply(grads: readonly Any[]): readonly Any[] {
    const { ctx, definition } = this;
    const given = ctx.state.materialize ? grads.map((g, i) => g ?? this.made[i].zeroGradient()) : grads;
    const result = definition.backward(ctx, ...given);
    const list: Any[] = Array.isArray(result) ? result : [result];
    const expected = this.takesGradient.length;
    if (list.length > expected && list.slice(expected).some((g) => g != null)) {
      throw new RuntimeError(
        `function ${this.name()} returned an incorrect number of gradients (expected ${expected}, got ${list.length})`,
      );
    }
    if (list.length < expected) {
      throw new RuntimeError(
        `function ${this.name()} returned an incorrect number of gradients (expected ${expected}, got ${list.length})`,
        "backward returns one gradient for each argument of forward, null for those that have none.",
      );
    }
    return list.slice(0, expected).map((g) => g ?? null);
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
    throw new RuntimeError("You must implement the forward function for custom autograd.Function.");
  }

  static backward(_ctx: FunctionCtx, ..._grad_outputs: Any[]): Any {
    throw new RuntimeError(
      "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.",
    );
  }

  static setup_context: ((ctx: FunctionCtx, inputs: Any[], output: Any) => void) | undefined = undefined;

  /** Runs `forward` on `args` and records `backward` in the graph. */
  static apply(...args: Any[]): Any {
    const ctx = new FunctionCtx();
    const variables = args.map((a) => (a instanceof Variable ? a : null));
    ctx.needs_input_grad = variables.map((v) => v?.requires_grad ?? false);
    const edges = variables.map((v) => v?.gradientEdge() ?? null);
    const recorded = is_grad_enabled() && edges.some((e) => e !== null);

    const before = swapGradMode(false);
    let result: Any;
    try {
      result = this.setup_context ? this.forward(...args) : this.forward(ctx, ...args);
      this.setup_context?.(ctx, args, result);
    } finally {
      swapGradMode(before);
    }
    const outputs: Any[] = Array.isArray(result) ? result : [result];
    if (recorded) {
      // an input that comes back unchanged is a new value in the graph
      for (const [i, out] of outputs.entries()) {
        if (args.includes(out) && !ctx.state.dirty.has(out)) outputs[i] = out.detach();
      }
      const node = new FunctionNode(this, ctx, outputs, edges, ctx.needs_input_grad);
      outputs.forEach((out, i) => {
        if (out instanceof Variable && !ctx.state.nonDifferentiable.has(out)) out.record(node, i);
      });
    }
    ctx.state.versions = ctx.state.saved.map((t) => t?._version ?? 0);
    return Array.isArray(result) ? outputs : outputs[0];
  }
}
