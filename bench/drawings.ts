/** The results as drawings for the README. */
import { scaleLog } from "d3-scale";
import { plotSvg } from "rushlight/inspect";
import { escaped, ink, palette, round, style, text } from "../src/inspect/svg.js";
import type { Curve } from "./catalog.js";
import { type Entry, fastest, first, median, onThreads, type Results, ratio } from "./measured.js";

const WIDTH = 860;
const LEFT = 400;
const RIGHT = WIDTH - 30;
const TOP = 78;
const ROW = 22;

/** A row of the drawing: how fast each contender is, the fastest PyTorch being 1. */
interface Row {
  readonly title: string;
  readonly speeds: ReadonlyMap<string, number>;
}

function rowsOf({ entries, contenders }: Results): Row[] {
  const isTorch = (name: string) => contenders.some((c) => c.name === name && c.kind === "pytorch");
  return entries.flatMap((entry) => {
    if ("points" in entry) return [];
    const threads = new Set(entry.measured.map((m) => m.threads));
    return [...threads].flatMap((n) => {
      const all = onThreads(entry, n);
      const torch = fastest(all.filter(({ contender }) => isTorch(contender)));
      if (!torch) return [];
      const speeds = all
        .filter(({ contender }) => !isTorch(contender))
        .map((m): [string, number] => [m.contender, ratio(m, torch)]);
      return { title: n > 1 ? `${entry.title}, ${n} threads` : entry.title, speeds: new Map(speeds) };
    });
  });
}

/** Every workload with how many times as fast as PyTorch each contender is, on a logarithmic axis. */
export function speedChart(results: Results): string {
  const rows = rowsOf(results);
  const names = [...new Set(rows.flatMap(({ speeds }) => [...speeds.keys()]))].sort(
    (a, b) => Number(b.startsWith("Rushlight")) - Number(a.startsWith("Rushlight")),
  );
  const all = rows.flatMap(({ speeds }) => [...speeds.values()]);
  const x = scaleLog()
    .domain([Math.min(0.01, ...all), Math.max(10, ...all)])
    .range([LEFT, RIGHT])
    .nice();
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 52;
  const ticks = x.ticks(6).filter((tick) => Number.isInteger(Math.log10(tick)));
  const upright = (at: number, tone: "rule" | "mark") =>
    `<path class="${tone}" stroke="${ink[tone === "rule" ? "grid" : "faint"][0]}" d="M${round(at)} ${TOP - 8}V${bottom}"/>`;
  const dot = (name: string, speed: number, y: number): string => {
    const i = names.indexOf(name) % palette.length;
    const [r, opacity] = name.startsWith("Rushlight") ? [6, 1] : [4, 0.75];
    const title = `<title>${escaped(`${name}: ${speed.toPrecision(3)}`)}</title>`;
    return `<circle class="f${i}" cx="${round(x(speed))}" cy="${round(y)}" r="${r}" fill="${palette[i][0]}" fill-opacity="${opacity}">${title}</circle>`;
  };
  const legend = names.map((name, n) => {
    const i = n % palette.length;
    const at = 16 + n * ((WIDTH - 32) / names.length);
    return `<circle class="f${i}" cx="${round(at + 5)}" cy="46" r="5" fill="${palette[i][0]}"/>${text(at + 15, 50, name)}`;
  });
  const title = "Times as fast as PyTorch on the same number of threads";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="rushlight" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">`,
    style,
    `<rect class="paper" width="${WIDTH}" height="${height}" fill="${ink.paper[0]}"/>`,
    text(16, 24, title, { size: 15, weight: 600 }),
    ...legend,
    ...ticks.map((tick) => upright(x(tick), tick === 1 ? "mark" : "rule")),
    ...ticks.map((tick) => text(x(tick), bottom + 18, `${tick}`, { anchor: "middle", tone: "faint" })),
    text(x(1), bottom + 38, "PyTorch", { anchor: "middle" }),
    ...rows.flatMap(({ title, speeds }, row) => {
      const y = TOP + (row + 0.5) * ROW;
      const dots = [...speeds].reverse().map(([name, speed]) => dot(name, speed, y));
      return [text(16, y + 4, title, { size: 11 }), ...dots];
    }),
    "</svg>\n",
  ].join("\n");
}

/** How the time of a unit grows. */
export function growthChart(entry: Entry & Curve): string {
  const series = onThreads(entry, 1).map((m) => ({
    name: m.contender,
    points: entry.points.map((at, i): [number, number] => [at, 1e6 * median(first(m, i))]),
  }));
  return plotSvg({
    title: entry.title,
    x: { label: entry.axis, log: true },
    y: { label: "microseconds", log: true },
    series,
  });
}
