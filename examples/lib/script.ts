import { parseArgs } from "node:util";
import { ValueError } from "rushlight";
import { DataError } from "./table.js";

/** A mistake on the command line: a message to show, not a stack trace. */
export class UsageError extends Error {}

/** The options `--name VALUE` of the command line; `defaults` names them all. */
export function options<T extends Record<string, string>>(defaults: T): T {
  const known = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: "string" as const }]));
  try {
    return { ...defaults, ...parseArgs({ options: known }).values } as T;
  } catch (error) {
    const list = Object.keys(defaults).map((name) => `--${name}`);
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; the options are ${list.join(", ")}`);
  }
}

/** A whole number of 1 or more. */
export function count(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1) return Number(text);
  throw new UsageError(`--${name} wants a whole number of 1 or more, not '${text}'`);
}

/** A seed: an integer from -2^63 to 2^64 - 1. */
export function seed(name: string, text: string): bigint {
  if (/^-?\d+$/.test(text) && BigInt(text) >= -(2n ** 63n) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw new UsageError(`--${name} wants an integer from -2^63 to 2^64 - 1, not '${text}'`);
}

/** The entry of `table` called `name`. */
export function namesOf<T>(option: string, table: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new UsageError(`--${option} knows ${Object.keys(table).join(", ")}, not '${name}'`);
}

/** Runs the script; bad data (too few rows, ...) and bad options end it with a message and exit code 1. */
export function runScript(main: () => void): void {
  try {
    main();
  } catch (error) {
    if (!(error instanceof DataError || error instanceof UsageError || error instanceof ValueError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
