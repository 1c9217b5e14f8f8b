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
  const run = (...more: string[]) =>
    example(model, "--steps", String(steps), "--every", String(every), "--length", String(length), ...more);

  it("prints PyTorch's losses and writes PyTorch's characters, and others from another seed", async () => {
    const [same, other] = await Promise.all([run(), run("--seed", "1")]);
    expect(same.err).toBe("");
    expect(same.out).toBe(`${lines.join("\n")}\n`);
    expect(other.out).not.toBe(same.out);
  });
});

it.each([
  ["no such file", ["--text", "absent.txt"], /cannot read absent.txt/],
  ["a text that is too short", ["--text", "package.json"], /too short/],
  ["no steps", ["--steps", "0"], /--steps wants/],
])("%s ends with a message", async (_, args, message) => {
  const { code, err } = await example("gpt", ...args);
  expect(code).toBe(1);
  expect(err).toMatch(message);
});
