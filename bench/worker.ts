/**
 * What every contender in JavaScript is: a process that prepares one workload and measures it once for each line it
 * reads, so that the contenders of a workload can take turns and no compiler is disturbed by another's work.
 *
 *     node CONTENDER.js --list                                prints { version, threads, names }
 *     node CONTENDER.js WORKLOAD THREADS SECONDS [POINT ...]  prints { ready }, then { values } for each line read
 */
import { createInterface } from "node:readline";

/** A workload made ready. */
export interface Prepared {
  /** One unit: a training step, a product, a call. */
  readonly run: () => void;
  /** Waits until everything asked for is computed, for libraries that compute late. */
  readonly finish?: () => unknown;
  /** Waits for the result of each unit, for a library that does not compute what nobody waits for. */
  readonly each?: () => Promise<unknown>;
  /** Measured beside it, as a second value: what the first is compared with. */
  readonly beside?: () => void;
}

/** One unit to repeat, or a function that measures by itself: seconds, or bytes. */
export type Work = Prepared | (() => number | Promise<number>);
/** Prepares a workload. */
export type Preparation = () => Work | Promise<Work>;
/** Prepares one point of a curve. */
export type Point = (at: number) => Prepared | Promise<Prepared>;

interface Contender {
  readonly version: string;
  readonly workloads: Readonly<Record<string, Preparation>>;
  readonly curves?: Readonly<Record<string, Point>>;
  /** Sets the number of threads, if it can use several. */
  readonly setThreads?: ((threads: number) => void) | undefined;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Seconds, of the clock or (see `--cpu-time`) of the processor. */
const now = (): number => (process.env.BENCH_CLOCK === "cpu" ? processorSeconds() : performance.now() / 1000);

async function timed({ run, finish, each }: Prepared, units: number): Promise<number> {
  const start = now();
  for (let i = 0; i < units; i++) {
    run();
    if (each) await each();
  }
  await finish?.();
  return now() - start;
}

/** Warms up, and finds how many units take about so many seconds. */
async function calibrated(prepared: Prepared, seconds: number): Promise<() => Promise<number>> {
  let units = 1;
  for (let spent = 0; ; ) {
    const took = await timed(prepared, units);
    spent += took;
    if (took > seconds / 2 && spent > seconds) {
      units = Math.max(1, Math.round((units * seconds) / took));
      return async () => (await timed(prepared, units)) / units;
    }
    if (took < seconds / 2) units = Math.ceil(units * Math.min(10, Math.max(1.5, seconds / Math.max(took, 1e-6))));
  }
}

async function measurement(work: Work | readonly Prepared[], seconds: number): Promise<() => Promise<number[]>> {
  if (typeof work === "function") return async () => [await work()];
  const one = "run" in work ? work : null;
  const all = one?.beside ? [one, { run: one.beside }] : one ? [one] : (work as readonly Prepared[]);
  const measures: (() => Promise<number>)[] = [];
  for (const prepared of all) measures.push(await calibrated(prepared, seconds / all.length));
  return async () => {
    const values: number[] = [];
    for (const measure of measures) values.push(await measure());
    return values;
  };
}

const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Runs this process as a contender. */
export async function serve({ version, workloads, curves = {}, setThreads }: Contender): Promise<void> {
  const [name, threads = "1", seconds = "0.3", ...points] = process.argv.slice(2);
  if (name === "--list") {
    const names = [...Object.keys(workloads), ...Object.keys(curves)];
    say({ version, threads: setThreads !== undefined, names });
    process.exit();
  }
  try {
    setThreads?.(Number(threads));
    const work = name in curves ? await inTurn(points, curves[name]) : await workloads[name]();
    const measure = await measurement(work, Number(seconds));
    say({ ready: true });
    for await (const _ of createInterface({ input: process.stdin })) say({ values: await measure() });
  } catch (error) {
    say({ failed: error instanceof Error ? error.message.split("\n")[0] : String(error) });
  }
  process.exit();
}

async function inTurn(points: readonly string[], prepare: Point): Promise<Prepared[]> {
  const all: Prepared[] = [];
  for (const point of points) all.push(await prepare(Number(point)));
  return all;
}
