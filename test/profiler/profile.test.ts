import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { data, nn, optim, type Tensor, torch } from "rushlight";
import { afterEach, describe, expect, it, vi } from "vitest";
import { observer } from "../../src/autograd/observer.js";

const { profile, record_function, ProfilerActivity, schedule } = torch.profiler;
type Prof = ReturnType<typeof torch.profiler.profile>;

const names = (prof: Prof): string[] => prof.events().map(({ name }) => name);
const countOf = (prof: Prof, key: string): number => prof.key_averages().find((row) => row.key === key)?.count ?? 0;

afterEach(() => {
  expect(observer).toBeNull();
  vi.restoreAllMocks();
});

/** A program: named parts inside each other, and operators. */
type Program = readonly ("mul" | "backward" | Program)[];
const program = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.array(fc.oneof({ depthSize: "small" }, fc.constantFrom("mul", "backward"), tie("program")), {
    maxLength: 4,
  }) as fc.Arbitrary<Program>,
})).program;

/** Runs a program; returns what it computed, to compare runs with and without a profiler. */
function run(steps: Program, x: Tensor): number {
  return steps.reduce((sum, step) => {
    if (step === "mul") return sum + x.mul(2).sum().item();
    if (step === "backward") {
      x.grad = null;
      x.mul(3).sum().backward();
      return sum + x.grad!.sum().item();
    }
    return sum + record_function("part", () => run(step, x));
  }, 0);
}

const partsOf = (steps: Program): number =>
  steps.reduce((sum: number, step) => (Array.isArray(step) ? sum + 1 + partsOf(step) : sum), 0);

describe("any program", () => {
  it("computes the same while it is profiled, and its times add up", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const x = torch.ones(3, { requires_grad: true });
        const plain = run(steps, x);
        let watched = Number.NaN;
        const prof = profile(() => (watched = run(steps, x)));
        expect(watched).toBe(plain);
        const events = prof.events();
        expect(countOf(prof, "part")).toBe(partsOf(steps));
        for (const event of events) {
          expect(event.self_cpu_time_total).toBeGreaterThan(-0.01);
          for (const child of event.cpu_children) {
            expect(child.cpu_parent).toBe(event);
            expect(child.time_range.start).toBeGreaterThanOrEqual(event.time_range.start);
            expect(child.time_range.end).toBeLessThanOrEqual(event.time_range.end);
          }
        }
        const outer = events.filter(({ cpu_parent }) => cpu_parent === null);
        const total = outer.reduce((sum, event) => sum + event.cpu_time_total, 0);
        expect(events.self_cpu_time_total).toBeCloseTo(total, 1);
        expect(prof.key_averages().self_cpu_time_total).toBeCloseTo(total, 1);
        expect(prof.key_averages().total_average().count).toBe(events.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a training step", () => {
  const model = new nn.Sequential(new nn.Linear(30, 64), new nn.ReLU(), new nn.Linear(64, 1));
  const optimizer = new optim.Adam(model.parameters());
  const loader = new data.DataLoader(new data.TensorDataset(torch.randn(8, 30)), { batch_size: 8 });
  const prof = profile(
    () => {
      for (const [x] of loader) {
        const loss = record_function("forward", () => model(x).sum());
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
      }
    },
    { record_shapes: true, profile_memory: true, with_flops: true, with_stack: true },
  );
  const named = (name: string) => prof.events().filter((event) => event.name === name);

  it("shows operators, the backward pass, the optimizer and the loader under PyTorch's names", () => {
    expect(countOf(prof, "aten::linear")).toBe(2);
    for (const name of ["AddmmBackward0", "ReluBackward0", "SumBackward0", "torch::autograd::AccumulateGrad"]) {
      const count = { AddmmBackward0: 2, "torch::autograd::AccumulateGrad": 4 }[name] ?? 1;
      expect(countOf(prof, name), name).toBe(count);
      expect(countOf(prof, `autograd::engine::evaluate_function: ${name}`), name).toBe(count);
    }
    expect(countOf(prof, "Optimizer.step#Adam.step")).toBe(1);
    expect(countOf(prof, "Optimizer.zero_grad#Adam.zero_grad")).toBe(1);
    // the last call finds that there is nothing left
    expect(countOf(prof, "enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__")).toBe(2);
    expect(named("aten::linear").every(({ cpu_parent }) => cpu_parent?.name === "forward")).toBe(true);
  });

  it("knows shapes, memory, operations and who called", () => {
    const [linear] = named("aten::linear");
    expect(linear.input_shapes).toEqual([[8, 30], [64, 30], [64]]);
    expect(linear.flops + linear.cpu_children.reduce((sum, { flops }) => sum + flops, 0)).toBe(2 * 8 * 30 * 64);
    expect(linear.cpu_memory_usage).toBe(4 * 8 * 64);
    expect(named("forward")[0].cpu_memory_usage).toBeGreaterThanOrEqual(4 * 8 * 64 + 4 * 8);
    expect(linear.stack[0]).toMatch(/profile\.test\.ts\(\d+\): /);
  });

  it("becomes a Chrome trace, with an arrow from each operator to its derivative", () => {
    const path = join(mkdtempSync(join(tmpdir(), "trace-")), "trace.json");
    prof.add_metadata("run", "7");
    prof.export_chrome_trace(path);
    const trace = JSON.parse(readFileSync(path, "utf8"));
    expect(trace.run).toBe("7");
    const complete = trace.traceEvents.filter(({ ph }: { ph: string }) => ph === "X");
    expect(complete).toHaveLength(prof.events().length);
    for (const { ts, dur, pid, tid, cat } of complete) {
      expect([ts, dur, pid, tid].every(Number.isFinite)).toBe(true);
      expect(["cpu_op", "user_annotation"]).toContain(cat);
    }
    const [starts, ends] = ["s", "f"].map((phase) =>
      trace.traceEvents.filter(({ ph }: { ph: string }) => ph === phase).map(({ id }: { id: number }) => id),
    );
    expect(starts).toEqual(ends);
    // two products, a relu and a sum
    expect(new Set(starts).size).toBe(4);
    expect(JSON.parse(prof.events().chromeTrace()).traceEvents).toEqual(trace.traceEvents);
    expect(() => prof.key_averages().chromeTrace()).toThrow("no attribute 'trace_name'");
  });

  it("becomes stacks for a flame graph", () => {
    const path = join(mkdtempSync(join(tmpdir(), "stacks-")), "stacks.txt");
    prof.export_stacks(path);
    for (const line of readFileSync(path, "utf8").trim().split("\n")) expect(line).toMatch(/^\S+ \d+$/);
    expect(() => prof.export_stacks(path, "time")).toThrow("metric should be one of: ['self_cpu_time_total', ");
  });
});

describe("a profiler", () => {
  it("records until its block ends", () => {
    let kept: Prof;
    {
      using prof = profile();
      kept = prof;
      torch.ones(2).add_(1);
    }
    torch.ones(2).mul(1);
    expect(names(kept)).toContain("aten::add_");
    expect(names(kept)).not.toContain("aten::mul");
  });

  it("begins anew with start()", () => {
    const prof = profile();
    torch.ones(2).mul(1);
    prof.start();
    torch.ones(2).add(1);
    prof.stop();
    prof.stop();
    expect(names(prof)).toContain("aten::add");
    expect(names(prof)).not.toContain("aten::mul");
  });

  it("ends when its body throws, also later", async () => {
    const fail = () => {
      throw new Error("mine");
    };
    expect(() => profile(fail)).toThrow("mine");
    expect(observer).toBeNull();
    await expect(profile(async () => fail())).rejects.toThrow("mine");
    expect(observer).toBeNull();
    const prof = await profile(async () => {
      await null;
      torch.ones(2).add(1);
    });
    expect(names(prof)).toContain("aten::add");
  });

  it("ends what an error left open", () => {
    const prof = profile(() => {
      expect(() => torch.ones(2).add(torch.ones(3))).toThrow();
      torch.ones(2).mul(2);
    });
    const mul = prof.events().find(({ name }) => name === "aten::mul")!;
    expect(mul.cpu_parent).toBeNull();
  });

  it("is the only one", () => {
    const prof = profile(() => {
      expect(() => profile()).toThrow("Profiler is already enabled on this thread");
      torch.ones(2).add(1);
    });
    expect(names(prof)).toContain("aten::add");
  });

  it("names the steps of its schedule, and hands over each cycle", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const cycles: { step: number; steps: number; adds: number }[] = [];
    const on_trace_ready = (prof: Prof) =>
      cycles.push({ step: prof.step_num, steps: countOf(prof, "ProfilerStep*"), adds: countOf(prof, "aten::add") });
    const plan = schedule({ wait: 1, warmup: 1, active: 2, repeat: 2 });
    const loop = (prof: Prof) => {
      for (let i = 0; i < 10; i++) {
        torch.ones(2).add(1);
        prof.step();
      }
    };
    const prof = profile(loop, { schedule: plan, on_trace_ready });
    expect(cycles).toEqual([
      { step: 4, steps: 2, adds: 2 },
      { step: 8, steps: 2, adds: 2 },
    ]);
    expect(prof.events()[0].trace_name).toBe("ProfilerStep#6");
    const both = profile(loop, { schedule: plan, acc_events: true });
    expect(countOf(both, "aten::add")).toBe(4);
  });

  it("complains of what it cannot do", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(() => profile({ activities: [] })).toThrow("No valid profiler activities found");
    expect(() => profile({ activities: [ProfilerActivity.CUDA] })).toThrow("No activities specified for the profiler");
    expect(warned).toHaveBeenCalledWith("UserWarning: CUDA is not available, disabling CUDA profiling");
    expect(() => profile({ experimental_config: {} })).toThrow("not supported");
    expect(() => profile({ speed: 1 } as object)).toThrow("unexpected keyword argument 'speed'");
    const idle = profile({ schedule: schedule({ wait: 1, warmup: 1, active: 1 }) });
    expect(() => idle.events()).toThrow("Profiler must be initialized before accessing events");
    expect(() => idle.key_averages()).toThrow("Profiler must be initialized before getting key averages");
    expect(() => idle.export_chrome_trace("x.json")).toThrow(
      "Profiler must be initialized before exporting chrome trace",
    );
    idle.stop();
    expect(torch.profiler.supported_activities()).toEqual(new Set([ProfilerActivity.CPU]));
    expect(String(ProfilerActivity.CPU)).toBe("ProfilerActivity.CPU");
  });
});
