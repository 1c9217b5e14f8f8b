import { type Tensor, torch } from "rushlight";
import type { Preparation, Prepared } from "../worker.js";

function matmul(n: number): Prepared {
  const a = torch.randn(n, n);
  const b = torch.randn(n, n);
  return { run: () => void a.matmul(b) };
}

/** An operation on a million floats, beside a copy of them. */
function million(run: (a: Tensor, b: Tensor, row: Tensor) => void): Preparation {
  return () => {
    const a = torch.randn(1000, 1000);
    const b = torch.randn(1000, 1000);
    const row = torch.randn(1000);
    return { run: () => run(a, b, row), beside: () => void a.clone() };
  };
}

function smallAdd(): Prepared {
  const a = torch.randn(4, { requires_grad: true });
  const b = torch.randn(4, { requires_grad: true });
  return { run: () => void a.add(b) };
}

/** A chain of products, forward and backward. */
export function chain(length: number): Prepared {
  const a = torch.randn(4, { requires_grad: true });
  const b = torch.ones(4, { requires_grad: true });
  const run = () => {
    let c: Tensor = a;
    for (let i = 0; i < length; i++) c = c.mul(b);
    c.backward(b);
    a.grad = null;
    b.grad = null;
  };
  return { run };
}

export const tensors: Readonly<Record<string, Preparation>> = {
  ...Object.fromEntries([64, 128, 256, 512, 1024].map((n) => [`matmul-${n}`, () => matmul(n)])),
  add: million((a, b) => a.add(b)),
  relu: million((a) => a.relu()),
  exp: million((a) => a.exp()),
  broadcast: million((a, _, row) => a.mul(row).add(a).relu()),
  sum: million((a) => a.sum()),
  "sum-rows": million((a) => a.sum(0)),
  "sum-columns": million((a) => a.sum(1)),
  "small-add": smallAdd,
  chain: () => chain(100),
};
