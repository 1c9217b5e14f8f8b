/**
 * Replays PyTorch's own operator database: every sample that scripts/reference/op_db.py recorded is run here, and values,
 * shapes, dtypes and gradients are compared. Writes docs/op-coverage.md.
 *
 *   npx tsx scripts/op-db.ts FOLDER [--only NAME] [--verbose] [--json FILE]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { torch } from "../src/index.js";
import { difference, tensorsIn } from "./op-db/compare.js";
import { callCounterpart, calledName, leftOut, UNDEFINED_VALUES } from "./op-db/counterparts.js";
import {
  type Call,
  decode,
  decodeCall,
  decodeTensor,
  type Entry,
  inShort,
  Missing,
  NotTranslatable,
  type Sample,
} from "./op-db/entry.js";
import { coverageTable, type Result, totals } from "./op-db/report.js";
import { unlisted } from "./op-db/unlisted.js";

/** The seed under which PyTorch ran each sample. */
const SEED = 42;

/** What differs first between our answer to a call and PyTorch's, or null. */
function sampleDifference(name: string, sample: Sample): string | null {
  const call = decodeCall(sample);
  const expected = { single: decode(sample.output, call.tensors), exact: decode(sample.exact?.output, call.tensors) };
  torch.manual_seed(SEED);
  const ours = callCounterpart(name, call);
  // memory that overlaps cannot be written to
  if (UNDEFINED_VALUES.has(name)) for (const t of tensorsIn([ours, expected.single])) t.set_(torch.zeros_like(t));
  return difference(ours, expected) ?? gradientDifference(sample, call, ours);
}

function gradientDifference({ grads, exact }: Sample, { tensors }: Call, output: unknown): string | null {
  if (!grads) return null;
  const made = tensorsIn(output);
  for (const [i] of grads.of) if (!made[i].requires_grad) return `output ${i} requires no gradient`;
  const arrived = torch.autograd.grad(
    grads.of.map(([i]) => made[i]),
    grads.to.map(([i]) => tensors[i]),
    { grad_outputs: grads.of.map(([, grad]) => decodeTensor(grad)), allow_unused: true },
  );
  for (const [k, [i, expected]] of grads.to.entries()) {
    const grad = arrived[k];
    const place = `gradient of tensor ${i}`;
    if (grad === null && expected === null) continue;
    if (grad === null) return `${place} is null, not a tensor`;
    if (expected === null) return `${place} is a tensor, not null`;
    const precise = exact?.to[k];
    const found = difference(grad, { single: decodeTensor(expected), exact: precise && decodeTensor(precise) }, place);
    if (found) return found;
  }
  return null;
}

/** Runs all samples of an entry; the first that differs decides. */
function run(entry: Entry, verbose: boolean): Result {
  const fullName = entry.variant ? `${entry.name}.${entry.variant}` : entry.name;
  const name = calledName(entry.name, entry.variant);
  const result: Result = {
    name: fullName,
    status: "passes",
    samples: entry.samples.length,
    dense: dense(entry),
    left: 0,
    failed: 0,
    note: "",
  };
  const fail = (status: Result["status"], note: string) => {
    if (result.status === "passes") Object.assign(result, { status, note });
  };
  const skipped = new Set<string>();
  for (const [i, sample] of entry.samples.entries()) {
    if ("skipped" in sample) {
      skipped.add(sample.skipped);
      result.left++;
      continue;
    }
    let found: string | null;
    try {
      found = sampleDifference(name, sample);
    } catch (error) {
      if (error instanceof Missing) {
        fail("missing", "");
        break;
      }
      if (error instanceof NotTranslatable) {
        skipped.add(error.message);
        result.left++;
        continue;
      }
      found = `${(error as Error).name}: ${(error as Error).message.split("\n")[0]}`;
      if (verbose) console.log((error as Error).stack);
    }
    if (found === null) continue;
    result.failed++;
    const called = describeCall(sample);
    if (verbose) console.log(`  ${fullName} sample ${i}: ${found}\n    ${called}`);
    fail("fails", `${found} (sample ${i}: ${called})`);
  }
  if (result.status === "passes" && result.left === result.samples) fail("left out", [...skipped].join(", "));
  else if (result.left > 0 && result.note === "")
    result.note = `without ${result.left} samples: ${[...skipped].join(", ")}`;
  const reason = leftOut(fullName);
  if (reason !== null && result.status !== "passes") Object.assign(result, { status: "left out", note: reason });
  return result;
}

/** How many samples are dense, real, and of our dtypes. */
const dense = (entry: Entry): number => entry.samples.filter((sample) => !("skipped" in sample)).length;

/** The call in short. */
const describeCall = ({ input, args, kwargs, tensors }: Sample): string =>
  inShort({ input, args, kwargs }, tensors, 160);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, verbose: { type: "boolean", default: false }, json: { type: "string" } },
});
const [folder] = positionals;
if (!folder) throw new Error("usage: npx tsx scripts/op-db.ts FOLDER [--only NAME] [--verbose] [--json FILE]");

console.warn = () => {};
const results: Result[] = [];
const entries: Entry[] = [];
for (const file of readdirSync(folder).sort()) {
  const entry = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Entry;
  if (values.only && values.only !== entry.name && `${values.only}.json` !== file) continue;
  const start = Date.now();
  entries.push(entry);
  const result = run(entry, values.verbose);
  results.push(result);
  if (values.only || values.verbose)
    console.log(`${result.name}: ${result.status} ${result.note} (${Date.now() - start} ms)`);
}
console.log(totals(results));
if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
if (!values.only) writeFileSync("docs/op-coverage.md", coverageTable(results, unlisted(entries)));
