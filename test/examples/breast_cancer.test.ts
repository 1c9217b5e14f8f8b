import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

/* The main job, run as a user runs it, against the same run recorded in PyTorch. */

interface Run {
  seed: number;
  losses: number[];
  /** The losses of the run in float64. */
  exact: number[];
  lrs: number[];
  accuracy: number;
}

const { runs } = JSON.parse(readFileSync("test/fixtures/article.json", "utf8")) as { runs: Run[] };
const csv = readFileSync("examples/data/breast-cancer.csv", "utf8");
const folder = mkdtempSync(join(tmpdir(), "rushlight-"));
afterAll(() => rmSync(folder, { recursive: true }));

function example(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", "examples/breast-cancer.ts", ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

/** Runs the example on `text` saved as a file, for one epoch. */
function exampleOn(name: string, text: string) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return example("--csv", path, "--epochs", "1");
}

function read(out: string): { losses: number[]; lrs: number[]; accuracy: number } {
  const lines = [...out.matchAll(/^Epoch \[\d+\/\d+\], Loss: (\S+), LR: (\S+)$/gm)];
  return {
    losses: lines.map((m) => Number(m[1])),
    lrs: lines.map((m) => Number(m[2])),
    accuracy: Number(/^Test Accuracy: (\S+)$/m.exec(out)?.[1]),
  };
}

/**
 * How far, relatively, a loss is from PyTorch's. Rounding moves PyTorch's own run away from that in float64 by as much as
 * 1e-3 in the end, so that there the nearer of the two counts.
 */
function distance(loss: number, { losses, exact }: Run, i: number): number {
  const [single, double] = [losses, exact].map((list) => Math.abs(loss - list[i]) / list[i]);
  return i < 10 ? single : Math.min(single, double);
}

/** Holds a run against PyTorch's: the first ten losses within 1e-5 relative, all within 1e-3, the rest exactly. */
function agrees(ours: ReturnType<typeof read>, theirs: Run): boolean {
  const close = theirs.losses.every((_, i) => distance(ours.losses[i], theirs, i) <= (i < 10 ? 1e-5 : 1e-3));
  const same = JSON.stringify(ours.lrs) === JSON.stringify(theirs.lrs);
  return close && same && ours.losses.length === theirs.losses.length && ours.accuracy === theirs.accuracy;
}

describe("the article's run", () => {
  it.each(runs)("is PyTorch's for seed $seed", async (run) => {
    const { code, out } = await example("--seed", String(run.seed));
    expect(code).toBe(0);
    const ours = read(out);
    expect(ours.losses).toHaveLength(50);
    ours.losses.forEach((loss, i) => {
      expect(distance(loss, run, i), `epoch ${i + 1}`).toBeLessThanOrEqual(i < 10 ? 1e-5 : 1e-3);
    });
    expect(ours.lrs).toEqual(run.lrs);
    expect(ours.accuracy).toBe(run.accuracy);
    expect(agrees(ours, run)).toBe(true);
  });

  it("would be told apart from a run of another seed, and from a slightly wrong one", () => {
    const [first, second] = runs;
    expect(agrees(first, second)).toBe(false);
    expect(agrees({ ...first, losses: first.losses.map((l) => l * 1.00002) }, first)).toBe(false);
    expect(agrees({ ...first, lrs: first.lrs.map((lr, i) => (i === 19 ? 0.001 : lr)) }, first)).toBe(false);
  });

  it("defaults to seed 42 and prints the head of the table and the accuracy of the article", async () => {
    const { out } = await example();
    expect(out.split("\n")[0]).toMatch(/^ {2}diagnosis {2}radius_mean/);
    expect(out).toMatch(/^Epoch \[50\/50\], Loss: 0\.\d+, LR: 0\.00025$/m);
    expect(out).toMatch(/^Test Accuracy: 0\.9561403393745422$/m);
  });
});

describe("a download of the article's file", () => {
  it("may have an id column, a nameless empty last column, quoted fields, Windows line ends and a byte order mark", async () => {
    const lines = csv.trimEnd().split("\n");
    const text = lines.map((line, i) => {
      const [diagnosis, ...rest] = line.split(",");
      return i === 0
        ? `"id","diagnosis",${rest.map((n) => `"${n}"`).join(",")},`
        : `${842302 + i},"${diagnosis}",${rest.join(",")},`;
    });
    const { code, out, err } = await exampleOn("download.csv", `\uFEFF${text.join("\r\n")}\r\n`);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(read(out).losses[0]).toBeCloseTo(runs.find((r) => r.seed === 42)!.losses[0], 6);
  });
});

describe("a mistake ends the example with a clear message, exit code 1 and no stack trace", () => {
  const rows = csv.trimEnd().split("\n");
  const spoiled = (row: number, from: string, to: string) =>
    rows.map((line, i) => (i === row ? line.replace(from, to) : line)).join("\n");

  it.each([
    ["no such file", () => example("--csv", join(folder, "absent.csv")), /no such file/],
    ["an empty file", () => exampleOn("empty.csv", ""), /is empty/],
    ["a header alone", () => exampleOn("header.csv", `${rows[0]}\n`), /no rows/],
    [
      "no diagnosis column",
      () => exampleOn("missing.csv", csv.replace("diagnosis", "outcome")),
      /no column 'diagnosis'/,
    ],
    [
      "a cell that is no number",
      () => exampleOn("text.csv", spoiled(3, "130", "lots")),
      /row 3, column 'perimeter_mean': 'lots' is not a number/,
    ],
    ["an empty cell", () => exampleOn("blank.csv", spoiled(3, "130", "")), /row 3, column 'perimeter_mean'/],
    ["an unknown diagnosis", () => exampleOn("unknown.csv", spoiled(5, "M", "X")), /unknown diagnosis 'X'/],
    ["an unknown scheduler", () => example("--scheduler", "NoSuchLR"), /--scheduler knows .*StepLR/],
    ["a seed that is no integer", () => example("--seed", "abc"), /--seed wants an integer/],
    ["no epochs", () => example("--epochs", "0"), /--epochs wants/],
    ["an unknown option", () => example("--sed", "1"), /Unknown option '--sed'/],
  ])("%s", async (_, run, message) => {
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).toMatch(/^error: /);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
