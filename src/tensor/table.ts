import { type OpInfo, overloadsByName } from "./op.js";
import * as ops from "./ops/index.js";

/** All entries of the op table. */
const all: readonly OpInfo[] = Object.values(ops).map((entry) => entry.info);

/** The entries for which `choose` holds; those of one name are the overloads of one function. */
export const entries = (choose: (info: OpInfo) => boolean): Map<string, OpInfo[]> =>
  overloadsByName(all.filter(choose));
