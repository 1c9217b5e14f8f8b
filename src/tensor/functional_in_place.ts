import { chooseOverload, type InplaceFunctionsOf } from "./op.js";
import type * as ops from "./ops/index.js";
import { entries } from "./table.js";

/** The in-place forms that PyTorch has in `torch` as well; the others are methods only. */
const names = [
  "abs",
  "acos",
  "acosh",
  "addmv",
  "arccos",
  "arccosh",
  "arcsin",
  "arcsinh",
  "arctan",
  "arctanh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "ceil",
  "clamp",
  "clamp_max",
  "clamp_min",
  "clip",
  "cos",
  "cosh",
  "deg2rad",
  "erf",
  "erfc",
  "exp",
  "exp2",
  "expm1",
  "fill",
  "fix",
  "floor",
  "frac",
  "gcd",
  "lcm",
  "ldexp",
  "log",
  "log10",
  "log1p",
  "log2",
  "logit",
  "nan_to_num",
  "neg",
  "negative",
  "rad2deg",
  "reciprocal",
  "relu",
  "round",
  "rsqrt",
  "sigmoid",
  "sin",
  "sinc",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "trunc",
  "xlogy",
] as const;

type All = InplaceFunctionsOf<typeof ops>;
type Forms = Pick<All, `${(typeof names)[number]}_` & keyof All>;

const overloads = entries((info) => info.isInplace);

/** `torch.exp_(x)` and its like: the in-place forms as functions. */
export const inPlaceFunctions = Object.fromEntries(
  names.map((name) => [
    `${name}_`,
    (...args: unknown[]) => {
      const [info, bound] = chooseOverload(overloads.get(name)!, args);
      return info.applyInPlace(bound);
    },
  ]),
) as unknown as Forms;
