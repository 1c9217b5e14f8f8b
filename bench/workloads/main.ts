/** Rushlight as a contender. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { torch } from "rushlight";
import { importSeconds, processSeconds } from "../measures.js";
import { serve } from "../worker.js";
import { simdPeak } from "./simd_peak.js";
import { chain, tensors } from "./tensors.js";
import { training, trainingCurves } from "./training.js";

// the process starts in the root of the repository
const root = process.cwd();
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const { set_num_threads } = torch as { set_num_threads?: (threads: number) => void };

await serve({
  version,
  setThreads: set_num_threads,
  workloads: {
    ...training,
    ...tensors,
    "simd-peak": simdPeak,
    "article-process": () => () =>
      processSeconds(["bench/.build/breast-cancer.js", "--csv", "examples/data/breast-cancer.csv"], root),
    "article-tsx": () => () => processSeconds(["--import", "tsx", "examples/breast-cancer.ts"], root),
    import: () => () => importSeconds(["rushlight"], root),
  },
  curves: { ...trainingCurves, "by-length": chain },
});
