/** What a run found, as text for the terminal, as JSON, and as drawings. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Curve, Workload } from "./catalog.js";
import { root } from "./contenders.js";

/** The rounds of one contender at one workload. */
export interface Measured {
  readonly contender: string;
  readonly threads: number;
  /** Why it could not take part. */
  readonly failed?: string;
  /** Of each round the seconds a unit (bytes for memory); a second value for what is measured beside it, or one a point. */
  readonly rounds: number[][];
}

export type Entry = (Workload | Curve) & { readonly measured: readonly Measured[] };

export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly rounds: number;
  readonly contenders: readonly { readonly name: string; readonly kind: string; readonly version: string }[];
  readonly entries: readonly Entry[];
}

const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
};
export const median = (values: readonly number[]): number => quantile(values, 0.5);
/** Half the distance of the quartiles, relative to the median. */
const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);

const first = (measured: Measured, i = 0): number[] => measured.rounds.map((values) => values[i]);

/** How many times as fast (or as small) `ours` is as `theirs`: the median of the ratios of the rounds. */
export const ratio = (ours: Measured, theirs: Measured, i = 0): number =>
  median(ours.rounds.map((values, round) => theirs.rounds[round][i] / values[i]));

const digits = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en") : value >= 100 ? value.toFixed(0) : value.toPrecision(3);

/** A measurement in the unit of its workload. */
export function inUnit(value: number, { unit, flops }: Workload): number {
  const factors = { ns: 1e9, us: 1e6, ms: 1e3, s: 1, MiB: 2 ** -20 };
  if (unit === "steps/s") return 1 / value;
  if (unit === "GFLOP/s") return flops! / value / 1e9;
  return value * factors[unit];
}

/** The part of an entry to compare: contenders on so many threads; on one where they know no more. */
function onThreads(entry: Entry, threads: number): readonly Measured[] {
  const done = entry.measured.filter(({ rounds }) => rounds.length > 0);
  const most = (name: string) => Math.max(...done.filter((m) => m.contender === name).map((m) => m.threads));
  return done.filter((m) => m.threads === Math.min(threads, most(m.contender)));
}

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
    entry.beside ? `${digits(median(m.rounds.map(([value, beside]) => value / beside)))} of ${entry.beside}` : "",
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

/** Writes what was found; `complete` results go where the README looks. */
export function report(results: Results, complete: boolean): void {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, complete ? "latest.json" : "partial.json");
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nwritten: ${path}`);
}
