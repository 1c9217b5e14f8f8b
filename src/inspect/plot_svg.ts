import { type Chart, isDrawable, type Scale, type Series, scalesOf, tickText } from "./chart.js";
import { area, curveLinear, curveStepAfter, line } from "./libraries.js";
import { escaped, ink, palette, round, style, text } from "./svg.js";

/** The size of a drawing. */
export interface SvgOptions {
  /** In CSS pixels. Default 720. */
  width?: number;
  /** In CSS pixels, the legend included. Default 400. */
  height?: number;
  /** Name the series below the drawing? Default: if there are several. */
  legend?: boolean;
}

const LINE_HEIGHT = 18;
/** About the width of a letter at 12 pixels. */
const LETTER = 7;

/**
 * A chart as the text of an SVG file, with axes, ticks and legend. It follows the reader's choice of light or dark.
 *
 * @throws ValueError if there is nothing to draw
 * @example
 * writeFileSync("schedule.svg", plotSvg(scheduleChart(scheduler, 100)));
 */
export function plotSvg(chart: Chart, options: SvgOptions = {}): string {
  const { width = 720, height = 400, legend = chart.series.length > 1 } = options;
  const rows = legend ? legendRows(chart.series, width - 32) : [];
  const top = (chart.title ? 40 : 20) + (chart.marks?.length ? 12 : 0);
  const bottom = height - (chart.x.label ? 46 : 28) - rows.length * LINE_HEIGHT - (rows.length > 0 ? 8 : 0);
  const vertical = { range: [bottom, top], ticks: Math.max(2, Math.round((bottom - top) / 50)) } as const;
  const measured = scalesOf(chart, { range: [0, 1], ticks: 2 }, vertical);
  const left =
    (chart.y.label ? 40 : 20) +
    LETTER * measured.y.ticks.reduce((longest, tick) => Math.max(longest, tickText(tick).length), 0);
  const right = width - 20;
  const { x, y } = scalesOf(
    chart,
    { range: [left, right], ticks: Math.max(2, Math.round((right - left) / 80)) },
    vertical,
  );

  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="rushlight" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label(chart))}">`,
    style,
    `<rect class="paper" width="${width}" height="${height}" fill="${ink.paper[0]}"/>`,
    chart.title ? text(16, 24, chart.title, { size: 15, weight: 600 }) : "",
    ...y.ticks.map((tick) => horizontal(left, right, y(tick))),
    ...y.ticks.map((tick) => text(left - 8, y(tick) + 4, tickText(tick), { anchor: "end", tone: "faint" })),
    ...x.ticks.map((tick) => text(x(tick), bottom + 18, tickText(tick), { anchor: "middle", tone: "faint" })),
    text((left + right) / 2, bottom + 36, chart.x.label, { anchor: "middle" }),
    `<g transform="rotate(-90 14 ${round((top + bottom) / 2)})">${text(14, (top + bottom) / 2 + 4, chart.y.label, { anchor: "middle" })}</g>`,
    ...chart.series.map((_, i) => series(chart, i, x, y)),
    ...(chart.marks ?? []).map((mark) => marked(x(mark.x), top, bottom, mark.label, x(mark.x) > (left + right) / 2)),
    ...rows.flatMap((row, r) => row.map(({ i, at }) => key(chart, i, 16 + at, bottom + 58 + r * LINE_HEIGHT))),
    "</svg>",
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function series(chart: Chart, i: number, x: Scale, y: Scale): string {
  const { name, points, spread, curve: kind } = chart.series[i];
  const all = points.map(([a, b], k) => ({ a, b, spread: spread?.[k] ?? 0, drawn: isDrawable(chart, [a, b]) }));
  type Point = (typeof all)[number];
  const curve = kind === "step" ? curveStepAfter : curveLinear;
  const path = line<Point>(
    (p) => x(p.a),
    (p) => y(p.b),
  )
    .defined((p) => p.drawn)
    .curve(curve)
    .digits(2)(all);
  const band = area<Point>(
    (p) => x(p.a),
    (p) => y(p.b - p.spread),
    (p) => y(p.b + p.spread),
  )
    .defined((p) => p.drawn)
    .curve(curve)
    .digits(2);
  const around = spread
    ? `<path class="f${color(i)}" fill="${palette[color(i)][0]}" fill-opacity="0.15" d="${band(all)}"/>`
    : "";
  return `<g class="series"><title>${escaped(name)}</title>${around}<path ${stroke(i)} fill="none" stroke-width="2" stroke-linejoin="round" d="${path}"/></g>`;
}

const color = (i: number): number => i % palette.length;

function stroke(i: number): string {
  const dashes = ["", ' stroke-dasharray="7 4"', ' stroke-dasharray="2 3"'][Math.floor(i / palette.length) % 3];
  return `class="c${color(i)}" stroke="${palette[color(i)][0]}"${dashes}`;
}

/** The names of the series with their places, in as many rows as they need. */
function legendRows(all: readonly Series[], width: number): { i: number; at: number }[][] {
  const rows: { i: number; at: number }[][] = [[]];
  let at = 0;
  all.forEach(({ name }, i) => {
    const needed = 48 + LETTER * name.length;
    if (at > 0 && at + needed > width) {
      rows.push([]);
      at = 0;
    }
    rows[rows.length - 1].push({ i, at });
    at += needed;
  });
  return rows;
}

function key(chart: Chart, i: number, x: number, y: number): string {
  return `<path ${stroke(i)} stroke-width="2.5" d="M${round(x)} ${round(y)}h22"/>${text(x + 28, y + 4, chart.series[i].name)}`;
}

const horizontal = (from: number, to: number, y: number): string =>
  `<path class="rule" stroke="${ink.grid[0]}" d="M${round(from)} ${round(y)}H${round(to)}"/>`;

function marked(x: number, top: number, bottom: number, name: string, before: boolean): string {
  const label = text(x + (before ? -6 : 6), top - 2, name, { anchor: before ? "end" : "start" });
  return `<path class="mark" stroke="${ink.faint[0]}" stroke-dasharray="4 3" d="M${round(x)} ${round(top - 10)}V${round(bottom)}"/>${label}`;
}

const label = ({ title, x, y }: Chart): string => title ?? `${y.label} over ${x.label}`;
