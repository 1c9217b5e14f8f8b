import { type DType, Tensor, torch } from "../../src/index.js";
import { dtypes, type TypedArray } from "../../src/tensor/dtype.js";
import { Storage } from "../../src/tensor/storage.js";

/** What scripts/reference/op_db.py writes of one entry of PyTorch's operator database. */
export interface Entry {
  readonly name: string;
  readonly variant: string;
  /** Other names of the op. */
  readonly aliases: readonly string[];
  readonly samples: readonly (Sample | { readonly skipped: string })[];
}

/** A call, what PyTorch answers, and the gradients it finds. */
export interface Sample {
  readonly tensors: readonly (EncodedTensor & { readonly requires_grad: boolean })[];
  readonly input: unknown;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  readonly grads?: {
    readonly of: readonly (readonly [output: number, grad: EncodedTensor])[];
    readonly to: readonly (readonly [tensor: number, grad: EncodedTensor | null])[];
  };
  /** The output and the gradients in float64, where PyTorch's float32 is rounded off. */
  readonly exact?: { readonly output: unknown; readonly to: readonly (EncodedTensor | null)[] };
}

export interface EncodedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** The bytes of the memory in base64. */
  readonly data: string;
}

/** A Python tuple: an array like any other, but an index tells tuples from lists. */
export class Tuple extends Array<unknown> {}

/** Rushlight has nothing of the name. */
export class Missing extends Error {}

/** Something Python has and Rushlight leaves out: other dtypes. */
export class NotTranslatable extends Error {}

/** A call with its arguments as Rushlight takes them. */
export interface Call {
  /** `input` and the positional arguments. */
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
  /** The table to which the sample's gradients refer. */
  readonly tensors: Tensor[];
  /** Did Python write a float without a fraction, which JavaScript takes for an integer? */
  readonly wholeFloat: boolean;
}

export function decodeCall(sample: Sample): Call {
  const tensors = sample.tensors.map((t) => {
    const tensor = decodeTensor(t);
    return t.requires_grad ? tensor.requires_grad_() : tensor;
  });
  const args = [sample.input, ...sample.args].map((v) => decode(v, tensors));
  const kwargs = Object.fromEntries(Object.entries(sample.kwargs).map(([name, v]) => [name, decode(v, tensors)]));
  const wholeFloat = /\{"float":"-?\d+\.0"\}/.test(JSON.stringify([sample.input, sample.args, sample.kwargs]));
  return { args, kwargs, tensors, wholeFloat };
}

/** A tensor over memory of its own, with PyTorch's strides. */
export function decodeTensor({ dtype, shape, strides, offset, data }: EncodedTensor): Tensor {
  const type = dtypeNamed(dtype);
  const memory = elements(type, Uint8Array.from(Buffer.from(data, "base64")).buffer);
  return new Tensor(new Storage(memory), type, shape, strides, offset);
}

function elements(dtype: DType, buffer: ArrayBuffer): TypedArray {
  if (dtype === torch.int64) return Float64Array.from(new BigInt64Array(buffer), Number);
  const arrays = {
    bool: Uint8Array,
    uint8: Uint8Array,
    int32: Int32Array,
    float32: Float32Array,
    float64: Float64Array,
  };
  return new arrays[dtype.name as keyof typeof arrays](buffer);
}

function dtypeNamed(name: string): DType {
  const dtype = dtypes[name];
  if (!dtype) throw new NotTranslatable(`dtype ${name}`);
  return dtype;
}

type Marked = { tensor: number } | { float: string } | { tuple: unknown[] } | { dict: Record<string, unknown> };
type Other = { dtype_name: string } | { slice: unknown[] } | { ellipsis: true } | { function: string } | Made;
/** An object of torch.nn by the arguments of its constructor. */
type Made = { made: string; args: unknown; kwargs: Record<string, unknown> };

/** A value from its JSON; tensors of arguments are found in the table, those of results are written out. */
export function decode(value: unknown, tensors: readonly Tensor[]): unknown {
  if (Array.isArray(value)) return value.map((v) => decode(v, tensors));
  if (typeof value !== "object" || value === null) return value;
  if ("data" in value) return decodeTensor(value as EncodedTensor);
  const marked = value as Marked | Other;
  if ("tensor" in marked) return tensors[marked.tensor];
  if ("float" in marked)
    return { inf: Infinity, "-inf": -Infinity, nan: Number.NaN }[marked.float] ?? Number(marked.float);
  if ("tuple" in marked) return Tuple.from(marked.tuple, (v) => decode(v, tensors));
  if ("dict" in marked) return Object.fromEntries(Object.entries(marked.dict).map(([k, v]) => [k, decode(v, tensors)]));
  if ("dtype_name" in marked) return dtypeNamed(marked.dtype_name);
  if ("ellipsis" in marked) return "...";
  if ("slice" in marked) {
    const [start, stop, step] = marked.slice.map((part) => part ?? "");
    return step === "" ? `${start}:${stop}` : `${start}:${stop}:${step}`;
  }
  if ("made" in marked) {
    const { args, kwargs } = marked;
    return made(
      marked.made,
      decode(args, tensors) as readonly unknown[],
      decode({ dict: kwargs }, tensors) as Record<string, unknown>,
    );
  }
  const { functional } = torch.nn;
  return functional[marked.function as keyof typeof functional] ?? made(marked.function, [], {});
}

/** A new object of `torch.nn`. */
export function made(name: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
  const constructor = torch.nn[name as keyof typeof torch.nn] as (new (...args: unknown[]) => unknown) | undefined;
  if (!constructor) throw new Missing(`nn.${name}`);
  return new constructor(...args, ...(Object.keys(kwargs).length > 0 ? [kwargs] : []));
}

/** Arguments as text of at most `length` letters: shapes for tensors. */
export function inShort(value: unknown, tensors: readonly EncodedTensor[], length: number): string {
  const short = (_: string, v: unknown): unknown => {
    if (typeof v !== "object" || v === null) return v;
    if ("tensor" in v) {
      const { dtype, shape } = tensors[v.tensor as number];
      return `${dtype === "float32" ? "" : dtype}[${shape}]`;
    }
    if ("float" in v) return v.float;
    return "tuple" in v ? v.tuple : v;
  };
  const text = JSON.stringify(value, short).replaceAll('"', "");
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
