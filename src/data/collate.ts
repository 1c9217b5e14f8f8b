import { IndexError, KeyError, RuntimeError } from "../python/errors.js";
import { isKeywords, pythonTypeOf } from "../python/signature.js";
import { as_tensor, float64, Tensor, type TensorData, tensor, torchFunctions } from "../tensor/index.js";
import { lengthOf } from "./source.js";

/** The typed arrays that a tensor can be made of. */
type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;

/** The type of a batch of samples of type `T`, as {@link default_collate} makes it. */
export type Collated<T> = T extends Tensor | NumberArray | number | bigint | boolean
  ? Tensor
  : T extends string
    ? T[]
    : T extends ReadonlyMap<infer K, infer V>
      ? Map<K, Collated<V>>
      : { -readonly [K in keyof T]: Collated<T[K]> };

/** The type of one sample of type `T` after {@link default_convert}. */
export type Converted<T> = T extends Tensor | NumberArray
  ? Tensor
  : T extends number | bigint | boolean | string | null | undefined
    ? T
    : T extends ReadonlyMap<infer K, infer V>
      ? Map<K, Converted<V>>
      : { -readonly [K in keyof T]: Converted<T[K]> };

const isNumberArray = (x: unknown): x is NumberArray => ArrayBuffer.isView(x) && !(x instanceof DataView);

/**
 * Makes one batch of many samples:
 *
 * - tensors and typed arrays are stacked along a new first dimension;
 * - numbers and booleans become a tensor. JavaScript cannot tell 1.0 from 1, so integers make an int64 tensor and any
 *   number with a fraction makes it float64: give tensors where whole numbers are meant as floats;
 * - strings stay an array of strings;
 * - arrays, plain objects and Maps are collated element by element, key by key.
 *
 * @throws TypeError for anything else, RuntimeError for arrays of different lengths
 * @example
 * default_collate([[torch.ones(2), 1], [torch.zeros(2), 0]]);
 * // [tensor([[1., 1.], [0., 0.]]), tensor([1, 0])]
 */
export function default_collate<T>(batch: readonly T[]): Collated<T> {
  return collate(batch) as Collated<T>;
}

function collate(batch: readonly unknown[]): unknown {
  if (batch.length === 0) throw new IndexError("list index out of range", "A batch needs at least one sample.");
  const [first] = batch;
  if (first instanceof Tensor) return torchFunctions.stack(batch as Tensor[], 0);
  if (isNumberArray(first))
    return torchFunctions.stack(
      batch.map((row) => as_tensor(row as TensorData)),
      0,
    );
  switch (typeof first) {
    case "number":
    case "bigint":
    case "boolean":
      return tensor(batch as TensorData, { dtype: batch.some(isFraction) ? float64 : null });
    case "string":
      return [...batch];
  }
  if (Array.isArray(first)) return collateArrays(batch as unknown[][]);
  if (first instanceof Map) {
    const maps = batch as Map<unknown, unknown>[];
    return new Map([...first.keys()].map((key) => [key, collate(maps.map((map) => valueOf(map, key)))]));
  }
  if (isKeywords(first)) {
    const maps = batch.map((sample) => new Map(Object.entries(sample as object)));
    return Object.fromEntries(Object.keys(first).map((key) => [key, collate(maps.map((map) => valueOf(map, key)))]));
  }
  throw new TypeError(
    `default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found <class '${pythonTypeOf(first)}'>`,
  );
}

const isFraction = (x: unknown): boolean => typeof x === "number" && !Number.isInteger(x);

/** Rows become columns, and each column a batch. */
function collateArrays(rows: readonly unknown[][]): unknown[] {
  const [first] = rows;
  const lengths = rows.map(lengthOf);
  if (lengths.some((length) => length !== first.length)) {
    throw new RuntimeError(
      "each element in list of batch should be of equal size",
      `The sizes are ${[...new Set(lengths)].join(", ")}. A collate_fn of your own can pad them.`,
    );
  }
  return first.map((_, column) => collate(rows.map((row) => row[column])));
}

function valueOf(map: Map<unknown, unknown>, key: unknown): unknown {
  if (map.has(key)) return map.get(key);
  throw new KeyError(typeof key === "string" ? `'${key}'` : String(key), "The first sample of the batch has this key.");
}

/**
 * Makes tensors of the typed arrays in one sample, inside arrays, plain objects and Maps too; all else stays. Loaders
 * without batches (`batch_size: null`) apply it.
 *
 * @example
 * default_convert([new Float32Array([1, 2]), "a"]); // [tensor([1., 2.]), "a"]
 */
export function default_convert<T>(data: T): Converted<T> {
  return convert(data) as Converted<T>;
}

function convert(data: unknown): unknown {
  if (data instanceof Tensor) return data;
  if (isNumberArray(data)) return as_tensor(data);
  if (Array.isArray(data)) return data.map(convert);
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [key, convert(value)]));
  if (!isKeywords(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, convert(value)]));
}
