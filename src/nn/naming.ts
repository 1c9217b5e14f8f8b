import { AttributeError } from "../python/errors.js";
import { MEMBERS, type Owner } from "./members.js";

/** The path of a member of the module at `prefix`. */
export const join = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

/** Indents all lines but the first by two spaces. */
export const indent = (text: string): string => text.replaceAll("\n", "\n  ");

/** A property of a module, in Python's sense. */
export function attribute(module: Owner & { _get_name(): string }, name: string): unknown {
  const members = module[MEMBERS].look();
  if (!members.has(name)) throw new AttributeError(`${module._get_name()} has no attribute \`${name}\``);
  return members.get(name);
}
