import { type Op, type OpInfo, op, type Spec } from "../op.js";
import { ge, gt, le, lt, ne } from "./compare.js";
import { div, mul, neg, sub } from "./pointwise.js";
import { outer } from "./products.js";
import { abs, clamp, trunc } from "./rounding.js";
import { acos, acosh, asin, asinh, atan, atan2, atanh } from "./trigonometry.js";

/** Second names of ops: NumPy's, and older ones. Each is an entry of its own that computes and records what the first does. */
function alias<const S extends string>(text: S, { info }: { readonly info: OpInfo }): Op<S> {
  return op(text)({
    ...info.spec,
    nodeName: (...args: unknown[]) => info.nodeName(args),
    get example() {
      const [code, prints] = info.spec.example;
      return [code.replace(new RegExp(`\\b${info.name}\\(`), `${/^\w+/.exec(text)![0]}(`), prints] as const;
    },
  } as unknown as Spec<S>);
}

export const multiply = alias("multiply[_](Tensor self, Tensor|Scalar other) -> Tensor", mul);
export const divide = alias(
  "divide[_](Tensor self, Tensor|Scalar other, *, 'trunc'|'floor'? rounding_mode=None) -> Tensor",
  div,
);
export const true_divide = alias(
  "true_divide[_](Tensor self, Tensor|Scalar other, *, 'trunc'|'floor'? rounding_mode=None) -> Tensor",
  div,
);
export const subtract = alias("subtract[_](Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", sub);
export const negative = alias("negative[_](Tensor self) -> Tensor", neg);
export const absolute = alias("absolute[_](Tensor self) -> Tensor", abs);
export const clip = alias("clip[_](Tensor self, Tensor|Scalar? min=None, Tensor|Scalar? max=None) -> Tensor", clamp);
export const fix = alias("fix[_](Tensor self) -> Tensor", trunc);

export const not_equal = alias("not_equal[_](Tensor self, Tensor|Scalar other) -> Tensor", ne);
export const less = alias("less[_](Tensor self, Tensor|Scalar other) -> Tensor", lt);
export const less_equal = alias("less_equal[_](Tensor self, Tensor|Scalar other) -> Tensor", le);
export const greater = alias("greater[_](Tensor self, Tensor|Scalar other) -> Tensor", gt);
export const greater_equal = alias("greater_equal[_](Tensor self, Tensor|Scalar other) -> Tensor", ge);

export const arcsin = alias("arcsin[_](Tensor self) -> Tensor", asin);
export const arccos = alias("arccos[_](Tensor self) -> Tensor", acos);
export const arctan = alias("arctan[_](Tensor self) -> Tensor", atan);
export const arctan2 = alias("arctan2[_](Tensor self, Tensor other) -> Tensor", atan2);
export const arcsinh = alias("arcsinh[_](Tensor self) -> Tensor", asinh);
export const arccosh = alias("arccosh[_](Tensor self) -> Tensor", acosh);
export const arctanh = alias("arctanh[_](Tensor self) -> Tensor", atanh);

export const ger = alias("ger(Tensor self, Tensor vec2) -> Tensor", outer);
