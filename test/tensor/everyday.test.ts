import { readFileSync } from "node:fs";
import { nn, torch } from "rushlight";
import { afterEach, describe, expect, it, vi } from "vitest";

/* Everyday scripts, translated by rule from Python: each statement prints, warns and fails as in PyTorch. */

type Script = readonly (readonly [code: string, output: string])[];
const recorded: { scripts: Record<string, Script> } = JSON.parse(
  readFileSync(new URL("../fixtures/everyday.json", import.meta.url), "utf8"),
);

/** As Python writes it; a list like a tuple. */
function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null || value === undefined) return "None";
  const isTuple = Array.isArray(value) && value.toString === Array.prototype.toString;
  return isTuple ? `(${value.map(shown).join(", ")})` : String(value);
}

/** Runs the script in one scope and returns it with what each statement wrote. */
function rerun(script: Script): Script {
  const lines: string[] = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void lines.push(text));
  const print = (...values: unknown[]) => void lines.push(values.map(shown).join(" "));
  const scope = new Proxy<Record<string, unknown>>(
    { torch, F: nn.functional, nn, print, Infinity: Number.POSITIVE_INFINITY, NaN: Number.NaN },
    { has: (_, name) => name !== "scope" },
  );
  return script.map(([code]) => {
    lines.length = 0;
    try {
      // assignments land in the scope, as in a Python module
      new Function("scope", `with (scope) { ${code} }`)(scope);
    } catch (error) {
      const { name, message } = error as Error;
      lines.push(`${name}: ${message.split("\n")[0]}`);
    }
    return [code, lines.join("\n")];
  });
}

describe("everyday scripts print what they print in PyTorch", () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.entries(recorded.scripts))("%s", (_, script) => {
    expect(rerun(script)).toEqual(script);
  });
});
