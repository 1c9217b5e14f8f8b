/**
 * Replays PyTorch's own tables of module tests: every sample that scripts/reference/module_db.py recorded is run here,
 * and initial weights, outputs, buffers, gradients, printing and errors are compared. Writes docs/module-coverage.md; with
 * names of classes it prints what differs in them instead.
 *
 *   npx tsx scripts/module-db.ts FOLDER [CLASS ...]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { sampleDifference } from "./module-db/replay.js";
import { coverageTable, type Result, totals } from "./module-db/report.js";
import type { Entry, Sample } from "./module-db/sample.js";
import { inShort, Missing, NotTranslatable } from "./op-db/entry.js";

/** Runs all samples of a class; the first that differs decides. */
function run({ name, listed, samples }: Entry, verbose: boolean): Result {
  const result: Result = { name, listed, status: "passes", samples: samples.length, agree: 0, left: 0, note: "" };
  const skipped = new Set<string>();
  const seen = new Set<string>();
  for (const [i, sample] of samples.entries()) {
    if ("skipped" in sample) {
      skipped.add(sample.skipped);
      result.left++;
      continue;
    }
    let found: string | null;
    try {
      found = sampleDifference(name, sample);
    } catch (error) {
      if (error instanceof NotTranslatable) {
        skipped.add(error.message);
        result.left++;
        continue;
      }
      found = `${(error as Error).name}: ${(error as Error).message.split("\n")[0]}`;
      if (error instanceof Missing) {
        if (error.message === name) return { ...result, status: "missing", note: "" };
        found = `${error.message} is missing`;
      } else if (verbose && !seen.has(found)) console.log((error as Error).stack);
    }
    if (found === null) {
      result.agree++;
      continue;
    }
    if (verbose) console.log(`  ${name} sample ${i}: ${found}\n    ${describe(sample)}`);
    if (result.status === "passes") Object.assign(result, { status: "fails", note: `${found} (${describe(sample)})` });
    seen.add(found);
  }
  if (skipped.size > 0 && result.note === "")
    result.note = `without ${result.left} samples: ${[...skipped].join(", ")}`;
  return result;
}

/** The sample in short. */
const describe = ({ desc, dtype, training, construct, call, tensors }: Sample): string =>
  `${desc ? `${desc}, ` : ""}${dtype}${training ? "" : ", eval"}: ${inShort({ construct, call }, tensors, 200)}`;

const [folder, ...classes] = process.argv.slice(2);
if (!folder) throw new Error("usage: npx tsx scripts/module-db.ts FOLDER [CLASS ...]");

console.warn = () => {};
const results: Result[] = [];
for (const file of readdirSync(folder).sort()) {
  const bare = file.replace(/\.json$/, "").replace(/^nn\./, "");
  if (classes.length > 0 && !classes.includes(bare) && !classes.includes(`nn.${bare}`)) continue;
  const result = run(JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Entry, classes.length > 0);
  results.push(result);
  if (classes.length > 0)
    console.log(`${result.name}: ${result.status}, ${result.agree} of ${result.samples - result.left}`);
}
console.log(totals(results));
if (classes.length === 0) writeFileSync("docs/module-coverage.md", coverageTable(results));
