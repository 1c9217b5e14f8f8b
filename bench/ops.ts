/**
 * The operations of everyday scripts over a million floats, one thread: milliseconds beside PyTorch's, the median of many
 * calls. `ops.json` has each in both languages; one that names what it differentiates by is run forward and backward. Names
 * choose operations, `PYTHON` the Python.
 *
 *     npx tsx bench/ops.ts
 *     npx tsx bench/ops.ts sort dropout
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { nn, type Tensor, torch } from "rushlight";
import { median, quantile } from "./measured.js";

interface Op {
  readonly name: string;
  readonly ts: string;
  readonly py: string;
  readonly differentiate?: string;
}

const wanted = process.argv.slice(2);
const all = JSON.parse(readFileSync(new URL("ops.json", import.meta.url), "utf8")) as Op[];
const ops = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

torch.set_num_threads(1);
torch.manual_seed(0);
// the same as in ops.py
const names: Record<string, unknown> = {
  torch,
  F: nn.functional,
  a: torch.randn(1000, 1000),
  b: torch.randn(1000, 1000),
  c: torch.randn(1000, 1000),
  p: torch.rand(1000, 1000),
  line: torch.randn(100000),
  row: torch.randn(1000),
  square: torch.randn(300, 300),
  index: torch.randint(0, 1000, [1000, 1000]),
  labels: torch.randint(0, 1000, [1000]),
  words: torch.randint(0, 1000, [32, 30]),
  half: torch.arange(500),
  mask: torch.randn(1000, 1000).gt(0),
  images: torch.randn(32, 64, 14, 14),
  depthwise: torch.randn(64, 1, 3, 3),
  grouped: torch.randn(64, 8, 3, 3),
};

function prepared({ ts, differentiate }: Op): () => void {
  const compute = new Function(...Object.keys(names), "x", `return ${ts}`) as (...values: unknown[]) => Tensor;
  if (differentiate === undefined) return () => void compute(...Object.values(names), null);
  const x = (names[differentiate] as Tensor).detach().requires_grad_();
  return () => {
    const y = compute(...Object.values(names), x);
    y.backward(torch.ones_like(y));
    x.grad = null;
  };
}

/** The median of what a call takes, in milliseconds. */
function milliseconds(run: () => void): number {
  for (let i = 0; i < 5; i++) run();
  const times: number[] = [];
  for (const end = performance.now() + 300; performance.now() < end || times.length < 3; ) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return median(times);
}

function pytorch(): Record<string, number> | null {
  for (const python of process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3"]) {
    try {
      const script = new URL("ops.py", import.meta.url).pathname;
      return JSON.parse(
        execFileSync(python, [script], {
          input: JSON.stringify(ops),
          encoding: "utf8",
          stdio: ["pipe", "pipe", "ignore"],
        }),
      ) as Record<string, number>;
    } catch {}
  }
  return null;
}

const theirs = pytorch();
if (theirs === null) console.log("without PyTorch: PYTHON=path names a Python that has it");
const ratios: number[] = [];
console.log(`${"".padEnd(34)}${"ms".padStart(9)}${"PyTorch".padStart(9)}${"ratio".padStart(7)}`);
for (const op of ops) {
  const ours = milliseconds(prepared(op));
  const name = op.differentiate === undefined ? op.name : `${op.name}, with backward`;
  const other = theirs?.[op.name];
  if (other !== undefined) ratios.push(ours / other);
  const beside = other === undefined ? "" : other.toFixed(3).padStart(9) + (ours / other).toFixed(1).padStart(7);
  console.log(`${name.padEnd(34)}${ours.toFixed(3).padStart(9)}${beside}`);
}
if (ratios.length > 0) {
  const at = (part: number): string => quantile(ratios, part).toFixed(1);
  console.log(`\nPyTorch's time times ${at(0.5)} (median; a tenth below ${at(0.1)}, a tenth above ${at(0.9)})`);
}
