import { lineNow } from "../autograd/anomaly.js";
import { CopySlices } from "../autograd/copy_slices.js";
import { is_inference_mode_enabled, swapGradMode } from "../autograd/grad_mode.js";
import type { Node } from "../autograd/node.js";
import { Variable } from "../autograd/variable.js";
import { RuntimeError } from "../python/errors.js";
import { type Shape, sameShape } from "./shape.js";
import type { Storage, Version } from "./storage.js";
import { Creation, forbiddenChange } from "./view_rules.js";

/** What a view knows of its origin. */
interface ViewOf<V> {
  /** Whose memory it is, itself no view. */
  readonly base: V;
  /** How the view was made. */
  creation: Creation;
  /** The version of the memory at which the view's own `grad_fn` was last right. */
  version: number;
}

/**
 * A variable in memory that others may share: what views are, and how an in-place change of one shows in the histories
 * of the others.
 */
export abstract class Viewing<V extends Viewing<V>> extends Variable<V> {
  /** @internal */
  madeInInference: boolean = is_inference_mode_enabled();
  private viewOf: ViewOf<V> | null = null;

  constructor(
    /** @internal */
    public storage: Storage,
    /** Sizes, outermost first. */
    public shape: Shape,
    /** Distances in elements between neighbours, for each dimension. */
    public strides: Shape,
    /** Where in the storage the first element lies. */
    public offset: number,
    /** @internal */
    public version: Version,
  ) {
    super();
  }

  /** @internal The same memory read otherwise; in-place changes of either show in both. */
  abstract aliased(shape: Shape, strides: Shape, offset: number): V;

  /** @internal This view as an op of the base's present value, recorded. */
  protected abstract recomputed(base: V): V;

  // Memory

  /** Where in the storage the first element lies, in elements. */
  storage_offset(): number {
    return this.offset;
  }

  /** The memory, shared with all views: `x.untyped_storage() === y.untyped_storage()` if `y` is a view of `x`. */
  untyped_storage(): Storage {
    return this.storage;
  }

  /** Is `tensor` the same memory, read the same way? */
  is_set_to(tensor: V): boolean {
    return (
      this.storage === tensor.storage &&
      this.offset === tensor.offset &&
      sameShape(this.shape, tensor.shape) &&
      sameShape(this.strides, tensor.strides)
    );
  }

  get writes(): number {
    return this.version.value;
  }

  get lastWriter(): string {
    return this.version.writer;
  }

  written(writer: string): void {
    this.version.value++;
    this.version.writer = writer + lineNow();
  }

  // Views

  /** Is this a view of another tensor's memory? */
  _is_view(): boolean {
    return this.viewOf !== null;
  }

  /** The tensor this one is a view of, itself no view; `null` if this is no view. */
  get _base(): V | null {
    return this.viewOf === null ? null : this.viewOf.base;
  }

  get base(): V | null {
    return this._base;
  }

  /** @internal Makes this a view of what `of` is, or is a view of. */
  protected becomeView(of: V): V {
    const creation = of.viewOf === null ? Creation.plain : of.viewOf.creation;
    this.viewOf = { base: of._base ?? of, creation, version: this.version.value };
    this.madeInInference = of.madeInInference;
    return this.self();
  }

  /** @internal Notes how this view of `of` was made. */
  viewMade(how: Creation, of: V): void {
    if (this.viewOf === null) return;
    const inherited = of.viewOf === null ? Creation.plain : of.viewOf.creation;
    this.viewOf.creation = how === Creation.plain || this.madeInInference ? inherited : how;
  }

  returnedAsIs(): V {
    const view = this.aliased(this.shape, this.strides, this.offset);
    view.returnedByFunction();
    return view;
  }

  returnedByFunction(): void {
    if (this.viewOf !== null) this.viewOf.creation = Creation.customFunction;
  }

  // Place in the graph

  override get grad_fn(): Node<V> | null {
    if (this.viewOf !== null && this.viewOf.version !== this.version.value) this.followBase(this.viewOf);
    return this._grad_fn;
  }

  /** An in-place change of the memory gave the base a new history: the view's own is part of it. */
  private followBase(viewOf: ViewOf<V>): void {
    const { base, creation } = viewOf;
    if (this._grad_fn === null && !base.requires_grad) return;
    if (creation !== Creation.plain) throw this.forbidden(creation, true);
    viewOf.version = this.version.value;
    if (!base.requires_grad) return;
    const before = swapGradMode(true);
    const again = this.recomputed(base);
    swapGradMode(before);
    if (again._grad_fn) super.record(again._grad_fn, 0);
  }

  override get requires_grad(): boolean {
    return this._requires_grad || this._grad_fn !== null || (this.viewOf?.base.requires_grad ?? false);
  }

  override set requires_grad(value: boolean) {
    super.requires_grad = value;
  }

  override record(node: Node<V>, index = 0): void {
    super.record(node, index);
    if (this.viewOf !== null) this.viewOf.version = this.version.value;
  }

  rebase(node: Node<V>, at = 0): void {
    const base = this._base;
    if (base === null) this.record(node, 0);
    else base.record(new CopySlices<V>(base, this.self(), node, at), 0);
  }

  checkInPlace(verb = "is being"): void {
    if (this.viewOf !== null) {
      const { base, creation } = this.viewOf;
      if (creation !== Creation.plain) throw this.forbidden(creation, false);
      if (this.requires_grad && base.is_leaf) {
        throw new RuntimeError(
          "a view of a leaf Variable that requires grad is being used in an in-place operation.",
          "The graph needs the leaf as it was given. Make the change inside torch.no_grad(), or on a clone().",
        );
      }
    }
    if (this.requires_grad && this.is_leaf) {
      throw new RuntimeError(
        `a leaf Variable that requires grad ${verb} used in an in-place operation.`,
        "The graph needs the leaf as it was given. Make the change inside torch.no_grad() (as optimizers do), or use the form without '_'.",
      );
    }
  }

  private forbidden(creation: Creation, indirectly: boolean): RuntimeError {
    return forbiddenChange(creation, { node: this._grad_fn, output_nr: this.output_nr }, indirectly);
  }

  /** Leaves the graph, in place. */
  detach_(): this {
    if (this.viewOf !== null) {
      throw new RuntimeError(
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.",
      );
    }
    this._grad_fn = null;
    this._requires_grad = false;
    this.output_nr = 0;
    return this;
  }
}
