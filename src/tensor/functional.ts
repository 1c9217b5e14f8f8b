import { type FunctionsOf, functionOf } from "./op.js";
import type * as ops from "./ops/index.js";
import { entries } from "./table.js";

/** The ops of one home as functions, overloads joined: what `torch` and `torch.nn.functional` are made of. */
function functionsOf<const Home extends string>(home: Home): FunctionsOf<typeof ops, Home> {
  const functions: Record<string, (...args: unknown[]) => unknown> = {};
  for (const [name, overloads] of entries((info) => info.home === home)) functions[name] = functionOf(overloads);
  return functions as FunctionsOf<typeof ops, Home>;
}

/** The ops that are `torch.NAME`. */
export const torchFunctions = functionsOf("torch");

/** The ops that are `torch.nn.functional.NAME`. */
export const nnFunctions = functionsOf("nn.functional");

/** The ops that are `torch.linalg.NAME`. */
export const linalgFunctions = functionsOf("linalg");

/** The ops that are `torch.special.NAME`. */
export const specialFunctions = functionsOf("special");

/** The ops that are `torch.masked.NAME`. */
export const maskedFunctions = functionsOf("masked");
