import * as ops from "../../src/tensor/ops/index.js";
import type { Entry } from "./entry.js";

/** The names in the op table for which PyTorch's database has no entry, by none of an op's names. */
export function unlisted(entries: readonly Entry[]): string[] {
  const listed = new Set(entries.flatMap(({ name, aliases }) => [name, ...aliases]).map(bare));
  const ours = Object.values(ops).map(({ info }) => info.name);
  return [...new Set(ours)].filter((name) => !listed.has(bare(name)) && !name.startsWith("_")).sort();
}

/** `relu` of `nn.functional.relu`, `fill` of `fill_`. */
const bare = (name: string): string =>
  name
    .split(".")
    .at(-1)!
    .replace(/(?<!^_.*)_$/, "");
