import { readFileSync } from "node:fs";
import { autograd, Tensor } from "rushlight";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { functions, moduleHooks } from "./programs/functions.js";
import { graph } from "./programs/graph.js";
import { passes } from "./programs/passes.js";
import { views } from "./programs/views.js";

/* What autograd answers, and how it complains, as recorded from PyTorch. */

type Outcome = { readonly returns: unknown } | { readonly raises: string };
const recorded: Record<string, Outcome> = JSON.parse(
  readFileSync(new URL("../fixtures/autograd_texts.json", import.meta.url), "utf8"),
);
const programs = { ...views, ...passes, ...graph, ...functions, ...moduleHooks };

/** As the recording shows values: a tensor as its numbers, an operation as its name. */
function shown(value: unknown): unknown {
  if (value instanceof Tensor) return shown(value.tolist());
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof autograd.Node) return value.name();
  return typeof value === "number" ? Math.round(value * 1e6) / 1e6 : (value ?? null);
}

function outcome(run: () => unknown): Outcome {
  try {
    return { returns: shown(run()) };
  } catch (error) {
    const { name, message } = error as Error;
    return { raises: `${name}: ${message.split("\n\n")[0]}` };
  }
}

describe("as in PyTorch", () => {
  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.keys(recorded))("%s", (name) => {
    expect(outcome(programs[name])).toEqual(recorded[name]);
  });

  it("no program is left out", () => {
    expect(Object.keys(programs).sort()).toEqual(Object.keys(recorded).sort());
  });
});
