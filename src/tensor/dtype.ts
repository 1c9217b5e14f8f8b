import { registerClass } from "../python/signature.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    ScalarType: DType;
  }
}

/** The typed arrays that hold elements. int64 lives in doubles, exact to 2^53. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;
type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (elements: TypedArray): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
};

/** An element type, PyTorch's `torch.dtype`. */
export class DType {
  constructor(
    /** `float32`, `int64`, ... */
    readonly name: string,
    /** The name of PyTorch's error messages and legacy constructors: `Float`, `Long`, ... */
    readonly scalarName: string,
    readonly is_floating_point: boolean,
    /** Bytes an element takes in PyTorch. */
    readonly itemsize: number,
    /** Place in the order bool, uint8, int32, int64, float32, float64: the larger of two is their common type. */
    readonly rank: number,
    /** @internal */
    readonly array: TypedArrayConstructor,
  ) {}

  /** bool 0, integers 1, floating point 2: a scalar changes a tensor's dtype only by a higher category. */
  get category(): number {
    return this.rank === 0 ? 0 : this.is_floating_point ? 2 : 1;
  }

  /** The type of C++, as some of PyTorch's messages call it. */
  get cppName(): string {
    return (
      { uint8: "unsigned char", int32: "int", int64: "long int", float32: "float", float64: "double" }[this.name] ??
      this.name
    );
  }

  toString(): string {
    return `torch.${this.name}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

export const bool = new DType("bool", "Bool", false, 1, 0, Uint8Array);
export const uint8 = new DType("uint8", "Byte", false, 1, 1, Uint8Array);
export const int32 = new DType("int32", "Int", false, 4, 2, Int32Array);
export const int64 = new DType("int64", "Long", false, 8, 3, Float64Array);
export const float32 = new DType("float32", "Float", true, 4, 4, Float32Array);
export const float64 = new DType("float64", "Double", true, 8, 5, Float64Array);

/** All dtypes by name. */
export const dtypes: Readonly<Record<string, DType>> = { bool, uint8, int32, int64, float32, float64 };

registerClass("ScalarType", DType);

let defaultDtype = float32;

/** The dtype of new floating point tensors. Default `torch.float32`. */
export function get_default_dtype(): DType {
  return defaultDtype;
}

/** Sets the dtype of new floating point tensors: `torch.float32` or `torch.float64`. */
export function set_default_dtype(dtype: DType): void {
  if (!dtype.is_floating_point) {
    throw new TypeError("only floating-point types are supported as the default type");
  }
  defaultDtype = dtype;
}

/** The smallest dtype to which both can be converted. */
export function promote_types(a: DType, b: DType): DType {
  return a.rank >= b.rank ? a : b;
}

/** Can a result of dtype `from` be written into a tensor of dtype `to`, as in-place operations do? */
export function can_cast(from: DType, to: DType): boolean {
  return from.category <= to.category;
}

/** The dtype of a plain number among tensors: integers are int64, the rest the default floating point type. */
export function dtypeOfNumber(value: number | boolean): DType {
  if (typeof value === "boolean") return bool;
  return Number.isInteger(value) ? int64 : defaultDtype;
}

/** Something with a dtype and a number of dimensions, or a plain number. */
export type TypeCarrier = { readonly dtype: DType; readonly shape: readonly number[] } | number | boolean;

/**
 * The dtype in which several operands are computed. Tensors with dimensions decide; 0-d tensors, and then plain numbers,
 * count only where their category (bool, integer, floating point) is higher.
 */
export function commonDtype(operands: readonly TypeCarrier[]): DType {
  let dims: DType | null = null;
  let zero: DType | null = null;
  let number: DType | null = null;
  for (const x of operands) {
    if (typeof x === "number" || typeof x === "boolean") number = wider(number, dtypeOfNumber(x));
    else if (x.shape.length > 0) dims = wider(dims, x.dtype);
    else zero = wider(zero, x.dtype);
  }
  return outrank(outrank(dims, zero), number)!;
}

const wider = (a: DType | null, b: DType): DType => (a === null ? b : promote_types(a, b));

function outrank(strong: DType | null, weak: DType | null): DType | null {
  if (strong === null) return weak;
  if (weak === null || weak.category <= strong.category) return strong;
  return weak;
}

/** How a number is stored under a dtype: the cast of C, checked where int64 would lose digits. */
export function castTo(dtype: DType): ((value: number) => number) | null {
  if (dtype === bool) return (v) => (v !== 0 ? 1 : 0);
  if (dtype.is_floating_point) return dtype === float32 ? Math.fround : null;
  return (v) => Math.trunc(v) || 0;
}

/** What a copy does to numbers beyond storing them: `truth` makes 0 or 1 of them, `whole` cuts off fractions, NaN is 0. */
export type Conversion = "truth" | "whole";

/** {@link castTo} in copies: `null` where the array of the one dtype makes of the numbers of the other what is wanted. */
export function conversion(from: DType, to: DType): Conversion | null {
  if (from === to) return null;
  if (to === bool) return "truth";
  return to === int64 && from.is_floating_point ? "whole" : null;
}
