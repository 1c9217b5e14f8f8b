import { type Tensor, torch } from "../../src/index.js";
import { type Call, Missing, Tuple } from "./entry.js";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Calls what stands for an entry of PyTorch's database: `torch.linalg.det` for `linalg.det`, a method for what `torch` does
 * not list, or what {@link TRANSLATED} says.
 */
export function callCounterpart(name: string, call: Call): unknown {
  const { args, kwargs } = call;
  const positional = Object.keys(kwargs).length > 0 ? [...args, kwargs] : args;
  const translated = TRANSLATED[name];
  return translated ? translated(positional, call) : named(name)(...positional);
}

/** `torch.NAME`, or the method NAME of the first argument. */
function named(name: string): AnyFunction {
  let place: unknown = torch;
  for (const part of name.split(".")) place = (place as Record<string, unknown> | undefined)?.[part];
  if (typeof place === "function" && !METHODS.has(name)) return place as AnyFunction;
  return method(name);
}

function method(name: string): AnyFunction {
  if (!(name in torch.Tensor.prototype)) throw new Missing(name);
  return (self, ...rest) => (self as Record<string, AnyFunction>)[name](...rest);
}

/** `torch.float` is a dtype, `x.float()` the method. */
const METHODS = new Set(["bool", "double", "float", "int", "long"]);

const property =
  (name: string) =>
  ([self]: unknown[]): unknown => {
    if (!(name in torch.Tensor.prototype)) throw new Missing(name);
    return (self as Record<string, unknown>)[name];
  };

const on =
  (name: string, change: (args: unknown[]) => unknown[] = (args) => args) =>
  (args: unknown[]) =>
    named(name)(...change(args));

const swapped = ([a, b, ...rest]: unknown[]) => [b, a, ...rest];
const cloned = ([self, ...rest]: unknown[]) => [(self as Tensor).clone(), ...rest];

/** JavaScript cannot tell 1.0 from 1: where a number decides the dtype, a program says float32. */
const floats =
  (name: string) =>
  (args: unknown[], { kwargs, wholeFloat }: Call): unknown => {
    if (!wholeFloat || "dtype" in kwargs) return named(name)(...args);
    return named(name)(...(Object.keys(kwargs).length > 0 ? args.slice(0, -1) : args), {
      ...kwargs,
      dtype: torch.float32,
    });
  };

/** Entries whose call reads otherwise in Python, or which the database calls with arguments of its own order. */
const TRANSLATED: Readonly<Record<string, (args: unknown[], call: Call) => unknown>> = {
  __getitem__: ([self, index]) => named("index")(self, index instanceof Tuple ? [...index] : [index]),
  __radd__: on("add"),
  __rdiv__: ([self, other]) => (self as Tensor).reciprocal().mul(other as Tensor),
  __rmatmul__: on("matmul", swapped),
  __rmod__: on("remainder", swapped),
  __rmul__: on("mul"),
  __rpow__: on("pow", swapped),
  __rsub__: on("rsub"),
  H: property("H"),
  T: property("T"),
  mH: property("mH"),
  mT: property("mT"),
  cauchy: on("cauchy_"),
  exponential: on("exponential_"),
  geometric: on("geometric_"),
  log_normal: on("log_normal_"),
  "normal.in_place": on("normal_"),
  uniform: on("uniform_"),
  slice: (_, { args: [x, first = 0], kwargs }) => {
    const { dim = first, start = "", end = "", step = 1 } = kwargs;
    return named("index")(x, [...Array<string>(dim as number).fill(":"), `${start}:${end}:${step}`]);
  },
  resize_: on("resize_", cloned),
  resize_as_: on("resize_as_", cloned),
  zero_: on("zero_", cloned),
  rand_like: on("randn_like"), // a slip of the database
  einsum: on("einsum", swapped),
  "nn.functional.embedding": on("nn.functional.embedding", swapped),
  "nn.functional.embedding_bag": on("nn.functional.embedding_bag", swapped),
  "normal.number_mean": on("normal", swapped),
  where: on("where", swapped),
  arange: floats("arange"),
  full: floats("full"),
  scalar_tensor: floats("scalar_tensor"),
  ...Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`polygamma.polygamma_n_${n}`, on("polygamma", swapped)])),
  "special.polygamma.special_polygamma_n_0": on("special.polygamma", swapped),
};

/** Has the table a line for `name.variant`? Then that is the name to call, else `name`. */
export const calledName = (name: string, variant: string): string =>
  `${name}.${variant}` in TRANSLATED ? `${name}.${variant}` : name;

/** Entries whose elements do not matter; only shapes and dtypes are compared. */
export const UNDEFINED_VALUES = new Set([
  "empty",
  "empty_like",
  "empty_permuted",
  "empty_strided",
  "new_empty",
  "new_empty_strided",
]);

/** What is left out on purpose, by name, with the reason. */
const LEFT_OUT: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^fft\.|^i?stft$/, "FFT"],
  [/complex|^(polar|cdouble|cfloat|chalf)$/, "complex"],
  [/sparse/, "sparse"],
  [
    /svd|pca_lowrank|^(linalg\.)?qr$|geqrf|ormqr|householder_product|linalg\.eig|pinv|lstsq|linalg\.(cond|matrix_rank)|^norm\.nuc/,
    "SVD, QR, eig",
  ],
  [/^i0$|^special\.(i0e|i1e?|airy_ai)$|bessel/, "Bessel-like"],
  [/^special\..*polynomial/, "orthogonal polynomials"],
  [/^lu(_solve|_unpack)?$|^linalg\.(lu|ldl)/, "LU and LDL factors"],
  [/^histogramdd$/, "histograms of several dimensions"],
  [/^(bfloat16|char|half|short|hash_tensor)$/, "dtypes of 8 and 16 bits"],
  [/^jiterator|triton/, "GPU"],
  [/^_|^native_|^torch\.ops\.|_backward$|linear_cross_entropy\.chunked/, "internals of PyTorch"],
];

/** Why an entry that we do not have is missing on purpose, or null. */
export const leftOut = (fullName: string): string | null =>
  fullName.startsWith("__") ? null : (LEFT_OUT.find(([names]) => names.test(fullName))?.[1] ?? null);
