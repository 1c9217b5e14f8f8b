import { parseArgs } from "node:util";
import { plotSvg, plotText, scheduleChart } from "../inspect/index.js";
import { build, horizon, schedulers, stepLimit, told } from "./build_schedule.js";
import { joinArguments, parseSchedules, type Schedule } from "./schedule_syntax.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage_error.js";

export const lrHelp = `Usage: rushlight lr SCHEDULE... [options]

Draws learning rate schedules, one or several side by side.

A schedule is written as its name and its arguments, PyTorch's:
  rushlight lr OneCycleLR max_lr=0.1 total_steps=100
  rushlight lr StepLR step_size=30 gamma=0.5 CosineAnnealingLR T_max=100
  rushlight lr MultiStepLR milestones=30,80
  rushlight lr LambdaLR "lr_lambda=0.95 ** epoch"
Schedules made of others hold them in brackets (quote them: a shell may have its own use for brackets):
  rushlight lr "SequentialLR[LinearLR start_factor=0.1 total_iters=5, CosineAnnealingLR T_max=45] milestones=5"
  rushlight lr "ChainedScheduler[LinearLR total_iters=5, ExponentialLR gamma=0.95]"

Options:
  --lr N              the optimizer's learning rate (0.1)
  --momentum N        the optimizer's momentum (0.9)
  --steps N           how many steps to show (as many as show the schedule well)
  --show WHAT         lr, or momentum (lr)
  --metrics LIST      what ReduceLROnPlateau sees, such as 1,0.9,0.9; the last one is repeated (no improvement)
  --log               a logarithmic axis
  --svg FILE          write an SVG drawing
  --json              print the numbers instead of a drawing
  --explain N         say in a sentence what made the learning rate after N steps
  --title TEXT        a title for the drawing
  --width N, --height N   the size in the terminal, or with --svg in pixels
  --color, --no-color     colours (if the terminal has them)
  -h, --help          this text

Schedules: ${Object.keys(schedulers).join(", ")}`;

const options = {
  lr: { type: "string", default: "0.1" },
  momentum: { type: "string", default: "0.9" },
  steps: { type: "string" },
  show: { type: "string", default: "lr" },
  metrics: { type: "string" },
  log: { type: "boolean", default: false },
  svg: { type: "string" },
  json: { type: "boolean", default: false },
  explain: { type: "string" },
  title: { type: "string" },
  width: { type: "string" },
  height: { type: "string" },
  color: { type: "boolean" },
  "no-color": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * The command `rushlight lr`.
 *
 * @returns what to print
 * @throws UsageError for what cannot be read or built
 */
export function lr(args: readonly string[], terminal: Terminal): string {
  const { values, positionals } = parsed(args);
  if (values.help) return lrHelp;
  const schedules = parseSchedules(joinArguments(positionals));
  const request: Request = {
    start: { lr: number("lr", values.lr), momentum: number("momentum", values.momentum) },
    steps: values.steps === undefined ? null : count("steps", values.steps, 1),
    metric: values.metrics === undefined ? undefined : metricsOf(values.metrics),
    what: oneOf("show", ["lr", "momentum"], values.show),
    log: values.log,
    title: values.title,
  };
  if (values.explain !== undefined) {
    const at = count("explain", values.explain, 0);
    return schedules.map((schedule) => explanation(schedule, at, request)).join("\n");
  }
  const chart = chartOf(schedules, request);
  if (values.json) return JSON.stringify(chart.series.map(({ name, points }) => ({ name, points })));
  const size = {
    ...(values.width !== undefined && { width: count("width", values.width, 20) }),
    ...(values.height !== undefined && { height: count("height", values.height, 8) }),
  };
  if (values.svg !== undefined) {
    terminal.writeFile(values.svg, plotSvg(chart, size));
    return `wrote ${values.svg}`;
  }
  const color = values["no-color"] ? false : (values.color ?? terminal.color);
  return plotText(chart, { width: terminal.columns, height: Math.min(24, terminal.rows - 1), color, ...size });
}

interface Request {
  start: { lr: number; momentum: number };
  steps: number | null;
  metric: ((step: number) => number) | undefined;
  what: "lr" | "momentum";
  log: boolean;
  title: string | undefined;
}

/** Each schedule has an optimizer of its own. */
function chartOf(schedules: readonly Schedule[], { start, steps, metric, what, log, title }: Request) {
  const built = schedules.map((schedule) => ({ schedule, scheduler: build(schedule, start) }));
  const longest = schedules.map(horizon).reduce((a, b) => Math.max(a, b));
  const unit = schedules.every(({ name }) => name === "OneCycleLR" || name === "CyclicLR") ? "step" : "epoch";
  const settings = { what, log, unit, ...(title !== undefined && { title }), ...(metric && { metric }) };
  const charts = built.map(({ schedule, scheduler }) => {
    const shown = steps ?? Math.min(longest, stepLimit(schedule));
    return told(schedule, () => scheduleChart({ [schedule.text]: scheduler }, shown, settings));
  });
  return { ...charts[0], series: charts.flatMap((chart) => chart.series) };
}

function explanation(schedule: Schedule, at: number, { start, metric }: Request): string {
  const scheduler = build(schedule, start);
  return told(schedule, () => {
    scheduler.optimizer.step();
    for (let k = 0; k < at; k++) scheduler.step(...(scheduler._takesMetric() ? [metric?.(k) ?? Number.NaN] : []));
    return scheduler.explain();
  });
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

function oneOf<T extends string>(name: string, known: readonly T[], text: string): T {
  const found = known.find((word) => word === text);
  if (found === undefined) throw new UsageError(`--${name} wants ${known.join(" or ")}, not '${text}'`);
  return found;
}

function number(name: string, text: string): number {
  if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw new UsageError(`--${name} wants a number, not '${text}'`);
}

function count(name: string, text: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= 1e6) return Number(text);
  throw new UsageError(`--${name} wants a whole number from ${least} to 1000000, not '${text}'`);
}

function metricsOf(text: string): (step: number) => number {
  const list = text.split(",").map((part) => number("metrics", part));
  return (step) => list[Math.min(step, list.length - 1)];
}
