/**
 * How fast: Rushlight beside PyTorch and the peers in JavaScript. Each workload runs in a process of its own for each
 * contender, all of them warmed up, then measured in turns, so that all meet the same machine.
 *
 *     npm run bench -- [NAME ...] [--quick] [--rounds N] [--cpu-time]
 *
 * With --cpu-time loops are measured in the time of the processor: a busy machine disturbs it less, but it says nothing
 * of threads.
 *
 * NAME is a workload (or the beginning of its name) or a contender. PYTHON and NODES name the Pythons with PyTorch and the
 * versions of Node to use, with commas between. The peers in JavaScript are installed by `npm --prefix bench/peers ci`.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Curve, curves, type Workload, workloads } from "./catalog.js";
import { type Contender, contenders, Session } from "./contenders.js";
import type { Entry } from "./measured.js";
import { report, show } from "./report.js";

const { values: flags, positionals: wanted } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    "cpu-time": { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 9));
if (flags["cpu-time"]) process.env.BENCH_CLOCK = "cpu";
/** How long a measurement takes. */
const seconds = flags.quick ? 0.1 : 0.3;

const { found, notes } = await contenders();
for (const note of notes) console.log(note);
const isContender = (name: string) => found.some((contender) => contender.name === name);
const chosen = wanted.filter((name) => !isContender(name));
const named = wanted.filter(isContender);
const isChosen = ({ name }: { name: string }) => chosen.length === 0 || chosen.some((start) => name.startsWith(start));
const takesPart = ({ name }: Contender) => named.length === 0 || named.includes(name);
const unknown = chosen.find((start) => ![...workloads, ...curves].some(({ name }) => name.startsWith(start)));
if (unknown !== undefined) {
  console.error(`no workload or contender is called ${unknown}; there are:`);
  console.error([...workloads, ...curves, ...found].map(({ name }) => name).join(" "));
  process.exit(1);
}

/** A contender at a workload: its process while it goes on, and what it has measured. */
interface Turn {
  readonly contender: Contender;
  readonly threads: number;
  session: Session | null;
  failed: string | null;
  readonly rounds: number[][];
}

/** Measures all contenders of one workload in turns. */
async function compare(workload: Workload | Curve): Promise<Entry> {
  const points = "points" in workload ? workload.points : [];
  const threads = "threads" in workload && workload.threads && !flags["cpu-time"] ? [1, 2] : [1];
  const fresh = "fresh" in workload && workload.fresh === true;
  const turns: Turn[] = found
    .filter((contender) => takesPart(contender) && contender.names.includes(workload.name))
    .flatMap((contender) =>
      (contender.threads ? threads : [1]).map((n) => ({
        contender,
        threads: n,
        session: null,
        failed: null,
        rounds: [],
      })),
    );
  const start = async (turn: Turn): Promise<void> => {
    const time = points.length > 0 ? seconds * 3 : seconds;
    turn.session = new Session(turn.contender, turn.threads, workload.name, time, points);
    turn.failed = await turn.session.ready();
  };
  if (!fresh) for (const turn of turns) await start(turn);
  for (let round = 0; round < (fresh ? Math.min(rounds, 3) : rounds); round++) {
    for (const turn of turns) {
      if (fresh && turn.failed === null) await start(turn);
      if (turn.failed !== null) continue;
      const values = await turn.session!.measure();
      if (typeof values === "string") turn.failed = values;
      else turn.rounds.push(values);
      if (fresh) turn.session!.close();
    }
  }
  for (const { session } of turns) session?.close();
  const measured = turns.map(({ contender: { name }, threads, failed, rounds }) =>
    failed === null ? { contender: name, threads, rounds } : { contender: name, threads, rounds: [], failed },
  );
  return { ...workload, measured };
}

const entries: Entry[] = [];
for (const workload of [...workloads, ...curves].filter(isChosen)) {
  const entry = await compare(workload);
  entries.push(entry);
  console.log(show(entry));
}
const about = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} x ${cpus()[0].model}`,
  node: process.version,
  rounds,
  contenders: found.filter(takesPart).map(({ name, kind, version }) => ({ name, kind, version })),
};
report({ ...about, entries }, wanted.length === 0 && !flags.quick && !flags["cpu-time"]);
