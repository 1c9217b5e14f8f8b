/** A global in Node and browsers alike. */
declare const console: { warn(text: string): void };

/** The names of Python's warning categories that PyTorch uses. */
export type WarningCategory = "UserWarning" | "FutureWarning" | "DeprecationWarning";

const told = new Set<string>();
let always = false;

/**
 * Every warning of the library goes through here: `warnings.warn(message, category)` of Python, to `console.warn`. As there
 * a loop hears of the same thing once.
 */
export function warn(message: string, category: WarningCategory = "UserWarning"): void {
  if (always) console.warn(`${category}: ${message}`);
  else warnOnce(message, category);
}

/** {@link warn}, but once in the life of the program for each text, whatever the filter. */
export function warnOnce(message: string, category: WarningCategory = "UserWarning"): void {
  const text = `${category}: ${message}`;
  if (told.has(text)) return;
  told.add(text);
  console.warn(text);
}

/** @internal Python's filter of warnings: "default" shows each text once, "always" every time. */
export function simplefilter(action: "default" | "always"): void {
  always = action === "always";
}
