import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/* The examples that train in a second, run as a user runs them: they print what their twins in PyTorch printed. */

interface Run {
  seed: number;
  lines: string[];
}

const recorded = (name: string) => JSON.parse(readFileSync(`test/fixtures/${name}.json`, "utf8")) as Run[];

function example(name: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", `examples/${name}.ts`, ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

describe.each(["xor", "diabetes"])("%s", (name) => {
  const runs = recorded(name);

  it.each(runs)("prints PyTorch's figures for seed $seed", async ({ seed, lines }) => {
    const { code, out, err } = await example(name, "--seed", String(seed));
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual(lines);
  });

  it("prints other figures for another seed", () => {
    expect(runs[0].lines).not.toEqual(runs[1].lines);
  });
});

it("a wrong argument ends an example with a message", async () => {
  const { code, err } = await example("xor", "--epochs", "0");
  expect(code).toBe(1);
  expect(err).toMatch(/^error: --epochs wants/);
});
