import { RuntimeError } from "../python/errors.js";
import { registerType, Signature } from "../python/signature.js";
import { warnOnce } from "../python/warnings.js";
import { is_grad_enabled } from "./grad_mode.js";
import { HookList, type RemovableHandle } from "./hooks.js";
import { type Edge, Node, type TensorHook } from "./node.js";
import { type Differentiable, differentiate } from "./passes.js";
import type { Keepable } from "./saved.js";

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

/** What only few values have to remember: leaves, and those that keep their gradient. */
class More<V> {
  /** A leaf's end of the edges to it. */
  accumulator: Edge<V> | null = null;
  /** Does a computed value keep its gradient? */
  retains = false;
  /** Have others than the engine and the optimizer had a look at the gradient? */
  gradShown = false;
  /** Did others see the one before? Then they will see the next one too. */
  gradsAreShown = false;
  /** A former gradient that nobody has seen: its memory serves the next one. */
  spareGrad: V | null = null;
  /** Hooks of a leaf after its gradient has been accumulated. */
  postAccumulateHooks: HookList<(variable: V) => void> | null = null;
}

/**
 * A value that takes part in automatic differentiation. It knows its place in the graph and nothing of arrays; `Tensor`
 * adds those.
 */
export abstract class Variable<V extends Variable<V>> implements Differentiable<V>, Keepable<V> {
  /** @internal The gradient, behind the accessor {@link grad}. */
  protected _grad: V | null = null;
  /** @internal The operation that made this value; `null` for a leaf. */
  protected _grad_fn: Node<V> | null = null;
  /** Which output of its operation this value is. */
  output_nr = 0;
  /** @internal Wanted by the user, for leaves. */
  protected _requires_grad = false;
  private more: More<V> | null = null;

  /** @internal How often the memory behind this value has been written in place. */
  abstract get writes(): number;
  /** @internal The operation that wrote last. */
  abstract get lastWriter(): string;
  /** @internal Notes that `writer` has written this value in place. */
  abstract written(writer: string): void;
  /** @internal Was this value made in inference mode, and can take no part in recording? */
  abstract get madeInInference(): boolean;
  /** The same values outside the graph. */
  abstract detach(): V;
  /** `this + other`, recorded if recording is on. */
  abstract plus(other: V): V;
  /** `this += other` in place. */
  abstract plus_(other: V): V;
  /** @internal `this += other` where nobody else knows this value. */
  abstract absorb(other: V): V;
  /** The same values in memory of their own, outside the graph. */
  abstract copied(): V;
  /** @internal The gradient is in one place more of a backward pass. */
  abstract hold(): void;
  /** @internal In one place less: after the last nobody will read it again. */
  abstract letGo(): void;
  /** @internal Others than the pass get to see the gradient. */
  abstract show(): void;
  /** @internal May a sum be written over this gradient, since no other place has it? */
  abstract get isSole(): boolean;
  /** @internal This gradient to keep, if it is in no other place and laid out as `leaf` is; else `null`. */
  abstract adopted(leaf: V): V | null;
  /** @internal Gives back the memory of a gradient that nobody will read again; answers whether that can be done. */
  abstract release(): boolean;
  /** @internal Takes the values of `source`, if it has the same form, as if this had been made anew. */
  abstract refill(source: V): boolean;
  /** @internal Is some number NaN? */
  abstract hasNaN(): boolean;
  /** @internal What is needed of this value once it is gone: see {@link Form}. */
  abstract get form(): Form<V>;
  /** @internal The value of which this is a view, if it is one. */
  abstract get base(): V | null;
  /** @internal For a view: where in the base's memory it lies, as a way to change that part of a gradient of the base. */
  abstract region(): Region<V>;
  /** @internal The same memory as an output of a custom Function that was given it as an input. */
  abstract returnedAsIs(): V;
  /** @internal Notes that a view was made inside a custom Function, hence may not be changed in place. */
  abstract returnedByFunction(): void;
  /** @internal Throws if a leaf, or a view made in certain ways, `is being` changed in place while recording is on. */
  abstract checkInPlace(verb?: string): void;
  /** @internal The values along the first dimension. */
  abstract rows(): V[];
  /** @internal Values of one shape, among them this one, along a new first dimension. */
  abstract stacked(list: readonly V[]): V;
  /** @internal The gradient 1 of a scalar; an error for anything else. */
  abstract implicitGradient(): V;
  /** @internal Throws unless `grad` may be assigned to `.grad`. */
  protected abstract checkAssignedGradient(grad: unknown): void;
  /** @internal Throws unless `gradient` may start a backward pass here; of a batch, `gradient` is one row. */
  abstract checkGivenGradient(gradient: V, index: number, batched: boolean): void;
  /** @internal Can values of this kind have gradients? */
  abstract get differentiable(): boolean;
  /** @internal Throws, with `message` if the type is at fault, unless gradients of this value make sense. */
  protected abstract checkDifferentiable(message?: string): void;
  /** @internal Throws unless a hook may use `after` instead of this gradient. */
  abstract checkReplaced(hook: string, after: unknown): void;
  /** @internal For error messages: `[torch.FloatTensor [2, 3]]`. */
  abstract describe(): string;
  /** @internal This object with its own type. */
  protected abstract self(): V;

  /** How often the memory behind this value has been written in place. */
  get _version(): number {
    if (this.madeInInference) throw new RuntimeError("Inference tensors do not track version counter.");
    return this.writes;
  }

  /** Was this value made in inference mode? */
  is_inference(): boolean {
    return this.madeInInference;
  }

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
    if (requires_grad && this.is_leaf)
      this.checkDifferentiable("only Tensors of floating point dtype can require gradients");
    this.requires_grad = requires_grad;
    return this;
  }

  /** Was this value given, rather than computed from values that require gradients? */
  get is_leaf(): boolean {
    return this.grad_fn === null;
  }

  private get remembered(): More<V> {
    this.more ??= new More();
    return this.more;
  }

  /** The gradient that backward passes have accumulated here; `null` before the first. */
  get grad(): V | null {
    if (this._grad === null && !this.is_leaf && !this.retains_grad) {
      warnOnce(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.",
      );
    }
    if (this._grad !== null) this.remembered.gradShown = true;
    return this._grad;
  }

  set grad(value: V | null) {
    if (value === null) {
      this.dropGrad();
      return;
    }
    this.checkAssignedGradient(value);
    this._grad = value;
    this.remembered.gradShown = true;
  }

  /** @internal {@link grad} for those who look at it and keep nothing of it. */
  peekGrad(): V | null {
    return this._grad;
  }

  /** @internal `this.grad = null` */
  dropGrad(): void {
    const grad = this._grad;
    if (grad === null) return;
    const { remembered } = this;
    remembered.gradsAreShown = remembered.gradShown;
    if (!remembered.gradShown && !grad.release()) remembered.spareGrad = grad;
    remembered.gradShown = false;
    this._grad = null;
  }

  /** @internal Makes this value output `index` of `node`. */
  record(node: Node<V>, index = 0): void {
    if (this.retains_grad) this._grad_fn?.retain(this.output_nr, undefined);
    this._grad_fn = node;
    this.output_nr = index;
    if (this.retains_grad) this.retainFrom(node);
  }

  /** @internal After a change in place: `node` made this value; a view, its argument `at`, passes that on to its base. */
  abstract rebase(node: Node<V>, at?: number): void;

  attach(edge: Edge<V> | null): V {
    if (edge?.node instanceof AccumulateGrad) {
      this._requires_grad = true;
      this.remembered.accumulator = edge;
    } else if (edge) this.record(edge.node, edge.index);
    return this.self();
  }

  /** @internal Where the gradient of this value goes; `null` if it needs none. */
  gradientEdge(): Edge<V> | null {
    const node = this.grad_fn;
    if (node !== null) return { node, index: this.output_nr };
    if (!this._requires_grad) return null;
    const { remembered } = this;
    remembered.accumulator ??= { node: new AccumulateGrad(this.self()), index: 0 };
    return remembered.accumulator;
  }

  /** Makes this computed value keep its gradient in `.grad`, as leaves do. */
  retain_grad(): void {
    if (!this.requires_grad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False");
    if (this.is_leaf || this.retains_grad) return;
    this.remembered.retains = true;
    this.retainFrom(this.grad_fn!);
  }

  private retainFrom(node: Node<V>): void {
    node.retain(this.output_nr, (grad) => {
      this._grad = this._grad === null ? grad : this._grad.plus(grad);
      this.remembered.gradShown = true;
    });
  }

  /** Does this computed value keep its gradient? */
  get retains_grad(): boolean {
    return this.more?.retains ?? false;
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
    if (!this.requires_grad) throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient");
    if (!this.is_leaf) {
      throw new RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors");
    }
    const { remembered } = this;
    remembered.postAccumulateHooks ??= new HookList();
    return remembered.postAccumulateHooks.add(hook);
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
    differentiate([this.self()], [gradient], retain_graph, create_graph, inputs);
  }

  /**
   * @internal `this.grad += grad`, in place unless the pass itself is recorded. The first gradient is copied if others may
   * have it too: the in-place sums to come must not show there.
   */
  accumulateGradient(grad: V): void {
    const before = this._grad;
    const { remembered } = this;
    if (is_grad_enabled()) this.grad = before === null ? grad : before.plus(grad);
    else if (before !== null) before.plus_(grad);
    else {
      const { spareGrad } = remembered;
      remembered.spareGrad = null;
      const own = remembered.gradsAreShown ? null : grad.adopted(this.self());
      this._grad = own ?? (spareGrad?.refill(grad) ? spareGrad : grad.copied());
      remembered.gradShown = false;
    }
    for (const hook of remembered.postAccumulateHooks ?? []) hook(this.self());
  }
}

registerType("Variable", (v) => v instanceof Variable);

/** What the graph remembers of a value: enough to fit gradients to it, without holding its memory. */
export interface Form<V> {
  /** Brings gradient `at` of what `sender` has computed into shape and dtype, or throws. */
  fit(grad: V, sender: Node<V>, at: number): V;
  zeros(): V;
}

/** Changes the part of a gradient that belongs to a view of the value it is the gradient of; `null` stands for zeros. */
export type Region<V> = (grad: V, change: (part: V) => V | null) => V;

/** An operation on {@link Variable}s. */
export abstract class VariableNode<V extends Variable<V>> extends Node<V> {
  accumulate(a: V, b: V): V {
    return a.plus(b);
  }

  override addTo(a: V, b: V): V {
    return a.absorb(b);
  }

  override isSole(grad: V): boolean {
    return grad.isSole;
  }

  override hold(grad: V): void {
    grad.hold();
  }

  override letGo(grad: V): void {
    grad.letGo();
  }

  override show(grad: V): void {
    grad.show();
  }

  override receive(index: number, grad: V, sender: Node<V>, at: number): V {
    return this.form(index).fit(grad, sender, at);
  }

  /** The form of output `index`. */
  protected abstract form(index: number): Form<V>;

  override hasNaN(grad: V): boolean {
    return grad.hasNaN();
  }

  protected override checkReplaced(hook: string, before: V, after: V): void {
    before.checkReplaced(hook, after);
  }
}

/** The leaf's end of an edge: adds what arrives to `.grad`. */
export class AccumulateGrad<V extends Variable<V>> extends VariableNode<V> {
  constructor(readonly variable: V) {
    super([], 1, Number.POSITIVE_INFINITY);
  }

  name(): string {
    return "AccumulateGrad";
  }

  override get keepsNothing(): boolean {
    return true;
  }

  protected form(): Form<V> {
    return this.variable.form;
  }

  apply([grad]: readonly (V | null)[]): readonly null[] {
    if (grad) this.variable.accumulateGradient(grad);
    return [];
  }
}
