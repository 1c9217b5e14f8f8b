import { NotImplementedError, RuntimeError, ValueError } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import { warnOnce } from "../python/warnings.js";
import { run_backward } from "./engine.js";
import { is_grad_enabled } from "./grad_mode.js";
import { type Edge, HookList, Node, type RemovableHandle, type TensorHook } from "./node.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    // biome-ignore lint/suspicious/noExplicitAny: of whatever kind
    Variable: Variable<any>;
  }
}

/** Arguments of {@link Variable.backward}. */
export interface BackwardKeywords<V> {
  /** The gradient of some outer result with respect to this value; may be left out for a scalar. */
  gradient?: V | null;
  /** Keep the graph for another backward pass. Default: the value of `create_graph`. */
  retain_graph?: boolean | null;
  /** Record the backward pass, for gradients of gradients. Default `false`. */
  create_graph?: boolean;
  /** Accumulate into these only. Default: all leaves. */
  inputs?: V | readonly V[] | null;
}

/** Arguments of {@link grad}. */
export interface GradKeywords<V> {
  grad_outputs?: V | readonly (V | null)[] | null;
  retain_graph?: boolean | null;
  create_graph?: boolean;
  /** Return `null` instead of an error for an input that the outputs do not depend on. */
  allow_unused?: boolean | null;
  is_grads_batched?: boolean;
  /** Return zeros instead of `null` for such an input. */
  materialize_grads?: boolean;
}

/** The arguments of {@link Variable.backward}, by position, by name or both. */
export type BackwardArguments<V> =
  | [options: BackwardKeywords<V>]
  | [
      gradient?: V | null,
      retain_graph?: boolean | null | BackwardKeywords<V>,
      create_graph?: boolean | BackwardKeywords<V>,
      inputs?: V | readonly V[] | null,
    ];

type Bound<V> = [
  gradient: V | null,
  retain_graph: boolean | null,
  create_graph: boolean,
  inputs: V | readonly V[] | null,
];

const backwardSignature = new Signature(
  "backward(Variable? gradient=None, bool? retain_graph=None, bool create_graph=False, Variable[]? inputs=None)",
);
const gradSignature = new Signature(
  "grad(Variable[] outputs, Variable[] inputs, any grad_outputs=None, bool? retain_graph=None, bool create_graph=False, bool? allow_unused=None, bool is_grads_batched=False, bool materialize_grads=False)",
);

/**
 * A value that takes part in automatic differentiation. It knows its place in the graph and nothing of arrays; `Tensor`
 * adds those.
 */
export abstract class Variable<V extends Variable<V>> {
  /** @internal The gradient, behind the accessor {@link grad}. */
  protected _grad: V | null = null;
  /** @internal The operation that made this value; `null` for a leaf. */
  protected _grad_fn: Node<V> | null = null;
  /** Which output of its operation this value is. */
  output_nr = 0;
  /** @internal Wanted by the user, for leaves. */
  protected _requires_grad = false;
  private accumulator: AccumulateGrad<V> | null = null;
  private retains = false;
  /** @internal Hooks of a leaf after its gradient has been accumulated. */
  postAccumulateHooks: HookList<(variable: V) => void> | null = null;

  /** How often the memory behind this value has been written in place. */
  abstract get _version(): number;
  /** The same values outside the graph. */
  abstract detach(): V;
  /** `this + other`, recorded if recording is on. */
  abstract plus(other: V): V;
  /** `this += other` in place. */
  abstract plus_(other: V): V;
  /** The same values in memory of their own, outside the graph. */
  abstract copied(): V;
  /** @internal The gradient 1 of a scalar; an error for anything else. */
  protected abstract implicitGradient(): V;
  /** @internal A gradient of zeros. */
  abstract zeroGradient(): V;
  /** @internal Brings a gradient into this value's shape and dtype, or throws. */
  abstract fitGradient(grad: V, node: Node<V>, index: number): V;
  /** @internal Throws unless `grad` may be assigned to `.grad`. */
  protected abstract checkAssignedGradient(grad: unknown): void;
  /** @internal Throws unless `gradient` may start a backward pass here. */
  protected abstract checkGivenGradient(gradient: V, index: number): void;
  /** @internal Throws unless values of this kind can have gradients. */
  protected abstract checkDifferentiable(): void;
  /** @internal For error messages: `[torch.FloatTensor [2, 3]]`. */
  abstract describe(): string;
  /** @internal This object with its own type. */
  protected abstract self(): V;

  /** The operation that made this value, `null` for a leaf. */
  get grad_fn(): Node<V> | null {
    return this._grad_fn;
  }

  /** Does a backward pass compute a gradient for this value? Only leaves may be changed. */
  get requires_grad(): boolean {
    return this._requires_grad || this._grad_fn !== null;
  }

  set requires_grad(value: boolean) {
    if (!this.is_leaf) {
      if (value) return;
      throw new RuntimeError(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
      );
    }
    if (value) this.checkDifferentiable();
    this._requires_grad = value;
  }

  /** Sets `requires_grad` and returns this value. */
  requires_grad_(requires_grad = true): this {
    this.requires_grad = requires_grad;
    return this;
  }

  /** Was this value given, rather than computed from values that require gradients? */
  get is_leaf(): boolean {
    return this._grad_fn === null;
  }

  /** The gradient that backward passes have accumulated here; `null` before the first. */
  get grad(): V | null {
    if (this._grad === null && !this.is_leaf && !this.retains) {
      warnOnce(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more informations.",
      );
    }
    return this._grad;
  }

  set grad(value: V | null) {
    if (value !== null) this.checkAssignedGradient(value);
    this._grad = value;
  }

  /** @internal Makes this value output `index` of `node`. */
  record(node: Node<V>, index = 0): void {
    this._grad_fn = node;
    this.output_nr = index;
  }

  /** @internal Where the gradient of this value goes; `null` if it needs none. */
  gradientEdge(): Edge<V> | null {
    const node = this.grad_fn;
    if (node !== null) return { node, index: this.output_nr };
    if (!this._requires_grad) return null;
    this.accumulator ??= new AccumulateGrad(this.self());
    return { node: this.accumulator, index: 0 };
  }

  /** Makes this computed value keep its gradient in `.grad`, as leaves do. */
  retain_grad(): void {
    if (!this.requires_grad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False");
    if (this.is_leaf || this.retains) return;
    this.retains = true;
    this.grad_fn!.retain(this.output_nr, (grad) => {
      this._grad = this._grad === null ? grad : this._grad.plus(grad);
    });
  }

  /** Does this computed value keep its gradient? */
  get retains_grad(): boolean {
    return this.retains;
  }

  /**
   * Calls `hook(grad)` whenever the gradient of this value has been computed; what it returns, if anything, is used
   * instead.
   */
  register_hook(hook: TensorHook<V>): RemovableHandle {
    const edge = this.gradientEdge();
    if (edge === null) throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient");
    return edge.node.addTensorHook(edge.index, hook);
  }

  /** Calls `hook(this)` after a gradient has been accumulated into this leaf's `.grad`. */
  register_post_accumulate_grad_hook(hook: (variable: V) => void): RemovableHandle {
    if (!this.is_leaf) {
      throw new RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors");
    }
    if (!this._requires_grad)
      throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient");
    this.postAccumulateHooks ??= new HookList();
    return this.postAccumulateHooks.add(hook);
  }

  /**
   * Computes the gradients of this value with respect to the leaves of its graph and adds them to their `.grad`.
   *
   * @param args `gradient`, `retain_graph`, `create_graph`, `inputs`, by position or by name; see {@link BackwardKeywords}
   * @throws RuntimeError if this value does not require a gradient, is no scalar and no `gradient` is given, or the
   * graph was freed by an earlier pass
   */
  backward(...args: BackwardArguments<V>): void {
    const [gradient, retain_graph, create_graph, inputs] = backwardSignature.bind(args) as Bound<V>;
    backward([this.self()], gradient ? [gradient] : null, retain_graph, create_graph, inputs);
  }

  /** @internal */
  startOf(gradient: V | null | undefined, index: number): { edge: Edge<V>; gradient: V } {
    const edge = this.gradientEdge();
    if (edge === null) {
      throw new RuntimeError(
        `element ${index} of tensors does not require grad and does not have a grad_fn`,
        "No input of this computation has requires_grad=true, or it ran under no_grad() or on a detach()ed tensor, so nothing was recorded. Give the parameters requires_grad and compute the loss outside no_grad().",
      );
    }
    if (gradient === null || gradient === undefined) return { edge, gradient: this.implicitGradient() };
    this.checkGivenGradient(gradient, index);
    return { edge, gradient };
  }
}

registerType("Variable", (v) => v instanceof Variable);

/** The leaf's end of an edge: adds what arrives to `.grad`. */
export class AccumulateGrad<V extends Variable<V>> extends Node<V> {
  constructor(readonly variable: V) {
    super([], 1, Number.POSITIVE_INFINITY);
  }

  name(): string {
    return "AccumulateGrad";
  }

  override receive(index: number, grad: V): V {
    return this.variable.fitGradient(grad, this, index);
  }

  accumulate(a: V, b: V): V {
    return a.plus(b);
  }

  apply([grad]: readonly (V | null)[]): readonly null[] {
    if (grad) accumulateInto(this.variable, grad);
    return [];
  }
}

/**
 * `variable.grad += grad`, in place unless the pass itself is recorded. The first gradient is copied: others may hold
 * it too, and the in-place sums to come must not show there.
 */
function accumulateInto<V extends Variable<V>>(variable: V, grad: V): void {
  const before = variable.grad;
  if (before === null) variable.grad = is_grad_enabled() ? grad : grad.copied();
  else if (is_grad_enabled()) variable.grad = before.plus(grad);
  else before.plus_(grad);
  if (variable.postAccumulateHooks) for (const hook of variable.postAccumulateHooks) hook(variable);
}

const asList = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** `torch.autograd.backward`: the sum of gradients of several values, accumulated into the leaves. */
export function backward<V extends Variable<V>>(
  tensors: V | readonly V[],
  grad_tensors?: V | readonly (V | null)[] | null,
  retain_graph?: boolean | null,
  create_graph = false,
  inputs?: V | readonly V[] | null,
): void {
  const roots = asList(tensors);
  const given = grad_tensors == null ? [] : asList(grad_tensors);
  const starts = roots.map((root, i) => root.startOf(given[i], i));
  const targets = inputs == null ? undefined : asList(inputs);
  if (targets?.length === 0) throw new RuntimeError("`inputs` argument to `backward()` cannot be empty.");
  const captured = run_backward(
    starts.map((s) => s.edge),
    starts.map((s) => s.gradient),
    {
      keep_graph: retain_graph ?? create_graph,
      create_graph,
      ...(targets && { capture: targets.map(captureEdge) }),
    },
  );
  targets?.forEach((target, i) => {
    const grad = captured[i];
    if (!grad) return;
    if (target.grad === null) target.grad = grad;
    else target.grad = target.grad.plus(grad);
  });
}

/**
 * `torch.autograd.grad`: the gradients of `outputs` with respect to `inputs`, returned; no `.grad` is touched.
 *
 * @throws RuntimeError if an input does not require a gradient, or takes no part and `allow_unused` is not set
 */
export function grad<V extends Variable<V>>(
  outputs: V | readonly V[],
  inputs: V | readonly V[],
  options: GradKeywords<V> = {},
): (V | null)[] {
  const [, , grad_outputs, retain_graph, create_graph, allow, is_grads_batched, materialize_grads] = gradSignature.bind(
    [outputs, inputs, options],
  );
  if (is_grads_batched)
    throw new NotImplementedError("is_grads_batched=True is not supported", "Call grad() once for each gradient.");
  if (allow === false && materialize_grads) {
    throw new ValueError(
      "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.",
    );
  }
  const allow_unused = allow ?? materialize_grads;
  const given = grad_outputs == null ? [] : asList(grad_outputs as V | readonly (V | null)[]);
  const starts = asList(outputs).map((root, i) => root.startOf(given[i], i));
  const targets = asList(inputs);
  const captured = run_backward(
    starts.map((s) => s.edge),
    starts.map((s) => s.gradient),
    { keep_graph: retain_graph ?? create_graph, create_graph, capture: targets.map(captureEdge) },
  );
  return captured.map((g, i) => {
    if (g !== null) return g;
    if (materialize_grads) return targets[i].zeroGradient();
    if (allow_unused) return null;
    throw new RuntimeError(
      "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.",
    );
  });
}

function captureEdge<V extends Variable<V>>(variable: V): Edge<V> {
  const edge = variable.gradientEdge();
  if (edge === null) throw new RuntimeError("One of the differentiated Tensors does not require grad");
  return edge;
}
