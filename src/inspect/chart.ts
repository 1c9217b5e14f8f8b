import { ValueError } from "../python/errors.js";
import { scaleLinear, scaleLog } from "./libraries.js";

/** A line of a chart. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  /** How far each point may be off, up and down: a band around the line. */
  spread?: readonly number[];
  /** Does a value hold until the next point, or change evenly towards it? Default "linear". */
  curve?: "linear" | "step";
}

/** An axis of a chart. */
export interface Axis {
  label: string;
  /** Powers of ten at equal distances? Default false. Values that are not positive are left out then. */
  log?: boolean;
  /** The least and the greatest value. Default: those of the series, rounded. */
  domain?: readonly [number, number];
}

/** A place on the x axis to be marked with a vertical line. */
export interface Mark {
  x: number;
  label: string;
}

/** Lines over an x axis, for {@link plotSvg} and {@link plotText} to draw. */
export interface Chart {
  title?: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
  marks?: readonly Mark[];
}

/** An axis with its place on the drawing. */
export interface Scale {
  /** The coordinate of a value. */
  (value: number): number;
  /** The values to write at the axis. */
  readonly ticks: readonly number[];
}

/** The range of coordinates for an axis, and about how many ticks have room. */
interface Extent {
  readonly range: readonly [number, number];
  readonly ticks: number;
}

/** Can a point be drawn on these axes? The arithmetic of axes needs some room to the ends of what doubles hold. */
export function isDrawable({ x, y }: Chart, [a, b]: readonly [number, number]): boolean {
  return fits(x, a) && fits(y, b);
}

const fits = ({ log }: Axis, value: number): boolean => Math.abs(value) < 1e300 && !(log && value < 1e-300);

/**
 * The scales of both axes.
 *
 * @throws ValueError if there is nothing to draw
 */
export function scalesOf(chart: Chart, x: Extent, y: Extent): { x: Scale; y: Scale } {
  const points = chart.series.flatMap((s) => s.points.filter((p) => isDrawable(chart, p)));
  if (points.length === 0)
    throw new ValueError("there is nothing to draw", "No series has a point with finite values.");
  const edges = chart.series.flatMap(({ points, spread }) =>
    points.flatMap(([, value], i) => [value, value - (spread?.[i] ?? 0), value + (spread?.[i] ?? 0)]),
  );
  const drawn = edges.filter((value) => isDrawable(chart, [points[0][0], value]));
  return {
    x: scaleOf(
      chart.x,
      points.map(([value]) => value),
      x,
      false,
    ),
    y: scaleOf(chart.y, drawn, y, true),
  };
}

function scaleOf(axis: Axis, values: readonly number[], { range, ticks }: Extent, rounded: boolean): Scale {
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const scale = (axis.log ? scaleLog() : scaleLinear()).domain(axis.domain ?? domainOf(axis, least, greatest, rounded));
  scale.range(range).clamp(true);
  if (rounded && !axis.domain && !axis.log) scale.nice(ticks);
  const all = scale.ticks(ticks);
  return Object.assign((value: number) => scale(value), { ticks: axis.log ? thinned(all, ticks) : all });
}

/** A range that is no single point; one that begins at 0 where that is not far. */
function domainOf(axis: Axis, least: number, greatest: number, rounded: boolean): [number, number] {
  if (axis.log) return rounded ? decades(least, greatest) : [least, greatest > least ? greatest : least * 10];
  const from = rounded && least > 0 && least < greatest / 2 ? 0 : least;
  if (greatest - from > 1e-300) return [from, greatest];
  return Math.abs(greatest) < 1e-300 ? [0, 1] : [Math.min(0, 2 * greatest), Math.max(0, 2 * greatest)];
}

/** The next round numbers around a range: 1, 2 or 5 times a power of ten. */
function decades(least: number, greatest: number): [number, number] {
  const below = 10 ** Math.floor(Math.log10(least));
  const above = 10 ** Math.floor(Math.log10(greatest));
  // a little slack, for 0.1 may be written 0.09999999999999999
  const from = below * ([5, 2].find((n) => n * below <= least * 1.001) ?? 1);
  const to = above * ([1, 2, 5].find((n) => n * above >= greatest * 0.999) ?? 10);
  return from < to ? [from, to] : [from / 10, to * 10];
}

/** Of the ticks of a logarithmic axis those with the roundest numbers, where all would be too many. */
function thinned(ticks: readonly number[], count: number): readonly number[] {
  const first = (tick: number): number => Number(tick.toExponential()[0]);
  const choices = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]].map((digits) =>
    ticks.filter((tick) => digits.includes(first(tick))),
  );
  const fitting = choices.find(({ length }) => length <= count);
  if (fitting) return fitting;
  const powers = choices[choices.length - 1];
  return powers.filter((_, i) => i % Math.ceil(powers.length / count) === 0);
}

/** A number at an axis: no digits beyond what doubles are sure of. */
export function tickText(value: number): string {
  const number = Number(value.toPrecision(6));
  return number !== 0 && Math.abs(number) < 1e-4 ? number.toExponential() : String(number);
}
