import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { every } from "./draw.js";
import { build, buildOptimizer, type Options, observe } from "./traces.js";

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

type Training = { optimizer: ReturnType<typeof buildOptimizer>; scheduler: ReturnType<typeof build> };

function start(name: string, options: Options, kind: string): Training {
  const optimizer = buildOptimizer([0.3, 0.1], kind);
  return { optimizer, scheduler: build(name, optimizer, options) };
}

/** Steps once for each metric and returns the rates and momenta; -0 as 0, since JSON knows no other. */
function run({ optimizer, scheduler }: Training, metrics: readonly number[]): number[][] {
  return metrics.map((metric) => {
    optimizer.step();
    scheduler.step(...(scheduler._takesMetric() ? [metric] : []));
    return observe(optimizer, true).map((value) => value + 0);
  });
}

const metrics = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 25 });

describe("n + m steps are n steps, a checkpoint in JSON, and m steps", () => {
  for (const [name, configuration] of Object.entries(every)) {
    it(name, () => {
      fc.assert(
        fc.property(configuration, fc.constantFrom("SGD", "Adam"), metrics, metrics, ([, options], kind, n, m) => {
          const whole = start(name, options, kind);
          run(whole, n);
          const saved = JSON.stringify([whole.optimizer.state_dict(), whole.scheduler.state_dict()]);
          const expected = run(whole, m);
          const resumed = start(name, options, kind);
          const [optimizerState, schedulerState] = JSON.parse(saved);
          resumed.optimizer.load_state_dict(optimizerState);
          resumed.scheduler.load_state_dict(schedulerState);
          expect(JSON.stringify(resumed.scheduler.state_dict())).toBe(JSON.stringify(JSON.parse(saved)[1]));
          expect(run(resumed, m)).toEqual(expected);
        }),
      );
    });
  }

  it("would be told from a resume that forgets the scheduler, or the optimizer", () => {
    const steps = [1, 1, 1, 1];
    const whole = start("LinearLR", { total_iters: 20 }, "SGD");
    run(whole, steps);
    const [optimizerState, schedulerState] = [whole.optimizer.state_dict(), whole.scheduler.state_dict()];
    const expected = run(whole, steps);
    const [one, other] = [start("LinearLR", { total_iters: 20 }, "SGD"), start("LinearLR", { total_iters: 20 }, "SGD")];
    one.optimizer.load_state_dict(optimizerState);
    other.scheduler.load_state_dict(schedulerState);
    expect(run(one, steps)).not.toEqual(expected);
    expect(run(other, steps)).not.toEqual(expected);
  });
});
