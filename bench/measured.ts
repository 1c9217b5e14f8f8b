/** What was measured, and what is computed from it. */
import type { Curve, Workload } from "./catalog.js";

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

/** The value below which the part `q` of the values lies. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
};
export const median = (values: readonly number[]): number => quantile(values, 0.5);
/** Half the distance of the quartiles, relative to the median. */
export const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);

/** One value of each round. */
export const first = (measured: Measured, i = 0): number[] => measured.rounds.map((values) => values[i]);

/** How many times as fast (or as small) `ours` is as `theirs`: the median of the ratios of the rounds. */
export const ratio = (ours: Measured, theirs: Measured, i = 0): number =>
  median(ours.rounds.map((values, round) => theirs.rounds[round][i] / values[i]));

/** A measurement in the unit of its workload. */
export function inUnit(value: number, { unit, flops }: Workload): number {
  const factors = { ns: 1e9, us: 1e6, ms: 1e3, s: 1, MiB: 2 ** -20 };
  if (unit === "steps/s") return 1 / value;
  if (unit === "GFLOP/s") return flops! / value / 1e9;
  return value * factors[unit];
}

/** The part of an entry to compare: contenders on so many threads; on one where they know no more. */
export function onThreads(entry: Entry, threads: number): readonly Measured[] {
  const done = entry.measured.filter(({ rounds }) => rounds.length > 0);
  const most = (name: string) => Math.max(...done.filter((m) => m.contender === name).map((m) => m.threads));
  return done.filter((m) => m.threads === Math.min(threads, most(m.contender)));
}

/** The one with the least median. */
export const fastest = (all: readonly Measured[]): Measured | undefined =>
  all.toSorted((a, b) => median(first(a)) - median(first(b)))[0];
