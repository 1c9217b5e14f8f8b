/** How the number of a workload reads: what a contender returns are seconds a unit, for memory bytes. */
export type Unit = "steps/s" | "GFLOP/s" | "ns" | "us" | "ms" | "s" | "MiB";

/** What is measured. Each contender knows it by name and does the same work. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** Floating-point operations in a unit. */
  readonly flops?: number;
  /** Is it measured on two threads as well? */
  readonly threads?: boolean;
  /** Does each measurement want a process that has done nothing else? */
  readonly fresh?: boolean;
  /** What the second value is that a contender measures beside it. */
  readonly beside?: string;
}

/** A workload of growing size. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  /** What grows. */
  readonly axis: string;
  readonly points: readonly number[];
}

const matmul = (n: number): Workload => ({
  name: `matmul-${n}`,
  title: `matmul of two ${n}x${n} matrices`,
  unit: "GFLOP/s",
  flops: 2 * n ** 3,
  threads: true,
});

const large = (name: string, title: string): Workload => ({ name, title, unit: "ms", beside: "clone()" });

export const workloads: readonly Workload[] = [
  { name: "article-step", title: "30-64-32-1, batch 32, BCE, Adam: a step", unit: "steps/s", threads: true },
  { name: "article-process", title: "the article's script, from start to accuracy", unit: "s" },
  { name: "article-bare", title: "the same without pandas and scikit-learn", unit: "s" },
  { name: "article-tsx", title: "the same, run from TypeScript by tsx", unit: "s" },
  { name: "mlp", title: "784-512-512-10, batch 128, cross-entropy, Adam: a step", unit: "steps/s", threads: true },
  { name: "cnn", title: "28x28, conv 32, conv 64, linear, batch 32, Adam: a step", unit: "steps/s", threads: true },
  { name: "memory", title: "200 steps of 784-512-512-10, peak of the process", unit: "MiB", fresh: true },
  {
    name: "simd-peak",
    title: "multiply and add in 128-bit registers, the machine's peak",
    unit: "GFLOP/s",
    flops: 9.6e6,
  },
  ...[64, 128, 256, 512, 1024].map(matmul),
  large("add", "a + b, 10^6 floats"),
  large("relu", "relu(a), 10^6 floats"),
  large("exp", "exp(a), 10^6 floats"),
  large("broadcast", "relu(a * b + a), 1000x1000 by 1000"),
  large("sum", "sum of 1000x1000"),
  large("sum-rows", "sum of 1000x1000 over its rows, sum(0)"),
  large("sum-columns", "sum of 1000x1000 over its columns, sum(1)"),
  { name: "small-add", title: "a + b of 4 elements, recorded", unit: "ns" },
  { name: "chain", title: "100 products of 4 elements, forward and backward", unit: "us" },
  { name: "import", title: "import, over an empty process", unit: "ms" },
];

export const curves: readonly Curve[] = [
  {
    name: "by-batch",
    title: "30-64-32-1, a step",
    axis: "batch size",
    points: [1, 4, 16, 64, 256, 1024, 4096],
  },
  { name: "by-width", title: "n-n-n-10, batch 32, a step", axis: "width n", points: [16, 32, 64, 128, 256, 512, 1024] },
  {
    name: "by-depth",
    title: "hidden layers of 64, batch 32, a step",
    axis: "layers",
    points: [1, 2, 4, 8, 16, 32, 64],
  },
  {
    name: "by-length",
    title: "products of 4 elements, forward and backward",
    axis: "operations in the graph",
    points: [1, 4, 16, 64, 256, 1024, 4096],
  },
];
