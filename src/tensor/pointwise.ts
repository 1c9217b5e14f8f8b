import { NotImplementedError } from "../python/errors.js";
import {
  bool,
  can_cast,
  castTo,
  commonDtype,
  type DType,
  get_default_dtype,
  int64,
  type TypeCarrier,
} from "./dtype.js";
import { map1, map2, map3, type Scalar1, type Scalar2, type Scalar3 } from "./kernels/map.js";
import type { Operand } from "./kernels/strided.js";
import { overwrite } from "./op.js";
import { broadcastShapes, broadcastStrides, type Shape, sameShape } from "./shape.js";
import type { Storage } from "./storage.js";
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

/** Lifts a function of one number to tensors. */
export function pointwise1(f: Scalar1, rule: DtypeRule = "same", refuse?: Refusal): Pointwise<[Value]> {
  const any = lift<[Value]>(rule, refuse, (shape, out, [x], finish) =>
    map1(finish ? (a) => finish(f(a)) : f, shape, out, x),
  );
  if (rule === "bool") return any;
  return {
    ...any,
    forward: (x) => {
      if (!(x instanceof Tensor) || !isPlain(x)) return any.forward(x);
      const out = Tensor.empty(x.shape, x.dtype);
      dense1(f, out.storage, x.storage, x.offset);
      return out;
    },
  };
}

/**
 * Lifts a function of two numbers to tensors that broadcast. `int32` computes instead of `f` where doubles would lose
 * the low digits of a result that wraps around.
 */
export function pointwise2(
  f: Scalar2,
  rule: DtypeRule = "same",
  refuse?: Refusal,
  int32 = f,
): Pointwise<[Value, Value]> {
  const any = lift<[Value, Value]>(rule, refuse, (shape, out, [x, y], finish) => {
    const g = out.data instanceof Int32Array ? int32 : f;
    map2(finish ? (a, b) => finish(g(a, b)) : g, shape, out, x, y);
  });
  if (rule === "bool") return any;
  return {
    ...any,
    forward: (x, y) => {
      if (!(x instanceof Tensor) || !(y instanceof Tensor) || !alike(x, y)) return any.forward(x, y);
      const out = Tensor.empty(x.shape, x.dtype);
      dense2(f, out.storage, x.storage, x.offset, y.storage, y.offset);
      return out;
    },
  };
}

/** Lifts a function of three numbers to tensors that broadcast. */
export function pointwise3(f: Scalar3, rule: DtypeRule = "same"): Pointwise<[Value, Value, Value]> {
  return lift(rule, undefined, (shape, out, [x, y, z], finish) =>
    map3(finish ? (a, b, c) => finish(f(a, b, c)) : f, shape, out, x, y, z),
  );
}

/** Floating point numbers that lie row by row: nothing to convert, to stretch or to skip. */
const isPlain = (x: Tensor): boolean => x.dtype.is_floating_point && x.is_contiguous();

/** Two tensors of one shape and dtype that are {@link isPlain plain}. */
const alike = (x: Tensor, y: Tensor): boolean =>
  x.dtype === y.dtype && sameShape(x.shape, y.shape) && isPlain(x) && y.is_contiguous();

function dense1(f: Scalar1, out: Storage, x: Storage, at: number): void {
  const o = out.block;
  const a = x.block;
  let i = out.start;
  let j = x.start + at;
  for (const end = i + out.length; i < end; i++, j++) o[i] = f(a[j]);
}

function dense2(f: Scalar2, out: Storage, x: Storage, xAt: number, y: Storage, yAt: number): void {
  const o = out.block;
  const a = x.block;
  const b = y.block;
  let i = out.start;
  let j = x.start + xAt;
  let k = y.start + yAt;
  for (const end = i + out.length; i < end; i++, j++, k++) o[i] = f(a[j], b[k]);
}

type Loop = (shape: Shape, out: Operand, inputs: readonly Operand[], finish: Scalar1 | null) => void;

function lift<A extends readonly Value[]>(rule: DtypeRule, refuse: Refusal | undefined, loop: Loop): Pointwise<A> {
  const run = (args: A, out: Tensor | null): Tensor => {
    const compute = computeDtype(rule, args);
    refuse?.(compute);
    const dtype = rule === "bool" ? bool : compute;
    const shape = broadcastAll(args);
    const target = out && out.dtype === dtype && sameShape(out.shape, shape) ? out : Tensor.empty(shape, dtype);
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

/** Can `value` be written into a tensor of `dtype`? Numbers count by their category. */
export function fits(value: Value, dtype: DType): boolean {
  return can_cast(commonDtype([value]), dtype);
}
