import type { AnyScheduler, SimulatedMetric } from "../lr_scheduler/index.js";
import { ValueError } from "../python/errors.js";
import type { Chart, Series } from "./chart.js";

/** What {@link scheduleChart} shows. */
export interface ScheduleOptions {
  title?: string;
  /** The learning rates, or the momentum (the first of `betas`) that goes with them? Default "lr". */
  what?: "lr" | "momentum";
  /** A logarithmic axis? Default false. */
  log?: boolean;
  /** What the steps are: `"epoch"`, or `"step"` for schedules of batches. Default "epoch". */
  unit?: string;
  /** The metrics that plateau schedulers see. Default: one that never improves. */
  metric?: SimulatedMetric;
}

/**
 * The next steps of one scheduler, or of several by name, as a chart. Nothing is touched: it shows `simulate(steps)`.
 * Groups with rates of their own are lines of their own.
 *
 * @throws ValueError unless `steps` is 1 or more, and for the momentum of an optimizer that has none
 * @example
 * const chart = scheduleChart({ step: new StepLR(a, 30), cosine: new CosineAnnealingLR(b, 100) }, 100);
 * console.log(plotText(chart));
 * writeFileSync("schedules.svg", plotSvg(chart));
 */
export function scheduleChart(
  schedulers: AnyScheduler | Readonly<Record<string, AnyScheduler>>,
  steps: number,
  options: ScheduleOptions = {},
): Chart {
  const { title, what = "lr", log = false, unit = "epoch", metric } = options;
  const named = "optimizer" in schedulers ? { [schedulers.constructor.name]: schedulers as AnyScheduler } : schedulers;
  const series = Object.entries(named).flatMap(([name, scheduler]) => seriesOf(name, scheduler, steps, what, metric));
  return {
    ...(title !== undefined && { title }),
    x: { label: unit },
    y: { label: what === "lr" ? "learning rate" : "momentum", log },
    series,
  };
}

function seriesOf(
  name: string,
  scheduler: AnyScheduler,
  steps: number,
  what: "lr" | "momentum",
  metric: SimulatedMetric | undefined,
): Series[] {
  if (!(steps >= 1)) throw new ValueError(`a chart wants 1 step or more, not ${steps}`);
  const simulated = scheduler.simulate(steps, metric);
  const values = simulated.map(({ epoch, [what]: value }): [number, readonly number[]] => {
    if (value === null)
      throw new ValueError(`${name}: the optimizer has no momentum`, "Use SGD with momentum, or Adam.");
    return [epoch, value];
  });
  const groups = values[0][1].map((_, g) => values.map(([epoch, value]) => [epoch, value[g]] as const));
  const texts = groups.map((points) => JSON.stringify(points));
  if (texts.every((text) => text === texts[0])) return [{ name, points: groups[0], curve: curveOf(groups[0]) }];
  return groups.map((points, g) => ({ name: `${name}, group ${g}`, points, curve: curveOf(points) }));
}

/** Few values are seen one by one; a schedule that mostly stands still jumps in between. */
function curveOf(points: Series["points"]): "step" | "linear" {
  const still = points.filter(([, y], i) => i > 0 && y === points[i - 1][1]).length;
  return points.length <= 60 || still > points.length / 2 ? "step" : "linear";
}
