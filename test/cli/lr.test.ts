import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { schedulers } from "../../src/cli/build_schedule.js";
import { run } from "../../src/cli/run.js";
import { joinArguments, parseSchedules, type Schedule } from "../../src/cli/schedule_syntax.js";
import { lr_scheduler, optim, torch } from "../../src/index.js";

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

function rushlight(...args: string[]) {
  let [out, error] = ["", ""];
  const files: Record<string, string> = {};
  const code = run(
    args,
    { columns: 80, rows: 25, color: false, writeFile: (path, text) => void (files[path] = text) },
    { out: (text) => void (out += text), error: (text) => void (error += text) },
    "1.2.3",
  );
  return { code, out, error, files };
}

type Line = { name: string; points: [number, number][] };
const numbers = (...args: string[]): Line[] => {
  const { out, error } = rushlight("lr", ...args, "--json");
  expect(error).toBe("");
  return JSON.parse(out);
};
const rates = (...args: string[]): number[] => numbers(...args)[0].points.map(([, y]) => y);

const sgd = () => new optim.SGD([torch.zeros(1)], { lr: 0.1, momentum: 0.9 });
const simulated = (scheduler: lr_scheduler.AnyScheduler, n: number): number[] =>
  scheduler.simulate(n).map(({ lr }) => lr[0]);

describe("rushlight lr", () => {
  it("shows the numbers of the schedule", () => {
    const cycle = new lr_scheduler.OneCycleLR(sgd(), { max_lr: 0.1, total_steps: 100 });
    expect(rates("OneCycleLR", "max_lr=0.1", "total_steps=100")).toEqual(simulated(cycle, 100));
    const milestones = new lr_scheduler.MultiStepLR(sgd(), [3, 8], 0.5);
    for (const list of ["3,8", "[3,8]", "[3, 8]"]) {
      expect(rates("MultiStepLR", `milestones=${list}`, "gamma=0.5", "--steps", "12")).toEqual(
        simulated(milestones, 12),
      );
    }
    expect(rates("StepLR", "3", "0.5", "--steps", "5", "--lr", "1")).toEqual([1, 1, 1, 0.5, 0.5]);
  });

  it("builds compositions, quoted or not", () => {
    const optimizer = sgd();
    const parts = [
      new lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 }),
      new lr_scheduler.CosineAnnealingLR(optimizer, { T_max: 45 }),
    ];
    const expected = simulated(new lr_scheduler.SequentialLR(optimizer, parts, [5]), 50);
    const text = "SequentialLR[LinearLR start_factor=0.1 total_iters=5, CosineAnnealingLR T_max=45] milestones=5";
    expect(rates(text, "--steps", "50")).toEqual(expected);
    expect(rates(...text.split(" "), "--steps", "50")).toEqual(expected);
    const nested =
      "SequentialLR[ChainedScheduler[LinearLR, ExponentialLR gamma=0.9], StepLR 4, ConstantLR] milestones=5,9";
    expect(numbers(nested, "--steps", "20")[0].points).toHaveLength(20);
  });

  it("takes functions of the epoch in JavaScript or as Python's lambda", () => {
    const expected = [0.1, 0.05, 0.025];
    for (const f of ["0.5 ** epoch", "epoch => 0.5 ** epoch", "lambda e: 0.5 ** e", "exp(-log(2) * epoch)"]) {
      rates("LambdaLR", `lr_lambda=${f}`, "--steps", "3").forEach(
        (lr, i) => void expect(lr).toBeCloseTo(expected[i], 12),
      );
    }
  });

  it("puts schedules side by side, each on its own optimizer and as long as it goes", () => {
    const lines = numbers("OneCycleLR max_lr=0.1 total_steps=20", "StepLR", "step_size=30", "OneCycleLR 0.2 30");
    expect(lines.map(({ name }) => name)).toEqual([
      "OneCycleLR max_lr=0.1 total_steps=20",
      "StepLR step_size=30",
      "OneCycleLR 0.2 30",
    ]);
    expect(lines.map(({ points }) => points.length)).toEqual([20, 120, 30].map((n) => Math.min(n, 120)));
    expect(lines[1].points[0][1]).toBe(0.1);
  });

  it("shows every scheduler for as long as one sees what it does", () => {
    const needed: Record<string, string> = {
      StepLR: "step_size=10",
      MultiStepLR: "milestones=10,20",
      ExponentialLR: "gamma=0.9",
      CosineAnnealingLR: "T_max=20",
      CosineAnnealingWarmRestarts: "T_0=10",
      LambdaLR: "lr_lambda=1/(1+epoch)",
      MultiplicativeLR: "lr_lambda=0.9",
      CyclicLR: "base_lr=0.01 max_lr=0.1 step_size_up=10",
      OneCycleLR: "max_lr=0.1 epochs=5 steps_per_epoch=4",
      SWALR: "swa_lr=0.01",
      SequentialLR: "[LinearLR,StepLR 10] milestones=5",
      ChainedScheduler: "[LinearLR,StepLR 10]",
    };
    for (const name of Object.keys(schedulers)) {
      const written = needed[name] ?? "";
      const values = rates(written.startsWith("[") ? `${name}${written}` : `${name} ${written}`);
      expect(new Set(values).size, name).toBeGreaterThan(1);
      expect(values.length, name).toBeLessThanOrEqual(101);
    }
  });

  it("draws in the terminal and writes SVG", () => {
    const { out, code } = rushlight("lr", "CosineAnnealingLR", "T_max=50");
    expect(code).toBe(0);
    expect(out).toMatch(/learning rate[\s\S]*0\.1 ┤[\s\S]*epoch/);
    const { files } = rushlight(
      "lr",
      "StepLR",
      "step_size=3",
      "--svg",
      "out.svg",
      "--title",
      "A < B",
      "--width",
      "500",
    );
    expect(files["out.svg"]).toMatch(/^<svg [\s\S]*width="500"[\s\S]*A &lt; B[\s\S]*<\/svg>$/);
    expect(rushlight("lr", "StepLR 3", "--color").out).toContain("\u001b[36m");
    expect(rushlight("lr", "StepLR 3", "--color", "--no-color").out).not.toContain("\u001b");
  });

  it("shows momenta, and what plateau schedulers see", () => {
    expect(
      rates("CyclicLR base_lr=0.01 max_lr=0.1 step_size_up=2", "--show", "momentum", "--steps", "3")[2],
    ).toBeCloseTo(0.8);
    const plateau = "ReduceLROnPlateau patience=0 factor=0.5";
    expect(rates(plateau, "--steps", "5", "--metrics", "4,3,2,1")).toEqual([0.1, 0.1, 0.1, 0.1, 0.1]);
    expect(rates(plateau, "--steps", "5", "--metrics", "4,3,3")).toEqual([0.1, 0.1, 0.1, 0.05, 0.025]);
  });

  it("explains", () => {
    expect(rushlight("lr", "StepLR", "step_size=3", "--explain", "4").out).toMatch(/epoch 4.*0\.01/);
  });

  it("helps", () => {
    for (const args of [["--help"], ["-h"], ["help"]]) expect(rushlight(...args)).toMatchObject({ code: 0, error: "" });
    for (const args of [
      ["lr", "--help"],
      ["lr", "-h"],
      ["help", "lr"],
    ]) {
      expect(rushlight(...args).out).toContain("Usage: rushlight lr SCHEDULE");
    }
    for (const name of Object.keys(schedulers)) expect(rushlight("lr", "--help").out).toContain(name);
    expect(rushlight("--version").out).toBe("1.2.3");
  });

  it.each([
    [[], "Usage: rushlight COMMAND"],
    [["plot"], "error: there is no command 'plot'"],
    [["lr"], "error: which schedule?"],
    [["lr", "StepRL", "step_size=3"], "error: there is no schedule 'StepRL'; did you mean StepLR?"],
    [["lr", "Cosine"], "did you mean CosineAnnealingLR?"],
    [["lr", "Xyzzyplugh"], "there are ChainedScheduler"],
    [["lr", "StepLR"], "missing 1 required positional argument: 'step_size'"],
    [["lr", "StepLR", "step=3"], "unexpected keyword argument 'step'"],
    [["lr", "StepLR", "step_size=x"], "must be int, not str"],
    [["lr", "StepLR", "step_size=0"], "step_size"],
    [["lr", "StepLR", "step_size="], "a value is missing"],
    [["lr", "StepLR", "step_size=3", "step_size=4"], "StepLR is given step_size twice"],
    [["lr", "StepLR[StepLR 3]"], "StepLR is not made of others"],
    [["lr", "SequentialLR"], "SequentialLR is made of others"],
    [["lr", "SequentialLR[]"], "SequentialLR is made of others"],
    [["lr", "SequentialLR[StepLR 3"], "']' is missing"],
    [["lr", "StepLR 3 ]"], "']' makes no sense"],
    [["lr", "step_size=3"], "'step_size=' belongs to no schedule"],
    [["lr", "LambdaLR", "lr_lambda=)"], "is no function of the epoch"],
    [["lr", "LambdaLR", "lr_lambda=foo(epoch)"], "foo is not defined"],
    [["lr", "OneCycleLR 0.1 10", "--steps", "20"], "Tried to step 11 times"],
    [["lr", "StepLR 3", "--lr", "much"], "--lr wants a number, not 'much'"],
    [["lr", "StepLR 3", "--lr=-1"], "Invalid learning rate: -1"],
    [["lr", "StepLR 3", "--steps", "0"], "--steps wants a whole number from 1"],
    [["lr", "StepLR 3", "--show", "loss"], "--show wants lr or momentum"],
    [["lr", "StepLR 3", "--frobnicate"], "Unknown option '--frobnicate'"],
    [["lr", "StepLR 3", "--metrics", "1,x"], "--metrics wants a number, not 'x'"],
  ])("ends %j with a message and exit code 1", (args, message) => {
    const { code, out, error } = rushlight(...args);
    expect(error).toContain(message);
    expect(error).not.toMatch(/^ {4}at /m);
    expect([code, out]).toEqual([1, ""]);
  });

  it("runs as a program", () => {
    const command = (...args: string[]) =>
      spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], { encoding: "utf8" });
    const good = command("lr", "StepLR", "step_size=3", "--json", "--steps", "2");
    expect([good.status, good.stderr]).toEqual([0, ""]);
    expect(JSON.parse(good.stdout)[0].points).toEqual([
      [0, 0.1],
      [1, 0.1],
    ]);
    const bad = command("lr", "StepLR", "step_size=3", "--svg", "no/such/folder/a.svg");
    expect([bad.status, bad.stdout]).toEqual([1, ""]);
    expect(bad.stderr).toBe("error: cannot write no/such/folder/a.svg: ENOENT: no such file or directory\n");
  });
});

describe("the syntax of schedules", () => {
  const names = fc.constantFrom("StepLR", "A", "b_2");
  const values = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => [x + 0, String(x + 0)] as const),
    fc.constantFrom(
      [true, "True"] as const,
      [false, "false"] as const,
      [null, "None"] as const,
      ["cos", "cos"] as const,
    ),
    fc.constantFrom(["a, b]", '"a, b]"'] as const, ['say "x"', `'say "x"'`] as const),
    fc.array(fc.integer(), { minLength: 2, maxLength: 3 }).map((list) => [list, list.join(",")] as const),
    fc.array(fc.integer(), { maxLength: 3 }).map((list) => [list, `[${list.join(" , ")}]`] as const),
  );
  type Written = { read: object; text: string };
  const { schedule } = fc.letrec<{ schedule: Written }>((tie) => ({
    schedule: fc
      .record({
        name: names,
        parts: fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.constant<Written[]>([]),
          fc.array(tie("schedule"), { minLength: 1, maxLength: 3 }),
        ),
        keywords: fc.dictionary(fc.constantFrom("x", "T_max", "lr_lambda2"), values, { noNullPrototype: true }),
        space: fc.constantFrom("", " ", "  "),
      })
      .map(({ name, parts, keywords, space }) => {
        const inside = parts.length > 0 ? `${space}[${parts.map(({ text }) => text).join(`,${space}`)}${space}]` : "";
        const given = Object.entries(keywords).map(([key, [, text]]) => ` ${key}=${text}`);
        const read = Object.fromEntries(Object.entries(keywords).map(([key, [value]]) => [key, value]));
        return {
          read: { name, parts: parts.map((part) => part.read), keywords: read, positional: [] },
          text: `${name}${inside}${given.join("")}`,
        };
      }),
  }));
  const strip = ({ text: _, parts, ...rest }: Schedule): object => ({
    ...rest,
    parts: parts.map(strip),
  });

  it("is read back as it was meant", () => {
    fc.assert(
      fc.property(fc.array(schedule, { minLength: 1, maxLength: 3 }), fc.constantFrom(" ", ", "), (all, between) => {
        expect(parseSchedules(all.map(({ text }) => text).join(between)).map(strip)).toEqual(
          all.map(({ read }) => read),
        );
      }),
    );
  });

  it("never fails but with a message", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("A", "x=", "1", "[", "]", ",", '"', "'", " ", "=", "-"), { maxLength: 12 }),
        (signs) => {
          try {
            parseSchedules(signs.join(""));
          } catch (error) {
            expect((error as Error).constructor.name).toBe("UsageError");
          }
        },
      ),
    );
  });

  it("keeps the spaces of a shell's argument", () => {
    expect(joinArguments(["LambdaLR", "lr_lambda=0.9 ** epoch", "last_epoch=-1"])).toBe(
      'LambdaLR lr_lambda="0.9 ** epoch" last_epoch=-1',
    );
    expect(joinArguments(["A[B x=1, C]", "y=[1, 2]"])).toBe("A[B x=1, C] y=[1, 2]");
  });
});
