import { execFileSync } from "node:child_process";
import { type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

describe("scale", () => {
  it("a graph of a million nodes runs backward", () => {
    const x = torch.ones(1, { requires_grad: true });
    let y: Tensor = x;
    for (let i = 0; i < 1_000_000; i++) y = y.add(0);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  }, 300_000);

  /** Bytes of arrays and objects after so many steps of training, in a process of its own. */
  function memoryAfter(steps: readonly number[], hoard: boolean): number[] {
    const script = `
      import { torch, nn, optim } from "rushlight";
      const model = new nn.Sequential(new nn.Linear(8, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const x = torch.randn(16, 8);
      const y = torch.randn(16, 1);
      const kept = [];
      let done = 0;
      for (const steps of ${JSON.stringify(steps)}) {
        for (; done < steps; done++) {
          const loss = nn.functional.mse_loss(model(x), y);
          if (${hoard}) kept.push(loss);
          optimizer.zero_grad();
          loss.backward();
          optimizer.step();
        }
        let least = Infinity;
        // arrays are given back in the background, after the collection that found them
        for (let tries = 0; tries < 10; tries++) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 20));
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          least = Math.min(least, heapUsed + arrayBuffers);
        }
        console.log(least);
      }`;
    const out = execFileSync(
      process.execPath,
      ["--expose-gc", "--import", "tsx", "--input-type=module", "-e", script],
      { encoding: "utf8" },
    );
    return out.trim().split("\n").map(Number);
  }

  it("the memory of a training loop is flat over 10,000 steps, without disposal by hand", () => {
    const [early, late] = memoryAfter([2000, 12_000], false);
    expect(late - early).toBeLessThan(1e6);
    // a loop that keeps its losses would be noticed
    const [first, second] = memoryAfter([1000, 6000], true);
    expect(second - first).toBeGreaterThan(1e6);
  }, 300_000);
});
