/**
 * How fast: each workload in Rushlight and, where a Python with PyTorch is found (PYTHON names one), in PyTorch, in
 * turns, so that both meet the same machine. Prints medians and their ratio.
 *
 *     npm run bench
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nn, optim, type Tensor, torch } from "rushlight";

const ROUNDS = 5;

/** A workload: what is counted, and one unit of it. */
interface Workload {
  readonly name: string;
  readonly unit: "steps/s" | "us";
  readonly run: () => void;
}

function articleStep(): () => void {
  torch.manual_seed(0);
  const X = torch.randn(32, 30);
  const y = torch.rand(32, 1).round();
  const model = new nn.Sequential(
    new nn.Linear(30, 64),
    new nn.ReLU(),
    new nn.Linear(64, 32),
    new nn.ReLU(),
    new nn.Linear(32, 1),
    new nn.Sigmoid(),
  );
  const criterion = new nn.BCELoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });
  return () => {
    const loss = criterion(model(X), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  };
}

function smallAdd(): () => void {
  const a = torch.randn(4, { requires_grad: true });
  const b = torch.randn(4, { requires_grad: true });
  return () => void a.add(b);
}

function chain(): () => void {
  const a = torch.randn(4, { requires_grad: true });
  const b = torch.randn(4, { requires_grad: true });
  return () => {
    let c: Tensor = a;
    for (let i = 0; i < 100; i++) c = c.mul(b);
    c.backward(b);
    a.grad = null;
    b.grad = null;
  };
}

const workloads: readonly Workload[] = [
  { name: "article step: 30-64-32-1, batch 32, BCE, Adam", unit: "steps/s", run: articleStep() },
  { name: "add of two 4-element tensors, recorded", unit: "us", run: smallAdd() },
  { name: "chain of 100 products, forward and backward", unit: "us", run: chain() },
];

/** Seconds a unit takes, over about a third of a second. */
function measure(run: () => void): number {
  let n = 1;
  for (;;) {
    const start = performance.now();
    for (let i = 0; i < n; i++) run();
    const seconds = (performance.now() - start) / 1000;
    if (seconds > 0.3) return seconds / n;
    n = Math.ceil(n * Math.max(2, 0.4 / Math.max(seconds, 1e-4)));
  }
}

function findPython(): string | null {
  for (const python of [process.env.PYTHON, "python3", "/usr/bin/python3"]) {
    if (!python) continue;
    try {
      execFileSync(python, ["-c", "import torch"], { stdio: "ignore" });
      return python;
    } catch {}
  }
  return null;
}

const script = fileURLToPath(new URL("pytorch.py", import.meta.url));
const inPyTorch = (python: string): { torch: string; seconds: number[] } =>
  JSON.parse(execFileSync(python, [script], { encoding: "utf8" }));

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
const shown = (seconds: number, unit: string): string =>
  unit === "us" ? (seconds * 1e6).toFixed(2) : (1 / seconds).toFixed(0);

for (const { run } of workloads) measure(run);
const python = findPython();
const ours: number[][] = workloads.map(() => []);
const theirs: number[][] = workloads.map(() => []);
let version = "";
for (let round = 0; round < ROUNDS; round++) {
  workloads.forEach(({ run }, i) => ours[i].push(measure(run)));
  if (!python) continue;
  const reference = inPyTorch(python);
  version = reference.torch;
  reference.seconds.forEach((s, i) => theirs[i].push(s));
}

console.log(
  `Node ${process.version}; medians of ${ROUNDS} rounds${python ? `; PyTorch ${version}, one thread` : ""}\n`,
);
console.log(`| workload | unit | Rushlight |${python ? " PyTorch | ratio of speeds |" : ""}`);
console.log(`|---|---|---|${python ? "---|---|" : ""}`);
workloads.forEach(({ name, unit }, i) => {
  const mine = median(ours[i]);
  const row = `| ${name} | ${unit} | ${shown(mine, unit)} |`;
  if (!python) return console.log(row);
  const ratio = median(ours[i].map((s, k) => theirs[i][k] / s));
  console.log(`${row} ${shown(median(theirs[i]), unit)} | ${ratio.toFixed(2)} |`);
});
