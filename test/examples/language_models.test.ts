import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/* The GPT and the LSTM that learn to write, run as a user runs them, against what their twins in PyTorch print. */

interface Run {
  model: "gpt" | "lstm";
  steps: number;
  every: number;
  length: number;
  lines: string[];
}

const recorded = JSON.parse(readFileSync("test/fixtures/language_models.json", "utf8")) as Run[];

function example(model: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", `examples/${model}.ts`, ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

describe.each(recorded)("$model", ({ model, steps, every, length, lines }) => {
  it("prints PyTorch's losses and writes PyTorch's characters", async () => {
    const { out, err } = await example(
      model,
      ...["--steps", String(steps), "--every", String(every), "--length", String(length)],
    );
    expect(err).toBe("");
    expect(out).toBe(`${lines.join("\n")}\n`);
  });
});

it("a text that is too short ends with a message", async () => {
  const { code, err } = await example("gpt", "--text", ".gitignore");
  expect(code).toBe(1);
  expect(err).toBe("error: .gitignore is too short: a tenth of it must be 65 characters\n");
});
