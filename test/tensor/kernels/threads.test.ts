import { execFileSync } from "node:child_process";
import { buildSync } from "esbuild";
import { nn, optim, torch } from "rushlight";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begin } from "../../../src/tensor/kernels/stage.js";
import { numThreads, setNumThreads, startThreads, worthThreads } from "../../../src/tensor/kernels/threads/pool.js";
import { gemm } from "../../../src/tensor/kernels/threads/products.js";
import { heap, isShared, SCRATCH_BYTES, setRelaxed } from "../../../src/tensor/kernels/wasm/instance.js";
import { difference, noise } from "./floats.js";

const FREE = 16 * SCRATCH_BYTES;

/** The product of two matrices of noise, by one thread or by all. */
function product(m: number, k: number, n: number, threads: boolean): Float32Array {
  begin();
  const floats = heap();
  const [x, y, add] = [FREE, FREE + 4 * m * k, FREE + 4 * (m * k + k * n)];
  const out = add + 4 * n;
  floats.set(noise(m * k + k * n + n, m + k + n), FREE / 4);
  gemm(out, n, x, k, 1, y, 1, k, add, 0, m, k, n, threads);
  return floats.slice(out / 4, out / 4 + m * n);
}

const sizes = [
  [128, 784, 512],
  [1, 700, 900],
  [900, 300, 1],
  [5, 5, 5],
  [333, 1, 222],
  [64, 0, 64],
  [97, 513, 131],
];

describe("threads", () => {
  const before = numThreads();
  let expected: Float32Array[] = [];
  beforeAll(() => {
    setNumThreads(3);
    expected = sizes.map(([m, k, n]) => product(m, k, n, false));
  });
  afterAll(() => setNumThreads(before));

  it("are not asked for little work, nor before there has been much", () => {
    expect(worthThreads(1000)).toBe(false);
    expect(worthThreads(2_000_000)).toBe(false);
    expect(isShared()).toBe(false);
    expect(worthThreads(2_000_000_000)).toBe(true);
    expect(isShared()).toBe(true);
    setNumThreads(1);
    expect(worthThreads(2_000_000_000)).toBe(false);
    setNumThreads(3);
  });

  it("compute the same products, bit for bit, whichever of them come", async () => {
    startThreads();
    const end = performance.now() + 400;
    for (let round = 0; performance.now() < end; round++) {
      setNumThreads(1 + (round % 3));
      const chosen = round % sizes.length;
      const [m, k, n] = sizes[chosen];
      expect(difference(product(m, k, n, true), expected[chosen])).toBeNull();
      if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    setNumThreads(3);
  });

  it("share the matrices of a batch, bit for bit, however these lie", () => {
    torch.manual_seed(0);
    const [x, y, add] = [torch.randn(13, 70, 50), torch.randn(13, 90, 50), torch.randn(90)];
    const results = (threads: number) => {
      torch.set_num_threads(threads);
      const products = [
        x.bmm(y.mT),
        x.permute(0, 2, 1).contiguous().mT.bmm(y.mT),
        add.expand(13, 70, 90).baddbmm(x, y.mT),
      ];
      return products.map((t) => t.toTypedArray());
    };
    const one = results(1);
    for (let round = 0; round < 10; round++) {
      results(3).forEach((found, i) => void expect(difference(found, one[i])).toBeNull());
    }
    one[0].slice(-90).forEach((v, j) =>
      expect(v).toBeCloseTo(
        x
          .index([12, 69])
          .dot(y.index([12, j]))
          .item(),
        3,
      ),
    );
  });

  it("share the steps of optimizers, bit for bit", () => {
    const trained = (threads: number): Float32Array => {
      torch.set_num_threads(threads);
      torch.manual_seed(0);
      const w = torch.randn([100_003], { requires_grad: true });
      const optimizer = new optim.Adam([w], { lr: 0.1, amsgrad: true });
      w.grad = torch.randn([100_003]);
      // what is read again and again moves to where threads can read it
      for (let i = 0; i < 20; i++) optimizer.step();
      return w.detach().toTypedArray() as Float32Array;
    };
    expect(difference(trained(3), trained(1))).toBeNull();
    torch.set_num_threads(3);
  });

  it("share functions of single elements, and their derivatives, bit for bit", () => {
    const computed = (threads: number): Float32Array[] => {
      torch.set_num_threads(threads);
      torch.manual_seed(0);
      const x = torch.randn([100_003], { requires_grad: true });
      const y = nn.functional.gelu(x).tanh().sigmoid().exp();
      y.backward(torch.randn([100_003]));
      return [y.detach(), x.grad!].map((t) => t.toTypedArray() as Float32Array);
    };
    const [y, dx] = computed(3);
    const [one, oneDx] = computed(1);
    expect(difference(y, one)).toBeNull();
    expect(difference(dx, oneDx)).toBeNull();
    torch.set_num_threads(3);
  });

  it("follow the switch of relaxed SIMD", () => {
    setRelaxed(false);
    const one = sizes.map(([m, k, n]) => product(m, k, n, false));
    for (let round = 0; round < 14; round++) {
      const [m, k, n] = sizes[round % sizes.length];
      expect(difference(product(m, k, n, true), one[round % sizes.length])).toBeNull();
    }
    setRelaxed(true);
  });

  it("work from a bundle, take part, and let the process end", () => {
    const code = `
      import { setNumThreads, startThreads, runTasks } from "./src/tensor/kernels/threads/pool.js";
      import { gemm } from "./src/tensor/kernels/threads/products.js";
      import { NEXT } from "./src/tensor/kernels/threads/program.js";
      setNumThreads(2);
      startThreads();
      // tasks that this thread does not claim are claimed by the other
      const claim = Atomics.add;
      let mine = 0;
      Atomics.add = (array, at, by) => (at === NEXT && mine++, claim(array, at, by));
      for (let round = 0; round < 5000; round++) {
        mine = 0;
        gemm(${FREE}, 256, ${FREE}, 0, 1, ${FREE}, 0, 1, 0, 0, 256, 256, 256, true);
        if (mine <= 4) break;
      }
      console.log(mine <= 4 ? "helped" : "alone");
    `;
    const { outputFiles } = buildSync({
      stdin: { contents: code, resolveDir: process.cwd(), loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      write: false,
    });
    const said = execFileSync(process.execPath, ["--input-type=module", "-"], {
      input: outputFiles[0].text,
      timeout: 50_000,
    });
    expect(String(said)).toBe("helped\n");
  });
});

describe("torch.set_num_threads", () => {
  it("takes positive integers", () => {
    torch.set_num_threads(1);
    expect(torch.get_num_threads()).toBe(1);
    torch.set_num_threads(4);
    expect(torch.get_num_threads()).toBe(4);
    expect(() => torch.set_num_threads(0)).toThrow("set_num_threads expects a positive integer");
    expect(() => torch.set_num_threads(1.5)).toThrow("set_num_threads expects an int, but got float");
    expect(torch.get_num_interop_threads()).toBeGreaterThan(0);
    torch.set_num_interop_threads(2);
    expect(torch.get_num_interop_threads()).toBe(2);
    expect(() => torch.set_num_interop_threads(2)).toThrow("Error: cannot set number of interop threads");
  });
});
