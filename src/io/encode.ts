import { RuntimeError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { dtypes, type TypedArray } from "../tensor/dtype.js";
import { Tensor } from "../tensor/index.js";
import { Storage, Version } from "../tensor/storage.js";

/*
 * Values as JSON and arrays of numbers. What JSON says by itself stands as it is: strings, booleans, null and most
 * numbers. Everything else is an array that begins with its kind: ["object", {...}], ["tensor", 0], ["bigint", "12"].
 */

/** A value as JSON, and the memory that its tensors and typed arrays refer to by number. */
export interface Encoded {
  readonly tree: unknown;
  readonly tensors: readonly EncodedTensor[];
  readonly arrays: readonly TypedArray[];
}

interface EncodedTensor {
  readonly dtype: string;
  readonly array: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly requires_grad: boolean;
}

const arrayTypes = [Float32Array, Float64Array, Int32Array, Uint8Array] as const;

/** The name of the typed arrays that can be stored: `"Float32Array"`, ... */
export const arrayTypeOf = (name: string) => arrayTypes.find((type) => type.name === name);

/**
 * Takes a value apart. Tensors that share memory go on sharing it, and one that is met twice stays one.
 *
 * @throws TypeError that says where, for what is no plain value
 */
export function encode(value: unknown): Encoded {
  const tensors = new Map<Tensor, number>();
  const described: EncodedTensor[] = [];
  const owners = new Map<Storage | TypedArray, number>();
  const arrays: TypedArray[] = [];
  const open: object[] = [];

  const numberOfArray = (owner: Storage | TypedArray): number => {
    if (!owners.has(owner)) owners.set(owner, arrays.push(owner instanceof Storage ? owner.data : owner) - 1);
    return owners.get(owner)!;
  };
  const numberOfTensor = (x: Tensor): number => {
    if (!tensors.has(x)) {
      const { dtype, shape, strides, offset, requires_grad } = x;
      const array = numberOfArray(x.storage);
      tensors.set(x, described.push({ dtype: dtype.name, array, shape, strides, offset, requires_grad }) - 1);
    }
    return tensors.get(x)!;
  };
  const walk = (v: unknown, path: string): unknown => {
    if (v === null || typeof v === "string" || typeof v === "boolean") return v;
    if (typeof v === "number") return Number.isFinite(v) && !Object.is(v, -0) ? v : ["number", nameOfNumber(v)];
    if (typeof v === "bigint") return ["bigint", String(v)];
    if (v === undefined) return ["undefined"];
    if (v instanceof Tensor) return ["tensor", numberOfTensor(v)];
    if (arrayTypes.some((type) => v instanceof type)) return ["array", numberOfArray(v as TypedArray)];
    if (open.includes(v as object)) throw new TypeError(`cannot save ${path}: it contains itself`);
    open.push(v as object);
    const encoded = walkInside(v, path);
    open.pop();
    return encoded;
  };
  const walkInside = (v: unknown, path: string): unknown => {
    if (Array.isArray(v)) return ["list", ...v.map((item, i) => walk(item, `${path}[${i}]`))];
    if (v instanceof Map) {
      return ["map", ...[...v].map(([k, item], i) => [walk(k, `${path} key ${i}`), walk(item, `${path} value ${i}`)])];
    }
    if (v instanceof Set) return ["set", ...[...v].map((item, i) => walk(item, `${path} element ${i}`))];
    if (isKeywords(v)) {
      return ["object", Object.fromEntries(Object.entries(v).map(([k, item]) => [k, walk(item, `${path}.${k}`)]))];
    }
    throw unsaveable(v, path);
  };
  const tree = walk(value, "obj");
  return { tree, tensors: described, arrays };
}

const nameOfNumber = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

function unsaveable(v: unknown, path: string): TypeError {
  const what = typeof v === "function" ? "a function" : `a ${(v as object).constructor?.name ?? typeof v}`;
  const hasState = typeof (v as { state_dict?: unknown }).state_dict === "function";
  const hint = hasState
    ? "Save its state_dict()."
    : "Plain objects, arrays, Maps, Sets, tensors, typed arrays, numbers, bigints, strings, booleans and null can be saved.";
  return new TypeError(`cannot save ${path}: it is ${what}\n\n${hint}`);
}

/**
 * Puts a value together again.
 *
 * @throws RuntimeError if the parts do not fit
 */
export function decode({ tree, tensors, arrays }: Encoded): unknown {
  const storages = new Map<number, Storage>();
  const storage = (i: number): Storage => {
    if (!storages.has(i)) storages.set(i, new Storage(entry(arrays, i)));
    return storages.get(i)!;
  };
  const built = tensors.map((encoded) => tensorOf(encoded, storage(encoded.array)));
  const walk = (node: unknown): unknown => {
    if (!Array.isArray(node)) return node;
    const [kind, ...rest] = node;
    switch (kind) {
      case "number":
        return Number(rest[0]);
      case "bigint":
        return BigInt(rest[0]);
      case "undefined":
        return undefined;
      case "tensor":
        return entry(built, rest[0]);
      case "array":
        return entry(arrays, rest[0]);
      case "list":
        return rest.map(walk);
      case "map":
        return new Map(rest.map(([k, v]) => [walk(k), walk(v)]));
      case "set":
        return new Set(rest.map(walk));
      case "object":
        return Object.fromEntries(Object.entries(rest[0] as object).map(([k, v]) => [k, walk(v)]));
    }
    throw new RuntimeError(`the checkpoint holds a value of the unknown kind ${JSON.stringify(kind)}`, newer);
  };
  return walk(tree);
}

const newer = "It was written by a newer release, or is damaged.";

function entry<X>(list: readonly X[], i: number): X {
  if (i in list) return list[i];
  throw new RuntimeError(`the checkpoint refers to part ${i} of ${list.length}`, newer);
}

function tensorOf(encoded: EncodedTensor, storage: Storage): Tensor {
  const { shape, strides, offset, requires_grad } = encoded;
  const dtype = dtypes[encoded.dtype];
  const last = shape.reduce((at, n, d) => at + (n - 1) * strides[d], offset);
  const fits = shape.some((n) => n === 0) || (offset >= 0 && last < storage.length);
  if (dtype === undefined || !(storage.data instanceof dtype.array) || !fits) {
    throw new RuntimeError(`the checkpoint describes a tensor that its memory cannot hold`, newer);
  }
  const tensor = new Tensor(storage, dtype, shape, strides, offset, new Version());
  return requires_grad ? tensor.requires_grad_() : tensor;
}

/** A deep copy that shares nothing with `value`. */
export function copyOf<T>(value: T): T {
  const { arrays, ...rest } = encode(value);
  return decode({ ...rest, arrays: arrays.map((array) => array.slice()) }) as T;
}
