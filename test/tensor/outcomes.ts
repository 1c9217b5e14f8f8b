/** Calls whose outcome PyTorch was asked for: what it prints, warns of and complains about, line by line. */
import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import * as library from "../../src/tensor/index.js";
import { arange, float32, type NestedNumbers, ones, tensor, zeros } from "../../src/tensor/index.js";
import { numelOf } from "../../src/tensor/shape.js";

const recorded: Record<string, Record<string, string[]>> = JSON.parse(
  readFileSync(new URL("../fixtures/outcomes.json", import.meta.url), "utf8"),
);

/** The names of scripts/reference/outcomes.py. */
const names = () => ({
  torch: { ...library.torchFunctions, ...library },
  F: { ...library.nnFunctions, prelu: library.torchFunctions.prelu },
  z: zeros,
  o: ones,
  r: (...shape: number[]) => {
    const n = numelOf(shape);
    return arange(1, n + 1, { dtype: float32 })
      .div(n + 1)
      .view(shape)
      .requires_grad_();
  },
  x: tensor(
    [
      [1, 2, 2, 1, 3],
      [5, 5, 4, 4, 0],
    ],
    { dtype: float32 },
  ),
  e: zeros(0, 3),
  i: tensor([1, 2]),
  b: tensor([true, false]),
  N: (...numbers: NestedNumbers[]) => tensor(numbers, { dtype: float32 }),
  L: (...numbers: NestedNumbers[]) => tensor(numbers),
});

/** Warnings, then what the call prints or the first line of its error. */
function outcome(code: string): string[] {
  const lines: string[] = [];
  const listening = vi.spyOn(console, "warn").mockImplementation((text: string) => void lines.push(text));
  try {
    const given = names();
    lines.push(...String(new Function(...Object.keys(given), `return ${code}`)(...Object.values(given))).split("\n"));
  } catch (error) {
    const { name, message } = error as Error;
    lines.push(`${name}: ${message.split("\n")[0]}`);
  } finally {
    listening.mockRestore();
  }
  return lines;
}

/** Tests every recorded call of a family. */
export function sameOutcomes(family: string): void {
  it.each(Object.entries(recorded[family]))("%s has PyTorch's outcome", (code, lines) => {
    expect(outcome(code)).toEqual(lines);
  });
}
