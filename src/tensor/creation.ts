import { NotImplementedError, RuntimeError, ValueError, withHelp } from "../python/errors.js";
import { define, pythonTypeOf, Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import {
  bool,
  castTo,
  type DType,
  dtypeOfNumber,
  float32,
  float64,
  get_default_dtype,
  int32,
  int64,
  type TypedArray,
  uint8,
} from "./dtype.js";
import { broadcastShapes, contiguousStrides, numelOf, type Shape } from "./shape.js";
import { checkInt64, Tensor } from "./tensor.js";

/** Data for a tensor: a number, nested arrays, a typed array or another tensor. */
export type TensorData = number | bigint | boolean | TypedArray | BigInt64Array | Tensor | readonly TensorData[];

/** Options of {@link tensor}. */
export interface TensorOptions {
  /** Default: bool, int64 or the default floating point type, whichever holds all the numbers. */
  dtype?: DType | null;
  requires_grad?: boolean;
  device?: string | null;
  pin_memory?: boolean;
}

/**
 * A tensor from nested arrays, a number, a typed array or another tensor; the data is copied.
 *
 * Numbers without a fraction make an int64 tensor, as in PyTorch; JavaScript cannot tell `1.0` from `1`, so give
 * `{ dtype: torch.float32 }` or use {@link FloatTensor} where whole numbers are meant as floats. With `requires_grad`
 * numbers are floats in any case.
 *
 * @throws ValueError for ragged arrays, TypeError for anything that is no number
 * @example
 * torch.tensor([[1, 2.5], [3, 4]]) // float32, shape [2, 2]
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const [, dtype, device, requires_grad] = tensorSignature.bind([data, options]);
  checkDevice(device);
  if (data instanceof Tensor) {
    warn(
      "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
    );
  }
  const out = fromData(data, dtype, requires_grad);
  return asking(out, requires_grad);
}

const tensorSignature = new Signature(
  "tensor(any data, *, ScalarType? dtype=None, str? device=None, bool requires_grad=False, bool pin_memory=False)",
);

/** {@link tensor} that leaves a tensor of the right dtype as it is. */
export function as_tensor(data: TensorData, options: { dtype?: DType | null; device?: string | null } = {}): Tensor {
  if (data instanceof Tensor) return options.dtype ? data.to(options.dtype) : data;
  return tensor(data, options);
}

export { as_tensor as asarray };

/** A tensor over the memory of a typed array: changes of either show in both. */
export function from_numpy(array: TypedArray): Tensor {
  return Tensor.of(array, [array.length], dtypeOfArray(array));
}

/**
 * A tensor over part of a buffer: `count` elements (-1 for all) from byte `offset` on. Changes of either show in both.
 *
 * @throws ValueError for parts that the buffer does not have, NotImplementedError for int64, which lies otherwise here
 */
export const frombuffer = define(
  "frombuffer(any buffer, *, ScalarType dtype, int count=-1, int offset=0, bool requires_grad=False) -> Tensor",
  (given, dtype, count, offset, requires_grad) => {
    const bytes = ArrayBuffer.isView(given)
      ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
      : new Uint8Array(given as ArrayBuffer);
    const { length } = bytes;
    const { itemsize } = dtype;
    if (dtype === int64) {
      throw new NotImplementedError(
        "frombuffer() is not supported for torch.int64",
        "int64 lies in doubles here; torch.tensor(new BigInt64Array(buffer)) copies.",
      );
    }
    if (length === 0 || count === 0) {
      throw new ValueError(`both buffer length (${length}) and count (${count}) must not be 0`);
    }
    if (offset < 0 || offset >= length) {
      throw new ValueError(
        `offset (${offset} bytes) must be non-negative and no greater than buffer length (${length} bytes) minus 1`,
      );
    }
    if (count < 0 && (length - offset) % itemsize !== 0) {
      throw new ValueError(
        `buffer length (${length - offset} bytes) after offset (${offset} bytes) must be a multiple of element size (${itemsize})`,
      );
    }
    const n = count < 0 ? (length - offset) / itemsize : count;
    if (offset + n * itemsize > length) {
      throw new ValueError(
        `requested buffer length (${n} * ${itemsize} bytes) after offset (${offset} bytes) must not be greater than actual buffer length (${length} bytes)`,
      );
    }
    const out = Tensor.of(new dtype.array(bytes.buffer, bytes.byteOffset + offset, n), [n], dtype);
    return asking(out, requires_grad);
  },
);

function fromData(data: TensorData, dtype: DType | null, wantsFloat: boolean): Tensor {
  if (data instanceof Tensor) return data.detach().converted(dtype ?? data.dtype);
  if (ArrayBuffer.isView(data)) {
    const values = data instanceof BigInt64Array ? Float64Array.from(data, (v) => checkInt64(Number(v))) : data;
    const own = data instanceof BigInt64Array ? int64 : dtypeOfArray(values as TypedArray);
    return Tensor.of((values as TypedArray).slice(), [data.length], own).converted(dtype ?? own);
  }
  const shape = shapeOf(data);
  const flat = new Float64Array(numelOf(shape));
  const found = flatten(data, shape, flat);
  const type = dtype ?? (wantsFloat && !found.is_floating_point ? get_default_dtype() : found);
  if (type === int64 || ranges.has(type)) flat.forEach((v) => checkRange(v, type));
  return Tensor.of(flat, shape, float64).converted(type);
}

/** The integers that are taken for a dtype; a negative uint8 wraps around. */
const ranges = new Map([
  [uint8, [-255, 255]],
  [int32, [-(2 ** 31), 2 ** 31 - 1]],
]);

function checkRange(value: number, dtype: DType): void {
  if (dtype === int64) checkInt64(value);
  const range = ranges.get(dtype);
  if (!range || (value >= range[0] && value <= range[1])) return;
  throw new RuntimeError(
    `value cannot be converted to type ${dtype.name} without overflow`,
    `${value} is beyond what ${dtype} holds.`,
  );
}

function dtypeOfArray(array: TypedArray): DType {
  const types: readonly DType[] = [float32, float64, int32, uint8];
  const type = types.find((t) => array instanceof t.array);
  if (!type)
    throw new TypeError(
      `can't convert ${pythonTypeOf(array)}; the only supported types are: Float32Array, Float64Array, Int32Array, Uint8Array.`,
    );
  return type;
}

function shapeOf(data: TensorData): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; isSequence(level); level = level[0]) {
    shape.push(level instanceof Tensor ? level.shape[0] : level.length);
    if (level.length === 0) break;
    if (typeof level[0] === "string") throw new ValueError("too many dimensions 'str'");
  }
  return shape;
}

const isSequence = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) ||
  (ArrayBuffer.isView(value) && "length" in value) ||
  (value instanceof Tensor && value.dim() > 0);

/** Writes nested arrays row by row into `out` and returns the dtype that holds all numbers. */
function flatten(data: TensorData, shape: Shape, out: Float64Array): DType {
  let at = 0;
  let type: DType | null = null;
  const meet = (own: DType) => {
    if (type === null || own.rank > type.rank) type = own;
  };
  const visit = (value: unknown, depth: number, inArray: DType | null): void => {
    if (depth < shape.length) {
      if (!isSequence(value)) {
        if (typeof value !== "number" && typeof value !== "boolean") throw noNumber(value);
        throw new TypeError(
          withHelp(
            "not a sequence",
            `Entry ${value} stands beside arrays of length ${shape[depth]}: the rows of nested arrays must be alike.`,
          ),
        );
      }
      if (value.length !== shape[depth]) {
        throw new ValueError(
          `expected sequence of length ${shape[depth]} at dim ${depth} (got ${value.length})`,
          "The rows of nested arrays must have equal lengths.",
        );
      }
      const items: ArrayLike<unknown> = value instanceof Tensor ? [...value] : value;
      const own =
        ArrayBuffer.isView(value) && !(value instanceof BigInt64Array)
          ? dtypeOfArray(value as unknown as TypedArray)
          : null;
      let i = 0;
      // most data is rows of plain numbers
      if (depth === shape.length - 1 && own === null) {
        for (; i < items.length; i++) {
          const item = items[i];
          if (typeof item !== "number") break;
          meet(dtypeOfNumber(item));
          out[at++] = item;
        }
      }
      for (; i < items.length; i++) visit(items[i], depth + 1, own);
      return;
    }
    const number =
      value instanceof Tensor ? value.item() : typeof value === "bigint" ? checkInt64(Number(value)) : value;
    if (typeof number !== "number" && typeof number !== "boolean") {
      if (!isSequence(value)) throw noNumber(value);
      throw new TypeError(
        type?.is_floating_point ? "must be real number, not list" : "'list' object cannot be interpreted as an integer",
      );
    }
    meet(value instanceof Tensor ? value.dtype : (inArray ?? dtypeOfNumber(number)));
    out[at++] = Number(number);
  };
  visit(data, 0, null);
  return type ?? get_default_dtype();
}

/** The complaint about what is no number; Python takes a string in first place for a sequence. */
function noNumber(value: unknown): Error {
  if (typeof value === "string") return new TypeError("new(): invalid data type 'str'");
  return new RuntimeError(`Could not infer dtype of ${pythonTypeOf(value)}`);
}

/** @internal `out`, which asks for a gradient if `requires_grad`. */
export function asking(out: Tensor, requires_grad: boolean): Tensor {
  if (!requires_grad) return out;
  if (out.dtype.is_floating_point) return out.requires_grad_();
  throw new RuntimeError(
    "Only Tensors of floating point and complex dtype can require gradients",
    `The dtype is ${out.dtype}; give { dtype: torch.float32 }.`,
  );
}

/** @internal Throws for a device other than the only one. */
export function checkDevice(device: string | null): void {
  if (device === null || device === "cpu" || device === "cpu:0") return;
  throw new RuntimeError(`device '${device}' is not supported`, 'Every tensor lives on "cpu".');
}

/** The legacy constructors: data of one dtype, or sizes of a tensor of zeros. */
function legacyConstructor(dtype: DType): (...data: [TensorData] | number[]) => Tensor {
  return (...data) => {
    const sizes = data.every((v) => typeof v === "number");
    if (sizes) return Tensor.empty(data as number[], dtype);
    const [source] = data as [TensorData];
    return fromData(source, dtype, false);
  };
}

/** A float32 tensor from data, or of the given sizes. */
export const FloatTensor = legacyConstructor(float32);
/** A float64 tensor from data, or of the given sizes. */
export const DoubleTensor = legacyConstructor(float64);
/** An int64 tensor from data, or of the given sizes. */
export const LongTensor = legacyConstructor(int64);
/** An int32 tensor from data, or of the given sizes. */
export const IntTensor = legacyConstructor(int32);
/** A uint8 tensor from data, or of the given sizes. */
export const ByteTensor = legacyConstructor(uint8);
/** A bool tensor from data, or of the given sizes. */
export const BoolTensor = legacyConstructor(bool);

// Filled tensors

type Options = readonly [dtype: DType | null, device: string | null, requires_grad: boolean, ...unknown[]];
const options =
  "*, ScalarType? dtype=None, str? device=None, bool requires_grad=False, str? layout=None, bool pin_memory=False";

/** A new tensor whose elements are the number `f`, or `f(i)`, i counting them row by row; zeros for `null`. */
function filled(
  size: Shape,
  f: ((i: number) => number) | number | null,
  [dtype, device, requires_grad]: Options,
  byDefault = get_default_dtype(),
): Tensor {
  checkDevice(device);
  for (const n of size) {
    if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${size.join(", ")}]`);
  }
  const out = Tensor.empty(size, dtype ?? byDefault);
  const { data } = out.storage;
  const cast = castTo(out.dtype);
  if (typeof f === "number") data.fill(cast ? cast(f) : f);
  else if (f) {
    for (let i = 0; i < data.length; i++) data[i] = cast ? cast(f(i)) : f(i);
  }
  return asking(out, requires_grad);
}

/** Zeros. */
export const zeros = define(`zeros(int... size, ${options}) -> Tensor`, (size, ...o) => {
  if (size.some((n) => n < 0)) throw new RuntimeError("zeros: Dimension size must be non-negative.");
  return filled(size, null, o);
});
/** Ones. */
export const ones = define(`ones(int... size, ${options}) -> Tensor`, (size, ...o) => filled(size, 1, o));
/** A tensor whose elements do not matter; they are zeros here. */
export const empty = define(`empty(int... size, ${options}) -> Tensor`, (size, ...o) => filled(size, null, o));
/** A tensor of one value; its dtype is that of the value. */
export const full = define(`full(int[] size, Scalar fill_value, ${options}) -> Tensor`, (size, value, ...o) => {
  const sizes = typeof size === "number" ? [size] : size;
  return filled(sizes, Number(value), o, dtypeOfNumber(value));
});

/** A 0-d tensor of the value, by default in the default floating point dtype. */
export const scalar_tensor = define(`scalar_tensor(Scalar s, ${options}) -> Tensor`, (s, ...o) =>
  filled([], Number(s), o),
);
/** A tensor whose elements do not matter and whose dimensions lie in memory in the order `physical_layout`, outermost first. */
export const empty_permuted = define(
  `empty_permuted(int[] size, int[] physical_layout, ${options}) -> Tensor`,
  (size, physical_layout, ...o) => {
    const shape = [size].flat();
    const order = [physical_layout].flat();
    if (order.length !== shape.length) {
      throw new RuntimeError(
        `Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = ${shape.length} is not equal to len(physical_layout) = ${order.length}`,
      );
    }
    const strides = new Array<number>(shape.length);
    const laidOut = contiguousStrides(order.map((d) => shape[d]));
    order.forEach((d, i) => {
      strides[d] = laidOut[i];
    });
    const memory = filled(shape, null, [o[0], o[1], false]);
    const out = new Tensor(memory.storage, memory.dtype, shape, strides);
    return o[2] ? out.requires_grad_() : out;
  },
);

/** Zeros with the shape, and by default the dtype, of `input`. */
export const zeros_like = define(
  `zeros_like(Tensor input, ${options}, any memory_format=None) -> Tensor`,
  (input, dtype, ...o) => filled(input.shape, null, [dtype, ...o], input.dtype),
);
/** Ones with the shape, and by default the dtype, of `input`. */
export const ones_like = define(
  `ones_like(Tensor input, ${options}, any memory_format=None) -> Tensor`,
  (input, dtype, ...o) => filled(input.shape, 1, [dtype, ...o], input.dtype),
);
/** A tensor like `input` whose elements do not matter. */
export const empty_like = define(
  `empty_like(Tensor input, ${options}, any memory_format=None) -> Tensor`,
  (input, dtype, ...o) => filled(input.shape, null, [dtype, ...o], input.dtype),
);
/** One value in the shape, and by default the dtype, of `input`. */
export const full_like = define(
  `full_like(Tensor input, Scalar fill_value, ${options}, any memory_format=None) -> Tensor`,
  (input, value, dtype, ...o) => filled(input.shape, Number(value), [dtype, ...o], input.dtype),
);

// Sequences

/** `start, start + step, ...` up to, and without, `end`; one argument is `end`, two are `start` and `end`. */
export const arange = define(
  `arange(Scalar start, Scalar? end=None, Scalar step=1, ${options}) -> Tensor`,
  (first, second, by, ...o) => {
    const [start, end] = second === null ? [0, Number(first)] : [Number(first), Number(second)];
    const step = Number(by);
    checkSteps(start, end, step);
    const whole = [start, end, step].every(Number.isInteger);
    const n = Math.ceil((end - start) / step);
    return filled([n], (i) => start + i * step, o, whole ? int64 : get_default_dtype());
  },
);

/** {@link arange} up to `end`, that included where a step falls on it. Always floating point unless told otherwise. */
export const range = define(
  `range(Scalar start=0, Scalar? end=None, Scalar step=1, ${options}) -> Tensor`,
  (first, second, by, ...o) => {
    if (second === null) throw new TypeError('range() missing 1 required positional arguments: "end"');
    warn(
      "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
    );
    const [start, end, step] = [Number(first), Number(second), Number(by)];
    checkSteps(start, end, step);
    return filled([Math.floor((end - start) / step) + 1], (i) => start + i * step, o);
  },
);

function checkSteps(start: number, end: number, step: number): void {
  if (step === 0) throw new RuntimeError("step must be nonzero");
  if (!Number.isFinite(start) || !Number.isFinite(end)) throw new RuntimeError(`unsupported range: ${start} -> ${end}`);
  if ((end - start) * step < 0) throw new RuntimeError("upper bound and lower bound inconsistent with step sign");
}

/** `steps` values from `start` to `end`, both included, evenly spaced. */
export const linspace = define(
  `linspace(Scalar|Tensor start, Scalar|Tensor end, int steps, ${options}) -> Tensor`,
  (start, end, steps, ...o) => {
    const [first, last] = [numberOf("linspace", start), numberOf("linspace", end)];
    return filled([steps], spaced(first, last, steps, o[0] ?? get_default_dtype()), o);
  },
);

/** `base` to the power of `steps` values from `start` to `end`, evenly spaced. */
export const logspace = define(
  `logspace(Scalar|Tensor start, Scalar|Tensor end, int steps, float base=10.0, ${options}) -> Tensor`,
  (start, end, steps, base, ...o) => {
    const exponent = spaced(numberOf("logspace", start), numberOf("logspace", end), steps, float64);
    return filled([steps], (i) => base ** exponent(i), o);
  },
);

function numberOf(name: string, value: number | boolean | Tensor): number {
  if (!(value instanceof Tensor)) return Number(value);
  if (value.dim() === 0) return value.item();
  throw new RuntimeError(`${name} only supports 0-dimensional start and end tensors`);
}

/** Counted from the nearer end, in the precision of the result, so that both ends are exact. */
function spaced(start: number, end: number, steps: number, dtype: DType): (i: number) => number {
  if (steps < 0) throw new RuntimeError("number of steps must be non-negative");
  const round = dtype === float32 ? Math.fround : (x: number) => x;
  const step = steps > 1 ? round((end - start) / (steps - 1)) : 0;
  return (i) => (i < steps / 2 ? start + step * i : end - step * (steps - 1 - i));
}

/** The identity matrix with `n` rows and `m` (default `n`) columns. */
export const eye = define(`eye(int n, int? m=None, ${options}) -> Tensor`, (n, m, ...o) => {
  const columns = m ?? n;
  if (n < 0) throw new RuntimeError(`n must be greater or equal to 0, got ${n}`);
  if (columns < 0) throw new RuntimeError(`m must be greater or equal to 0, got ${columns}`);
  return filled([n, columns], (i) => (Math.floor(i / columns) === i % columns ? 1 : 0), o);
});

/**
 * The rows and columns, a row of the result each, of the elements of a matrix from column `span(i)[0]` to before `span(i)[1]`
 * of each row `i`; these may lie outside.
 */
function cells(row: number, col: number, o: Options, span: (i: number) => readonly [number, number]): Tensor {
  for (const [name, n] of Object.entries({ row, col })) {
    if (n < 0) throw new RuntimeError(`${name} must be non-negative, got${n}`);
  }
  const spans = Array.from({ length: row }, (_, i) => span(i).map((j) => Math.min(Math.max(j, 0), col)));
  const n = spans.reduce((sum, [from, to]) => sum + Math.max(to - from, 0), 0);
  const list = new Float64Array(2 * n);
  let at = 0;
  spans.forEach(([from, to], i) => {
    for (let j = from; j < to; j++, at++) {
      list[at] = i;
      list[n + at] = j;
    }
  });
  return filled([2, n], (i) => list[i], o, int64);
}

/** The indices of the elements of a `row` by `col` matrix on and below diagonal number `offset`, row by row. */
export const tril_indices = define(
  `tril_indices(int row, int col, int offset=0, ${options}) -> Tensor`,
  (row, col, offset, ...o) => cells(row, col, o, (i) => [0, i + offset + 1]),
);
/** The indices of the elements of a `row` by `col` matrix on and above diagonal number `offset`, row by row. */
export const triu_indices = define(
  `triu_indices(int row, int col, int offset=0, ${options}) -> Tensor`,
  (row, col, offset, ...o) => cells(row, col, o, (i) => [i + offset, col]),
);

/** The shape to which all shapes broadcast; a number stands for a shape of one dimension. */
export function broadcast_shapes(...shapes: readonly (number | Shape)[]): number[] {
  return [...shapes.map((shape) => [shape].flat()).reduce<Shape>(broadcastShapes, [])];
}

/** The elements in the order of `strides`, for tests and `as_strided` views of new memory. */
export const empty_strided = define(
  `empty_strided(int[] size, int[] stride, ${options}) -> Tensor`,
  (size, stride, dtype) => {
    const shape = [size].flat();
    const strides = [stride].flat();
    const length = shape.some((n) => n === 0) ? 0 : 1 + shape.reduce((sum, n, i) => sum + (n - 1) * strides[i], 0);
    const type = dtype ?? get_default_dtype();
    return Tensor.empty([length], type).aliased(shape, strides, 0).detach();
  },
);

/** Is `obj` a tensor? */
export const is_tensor = (obj: unknown): obj is Tensor => obj instanceof Tensor;
