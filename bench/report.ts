/** What a run found, as text for the terminal, as JSON, and as drawings. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Curve, Workload } from "./catalog.js";
import { growthChart, speedChart } from "./drawings.js";
import {
  type Entry,
  fastest,
  first,
  inUnit,
  type Measured,
  median,
  onThreads,
  type Results,
  ratio,
  spread,
} from "./measured.js";
import { root } from "./root.js";

const digits = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en") : value >= 100 ? value.toFixed(0) : value.toPrecision(3);

const threadsOf = (entry: Entry): readonly number[] =>
  [...new Set(entry.measured.map(({ threads }) => threads))].sort();

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ")}`)
    .join("\n");
}

/** An entry for the terminal: a line a contender. */
export function show(entry: Entry): string {
  const failures = entry.measured.flatMap(({ contender, failed }) => (failed ? [`  ${contender}: ${failed}`] : []));
  const lines = "points" in entry ? curveLines(entry) : threadsOf(entry).flatMap((n) => comparison(entry, n));
  return [...lines, ...failures].join("\n");
}

function comparison(entry: Workload & Entry, threads: number): string[] {
  const all = onThreads(entry, threads);
  const title = `\n${entry.name}: ${entry.title}${threads > 1 ? `, ${threads} threads` : ""} (${entry.unit})`;
  const ours = all.find(({ contender }) => contender === "Rushlight");
  const rows = all.map((m) => [
    m.contender,
    digits(inUnit(median(first(m)), entry)),
    `±${(100 * spread(first(m))).toFixed(0)}%`,
    ours && m !== ours ? `${digits(ratio(ours, m))}x` : "",
    entry.beside && m.rounds[0].length > 1
      ? `${digits(median(m.rounds.map(([value, beside]) => value / beside)))} of ${entry.beside}`
      : "",
  ]);
  return rows.length > 0 ? [title, table(rows)] : [title];
}

function curveLines(entry: Curve & Entry): string[] {
  const all = onThreads(entry, 1);
  const header = [entry.axis, ...entry.points.map(String)];
  const rows = all.map((m) => [
    m.contender,
    ...entry.points.map((_, i) => (m.rounds[0].length > i ? digits(1e6 * median(first(m, i))) : "")),
  ]);
  return [`\n${entry.name}: ${entry.title} (us)`, table([header, ...rows])];
}

/** The results as a table in Markdown: in brackets, how many times as fast Rushlight is. */
export function markdown({ contenders, entries }: Results): string {
  const kindOf = (m: Measured) => contenders.find(({ name }) => name === m.contender)?.kind;
  const rows = entries.flatMap((entry) => {
    if ("points" in entry) return [];
    return threadsOf(entry).map((threads) => {
      const all = onThreads(entry, threads);
      const ours = all.find(({ contender }) => contender === "Rushlight");
      const value = (m: Measured) => digits(inUnit(median(first(m)), entry));
      const cell = (kind: string): string => {
        const best = fastest(all.filter((m) => kindOf(m) === kind));
        if (!best) return "";
        const name = kind === "peer" ? `${best.contender} ` : "";
        return `${name}${value(best)}${ours ? ` (${digits(ratio(ours, best))})` : ""}`;
      };
      const title = threads > 1 ? `${entry.title}, ${threads} threads` : entry.title;
      return [title, entry.unit, ours ? value(ours) : "", cell("pytorch"), cell("peer")];
    });
  });
  const header = ["", "unit", "Rushlight", "PyTorch", "fastest peer in JavaScript"];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Writes what was found; `complete` results go where the README looks, with their drawings. */
export function report(results: Results, complete: boolean): void {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    console.log(`written: bench/results/${name}`);
  };
  console.log(`\n${markdown(results)}\n`);
  write(complete ? "latest.json" : "partial.json", `${JSON.stringify(results, null, 1)}\n`);
  if (!complete) return;
  write("speed.svg", speedChart(results));
  for (const entry of results.entries) if ("points" in entry) write(`${entry.name}.svg`, growthChart(entry));
}
