import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heap, heapBase, kernels, setRelaxed } from "../../../src/tensor/kernels/wasm/instance.js";
import { difference, float, noise } from "./floats.js";
import { gemmReference, type Matrix } from "./matmul_reference.js";

/** Which matrices a case multiplies: their sizes and how each lies in memory. */
interface Case {
  m: number;
  k: number;
  n: number;
  layouts: readonly ("rows" | "columns" | "apart")[];
  add: "nothing" | "out" | "row";
  values: readonly number[];
}

const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 4, 8, 32, 64, 65) },
);
const cases: fc.Arbitrary<Case> = fc.record({
  m: size,
  k: fc.oneof({ weight: 5, arbitrary: size }, { weight: 1, arbitrary: fc.constantFrom(0, 256, 257, 300, 600) }),
  n: size,
  layouts: fc.array(fc.constantFrom("rows", "columns", "apart"), { minLength: 2, maxLength: 2 }),
  add: fc.constantFrom("nothing", "out", "row"),
  values: fc.array(float, { minLength: 60, maxLength: 60 }),
});

const layout = (rows: number, columns: number, how: string): { row: number; col: number; span: number } => {
  if (how === "rows") return { row: columns, col: 1, span: rows * columns };
  if (how === "columns") return { row: 1, col: rows, span: rows * columns };
  return { row: 2 * columns + 3, col: 2, span: rows * (2 * columns + 3) };
};

/** Runs `gemm` on matrices laid out one behind the other in the heap, and its reference on copies. */
function both({ m, k, n, layouts, add, values }: Case): {
  actual: Float32Array;
  expected: Float32Array;
  spill: boolean;
} {
  const memory = heap();
  let top = heapBase / 4;
  const place = (rows: number, columns: number, how: string): Matrix => {
    const { row, col, span } = layout(rows, columns, how);
    const at = top;
    for (let i = 0; i < span; i++) memory[at + i] = values[(at + 7 * i) % values.length];
    top += span;
    return { data: memory.slice(at, at + span), offset: 0, row, col };
  };
  const xAt = top * 4;
  const x = place(m, k, layouts[0]);
  const yAt = top * 4;
  const y = place(k, n, layouts[1]);
  const addAt = top * 4;
  const row = place(1, n, "rows");
  memory[top++] = 0.125;
  const out = top;
  const before = place(m, n, "rows");
  memory[top] = 0.125;
  const addend = add === "nothing" ? null : add === "row" ? { ...row, row: 0 } : before;
  const address = { nothing: 0, row: addAt, out: out * 4 }[add];
  const strides = add === "row" ? 0 : n;
  kernels()!.gemm(out * 4, n, xAt, x.row, x.col, yAt, y.row, y.col, address, strides, m, k, n, 0);
  return {
    actual: memory.slice(out, out + m * n),
    expected: gemmReference(m, k, n, x, y, addend),
    spill: memory[out - 1] !== 0.125 || memory[top] !== 0.125,
  };
}

describe("gemm", () => {
  beforeAll(() => setRelaxed(false));
  afterAll(() => setRelaxed(true));

  it("sums in the order of the reference, bit for bit, and writes nothing but the product", () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { actual, expected, spill } = both(example);
        expect(spill).toBe(false);
        expect(difference(actual, expected)).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it("does so over several blocks in every direction", () => {
    for (const layouts of [
      ["rows", "rows"],
      ["rows", "columns"],
      ["columns", "rows"],
    ] as const) {
      const values = [...noise(997, 5)];
      const { actual, expected } = both({ m: 131, k: 517, n: 45, layouts, add: "row", values });
      expect(difference(actual, expected)).toBeNull();
    }
    const wide = both({ m: 5, k: 3, n: 1030, layouts: ["rows", "rows"], add: "out", values: [...noise(997, 6)] });
    expect(difference(wide.actual, wide.expected)).toBeNull();
    // a difference would be seen
    expect(difference(wide.actual.with(5000, 7), wide.expected)).toMatch(/^at 5000/);
  });

  it("is as exact with the multiply-add of relaxed SIMD", () => {
    const example: Case = {
      m: 9,
      k: 700,
      n: 17,
      layouts: ["rows", "columns"],
      add: "nothing",
      values: [...noise(997, 7)],
    };
    setRelaxed(true);
    const { actual, expected } = both(example);
    setRelaxed(false);
    for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-4);
  });
});
