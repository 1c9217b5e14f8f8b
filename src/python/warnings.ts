/** A global in Node and browsers alike. */
declare const console: { warn(text: string): void };

/** The names of Python's warning categories that PyTorch uses. */
export type WarningCategory = "UserWarning" | "FutureWarning" | "DeprecationWarning";

/** Every warning of the library goes through here: `warnings.warn(message, category)` of Python, to `console.warn`. */
export function warn(message: string, category: WarningCategory = "UserWarning"): void {
  console.warn(`${category}: ${message}`);
}

const told = new Set<string>();

/** {@link warn}, but once in the life of the program for each text. */
export function warnOnce(message: string, category: WarningCategory = "UserWarning"): void {
  if (told.has(message)) return;
  told.add(message);
  warn(message, category);
}
