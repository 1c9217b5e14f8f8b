import { is_inference_mode_enabled } from "../autograd/grad_mode.js";
import type { Node } from "../autograd/node.js";
import type { Form, Region } from "../autograd/variable.js";
import { RuntimeError } from "../python/errors.js";
import { pythonTypeOf, registerClass } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { conversion, type DType, get_default_dtype, int64, type TypedArray } from "./dtype.js";
import { formatTensor } from "./format.js";
import { Geometry } from "./geometry.js";
import { checkAssigned, checkGiven, checkReplaced } from "./gradient_rules.js";
import { binary } from "./kernels/elementwise.js";
import { copy } from "./kernels/map.js";
import type { Operand } from "./kernels/strided.js";
import {
  contiguousStrides,
  expandsTo,
  isContiguous,
  numelOf,
  rowStrides,
  type Shape,
  sameShape,
  showShape,
  wrapDim,
} from "./shape.js";
import { Storage, Version } from "./storage.js";
import { hold, isSole, letGo, released, show } from "./temporaries.js";
import { Viewing } from "./viewing.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Tensor: Tensor;
  }
}

/** Nested arrays of numbers, as {@link Tensor.tolist} returns them. */
export type NestedNumbers = number | boolean | NestedNumbers[];

/**
 * A multi-dimensional array that records what is done to it. Its memory is a {@link Storage} read through `shape`,
 * `strides` and `offset`; views share it. The operations (`add`, `matmul`, `view`, ...) come from the op table in
 * `ops/` and are listed by PyTorch's documentation under the same names.
 */
export class Tensor extends Viewing<Tensor> {
  constructor(
    storage: Storage,
    public dtype: DType,
    shape: Shape,
    strides: Shape = rowStrides(shape),
    offset = 0,
    version: Version = storage,
  ) {
    super(storage, shape, strides, offset, version);
  }

  /** A new tensor of zeros, outside the graph. */
  static empty(shape: Shape, dtype: DType): Tensor {
    return new Tensor(Storage.allocate(dtype, numelOf(shape)), dtype, shape);
  }

  /** A new tensor outside the graph, all of whose elements the caller will write: until then they may be anything. */
  static unset(shape: Shape, dtype: DType): Tensor {
    return new Tensor(Storage.allocate(dtype, numelOf(shape), false), dtype, shape);
  }

  /** A new tensor over `data`, row by row; the array is shared, not copied. */
  static of(data: TypedArray, shape: Shape, dtype: DType): Tensor {
    return new Tensor(new Storage(data), dtype, shape);
  }

  protected self(): Tensor {
    return this;
  }

  aliased(shape: Shape, strides: Shape, offset: number): Tensor {
    return new Tensor(this.storage, this.dtype, shape, strides, offset, this.version).becomeView(this);
  }

  protected recomputed(base: Tensor): Tensor {
    return base.as_strided([...this.shape], [...this.strides], this.offset);
  }

  /** @internal What a kernel needs to know. */
  operand(strides: Shape = this.strides): Operand {
    const { storage, offset } = this;
    return { data: storage.data, offset, strides, storage };
  }

  // Sizes

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Where the tensor lives: always `"cpu"`. */
  get device(): string {
    return "cpu";
  }

  /** The memory layout: always `"torch.strided"`. */
  get layout(): string {
    return "torch.strided";
  }

  /** The sizes, or the size of dimension `dim`. */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : this.shape[wrapDim(dim, this.ndim)];
  }

  /** The strides in elements, or the stride of dimension `dim`. */
  stride(): Shape;
  stride(dim: number): number;
  stride(dim?: number): Shape | number {
    return dim === undefined ? this.strides : this.strides[wrapDim(dim, this.ndim)];
  }

  /** The dimensions in opposite order; meant for matrices. */
  get T(): Tensor {
    if (this.ndim !== 2) {
      warn(
        "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an error in a future release. Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
      );
    }
    return this.permute(this.shape.map((_, d) => this.ndim - 1 - d));
  }

  /** The matrices in the last two dimensions transposed. */
  get mT(): Tensor {
    if (this.ndim >= 2) return this.transpose(-2, -1);
    if (this.ndim === 0) {
      warn("Tensor.mT is deprecated on 0-D tensors. This function is the identity in these cases.");
      return this;
    }
    throw new RuntimeError(
      `tensor.mT is only supported on matrices or batches of matrices. Got ${this.ndim}-D tensor.`,
    );
  }

  /** The number of elements. */
  numel(): number {
    return numelOf(this.shape);
  }

  /** The number of elements. */
  nelement(): number {
    return this.numel();
  }

  /** The number of dimensions. */
  dim(): number {
    return this.shape.length;
  }

  /** A number for the place of the first element, in bytes: equal for tensors that begin at the same one. */
  data_ptr(): number {
    return this.numel() === 0 ? 0 : this.storage.data_ptr() + this.offset * this.element_size();
  }

  /** Do the elements lie in row-major order without gaps? */
  is_contiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  is_floating_point(): boolean {
    return this.dtype.is_floating_point;
  }

  /** Bytes an element takes in PyTorch. */
  element_size(): number {
    return this.dtype.itemsize;
  }

  /** The number of elements of dimension 0. */
  get length(): number {
    if (this.shape.length === 0) throw new TypeError("len() of a 0-d tensor");
    return this.shape[0];
  }

  // Values

  /**
   * The only element: a number, or a boolean for dtype bool.
   *
   * @throws RuntimeError if there is not exactly one
   */
  item<T extends number | boolean = number>(): T {
    if (this.numel() !== 1) {
      throw new RuntimeError(
        `a Tensor with ${this.numel()} elements cannot be converted to Scalar`,
        `The shape is ${showShape(this.shape)}. Reduce it first (sum(), mean(), ...), pick one element (index([0])) or use tolist().`,
      );
    }
    const { block, start } = this.storage;
    const value = block[start + this.offset];
    return (this.dtype.category === 0 ? value !== 0 : value) as T;
  }

  /** @internal One element by its indices, for printing. */
  read(index: readonly number[]): number {
    let at = this.offset;
    for (let i = 0; i < index.length; i++) at += index[i] * this.strides[i];
    return this.storage.data[at];
  }

  /** The elements as nested arrays; a number for a 0-d tensor; booleans for bool. */
  tolist(): NestedNumbers {
    const asBool = this.dtype.category === 0;
    const { data } = this.storage;
    const level = (d: number, at: number): NestedNumbers => {
      if (d === this.shape.length) return asBool ? data[at] !== 0 : data[at];
      return Array.from({ length: this.shape[d] }, (_, i) => level(d + 1, at + i * this.strides[d]));
    };
    return level(0, this.offset);
  }

  /** A copy of the elements, row by row, in the typed array of the dtype. */
  toTypedArray(): TypedArray {
    const out = Tensor.of(new this.dtype.array(this.numel()), this.shape, this.dtype);
    copy(this.shape, out.operand(), this.operand(), null);
    return out.storage.data;
  }

  /** @internal Writes the elements of `source`, broadcast and converted, here; no checks, no recording. */
  write(source: Tensor, strides: Shape = source.strides): void {
    const alike = strides === source.strides && sameShape(this.shape, source.shape) && this.dtype === source.dtype;
    if (alike && source.storage !== this.storage && this.is_contiguous() && source.is_contiguous()) {
      const { storage, offset } = source;
      this.storage.copy(storage.block, storage.start + offset, this.numel(), this.offset);
      return;
    }
    const how = conversion(source.dtype, this.dtype);
    let from = source.operand(strides);
    // overlapping memory is read before it is written
    if (source.storage === this.storage && source !== this)
      from = source.copied().operand(contiguousStrides(this.shape));
    copy(this.shape, this.operand(), from, how);
  }

  /** @internal A contiguous copy in another dtype, outside the graph. */
  converted(dtype: DType): Tensor {
    if (dtype === this.dtype && this.is_contiguous())
      return new Tensor(Storage.copyOf(this.storage, this.offset, this.numel(), dtype), dtype, this.shape);
    const out = Tensor.unset(this.shape, dtype);
    copy(this.shape, out.operand(), this.operand(), conversion(this.dtype, dtype));
    return out;
  }

  // Place in the graph

  region(): Region<Tensor> {
    const { shape, strides, offset } = this._base!;
    const base = new Geometry(shape, strides);
    const view = new Geometry(this.shape, this.strides, this.offset - offset);
    const memory = Geometry.rows([base.extent]);
    return (grad, change) => {
      // the gradient laid out as the base lies in memory
      const whole = base.isRows ? grad.clone() : grad._restride(base, memory);
      const part = whole.as_strided(view.shape, view.strides, view.offset);
      const inside = change(part.clone());
      if (inside) part.copy_(inside);
      else part.zero_();
      return base.isRows ? whole : whole._restride(memory, base);
    };
  }

  /** The same memory outside the graph. In-place changes show in both and are noticed by saved tensors. */
  detach(): Tensor {
    const same = new Tensor(this.storage, this.dtype, this.shape, this.strides, this.offset, this.version);
    same.madeInInference = this.madeInInference;
    return same;
  }

  /** The same memory outside the graph, whose in-place changes saved tensors do not notice. */
  get data(): Tensor {
    return new Tensor(this.storage, this.dtype, this.shape, this.strides, this.offset, new Version());
  }

  /** Replaces the memory of this tensor by that of `value`. */
  set data(value: Tensor) {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`Variable data has to be a tensor, but got ${pythonTypeOf(value)}`);
    }
    const version = new Version();
    version.value = this.version.value;
    this.version = version;
    this.storage = value.storage;
    this.dtype = value.dtype;
    this.shape = value.shape;
    this.strides = value.strides;
    this.offset = value.offset;
  }

  copied(): Tensor {
    return this.converted(this.dtype);
  }

  hold(): void {
    hold(this);
  }

  letGo(): void {
    letGo(this);
  }

  show(): void {
    show(this);
  }

  get isSole(): boolean {
    return isSole(this) && this.is_contiguous();
  }

  adopted(leaf: Tensor): Tensor | null {
    if (!this.isSole || this.numel() !== this.storage.length || !leaf.is_contiguous()) return null;
    show(this);
    this.version.value = 0;
    return this;
  }

  release(): boolean {
    return released(this);
  }

  refill(source: Tensor): boolean {
    if (!sameShape(this.shape, source.shape) || this.dtype !== source.dtype) return false;
    this.write(source);
    this.version.value = 0;
    return true;
  }

  plus(other: Tensor): Tensor {
    return this.add(other);
  }

  absorb(other: Tensor): Tensor {
    const plain = this.dtype === other.dtype && sameShape(this.shape, other.shape);
    if (!plain || !this.is_contiguous() || !other.is_contiguous()) return this.add_(other);
    binary(plus, "add", this.numel(), this, this, other);
    return this;
  }

  plus_(other: Tensor): Tensor {
    return this.add_(other);
  }

  rows(): Tensor[] {
    return [...this.unbind(0)];
  }

  stacked(list: readonly Tensor[]): Tensor {
    const all = Tensor.empty([list.length, ...this.shape], this.dtype);
    list.forEach((row, i) => all.select(0, i).copy_(row));
    return all;
  }

  hasNaN(): boolean {
    return this.ne(this).any().item<boolean>();
  }

  /** @internal A gradient of zeros. */
  zeroGradient(): Tensor {
    return Tensor.empty(this.shape, this.dtype);
  }

  get form(): Form<Tensor> {
    return new TensorForm(this.shape, this.dtype);
  }

  implicitGradient(): Tensor {
    if (this.numel() !== 1) {
      throw new RuntimeError(
        "grad can be implicitly created only for scalar outputs",
        `This tensor has the shape ${showShape(this.shape)}. Reduce it to one number (loss.mean().backward(), loss.sum().backward()) or pass the gradient: y.backward(torch.ones_like(y)).`,
      );
    }
    this.checkDifferentiable();
    const one = Tensor.empty(this.shape, this.dtype);
    one.storage.data.fill(1);
    return one;
  }

  checkGivenGradient(gradient: Tensor, index: number, batched: boolean): void {
    checkGiven(this, gradient, index, batched);
  }

  get differentiable(): boolean {
    return this.dtype.is_floating_point;
  }

  protected checkDifferentiable(
    message = "only Tensors of floating point and complex dtype can require gradients",
  ): void {
    if (this.madeInInference && !is_inference_mode_enabled()) {
      throw new RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
    }
    if (this.differentiable) return;
    throw new RuntimeError(
      message,
      `The dtype is ${this.dtype}. Numbers without a fraction make an int64 tensor; write torch.tensor(data, { dtype: torch.float32 }) or x.float().`,
    );
  }

  protected checkAssignedGradient(grad: unknown): void {
    if (!(grad instanceof Tensor)) {
      throw new TypeError(`assigned grad expected to be a Tensor or None but got grad of type ${pythonTypeOf(grad)}`);
    }
    checkAssigned(this, grad);
  }

  checkReplaced(hook: string, after: unknown): void {
    if (!(after instanceof Tensor)) {
      throw new TypeError(`expected Variable, but hook returned '${pythonTypeOf(after)}'`);
    }
    checkReplaced(this, after, hook);
  }

  describe(): string {
    return `[torch.${this.dtype.scalarName}Tensor ${this.shape.length === 0 ? "[]" : showShape(this.shape)}]`;
  }

  // Printing

  /** @internal */
  get gradFnName(): string | null {
    try {
      return this.grad_fn?.name() ?? null;
    } catch {
      return "Invalid"; // a view whose history an in-place change has made ambiguous
    }
  }

  override toString(): string {
    return formatTensor(this, "tensor", get_default_dtype().name);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The rows: the tensors along dimension 0. */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    if (this.shape.length === 0) throw new TypeError("iteration over a 0-d tensor");
    yield* this.unbind(0);
  }
}

const plus = (x: number, y: number): number => x + y;

/**
 * Undoes broadcasting, the one place where it is done: sums a gradient over the dimensions along which a value of
 * `shape` was repeated, and converts it to the value's dtype.
 */
export function fitGradient(grad: Tensor, shape: Shape, dtype: DType, node: Node<Tensor>, index: number): Tensor {
  let fitted = grad;
  if (!sameShape(grad.shape, shape)) {
    if (!expandsTo(shape, grad.shape)) {
      throw new RuntimeError(
        `Function ${node.name()} returned an invalid gradient at index ${index} - got ${showShape(grad.shape)} but expected shape compatible with ${showShape(shape)}`,
      );
    }
    fitted = grad.sum_to_size([...shape]);
  }
  return fitted.dtype === dtype ? fitted : fitted.to(dtype);
}

/** Shape and dtype of a value in the graph. */
export class TensorForm implements Form<Tensor> {
  constructor(
    private readonly shape: Shape,
    private readonly dtype: DType,
  ) {}

  fit(grad: Tensor, node: Node<Tensor>, index: number): Tensor {
    return fitGradient(grad, this.shape, this.dtype, node, index);
  }

  zeros(): Tensor {
    return Tensor.empty(this.shape, this.dtype);
  }
}

registerClass("Tensor", Tensor);

/** @internal An int64 result; throws if it has left the range in which doubles are exact. */
export function checkInt64(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) {
    throw new RuntimeError(
      `value cannot be converted to type int64 without overflow`,
      `${int64} holds integers between -2^53 and 2^53 here; ${value} is beyond. Use float64 if digits may be lost.`,
    );
  }
  return value + 0; // integers have no -0
}
