import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { io, optim, torch } from "../../src/index.js";
import { every, simple } from "../lr_scheduler/draw.js";
import { type Configuration, type Description, exact, start, type Task } from "./training.js";

const folder = mkdtempSync(join(tmpdir(), "rushlight-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));

/** Options beside `lr` under which an optimizer keeps more state. */
const variants: Record<string, Record<string, unknown>[]> = {
  SGD: [{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }],
  Adam: [{}, { amsgrad: true, weight_decay: 0.01 }],
  AdamW: [{}, { amsgrad: true }],
  RMSprop: [{}, { momentum: 0.9, centered: true }],
  LBFGS: [{ max_iter: 3 }, { max_iter: 3, line_search_fn: "strong_wolfe" }],
};
// SparseAdam wants gradients that dense layers do not make
const names = Object.entries(optim).flatMap(([name, value]) =>
  typeof value === "function" && value.prototype instanceof optim.Optimizer && name !== "SparseAdam" ? [name] : [],
);
const optimizers = fc
  .constantFrom(...names)
  .chain((name) =>
    fc.constantFrom(...(variants[name] ?? [{}])).map((more): Description => [name, { lr: 0.02, ...more }]),
  );
/** For LBFGS, which has one group. */
const ofOneGroup = fc.oneof(simple.StepLR, simple.LinearLR, simple.CosineAnnealingLR, simple.ExponentialLR);
const anyScheduler = fc.oneof(...Object.values(every));

const configurations: fc.Arbitrary<Configuration> = optimizers.chain((optimizer) =>
  fc.record({
    optimizer: fc.constant(optimizer),
    scheduler: optimizer[0] === "LBFGS" ? ofOneGroup : anyScheduler,
    order: fc.constantFrom("sequential", "shuffle", "generator", "weighted"),
    n: fc.integer({ min: 0, max: 12 }),
    m: fc.integer({ min: 1, max: 12 }),
  }),
);

/** In one new process: restores each checkpoint and trains on. */
function resumed(tasks: readonly Task[]): string[][] {
  const args = ["--import", "tsx", "test/io/resume_process.ts"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    input: JSON.stringify(tasks),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function whole({ n, m, ...configuration }: Configuration): string[] {
  const training = start({ n, m, ...configuration }, 7);
  training.run(n);
  return exact([...training.run(m), ...training.values(), torch.rand(1).item()]);
}

function saved(configuration: Configuration, i: number): Task {
  const training = start(configuration, 7);
  training.run(configuration.n);
  const path = join(folder, `${i}.ckpt`);
  torch.save(io.checkpoint({ ...training.parts, step: configuration.n }), path);
  return { configuration, path };
}

describe("n + m steps are n steps, a checkpoint, and m steps in a new process, bit for bit", () => {
  it("for every optimizer, scheduler and order of batches", () => {
    fc.assert(
      fc.property(fc.array(configurations, { minLength: 25, maxLength: 25 }), (drawn) => {
        const tasks = drawn.map(saved);
        const seen = resumed(tasks);
        drawn.forEach(
          (configuration, i) => void expect(seen[i], JSON.stringify(configuration)).toEqual(whole(configuration)),
        );
      }),
      // each run is a process; a failure names its configuration, so nothing need be shrunk
      { numRuns: 4, endOnFailure: true },
    );
  });

  it("for each optimizer by name", () => {
    const drawn = names.map((name): Configuration => {
      const options = { lr: 0.02, ...variants[name]?.at(-1) };
      return { optimizer: [name, options], scheduler: ["StepLR", { step_size: 3 }], order: "shuffle", n: 4, m: 5 };
    });
    const seen = resumed(drawn.map(saved));
    drawn.forEach((configuration, i) => void expect(seen[i], names[i]).toEqual(whole(configuration)));
  });

  it.each(["model", "optimizer", "scheduler", "loader", "generator", "rng"])("would fail without the %s", (part) => {
    const configuration: Configuration = {
      optimizer: ["Adam", { lr: 0.02 }],
      scheduler: ["StepLR", { step_size: 3 }],
      order: "generator",
      n: 5,
      m: 5,
    };
    const { path } = saved(configuration, 0);
    const training = start(configuration, 999);
    const own = io.checkpoint(training.parts);
    io.restore({ ...(torch.load(path) as object), [part]: own[part] }, training.parts);
    expect(exact([...training.run(5), ...training.values(), torch.rand(1).item()])).not.toEqual(whole(configuration));
  });
});
