import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { optim, type Tensor, torch } from "../../src/index.js";
import { beginFormula, endFormula, reuse } from "../../src/tensor/temporaries.js";

/* The memory of a backward pass, which is used again as soon as only the pass knows it. Here it is filled with NaN first. */

beforeEach(() => reuse({ from: 0, poison: true }));
afterEach(() => reuse());

const numbers = (n: number) => torch.arange(n, { dtype: torch.float32 });

/** What `run` gives, as a formula. */
function formula<T extends readonly Tensor[]>(run: () => T): T {
  const begin = beginFormula();
  let out: T | null = null;
  try {
    out = run();
    return out;
  } finally {
    endFormula(begin, out);
  }
}

describe("a formula", () => {
  it("that kept what it computed would read NaN", () => {
    let kept!: Tensor;
    const [out] = formula(() => {
      kept = numbers(4).mul(2);
      return [kept.add(1)];
    });
    expect(kept.tolist()).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(out.tolist()).toEqual([1, 3, 5, 7]);
  });

  it("may give a part of what it computed, twice", () => {
    const out = formula(() => {
      const both = numbers(4).mul(2);
      return [both.narrow(0, 0, 2), both.narrow(0, 2, 2)];
    });
    expect(out.map((t) => t.tolist())).toEqual([
      [0, 2],
      [4, 6],
    ]);
  });

  it("that fails leaves nothing behind", () => {
    let kept!: Tensor;
    const fails = () =>
      formula(() => {
        kept = numbers(2).mul(2);
        throw new Error("no");
      });
    expect(fails).toThrow("no");
    expect(kept.tolist()).toEqual([Number.NaN, Number.NaN]);
    expect(numbers(2).mul(2).tolist()).toEqual([0, 2]);
  });

  it("gives memory that the next one takes", () => {
    const once = (): number => {
      const [out] = formula(() => [numbers(3)]);
      const { address } = out.storage;
      out.hold();
      out.letGo();
      return address;
    };
    expect(once()).toBe(once());
  });
});

describe("who sees a gradient may keep it", () => {
  const x = () => numbers(3).requires_grad_();

  it("as a leaf", () => {
    const a = x();
    a.exp().mul(2).sum().backward();
    const { grad } = a;
    const want = grad!.tolist();
    a.grad = null;
    a.exp().mul(3).sum().backward();
    expect(grad!.tolist()).toEqual(want);
  });

  it("as a hook of a tensor, of an operation, and as a computed value that retains it", () => {
    const a = x();
    const b = a.mul(2);
    const c = b.exp();
    const d = c.mul(3);
    const seen: Tensor[] = [];
    c.register_hook((g) => void seen.push(g));
    b.grad_fn!.register_hook((inputs, outputs) => void seen.push(inputs[0]!, outputs[0]!));
    b.grad_fn!.register_prehook((outputs) => void seen.push(outputs[0]!));
    b.retain_grad();
    d.sum().backward();
    for (let i = 0; i < 3; i++) x().mul(2).exp().mul(3).sum().backward();
    const e = [0, 1, 2].map((k) => Math.fround(3 * Math.fround(Math.exp(2 * k))));
    expect(seen.map((t) => t.tolist())).toEqual([[3, 3, 3], e, e.map((v) => 2 * v), e]);
    expect(b.grad!.tolist()).toEqual(e);
  });

  it("as the backward of a custom Function", () => {
    const seen: Tensor[] = [];
    class Twice extends torch.autograd.Function {
      static override forward(_ctx: unknown, a: Tensor) {
        return a.mul(2);
      }
      static override backward(_ctx: unknown, g: Tensor) {
        seen.push(g);
        return g.mul(2);
      }
    }
    const a = x();
    (Twice.apply(a) as Tensor).exp().mul(5).sum().backward();
    for (let i = 0; i < 3; i++) x().exp().mul(5).sum().backward();
    expect(seen[0].tolist()).toEqual([0, 1, 2].map((k) => Math.fround(5 * Math.fround(Math.exp(2 * k)))));
  });

  it("as the one who asked for it", () => {
    const a = x();
    const b = a.mul(2);
    const [da, db] = torch.autograd.grad(b.exp().mul(5).sum(), [a, b]);
    for (let i = 0; i < 3; i++) x().mul(2).exp().mul(5).sum().backward();
    const e = [0, 1, 2].map((k) => Math.fround(5 * Math.fround(Math.exp(2 * k))));
    expect(db!.tolist()).toEqual(e);
    expect(da!.tolist()).toEqual(e.map((v) => 2 * v));
  });

  it("as an optimizer that is derived from one of ours", () => {
    const kept: Tensor[] = [];
    class Keeping extends optim.SGD {
      protected override update(param: Tensor, grad: Tensor, group: optim.SGDGroup): void {
        kept.push(grad);
        super.update(param, grad, group);
      }
    }
    const a = x();
    const optimizer = new Keeping([a], { lr: 0 });
    for (let i = 1; i < 4; i++) {
      optimizer.zero_grad();
      a.mul(i).mul(2).sum().backward();
      optimizer.step();
    }
    expect(kept.map((t) => t.tolist())).toEqual([1, 2, 3].map((i) => [2 * i, 2 * i, 2 * i]));
  });

  it("after an error, too", () => {
    const a = x();
    const b = a.mul(2);
    const kept: Tensor[] = [];
    b.register_hook((g) => void kept.push(g));
    a.register_hook(() => {
      throw new Error("no");
    });
    expect(() => b.exp().mul(5).sum().backward()).toThrow("no");
    for (let i = 0; i < 3; i++) x().mul(2).exp().mul(5).sum().backward();
    expect(kept[0].tolist()).toEqual([0, 1, 2].map((k) => Math.fround(5 * Math.fround(Math.exp(2 * k)))));
  });
});

it("one gradient of two leaves is theirs apart", () => {
  const [a, b] = [numbers(3).requires_grad_(), numbers(3).requires_grad_()];
  a.add(b).exp().sum().backward();
  a.grad!.mul_(0);
  expect(b.grad!.tolist()).toEqual([0, 1, 2].map((k) => Math.fround(Math.exp(2 * k))));
});
