import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/* The examples with digits, run as a user runs them, against the same scripts in PyTorch. */

interface Recorded {
  cnn: { epochs: number; losses: number[]; accuracies: number[] };
  autoencoder: { epochs: number; losses: number[]; test_losses: number[]; code: number[]; drawn: string[] };
}

const { cnn, autoencoder } = JSON.parse(readFileSync("test/fixtures/digits.json", "utf8")) as Recorded;

function example(name: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", `examples/${name}.ts`, ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

/** The numbers of the lines `epoch 1/8: NAME number, OTHER number`. */
const figures = (out: string): number[][] =>
  [...out.matchAll(/^epoch \d+\/\d+: \D+([\d.]+), \D+([\d.]+)$/gm)].map((m) => [Number(m[1]), Number(m[2])]);

/** Are printed losses PyTorch's, give or take one in the last of the digits? */
const printed = (ours: readonly number[], theirs: readonly number[], digits: number): boolean =>
  ours.length === theirs.length &&
  theirs.every((loss, i) => Math.abs(ours[i] - Number(loss.toFixed(digits))) < 1.5 * 10 ** -digits);

describe("the convolutional network", () => {
  it("prints PyTorch's losses and accuracies, the last above 0.98", async () => {
    const { code, out } = await example("digits-cnn");
    expect(code).toBe(0);
    const lines = figures(out);
    const losses = lines.map(([loss]) => loss);
    expect(printed(losses, cnn.losses, 4)).toBe(true);
    expect(lines.map(([, accuracy]) => accuracy)).toEqual(cnn.accuracies.map((a) => Number(a.toFixed(4))));
    expect(lines.at(-1)![1]).toBeGreaterThan(0.98);
    expect(
      printed(
        losses.map((loss) => loss * 1.001),
        cnn.losses,
        4,
      ),
    ).toBe(false);
  });
});

describe("the autoencoder", () => {
  it("prints PyTorch's losses, numbers and images", async () => {
    const { code, out } = await example("digits-autoencoder", "--epochs", String(autoencoder.epochs));
    expect(code).toBe(0);
    const lines = figures(out);
    for (const [i, losses] of [autoencoder.losses, autoencoder.test_losses].entries()) {
      expect(
        printed(
          lines.map((line) => line[i]),
          losses,
          5,
        ),
      ).toBe(true);
    }
    const numbers = /the numbers of the first: tensor\(\[(.*)\]\)/.exec(out)![1].split(",").map(Number);
    numbers.forEach((number, i) => {
      expect(number).toBeCloseTo(autoencoder.code[i], 3);
    });
    // five images side by side, two characters a pixel
    const rows = out.split("\n").slice(-11, -3);
    const drawn = autoencoder.drawn.map((_, image) =>
      rows.map((row) => row.slice(image * 18, image * 18 + 16).replace(/(.)\1/g, "$1")).join(""),
    );
    expect(drawn.map((text) => [...text].map((c) => " .:-=+*#%@".indexOf(c)).join(""))).toEqual(autoencoder.drawn);
  });
});
