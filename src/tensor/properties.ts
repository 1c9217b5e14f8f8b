import { RuntimeError, ValueError } from "../python/errors.js";
import { warn } from "../python/warnings.js";
import { type DType, dtypes } from "./dtype.js";
import { addMethods, addProperties } from "./prototype.js";
import { type Shape, sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/*
 * What a tensor tells of itself, and methods that no operation stands behind. Much of it always answers the same here:
 * tensors are real, dense and on the CPU.
 */

declare module "./tensor.js" {
  interface Tensor {
    /** A matrix transposed, and, of real numbers, nothing else. */
    readonly H: Tensor;
    /** The matrices in the last two dimensions transposed, and, of real numbers, nothing else. */
    readonly mH: Tensor;
    /** The real part: this tensor. */
    readonly real: Tensor;
    /** Complex tensors have one. @throws RuntimeError */
    readonly imag: Tensor;
    /** Bytes an element takes in PyTorch. */
    readonly itemsize: number;
    /** Bytes all elements take in PyTorch. */
    readonly nbytes: number;
    readonly is_cpu: boolean;
    readonly is_cuda: boolean;
    readonly is_meta: boolean;
    readonly is_mps: boolean;
    readonly is_nested: boolean;
    readonly is_quantized: boolean;
    readonly is_sparse: boolean;
    readonly is_sparse_csr: boolean;
    readonly is_xpu: boolean;
    is_complex(): boolean;
    is_conj(): boolean;
    is_distributed(): boolean;
    is_neg(): boolean;
    is_pinned(): boolean;
    is_shared(): boolean;
    /** Can elements be negative? */
    is_signed(): boolean;
    /** Is the only element other than 0? @throws RuntimeError unless there is exactly one */
    is_nonzero(): boolean;
    /** Have both the same shape? */
    is_same_size(other: Tensor): boolean;
    /** The number of the graphics card: -1 for the CPU. */
    get_device(): number;
    /** The number of dimensions. */
    ndimension(): number;
    /** The dimensions from the one with the largest stride to the one with the smallest. */
    dim_order(): number[];
    /** The tensor itself: it is on the CPU. */
    cpu(): Tensor;
    /** The tensor itself: it is dense. */
    to_dense(): Tensor;
    /** How many dimensions are dense: all. */
    dense_dim(): number;
    /** The old name of the type, `"torch.FloatTensor"`; or, with a dtype or such a name, the tensor converted. */
    type(): string;
    type(dtype: DType | string): Tensor;
    /** {@link float_power} in place, of float64 tensors. @throws RuntimeError for other dtypes */
    float_power_(exponent: Tensor | number): Tensor;
    /** Replaces every element, row by row, by what `callable` makes of it. */
    apply_(callable: (x: number) => number): Tensor;
    /** Replaces every element by what `callable` makes of it and of that of `tensor`, which may broadcast. */
    map_(tensor: Tensor, callable: (x: number, y: number) => number): Tensor;
    /** {@link map_} with two other tensors. */
    map2_(x: Tensor, y: Tensor, callable: (self: number, x: number, y: number) => number): Tensor;
    /** Makes the tensor, in place, `source`, or the part of its memory with these sizes and strides; without one, empty. */
    set_(source?: Tensor, storage_offset?: number, size?: Shape, stride?: Shape): Tensor;
  }
}

/** `tensor.H` and `tensor.mH`; a single number is left as it is. */
function transposed(self: Tensor, name: "H" | "mH"): Tensor {
  const { ndim } = self;
  if (ndim === 2 || (ndim > 2 && name === "mH")) return self.transpose(-2, -1);
  if (ndim === 0) {
    warn(`Tensor.${name} is deprecated on 0-D tensors. Consider using x.conj().`);
    return self;
  }
  const [of, hint] =
    name === "mH"
      ? ["matrices or batches of matrices", ""]
      : ["matrices (2-D tensors)", ndim > 2 ? " For batches of matrices, consider using tensor.mH" : ""];
  throw new RuntimeError(`tensor.${name} is only supported on ${of}. Got ${ndim}-D tensor.${hint}`);
}

/** Writes `f` of the elements of this tensor and of others, which broadcast to it, over this one. */
function map(name: string, self: Tensor, others: readonly Tensor[], f: (...values: number[]) => number): Tensor {
  if (self.requires_grad) {
    throw new RuntimeError(`Can't call ${name}() on Variable that requires grad. Use var.detach().${name}() instead.`);
  }
  const columns = others.map((other, i) => {
    if (other.dtype !== self.dtype) {
      const place = others.length === 1 ? "other" : "xy"[i];
      throw new TypeError(`${name}: expected ${self.type()} for '${place}' (got ${other.type()})`);
    }
    return other.expand([...self.shape]).toTypedArray();
  });
  const values = Float64Array.from(self.toTypedArray(), (x, i) => {
    const value: unknown = f(x, ...columns.map((column) => column[i]));
    if (typeof value === "number" || typeof value === "boolean") return Number(value);
    throw new TypeError(`must be real number, not ${typeof value === "string" ? "str" : typeof value}`);
  });
  return self.copy_(self.double().new_tensor(values).view(self.shape));
}

function typeOf(this: Tensor): string;
function typeOf(this: Tensor, dtype: DType | string): Tensor;
function typeOf(this: Tensor, dtype?: DType | string): string | Tensor {
  if (dtype === undefined) return `torch.${this.dtype.scalarName}Tensor`;
  if (typeof dtype !== "string") return this.to(dtype);
  const found = Object.values(dtypes).find((d) => dtype === `torch.${d.scalarName}Tensor` || dtype === `${d}`);
  if (!found) throw new ValueError(`invalid type: '${dtype}'`);
  return this.to(found);
}

function set(self: Tensor, source?: Tensor, storage_offset = 0, size?: Shape, stride?: Shape): Tensor {
  const from = source ?? Tensor.empty([0], self.dtype);
  if (from.dtype !== self.dtype) {
    throw new RuntimeError(
      `Could not set tensor of type ${from.dtype.cppName} to a tensor of type ${self.dtype.cppName}`,
    );
  }
  const view = size === undefined ? from : from.as_strided(size, stride ?? [], storage_offset);
  self.storage = view.storage;
  self.shape = view.shape;
  self.strides = view.strides;
  self.offset = view.offset;
  self.written("set_");
  return self;
}

function isNonzero(self: Tensor): boolean {
  const n = self.numel();
  if (n === 1) return Number(self.item()) !== 0;
  throw new RuntimeError(`Boolean value of Tensor with ${n === 0 ? "no values" : "more than one value"} is ambiguous`);
}

const getters: Record<string, (self: Tensor) => unknown> = {
  H: (self) => transposed(self, "H"),
  mH: (self) => transposed(self, "mH"),
  real: (self) => self,
  imag: () => {
    throw new RuntimeError("imag is not implemented for tensors with non-complex dtypes.");
  },
  itemsize: (self) => self.element_size(),
  nbytes: (self) => self.element_size() * self.numel(),
  is_cpu: () => true,
};
const never = "is_cuda is_meta is_mps is_nested is_quantized is_sparse is_sparse_csr is_xpu".split(" ");
for (const name of never) getters[name] = () => false;

const methods: Record<string, (this: Tensor, ...args: never[]) => unknown> = {
  is_signed() {
    return this.dtype.category > 0 && this.dtype.name !== "uint8";
  },
  is_nonzero() {
    return isNonzero(this);
  },
  is_same_size(other: Tensor) {
    return sameShape(this.shape, other.shape);
  },
  get_device: () => -1,
  ndimension() {
    return this.ndim;
  },
  dim_order() {
    return this.shape.map((_, d) => d).sort((a, b) => this.strides[b] - this.strides[a]);
  },
  cpu() {
    return this;
  },
  to_dense() {
    return this;
  },
  dense_dim() {
    return this.ndim;
  },
  type: typeOf,
  float_power_(exponent: Tensor | number) {
    if (this.dtype.name === "float64") return this.pow_(exponent instanceof Tensor ? exponent.double() : exponent);
    throw new RuntimeError(
      `the base given to float_power_ has dtype ${this.dtype.scalarName} but the operation's result requires dtype Double`,
      "pow_() keeps the dtype; float_power() returns a tensor in float64.",
    );
  },
  apply_(callable: (x: number) => number) {
    return map("apply_", this, [], callable);
  },
  map_(tensor: Tensor, callable: (x: number, y: number) => number) {
    return map("map_", this, [tensor], callable);
  },
  map2_(x: Tensor, y: Tensor, callable: (self: number, x: number, y: number) => number) {
    return map("map2_", this, [x, y], callable);
  },
  set_(source?: Tensor, storage_offset?: number, size?: Shape, stride?: Shape) {
    return set(this, source, storage_offset, size, stride);
  },
};
for (const name of "is_complex is_conj is_distributed is_neg is_pinned is_shared".split(" ")) {
  methods[name] = () => false;
}

addProperties(
  Object.entries(getters).map(([name, read]) => [
    name,
    {
      get() {
        return read(this);
      },
      configurable: true,
    },
  ]),
);
addMethods(Object.entries(methods));
