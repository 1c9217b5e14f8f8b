import { NotImplementedError } from "../python/errors.js";
import {
  bool,
  can_cast,
  castTo,
  commonDtype,
  type DType,
  float32,
  float64,
  get_default_dtype,
  int64,
  type TypeCarrier,
} from "./dtype.js";
import { type Binary, binary, isFamily, type Unary, unary, withScalar, withVector } from "./kernels/elementwise.js";
import { type Whole, wholeBinary } from "./kernels/integers.js";
import { map1, map2, map3, type Scalar1, type Scalar2, type Scalar3 } from "./kernels/map.js";
import type { Operand } from "./kernels/strided.js";
import { overwrite } from "./op.js";
import { broadcastShapes, broadcastStrides, numelOf, type Shape, sameShape } from "./shape.js";
import { checkInt64, Tensor } from "./tensor.js";

/** An argument of a pointwise op. */
export type Value = Tensor | number | boolean;

/**
 * How a pointwise op chooses dtypes: `same`, the common dtype of its arguments; `float`, the same but floating point;
 * `bool`, computed in the common dtype, answered in bool.
 */
export type DtypeRule = "same" | "float" | "bool";

/** Throws for the dtypes in which an op does not exist in PyTorch either; it is asked before anything is computed. */
export type Refusal = (compute: DType) => void;

/** Refuses bool in the words of PyTorch's `kernel`. */
export const noBool =
  (kernel: string): Refusal =>
  (compute) => {
    if (compute === bool) throw notImplemented(kernel, compute);
  };

/** Refuses bool and integers. */
export const floatOnly =
  (kernel: string): Refusal =>
  (compute) => {
    if (!compute.is_floating_point) throw notImplemented(kernel, compute);
  };

const notImplemented = (kernel: string, dtype: DType) =>
  new NotImplementedError(
    `"${kernel}" not implemented for '${dtype.scalarName}'`,
    "Convert the tensor first: x.float().",
  );

/** The forward of an op that treats every element alike, and its form that writes over the first argument. */
export interface Pointwise<A extends readonly Value[]> {
  forward: (...args: A) => Tensor;
  into: (...args: A) => void;
}

/** Lifts a function of one number to tensors. `kernel` is the one in WebAssembly that computes the same. */
export function pointwise1(f: Scalar1, rule: DtypeRule = "same", refuse?: Refusal, kernel?: Unary): Pointwise<[Value]> {
  const any = lift<[Value]>(rule, refuse, (shape, out, [x], finish) =>
    map1(finish ? (a) => finish(f(a)) : f, shape, out, x),
  );
  if (rule === "bool") return any;
  const plain = (out: Tensor, x: Tensor): Tensor => {
    unary(f, kernel, out.numel(), out, x);
    return out;
  };
  return {
    forward: (x) => {
      const rows = x instanceof Tensor ? inRows(x) : null;
      if (rows === null) return any.forward(x);
      return plain(rows === x ? Tensor.unset(rows.shape, rows.dtype) : rows, rows);
    },
    into: (x) => {
      if (x instanceof Tensor && isPlain(x)) plain(x, x);
      else any.into(x);
    },
  };
}

/** Other ways to compute what {@link pointwise2} lifts. */
interface Alternatives {
  /** Computes in int32 where doubles would lose the low digits of a result that wraps around. */
  readonly int32?: Scalar2;
  /** The kernels in WebAssembly that compute the same. */
  readonly kernel?: Binary;
  /** The loop over int64 tensors that computes the same. */
  readonly whole?: Whole;
}

/** Lifts a function of two numbers to tensors that broadcast. */
export function pointwise2(
  f: Scalar2,
  rule: DtypeRule = "same",
  refuse?: Refusal,
  { int32 = f, kernel, whole }: Alternatives = {},
): Pointwise<[Value, Value]> {
  const any = lift<[Value, Value]>(rule, refuse, (shape, out, [x, y], finish) => {
    const g = out.data instanceof Int32Array ? int32 : f;
    map2(finish ? (a, b) => finish(g(a, b)) : g, shape, out, x, y);
  });
  if (rule === "bool") return any;
  const converted = (x: Value, y: Value): Tensor =>
    whole2(whole, x, y) ?? promoted2(f, kernel, rule, x, y) ?? any.forward(x, y);
  return {
    forward: (x, y) => plain2(f, kernel, x, y, null) ?? converted(x, y),
    into: (x, y) => {
      if (plain2(f, kernel, x, y, x as Tensor) === null) any.into(x, y);
    },
  };
}

/** `f` of two plain tensors, or of one and a number or vector; `null` if the arguments are not of that kind. */
function plain2(f: Scalar2, kernel: Binary | undefined, x: Value, y: Value, into: Tensor | null): Tensor | null {
  if (!(x instanceof Tensor))
    return y instanceof Tensor && into === null ? withNumber(f, kernel, true, y, x, null) : null;
  if (!(y instanceof Tensor)) return withNumber(f, kernel, false, x, y, into);
  if (x.dtype !== y.dtype) return null;
  if (sameShape(x.shape, y.shape) && isPlain(x) && y.is_contiguous()) {
    // what overlaps is read before it is written
    if (into !== null && y !== x && y.storage === x.storage) return null;
    const out = into ?? Tensor.unset(x.shape, x.dtype);
    binary(f, kernel, out.numel(), out, x, y);
    return out;
  }
  return stretched2(f, kernel, x, y, into);
}

/** {@link plain2} of two tensors that do not lie alike. */
function stretched2(f: Scalar2, kernel: Binary | undefined, x: Tensor, y: Tensor, into: Tensor | null): Tensor | null {
  if (kernel === undefined || isFamily(kernel)) {
    // one element is a number, which needs no copies
    if (isPlain(x) && isOne(y, x)) return withNumber(f, kernel, false, x, first(y), into);
    if (into === null && isPlain(y) && isOne(x, y)) return withNumber(f, kernel, true, y, first(x), null);
  }
  if (into !== null) return null;
  if (!isPlain(x) || !y.is_contiguous()) return spread2(f, kernel, x, y);
  if (kernel === undefined) return null;
  const quick = x.ndim >= y.ndim ? withLine(kernel, false, x, y) : withLine(kernel, true, y, x);
  return quick ?? spread2(f, kernel, x, y);
}

/** Is it one element that is, or will be, stretched to the shape of `other`? */
function isOne(x: Tensor, other: Tensor): boolean {
  if (other.numel() <= 1) return false;
  if (x.numel() === 1) return x.ndim <= other.ndim;
  return x.strides.every((step) => step === 0) && sameShape(x.shape, other.shape);
}

const first = ({ storage, offset }: Tensor): number => storage.block[storage.start + offset];

/** An operation on int64 tensors that lie row by row, or on one and an integer; else `null`. */
function whole2(kernel: Whole | undefined, x: Value, y: Value): Tensor | null {
  if (kernel === undefined) return null;
  const turned = !(x instanceof Tensor);
  const [a, b] = turned ? [y, x] : [x, y];
  if (!isWhole(a)) return null;
  if (b instanceof Tensor ? !(isWhole(b) && sameShape(a.shape, b.shape)) : !Number.isInteger(b)) return null;
  const out = Tensor.unset(a.shape, int64);
  // what is too large is told by the loop that checks each element
  return wholeBinary(kernel, turned, out.numel(), out, a, b instanceof Tensor ? b : Number(b)) ? out : null;
}

const isWhole = (x: Value): x is Tensor => x instanceof Tensor && x.dtype === int64 && x.is_contiguous();

/** `f` of tensors that have to be converted to floating point first; `null` if none has, or all are small. */
function promoted2(f: Scalar2, kernel: Binary | undefined, rule: DtypeRule, x: Value, y: Value): Tensor | null {
  if (!(isMany(x) || isMany(y))) return null;
  const compute = computeDtype(rule, [x, y]);
  if (!compute.is_floating_point) return null;
  const [a, b] = [x, y].map((v) => (v instanceof Tensor && v.dtype !== compute ? v.converted(compute) : v));
  return a === x && b === y ? null : plain2(f, kernel, a, b, null);
}

const isMany = (x: Value): boolean => x instanceof Tensor && x.numel() >= MANY;

/** From so many elements on a kernel and the copies for it take less time than a loop that looks for each element. */
const MANY = 512;

/** `f` of what lies in some other way, or broadcasts: it is spread out first if there is a kernel and enough to do. */
function spread2(f: Scalar2, kernel: Binary | undefined, x: Tensor, y: Tensor): Tensor | null {
  if (kernel === undefined || x.dtype !== float32) return null;
  const shape = broadcastShapes(x.shape, y.shape);
  if (numelOf(shape) < MANY) return null;
  const out = Tensor.unset(shape, float32);
  binary(f, kernel, out.numel(), out, spread(x, shape), spread(y, shape));
  return out;
}

function withNumber(
  f: Scalar2,
  kernel: Binary | undefined,
  turned: boolean,
  x: Tensor,
  y: number | boolean,
  into: Tensor | null,
): Tensor | null {
  const rows = into === null ? inRows(x) : isPlain(x) ? x : null;
  if (rows === null) return null;
  const out = into ?? (rows === x ? Tensor.unset(x.shape, x.dtype) : rows);
  const value = x.dtype === float64 ? Number(y) : Math.fround(Number(y));
  withScalar(f, kernel, turned, out.numel(), out, rows, value);
  return out;
}

/** A tensor and a vector that is repeated along its rows or columns. */
function withLine(kernel: Binary, turned: boolean, x: Tensor, y: Tensor): Tensor | null {
  const { shape, ndim } = x;
  const n = y.numel();
  const lead = ndim - y.ndim;
  let d = 0;
  // sizes of 1 in front: a row
  while (d < y.ndim && y.shape[d] === 1) d++;
  const isRow = d < y.ndim && y.shape.every((size, i) => i < d || size === shape[lead + i]);
  const isColumn =
    lead === 0 && y.shape[ndim - 1] === 1 && y.shape.every((size, i) => i === ndim - 1 || size === shape[i]);
  if (!isRow && !isColumn) return null;
  const out = Tensor.unset(shape, x.dtype);
  const columns = isColumn ? shape[ndim - 1] : n;
  const rows = out.numel() / columns;
  return withVector(kernel, turned, isColumn, rows, columns, out, x, y) ? out : null;
}

/** Lifts a function of three numbers to tensors that broadcast. */
export function pointwise3(f: Scalar3, rule: DtypeRule = "same"): Pointwise<[Value, Value, Value]> {
  return lift(rule, undefined, (shape, out, [x, y, z], finish) =>
    map3(finish ? (a, b, c) => finish(f(a, b, c)) : f, shape, out, x, y, z),
  );
}

/** Floating point numbers that lie row by row: nothing to convert, to stretch or to skip. */
const isPlain = (x: Tensor): boolean => x.dtype.is_floating_point && x.is_contiguous();

/** A floating point tensor row by row: itself, or if it has many elements a copy; else `null`. */
export function inRows(x: Tensor): Tensor | null {
  if (isPlain(x)) return x;
  return x.dtype.is_floating_point && x.numel() >= MANY ? x.copied() : null;
}

type Loop = (shape: Shape, out: Operand, inputs: readonly Operand[], finish: Scalar1 | null) => void;

function lift<A extends readonly Value[]>(rule: DtypeRule, refuse: Refusal | undefined, loop: Loop): Pointwise<A> {
  const run = (args: A, out: Tensor | null): Tensor => {
    const compute = computeDtype(rule, args);
    refuse?.(compute);
    const dtype = rule === "bool" ? bool : compute;
    const shape = broadcastAll(args);
    const target = out && out.dtype === dtype && sameShape(out.shape, shape) ? out : Tensor.unset(shape, dtype);
    loop(
      shape,
      target.operand(),
      args.map((arg) => read(arg, compute, shape, target)),
      finisher(dtype),
    );
    return target;
  };
  return {
    forward: (...args: A) => run(args, null),
    into: (...args: A) => {
      const self = args[0] as Tensor;
      const result = run(args, self);
      if (result !== self) overwrite(self, result);
    },
  };
}

/** The dtype in which an op computes. */
export function computeDtype(rule: DtypeRule, args: readonly TypeCarrier[]): DType {
  const common = commonDtype(args);
  return rule === "float" && !common.is_floating_point ? get_default_dtype() : common;
}

/** What an element must go through before it is stored. */
function finisher(dtype: DType): Scalar1 | null {
  if (dtype === bool) return castTo(bool);
  return dtype === int64 ? checkInt64 : null;
}

/** The shape to which all arguments broadcast. */
export function broadcastAll(args: readonly Value[]): Shape {
  let shape: Shape | null = null;
  for (const arg of args) {
    if (arg instanceof Tensor) shape = shape === null ? arg.shape : broadcastShapes(shape, arg.shape);
  }
  return shape ?? [];
}

/** An argument as a kernel reads it: in dtype `compute`, stretched to `shape`. */
function read(arg: Value, compute: DType, shape: Shape, target: Tensor): Operand {
  if (!(arg instanceof Tensor)) {
    const data = new compute.array(1);
    data[0] = Number(arg);
    return { data, offset: 0, strides: shape.map(() => 0) };
  }
  let x = arg;
  if (x.dtype !== compute) x = x.converted(compute);
  else if (x !== target && x.storage === target.storage) x = x.copied(); // overlapping memory is read before it is written
  return x.operand(broadcastStrides(x.shape, x.strides, shape));
}

/** The elements in the given shape, row by row: the tensor itself where they lie so, else a copy. */
export function spread(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x.is_contiguous() ? x : x.copied();
  return new Tensor(x.storage, x.dtype, shape, broadcastStrides(x.shape, x.strides, shape), x.offset).copied();
}

/** Can `value` be written into a tensor of `dtype`? Numbers count by their category. */
export function fits(value: Value, dtype: DType): boolean {
  return can_cast(commonDtype([value]), dtype);
}
