import { RuntimeError } from "../python/errors.js";
import { type InplaceMethodsOf, type MethodsOf, methodOf } from "./op.js";
import type * as ops from "./ops/index.js";
import { entries } from "./table.js";
import { Tensor } from "./tensor.js";

declare module "./tensor.js" {
  /** The methods of the op table: `x.add(y)` and, where PyTorch has it, `x.add_(y)`. */
  interface Tensor extends MethodsOf<typeof ops>, InplaceMethodsOf<typeof ops> {}
}

for (const [name, overloads] of entries((info) => info.isMethod)) define(name, methodOf(overloads, "call"));

for (const [name, overloads] of entries((info) => info.isInplace)) {
  define(`${name}_`, methodOf(overloads, "applyInPlace"));
}

function define(name: string, method: (this: Tensor, ...args: unknown[]) => unknown): void {
  if (name in Tensor.prototype) throw new RuntimeError(`Tensor.${name} is defined twice`);
  Object.defineProperty(Tensor.prototype, name, { value: method, writable: true, configurable: true });
}
