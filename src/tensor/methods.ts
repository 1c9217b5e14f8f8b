import { type InplaceMethodsOf, type MethodsOf, methodOf } from "./op.js";
import type * as ops from "./ops/index.js";
import { addMethods } from "./prototype.js";
import { entries } from "./table.js";

declare module "./tensor.js" {
  /** The methods of the op table: `x.add(y)` and, where PyTorch has it, `x.add_(y)`. */
  interface Tensor extends MethodsOf<typeof ops>, InplaceMethodsOf<typeof ops> {}
}

const methods = Array.from(
  entries((info) => info.isMethod),
  ([name, overloads]) => [name, methodOf(overloads, "call")] as const,
);

const inPlaceMethods = Array.from(
  entries((info) => info.isInplace),
  ([name, overloads]) => [`${name}_`, methodOf(overloads, "applyInPlace")] as const,
);

addMethods([...methods, ...inPlaceMethods]);
