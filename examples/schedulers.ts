// check: --epochs 2 --seeds 2 --out dist/schedulers.html
/**
 * Which schedule is best? Trains the article's model under every scheduler, with several seeds each, and writes a report:
 * learning rates, losses, accuracies, and whether the differences are larger than the noise.
 *
 *     npx tsx examples/schedulers.ts [--seeds N] [--epochs N] [--out FILE] [--only NAME,NAME] [--csv PATH]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import progress from "cli-progress";
import { readPatients, train } from "./lib/breast_cancer.js";
import { compareAll, conclusions, html } from "./lib/report.js";
import { schedulers } from "./lib/schedulers.js";
import { count, namesOf, options, runScript } from "./lib/script.js";
import { DataError } from "./lib/table.js";

runScript(() => {
  const args = options({
    seeds: "5",
    epochs: "25",
    out: "schedulers.html",
    only: Object.keys(schedulers).join(","),
    csv: fileURLToPath(new URL("data/breast-cancer.csv", import.meta.url)),
  });
  const seeds = Array.from({ length: count("seeds", args.seeds) }, (_, i) => i);
  const epochs = count("epochs", args.epochs);
  const tried = [
    { name: "a constant rate", make: null },
    ...args.only.split(",").map((name) => ({ name, make: namesOf("only", schedulers, name) })),
  ];
  const patients = readPatients(args.csv);

  // a bar on a terminal, nothing elsewhere
  const bar = new progress.SingleBar({
    format: "{bar} {value}/{total} {name}, {eta_formatted} left",
    hideCursor: true,
  });
  bar.start(tried.length * seeds.length, 0, { name: "" });
  const trials = tried.map(({ name, make }) => ({
    name,
    runs: seeds.map((seed) => {
      bar.update({ name });
      const run = train(patients, seed, epochs, make);
      bar.increment();
      return run;
    }),
  }));
  bar.stop();

  const tested = patients.labels.length;
  const rows = compareAll(trials, tested);
  console.log(conclusions(rows).join("\n"));
  try {
    mkdirSync(dirname(args.out), { recursive: true });
    writeFileSync(args.out, html(rows, { epochs, seeds, patients: tested }));
  } catch (error) {
    throw new DataError(`cannot write ${args.out}: ${(error as Error).message}`);
  }
  console.log(`The report is in ${args.out}`);
});
