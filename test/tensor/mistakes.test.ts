import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as library from "../../src/tensor/index.js";
import { arange, float32, int64, type NestedNumbers, tensor } from "../../src/tensor/index.js";

const torch = { ...library.torchFunctions, ...library, long: int64 };
const F = library.nnFunctions;

describe("mistakes in moving and indexing", () => {
  const mistakes: Record<string, string> = JSON.parse(
    readFileSync(new URL("../fixtures/mistakes.json", import.meta.url), "utf8"),
  );
  const x = arange(6, { dtype: float32 }).view(2, 3);
  const names = {
    torch,
    F,
    x,
    a: x.clone().requires_grad_(),
    c: x.clone().requires_grad_().clone(),
    v: arange(3, { dtype: float32 }),
    s: tensor(1, { dtype: float32 }),
    b: arange(24, { dtype: float32 }).view(2, 3, 4),
    i: tensor([0, 1]),
    l: arange(3),
    L: (...positions: NestedNumbers[]) => tensor(positions),
    M: tensor([
      [true, false, true],
      [false, false, true],
    ]),
  };

  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.entries(mistakes))("%s is reported in PyTorch's words", (code, message) => {
    let reported = "nothing";
    try {
      new Function(...Object.keys(names), `return ${code}`)(...Object.values(names));
    } catch (error) {
      const { name, message } = error as Error;
      reported = `${name}: ${message.split("\n")[0]}`;
    }
    expect(reported).toBe(message);
  });
});
