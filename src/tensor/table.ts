import { defined, type OpInfo, overloadsByName } from "./op.js";
import "./ops/index.js";

/** The entries for which `choose` holds; those of one name are the overloads of one function. */
export const entries = (choose: (info: OpInfo) => boolean): Map<string, OpInfo[]> =>
  overloadsByName(defined.filter(choose));
