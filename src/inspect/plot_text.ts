import { type Chart, isDrawable, type Scale, scalesOf, tickText } from "./chart.js";

/** The size of a drawing in a terminal. */
export interface TextOptions {
  /** In columns. Default 80. */
  width?: number;
  /** In lines, those of the axes, title and legend included. Default 20. */
  height?: number;
  /** May colours be used? Default false: then several series are drawn with different signs. */
  color?: boolean;
}

/** ANSI: cyan, yellow, magenta, green, red, blue. */
const colors = [36, 33, 35, 32, 31, 34] as const;
const signs = ["*", "o", "+", "x", "#", "@", "%", "&", "=", "~", "$", "^"];

/**
 * A chart for the terminal: lines of text with axes, ticks and legend. Lines are drawn with Braille's dots, two by four a
 * letter; several without colour with a sign each.
 *
 * @throws ValueError if there is nothing to draw
 * @example
 * console.log(plotText(scheduleChart(scheduler, 100), { width: process.stdout.columns }));
 */
export function plotText(chart: Chart, options: TextOptions = {}): string {
  const { width = 80, height = 20, color = false } = options;
  const dotted = color || chart.series.length === 1;
  const legend = chart.series.length > 1 ? chart.series.map(({ name }, i) => `${key(i, dotted)} ${name}`) : [];
  const marks = chart.marks ?? [];
  const rows = Math.max(4, height - (chart.title ? 1 : 0) - 4 - legend.length - marks.length);
  // the middle of the lowest letter to the middle of the highest
  const vertical = { range: [rows - 1, 0], ticks: Math.max(2, Math.floor(rows / 3)) } as const;
  const measured = scalesOf(chart, { range: [0, 1], ticks: 2 }, vertical);
  const margin = measured.y.ticks.reduce((longest, tick) => Math.max(longest, tickText(tick).length), 0);
  const columns = Math.max(10, width - margin - 2);
  const { x, y } = scalesOf(chart, { range: [0, columns - 1], ticks: Math.max(2, Math.floor(columns / 12)) }, vertical);

  const canvas = new Canvas(columns, rows, dotted);
  for (const mark of marks) canvas.markColumn(Math.round(x(mark.x)));
  chart.series.forEach((_, i) => void draw(chart, i, x, y, canvas));

  const tickRows = new Map(y.ticks.map((tick) => [Math.round(y(tick)), tickText(tick)]));
  const body = Array.from({ length: rows }, (_, r) => {
    const tick = tickRows.get(r);
    return `${(tick ?? "").padStart(margin)} ${tick === undefined ? "│" : "┤"}${canvas.line(r, color)}`;
  });
  return [
    ...(chart.title ? [chart.title] : []),
    chart.y.label,
    ...body,
    ...xAxis(x, columns).map((line, i) => `${" ".repeat(margin + 1)}${i === 0 ? "└" : " "}${line}`.trimEnd()),
    `${" ".repeat(margin + 2)}${centred(chart.x.label, columns)}`.trimEnd(),
    ...legend.map((text, i) => (color ? paint(text, i) : text)),
    ...marks.map(({ label }) => `┊ ${label}`),
  ].join("\n");
}

function draw(chart: Chart, i: number, x: Scale, y: Scale, canvas: Canvas): void {
  let before: readonly [number, number] | null = null;
  const { points, curve } = chart.series[i];
  for (const point of points) {
    if (!isDrawable(chart, point)) {
      before = null;
      continue;
    }
    const here = [x(point[0]), y(point[1])] as const;
    if (before === null) canvas.stroke(here, here, i);
    else if (curve === "step") {
      canvas.stroke(before, [here[0], before[1]], i);
      canvas.stroke([here[0], before[1]], here, i);
    } else canvas.stroke(before, here, i);
    before = here;
  }
}

/** Letters on which lines can be drawn, each of two by four dots or a single sign. */
class Canvas {
  private readonly dots: Uint8Array;
  private readonly owner: Int16Array;
  private readonly fine: readonly [x: number, y: number];

  constructor(
    private readonly columns: number,
    rows: number,
    private readonly dotted: boolean,
  ) {
    this.dots = new Uint8Array(columns * rows);
    this.owner = new Int16Array(columns * rows).fill(-1);
    this.fine = dotted ? [2, 4] : [1, 1];
  }

  /** A line of series `i` between two places in units of letters. */
  stroke(from: readonly [number, number], to: readonly [number, number], i: number): void {
    const [fx, fy] = this.fine;
    // the middle of a letter lies between its dots
    const [x0, y0] = [from[0] * fx + (fx - 1) / 2, from[1] * fy + (fy - 1) / 2];
    const [dx, dy] = [(to[0] - from[0]) * fx, (to[1] - from[1]) * fy];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))));
    for (let k = 0; k <= steps; k++) this.set(Math.round(x0 + (dx * k) / steps), Math.round(y0 + (dy * k) / steps), i);
  }

  markColumn(column: number): void {
    for (let at = column; at < this.owner.length; at += this.columns) this.owner[at] = MARKED;
  }

  private set(x: number, y: number, i: number): void {
    const [fx, fy] = this.fine;
    const column = Math.floor(x / fx);
    const at = Math.floor(y / fy) * this.columns + column;
    if (column < 0 || column >= this.columns || at < 0 || at >= this.owner.length) return;
    this.owner[at] = i;
    this.dots[at] |= this.dotted ? BRAILLE[y % 4][x % 2] : 1;
  }

  line(row: number, color: boolean): string {
    const letters = Array.from({ length: this.columns }, (_, column) => {
      const at = row * this.columns + column;
      const i = this.owner[at];
      if (i === MARKED) return "┊";
      if (i < 0) return " ";
      const letter = this.dotted ? String.fromCharCode(0x2800 + this.dots[at]) : signs[i % signs.length];
      return color ? paint(letter, i) : letter;
    });
    return letters.join("").trimEnd();
  }
}

const MARKED = -2;

/** The bits of Braille's dots by row and column. */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** The axis with its ticks, and the numbers below it; numbers that would touch are left out. */
function xAxis(x: Scale, columns: number): [axis: string, numbers: string] {
  const axis = new Array<string>(columns).fill("─");
  let numbers = "";
  for (const tick of x.ticks) {
    const at = Math.round(x(tick));
    const label = tickText(tick);
    const start = Math.min(Math.max(0, at - Math.floor(label.length / 2)), columns - label.length);
    if (numbers !== "" && start <= numbers.length) continue;
    axis[at] = "┬";
    numbers = numbers.padEnd(start) + label;
  }
  return [axis.join(""), numbers];
}

const key = (i: number, dotted: boolean): string => (dotted ? "━━" : signs[i % signs.length]);
const paint = (text: string, i: number): string => `\u001b[${colors[i % colors.length]}m${text}\u001b[39m`;
const centred = (text: string, width: number): string =>
  " ".repeat(Math.max(0, Math.floor((width - text.length) / 2))) + text;
